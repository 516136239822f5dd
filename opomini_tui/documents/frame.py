"""What frames a letter: head of the sender, window address, facts, title, page heads and page feet.

Measures in millimetres from the top left corner. The address stands in the window of an envelope (20 from the left,
45 from the top, 90 × 45); one left edge carries address, text and table, one right column the facts and the totals.
"""

from __future__ import annotations

from opomini_tui.documents.countries import country_name
from opomini_tui.documents.letter_values import Letter, Sender
from opomini_tui.documents.logo import read_logo
from opomini_tui.documents.sheet import BLUE, GREY, HAIR, INK, PAGE_HEIGHT, RED, Colour, Sheet, bold, regular
from opomini_tui.documents.typesetting import fit, shrink

LEFT, RIGHT = 25.0, 190.0
COLUMN = 124.0  # where the right column begins
WIDTH = RIGHT - LEFT
TITLE_BASELINE = 97.0
FIRST_TOP = 103.0
NEXT_TOP = 32.0
FOLDS = (99.0, 198.0)  # thirds of A4

_SMALL = regular(7.4, GREY)
_ADDRESS_WIDTH = 78.0


def accent(letter: Letter) -> Colour:
    """The one colour of a letter: blue, and red before a lawsuit."""
    return RED if letter.before_lawsuit else BLUE


def bottom(foot: float) -> float:
    """The lowest line of the text on a page whose last `foot` millimetres are taken."""
    return PAGE_HEIGHT - max(foot + 6.2, 17.0)


def draw_first_frame(sheet: Sheet, letter: Letter, lift: float, foot: float) -> None:
    """Head, address, facts, title (higher by `lift`) and, above the `foot` that is taken, fold marks of the first page."""
    _draw_head(sheet, letter)
    _draw_address(sheet, letter)
    _draw_facts(sheet, letter)
    _draw_title(sheet, letter, TITLE_BASELINE - lift)
    for y in FOLDS:
        if y >= PAGE_HEIGHT - foot:
            break
        sheet.rule(6.0, 9.5, y, 0.3, GREY)


def draw_next_frame(sheet: Sheet, letter: Letter) -> None:
    """The short head of every page after the first: sender, and who got which notice."""
    name, style = shrink(letter.sender.name, bold(8.5), 85.0, 6.0)
    sheet.text(LEFT, 20.0, name, style)
    recipient, style = shrink(letter.recipient.name, regular(8.0, GREY), 75.0, 6.0)
    sheet.text_to(RIGHT, 20.0, recipient, style)
    sheet.rule(LEFT, RIGHT, 23.0, 0.3, HAIR)


def draw_foot(sheet: Sheet, letter: Letter, page: int, pages: int, foot: float) -> None:
    """Number of the notice and of the page, above the `foot` millimetres that are taken."""
    y = PAGE_HEIGHT - max(foot + 2.6, 10.0)
    sheet.text(LEFT, y, letter.full_title, _SMALL)
    sheet.text_to(RIGHT, y, letter.words.label("page", page=str(page), pages=str(pages)), _SMALL)


def _draw_head(sheet: Sheet, letter: Letter) -> None:
    """Logo, or the name as a word mark, and the sender's particulars."""
    sender = letter.sender
    y = 16.5
    if sender.logo:
        sheet.picture(read_logo(sender.logo), LEFT, 13.0, 70.0, 20.0)
        for line in fit(sender.name, bold(8.6), RIGHT - COLUMN, 2, (8.6, 8.0, 7.0))[0]:
            sheet.text(COLUMN, y, line, bold(8.6))
            y += 3.9
    else:
        colour = INK if letter.before_lawsuit else BLUE
        lines, style = fit(sender.name, bold(15.0, colour), COLUMN - LEFT - 8.0, 3, (15.0, 13.0, 11.0, 9.0))
        for number, line in enumerate(lines):
            sheet.text(LEFT, 18.0 + number * style.size * 0.44, line, style)
    for line in _particulars(letter, sender):
        parts, style = fit(line, _SMALL, RIGHT - COLUMN, 2, (7.4, 6.6, 5.6))
        for part in parts:
            sheet.text(COLUMN, y, part, style)
            y += 3.55


