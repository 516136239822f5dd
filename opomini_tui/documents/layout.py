"""From a letter to its pages: the text and the table fall on as few pages as they can, the totals stay with rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil

from opomini_tui.documents.blocks import Block, paginate, place, stack
from opomini_tui.documents.closing import signature_block, signature_line, sums_block
from opomini_tui.documents.fonts import REGULAR, unit_width
from opomini_tui.documents.frame import (
    COLUMN,
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
from opomini_tui.documents.sheet import MM, Sheet, regular
from opomini_tui.documents.slip_form import HEIGHT as SLIP_HEIGHT
from opomini_tui.documents.typesetting import Run, draw_line, set_paragraph
from opomini_tui.documents.upn_slip import draw_slip

KEPT_ROWS = 3  # rows that stand with the totals, so that these are never alone on a page
_LEAST_TOTALS = 19.0  # what the totals and the head of the table need at least
_LEAST_HEAD = 5.6
_HEAD_ROWS = 2  # rows that stand with the head of the table


@dataclass(frozen=True, slots=True)
class _Setting:
    """How dense a letter is: sizes in points, heights in millimetres."""

    text_size: float
    leading: float
    paragraph_gap: float
    row_height: float
    cell_size: float
    lift: float = 0.0  # of title and text on the first page
    note_size: float = 8.6  # of the text beside the totals, and its leading
    note_leading: float = 3.9
    sum_row: bool = True  # the totals say the same


_SETTINGS = (
    _Setting(9.4, 4.7, 2.3, 5.5, 8.8),
    _Setting(9.0, 4.25, 1.7, 4.8, 8.4),
    _Setting(8.7, 4.0, 1.4, 4.5, 8.2),
)
_ABOVE_SLIP = (
    _Setting(9.4, 4.7, 2.3, 5.5, 8.8),
    _Setting(9.0, 4.2, 1.7, 4.8, 8.5, 4.0, 8.2, 3.6),
    _Setting(8.8, 4.0, 1.4, 4.4, 8.3, 8.0, 7.8, 3.35),
    _Setting(8.6, 3.8, 1.2, 4.05, 8.1, 8.0, 7.5, 3.15, sum_row=False),
    _Setting(8.4, 3.6, 1.0, 3.8, 8.0, 9.0, 7.2, 3.0, sum_row=False),
)
_BESIDE_WIDTH = COLUMN - LEFT - 8.0
_BESIDE_HEIGHT = 60.0  # of a text beside the totals; a longer one runs over the whole width under them


def lay_out(letter: Letter) -> list[Sheet]:
    """The pages of `letter`; the payment slip, if it has one, stands at the foot of the last.

    A letter of two pages is set more densely if it then needs one.
    """
    content = table_content(letter)
    foot = SLIP_HEIGHT if letter.payment_form == "upn" else 0.0
    settings = _ABOVE_SLIP if foot else _SETTINGS
    for setting in settings:
        if _least_height(letter, setting, foot) <= bottom(foot) - FIRST_TOP + setting.lift:
            blocks, starts = _divided(content, setting, foot)
            if len(starts) == 1:
                break
    else:
        setting = settings[0]
        blocks, starts = _divided(content, setting, foot)
    sheets = [Sheet() for _start in starts]
    draw_first_frame(sheets[0], letter, setting.lift, foot if len(sheets) == 1 else 0.0)
    for sheet in sheets[1:]:
        draw_next_frame(sheet, letter)
    place(blocks, starts, sheets, [FIRST_TOP - setting.lift] + [NEXT_TOP] * (len(starts) - 1))
    for page, sheet in enumerate(sheets, start=1):
        draw_foot(sheet, letter, page, len(sheets), foot if page == len(sheets) else 0.0)
    if foot:
        draw_slip(sheets[-1], letter)
    return sheets


def _least_height(letter: Letter, setting: _Setting, foot: float) -> float:
    """What the letter needs at least on one page: it spares setting text that cannot fit."""
    note = replace(setting, text_size=setting.note_size, leading=setting.note_leading) if foot else setting
    below = _least_text(letter.below, note, _BESIDE_WIDTH if foot else WIDTH)
    end = max(below, _LEAST_TOTALS) if foot else below + _LEAST_TOTALS
    rows = len(letter.items) * setting.row_height
    return _least_text(letter.above, setting, WIDTH) + _LEAST_HEAD + rows + end


def _least_text(text: str, setting: _Setting, width: float) -> float:
    """The least height of a text: its lines as if they were filled to the end."""
    room = width * MM / setting.text_size
    paragraphs = text.split("\n\n")
    lines = sum(max(1, ceil(unit_width(paragraph, REGULAR) / room * 0.97)) for paragraph in paragraphs)
    return lines * setting.leading + len(paragraphs) * setting.paragraph_gap


def _divided(content: TableContent, setting: _Setting, foot: float) -> tuple[list[Block], list[int]]:
    """The blocks of the letter and where its pages begin."""
    letter = content.letter
    above = _text_blocks(letter.above, setting, WIDTH)
    beside = None
    if foot:
        note = replace(setting, text_size=setting.note_size, leading=setting.note_leading)
        narrow = stack([*_text_blocks(letter.below, note, _BESIDE_WIDTH), signature_line(letter, _BESIDE_WIDTH)])
        beside = narrow if narrow.height <= _BESIDE_HEIGHT else None
    table = _table_blocks(content, setting, sums_block(letter, beside, with_payment=not foot))
    below = [] if beside else _text_blocks(letter.below, setting, WIDTH)
    if not beside:
        below[-1:] = [stack([*below[-1:], signature_block(letter, WIDTH)])]
    blocks = [*above, *table, *below]
    full = bottom(0.0)
    first_room = full - FIRST_TOP + setting.lift
    return blocks, paginate(blocks, first_room, full - NEXT_TOP, full - bottom(foot), len(above) + len(table) - 1)


def _table_blocks(content: TableContent, setting: _Setting, totals: Block) -> list[Block]:
    """The table with the totals: its head keeps to the first rows, the totals keep to the last."""
    head, *rows, sums = ItemTable(content, setting.row_height, setting.cell_size).blocks()
    end = [sums, totals] if setting.sum_row else [totals]
    gap = Block(2.0)
    if len(rows) < KEPT_ROWS + _HEAD_ROWS:
        return [stack([gap, head, *rows, *end])]
    return [stack([gap, head, *rows[:_HEAD_ROWS]]), *rows[_HEAD_ROWS:-KEPT_ROWS], stack([*rows[-KEPT_ROWS:], *end])]


def _text_blocks(text: str, setting: _Setting, width: float) -> list[Block]:
    """The paragraphs of a text; a long one may be parted, but not so that one line of it stands alone."""
    style = regular(setting.text_size)
    blocks = []
    for paragraph in filter(None, (part.strip("\n") for part in text.split("\n\n"))):
        lines = [_line_block(line, setting) for line in set_paragraph(paragraph, style, width)]
        lines.append(Block(setting.paragraph_gap))
        blocks += lines and ([stack(lines)] if len(lines) < 5 else [stack(lines[:2]), *lines[2:-3], stack(lines[-3:])])
    return blocks


def _line_block(line: Sequence[Run], setting: _Setting) -> Block:
    """One line of text."""
    return Block(setting.leading, lambda sheet, y: draw_line(sheet, LEFT, y + setting.leading * 0.75, line))
