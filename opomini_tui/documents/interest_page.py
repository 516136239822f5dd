"""The interest specification: pages that show how the interest of every item came to be.

They stand between the letter and its payment slip: the slip keeps its place at the foot of the last page.
"""

from __future__ import annotations

from opomini_tui.documents.blocks import Block, paginate, place, table_blocks
from opomini_tui.documents.figure_table import MARK, FigureColumn, FigureRow, FigureTable, column_day
from opomini_tui.documents.frame import LEFT, NEXT_TOP, WIDTH, accent, bottom, draw_next_frame
from opomini_tui.documents.letter_values import Letter
from opomini_tui.documents.paper_words import PaperWords, paper_words
from opomini_tui.documents.running_text import text_blocks
from opomini_tui.documents.sheet import GREY, Sheet, bold, regular
from opomini_tui.dunning.interest_parts import ItemInterest, Part, Specification
from opomini_tui.text import ngettext
from opomini_tui.text.formats import amount_of, format_cents

_HEADING_HEIGHT = 9.0
_REMARK_AT = 3  # the column of the first day


def has_interest_pages(letter: Letter) -> bool:
    """Whether the letter has a specification that adds up to what it charges."""
    found = letter.specification
    return found is not None and bool(found.items)


def interest_sheets(letter: Letter, foot: float) -> list[Sheet]:
    """The pages of the specification; the last one leaves `foot` millimetres at its foot free.

    Raises:
        ValueError: the letter has none (`has_interest_pages`).
    """
    found = letter.specification
    if found is None or not found.items:
        raise ValueError(letter.full_number)
    words = paper_words("interest_page", letter.words.language)
    style = regular(8.6)
    table = _table_blocks(letter, found, words)
    blocks = [
        _heading(letter, words),
        *text_blocks(words.label("intro"), style, 3.95, 2.5, WIDTH),
        *table,
        *text_blocks(_notes(letter, found, words), regular(8.0, GREY), 3.7, 1.2, WIDTH),
    ]
    room = bottom(0.0) - NEXT_TOP
    keep = next(number for number, block in enumerate(blocks) if block is table[-1])
    starts = paginate(blocks, room, room, bottom(0.0) - bottom(foot), keep)
    sheets = [Sheet() for _start in starts]
    for sheet in sheets:
        draw_next_frame(sheet, letter)
    place(blocks, starts, sheets, [NEXT_TOP] * len(starts))
    return sheets


def missing_sentence(count: int) -> str:
    """That `count` letters ({n}) went without the specification that the company wants: it would have been false."""
    return ngettext(
        "{n} letter has no interest specification: the interest rates were changed after the notice was prepared, so it "
        "would not add up. Delete the notice and prepare it anew if it is to have one.",
        "{n} letters have no interest specification: the interest rates were changed after the notices were prepared, so "
        "it would not add up. Delete the notices and prepare them anew if they are to have one.",
        count,
    )


def _heading(letter: Letter, words: PaperWords) -> Block:
    """The title of the specification."""

    def draw(sheet: Sheet, y: float) -> None:
        sheet.text(LEFT, y + 4.6, words.label("title", date=letter.day(letter.date)), bold(13.0, accent(letter)))

    return Block(_HEADING_HEIGHT, draw)


def _table_blocks(letter: Letter, found: Specification, words: PaperWords) -> list[Block]:
    """The table: its head keeps to the first rows, its sum to the last."""
    head, *rows, sums = FigureTable(_columns(words), _rows(letter, found, words), _sums(letter, words)).blocks()
    return table_blocks([head], rows, [sums, Block(3.0)])


def _columns(words: PaperWords) -> list[FigureColumn]:
    """Invoice and principal; then period, days, rate, days of the year and interest; then the item's interest."""
    names = ("due", "principal", "from", "to", "days", "rate", "year", "part", "interest")
    texts = ("due", "from", "to")
    first = FigureColumn(words.label("document"), to_right=False, wraps=True)
    return [first, *(FigureColumn(words.label(name), to_right=name not in texts) for name in names)]


def _rows(letter: Letter, found: Specification, words: PaperWords) -> list[FigureRow]:
    """A row for each period; the first names its item, the last bears the item's interest."""
    rows: list[FigureRow] = []
    so_far = 0
    for item in found.items:
        named = _named(letter, item)
        carried = (words.label("carried"), *[""] * 8, _money(letter, so_far))
        so_far += item.item.interest
        capped = item.uncapped is not None
        for number, part in enumerate(item.parts, 1):
            last = number == len(item.parts) and not capped
            end = _money(letter, item.item.interest) if last else ""
            start, repeated = (named, ()) if number == 1 else (("", "", ""), named)
            rows.append(FigureRow((*start, *_period(letter, part), end), carried, repeated, rule=last))
        if item.uncapped is not None:
            remark = words.label("capped", amount=_money(letter, item.uncapped))
            end = _money(letter, item.item.interest)
            rows.append(FigureRow((*[""] * 9, end), carried, named, remark, _REMARK_AT))
    return rows


def _named(letter: Letter, item: ItemInterest) -> tuple[str, str, str]:
    """Which item it is, and what bears interest."""
    charged = item.item
    return (
        " ".join(charged.document.split()),
        column_day(charged.due, letter.words.language),
        _money(letter, charged.principal),
    )


def _period(letter: Letter, part: Part) -> tuple[str, ...]:
    """From, to, days, rate, days of the year, interest to four decimals."""
    period, language = part.period, letter.words.language
    cents, rest = divmod(part.interest, 100)
    mark = "" if period.rate.confirmed else MARK
    return (
        column_day(period.first, language),
        column_day(period.last, language),
        str(period.days),
        format_cents(period.rate.rate, language) + mark,
        str(period.year_length),
        f"{_money(letter, cents)}{rest:02d}",
    )


def _sums(letter: Letter, words: PaperWords) -> tuple[str, ...]:
    """The interest of the notice."""
    return (words.label("sum", currency=letter.currency), *[""] * 8, letter.money(letter.interest))


def _notes(letter: Letter, found: Specification, words: PaperWords) -> str:
    """What is to be known of the rates."""
    notes = []
    doubtful = found.unconfirmed
    if doubtful is not None:
        notes.append(words.label("unconfirmed", date=letter.day(doubtful)))
    unknown = [item.parts[0].period.first for item in found.items if item.unknown]
    if unknown:
        notes.append(words.label("unknown", date=letter.day(min(unknown))))
    return "\n\n".join(notes)


def _money(letter: Letter, cents: int) -> str:
    """An amount as the letter's language writes it."""
    return letter.money(amount_of(cents))
