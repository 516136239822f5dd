"""What a record table shows: rows by page, the one under the cursor, headings, totals; and how it scrolls."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from opomini_tui.widgets.pinned_lines import PinnedLines
from opomini_tui.widgets.real_cursor import put_cursor
from opomini_tui.widgets.record_columns import Column, ColumnLayout
from opomini_tui.widgets.record_lines import LinePainter
from opomini_tui.widgets.record_pages import Loaded, PageLoader, RecordPages, Row
from opomini_tui.widgets.record_styles import PARTS, STYLE_SHEET, Look, RecordStyles
from opomini_tui.widgets.ticks import Ticks

HEADER = 1
"""Lines of the heading."""


class TableMessage(Message):
    """A message of a record table."""

    def __init__(self, table: RecordView) -> None:
        super().__init__()
        self.table = table
        """The table that sent it."""

    @property
    def control(self) -> RecordView:
        """The table, for `@on(..., "#id")`."""
        return self.table


class RecordView(PinnedLines):
    """Records in lines under headings, one of them under the cursor; `RecordTable` adds keys, mouse and ticking."""

    ALLOW_SELECT = False

    COMPONENT_CLASSES: ClassVar[set[str]] = set(PARTS)
    DEFAULT_CSS = STYLE_SHEET

    class RowHighlighted(TableMessage, namespace="record_table"):
        """The cursor stands on another record: `id`, or None when there is no record any more."""

        def __init__(self, table: RecordView, record: int | None) -> None:
            super().__init__(table)
            self.id = record

    class LoadFailed(TableMessage, namespace="record_table"):
        """Rows could not be read (`error`); they show "…" until `invalidate()` or `load()`."""

        def __init__(self, table: RecordView, error: Exception) -> None:
            super().__init__(table)
            self.error = error

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        tickable: bool = False,
        tick_title: str = "",
        empty_text: str = "",
        id: str | None = None,  # noqa: A002 - Textual's own name for it
        classes: str | None = None,
    ) -> None:
        """A table without records; `empty_text` is shown once `load()` has brought none."""
        super().__init__(id=id, classes=classes)
        self.tickable = tickable
        self.ticks = Ticks()
        """The ticked records; change them through the table, so that it is drawn again."""
        self.total: int | None = None
        """Records there are altogether, if `load()` was told; those shown may be only the first of them."""
        self._styles = RecordStyles(self)
        self._tick_title = tick_title if tickable else None
        self._painter = LinePainter(columns, self._tick_title, self._styles)
        self._ids: array[int] = array("q")
        self._pages: RecordPages | None = None
        self._failed = False
        self._empty_text = empty_text
        self._sort: tuple[str | None, bool] = (None, False)
        self._cursor = 0

    def load(self, ids: array[int] | Sequence[int], pages: PageLoader, *, total: int | None = None) -> None:
        """Show the records `ids`, in this order, each once; `pages` reads rows by id when they are drawn.

        The cursor stays on its record, at its height in the window, where the record is still there; else at its
        place. Ticks stay. An `array("q")` is kept as it is and must not be changed afterwards.
        """
        before, height = self.cursor_id, self._cursor - self.scroll_offset.y
        self._ids = ids if isinstance(ids, array) and ids.typecode == "q" else array("q", ids)
        self._pages = RecordPages(self._ids, pages)
        self._failed = False
        self.total = total
        self.ticks.show(self._ids)
        place = None if before is None else self._place_of(before)
        self._cursor = max(0, min(self._cursor, len(self._ids) - 1)) if place is None else place
        self.size_lines()
        self.scroll_to(y=self._cursor - height, animate=False, force=True)
        self._scroll_to_cursor()
        self.refresh()
        if self.cursor_id != before:
            self.post_message(self.RowHighlighted(self, self.cursor_id))

    def invalidate(self, ids: Iterable[int] | None = None) -> None:
        """Read the rows of these records (default: all) again: they were changed, or deleted."""
        if self._pages is not None:
            self._pages.invalidate(ids)
        self._failed = False
        self.refresh()

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Other widths, headings or frozen columns for the same cells, as when the window is another size."""
        self._painter = LinePainter(columns, self._tick_title, self._styles)
        self.size_lines()
        self.refresh()

    def show_sort(self, key: str | None, reverse: bool = False) -> None:
        """Mark the heading of the column `key` as sorted upwards or (`reverse`) downwards; None marks none."""
        self._sort = (key, reverse)
        self.refresh()

    @property
    def row_count(self) -> int:
        """How many records are shown."""
        return len(self._ids)

    @property
    def cursor_index(self) -> int:
        """The place of the cursor, counted from 0 (0 also when there are no records)."""
        return self._cursor

    @property
    def cursor_id(self) -> int | None:
        """The record under the cursor; None when there are no records."""
        return self._ids[self._cursor] if self._ids else None

    @property
    def cursor_row(self) -> Row | None:
        """What the record under the cursor shows; None when there is none, or nothing is known of it."""
        loaded = self._loaded(self._cursor) if self._ids else None
        return loaded.row if loaded else None

    @property
    def page_height(self) -> int:
        """How many rows the window shows."""
        return max(1, self.scrollable_content_region.height - HEADER - self.pinned)

    def move_to(self, record: int) -> bool:
        """Put the cursor on the record with this id; False (and nothing moves) if it is not shown."""
        place = self._place_of(record)
        if place is not None:
            self.move_to_index(place)
        return place is not None

    def move_to_index(self, index: int) -> None:
        """Put the cursor at place `index`, or the nearest there is, and scroll there if need be."""
        before, self._cursor = self._cursor, max(0, min(index, len(self._ids) - 1))
        if before != self._cursor:
            self.refresh_rows(before, before + 1)
            self.refresh_rows(self._cursor, self._cursor + 1)
            self.post_message(self.RowHighlighted(self, self.cursor_id))
        self._scroll_to_cursor()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Lines of the window. The table has no border and no padding: what Textual does for those is passed by."""
        filters, background = self.get_line_filters(), self.background_colors[1]
        strips = [self.render_line(y) for y in crop.line_range]
        for line_filter in filters:
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        """Line `y` of the window."""
        window, scroll_x = self.scrollable_content_region.width, self.scroll_offset.x
        self._painter.resize(window)
        if y == 0:
            return self._painter.header(*self._sort, scroll_x)
        from_below = self.scrollable_content_region.height - y
        if from_below == 1 and self.pinned_note is not None:
            return self._painter.note(self.pinned_note)
        if from_below <= self.pinned:
            return self._painter.totals(self.pinned_totals or {}, scroll_x)
        index = self.scroll_offset.y + y - HEADER
        if index < len(self._ids):
            if index == self._cursor:
                put_cursor(self, self._painter.layout.lead, y)
            return self._row_line(index, scroll_x)
        empty = y == HEADER + 1 and not self._ids and self._pages is not None
        return self._painter.words(self._empty_text if empty else "")

    def notify_style_update(self) -> None:
        """The theme, the focus or the style sheet has changed."""
        super().notify_style_update()
        self._styles.clear()
        self._painter.forget()

    def on_mount(self) -> None:
        """Give the scroll bar its range."""
        self.size_lines()

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in the window."""
        self._scroll_to_cursor()

    @property
    def column_layout(self) -> ColumnLayout:
        """Where the columns stand in the window as it is now."""
        self._painter.resize(self.scrollable_content_region.width)
        return self._painter.layout

    def index_at(self, y: int) -> int | None:
        """The place of the row in line `y` of the window; None for heading, totals and below the last row."""
        index = self.scroll_offset.y + y - HEADER
        return index if HEADER <= y <= self.page_height and index < len(self._ids) else None

    def refresh_rows(self, start: int, stop: int) -> None:
        """Draw the rows at the places `start` to `stop - 1` again, those of them that are in the window."""
        top = self.scroll_offset.y
        start, stop = max(start, top), min(stop, top + self.page_height)
        if start < stop:
            self.refresh_lines(start + HEADER, stop - start)

    def _row_line(self, index: int, scroll_x: int) -> Strip:
        loaded = self._loaded(index)
        row = loaded.row if loaded else None
        look = Look(
            background=row.background if row else "",
            state=row.style if row else "",
            odd=index % 2 == 1,
            ticked=self.tickable and self.ticks.at(index),
            deleted=loaded is not None and loaded.deleted,
            cursor=index == self._cursor,
        )
        return self._painter.row(loaded, look, scroll_x)

    def _loaded(self, index: int) -> Loaded | None:
        """The row at place `index`; None when it cannot be read, which is said once."""
        if self._pages is None or self._failed:
            return None
        try:
            return self._pages.row(index)
        except Exception as error:  # whatever a database may raise must not end the program while it draws
            self._failed = True
            self.call_later(self._say_failed, error)  # not now: drawing goes on in the name of the screen
            return None

    def _say_failed(self, error: Exception) -> None:
        self.log.error(error)
        self.post_message(self.LoadFailed(self, error))

    def _place_of(self, record: int) -> int | None:
        try:
            return self._ids.index(record)
        except ValueError:
            return None

    def size_lines(self) -> None:
        """Tell the scroll bars how many lines and cells there are."""
        lines = HEADER + len(self._ids) + self.pinned
        self.virtual_size = Size(self._painter.width, lines)

    def _scroll_to_cursor(self) -> None:
        """Scroll as little as needed to have the cursor in the window."""
        top, height = self.scroll_offset.y, self.page_height
        y = max(min(top, self._cursor), self._cursor - height + 1)
        if y != top:
            self.scroll_to(y=y, animate=False, force=True)
