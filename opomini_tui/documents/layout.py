"""From a letter to its pages: the text and the table fall on as few pages as they can, the totals stay with rows."""

from __future__ import annotations

from math import ceil

from opomini_tui.documents.blocks import KEPT_ROWS, Block, paginate, place, stack, table_blocks
from opomini_tui.documents.closing import SIGNATURE_LINE, signature_block, signature_line, sums_block, totals_height
from opomini_tui.documents.density import ABOVE_SLIP, ONE_PAGE, SEVERAL_PAGES, Setting
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
from opomini_tui.documents.interest_page import has_interest_pages, interest_sheets
from opomini_tui.documents.item_table import ItemTable, TableContent, table_content
from opomini_tui.documents.letter_values import Letter
from opomini_tui.documents.running_text import text_blocks
from opomini_tui.documents.seal import seal_room
from opomini_tui.documents.sheet import MM, Sheet, regular
from opomini_tui.documents.slip_form import HEIGHT as SLIP_HEIGHT
from opomini_tui.documents.typesetting import set_paragraph
from opomini_tui.documents.upn_slip import draw_slip

_LEAST_TOTALS = 17.0  # what the totals and the head of the table need at least
_LEAST_HEAD = 5.6
_BESIDE_WIDTH = COLUMN - LEFT - 8.0
_BESIDE_HEIGHT = 60.0  # of a text beside the totals; a longer one runs over the whole width under them
_TABLE_ENDS = 12.0  # of head and sum of the table on the page of the totals
_NOTE_GAP = 1.4  # between the table and a note under it
_MOST_ROWS_ON_TWO = 60  # that three densities are tried for


def lay_out(letter: Letter) -> list[Sheet]:
    """The pages of `letter`; the payment slip, if it has one, stands at the foot of the last.

    A letter is set more densely where it then needs one page, and less densely where it needs several anyway.
    """
    foot = SLIP_HEIGHT if letter.payment_form == "upn" else 0.0
    specified = has_interest_pages(letter)  # its pages come between the letter and the slip
    own_foot = 0.0 if specified else foot
    setting, blocks, starts = _chosen(table_content(letter), own_foot)
    note = letter.words.label("computer_made") if own_foot and not letter.seal else ""
    sheets = [Sheet() for _start in starts]
    draw_first_frame(sheets[0], letter, setting.lift, own_foot if len(sheets) == 1 else 0.0, setting.title_size)
    for sheet in sheets[1:]:
        draw_next_frame(sheet, letter)
    place(blocks, starts, sheets, [FIRST_TOP - setting.lift] + [NEXT_TOP] * (len(starts) - 1))
    if specified:
        sheets += interest_sheets(letter, foot)
    for page, sheet in enumerate(sheets, start=1):
        last = page == len(sheets)
        draw_foot(sheet, letter, page, len(sheets), foot if last else 0.0, note if last else "")
    if foot:
        draw_slip(sheets[-1], letter)
    return sheets


def _chosen(content: TableContent, foot: float) -> tuple[Setting, list[Block], list[int]]:
    """The density of the letter, its blocks and where its pages begin."""
    letter = content.letter
    for setting in ABOVE_SLIP if foot else ONE_PAGE:
        if _least_height(letter, setting, foot) <= bottom(foot) - FIRST_TOP + setting.lift:
            blocks, starts = _divided(content, setting, foot)
            if len(starts) == 1:
                return setting, blocks, starts
    settings = SEVERAL_PAGES if len(letter.items) <= _MOST_ROWS_ON_TWO else SEVERAL_PAGES[1:2]
    tried = [(setting, *_divided(content, setting, foot)) for setting in settings]
    return min(tried, key=lambda each: len(each[2]))


def _least_height(letter: Letter, setting: Setting, foot: float) -> float:
    """What the letter needs at least on one page: it spares setting text that cannot fit."""
    above = _least_text(letter.above, setting, WIDTH) + _LEAST_HEAD + len(letter.items) * setting.row_height
    if not foot:
        return above + _least_text(letter.below, setting, WIDTH) + _LEAST_TOTALS
    parting = _parting(letter, setting)
    return above + (parting[0] if parting else _least_text(letter.below, setting, WIDTH) + _LEAST_TOTALS)


