"""A table of figures over any number of pages: heads repeated, sums carried, figures in line; measures in millimetres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from opomini_tui.documents.blocks import Block
from opomini_tui.documents.frame import LEFT, RIGHT, WIDTH
from opomini_tui.documents.sheet import GREY, HAIR, INK, Sheet, Style, bold, regular
from opomini_tui.documents.typesetting import wrap
from opomini_tui.text.formats import format_date

_GAP = 2.2
_WIDEST_GAP = 14.0
_SCALES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)
MARK = "*"


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A column; `wraps`: its texts may take several lines when there is no room, figures never do."""

    heading: str
    to_right: bool = True
    wraps: bool = False


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A row: a cell for each column; asterisks at the end of a figure stand outside its column.

    `carried`: the row of sums that stands above it when it begins a page, and at the end of the page before; its first
    cell is its label. Without one only the head is repeated.
    `repeated`: cells that are set again, in grey, when it begins a page (what it belongs to).
    `remark`: a text that begins in the column `remark_at` and may run over the empty cells beside it.
    `rule`: a hair rule closes it.
    """

    cells: tuple[str, ...]
    carried: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    remark: str = ""
    remark_at: int = 0
    rule: bool = True


class FigureTable:
    """Rows under headings with a last row of `sums` (the first cell its label), measured once; `size` in points."""

    def __init__(
        self,
        columns: Sequence[FigureColumn],
        rows: Sequence[FigureRow],
        sums: Sequence[str],
        row_height: float = 4.8,
        size: float = 8.4,
    ) -> None:
        """Set the columns as large as they fit."""
        self._columns, self._rows, self._sums, self._row_height = columns, rows, tuple(sums), row_height
        self._cell, widths = self._fitted(size)
        gap = min((WIDTH - sum(widths)) / max(len(columns) - 1, 1), _WIDEST_GAP)
        self._widths, self._x = widths, self._places(widths, gap)
        self._head_style = bold(min(7.2, self._cell.size * 0.88), GREY)
        self._heads = [
            wrap(column.heading, self._head_style, width + min(gap, 4.0) - 1.0)
            for column, width in zip(columns, widths, strict=True)
        ]

    def blocks(self) -> list[Block]:
        """Head, then one block a row, then the sums."""
        return [
            Block(self._head_height, self._draw_head),
            *(self._row(row, first=not number) for number, row in enumerate(self._rows)),
            Block(self._row_height + 1.2, self._draw_sums),
        ]

    @property
    def _step(self) -> float:
        """From a line of the head to the next."""
        return self._head_style.size * 0.42

    @property
    def _head_height(self) -> float:
        return max(map(len, self._heads)) * self._step + 2.6

    def _fitted(self, size: float) -> tuple[Style, list[float]]:
        """The cells in the largest size in which the columns fit, and their widths; a text that wraps gives way."""
        room = WIDTH - _GAP * (len(self._columns) - 1)
        for scale in _SCALES:
            cell = regular(size * scale)
            widths = [self._natural(place, cell) for place in range(len(self._columns))]
            if sum(widths) <= room:
                return cell, widths
        for place, column in enumerate(self._columns):
            if column.wraps:
                widths[place] = max(14.0, widths[place] - (sum(widths) - room))
        return cell, widths

    def _natural(self, place: int, cell: Style) -> float:
        """The width that a column asks for: its widest cell, and the longest word of its heading."""
        column, head, strong = self._columns[place], bold(min(7.2, cell.size * 0.88)), cell.bold
        texts = {row.cells[place].rstrip(MARK) for row in self._rows}
        widest = max([cell.width(text) for text in texts], default=0.0)
        if not place:  # nothing is beside its heading; the label of the sums may run over the cells beside it
            return max(widest, head.width(column.heading))
        words = max(head.width(word) for word in column.heading.split())
        return max(widest, words, strong.width(self._sums[place]))

    def _places(self, widths: Sequence[float], gap: float) -> list[float]:
        """Where the cells stand: the left edge of a column, or its right edge; the last column ends at the right."""
        places, x = [], LEFT
        spare = WIDTH - sum(widths) - gap * (len(widths) - 1)
        for place, (column, width) in enumerate(zip(self._columns, widths, strict=True)):
            if spare and column.to_right and not all(other.to_right for other in self._columns[:place]):
                x, spare = x + spare, 0.0  # what is left over parts the texts from the figures
            places.append(x + width * column.to_right)
            x += width + gap
        return places

    def _row(self, row: FigureRow, *, first: bool) -> Block:
        """One row; at the top of a page under the head, the sums so far and what it belongs to."""
        cells = [
            wrap(text, self._cell, width + 0.01) if column.wraps else [text]
            for column, text, width in zip(self._columns, row.cells, self._widths, strict=True)
        ]
        step = self._cell.size * 0.42
        height = self._row_height + (max(map(len, cells)) - 1) * step
        base = self._row_height * 0.68
        carried_height = self._row_height if row.carried else 0.0

        def draw(sheet: Sheet, y: float) -> None:
            for place, lines in enumerate(cells):
                for number, text in enumerate(lines):
                    self._set(sheet, place, y + base + number * step, text, self._cell)
            if row.remark:
                sheet.text(self._left(row.remark_at), y + base, row.remark, self._cell._replace(colour=GREY))
            if row.rule:
                sheet.rule(LEFT, RIGHT, y + height, 0.25, HAIR)

        def opening(sheet: Sheet, y: float) -> None:
            self._draw_head(sheet, y)
            self._draw_carried(sheet, y + self._head_height, row.carried)
            top = y + self._head_height + carried_height
            self._draw_cells(sheet, top + base, row.repeated, self._cell._replace(colour=GREY))

        def closing(sheet: Sheet, y: float) -> None:
            self._draw_carried(sheet, y, row.carried)

        if first:
            return Block(height, draw)
        return Block(height, draw, self._head_height + carried_height, opening, carried_height, closing)

    def _left(self, place: int) -> float:
        """The left edge of a column."""
        return self._x[place] - self._widths[place] * self._columns[place].to_right

    def _draw_head(self, sheet: Sheet, y: float) -> None:
        """The headings, standing on a rule."""
        last = y + max(map(len, self._heads)) * self._step + 0.2
        for place, lines in enumerate(self._heads):
            for number, text in enumerate(lines):
                self._set(sheet, place, last - (len(lines) - 1 - number) * self._step, text, self._head_style)
        sheet.rule(LEFT, RIGHT, y + self._head_height - 0.6, 0.8, INK)

    def _draw_carried(self, sheet: Sheet, y: float, carried: Sequence[str]) -> None:
        """The sums so far."""
        if not carried:
            return
        sheet.rule(LEFT, RIGHT, y + self._row_height, 0.25, HAIR)
        self._draw_labelled(sheet, y + self._row_height * 0.68, carried, self._cell._replace(colour=GREY))

    def _draw_sums(self, sheet: Sheet, y: float) -> None:
        """The last row, under a rule."""
        sheet.rule(LEFT, RIGHT, y, 0.8, INK)
        self._draw_labelled(sheet, y + self._row_height * 0.76, self._sums, self._cell.bold)

    def _draw_labelled(self, sheet: Sheet, baseline: float, cells: Sequence[str], style: Style) -> None:
        """Sums, their label at the left edge."""
        sheet.text(LEFT, baseline, cells[0], style)
        self._draw_cells(sheet, baseline, ("", *cells[1:]), style)

    def _draw_cells(self, sheet: Sheet, baseline: float, cells: Sequence[str], style: Style) -> None:
        for place, text in enumerate(cells):
            self._set(sheet, place, baseline, text, style)

    def _set(self, sheet: Sheet, place: int, baseline: float, text: str, style: Style) -> None:
        """A text in its column."""
        if not text:
            return
        if not self._columns[place].to_right:
            sheet.text(self._x[place], baseline, text, style)
            return
        figure = text.rstrip(MARK)
        sheet.text_to(self._x[place], baseline, figure, style)
        if figure != text:
            sheet.text(self._x[place], baseline, text[len(figure) :], style)


def column_day(day: date, language: str) -> str:
    """A day for a column: as the language writes it, an English month with three letters."""
    text = format_date(day, language)
    if language != "en":
        return text
    number, month, year = text.split()
    return f"{number} {month[:3]} {year}"
