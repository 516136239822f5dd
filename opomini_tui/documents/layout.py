"""From a letter to its pages: the text and the table fall on as few pages as they can, the totals stay with rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from opomini_tui.documents.blocks import Block, paginate, place, stack
from opomini_tui.documents.closing import signature_block, sums_block
from opomini_tui.documents.frame import (
    FIRST_TOP,
    LEFT,
    NEXT_TOP,
    WIDTH,
    bottom,
    draw_first_frame,
    draw_foot,
    draw_next_frame,
)
from opomini_tui.documents.item_table import ItemTable, TableContent, table_content
from opomini_tui.documents.letter_values import Letter
from opomini_tui.documents.sheet import Sheet, regular
from opomini_tui.documents.typesetting import Run, draw_line, set_paragraph

KEPT_ROWS = 3  # rows that stand with the totals, so that these are never alone on a page
_SAVED_PAGES = 2  # only a letter of this many pages is set more densely to save one
_HEAD_ROWS = 2  # rows that stand with the head of the table


@dataclass(frozen=True, slots=True)
class _Setting:
    """How dense a letter is: sizes in points, heights in millimetres."""

    text_size: float
    leading: float
    paragraph_gap: float
    row_height: float
    cell_size: float


_SETTINGS = (
    _Setting(9.4, 4.7, 2.3, 5.5, 8.8),
    _Setting(9.0, 4.25, 1.7, 4.8, 8.4),
    _Setting(8.7, 4.0, 1.4, 4.5, 8.2),
)


def lay_out(letter: Letter, foot: float = 0.0) -> list[Sheet]:
    """The pages of `letter`; the last `foot` millimetres of the last one stay free (for a payment slip).

    A letter that needs a second page is set more densely if that saves the page.
    """
    content = table_content(letter)
    blocks, starts = _divided(content, _SETTINGS[0], foot)
    if 1 < len(starts) <= _SAVED_PAGES:
        for setting in _SETTINGS[1:]:
            denser = _divided(content, setting, foot)
            if len(denser[1]) < len(starts):
                blocks, starts = denser
                break
    sheets = [Sheet() for _start in starts]
    draw_first_frame(sheets[0], letter)
    for sheet in sheets[1:]:
        draw_next_frame(sheet, letter)
    place(blocks, starts, sheets, [FIRST_TOP] + [NEXT_TOP] * (len(starts) - 1))
    for page, sheet in enumerate(sheets, start=1):
        draw_foot(sheet, letter, page, len(sheets), foot if page == len(sheets) else 0.0)
    return sheets


def _divided(content: TableContent, setting: _Setting, foot: float) -> tuple[list[Block], list[int]]:
    """The blocks of the letter and where its pages begin."""
    letter = content.letter
    above = _text_blocks(letter.above, setting)
    table = _table_blocks(content, setting, with_payment=not foot)
    below = _text_blocks(letter.below, setting)
    signature = signature_block(letter)
    below[-1:] = [stack([*below[-1:], signature])]
    blocks = [*above, *table, *below]
    full = bottom(0.0)
    keep = len(above) + len(table) - 1
    return blocks, paginate(blocks, full - FIRST_TOP, full - NEXT_TOP, full - bottom(foot), keep)


def _table_blocks(content: TableContent, setting: _Setting, with_payment: bool) -> list[Block]:
    """The table with the totals: its head keeps to the first rows, the totals keep to the last."""
    head, *rows, sums = ItemTable(content, setting.row_height, setting.cell_size).blocks()
    end = [sums, sums_block(content.letter, with_payment)]
    gap = Block(2.0)
    if len(rows) < KEPT_ROWS + _HEAD_ROWS:
        return [stack([gap, head, *rows, *end])]
    return [stack([gap, head, *rows[:_HEAD_ROWS]]), *rows[_HEAD_ROWS:-KEPT_ROWS], stack([*rows[-KEPT_ROWS:], *end])]


def _text_blocks(text: str, setting: _Setting) -> list[Block]:
    """The paragraphs of a text; a long one may be parted, but not so that one line of it stands alone."""
    style = regular(setting.text_size)
    blocks = []
    for paragraph in filter(None, (part.strip("\n") for part in text.split("\n\n"))):
        lines = [_line_block(line, setting) for line in set_paragraph(paragraph, style, WIDTH)]
        lines.append(Block(setting.paragraph_gap))
        blocks += lines and ([stack(lines)] if len(lines) < 5 else [stack(lines[:2]), *lines[2:-3], stack(lines[-3:])])
    return blocks


def _line_block(line: Sequence[Run], setting: _Setting) -> Block:
    """One line of text."""
    return Block(setting.leading, lambda sheet, y: draw_line(sheet, LEFT, y + setting.leading * 0.75, line))