def _least_text(text: str, setting: Setting, width: float) -> float:
    """The least height of a text: its lines as if they were filled to the end."""
    room = width * MM / setting.text_size
    paragraphs = text.split("\n\n")
    lines = sum(max(1, ceil(unit_width(paragraph, REGULAR) / room * 0.97)) for paragraph in paragraphs)
    return lines * setting.leading + len(paragraphs) * setting.paragraph_gap


def _divided(content: TableContent, setting: Setting, foot: float) -> tuple[list[Block], list[int]]:
    """The blocks of the letter and where its pages begin."""
    letter = content.letter
    above = _text_blocks(letter.above, setting, WIDTH)
    totals = _totals_above_slip(letter, setting) if foot else None
    below: list[Block] = []
    if not totals:
        below = _text_blocks(letter.below, setting, WIDTH)
        below[-1:] = [stack([*below[-1:], signature_block(letter, WIDTH)])]
        totals = sums_block(letter, None, setting, with_payment=not foot)
    table = _table_blocks(content, setting, totals)
    blocks = [*above, *table, *below]
    full = bottom(0.0)
    first_room = full - FIRST_TOP + setting.lift
    return blocks, paginate(blocks, first_room, full - NEXT_TOP, full - bottom(foot), len(above) + len(table) - 1)


def _totals_above_slip(letter: Letter, setting: Setting) -> Block | None:
    """Totals with the text at their left; paragraphs that make it too high stand over the whole width before.

    None for a text that is too long for this, or for a page with rows above the slip: it runs under the totals.
    """
    parting = _parting(letter, setting)
    if not parting:
        return None
    note, paragraphs, count = setting.for_notes, _signed(letter, setting), parting[1]
    before = _text_blocks("\n\n".join(paragraphs[:count]), note, WIDTH)
    if before:
        before = [Block(_NOTE_GAP), *before]
    rest = _text_blocks("\n\n".join(paragraphs[count:]), note, _BESIDE_WIDTH)
    signed = [] if setting.terse else [signature_line(letter, _BESIDE_WIDTH)]
    beside = stack([*rest, *signed, *seal_room(letter)])
    made = stack([*before, sums_block(letter, beside, setting, with_payment=False)])
    room = bottom(SLIP_HEIGHT) - NEXT_TOP - (KEPT_ROWS + 1.5) * setting.row_height - _TABLE_ENDS
    return made if made.height <= room else None


def _parting(letter: Letter, setting: Setting) -> tuple[float, int] | None:
    """The least height of text and totals, and how many paragraphs stand over the whole width for it."""
    note, paragraphs = setting.for_notes, _signed(letter, setting)
    totals = totals_height(letter, setting)
    height, beside = 0.0, sum(_height(text, note, _BESIDE_WIDTH) for text in paragraphs)
    beside += (0.0 if setting.terse else SIGNATURE_LINE) + sum(block.height for block in seal_room(letter))
    best: tuple[float, int] | None = None
    for count, text in enumerate(paragraphs or [""]):
        least = height + max(beside, totals)
        if beside <= _BESIDE_HEIGHT and (best is None or least < best[0]):
            best = least, count
        height += _height(text, note, WIDTH) + (0.0 if count else _NOTE_GAP)
        beside -= _height(text, note, _BESIDE_WIDTH)
    return best


def _signed(letter: Letter, setting: Setting) -> list[str]:
    """The paragraphs of the text under the table, those of a terse letter with who stands for it."""
    name = f" **{letter.sender.contact or letter.sender.name}**" if setting.terse else ""
    return [part for part in f"{letter.below}{name}".split("\n\n") if part.strip("\n")]


def _height(paragraph: str, setting: Setting, width: float) -> float:
    """The height of a paragraph with the gap after it."""
    lines = set_paragraph(paragraph.strip("\n"), regular(setting.text_size), width)
    return len(lines) * setting.leading + setting.paragraph_gap


def _table_blocks(content: TableContent, setting: Setting, totals: Block) -> list[Block]:
    """The table with the totals: its head keeps to the first rows, the totals keep to the last."""
    head, *rows, sums = ItemTable(content, setting.row_height, setting.cell_size).blocks()
    end = [sums, totals] if setting.sum_row else [totals]
    return table_blocks([Block(2.0), head], rows, end)


def _text_blocks(text: str, setting: Setting, width: float) -> list[Block]:
    """The paragraphs of a text."""
    return text_blocks(text, regular(setting.text_size), setting.leading, setting.paragraph_gap, width)
