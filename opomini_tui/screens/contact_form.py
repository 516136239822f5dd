"""Stiki: the contacts of a customer, and to whom his notices go (forms.md §4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult

from opomini_tui.dunning.addresses import recipient
from opomini_tui.errors import OpominiError
from opomini_tui.mail.shared_addresses import also_of
from opomini_tui.models.parties import Contact, ContactType, Customer
from opomini_tui.models.settings import Company
from opomini_tui.screens.record_form import RecordForm, open_record
from opomini_tui.screens.record_pane import Line, RecordPane
from opomini_tui.screens.session import SessionApp
from opomini_tui.setup.checks import Field as Checked
from opomini_tui.setup.customers import CONTACT, delete_contact, save_contact
from opomini_tui.text import _
from opomini_tui.widgets.fields import SelectField, TextField
from opomini_tui.widgets.record_columns import Column

LEVELS = (1, 2, 3)


class ContactsPane(RecordPane):
    """The contacts, and below them the address of each level with the reason."""

    def __init__(self, customer: Customer, *, read_only: bool) -> None:
        super().__init__(read_only=read_only)
        self._customer = customer
        self._ladder = ""

    def columns(self) -> Sequence[Column]:
        """Stik, Naziv, E-pošta."""
        return (
            Column("code", _("Contact"), 10, sortable=False),
            Column("type", _("Contact name"), 14, sortable=False),
            Column("name", _("Name"), 16, sortable=False, grows=True),
            Column("email", _("E-mail"), 22, sortable=False, grows=True),
        )

    def find(self) -> Sequence[Line]:
        """All contacts by code, and the ladder."""
        self._ladder = ladder_words(self._customer.id)
        types = {row.code: row.name for row in ContactType.in_order()}
        rows = Contact.of(self._customer)
        return [Line(row.type_code, (row.type_code, types.get(row.type_code, ""), row.name, row.email)) for row in rows]

    def words(self) -> str:
        """To whom a notice of each level goes, and why."""
        return self._ladder

    def new(self) -> None:
        """Add a contact."""
        self.session.push_screen(ContactForm(self._customer.code, None), self._saved)

    def edit(self, line: Line) -> None:
        """Change a contact."""
        lines = {each.key: each for each in self.lines}
        open_record(
            self.session,
            lambda code: ContactForm(self._customer.code, lines[code]),
            tuple(lines),
            line.key,
            self._saved,
        )

    def _saved(self, code: str | None) -> None:
        if code is not None:
            self.reload()
            self.session.notices_changed()

    def delete(self, line: Line) -> None:
        """Delete a contact."""
        delete_contact(self._customer.code, line.key, self.session.actor)
        self.session.notices_changed()


def ladder_words(customer_id: int) -> str:
    """One line for each level: the address and why it is this one; and whether the further steps are on."""
    lines = []
    for level in LEVELS:
        found = recipient(customer_id, level)
        to = found.email or _("no address")
        lines.append(f"{_('Notice {level}').format(level=level)}: {to} – {found.sentence}")
    return "\n".join([*lines, fallback_words()])


def fallback_words() -> str:
    """Whether a level without its own contact goes to another address."""
    if Company.current().address_fallback:
        return _(
            "Fallback is on: without that contact the one of the 1st notice counts, then the customer's own address."
        )
    return _("Fallback is off (Settings): without that contact nothing is sent.")


class ContactForm(RecordForm[str]):
    """One contact; ends with its code when it was saved."""

    SIZE = "small"
    CHECKED: ClassVar[Sequence[Checked]] = CONTACT

    def __init__(self, customer_code: str, line: Line | None) -> None:
        super().__init__()
        self._customer_code, self._line = customer_code, line

    def heading(self) -> str:
        """Whose contact."""
        title = _("Contact") if self._line else _("New contact")
        return f"{title} – {self._customer_code}"

    def help_text(self) -> str:
        """What the code is for."""
        return _(
            "The settings name a contact code for each level; a notice goes to the contact with that code. Several addresses are "
            "separated by commas."
        )

    def body(self) -> ComposeResult:
        """Stik, Naziv, E-pošta."""
        options = [(row.code, f"{row.code} {row.name}".strip()) for row in ContactType.in_order()] or [("", _("none"))]
        cells = self._line.cells if self._line else (options[0][0], "", "", "")
        yield SelectField("type_code", _("Contact"), options, cells[0])
        yield TextField("name", _("Name"), cells[2])
        yield TextField("email", _("E-mail"), cells[3])

    def on_mount(self) -> None:
        """The code is chosen already when there is one."""
        self.field("email" if self._line else "type_code").focus_control()

    def confirmed(self) -> None:
        """Save it."""
        values = self.values()
        if values is None:
            return
        old = self._line.key if self._line else None
        try:
            seen = self.opened_with if old is not None else None
            save_contact(self._customer_code, values, self.session.actor, old_code=old, seen=seen)
        except OpominiError as error:
            self.show_failure(error)
            return
        tell_shared(self.session, self._customer_code, values["email"])
        self.dismiss(values["type_code"])


def tell_shared(session: SessionApp, customer_code: str, field: str) -> None:
    """Say of each address of a saved field which other customers have it, unless a person has accepted that."""
    for one in also_of(customer_code, field):
        session.tell(one.sentence(customer_code), problem=True)
