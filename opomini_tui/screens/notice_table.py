"""The grid of Opominjanje: the record table with the colours of levels and states, and digits that start locating."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.message import Message

from opomini_tui.screens.notice_columns import Arrangement, notice_columns, tick_title
from opomini_tui.text import _
from opomini_tui.widgets.record_table import RecordTable


class NoticeTable(RecordTable):
    """Ticks are the column `Briši`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "record-table--level-1",
        "record-table--level-2",
        "record-table--level-3",
        "record-table--state-prepared",
        "record-table--state-issued",
        "record-table--state-sent",
        "record-table--state-undelivered",
        "record-table--state-reply",
        "record-table--state-held",
    }

    class DigitTyped(Message):
        """A digit was typed in the grid: locating begins with it."""

        def __init__(self, digit: str) -> None:
            super().__init__()
            self.digit = digit

    def __init__(self, width: int, arrangement: Arrangement) -> None:
        columns = notice_columns(width, arrangement)
        super().__init__(
            columns,
            tickable=True,
            tick_title=tick_title(),
            empty_text=_("No notice matches. Esc takes the filter away; see also year and levels."),
            id="notice-table",
        )
        self._window = width
        self.arrangement = arrangement
        self.first_column = columns[0].key
        """Key of the column at the left."""

    def take_arrangement(self, arrangement: Arrangement) -> None:
        """Show the columns as the operator arranged them."""
        self.arrangement = arrangement
        columns = notice_columns(self._window, arrangement)
        self.first_column = columns[0].key
        self.show_columns(columns)

    def on_key(self, event: events.Key) -> None:
        """Digits go to the locate field."""
        if event.character and event.character.isdecimal() and len(event.key) == 1:
            event.stop()
            self.post_message(self.DigitTyped(event.character))

    def on_resize(self, event: events.Resize) -> None:
        """Another width shows other columns whole."""
        if self.outer_size.width != self._window:
            self._window = self.outer_size.width
            self.take_arrangement(self.arrangement)
