"""The letter of a notice as a PDF: one letter, or many in one document for the printer.

The same letter gives the same bytes: the moment of creation is the notice's date and the document's id comes from its
content. Type is embedded once, texts can be read back in reading order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from opomini_tui.documents.sheet import Sheet, paint
from opomini_tui.errors import NothingToDo
from opomini_tui.text import _

__all__ = [
    "Letter",
    "LetterFile",
    "LetterLine",
    "Recipient",
    "Sender",
    "draw_letter",
    "draw_letters",
    "letter_sheets",
    "placeholder_values",
    "with_texts",
]


class LetterFile:
    """Letters on their way into one PDF, each with its bookmark; fonts, slip and logo are stored once.

    The document bears the date of the first letter.
    """

    def __init__(self) -> None:
        self._document: PdfFile | None = None
        self._letters = 0

    @property
    def pages(self) -> int:
        """How many pages there are so far."""
        return self._document.pages if self._document else 0

    def add(self, letter: Letter, sheets: Sequence[Sheet]) -> None:
        """Add a letter that is laid out already."""
        self._document = self._document or _new_document(letter)
        self._letters += 1
        bookmark = bookmark_of(letter)
        for sheet in sheets:
            paint(sheet, self._document, bookmark)
            bookmark = ""

    def finish(self) -> bytes:
        """The whole file; nothing can be added after it.

        Raises:
            NothingToDo: there are no letters.
        """
        if self._document is None:
            raise NothingToDo(_("There are no notices to print. Choose others and try again."))
        if self._letters > 1:
            self._document.title += f" (+{self._letters - 1})"
            self._document.outline_shown = True
        return self._document.finish()


def letter_sheets(letter: Letter) -> list[Sheet]:
    """The pages of the letter, laid out.

    Raises:
        OpominiError: the printed lines do not add up to the printed totals, or the logo cannot be read.
    """
    check(letter)
    return lay_out(letter)


def draw_letter(letter: Letter, sheets: Sequence[Sheet] | None = None) -> bytes:
    """The letter as a PDF; `sheets`: its pages, where they are laid out already.

    Raises:
        OpominiError: as `letter_sheets`.
    """
    file = LetterFile()
    file.add(letter, letter_sheets(letter) if sheets is None else sheets)
    return file.finish()


def draw_letters(letters: Iterable[Letter], output: BinaryIO) -> int:
    """Write the letters as one PDF with a bookmark for each; how many pages it has.

    Raises:
        NothingToDo: there are no letters.
        OpominiError: as `letter_sheets`; nothing is written.
    """
    file = LetterFile()
    for letter in letters:
        file.add(letter, letter_sheets(letter))
    output.write(file.finish())
    return file.pages


def bookmark_of(letter: Letter) -> str:
    """How the letter's bookmark is called."""
    return f"{letter.full_title} – {letter.recipient.name}"


def _new_document(letter: Letter) -> PdfFile:
    """An empty document with the particulars of its first letter."""
    return PdfFile(
        letter.full_title,
        letter.date,
        author=letter.sender.name,
        subject=letter.purpose,
        language=letter.words.language,
    )
