"""What follows the table: totals, payment data and the signature."""

from __future__ import annotations

from opomini_tui.documents.blocks import Block, stack
from opomini_tui.documents.density import Setting
from opomini_tui.documents.epc_block import HEIGHT as EPC_HEIGHT
from opomini_tui.documents.epc_block import WIDTH as EPC_WIDTH
from opomini_tui.documents.epc_block import draw_epc
from opomini_tui.documents.frame import COLUMN, LEFT, RIGHT, accent
from opomini_tui.documents.letter_values import ZERO, Letter
from opomini_tui.documents.reference import group_iban
from opomini_tui.documents.seal import seal_room
from opomini_tui.documents.sheet import GREY, HAIR, Sheet, Style, bold, regular
from opomini_tui.documents.typesetting import fit, shrink

_PAYMENT_RIGHT = 114.0
_LABELS, _LABELS_BESIDE_CODE = 27.0, 24.5  # widths of the labels of the payment data
_LINE = 4.7  # of the payment data
_SIZES = (9.0, 8.0, 7.0, 6.0)  # of the payment data, in points
_TOTAL_MORE = 3.7  # that the line of the total is higher than the others


def money_and_currency(letter: Letter, amount: str) -> str:
    """The amount with its currency, in the order of the language."""
    return f"{letter.currency} {amount}" if letter.words.language == "en" else f"{amount} {letter.currency}"


def totals_height(letter: Letter, setting: Setting) -> float:
    """What the totals need."""
    parts = sum(map(bool, (letter.amount, letter.interest, letter.cost, letter.compensation)))
    return (parts + 2 - setting.terse) * setting.totals_line + _TOTAL_MORE + 1.3


def sums_block(letter: Letter, beside: Block | None, setting: Setting, *, with_payment: bool) -> Block:
    """Totals at the right; at the left the payment data when `with_payment`, or else the block `beside`."""
    payment = _payment(letter) if with_payment and letter.total > ZERO else []
    height = totals_height(letter, setting)
    left_height = (sum(len(lines) for _label, lines, _style in payment) + 1) * _LINE + 1.0
    with_epc = bool(payment) and _has_code(letter)
    if with_epc:
        left_height = max(left_height, _LINE + 1.0 + EPC_HEIGHT)

    def draw(sheet: Sheet, y: float) -> None:
        _draw_totals(sheet, letter, setting, y + 3.0)
        if payment:
            _draw_payment(sheet, letter, payment, y + 3.0)
        if with_epc:
            draw_epc(sheet, letter, y + 3.0 + _LINE + 1.2)
        if beside:
            beside.draw(sheet, y + 2.4)

    if beside:
        return Block(max(height, beside.height) + 2.4, draw)
    return Block(max(height, left_height) + 6.5, draw)


def signature_block(letter: Letter, width: float) -> Block:
    """Who stands for the letter, and that it is valid without a signature, unless there is room for one."""
    sender = letter.sender
    names = [name for name in (sender.contact, sender.name) if name]

    def draw(sheet: Sheet, y: float) -> None:
        for number, name in enumerate(names):
            text, style = shrink(name, regular(9.2) if number else bold(9.2), width, 6.0)
            sheet.text(LEFT, y + 3.2 + number * 4.2, text, style)
        note = "" if letter.seal else letter.words.label("computer_made")
        text, style = shrink(note, regular(7.2, GREY), width, 5.0)
        sheet.text(LEFT, y + 3.8 + len(names) * 4.2, text, style)

    return stack([Block(4.4 + len(names) * 4.2, draw), *seal_room(letter)])


SIGNATURE_LINE = 3.6  # its height


def signature_line(letter: Letter, width: float) -> Block:
    """Who stands for the letter, in one line; that it is valid without a signature is said at the foot of the page."""
    sender = letter.sender

    def draw(sheet: Sheet, y: float) -> None:
        text, style = shrink(sender.contact or sender.name, bold(8.6), width, 6.0)
        sheet.text(LEFT, y + 2.8, text, style)

    return Block(SIGNATURE_LINE, draw)


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


