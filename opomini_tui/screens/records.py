"""A full screen with a searchable list of records that are opened in a form: F2 adds one, Enter opens one."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import BindingType

from opomini_tui.actions import Action, bindings
from opomini_tui.screens.listed import ListedScreen
from opomini_tui.widgets.record_table import RecordTable


class RecordsScreen(ListedScreen):
    """A subclass gives `open_record` (None: a new one) beside what a list needs."""

    PLACES: ClassVar[tuple[str, ...]] = ("list",)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("list", leave_out=("list.remove",))]

    ADDING: ClassVar[str] = ""
    """What the operator's level must allow to add a record."""

    def open_record(self, record: int | None) -> None:
        """Show the form of a record, or of a new one."""
        raise TypeError(f"{type(self).__name__} opens nothing")

    def offered_actions(self) -> list[Action]:
        """Records are not deleted here; who may not add any is not offered it."""
        hidden = {"list.remove"} | (set() if self.session.may(self.ADDING) else {"list.new"})
        return [action for action in super().offered_actions() if action.id not in hidden]

    def action_new(self) -> None:
        """F2."""
        if self.session.may(self.ADDING):
            self.open_record(None)

    def action_edit(self) -> None:
        """Enter outside the list, or o."""
        if self.table.cursor_id is not None:
            self.open_record(self.table.cursor_id)

    @on(RecordTable.RowSelected)
    def _selected(self, event: RecordTable.RowSelected) -> None:
        event.stop()
        self.open_record(event.id)

    def reread(self) -> None:
        """Show what was saved."""
        self.table.invalidate()
        self.search()
