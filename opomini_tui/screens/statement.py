"""Izpisek odprtih postavk: the statement of a customer, or of all that are listed, to a PDF file or to a printer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textual import on
from textual.app import ComposeResult

from opomini_tui.actions import BY_ID
from opomini_tui.documents.statement_job import StatementsPrinted, known_until, print_statements
from opomini_tui.models.parties import Customer
from opomini_tui.screens.form import FormScreen
from opomini_tui.screens.job import run_verb
from opomini_tui.screens.outcome import OutcomeScreen
from opomini_tui.screens.printer_fields import PRINTING, printer_fields
from opomini_tui.text import _, ngettext
from opomini_tui.text.formats import format_date
from opomini_tui.widgets.fields import DateField, Field, SelectField, TextField


class StatementScreen(FormScreen[None]):
    """Whose, as of when, and where to."""

    SIZE = "medium"

    def __init__(self, customer: int, listed: Sequence[int] = ()) -> None:
        """`customer`: id of the one under the cursor; `listed`: the ids of all that are shown, where there is a list."""
        super().__init__()
        self._customer, self._listed = customer, listed

    def heading(self) -> str:
        """The action's name."""
        return BY_ID["customers.statement"].label

    def help_text(self) -> str:
        """What it is and how it is dated."""
        return _(
            "The customer confirms or objects to his open items on the part at the foot of the page. The statement is as of the "
            "day of the last snapshot of the ledger: of what was paid since, nothing is known here."
        )

    def body(self) -> ComposeResult:
        """Stranke, Na dan, Kam, Datoteka ali Tiskalnik."""
        operator, today = self.session.actor.record(), self.session.today
        row = Customer.get_by_id(self._customer)
        scopes = [("one", f"{row.code} {row.name}")]
        if len(self._listed) > 1:
            count = len(self._listed)
            said = ngettext("the listed customer", "all {count} listed customers", count).format(count=count)
            scopes.append(("listed", said))
        yield SelectField("scope", _("Customer"), scopes, "one")
        yield DateField("as_of", _("As of"), known_until(today()), today, required=True)
        targets = [("file", _("to a PDF file")), ("printer", _("to a printer"))]
        yield SelectField("target", _("Where to"), targets, "printer" if operator.printer else "file")
        yield TextField("path", _("File"), str(Path.home() / _("statement-{code}.pdf").format(code=row.code)))
        values = {name: getattr(operator, name) for name in PRINTING}
        yield from printer_fields(values, _("the default printer"), lambda: str(self.field("printer").read()))

    def confirm_label(self) -> str:
        """The deed by its name."""
        return _("Print now")

    def on_mount(self) -> None:
        """Only fields that count are shown."""
        self.field("scope").focus_control()
        self._arrange()

    def _arrange(self) -> None:
        printer = self.field("target").read() == "printer"
        self.field("path").display = not printer
        for name in PRINTING:
            self.field(name).display = printer

    @on(Field.Changed)
    def _changed(self, event: Field.Changed) -> None:
        if event.field.name == "target":
            self._arrange()

    def confirmed(self) -> None:
        """Print."""
        values = self.values()
        if values is None:
            return
        to_file = values["target"] == "file"
        if to_file and not values["path"]:
            self.show_problems({"path": _("Something must be written here.")})
            return
        ids = list(self._listed) if values["scope"] == "listed" else [self._customer]
        path = Path(values["path"]).expanduser()
        where: dict[str, Any] = {"output": path} if to_file else {"printer": values["printer"]}
        actor, today = self.session.actor, self.session.today()
        run_verb(
            self.session,
            self.heading(),
            lambda job: print_statements(
                ids,
                actor,
                today=today,
                as_of=values["as_of"],
                **where,
                copies=values["copies"],
                tray=values["tray"],
                progress=job.progress,
                stop=job.stop,
            ),
            self._printed,
            self.show_failure,
            can_stop=True,
            said=lambda printed: " ".join(printed_words(printed)),
            opener=self,
        )

    def _printed(self, printed: StatementsPrinted) -> None:
        if self.is_active:
            self.dismiss(None)
        self.session.push_screen(OutcomeScreen(self.heading(), printed_words(printed), printed.skipped))


def printed_words(printed: StatementsPrinted) -> list[str]:
    """What was printed, for the outcome."""
    said = ngettext("{n} statement was printed", "{n} statements were printed", printed.count).format(n=printed.count)
    pages = ngettext("{n} page", "{n} pages", printed.pages).format(n=printed.pages)
    day = format_date(printed.as_of)
    done = _("{statements} as of {day} ({pages}).").format(statements=said, day=day, pages=pages)
    where = _("File: {path}").format(path=printed.path) if printed.path else _("The printer took the job.")
    return [done, where]
