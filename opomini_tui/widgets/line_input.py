"""An input of one line that shows where its text goes on beyond its edges."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.reactive import Reactive
from textual.strip import Strip
from textual.widgets import Input

SIGN = "…"


class LineInput(Input):
    """Textual's, which cuts a long text without a sign and lays the whole screen out again for every letter."""

    virtual_size = Reactive(Size(0, 0))
    """The text may be longer than the field; that moves nothing beside it (Textual lays out itself where width is auto)."""

    def render_line(self, y: int) -> Strip:
        """With a sign in the first or last cell when there is more; never over the cursor."""
        strip = super().render_line(y)
        width, first = self.scrollable_content_region.width, self.scroll_offset.x
        cursor = self._cursor_offset - first if self.has_focus else -1
        if y or width < 2:
            return strip
        if first and cursor != 0:
            strip = _signed(strip, 0)
        if cell_len(self._value.plain) - first > width and cursor != width - 1:
            strip = _signed(strip, width - 1)
        return strip


def _signed(strip: Strip, place: int) -> Strip:
    """With the sign in a cell, in the style that the cell has."""
    end = strip.cell_length
    before, cell, after = strip.divide([place, place + 1, end]) if place else [Strip([]), *strip.divide([1, end])]
    style: Style | None = next((segment.style for segment in cell), None)
    return Strip.join([before, Strip([Segment(SIGN, style)]), after])
