"""Digitalni podpisi: an operator's certificates (PKCS#12) with which letters are signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Button

from opomini_tui.actions import BY_ID, Action, actions_of, bindings
from opomini_tui.errors import OpominiError
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.job import Job, run_verb
from opomini_tui.screens.record_pane import Line, RecordPane
from opomini_tui.setup.certificates import (
    CertificateInfo,
    add_certificate,
    certificates_of,
    delete_certificate,
    set_default_certificate,
)
from opomini_tui.text import _
from opomini_tui.text.formats import format_date
from opomini_tui.widgets.fields import TextField
from opomini_tui.widgets.path_field import PathField
from opomini_tui.widgets.record_columns import Column

WARN_DAYS = 30
"""So long before a certificate ends its row warns."""


class CertificatePane(RecordPane):
    """The list; Enter makes a certificate the one that signs."""

    def __init__(self, operator_code: str) -> None:
        super().__init__()
        self._code = operator_code

    def columns(self) -> Sequence[Column]:
        """Name, holder, issuer, end, default."""
        return (
            Column("name", _("Name"), 14, sortable=False, grows=True),
            Column("subject", _("Holder"), 14, sortable=False, grows=True),
            Column("issuer", _("Issued by"), 12, sortable=False, grows=True),
            Column("expires", _("Valid until"), 11, sortable=False),
            Column("default", _("Signs"), 7, sortable=False),
        )

    def find(self) -> Sequence[Line]:
        """All of this operator."""
        today = self.session.today()
        return [certificate_line(info, today) for info in certificates_of(self._code, self.session.config)]

    def tools(self) -> list[Button]:
        """Add, choose the one that signs, delete."""
        named = (("new", "list.new"), ("open", "certificates.choose"), ("remove", "list.remove"))
        return [form_button(BY_ID[action].label, f"pane-{name}", BY_ID[action].key) for name, action in named]

    def words(self) -> str:
        """Why one cannot be read."""
        return "\n".join(f"{line.key.name}: {line.key.problem}" for line in self.lines if line.key.problem)

    def new(self) -> None:
        """Add one from a file."""
        self.session.push_screen(CertificateForm(self._code), lambda _added: self.reload())

    def edit(self, line: Line) -> None:
        """Make it the one that signs."""
        try:
            set_default_certificate(line.key.id, self.session.actor)
        except OpominiError as error:
            self.session.show_error(error)
        self.reload()

    def delete(self, line: Line) -> None:
        """Delete it."""
        delete_certificate(line.key.id, self.session.actor)


def certificate_line(info: CertificateInfo, today: date) -> Line:
    """A row; one that ends soon warns, one that ended or cannot be read is bad."""
    ends = info.expires
    style = "bad" if ends is None or ends < today else "warning" if ends < today + timedelta(days=WARN_DAYS) else ""
    cells = (info.name, info.subject, info.issuer, format_date(ends) if ends else "—", "✓" if info.is_default else "")
    return Line(info, cells, style)


class CertificatesScreen(FormScreen[None]):
    """What is done here is done at once."""

    SIZE = "large"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("list", leave_out=("list.close", "list.search", "list.edit"))]

    def __init__(self, operator_code: str, operator_name: str) -> None:
        super().__init__(classes="whole-body")
        self._code, self._name = operator_code, operator_name

    def heading(self) -> str:
        """The button's name and whose they are."""
        return f"{_('Digital signatures...').rstrip('.')} – {self._name}"

    def help_text(self) -> str:
        """What they are for."""
        return _(
            "Letters are signed with the certificate that is marked. It is added from a PKCS#12 file (.p12 or .pfx) with its "
            "passphrase; both are kept encrypted or as they are in the database, the file is not needed any more."
        )

    def offered_actions(self) -> list[Action]:
        """The keys of the list."""
        offered = actions_of("certificates", "list", "form", "everywhere")
        return [a for a in offered if a.id not in ("list.close", "list.search", "list.edit", "form.confirm")]

    def body(self) -> ComposeResult:
        """The list."""
        yield CertificatePane(self._code)

    def buttons(self) -> list[Button]:
        """Only one: everything is saved."""
        return [form_button(_("Close"), "cancel", BY_ID["form.cancel"].key, main=True)]

    @property
    def pane(self) -> CertificatePane:
        """The list."""
        return self.query_one(CertificatePane)

    def on_mount(self) -> None:
        """The cursor stands in the list."""
        self.pane.table.focus()

    def action_new(self) -> None:
        """F2."""
        self.pane.add_new()

    def action_remove(self) -> None:
        """Del."""
        self.pane.ask_remove()

    def confirmed(self) -> None:
        """F9 closes."""
        self.dismiss(None)


class CertificateForm(FormScreen[CertificateInfo]):
    """A certificate file and its passphrase."""

    SIZE = "medium"

    def __init__(self, operator_code: str) -> None:
        super().__init__()
        self._code = operator_code

    def heading(self) -> str:
        """What is added."""
        return _("New certificate")

    def body(self) -> ComposeResult:
        """Datoteka, Geslo datoteke, Naziv."""
        yield PathField("path", _("File (.p12, .pfx)"), endings=(".p12", ".pfx"))
        yield TextField("passphrase", _("Passphrase of the file"), password=True)
        yield TextField("name", _("Name"), placeholder=_("as in the certificate"))

    def on_mount(self) -> None:
        """Begin with the file."""
        self.field("path").focus_control()

    def confirmed(self) -> None:
        """Check the file with its passphrase and store it."""
        values = self.values()
        if values is None:
            return
        actor, config = self.session.actor, self.session.config

        def add(_job: Job[CertificateInfo]) -> CertificateInfo:
            return add_certificate(self._code, values["path"], values["passphrase"], actor, config, name=values["name"])

        run_verb(self.session, self.heading(), add, self.dismiss, self.show_failure)
