"""The EPC QR code for payers abroad: a SEPA credit transfer that their bank's app reads (EPC069-12, version 002)."""

from __future__ import annotations

from opomini_tui.documents.frame import LEFT
from opomini_tui.documents.letter_values import Letter
from opomini_tui.documents.qr import encode
from opomini_tui.documents.sheet import GREY, Sheet, regular

WIDTH = 27.0  # that the code takes from the payment data beside it, in millimetres
HEIGHT = 29.0  # of the code with its caption
_MOST_VERSION = 13
_SIDE = 23.0  # of the code without its quiet zone
_NAME_LENGTH, _TEXT_LENGTH = 70, 140


def epc_payload(letter: Letter) -> str:
    """What the code says; an RF reference is structured, any other goes into the text."""
    structured = letter.reference.replace(" ", "") if letter.reference.startswith("RF") else ""
    text = "" if structured else f"{letter.reference} {letter.purpose}".strip()
    fields = [
        "BCD", "002", "1", "SCT", "".join(letter.sender.bic.split()), _line(letter.sender.name)[:_NAME_LENGTH],
        "".join(letter.sender.iban.split()), f"EUR{letter.total:.2f}", letter.purpose_code, structured,
        _line(text)[:_TEXT_LENGTH],
    ]  # fmt: skip
    return "\n".join(fields).rstrip("\n")


def draw_epc(sheet: Sheet, letter: Letter, y: float) -> None:
    """The code with its top at `y` and its caption; the transfer in words stands beside it."""
    code = encode(epc_payload(letter).encode("utf-8"), most_version=_MOST_VERSION)
    sheet.code(code, LEFT, y, _SIDE / code.size)
    sheet.text(LEFT, y + _SIDE + 3.4, "EPC QR · SEPA", regular(6.8, GREY))


def _line(text: str) -> str:
    """The text in one line."""
    return " ".join(text.split())
