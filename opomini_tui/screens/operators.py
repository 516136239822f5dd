"""Operaterji: who may sign in, and from which mail account his notices leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from opomini_tui.actions import BY_ID
from opomini_tui.models.actor import role_name
from opomini_tui.models.parties import Operator
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.listed import Found, Listed
from opomini_tui.screens.record_form import open_record
from opomini_tui.screens.records import RecordsScreen
from opomini_tui.text import _, ngettext
from opomini_tui.widgets.record_columns import Column


class OperatorsScreen(RecordsScreen):
    """All operators by ID; those who are not active are dimmed."""

    ADDING: ClassVar[str] = "operators"

    def __init__(self, choice: Choice) -> None:
        """`choice` of the grid does not matter."""
        super().__init__()
        self._choice = choice

    def title_text(self) -> str:
        """The action's name."""
        return BY_ID["notices.operators"].label

    def help_text(self) -> str:
        """What an operator is."""
        return _(
            "An operator signs in by his login of the operating system or by user name and password; his level decides what he "
            "may do. Notices leave from the mail account of the operator who sends them."
        )

    def columns(self) -> Sequence[Column]:
        """ID, Naziv, Nivo, prijavi, E-pošta, Aktiven."""
        return (
            Column("code", "ID", 5, sortable=False),
            Column("name", _("Name"), 14, sortable=False, grows=True),
            Column("role", _("Level of rights"), 15, sortable=False),
            Column("user_name", _("User name"), 15, sortable=False),
            Column("email", _("E-mail address"), 16, sortable=False, grows=True),
            Column("active", _("Active"), 7, sortable=False),
        )

    def find(self, wanted: Sequence[str]) -> Found:
        """Those with all the words; called in a thread."""
        lines = {row.id: operator_line(row) for row in Operator.in_order()}
        found = {number: line for number, line in lines.items() if line.holds(wanted)}
        said = ngettext("{count} operator", "{count} operators", len(found)).format(count=len(found))
        return Found.of(found, summary=said)

    def open_record(self, record: int | None) -> None:
        """The form Operater."""
        from opomini_tui.screens.operator_form import OperatorForm

        def closed(code: str | None) -> None:
            if code is not None:
                self.reread()

        if record is None:
            self.session.push_screen(OperatorForm(None), closed)
            return

        def form(number: int) -> OperatorForm:
            self.table.move_to(number)
            return OperatorForm(number)

        open_record(self.session, form, self.found.ids, record, closed)


def operator_line(row: Operator) -> Listed:
    """A row of the list; below it how he signs in and what he sends through."""
    login = _("Windows login: {login}").format(login=row.system_login or "—")
    server = f"SMTP: {row.smtp_host}:{row.smtp_port}" if row.smtp_host else _("no mail server yet")
    sending = server if row.direct else _("messages are written as files")
    cells = (
        row.code,
        row.name,
        role_name(row.role),
        row.user_name or "",
        row.email,
        "✓" if row.active else "—",
    )
    return Listed(cells, f"{row.code} {row.name}\n{login} · {sending}", "" if row.active else "muted")
