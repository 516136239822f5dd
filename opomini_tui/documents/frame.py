"""What frames a letter: head of the sender, window address, facts, title, page heads and page feet.

Measures in millimetres from the top left corner. The address stands in the window of an envelope (20 from the left,
45 from the top, 90 × 45); one left edge carries address, text and table, one right column the facts and the totals.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from opomini_tui.documents.countries import country_name
from opomini_tui.documents.letter_values import Letter, Recipient, Sender
from opomini_tui.documents.logo import read_logo
from opomini_tui.documents.sheet import BLUE, GREY, HAIR, INK, PAGE_HEIGHT, RED, Colour, Sheet, bold, regular
from opomini_tui.documents.typesetting import fit, shrink
from opomini_tui.documents.wording import Wording

LEFT, RIGHT = 25.0, 190.0
COLUMN = 124.0  # where the right column begins
WIDTH = RIGHT - LEFT
TITLE_SIZE = 19.0
FIRST_TOP = 103.0  # of the text under the title
NEXT_TOP = 32.0
FOLDS = (99.0, 198.0)  # thirds of A4

_SMALL = regular(7.4, GREY)
_ADDRESS_WIDTH = 78.0
_TITLE_GAP = 6.0 / TITLE_SIZE  # between its baseline and the text, to its size


class Paper(Protocol):
    """What the company writes to a customer: a letter, or another paper with the same head and address."""

    @property
    def sender(self) -> Sender:
        """Who writes."""

    @property
    def recipient(self) -> Recipient:
        """To whom."""

    @property
    def words(self) -> Wording:
        """The words of its language."""

    @property
    def before_lawsuit(self) -> bool:
        """Whether it is set in the colour of a notice before lawsuit."""

    @property
    def title(self) -> str:
        """The title in capitals."""

    @property
    def full_title(self) -> str:
        """The title and what follows it, such as its number."""


class Fact(NamedTuple):
    """A line of the facts beside the address; one without a value is left out."""

    label: str
    value: str
    urgent: bool = False


def tax_fact(paper: Paper) -> Fact:
    """The customer's number: a natural person has a tax number and is not registered for VAT."""
    recipient = paper.recipient
    return Fact(paper.words.label("tax_number" if recipient.is_person else "tax_id"), recipient.tax_id)


def accent(letter: Paper) -> Colour:
    """The one colour of a letter: blue, and red before a lawsuit."""
    return RED if letter.before_lawsuit else BLUE


def bottom(foot: float) -> float:
    """The lowest line of the text on a page whose last `foot` millimetres are taken."""
    return PAGE_HEIGHT - max(foot + 5.8, 17.0)


def draw_first_frame(sheet: Sheet, letter: Letter, lift: float, foot: float, title_size: float = TITLE_SIZE) -> None:
    """Head, address, facts, title (higher by `lift`) and, above the `foot` that is taken, fold marks of the first page."""
    draw_opening(sheet, letter, _facts(letter), lift, foot, title_size)


def draw_opening(
    sheet: Sheet, paper: Paper, facts: Sequence[Fact], lift: float, foot: float, title_size: float = TITLE_SIZE
) -> None:
    """As `draw_first_frame`, for any paper with the `facts` that it names."""
    _draw_head(sheet, paper)
    _draw_address(sheet, paper)
    _draw_facts(sheet, paper, facts)
    _draw_title(sheet, paper, FIRST_TOP - lift - title_size * _TITLE_GAP, title_size)
    for y in FOLDS:
        if y >= PAGE_HEIGHT - foot:
            break
        sheet.rule(6.0, 9.5, y, 0.3, GREY)


def draw_next_frame(sheet: Sheet, letter: Paper) -> None:
    """The short head of every page after the first: sender, and who got which notice."""
    name, style = shrink(letter.sender.name, bold(8.5), 85.0, 6.0)
    sheet.text(LEFT, 20.0, name, style)
    recipient, style = shrink(letter.recipient.name, regular(8.0, GREY), 75.0, 6.0)
    sheet.text_to(RIGHT, 20.0, recipient, style)
    sheet.rule(LEFT, RIGHT, 23.0, 0.3, HAIR)


def draw_foot(sheet: Sheet, letter: Paper, page: int, pages: int, foot: float, note: str = "") -> None:
    """Number of the notice and of the page, a `note` between them, above the `foot` millimetres that are taken."""
    y = PAGE_HEIGHT - max(foot + 2.6, 10.0)
    number = letter.words.label("page", page=str(page), pages=str(pages))
    start, end = LEFT + _SMALL.width(letter.full_title) + 4.0, RIGHT - _SMALL.width(number) - 4.0
    sheet.text(LEFT, y, letter.full_title, _SMALL)
    if note:
        text, style = shrink(note, _SMALL._replace(size=6.6), end - start, 5.0)
        sheet.text((start + end - style.width(text)) / 2, y, text, style)
    sheet.text_to(RIGHT, y, number, _SMALL)


