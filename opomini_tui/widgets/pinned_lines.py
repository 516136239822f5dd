"""The lines that stay at the foot of a record table while its rows scroll: totals, and below them a note."""

from __future__ import annotations

from collections.abc import Mapping

from textual.scroll_view import ScrollView


class PinnedLines(ScrollView):
    """What is pinned; a subclass draws it, and counts it in `size_lines`."""

    pinned_totals: Mapping[str, str] | None = None
    """The text of each column's key under that column; None while there is no such line."""
    pinned_note: str | None = None
    """Plain words; None while there is no such line."""

    def size_lines(self) -> None:
        """Tell the scroll bars how many lines and cells there are."""
        raise TypeError(f"{type(self).__name__} has no lines")

    @property
    def pinned(self) -> int:
        """How many lines below the rows stay."""
        return (self.pinned_totals is not None) + (self.pinned_note is not None)

    def show_totals(self, cells: Mapping[str, str] | None) -> None:
        """Pin a last line with the text of each column's key under that column; None takes it away."""
        before, self.pinned_totals = self.pinned_totals, cells
        if cells != before:
            self._draw_pinned(self.pinned, resized=before is None or cells is None)

    def show_note(self, text: str) -> None:
        """Pin a line of plain words below the totals, such as about the record under the cursor; once there, it stays."""
        before, self.pinned_note = self.pinned_note, text
        if text != before:
            self._draw_pinned(1, resized=before is None)

    def _draw_pinned(self, from_below: int, *, resized: bool) -> None:
        """Draw a pinned line again, counted from the window's last line, which is 1; all when there are more or fewer."""
        if resized:
            self.size_lines()
            self.refresh()
        else:
            self.refresh_line(self.scroll_offset.y + self.scrollable_content_region.height - from_below)
