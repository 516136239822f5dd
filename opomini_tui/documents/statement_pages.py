"""From a statement of open items to its pages: set as the letter is, with its head, its window and its grid.

The part that the customer signs and sends back stands at the foot of the last page.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from opomini_tui.documents.blocks import Block, paginate, place, stack, table_blocks
from opomini_tui.documents.figure_table import FigureColumn, FigureRow, FigureTable, column_day
from opomini_tui.documents.frame import (
    COLUMN,
    FIRST_TOP,
    LEFT,
    NEXT_TOP,
    RIGHT,
    WIDTH,
    Fact,
    accent,
    bottom,
    draw_foot,
    draw_next_frame,
    draw_opening,
    tax_fact,
)
from opomini_tui.documents.letter_values import ZERO
from opomini_tui.documents.running_text import text_blocks
from opomini_tui.documents.sheet import GREY, HAIR, INK, Sheet, bold, regular
from opomini_tui.documents.statement import CurrencyItems, Statement
from opomini_tui.documents.statement_slip import HEIGHT, draw_statement_slip
from opomini_tui.documents.typesetting import shrink

_BESIDE = COLUMN - LEFT - 8.0
_LINE = 4.6
_MOST_BESIDE = 2
"""Currencies whose sums stand at the right of the request; more of them have a table."""


class _Setting(NamedTuple):
    """How dense a statement is: sizes in points, heights in millimetres."""

    text_size: float
    leading: float
    row_height: float
    cell_size: float
    lift: float


_SETTINGS = (_Setting(9.4, 4.7, 5.2, 8.8, 0.0), _Setting(9.0, 4.2, 4.6, 8.4, 5.0), _Setting(8.6, 3.8, 4.1, 8.1, 9.0))


def statement_sheets(statement: Statement) -> list[Sheet]:
    """The pages of the statement; one page where it can be, else as wide as the first setting."""
    room = bottom(0.0) - NEXT_TOP
    for setting in (*_SETTINGS, _SETTINGS[0]):
        blocks = list(_blocks(statement, setting))
        first = bottom(0.0) - FIRST_TOP + setting.lift
        starts = paginate(blocks, first, room, bottom(0.0) - bottom(HEIGHT), len(blocks) - 1)
        if len(starts) == 1:
            break
    sheets = [Sheet() for _start in starts]
    foot = HEIGHT if len(sheets) == 1 else 0.0
    draw_opening(sheets[0], statement, _facts(statement), setting.lift, foot)
    for sheet in sheets[1:]:
        draw_next_frame(sheet, statement)
    place(blocks, starts, sheets, [FIRST_TOP - setting.lift] + [NEXT_TOP] * (len(starts) - 1))
    for page, sheet in enumerate(sheets, 1):
        draw_foot(sheet, statement, page, len(sheets), HEIGHT if page == len(sheets) else 0.0)
    draw_statement_slip(sheets[-1], statement)
    return sheets


def _facts(statement: Statement) -> list[Fact]:
    """Day, customer and tax number."""
    label, recipient = statement.words.label, statement.recipient
    return [
        Fact(statement.own_words.label("date"), statement.day(statement.as_of), urgent=True),
        Fact(label("customer_code"), recipient.code),
        tax_fact(statement),
    ]


def _blocks(statement: Statement, setting: _Setting) -> Iterator[Block]:
    """The text, a table for each currency, and at the end the last rows with sums, request and signature."""
    words = statement.own_words
    style = regular(setting.text_size)
    intro = words.label("intro", date=statement.day(statement.as_of))
    yield from text_blocks(intro, style, setting.leading, setting.leading * 0.45, WIDTH)
    several = len(statement.currencies) > _MOST_BESIDE
    last = statement.currencies[-1]
    for group in statement.currencies:
        head, *rows, sums = _table(statement, group, setting).blocks()
        ends = group is last and not several
        end = [_closing(statement), _signature(statement)] if ends else [Block(4.0)]
        yield from table_blocks([Block(1.5), head], rows, [sums, *end])
    if several:
        head, *rows, _sums = _sums_table(statement, setting).blocks()
        request = [Block(2.6), *_request(statement, WIDTH)]
        yield from table_blocks([Block(1.5), head], rows, [*request, _signature(statement)])


def _table(statement: Statement, group: CurrencyItems, setting: _Setting) -> FigureTable:
    """The items in one currency."""
    words, language, money = statement.own_words, statement.words.language, statement.money
    columns = [
        FigureColumn(words.label("position")),
        FigureColumn(words.label("document"), to_right=False, wraps=True),
        FigureColumn(words.label("document_date"), to_right=False),
        FigureColumn(words.label("due"), to_right=False),
        FigureColumn(words.label("days_late")),
        FigureColumn(words.label("amount", currency=group.currency)),
        FigureColumn(words.label("open", currency=group.currency)),
    ]
    amounts = list(accumulate((line.amount for line in group.lines), initial=ZERO))
    opens = list(accumulate((line.open_amount for line in group.lines), initial=ZERO))

    def sums(label: str, count: int) -> tuple[str, ...]:
        return (words.label(label), "", "", "", "", money(amounts[count]), money(opens[count]))

    rows = [
        FigureRow(
            (
                str(number + 1),
                " ".join(line.document.split()),
                column_day(line.document_date, language),
                column_day(line.due_date, language),
                str(days) if (days := (statement.as_of - line.due_date).days) > 0 and line.open_amount > 0 else "",
                money(line.amount),
                money(line.open_amount),
            ),
            sums("carried", number),
        )
        for number, line in enumerate(group.lines)
    ]
    return FigureTable(columns, rows, sums("sum", len(rows)), setting.row_height, setting.cell_size)


def _sums_table(statement: Statement, setting: _Setting) -> FigureTable:
    """What is open in each of many currencies."""
    words, money = statement.own_words, statement.money
    names = ("currency", "overdue", "not_due", "total")
    columns = [FigureColumn(words.label(name), to_right=name != "currency") for name in names]
    rows = []
    for group in statement.currencies:
        overdue = group.overdue(statement.as_of)
        rows.append(
            FigureRow(
                (group.currency, money(overdue), money(group.total - overdue), money(group.total, group.currency))
            )
        )
    return FigureTable(columns, rows, [""] * len(columns), setting.row_height, setting.cell_size)


def _request(statement: Statement, width: float) -> list[Block]:
    """What the customer is asked to do."""
    return list(text_blocks(statement.own_words.label("request"), regular(8.6), 3.85, 1.5, width))


def _closing(statement: Statement) -> Block:
    """At the left what the customer is asked to do, at the right what is open, per currency."""
    request = stack(_request(statement, _BESIDE))
    one = 2 * _LINE + 11.0

    def draw(sheet: Sheet, y: float) -> None:
        request.draw(sheet, y + 2.6)
        for number, group in enumerate(statement.currencies):
            _draw_totals(sheet, statement, group, y + 2.6 + number * one)

    return Block(max(request.height, one * len(statement.currencies)) + 4.0, draw)


def _draw_totals(sheet: Sheet, statement: Statement, group: CurrencyItems, y: float) -> None:
    """Overdue, not yet due, and both under a rule."""
    words, overdue, colour = statement.own_words, group.overdue(statement.as_of), accent(statement)
    for name, amount in (("overdue", overdue), ("not_due", group.total - overdue)):
        sheet.text(COLUMN, y + 3.1, words.label(name), regular(8.8, GREY))
        sheet.text_to(RIGHT, y + 3.1, statement.money(amount), regular(9.2))
        y += _LINE
    sheet.rule(COLUMN, RIGHT, y + 0.6, 1.2, colour)
    label = words.label("total")
    sheet.text(COLUMN, y + 6.2, label, bold(8.8, colour))
    room = RIGHT - COLUMN - 3.0 - bold(8.8).width(label)
    total, style = shrink(statement.money(group.total, group.currency), bold(12.5, colour), room, 7.0)
    sheet.text_to(RIGHT, y + 6.2, total, style)


def _signature(statement: Statement) -> Block:
    """Where the company's responsible person signs."""
    words, sender = statement.own_words, statement.sender
    place_and_day = ", ".join(filter(None, (sender.city, statement.day(statement.as_of))))
    person = ": ".join(filter(None, (words.label("responsible"), sender.contact)))

    def draw(sheet: Sheet, y: float) -> None:
        text, style = shrink(place_and_day, regular(9.0), _BESIDE, 6.0)
        sheet.text(LEFT, y + 9.0, text, style)
        for x, label, right in ((LEFT, words.label("place_and_date"), LEFT + 62.0), (COLUMN, person, RIGHT)):
            sheet.rule(x, right, y + 10.4, 0.4, INK if x > LEFT else HAIR)
            text, style = shrink(label, regular(7.2, GREY), right - x, 5.0)
            sheet.text(x, y + 13.4, text, style)

    return Block(14.6, draw)
