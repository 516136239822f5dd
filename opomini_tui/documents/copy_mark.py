"""KOPIJA: the word at the top of every page of a letter that is printed again. It is never in the stored letter."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from opomini_tui.documents.frame import RIGHT
from opomini_tui.documents.pdf_file import PdfFile
from opomini_tui.documents.sheet import GREY, Sheet, bold, paint

_WORDS = {"sl": "KOPIJA", "en": "COPY", "de": "KOPIE", "it": "COPIA", "hr": "KOPIJA"}
_STYLE = bold(12.0, GREY)
_BASELINE = 9.6


def mark_copy(sheets: Iterable[Sheet], language: str) -> None:
    """Set the word in the letter's language above the head of every page."""
    for sheet in sheets:
        sheet.text_to(RIGHT, _BASELINE, copy_word(language), _STYLE)


@cache
def copy_page(language: str) -> bytes:
    """A PDF of one page with nothing but the word, to be laid over the pages of a stored letter."""
    sheet, document = Sheet(), PdfFile(copy_word(language))
    mark_copy([sheet], language)
    paint(sheet, document)
    return document.finish()


def copy_word(language: str) -> str:
    """The word; English in a language that letters are not written in."""
    return _WORDS.get(language, _WORDS["en"])
