"""Columns of a record table and where they stand in a window of a given width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len

from opomini_tui.widgets.cell_text import Align, fit

GAP = 1
"""Cells after every column; the sort mark of a heading stands there."""
SHORTEST = 4
"""Least cells in which a text at the window's edge is still worth beginning."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key, heading, and width in terminal cells (never `len()` of a text).

    `grows` takes what the window has to spare; `frozen` columns come first and stay while the others scroll; `short` is
    the heading where the whole one does not fit; `cell` is the place of its text among a row's cells (default: the
    column's own place).
    """

    key: str
    title: str
    width: int
    align: Align = "left"
    sortable: bool = True
    frozen: bool = False
    grows: bool = False
    short: str = ""
    cell: int | None = None

    def heading(self, width: int) -> str:
        """What stands above the column when it is `width` cells wide."""
        return self.short if self.short and cell_len(self.title) > width else self.title


class Place(NamedTuple):
    """Where a column stands: its first cell and its width."""

    column: Column
    x: int
    width: int


class Shown(NamedTuple):
    """What is drawn of a column: `source` is the place of its text among a row's cells, or None where it is cut and left
    empty."""

    place: Place
    source: int | None


class ColumnLayout:
    """Where every column stands in a window `window` cells wide, after `lead` cells for cursor and tick mark."""

    def __init__(self, columns: Sequence[Column], lead: int, window: int) -> None:
        self.lead = lead
        self.window = window
        self._places: list[Place] = []
        x = lead
        for column, width in zip(columns, _grown(columns, window - lead), strict=True):
            self._places.append(Place(column, x, width))
            x += width + GAP
        self._stay = self._staying()
        scrolling = self._places[self._stay :]
        self.frozen = scrolling[0].x if scrolling else x
        """Cells at the left that do not scroll; the lead is among them."""
        self._stops = [place.x - self.frozen for place in scrolling]
        self._shown: dict[int, list[Shown]] = {}

    def _staying(self) -> int:
        """How many columns stay; in a narrow window fewer, so that a third of it is left for the others."""
        count = 0
        for place in self._places:
            if not place.column.frozen or place.x + place.width > self.window * 2 // 3:
                break
            count += 1
        return count

    def shown(self, scroll_x: int) -> list[Shown]:
        """What is drawn, from left to right, when the columns that do not stay are scrolled by `scroll_x` cells.

        A column that the window's edge would cut is left empty, so that no figure ever shows only some of its digits;
        a text at the right edge is shortened instead.
        """
        if scroll_x not in self._shown:
            self._shown = {scroll_x: list(self._scrolled(scroll_x))}
        return self._shown[scroll_x]

    def _scrolled(self, scroll_x: int) -> Iterator[Shown]:
        for index, (column, at, width) in enumerate(self._places):
            x = at if index < self._stay else at - scroll_x
            left = x if index < self._stay else max(x, self.frozen)
            right = min(x + width, self.window)
            if right < left or left >= self.window:
                continue
            whole = right - left == width
            shortened = left == x and column.align == "left" and right - left >= SHORTEST
            source = index if column.cell is None else column.cell
            yield Shown(Place(column, left, right - left), source if whole or shortened else None)

    def text(self, cells: Sequence[str], scroll_x: int) -> str:
        """The texts of a line from the lead to the window's edge, every cell of it; missing cells are empty."""
        shown = self.shown(scroll_x)
        if not shown:
            return " " * (self.window - self.lead)
        last = shown[-1].place
        texts = [
            fit(cells[source] if source is not None and source < len(cells) else "", place.width, place.column.align)
            for place, source in shown
        ]
        return (" " * GAP).join(texts) + " " * (self.window - last.x - last.width)

    def more_right(self, scroll_x: int) -> bool:
        """Whether columns at the right are not drawn, or not as a whole."""
        last = self._places[-1]
        return last.x + last.width - scroll_x > self.window

    def at(self, x: int, scroll_x: int) -> Column | None:
        """The column drawn at cell `x` of the window."""
        places = (place for place, _ in self.shown(scroll_x))
        return next((place.column for place in places if place.x <= x < place.x + place.width + GAP), None)

    def next_stop(self, scroll_x: int) -> int:
        """How far to scroll so that the next column to the right becomes the first that scrolls."""
        return next((stop for stop in self._stops if stop > scroll_x), scroll_x)

    def previous_stop(self, scroll_x: int) -> int:
        """How far to scroll so that the column before becomes the first that scrolls."""
        return next((stop for stop in reversed(self._stops) if stop < scroll_x), 0)


def least_width(columns: Sequence[Column], lead: int) -> int:
    """Cells that `columns` take when none has grown."""
    return lead + sum(column.width + GAP for column in columns)


def _grown(columns: Sequence[Column], room: int) -> list[int]:
    """Widths of the columns with what `room` has to spare shared among those that grow, the first getting the rest."""
    spare = max(0, room - least_width(columns, 0))
    growing = sum(column.grows for column in columns)
    share, rest = divmod(spare, growing) if growing else (0, 0)
    widths = []
    for column in columns:
        extra = 0
        if column.grows:
            extra, rest = share + (rest > 0), max(0, rest - 1)
        widths.append(column.width + extra)
    return widths