def _particulars(letter: Letter, sender: Sender) -> list[str]:
    """The lines under the sender's name."""
    label = letter.words.label
    lines = [
        ", ".join(filter(None, (sender.street, _sender_place(letter)))),
        sender.phone,
        sender.email,
        f"{label('tax_id')}: {sender.tax_id}" if sender.tax_id else "",
        f"{label('registration_number')}: {sender.registration_number}" if sender.registration_number else "",
    ]
    return [line for line in lines if line]


def _is_abroad(letter: Letter) -> bool:
    """True when the letter leaves the sender's country."""
    return letter.recipient.country not in ("", letter.sender.country)


def _sender_place(letter: Letter) -> str:
    """The sender's post code and town, and the country for a customer abroad."""
    sender = letter.sender
    country = letter.words.label("home") if sender.country == "SI" else country_name(sender.country)
    place = f"{sender.post_code} {sender.city}".strip()
    return ", ".join(filter(None, (place, country if _is_abroad(letter) else "")))


def _draw_address(sheet: Sheet, letter: Letter) -> None:
    """The window: the sender's address in small, and the customer's."""
    sender, recipient = letter.sender, letter.recipient
    back = ", ".join(filter(None, (sender.name, sender.street, _sender_place(letter))))
    text, style = shrink(back, regular(6.4, GREY), _ADDRESS_WIDTH, 4.5)
    sheet.text(LEFT, 50.5, text, style)
    sheet.rule(LEFT, LEFT + _ADDRESS_WIDTH, 52.0, 0.3, HAIR)
    y = 59.0
    lines, style = fit(recipient.name, bold(10.4), _ADDRESS_WIDTH, 3, (10.4, 9.4, 8.4, 7.4))
    for line in lines:
        sheet.text(LEFT, y, line, style)
        y += 4.9
    place = f"{recipient.post_code} {recipient.city}".strip()
    country = country_name(recipient.country) if _is_abroad(letter) else ""
    fitted = [shrink(line, regular(10.4), _ADDRESS_WIDTH, 7.0) for line in (recipient.street, place, country) if line]
    size = min((style.size for _line, style in fitted), default=10.4)
    for line, style in fitted:
        sheet.text(LEFT, y, line, style._replace(size=size))
        y += 4.9


def _draw_facts(sheet: Sheet, letter: Letter) -> None:
    """Number, date, customer, reference and deadline, as two columns between hair rules."""
    recipient = letter.recipient
    facts = [
        ("number", letter.full_number),
        ("date", letter.day(letter.date)),
        ("customer_code", recipient.code),
        ("tax_id", recipient.tax_id),
        ("reference", letter.reference),
        ("deadline", letter.day(letter.deadline)),
    ]
    y = 50.5
    for name, value in facts:
        if not value:
            continue
        urgent = name == "deadline"
        label, style = shrink(letter.words.label(name), regular(8.0, GREY), 32.0, 6.0)
        sheet.text(COLUMN, y, label, style)
        width = RIGHT - COLUMN - style.width(label) - 3.0
        text, style = shrink(value, bold(8.8, accent(letter) if urgent else INK), width, 5.5)
        sheet.text_to(RIGHT, y, text, style)
        sheet.rule(COLUMN, RIGHT, y + 1.9, 0.3, HAIR)
        y += 5.7


def _draw_title(sheet: Sheet, letter: Letter, y: float) -> None:
    """Title and number in one line, both smaller when the title is long."""
    number = letter.words.title_number(letter.full_number)
    size = 19.0
    while size > 11.0 and bold(size).width(letter.title) + regular(size).width(f" {number}") > WIDTH:
        size -= 0.5
    title = bold(size, accent(letter))
    sheet.text(LEFT, y, letter.title, title)
    x = LEFT + title.width(letter.title + " ")
    sheet.text(x, y, number, regular(size, GREY))
