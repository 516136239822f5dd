"""The table of open items: only the columns that say something, figures in line, sums carried from page to page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from opomini_tui.documents.blocks import Block
from opomini_tui.documents.frame import LEFT, RIGHT, WIDTH
from opomini_tui.documents.letter_values import ZERO, Letter, LetterLine
from opomini_tui.documents.sheet import GREY, HAIR, INK, Sheet, Style, bold, regular
from opomini_tui.documents.typesetting import wrap

_SMALLEST_GAP = 2.2
_DOCUMENT_WIDTH = 42.0
_SIZES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75)  # of the cells, when the table is too wide


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column shows; `amount` is set when it is summed."""

    name: str
    to_right: bool
    text: Callable[[LetterLine], str]
    amount: Callable[[LetterLine], Decimal] | None = None


@dataclass(frozen=True, slots=True)
class TableContent:
    """The columns of a letter's table and the texts of each."""

    letter: Letter
    columns: list[_Column]
    texts: list[list[str]]


def table_content(letter: Letter) -> TableContent:
    """What stands in the table of `letter`; a column that is empty in every line is left out."""
    filled = [(column, [column.text(line) for line in letter.items]) for column in _columns(letter)]
    shown = [(column, texts) for column, texts in filled if any(texts)]
    return TableContent(letter, [column for column, _texts in shown], [texts for _column, texts in shown])


@dataclass(slots=True)
class _Placed:
    """A column with its place on the page and its texts."""

    column: _Column
    x: float  # left edge, or right edge of a column set to the right
    width: float
    head: list[str]
    cells: list[list[str]]  # a long document number takes several lines


