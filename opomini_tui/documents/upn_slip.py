"""The UPN QR slip of a notice: what its code says, and the same printed into the form.

Payload: twenty fields, each ended by a line feed, in ISO 8859-2; version 15, level M, ECI 4 (ZBS, technical standard of
the form UPN QR). What is too long is cut in the code and on the paper alike.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from opomini_tui.documents.fonts import SLIP
from opomini_tui.documents.letter_values import PURPOSE_LENGTH, Letter
from opomini_tui.documents.qr import QrCode, encode
from opomini_tui.documents.reference import group_iban
from opomini_tui.documents.sheet import Colour, Sheet, Style
from opomini_tui.documents.slip_form import BOX, slip_form
from opomini_tui.documents.typesetting import shrink
from opomini_tui.text.formats import format_date, format_money

TOP = 198.0  # of the slip on its page, in millimetres
NAME_LENGTH = 33
_VERSION, _LATIN_2 = 15, 4
_MODULE = 32.6 / 77
_BLACK = Colour(0.0, 0.0, 0.0)
_PRINT = Style(SLIP, 10.0, _BLACK)  # 12 characters an inch
_STUB_PRINT = Style(SLIP, 7.2, _BLACK)
_FORMS = r"d\.? ?o\.? ?o\.?|d\.? ?d\.?|s\.? ?p\.?|k\.? ?d\.?|d\.? ?n\.? ?o\.?|z\.? ?o\.? ?o\.?|z\.? ?b\.? ?o\.?"
_KEPT = re.compile(rf",? ({_FORMS}|\d+ ?[a-zA-Z]?)$", re.IGNORECASE)  # the company's form, or the number of a house
_FORM_GAP = re.compile(r"(?<=\.) ")
_DANGLING = re.compile(r"([ ,;:&+/-]+|(?<= )\w{1,2})+$")
_LEAST_OF_A_WORD = 3
_REPLACED = str.maketrans(
    {
        **dict.fromkeys("„“”»«″", '"'),
        **dict.fromkeys("‘’‚›‹′`", "'"),
        **dict.fromkeys("–—−‑", "-"),
        **dict.fromkeys("•·", "."),
        "…": ".", "€": "E", "ø": "o", "Ø": "O", "æ": "a", "Æ": "A", "œ": "o", "Œ": "O", "ð": "d", "þ": "t", "ı": "i",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class UpnSlip:
    """The data of a slip, in the letters that the code can hold; payer and payee are name, street and town."""

    payer: tuple[str, str, str]
    payee: tuple[str, str, str]
    amount: Decimal
    purpose_code: str
    purpose: str
    deadline: datetime.date | None
    iban: str
    reference: str

    @property
    def payload(self) -> str:
        """What the code says; the last field is the control sum."""
        deadline = f"{self.deadline:%d.%m.%Y}" if self.deadline else ""
        fields = [
            "UPNQR", "", "", "", "", *self.payer, f"{int(self.amount * 100):011d}", "", "", self.purpose_code, self.purpose,
            deadline, self.iban, self.reference.replace(" ", ""), *self.payee,
        ]  # fmt: skip
        control = sum(map(len, fields)) + len(fields)
        return "".join(f"{field}\n" for field in [*fields, f"{control:03d}"])

    @property
    def code(self) -> QrCode:
        """The code."""
        return encode(self.payload.encode("iso-8859-2"), version=_VERSION, eci=_LATIN_2)


def slip_of(letter: Letter) -> UpnSlip:
    """The slip that pays `letter`."""
    sender, recipient = letter.sender, letter.recipient
    return UpnSlip(
        payer=_party(recipient.name, recipient.street, recipient.post_code, recipient.city),
        payee=_party(sender.name, sender.street, sender.post_code, sender.city),
        amount=letter.total,
        purpose_code=letter.purpose_code,
        purpose=latin_2(letter.purpose, PURPOSE_LENGTH),
        deadline=letter.deadline,
        iban="".join(sender.iban.split()).upper(),
        reference=letter.reference,
    )


def latin_2(text: str, length: int) -> str:
    """The text with every character in ISO 8859-2 (à becomes a), single spaces, cut to `length`."""
    line = " ".join(unicodedata.normalize("NFC", text).split()).translate(_REPLACED)
    try:
        line.encode("iso-8859-2")
    except UnicodeEncodeError:
        line = "".join(map(_replaced, line))
    printable = "".join(character if character.isprintable() else " " for character in line)
    return " ".join(printable.split())[:length].strip()


def _replaced(character: str) -> str:
    """One character that ISO 8859-2 has: itself, or the letter under its accent, or a question mark."""
    for candidate in (character, unicodedata.normalize("NFKD", character)[:1]):
        try:
            candidate.encode("iso-8859-2")
        except UnicodeEncodeError:
            continue
        return candidate
    return "?"


def draw_slip(sheet: Sheet, letter: Letter) -> None:
    """The form, its print and the code at the foot of a page."""
    slip = slip_of(letter)
    sheet.form(slip_form(), 0.0, TOP)
    sheet.code(slip.code, 67.2, TOP + 9.45, _MODULE)
    amount = f"***{format_money(slip.amount, 'sl')}"
    deadline = format_date(slip.deadline, "sl") if slip.deadline else ""
    model, _space, number = slip.reference.partition(" ")
    iban = group_iban(slip.iban)
    for y, line in zip((10.0, 14.2, 18.4), slip.payer, strict=True):
        _print(sheet, 5.0, y, line, _STUB_PRINT, 50.5)
    for x, y, text, width in (
        (5.0, 26.2, slip.purpose, 50.5), (5.0, 30.3, deadline, 50.5), (17.5, 37.9, amount, 38.0), (5.0, 47.2, iban, 50.5),
        (5.0, 53.2, slip.reference, 50.5),
    ):  # fmt: skip
        _print(sheet, x, y, text, _STUB_PRINT, width)
    for y, line in zip((63.0, 67.2, 71.4), slip.payee, strict=True):
        _print(sheet, 5.0, y, line, _STUB_PRINT, 50.5)
    for y, line in zip((25.6, 30.6, 35.6), slip.payer, strict=True):
        _print(sheet, 107.7, y, line, _PRINT, 97.0)
    for x, y, text, boxes in (
        (115.4, 44.1, amount, 11), (64.7, 52.6, slip.purpose_code, 4), (81.7, 52.6, slip.purpose, 25),
        (177.4, 52.6, deadline, 8), (64.7, 61.6, iban, 34), (64.7, 69.6, model, 4), (81.7, 69.6, number, 22),
    ):  # fmt: skip
        _print(sheet, x, y, text, _PRINT, boxes * BOX - 1.5)
    for y, line in zip((77.6, 82.6, 87.6), slip.payee, strict=True):
        _print(sheet, 64.7, y, line, _PRINT, 97.0)


def _print(sheet: Sheet, x: float, y: float, text: str, style: Style, width: float) -> None:
    """A text in its field, narrower when it is too long for it."""
    if text:
        sheet.text(x, TOP + y, *shrink(text, style, width, 4.0))


def _party(name: str, street: str, post_code: str, city: str) -> tuple[str, str, str]:
    """Name, street and town as the code takes them."""
    place = f"{post_code} {city}"
    return shortened(name, NAME_LENGTH), shortened(street, NAME_LENGTH), shortened(place, NAME_LENGTH)


def shortened(text: str, length: int) -> str:
    """The text as `latin_2` has it, but cut where a reader would: its last word is abbreviated or left out.

    What names the company's form and a house number stay: "Žnidaršič & Ćosić inžen. d.o.o.".
    """
    line = latin_2(text, len(text))
    if len(line) <= length:
        return line
    kept = _KEPT.search(line)
    tail = f" {_FORM_GAP.sub('', kept[1])}" if kept else ""
    room = length - len(tail)
    start = line[: kept.start() if kept else None]
    if len(start) <= room:
        return start + tail
    piece = start[:room]
    if " " not in (piece[-1], start[room]):  # in the middle of a word
        words = piece.rpartition(" ")[0]
        short = piece[len(words) : -1].strip().rstrip("aeiouAEIOU")
        if len(short) >= _LEAST_OF_A_WORD and short.isalpha():
            return f"{words} {short}.".strip() + tail
        piece = words or piece
    return _DANGLING.sub("", piece) + tail
