"""The type of the letter, Lato, and of the slip's figures, Liberation Mono Bold (both SIL Open Font License).

A PDF library that subsets per document spends most of its time on fonts. Here the characters of the five letter
languages and their neighbours have fixed codes, so the embedded program, its widths and its character map are
compressed once per process; any other character of a face (Greek, Cyrillic, Turkish) goes to further subsets of that
document only. What the face lacks (a telephone sign, Georgian) is taken from DejaVu Sans, which is read only then; what
that lacks too shows as its empty box, and still is the same character when the text is copied or searched.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import groupby
from operator import itemgetter
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
_FALLBACK = Path(__file__).parent / "typefaces" / "DejaVuSans.ttf"
_FIRST_CODE = 32  # codes 0–31 stay empty, so that ASCII keeps its own codes and the streams stay readable
_MOST_PAIRS = 100  # in one section of a character map
_CHOICES = re.compile("[\ufe00-\ufe0f]")
_MAKING = Lock()


class Embedding(NamedTuple):
    """What a document stores of one subset: compressed program and character map, widths of the codes from 0."""

    name: str
    face: Any
    widths: str
    last: int
    program: bytes
    program_length: int
    unicode_map: bytes


class _Widths(dict[str, float]):
    """Widths of characters; one that the face lacks is as wide as in the fallback."""

    def __missing__(self, character: str) -> float:
        return float(_fallback().getCharWidth(ord(character))) / 1000


class _Program(ttfonts.TTFontFace):  # type: ignore[misc]  # the library has no types
    """A font file, which hands no more on to documents than drawing needs."""

    def get_table(self, tag: str) -> bytes:
        """A table of the file.

        Raises:
            KeyError: there is no such table, or it is one of names, which a document has no use for.
        """
        if tag in ("name", "OS/2"):
            raise KeyError(tag)
        table: bytes = super().get_table(tag)
        return table


class Face:
    """A face with its fixed subset."""

    def __init__(self, path: Path, beyond: str) -> None:
        """Read the font at `path` and prepare the subset of ASCII and the letters `beyond`."""
        self.program = _Program(str(path))
        self._codes = [0] * _FIRST_CODE + [ord(character) for character in _ASCII + beyond]
        table = "".join(chr(code) if code else "\ufffe" for code in self._codes).ljust(256, "\ufffe")
        self._table = codecs.charmap_build(table)
        self._widths = _Widths(
            {chr(code): width / 1000 for code, width in self.program.charWidths.items() if code < 0x110000}
        )
        self.fixed = _embed(self.program, 0, self._codes)

    def width(self, text: str) -> float:
        """The width of `text` as a multiple of the size."""
        return sum(map(self._widths.__getitem__, text))

    def encode(self, text: str, more: MoreCodes) -> Iterator[tuple[int, bytes]]:
        """The text as (subset, codes); what the fixed subset lacks gets a code in `more`."""
        text = printable(text)
        try:
            yield 0, codecs.charmap_encode(text, "strict", self._table)[0]
        except UnicodeEncodeError:
            for subset, pieces in groupby((self._code(ord(character), more) for character in text), itemgetter(0)):
                yield subset, b"".join(codes for _subset, codes in pieces)

    def _code(self, code: int, more: MoreCodes) -> tuple[int, bytes]:
        """Subset and code of one character."""
        if code in self._codes:
            return 0, bytes([self._codes.index(code)])
        return more.place(code, fallback=code not in self.program.charToGlyph)

    def embed_more(self, more: MoreCodes) -> list[Embedding]:
        """The further subsets of a document, from 1 on."""
        return [
            _embed(_fallback() if subset.fallback else self.program, number, subset.codes)
            for number, subset in enumerate(more.subsets, start=1)
        ]


def _embed(program: Any, number: int, codes: list[int]) -> Embedding:
    """Cut the subset `number` out of a face and compress it; a character that the face lacks is its box."""
    with _MAKING:  # the parser of the library has one reading position
        cut = program.makeSubset(codes)
    name = f"{ttfonts.SUBSETN(number).decode()}+{program.name.decode()}"
    widths = " ".join(f"{program.getCharWidth(code):g}" for code in codes)
    unicode_map = zlib.compress(_unicode_map(name, codes), 9)
    return Embedding(name, program, f"[{widths}]", len(codes) - 1, zlib.compress(cut, 9), len(cut), unicode_map)


def _unicode_map(name: str, codes: list[int]) -> bytes:
    """The characters of a subset's codes, by which a reader copies and searches (9.10.3)."""
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
        f"/CMapName /{name} def /CMapType 2 def",
        f"1 begincodespacerange <00> <{len(codes) - 1:02X}> endcodespacerange",
    ]
    pairs = [f"<{place:02X}> <{chr(code).encode('utf-16-be').hex()}>" for place, code in enumerate(codes) if code]
    for start in range(0, len(pairs), _MOST_PAIRS):
        part = pairs[start : start + _MOST_PAIRS]
        lines += [f"{len(part)} beginbfchar", *part, "endbfchar"]
    return "\n".join([*lines, "endcmap CMapName currentdict /CMap defineresource pop end end"]).encode("ascii")


@dataclass(frozen=True, slots=True)
class Subset:
    """The characters of a further subset, by their codes; `fallback`: of the fallback's program."""

    fallback: bool
    codes: list[int]


@dataclass(slots=True)
class MoreCodes:
    """The codes of one document's characters outside the fixed subset of a face; subsets count from 1."""

    subsets: list[Subset] = field(default_factory=list)
    _placed: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    _open: dict[bool, int] = field(default_factory=dict)  # the number of the subset that has room

    def place(self, code: int, *, fallback: bool) -> tuple[int, bytes]:
        """Subset and code of a character, given when it comes for the first time."""
        if code not in self._placed:
            number = self._open.get(fallback, 0)
            if not number or len(self.subsets[number - 1].codes) == 256:
                self.subsets.append(Subset(fallback, [0] * _FIRST_CODE))
                number = self._open[fallback] = len(self.subsets)
            codes = self.subsets[number - 1].codes
            codes.append(code)
            self._placed[code] = number, bytes([len(codes) - 1])
        return self._placed[code]


@cache
def _fallback() -> Any:
    """The face that has what the others lack."""
    return _Program(str(_FALLBACK))


@cache
def letter_font(name: str) -> Face:
    """The face `REGULAR`, `BOLD` or `SLIP`, read once."""
    return Face(*_FILES[name])


def shapes(face: Face | None) -> Collection[int]:
    """The codes of the characters that `face` has a shape for; None: that the fallback has one for."""
    found: Collection[int] = (face.program if face else _fallback()).charToGlyph
    return found


@lru_cache(maxsize=1 << 14)
def unit_width(text: str, name: str) -> float:
    """The width of `text` in the face `name` as a multiple of its size.

    Remembered: letters repeat their words, and a letter is measured at several sizes.
    """
    return letter_font(name).width(printable(text))


def printable(text: str) -> str:
    """The text with composed letters (č is one character, not two) and every kind of space or control sign as a space.

    What has no shape of its own (direction marks, joiners, soft hyphens, choices between two shapes) is left out.
    """
    text = text.replace("\u00a0", " ")
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    if composed.isprintable() and not _CHOICES.search(composed):
        return composed
    return "".join(map(_shown, composed))


def _shown(character: str) -> str:
    """What is shown of a character."""
    if unicodedata.category(character) == "Cf" or _CHOICES.match(character):
        return ""
    return character if character.isprintable() else " "
