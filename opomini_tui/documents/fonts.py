"""The type of the letter, Lato, and of the slip's figures, Liberation Mono Bold (both SIL Open Font License).

A PDF library that subsets per document spends most of its time on fonts. Here the characters of the five letter
languages and their neighbours have fixed codes, so the embedded program, its widths and its character map are
compressed once per process; any other character of a face goes to further subsets of that document only.
"""

from __future__ import annotations

import codecs
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import fontpkg_lato
from reportlab.pdfbase import ttfonts as _ttfonts

ttfonts: Any = _ttfonts  # the library has no types

REGULAR = "Regular"
BOLD = "Bold"
SLIP = "Slip"

_ASCII = "".join(map(chr, range(32, 127)))
_SLOVENE = "čšžćđČŠŽĆĐäöüßÄÖÜ"
_BEYOND = _SLOVENE + "àèéìòùÀÈÉÌÒÙáíóúýñçâêîôûëïåæøÁÍÓÚÝÑÇÂÊÎÔÛËÏÅÆØőűŐŰłńśźżŁŃŚŹŻřěůŘĚŮ–—„“”‚‘’»«€·…°§×•−"
_LATO = Path(fontpkg_lato.__file__).parent / "files"
_FILES = {
    REGULAR: (_LATO / "Lato-Regular.ttf", _BEYOND),
    BOLD: (_LATO / "Lato-Bold.ttf", _BEYOND),
    SLIP: (Path(__file__).parent / "typefaces" / "LiberationMono-Bold.ttf", _SLOVENE),
}
_FIRST_CODE = 32  # codes 0–31 stay empty, so that ASCII keeps its own codes and the streams stay readable
_MAKING = Lock()


class Embedding(NamedTuple):
    """What a document stores of one subset: compressed program and character map, widths of the codes from 0."""

    name: str
    widths: str
    last: int
    program: bytes
    program_length: int
    unicode_map: bytes


class _Widths(dict[str, float]):
    """Widths of characters; one that the face lacks is as wide as the question mark that is shown for it."""

    def __missing__(self, character: str) -> float:
        return self["?"]


class Face:
    """A face with its fixed subset."""

    def __init__(self, path: Path, beyond: str) -> None:
        """Read the font at `path` and prepare the subset of ASCII and the letters `beyond`."""
        self.program = ttfonts.TTFontFace(str(path))
        self._name = self.program.name.decode()
        self._codes = [0] * _FIRST_CODE + [ord(character) for character in _ASCII + beyond]
        table = "".join(chr(code) if code else "\ufffe" for code in self._codes).ljust(256, "\ufffe")
        self._table = codecs.charmap_build(table)
        self._widths = _Widths(
            {chr(code): width / 1000 for code, width in self.program.charWidths.items() if code < 0x110000}
        )
        self.fixed = self.embed(0, self._codes)

    def width(self, text: str) -> float:
        """The width of `text` as a multiple of the size."""
        return sum(map(self._widths.__getitem__, text))

    def encode(self, text: str, more: MoreCodes) -> Iterator[tuple[int, bytes]]:
        """The text as (subset, codes); what the fixed subset lacks gets a code in `more`, and `?` what the face lacks."""
        text = printable(text)
        try:
            yield 0, codecs.charmap_encode(text, "strict", self._table)[0]
        except UnicodeEncodeError:
            for character in text:
                code = ord(character) if ord(character) in self.program.charToGlyph else ord("?")
                yield more.place(code) if code not in self._codes else (0, bytes([self._codes.index(code)]))

    def embed(self, number: int, codes: list[int]) -> Embedding:
        """Cut the subset `number` out of the face and compress it."""
        with _MAKING:  # the parser of the library has one reading position
            program = self.program.makeSubset(codes)
        name = f"{ttfonts.SUBSETN(number).decode()}+{self._name}"
        unicode_map = ttfonts.makeToUnicodeCMap(name, codes).encode("ascii")
        widths = " ".join(f"{self.program.getCharWidth(code):g}" for code in codes)
        return Embedding(
            name, f"[{widths}]", len(codes) - 1, zlib.compress(program, 9), len(program), zlib.compress(unicode_map, 9)
        )


@dataclass(slots=True)
class MoreCodes:
    """The codes of one document's characters outside the fixed subset of a face; subsets count from 1."""

    subsets: list[list[int]] = field(default_factory=list)
    _placed: dict[int, tuple[int, bytes]] = field(default_factory=dict)

    def place(self, code: int) -> tuple[int, bytes]:
        """Subset and code of a character, given when it comes for the first time."""
        if code not in self._placed:
            if not self.subsets or len(self.subsets[-1]) == 256:
                self.subsets.append([0] * _FIRST_CODE)
            self.subsets[-1].append(code)
            self._placed[code] = len(self.subsets), bytes([len(self.subsets[-1]) - 1])
        return self._placed[code]


@cache
def letter_font(name: str) -> Face:
    """The face `REGULAR`, `BOLD` or `SLIP`, read once."""
    return Face(*_FILES[name])


@lru_cache(maxsize=1 << 14)
def unit_width(text: str, name: str) -> float:
    """The width of `text` in the face `name` as a multiple of its size.

    Remembered: letters repeat their words, and a letter is measured at several sizes.
    """
    return letter_font(name).width(printable(text))


def printable(text: str) -> str:
    """The text with composed letters (č is one character, not two) and every kind of space or control sign as a space."""
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    if composed.isprintable():
        return composed
    return "".join(character if character.isprintable() else " " for character in composed)
