"""What follows the table: totals, payment data and the signature."""

from __future__ import annotations

from opomini_tui.documents.blocks import Block
from opomini_tui.documents.frame import COLUMN, LEFT, RIGHT, accent
from opomini_tui.documents.letter_values import ZERO, Letter
from opomini_tui.documents.reference import group_iban
from opomini_tui.documents.sheet import GREY, TINT, Sheet, bold, regular
from opomini_tui.documents.typesetting import fit, shrink

_PANEL_RIGHT = 114.0
_PADDING = 3.5
_VALUES = LEFT + 27.0  # where the values of the payment data begin
_LINE = 4.7
_TOTAL_HEIGHT = 9.0


def money_and_currency(letter: Letter, amount: str) -> str:
    """The amount with its currency, in the order of the language."""
    return f"{letter.currency} {amount}" if letter.words.language == "en" else f"{amount} {letter.currency}"


def sums_block(letter: Letter, with_payment: bool) -> Block:
    """Totals at the right and, when `with_payment`, payment data at the left, side by side."""
    totals = _totals(letter)
    payment = _payment(letter) if with_payment and letter.total > ZERO else []
    totals_height = len(totals) * _LINE + _TOTAL_HEIGHT + 8.0
    payment_height = len(payment) * _LINE + 2 * _PADDING + 5.6 if payment else 0.0

    def draw(sheet: Sheet, y: float) -> None:
        _draw_totals(sheet, letter, totals, y + 4.0)
        if payment:
            _draw_payment(sheet, letter, payment, y + 4.0, payment_height)

    return Block(max(totals_height, payment_height) + 8.0, draw)


def signature_block(letter: Letter) -> Block:
    """Who stands for the letter, and that it is valid without a signature."""
    sender = letter.sender
    names = [name for name in (sender.contact, sender.name) if name]

    def draw(sheet: Sheet, y: float) -> None:
        for number, name in enumerate(names):
            text, style = shrink(name, regular(9.2) if number else bold(9.2), RIGHT - LEFT, 6.0)
            sheet.text(LEFT, y + 3.6 + number * 4.5, text, style)
        note = letter.words.label("computer_made")
        text, style = shrink(note, regular(7.2, GREY), RIGHT - LEFT, 5.0)
        sheet.text(LEFT, y + 4.8 + len(names) * 4.5, text, style)

    return Block(5.5 + len(names) * 4.5, draw)


def _totals(letter: Letter) -> list[tuple[str, str]]:
    """Label and amount of each part of the total that is not zero."""
    label, money = letter.words.label, letter.money
    parts = [
        (label("open_invoices"), letter.amount),
        (label("interest", date=letter.day(letter.date)), letter.interest),
        (label("cost"), letter.cost),
        (label("compensation"), letter.compensation),
    ]
    return [(name, money(amount)) for name, amount in parts if amount]


def _draw_totals(sheet: Sheet, letter: Letter, totals: list[tuple[str, str]], y: float) -> None:
    """The parts, the total on a tint under a rule, and the day until which it is to be paid."""
    figures = regular(9.2)
    right = RIGHT - 2.5
    for name, amount in totals:
        text, style = shrink(name, regular(9.0, GREY), right - COLUMN - 4.0 - figures.width(amount), 6.0)
        sheet.text(COLUMN + 2.5, y + 3.3, text, style)
        sheet.text_to(right, y + 3.3, amount, figures)
        y += _LINE
    y += 1.2
    colour = accent(letter)
    sheet.tint(COLUMN, y, RIGHT - COLUMN, _TOTAL_HEIGHT, TINT)
    sheet.rule(COLUMN, RIGHT, y, 1.2, colour)
    label = letter.words.label("total")
    sheet.text(COLUMN + 2.5, y + 6.0, label, bold(8.6, colour))
    room = right - COLUMN - 5.5 - bold(8.6).width(label)
    total, style = shrink(money_and_currency(letter, letter.money(letter.total)), bold(13.0, colour), room, 7.0)
    sheet.text_to(right, y + 6.0, total, style)
    y += _TOTAL_HEIGHT + 5.0
    sheet.text(COLUMN + 2.5, y, letter.words.label("deadline"), regular(9.0, GREY))
    sheet.text_to(right, y, letter.day(letter.deadline), bold(9.4))


def _payment(letter: Letter) -> list[tuple[str, str, bool]]:
    """Label and value of each line of the payment data; the third says whether it is to be copied exactly."""
    sender, label = letter.sender, letter.words.label
    bank = " · ".join(filter(None, (sender.bank, sender.bic)))
    lines = [
        (label("payee"), sender.name, False),
        ("IBAN", group_iban(sender.iban), True),
        (label("bank"), bank, False),
        (label("reference"), letter.reference, True),
        (label("purpose"), letter.purpose, False),
        (label("pay_amount"), money_and_currency(letter, letter.money(letter.total)), True),
    ]
    return [line for line in lines if line[1]]


def _draw_payment(sheet: Sheet, letter: Letter, payment: list[tuple[str, str, bool]], y: float, height: float) -> None:
    """The payment data on a tint."""
    sheet.tint(LEFT, y, _PANEL_RIGHT - LEFT, height, TINT)
    y += _PADDING + 2.6
    sheet.text(LEFT + _PADDING, y, letter.words.label("payment"), bold(8.2, accent(letter)))
    y += 5.6
    for name, value, exact in payment:
        text, style = shrink(name, regular(7.8, GREY), _VALUES - LEFT - _PADDING - 1.5, 5.0)
        sheet.text(LEFT + _PADDING, y, text, style)
        lines, style = fit(
            value, bold(8.8) if exact else regular(8.8), _PANEL_RIGHT - _VALUES - 2.0, 1, (8.8, 7.8, 6.8, 5.8)
        )
        sheet.text(_VALUES, y, lines[0], style)
        y += _LINE
