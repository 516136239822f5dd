"""The part of a statement of open items that the customer signs and sends back, at the foot of its last page."""

from __future__ import annotations

from opomini_tui.documents.countries import country_name
from opomini_tui.documents.frame import COLUMN, LEFT, RIGHT, accent, is_abroad, sender_place
from opomini_tui.documents.sheet import GREY, INK, PAGE_HEIGHT, PAGE_WIDTH, Colour, Sheet, Style, bold, regular
from opomini_tui.documents.statement import Statement
from opomini_tui.documents.typesetting import ELLIPSIS, fit, shrink

HEIGHT = 74.0
_TOP = PAGE_HEIGHT - HEIGHT
_WHITE = Colour(1.0, 1.0, 1.0)
_DASH, _GAP = 1.6, 1.2
_BOX = 3.4
_LABEL = regular(7.2, GREY)
_TEXT = regular(9.0)


def draw_statement_slip(sheet: Sheet, statement: Statement) -> None:
    """Who owes what to whom, the two answers, and where to sign."""
    words = statement.own_words
    _draw_cut(sheet)
    sheet.text(LEFT, _TOP + 8.6, words.label("slip"), bold(11.5, accent(statement)))
    _draw_parties(sheet, statement, _TOP + 14.4)
    y = _TOP + 37.0
    for name in ("confirmed", "objected"):
        _draw_box(sheet, LEFT, y)
        sheet.text(LEFT + _BOX + 2.4, y + 2.8, words.label(name), _TEXT)
        y += 6.4
    start = LEFT + _BOX + 4.4 + _TEXT.width(words.label("objected"))
    sheet.rule(start, RIGHT, y - 2.8, 0.3, GREY)
    sheet.rule(LEFT + _BOX + 2.4, RIGHT, y + 3.8, 0.3, GREY)
    thirds = (
        (LEFT, LEFT + 48.0, "place_and_date"),
        (LEFT + 56.0, COLUMN + 8.0, "responsible"),
        (COLUMN + 16.0, RIGHT, "stamp"),
    )
    for left, right, name in thirds:
        sheet.rule(left, right, _TOP + 63.4, 0.4, INK)
        text, style = shrink(words.label(name), _LABEL, right - left, 5.0)
        sheet.text(left, _TOP + 66.6, text, style)


def _draw_cut(sheet: Sheet) -> None:
    """A dashed line over the whole page, along which the part is torn off."""
    x = 6.0
    while x + _DASH <= PAGE_WIDTH - 6.0:
        sheet.rule(x, x + _DASH, _TOP, 0.4, GREY)
        x += _DASH + _GAP


def _draw_parties(sheet: Sheet, statement: Statement, y: float) -> None:
    """The debtor and what he owes at the left, where the part is to be sent at the right."""
    words, recipient, sender = statement.own_words, statement.recipient, statement.sender
    country = country_name(recipient.country) if is_abroad(statement) else ""
    debtor = ", ".join(filter(None, (f"{recipient.code} {recipient.name}".strip(), country)))
    sheet.text(LEFT, y, words.label("debtor"), _LABEL)
    sheet.text(COLUMN, y, words.label("return_to"), _LABEL)
    lines, style = fit(debtor, bold(9.2), COLUMN - LEFT - 8.0, 2, (9.2, 8.4, 7.6, 6.6))
    for number, line in enumerate(lines):
        sheet.text(LEFT, y + 4.4 + number * 4.1, line, style)
    sheet.text(LEFT, y + 13.4, words.label("state", date=statement.day(statement.as_of)), _LABEL)
    lines, style, top, step = _sums(statement)
    for number, line in enumerate(lines):
        sheet.text(LEFT, y + top + number * step, line, style)
    back = (sender.name, sender.street, sender_place(statement), sender.email)
    for number, line in enumerate(filter(None, back)):
        text, style = shrink(line, regular(9.0), RIGHT - COLUMN, 6.0)
        sheet.text(COLUMN, y + 4.4 + number * 4.3, text, style)


def _sums(statement: Statement) -> tuple[list[str], Style, float, float]:
    """What is owed, in as few lines as it needs; their style, the first base line, and the step to the next."""
    sums = " · ".join(statement.money(group.total, group.currency) for group in statement.currencies)
    colour, room = accent(statement), COLUMN - LEFT - 8.0
    for most, sizes, top, step in ((1, (11.0, 9.0), 18.4, 0.0), (2, (8.0, 7.0), 17.3, 3.3)):
        lines, style = fit(sums, bold(sizes[0], colour), room, most, sizes)
        if not lines[-1].endswith(ELLIPSIS):
            return lines, style, top, step
    lines, style = fit(sums, bold(6.4, colour), room, 3, (6.4, 6.0))
    return lines, style, 16.3, 2.6


def _draw_box(sheet: Sheet, x: float, y: float) -> None:
    """An empty box to tick: a dark bar with a white one in it, for a sheet knows only rules."""
    points = 72 / 25.4
    sheet.rule(x, x + _BOX, y + _BOX / 2, _BOX * points, INK)
    inner = _BOX - 0.7
    sheet.rule(x + 0.35, x + 0.35 + inner, y + _BOX / 2, inner * points, _WHITE)
