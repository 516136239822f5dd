"""The letter of a notice as a PDF: one letter, or many in one document for the printer.

The same letter gives the same bytes: the moment of creation is the notice's date and the document's id comes from its
content. Type is embedded once, texts can be read back in reading order.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import BinaryIO

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
from opomini_tui.documents.pdf_file import PdfFile
from opomini_tui.documents.sheet import paint
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
    document: PdfFile | None = None
    more = -1
    for letter in letters:
        check(letter)
        document = document or _new_document(letter)
        bookmark = f"{letter.full_title} – {letter.recipient.name}"
        for sheet in lay_out(letter):
            paint(sheet, document, bookmark)
            bookmark = ""
        more += 1
    if document is None:
        raise NothingToDo(_("There are no notices to print. Choose others and try again."))
    if more:
        document.title += f" (+{more})"
        document.outline_shown = True
    output.write(document.finish())
    return document.pages


def _new_document(letter: Letter) -> PdfFile:
    """An empty document with the particulars of its first letter."""
    return PdfFile(
        letter.full_title,
        letter.date,
        author=letter.sender.name,
        subject=letter.purpose,
        language=letter.words.language,
    )
