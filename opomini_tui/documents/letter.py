"""The letter of a notice as a PDF: one letter, or many in one document for the printer.

The same letter gives the same bytes: the moment of creation is the notice's date and the document's id comes from its
content. Type is embedded once, texts can be read back in reading order.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any, BinaryIO

from reportlab import rl_config as _rl_config
from reportlab.pdfgen import canvas as _canvas

from opomini_tui.documents.layout import lay_out
from opomini_tui.documents.letter_values import (
    Letter,
    LetterLine,
    Recipient,
    Sender,
    check,
    placeholder_values,
    with_texts,
)
from opomini_tui.documents.sheet import MM, PAGE_HEIGHT, PAGE_WIDTH, paint
from opomini_tui.errors import NothingToDo
from opomini_tui.text import _

__all__ = [
    "Letter",
    "LetterLine",
    "Recipient",
    "Sender",
    "draw_letter",
    "draw_letters",
    "placeholder_values",
    "with_texts",
]

# The library has no types.
rl_config: Any = _rl_config
canvases: Any = _canvas

rl_config.useA85 = 0  # text-safe coding of streams costs time and a quarter of the size


def draw_letter(letter: Letter) -> bytes:
    """The letter as a PDF.

    Raises:
        OpominiError: the printed lines do not add up to the printed totals, or the logo cannot be read.
    """
    output = BytesIO()
    draw_letters([letter], output)
    return output.getvalue()


def draw_letters(letters: Iterable[Letter], output: BinaryIO) -> int:
    """Write the letters as one PDF with a bookmark for each; how many pages it has.

    Fonts and logo are stored once. The document bears the date of the first letter.

    Raises:
        NothingToDo: there are no letters.
        OpominiError: a letter's lines do not add up to its totals, or a logo cannot be read; nothing is written.
    """
    canvas: Any = None
    pages = count = 0
    for count, letter in enumerate(letters, start=1):
        check(letter)
        canvas = canvas or _new_canvas(letter, output)
        for number, sheet in enumerate(lay_out(letter)):
            if not number:
                key = f"{letter.full_number}/{count}"
                canvas.bookmarkPage(key)
                canvas.addOutlineEntry(f"{letter.full_title} – {letter.recipient.name}", key)
            paint(sheet, canvas)
            canvas.showPage()
            pages += 1
    if canvas is None:
        raise NothingToDo(_("There are no notices to print. Choose others and try again."))
    if count > 1:
        canvas.setTitle(f"{canvas._doc.info.title} (+{count - 1})")
        canvas.showOutline()
    canvas.save()
    return pages


def _new_canvas(letter: Letter, output: BinaryIO) -> Any:
    """An empty document with the particulars of its first letter."""
    canvas = canvases.Canvas(
        output, (PAGE_WIDTH * MM, PAGE_HEIGHT * MM), pageCompression=1, invariant=1, lang=letter.words.language
    )
    canvas.setDateFormatter(lambda *_moment: f"D:{letter.date:%Y%m%d}000000Z")
    canvas.setTitle(letter.full_title)
    canvas.setAuthor(letter.sender.name)
    canvas.setSubject(letter.purpose)
    canvas.setCreator("Opomini")
    return canvas