def _draw_totals(sheet: Sheet, letter: Letter, setting: Setting, y: float) -> None:
    """The parts, the total under a rule, and the day until which it is to be paid."""
    line = setting.totals_line
    figures = regular(9.2)
    for name, amount in _totals(letter):
        text, style = shrink(name, regular(8.8, GREY), RIGHT - COLUMN - 4.0 - figures.width(amount), 6.0)
        sheet.text(COLUMN, y + 3.3, text, style)
        sheet.text_to(RIGHT, y + 3.3, amount, figures)
        y += line
    y += line * 0.17
    colour = accent(letter)
    sheet.rule(COLUMN, RIGHT, y, 1.2, colour)
    label = letter.words.label("total")
    sheet.text(COLUMN, y + 6.2, label, bold(8.8, colour))
    room = RIGHT - COLUMN - 3.0 - bold(8.8).width(label)
    total, style = shrink(money_and_currency(letter, letter.money(letter.total)), bold(13.5, colour), room, 7.0)
    sheet.text_to(RIGHT, y + 6.2, total, style)
    if setting.terse:
        return
    y += line + _TOTAL_MORE
    sheet.rule(COLUMN, RIGHT, y, 0.3, HAIR)
    sheet.text(COLUMN, y + line * 0.94, letter.words.label("deadline"), regular(8.8, GREY))
    sheet.text_to(RIGHT, y + line * 0.94, letter.day(letter.deadline), bold(9.2))


def _payment(letter: Letter) -> list[tuple[str, list[str], Style]]:
    """Label, value in lines, and style of each of the payment data; what is copied exactly is bold."""
    sender, label = letter.sender, letter.words.label
    bank = " · ".join(filter(None, (sender.bank, sender.bic)))
    start, labels = _payment_columns(letter)
    room = (COLUMN - 3.0 if _has_code(letter) else _PAYMENT_RIGHT) - start - labels
    name_lines = 1 if regular(_SIZES[1]).width(sender.name) <= room else 2  # a little smaller before it is parted
    values = [
        (label("payee"), sender.name, name_lines, regular(9.0)),
        ("IBAN", group_iban(sender.iban), 1, bold(9.0)),
        (label("bank"), bank, 1, regular(9.0)),
        (label("reference"), letter.reference, 1, bold(9.0)),
        (label("purpose"), letter.purpose, 1, regular(9.0)),
        (label("pay_amount"), money_and_currency(letter, letter.money(letter.total)), 1, bold(9.0)),
    ]
    return [(name, *fit(value, style, room, most, _SIZES)) for name, value, most, style in values if value]


def _has_code(letter: Letter) -> bool:
    """Whether the EPC code stands at the left of the payment data."""
    return letter.payment_form == "epc"


def _payment_columns(letter: Letter) -> tuple[float, float]:
    """Where the labels of the payment data begin, and how wide they are: beside the code, or at the left edge."""
    return (LEFT + EPC_WIDTH, _LABELS_BESIDE_CODE) if _has_code(letter) else (LEFT, _LABELS)


def _draw_payment(sheet: Sheet, letter: Letter, payment: list[tuple[str, list[str], Style]], y: float) -> None:
    """The payment data under their heading."""
    y += 3.3
    start, labels = _payment_columns(letter)
    sheet.text(LEFT, y, letter.words.label("payment"), bold(8.8, accent(letter)))
    y += _LINE + 1.0
    size = min(shrink(name, regular(8.0), labels - 1.5, 5.0)[1].size for name, _lines, _style in payment)
    for name, lines, style in payment:
        sheet.text(start, y, name, regular(size, GREY))
        for line in lines:
            sheet.text(start + labels, y, line, style)
            y += _LINE
