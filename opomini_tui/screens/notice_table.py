"""The grid of Opominjanje: the record table with the colours of levels and states, and digits that start locating."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.message import Message

from opomini_tui.screens.notice_rows import notice_columns, tick_title
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
    }

    class DigitTyped(Message):
        """A digit was typed in the grid: locating begins with it."""

        def __init__(self, digit: str) -> None:
            super().__init__()
            self.digit = digit

    def __init__(self, width: int) -> None:
        super().__init__(
            notice_columns(width),
            tickable=True,
            tick_title=tick_title(),
            empty_text=_("No notice matches. Other levels, another year or another search may show some."),
            id="notice-table",
        )
        self._window = width

    def on_key(self, event: events.Key) -> None:
        """Digits go to the locate field."""
        if event.character and event.character.isdecimal() and len(event.key) == 1:
            event.stop()
            self.post_message(self.DigitTyped(event.character))

    def on_resize(self, event: events.Resize) -> None:
        """Another window shows other columns whole."""
        if self.app.size.width != self._window:
            self._window = self.app.size.width
            self.show_columns(notice_columns(self._window))
