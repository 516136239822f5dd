"""A table of records that stays quick at a million rows: ids in a vector, rows read by page, lines drawn as asked for.

It knows nothing of where records come from: `load()` takes their ids in order and a function that reads rows by id.
Sorting, filtering and sums are the caller's (in SQL); the table asks for them with messages and shows the result.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from opomini_tui.widgets.record_columns import Column
from opomini_tui.widgets.record_pages import PageLoader, Row
from opomini_tui.widgets.record_view import HEADER, RecordView, TableMessage
from opomini_tui.widgets.tick_history import TickHistory
from opomini_tui.widgets.ticks import Ticks

__all__ = ["Column", "PageLoader", "RecordTable", "Row", "Ticks"]


class RecordTable(RecordView, can_focus=True):
    """Records in lines: keys and mouse move a cursor, tick any number of them, choose one, ask for another order."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select_cursor", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "move_page(-1)", show=False),
        Binding("pagedown", "move_page(1)", show=False),
        Binding("ctrl+home", "first", show=False),
        Binding("ctrl+end", "last", show=False),
        Binding("left", "column(-1)", show=False),
        Binding("right", "column(1)", show=False),
        Binding("home", "scroll_home", show=False),
        Binding("end", "scroll_end", show=False),
        Binding("space", "tick", show=False),
        Binding("shift+up", "tick_range(-1)", show=False),
        Binding("shift+down", "tick_range(1)", show=False),
        Binding("shift+pageup", "tick_page(-1)", show=False),
        Binding("shift+pagedown", "tick_page(1)", show=False),
        Binding("ctrl+shift+home", "tick_to_end(-1)", show=False),
        Binding("ctrl+shift+end", "tick_to_end(1)", show=False),
    ]
    """
    | Keys | |
    | :- | :- |
    | up, down, pageup, pagedown, ctrl+home, ctrl+end | Move the cursor. |
    | left, right, home, end | Scroll by columns, to the first, to the last. |
    | enter | Select the record under the cursor. |
    | space | Tick it and move down. |
    | shift+up, shift+down, shift+pageup, shift+pagedown | Tick a range; going back takes it back. |
    | ctrl+shift+home, ctrl+shift+end | Tick everything up to the first or the last record. |
    """

    class RowSelected(TableMessage):
        """The record `id` was chosen: Enter, or a click on the row under the cursor."""

        table: RecordTable

        def __init__(self, table: RecordTable, record: int) -> None:
            super().__init__(table)
            self.id = record

    class TicksChanged(TableMessage):
        """Records were ticked or unticked: `id`, which is `ticked` now, or (None) any number of them."""

        table: RecordTable

        def __init__(self, table: RecordTable, record: int | None = None, ticked: bool = False) -> None:
            super().__init__(table)
            self.id, self.ticked = record, ticked

    class SortRequested(TableMessage):
        """The heading of the sortable column `key` was clicked."""

        table: RecordTable

        def __init__(self, table: RecordTable, key: str) -> None:
            super().__init__(table)
            self.key = key

    _range: tuple[int, bytes] | None = None
    """While a range is being ticked: where it began, and every row's tick as it was then."""
    _chosen = False
    """Whether the first click of a possible double click has chosen the row already."""

    @cached_property
    def tick_history(self) -> TickHistory:
        """What can be taken back of the ticks."""
        return TickHistory(self.ticks)

    @property
    def columns(self) -> Sequence[Column]:
        """The columns that are shown, from the left."""
        return self._painter.columns

    def rows(self, ids: Sequence[int]) -> list[Row]:
        """What these records show, in this order, read now; without those that are gone."""
        return self._pages.rows(ids) if self._pages is not None else []

    @property
    def tick_count(self) -> int:
        """How many records are ticked, shown or not."""
        return len(self.ticks)

    def ticked_ids(self, *, shown_only: bool = False) -> array[int]:
        """The ticked records in the order they are shown in, then (unless `shown_only`) those not shown now."""
        return self.ticks.ids(shown_only=shown_only)

    def tick_all(self) -> None:
        """Tick every record shown."""
        self.tick_history.before_many()
        self.ticks.tick_all()
        self._ticked()

    def untick_all(self) -> None:
        """Untick every record, also those not shown now."""
        self.tick_history.before_many()
        self.ticks.clear()
        self._ticked()

    def invert_ticks(self) -> None:
        """Tick the records shown that are not ticked and untick the others."""
        self.tick_history.before_many()
        self.ticks.invert()
        self._ticked()

    def toggle(self, record: int) -> None:
        """Tick the record if it is not ticked, else untick it."""
        self.ticks.flip(record)
        self.tick_history.flipped(record)
        self._ticked()

    def undo_ticks(self) -> bool:
        """Take the last change of the ticks back; False when there is none."""
        self._range = None
        done = self.tick_history.undo()
        if done:
            self._ticked()
        return done

    def move_to_index(self, index: int) -> None:
        """Put the cursor at place `index`, or the nearest there is; a range being ticked ends."""
        self._range = None
        super().move_to_index(index)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the keys of ticking to others where nothing can be ticked."""
        return self.tickable if action.startswith("tick") else super().check_action(action, parameters)

    def action_move(self, rows: int) -> None:
        """Move the cursor by `rows` rows."""
        self.move_to_index(self.cursor_index + rows)

    def action_move_page(self, pages: int) -> None:
        """Move the cursor and the window by `pages` windows."""
        rows = pages * self.page_height
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False, force=True)
        self.move_to_index(self.cursor_index + rows)

    def action_first(self) -> None:
        """Move the cursor to the first row."""
        self.move_to_index(0)

    def action_last(self) -> None:
        """Move the cursor to the last row."""
        self.move_to_index(self.row_count - 1)

    def action_column(self, step: int) -> None:
        """Scroll the columns that are not frozen to the next (1) or previous (-1) one."""
        layout, x = self.column_layout, self.scroll_offset.x
        self.scroll_to(x=layout.next_stop(x) if step > 0 else layout.previous_stop(x), animate=False, force=True)

    def action_scroll_home(self) -> None:
        """Scroll to the first column."""
        self.scroll_to(x=0, animate=False, force=True)

    def action_scroll_end(self) -> None:
        """Scroll to the last column."""
        self.scroll_to(x=self.max_scroll_x, animate=False, force=True)

    def action_select_cursor(self) -> None:
        """Choose the record under the cursor."""
        if self.cursor_id is not None:
            self.post_message(self.RowSelected(self, self.cursor_id))

    def action_tick(self) -> None:
        """Tick or untick the record under the cursor and move down."""
        if self.row_count:
            self._flip(self.cursor_index)
            self.move_to_index(self.cursor_index + 1)

    def action_tick_range(self, rows: int) -> None:
        """Tick everything from where the range began to `rows` further; what it no longer covers is as it was."""
        self.tick_range_to(self.cursor_index + rows)

    def action_tick_page(self, pages: int) -> None:
        """Tick everything to `pages` windows further, as a range."""
        self.tick_range_to(self.cursor_index + pages * self.page_height)

    def action_tick_to_end(self, way: int) -> None:
        """Tick everything down to the last record (1) or up to the first (-1), as a range."""
        self.tick_range_to(self.row_count - 1 if way > 0 else 0)

    def tick_range_to(self, index: int) -> None:
        """Tick everything from the cursor, or from where the range began, to place `index`, and move there."""
        if not self.row_count:
            return
        if self._range is None:
            self.tick_history.before_many()
        start, before = self._range or (self.cursor_index, self.ticks.snapshot())
        index, left = max(0, min(index, self.row_count - 1)), self.cursor_index
        self.ticks.restore(before)
        self.ticks.mark(min(start, index), max(start, index) + 1)
        self._ticked(min(left, index), max(left, index) + 1)
        self.move_to_index(index)
        self._range = (start, before)

    def on_click(self, event: events.Click) -> None:
        """A heading asks for its order; a row gets the cursor, its tick mark is flipped, a second click chooses it."""
        place = event.get_content_offset(self)
        if place is None:
            return
        index = self.index_at(place.y)
        if place.y < HEADER:
            self._click_heading(place.x)
        elif index is not None:
            self._click_row(index, on_tick=self.tickable and place.x < self.column_layout.lead - 1, event=event)

    def _click_heading(self, x: int) -> None:
        column = self.column_layout.at(x, self.scroll_offset.x)
        if column is not None and column.sortable:
            self.post_message(self.SortRequested(self, column.key))

    def _click_row(self, index: int, on_tick: bool, event: events.Click) -> None:
        if on_tick:
            self.move_to_index(index)
            self._flip(index)
        elif event.shift and self.tickable:
            self.tick_range_to(index)
        else:
            again = index == self.cursor_index
            self.move_to_index(index)
            second = event.chain == 2 and not self._chosen
            self._chosen = (event.chain == 1 and again) or second
            if self._chosen:
                self.action_select_cursor()

    def _flip(self, index: int) -> None:
        record, ticked = self._ids[index], not self.ticks.at(index)
        self.ticks.mark(index, index + 1, ticked)
        self.tick_history.flipped(record)
        self.refresh_rows(index, index + 1)
        self.post_message(self.TicksChanged(self, record, ticked))

    def _ticked(self, start: int = 0, stop: int | None = None) -> None:
        """The ticks of the rows at the places `start` to `stop - 1` (default: all) have changed."""
        self.refresh_rows(start, self.row_count if stop is None else stop)
        self.post_message(self.TicksChanged(self))
