"""The one type family of the letter, Lato (SIL Open Font License), as fixed subsets that are made once.

A PDF library that subsets per document spends most of its time on fonts. Here the characters of the five letter
languages and their neighbours have fixed codes, so the embedded program, its widths and its character map are
compressed once per process; any other character of the family goes to further subsets of that document only.
"""

from __future__ import annotations

import codecs
import unicodedata
import zlib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import fontpkg_lato
from reportlab.pdfbase import pdfdoc as _pdfdoc
from reportlab.pdfbase import pdfmetrics as _pdfmetrics
from reportlab.pdfbase import ttfonts as _ttfonts

# The library has no types.
pdfdoc: Any = _pdfdoc
pdfmetrics: Any = _pdfmetrics
ttfonts: Any = _ttfonts

# The library knows fonts by names that all its users share; these are ours alone.
REGULAR = "Opomini-Regular"
BOLD = "Opomini-Bold"
_FILES = {REGULAR: "Lato-Regular.ttf", BOLD: "Lato-Bold.ttf"}

_ASCII = "".join(map(chr, range(32, 127)))
_BEYOND = "čšžćđČŠŽĆĐäöüßÄÖÜàèéìòùÀÈÉÌÒÙáíóúýñçâêîôûëïåæøÁÍÓÚÝÑÇÂÊÎÔÛËÏÅÆØőűŐŰłńśźżŁŃŚŹŻřěůŘĚŮ–—„“”‚‘’»«€·…°§×•−"
# Codes 0–31 stay empty, so that ASCII keeps its own codes and the streams stay readable.
_CODES = [0] * 32 + [ord(character) for character in _ASCII + _BEYOND]
_TABLE = codecs.charmap_build("".join(chr(code) if code else "\ufffe" for code in _CODES).ljust(256, "\ufffe"))
_MAKING = Lock()


@dataclass(frozen=True, slots=True)
class _Embedding:
    """What a document stores of one subset, ready compressed."""

    name: str
    widths: str
    last: int
    program: bytes
    program_length: int
    unicode_map: bytes


class LetterFont(ttfonts.TTFont):  # type: ignore[misc]  # the library has no types
    """A TrueType font whose first subset is the same in every document."""

    def __init__(self, name: str, path: Path) -> None:
        """Read the font at `path` and prepare its fixed subset."""
        super().__init__(name, str(path), shapable=False)
        self._face_name = self.face.name.decode()
        self.face.name = name.encode()  # the library keeps only the first font of a face
        self._fixed = self._embed(0, _CODES)

    def splitString(self, text: str, doc: Any, encoding: str = "utf-8") -> list[tuple[int, bytes]]:
        """The text as (subset, codes) pairs; characters that the family lacks become question marks."""
        if doc not in self.state:
            self._start(doc)
        text = printable(text)
        try:
            return [(0, codecs.charmap_encode(text, "strict", _TABLE)[0])]
        except UnicodeEncodeError:
            known = self.face.charToGlyph
            shown = "".join(character if ord(character) in known else "?" for character in text)
            return super().splitString(shown, doc)  # type: ignore[no-any-return]  # the library has no types

    def addObjects(self, doc: Any) -> None:
        """Add the subsets that the document uses to it."""
        subsets = self.state[doc].subsets
        for number, codes in enumerate(subsets):
            embedding = self._embed(number, codes) if number else self._fixed
            self._add(doc, self.getSubsetInternalName(number, doc)[1:], embedding)
        del self.state[doc]

    def _start(self, doc: Any) -> None:
        """Give the document the fixed codes; the next free code opens the second subset."""
        state = self._assignState(doc, asciiReadable=False)
        state.subsets = [_CODES]
        state.assignments = {code: place for place, code in enumerate(_CODES) if code}
        state.nextCode = 256

    def _embed(self, number: int, codes: list[int]) -> _Embedding:
        """Cut the subset out of the font and compress it."""
        with _MAKING:  # the parser of the library has one reading position
            program = self.face.makeSubset(codes)
        name = f"{ttfonts.SUBSETN(number).decode()}+{self._face_name}"
        unicode_map = ttfonts.makeToUnicodeCMap(name, codes).encode("ascii")
        widths = " ".join(f"{self.face.getCharWidth(code):g}" for code in codes)
        return _Embedding(
            name, f"[{widths}]", len(codes) - 1, zlib.compress(program, 9), len(program), zlib.compress(unicode_map, 9)
        )

    def _add(self, doc: Any, internal_name: str, embedding: _Embedding) -> None:
        """Add one subset: program, descriptor, character map and the font itself."""
        face = self.face
        program = _deflated(embedding.program, Length1=embedding.program_length)
        descriptor = pdfdoc.PDFDictionary(
            {
                "Type": "/FontDescriptor",
                "Ascent": face.ascent,
                "CapHeight": face.capHeight,
                "Descent": face.descent,
                "Flags": 4,  # symbolic: the codes are those of the subset
                "FontBBox": pdfdoc.PDFArray(face.bbox),
                "FontName": pdfdoc.PDFName(embedding.name),
                "ItalicAngle": face.italicAngle,
                "StemV": face.stemV,
                "FontFile2": doc.Reference(program, f"program:{embedding.name}"),
                "MissingWidth": face.defaultWidth,
            }
        )
        font = pdfdoc.PDFTrueTypeFont()
        font.Name = internal_name
        font.BaseFont = embedding.name
        font.FirstChar = 0
        font.LastChar = embedding.last
        font.Widths = embedding.widths
        font.ToUnicode = doc.Reference(_deflated(embedding.unicode_map), f"unicode:{embedding.name}")
        font.FontDescriptor = doc.Reference(descriptor, f"descriptor:{embedding.name}")
        doc.Reference(font, internal_name)
        doc.idToObject["BasicFonts"].dict[internal_name] = font


def _deflated(content: bytes, **entries: int) -> Any:
    """A stream object of content that is compressed already."""
    return pdfdoc.PDFStream(pdfdoc.PDFDictionary({"Filter": pdfdoc.PDFName("FlateDecode"), **entries}), content)


@cache
def letter_font(name: str) -> LetterFont:
    """The font `REGULAR` or `BOLD`, read once and known to the PDF library."""
    font = LetterFont(name, Path(fontpkg_lato.__file__).parent / "files" / _FILES[name])
    pdfmetrics.registerFont(font)
    return font


@lru_cache(maxsize=1 << 14)
def unit_width(text: str, name: str) -> float:
    """The width of `text` in the font `name` as a multiple of its size.

    Remembered: letters repeat their words, and a letter is measured at several sizes.
    """
    return float(letter_font(name).stringWidth(printable(text), 1))


def printable(text: str) -> str:
    """The text with composed letters (č is one character, not two) and every kind of space or control sign as a space."""
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    if composed.isprintable():
        return composed
    return "".join(character if character.isprintable() else " " for character in composed)
