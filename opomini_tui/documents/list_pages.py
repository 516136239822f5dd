"""The list of notices (seznam opominov) on A4 pages, with sums at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from opomini_tui.documents.pdf_file import PdfFile
from opomini_tui.documents.sheet import GREY, HAIR, INK, Sheet, Style, bold, paint, regular
from opomini_tui.documents.typesetting import shrink
from opomini_tui.progress import UNFOLLOWED, Course
from opomini_tui.text import _

LEFT, RIGHT, TOP, BOTTOM = 15.0, 195.0, 34.0, 280.0
ROW = 5.2
TEXT, HEAD = regular(8), bold(7.5, GREY)


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column: its heading, width in millimetres, and at which side its cells stand."""

    heading: str
    width: float
    side: Literal["left", "right"] = "left"


def draw_list(
    title: str,
    subtitle: str,
    columns: Sequence[ListColumn],
    rows: Sequence[Sequence[str]],
    sums: Sequence[str],
    course: Course = UNFOLLOWED,
) -> bytes:
    """The rows as a PDF with repeated headings, page numbers, and `sums` (a cell per column) as its last line.

    Raises:
        Stopped: a person stopped it.
    """
    per_page = int((BOTTOM - TOP) / ROW) - 1
    parts = [rows[start : start + per_page] for start in range(0, len(rows), per_page)] or [[]]
    document = PdfFile(title)
    for number, part in enumerate(parts, 1):
        course.go_on()
        course.tell(min(number * per_page, len(rows)), len(rows), note=_("Drawing the pages …"))
        sheet = Sheet()
        sheet.text(LEFT, 18, title, bold(13))
        sheet.text(LEFT, 23.5, subtitle, regular(8.5, GREY))
        sheet.text_to(RIGHT, 288, f"{number} / {len(parts)}", regular(8, GREY))
        _draw_line(sheet, TOP - 2.2, columns, [column.heading for column in columns], HEAD)
        sheet.rule(LEFT, RIGHT, TOP - 0.8, 0.8, INK)
        y = TOP
        for cells in part:
            y += ROW
            _draw_line(sheet, y - 1.5, columns, cells, TEXT)
            sheet.rule(LEFT, RIGHT, y, 0.25, HAIR)
        if number == len(parts):
            _draw_line(sheet, y + ROW - 1.2, columns, sums, bold(8))
        paint(sheet, document)
    return document.finish()


def _draw_line(sheet: Sheet, y: float, columns: Sequence[ListColumn], cells: Sequence[str], style: Style) -> None:
    """One line of cells on the baseline `y`; what is too long is set smaller, then cut with an ellipsis."""
    x = LEFT
    for column, cell in zip(columns, cells, strict=True):
        text, fitted = shrink(cell, style, column.width - 2, 6)
        if column.side == "right":
            sheet.text_to(x + column.width - 1, y, text, fitted)
        else:
            sheet.text(x + 1, y, text, fitted)
        x += column.width
