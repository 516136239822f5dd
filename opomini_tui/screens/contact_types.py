"""Šifrant stikov: the contact codes that levels and customers use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult

from opomini_tui.errors import OpominiError
from opomini_tui.models.parties import Contact, ContactType
from opomini_tui.models.settings import DunningLevel
from opomini_tui.screens.record_form import RecordForm, open_record
from opomini_tui.screens.record_pane import Line, RecordPane
from opomini_tui.setup.checks import Field as Checked
from opomini_tui.setup.company import CONTACT_TYPE, save_contact_type
from opomini_tui.setup.settings_form import delete_contact_type
from opomini_tui.text import _
from opomini_tui.widgets.fields import TextField
from opomini_tui.widgets.record_columns import Column


class ContactTypesPane(RecordPane):
    """All codes, with the levels and the number of customers that use them."""

    def columns(self) -> Sequence[Column]:
        """Šifra, Naziv, kje se uporablja."""
        return (
            Column("code", _("Code"), 10, sortable=False),
            Column("name", _("Name"), 20, sortable=False, grows=True),
            Column("levels", _("Levels"), 9, sortable=False),
            Column("customers", _("Customers with it"), 20, "right", sortable=False),
        )

    def find(self) -> Sequence[Line]:
        """All, by code."""
        counts = Contact.customers_by_code()
        levels: dict[str, list[str]] = {}
        for row in DunningLevel.in_order():
            levels.setdefault(row.contact_code, []).append(f"{row.level}.")
        return [
            Line(row.code, (row.code, row.name, " ".join(levels.get(row.code, [])), str(counts.get(row.code, 0))))
            for row in ContactType.in_order()
        ]

    def new(self) -> None:
        """Add a code."""
        self.session.push_screen(ContactTypeForm(), lambda _code: self.reload())

    def edit(self, line: Line) -> None:
        """Rename a code."""
        names = {each.key: each.cells[1] for each in self.lines}
        open_record(
            self.session,
            lambda code: ContactTypeForm(code, names[code]),
            tuple(names),
            line.key,
            lambda _code: self.reload(),
        )

    def delete(self, line: Line) -> None:
        """Delete a code that nothing uses."""
        delete_contact_type(line.key, self.session.actor)


class ContactTypeForm(RecordForm[str]):
    """A contact code and its name; the code of one that is there stays."""

    SIZE = "small"
    CHECKED: ClassVar[Sequence[Checked]] = CONTACT_TYPE

    def __init__(self, code: str = "", name: str = "") -> None:
        super().__init__()
        self._code, self._name = code, name

    def heading(self) -> str:
        """What is changed."""
        return _("Contact code {code}").format(code=self._code) if self._code else _("New contact code")

    def body(self) -> ComposeResult:
        """Šifra, Naziv."""
        yield TextField("code", _("Code"), self._code, max_length=20, width=20, disabled=bool(self._code))
        yield TextField("name", _("Name"), self._name)

    def on_mount(self) -> None:
        """Begin where something can be typed."""
        self.field("name" if self._code else "code").focus_control()

    def confirmed(self) -> None:
        """Save it."""
        values = self.values()
        if values is None:
            return
        if not self._code and ContactType.exists_as(values["code"]):
            self.show_problems({"code": _("There is a contact code {code} already.").format(code=values["code"])})
            return
        try:
            save_contact_type(values, self.session.actor, seen=self.opened_with if self._code else None)
        except OpominiError as error:
            self.show_failure(error)
            return
        self.dismiss(values["code"])
