"""Drawing of a record table's lines: heading, rows, totals. One line is two or three segments, not one per cell."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.strip import Strip

from opomini_tui.text import _
from opomini_tui.widgets.cell_text import fit
from opomini_tui.widgets.record_columns import GAP, Column, ColumnLayout, least_width
from opomini_tui.widgets.record_pages import Loaded
from opomini_tui.widgets.record_styles import Look, RecordStyles

# All of these are in the oldest Windows console fonts, and one cell wide everywhere.
CURSOR = "►"
TICKED = "■"
UNTICKED = "□"
ASCENDING = "▲"
DESCENDING = "▼"
MORE_LEFT = "‹"
MORE_RIGHT = "›"
SUM = "Σ"
NOT_READ = "…"
KEPT = 256
"""So many lines that were drawn last are kept: what moves the cursor draws two of them anew, and takes the others as they are."""


class LinePainter:
    """Draws the lines of a table whose window is `window` cells wide (set it before drawing).

    `tick_title` is the heading of the tick marks, or None for a table without.
    """

    def __init__(self, columns: Sequence[Column], tick_title: str | None, styles: RecordStyles) -> None:
        self.columns = columns
        self._styles = styles
        self._tick_title = tick_title
        self._tick_width = 0 if tick_title is None else max(1, cell_len(tick_title))
        self.lead = 1 + (self._tick_width + GAP if self._tick_width else 0)
        """Cells before the first column: the cursor's mark and the tick."""
        self.width = least_width(columns, self.lead)
        """Cells of a line in which no column has grown."""
        self.layout = ColumnLayout(columns, self.lead, self.width)
        self._drawn: LRUCache[tuple[Hashable, ...], Strip] = LRUCache(KEPT)
        self._not_read = [NOT_READ] * (
            1 + max((column.cell or place for place, column in enumerate(columns)), default=0)
        )

    def resize(self, window: int) -> None:
        """Lay the columns out anew for a window of `window` cells."""
        if window != self.layout.window:
            self.layout = ColumnLayout(self.columns, self.lead, window)
            self.forget()

    def forget(self) -> None:
        """Draw every line anew, as in other colours."""
        self._drawn.clear()

    def _once(self, draw: Callable[..., Strip], *shown: Hashable) -> Strip:
        """The line that shows this, drawn now or kept."""
        key = (draw.__name__, *shown)
        strip = self._drawn.get(key)
        if strip is None:
            strip = self._drawn[key] = draw(*shown)
        return strip

    def header(self, sort: str | None, reverse: bool, scroll_x: int) -> Strip:
        """The headings, with the mark of the order behind the sorted one and hints where columns are out of sight."""
        return self._once(self._header, sort, reverse, scroll_x)

    def _header(self, sort: str | None, reverse: bool, scroll_x: int) -> Strip:
        plain, highlighted = self._styles.line("header"), self._styles.line("header", "header-sorted")
        window, frozen = self.layout.window, self.layout.frozen
        parts = [Segment(fit(f" {self._tick_title or ''}", self.lead), plain)]
        for place, source in self.layout.shown(scroll_x):
            column = place.column
            is_sorted = column.key == sort
            mark = (DESCENDING if reverse else ASCENDING) if is_sorted else " "
            title = column.heading(place.width) if source is not None else ""
            spare = place.width - cell_len(title)
            if is_sorted and spare > 0:  # a space before the mark, and if there is room one behind it
                heading = fit(f"{title} {mark}" + " " * (spare > 1), place.width + GAP, column.align)
            else:
                heading = fit(title, place.width, column.align) + mark
            parts.append(Segment(heading, highlighted if is_sorted else plain))
        strip = Strip(parts).adjust_cell_length(window, plain)
        if scroll_x and strip.crop(frozen - 1, frozen).text == " ":  # a mark of the order there says more
            strip = Strip([*strip.crop(0, frozen - 1), Segment(MORE_LEFT, plain), *strip.crop(frozen)])
        if self.layout.more_right(scroll_x):
            strip = Strip([*strip.crop(0, window - 1), Segment(MORE_RIGHT, plain)])
        return strip

    def row(self, loaded: Loaded | None, look: Look, scroll_x: int) -> Strip:
        """One record; `loaded` is None where it could not be read."""
        return self._once(self._row, loaded, look, scroll_x)

    def _row(self, loaded: Loaded | None, look: Look, scroll_x: int) -> Strip:
        text_style, mark_style = self._styles.row(look)
        if loaded is None:
            text = self.layout.text(self._not_read, scroll_x)
        elif loaded.row is None:
            text = fit(_("deleted meanwhile"), self.layout.window - self.lead)
        else:
            text = self.layout.text(loaded.row.cells, scroll_x)
        segments = [Segment(CURSOR if look.cursor else " ", text_style)]
        if self._tick_width:
            letter = f" {loaded.row.mark}" if loaded is not None and loaded.row is not None and loaded.row.mark else ""
            tick = fit((TICKED if look.ticked else UNTICKED) + letter, self._tick_width, "center")
            segments += [Segment(tick, mark_style), Segment(" " + text, text_style)]
        else:
            segments.append(Segment(text, text_style))
        return self._strip(segments, text_style)

    def totals(self, cells: Mapping[str, str], scroll_x: int) -> Strip:
        """The pinned last line: the text of each column's key under that column.

        A longer text reaches over empty columns beside it, since a sum has more digits than any row; where two meet, the
        one further right is whole and the other is cut with an ellipsis.
        """
        return self._once(self._totals, frozenset(cells.items()), scroll_x)

    def _totals(self, shown: frozenset[tuple[str, str]], scroll_x: int) -> Strip:
        cells, line = dict(shown), fit(SUM, self.lead)
        for place, source in self.layout.shown(scroll_x):
            text = cells.get(place.column.key, "") if source is not None else ""
            if text and place.column.align == "right":
                start = place.x + place.width - max(place.width, cell_len(text))
                line = fit(line, start - GAP) + fit(text, place.x + place.width - start + GAP, "right")
            elif text:
                line = fit(line, place.x) + text
        return self._whole(fit(line, self.layout.window), self._styles.line("totals"))

    def words(self, text: str) -> Strip:
        """A line of plain words, as for an empty table; without words a blank line."""
        return self._once(self._words, text)

    def _words(self, text: str) -> Strip:
        return self._whole(" " * self.lead + fit(text, self.layout.window - self.lead), self._styles.line("empty"))

    def note(self, text: str) -> Strip:
        """The pinned line of words below the totals."""
        return self._once(self._note, text)

    def _note(self, text: str) -> Strip:
        return self._whole(f" {fit(text, self.layout.window - 1)}", self._styles.line("note"))

    def _whole(self, text: str, style: Style) -> Strip:
        """A line in one style."""
        return self._strip([Segment(text, style)], style)

    def _strip(self, segments: list[Segment], style: Style) -> Strip:
        """A line whose texts are known to fill the window, so that they need not be measured again."""
        window = self.layout.window
        return Strip(segments, window) if window >= self.lead else Strip.blank(window, style)