class ItemTable:
    """The table of a letter, measured once; `row_height` in millimetres, `size` of its figures in points."""

    def __init__(self, content: TableContent, row_height: float, size: float) -> None:
        """Set the columns as large as they fit, and find their sums."""
        letter = self._letter = content.letter
        self._row_height = row_height
        self._placed, self._cell = self._fitted(content.columns, content.texts, size)
        self._head_style = bold(min(7.2, self._cell.size * 0.88), GREY)
        self._line_height = self._cell.size * 0.42
        self._lines = max(len(placed.head) for placed in self._placed)
        self._sums = {
            placed.column.name: list(accumulate(map(placed.column.amount, letter.items), initial=ZERO))
            for placed in self._placed
            if placed.column.amount
        }

    def blocks(self) -> list[Block]:
        """Head, then one block a row with heads and carried sums for page ends, then the row of sums."""
        head = Block(self._head_height, self._draw_head)
        rows = [self._row(index) for index in range(len(self._letter.items))]
        return [head, *rows, Block(self._row_height + 1.2, self._draw_sums)]

    @property
    def _head_height(self) -> float:
        return self._lines * self._head_style.size * 0.42 + 2.6

    def _fitted(
        self, columns: Sequence[_Column], texts: Sequence[list[str]], size: float
    ) -> tuple[list[_Placed], Style]:
        """The columns in the largest size in which they fit, the free room spread between them."""
        room = WIDTH - _SMALLEST_GAP * (len(columns) - 1)
        for scale, broken in ((1.0, False), *((scale, True) for scale in _SIZES)):
            cell = regular(size * scale)
            widths = [self._natural(column, cells, cell, broken) for column, cells in zip(columns, texts, strict=True)]
            if sum(widths) <= room:
                break
        excess = sum(widths) - room
        if excess > 0:  # figures are never cut: the document number takes another line instead
            place = next(index for index, column in enumerate(columns) if column.name == "document")
            widths[place] = max(12.0, widths[place] - excess)
        gap = (WIDTH - sum(widths)) / (len(columns) - 1)
        head_style = bold(min(7.2, cell.size * 0.88))
        placed, x = [], LEFT
        for column, cells, width in zip(columns, texts, widths, strict=True):
            into_gap = min(gap, 4.0) - 1.0 if x > LEFT else 0.01
            head = wrap(self._letter.words.label(column.name), head_style, width + into_gap)
            lines = [wrap(text, cell, width + 0.01) for text in cells] if column.name == "document" else None
            placed.append(
                _Placed(column, x + width * column.to_right, width, head, lines or [[text] for text in cells])
            )
            x += width + gap
        return placed, cell

    def _natural(self, column: _Column, cells: Sequence[str], cell: Style, broken: bool) -> float:
        """The width that a column wants: its widest cell or sum, or its head (when `broken`, its longest word)."""
        words = self._letter.words.label(column.name).split()
        head = max(bold(min(7.2, cell.size * 0.88)).width(word) for word in (words if broken else [" ".join(words)]))
        widest = max(map(cell.width, cells))
        if column.amount:
            total = sum(map(column.amount, self._letter.items), ZERO)
            widest = max(widest, cell.bold.width(self._letter.money(total)))
        if column.name == "document":
            widest = min(widest, _DOCUMENT_WIDTH)
        return max(widest, head)

    def _row(self, index: int) -> Block:
        """Item `index`."""
        lines = max(len(placed.cells[index]) for placed in self._placed)
        height = self._row_height + (lines - 1) * self._line_height

        def draw(sheet: Sheet, y: float) -> None:
            baseline = y + self._row_height * 0.68
            for placed in self._placed:
                for number, text in enumerate(placed.cells[index]):
                    self._set(sheet, placed, baseline + number * self._line_height, text, self._cell)
            sheet.rule(LEFT, RIGHT, y + height, 0.25, HAIR)

        def opening(sheet: Sheet, y: float) -> None:
            self._draw_head(sheet, y)
            self._draw_carried(sheet, y + self._head_height, index)

        def closing(sheet: Sheet, y: float) -> None:
            self._draw_carried(sheet, y, index)

        if not index:
            return Block(height, draw)
        return Block(height, draw, self._head_height + self._row_height, opening, self._row_height, closing)

    def _draw_head(self, sheet: Sheet, y: float) -> None:
        """The labels, standing on a rule."""
        step = self._head_style.size * 0.42
        last = y + self._lines * step + 0.2
        for placed in self._placed:
            top = last - (len(placed.head) - 1) * step
            for number, text in enumerate(placed.head):
                self._set(sheet, placed, top + number * step, text, self._head_style)
        sheet.rule(LEFT, RIGHT, y + self._head_height - 0.6, 0.8, INK)

    def _draw_carried(self, sheet: Sheet, y: float, index: int) -> None:
        """The sums of the items before `index`."""
        sheet.rule(LEFT, RIGHT, y + self._row_height, 0.25, HAIR)
        self._draw_amounts(sheet, y + self._row_height * 0.68, "carried", index, self._cell._replace(colour=GREY))

    def _draw_sums(self, sheet: Sheet, y: float) -> None:
        """The sums of all items, under a rule."""
        sheet.rule(LEFT, RIGHT, y, 0.8, INK)
        self._draw_amounts(sheet, y + self._row_height * 0.76, "sum", len(self._letter.items), self._cell.bold)

    def _draw_amounts(self, sheet: Sheet, baseline: float, label: str, index: int, style: Style) -> None:
        """A row of sums, its label at the left edge."""
        sheet.text(LEFT, baseline, self._letter.words.label(label), style)
        for placed in self._placed:
            if placed.column.name in self._sums:
                text = self._letter.money(self._sums[placed.column.name][index])
                self._set(sheet, placed, baseline, text, style)

    @staticmethod
    def _set(sheet: Sheet, placed: _Placed, baseline: float, text: str, style: Style) -> None:
        """A text in its column."""
        if placed.column.to_right:
            sheet.text_to(placed.x, baseline, text, style)
        else:
            sheet.text(placed.x, baseline, text, style)


def _columns(letter: Letter) -> list[_Column]:
    """All columns in their order."""
    money = letter.money

    def day(value: object) -> str:
        # English writes the month out, which is too wide for a column.
        text = letter.day(value) if value else ""  # type: ignore[arg-type]  # only dates and None come here
        parts = text.split()
        return f"{parts[0]} {parts[1][:3]} {parts[2]}" if letter.words.language == "en" and text else text

    return [
        _Column("position", True, lambda line: str(line.position)),
        _Column("document", False, lambda line: " ".join(line.document.split())),
        _Column("document_date", False, lambda line: day(line.document_date)),
        _Column("due_date", False, lambda line: day(line.due_date)),
        _Column("days_late", True, lambda line: str(line.days_late) if line.days_late > 0 else ""),
        _Column("level", True, lambda line: str(line.level) if line.level else ""),
        _Column("amount", True, lambda line: money(line.amount), lambda line: line.amount),
        _Column("paid", True, lambda line: money(line.paid) if line.paid else "", lambda line: line.paid),
        _Column("open", True, lambda line: money(line.open_amount), lambda line: line.open_amount),
        _Column("line_interest", True, lambda line: money(line.interest) if line.interest else "", _interest),
    ]


def _interest(line: LetterLine) -> Decimal:
    return line.interest