def _draw_head(sheet: Sheet, letter: Paper) -> None:
    """Logo, or the name as a word mark, and the sender's particulars."""
    sender = letter.sender
    y = 16.5
    if sender.logo:
        sheet.picture(read_logo(sender.logo), LEFT, 13.0, 70.0, 20.0)
        lines, style = fit(sender.name, bold(8.6), RIGHT - COLUMN, 2, (8.6, 8.0, 7.0))
        for line in lines:
            sheet.text(COLUMN, y, line, style)
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


def _particulars(letter: Paper, sender: Sender) -> list[str]:
    """The lines under the sender's name."""
    label = letter.words.label
    lines = [
        ", ".join(filter(None, (sender.street, sender_place(letter)))),
        sender.phone,
        sender.email,
        f"{label('tax_id')}: {sender.tax_id}" if sender.tax_id else "",
        f"{label('registration_number')}: {sender.registration_number}" if sender.registration_number else "",
    ]
    return [line for line in lines if line]


def is_abroad(letter: Paper) -> bool:
    """True when the letter leaves the sender's country."""
    return letter.recipient.country not in ("", letter.sender.country)


def sender_place(letter: Paper) -> str:
    """The sender's post code and town, and the country for a customer abroad."""
    sender = letter.sender
    country = letter.words.label("home") if sender.country == "SI" else country_name(sender.country)
    place = f"{sender.post_code} {sender.city}".strip()
    return ", ".join(filter(None, (place, country if is_abroad(letter) else "")))


def _draw_address(sheet: Sheet, letter: Paper) -> None:
    """The window: the sender's address in small, and the customer's."""
    sender, recipient = letter.sender, letter.recipient
    back = ", ".join(filter(None, (sender.name, sender.street, sender_place(letter))))
    text, style = shrink(back, regular(6.4, GREY), _ADDRESS_WIDTH, 4.5)
    sheet.text(LEFT, 50.5, text, style)
    sheet.rule(LEFT, LEFT + _ADDRESS_WIDTH, 52.0, 0.3, HAIR)
    y = 59.0
    lines, style = fit(recipient.name, bold(10.4), _ADDRESS_WIDTH, 3, (10.4, 9.4, 8.4, 7.4))
    for line in lines:
        sheet.text(LEFT, y, line, style)
        y += 4.9
    place = f"{recipient.post_code} {recipient.city}".strip()
    country = country_name(recipient.country) if is_abroad(letter) else ""
    fitted = [shrink(line, regular(10.4), _ADDRESS_WIDTH, 7.0) for line in (recipient.street, place, country) if line]
    size = min((style.size for _line, style in fitted), default=10.4)
    for line, style in fitted:
        sheet.text(LEFT, y, line, style._replace(size=size))
        y += 4.9


def _facts(letter: Letter) -> list[Fact]:
    """Number, date, customer, reference and deadline of a letter."""
    label, recipient = letter.words.label, letter.recipient
    return [
        Fact(label("number"), letter.full_number),
        Fact(label("date"), letter.day(letter.date)),
        Fact(label("customer_code"), recipient.code),
        tax_fact(letter),
        Fact(label("reference"), letter.reference),
        Fact(label("deadline"), letter.day(letter.deadline), urgent=True),
    ]


def _draw_facts(sheet: Sheet, letter: Paper, facts: Sequence[Fact]) -> None:
    """The facts as two columns between hair rules."""
    y = 50.5
    for fact in facts:
        if not fact.value:
            continue
        label, style = shrink(fact.label, regular(8.0, GREY), 32.0, 6.0)
        sheet.text(COLUMN, y, label, style)
        width = RIGHT - COLUMN - style.width(label) - 3.0
        text, style = shrink(fact.value, bold(8.8, accent(letter) if fact.urgent else INK), width, 5.5)
        sheet.text_to(RIGHT, y, text, style)
        sheet.rule(COLUMN, RIGHT, y + 1.9, 0.3, HAIR)
        y += 5.7


def _draw_title(sheet: Sheet, letter: Paper, y: float, size: float) -> None:
    """Title and number in one line, both smaller when the title is long."""
    number = letter.full_title.removeprefix(letter.title).strip()
    while size > 11.0 and bold(size).width(letter.title) + regular(size).width(f" {number}") > WIDTH:
        size -= 0.5
    title = bold(size, accent(letter))
    sheet.text(LEFT, y, letter.title, title)
    x = LEFT + title.width(letter.title + " ")
    sheet.text(x, y, number, regular(size, GREY))
