"""What is kept of a screen: its words once, and for every cell the style it has in each palette, to be read by a person.

    <the lines of the screen>
    ~~~ ansi: only columns 9-72, lines 3-22  # where the words are others in a palette: there is nothing beside a modal
    ~~~ styles 80
    <a line of letters for each line>        # one letter for each of 80 cells; the most frequent styles are a blank
    ~~~
    a  bold #d7dde3 on #171c22 | bold #dcdcdc on #1b1b1b | bold default on default     # in the order of PALETTES

A picture has too many styles for letters: of it only a digest is kept.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from itertools import groupby

from rich.cells import cell_len
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from tests.screens.looks.drawn import lines
from tests.screens.looks.palettes import PALETTES

LETTERS = string.ascii_letters + string.digits
RULE = "~~~"
ONLY = re.compile(r": only columns (\d+)-(\d+), lines (\d+)-(\d+)")
"""The palette shows a modal as the first one does, but not the screen below it."""
Cell = tuple[str, ...]
"""The styles of a cell, in the order of PALETTES."""


@dataclass(frozen=True)
class Sheet:
    """A screen in all palettes: the words, how they differ in which palette, and rows of cells (or a digest of them)."""

    words: list[str]
    other_words: list[str]
    cells: list[list[Cell]]
    digest: str = ""

    def redrawn(self, palette: str, drawn: Sequence[Strip]) -> Sheet:
        """The same screen, but with these styles in the palette."""
        place = PALETTES.index(palette)
        cells = [
            [(*cell[:place], style, *cell[place + 1 :]) for cell, style in zip(row, styles_of(strip), strict=True)]
            for row, strip in zip(self.cells, drawn, strict=True)
        ]
        return replace(self, cells=cells)

    def words_in(self, palette: str) -> list[str]:
        """The lines as they are in the palette."""
        words = list(self.words)
        for line in self.other_words:
            if not line.startswith(palette):
                continue
            if found := ONLY.match(line, len(palette)):
                left, right, top, bottom = map(int, found.groups())
                own = Region(left - 1, top - 1, right - left + 1, bottom - top + 1)
                words = [_only(word, y, own) for y, word in enumerate(words)]
            else:
                number, _colon, other = line.removeprefix(palette).partition(":")
                words[int(number) - 1] = other.removeprefix(" ")
        return words

    def styles_in(self, palette: str) -> list[list[str]]:
        """The styles of all cells in the palette, line by line."""
        place = PALETTES.index(palette)
        return [[cell[place] for cell in row] for row in self.cells]

    def written(self) -> str:
        """As it is kept."""
        kinds = [kind for kind, _count in Counter(cell for row in self.cells for cell in row).most_common()]
        letters = {kind: " " for kind in kinds[:1]}
        for row in self.cells:
            for kind in row:
                letters.setdefault(kind, LETTERS[len(letters) - 1])
        rows = ["".join(letters[cell] for cell in row).rstrip() for row in self.cells]
        legend = [f"{letter}  {' | '.join(kind)}" for kind, letter in letters.items()]
        others = [f"{RULE} {line}" for line in self.other_words]
        digest = (
            [f"{RULE} digest {self.digest}"]
            if self.digest
            else [f"{RULE} styles {len(self.cells[0])}", *rows, RULE, *legend]
        )
        return "\n".join([*self.words, *others, *digest, ""])


def sheet(drawn: Mapping[str, Sequence[Strip]], own: Region) -> Sheet:
    """Of a screen whose own part (all of it, or a modal) lies in the region."""
    first, *rest = (lines(drawn[palette]) for palette in PALETTES)
    others = [
        line for palette, words in zip(PALETTES[1:], rest, strict=True) for line in _others(palette, first, words, own)
    ]
    columns = [[styles_of(strip) for strip in drawn[palette]] for palette in PALETTES]
    cells = [list(zip(*rows, strict=True)) for rows in zip(*columns, strict=True)]
    if len({cell for row in cells for cell in row}) > len(LETTERS):
        return Sheet(first, others, [], sha256(repr(cells).encode()).hexdigest()[:12])
    return Sheet(first, others, cells)


def _others(palette: str, first: Sequence[str], words: Sequence[str], own: Region) -> Iterator[str]:
    """Where the palette's words are not those of the first one."""
    if list(first) == list(words):
        return
    if [_only(line, y, own) for y, line in enumerate(first)] == list(words):
        yield f"{palette}: only columns {own.x + 1}-{own.right}, lines {own.y + 1}-{own.bottom}"
        return
    for y, (line, other) in enumerate(zip(first, words, strict=True)):
        if line != other:
            yield f"{palette} {y + 1}: {other}"


def _only(line: str, y: int, own: Region) -> str:
    """A line without what lies beside the region."""
    if not own.y <= y < own.bottom:
        return ""
    kept, x = [], 0
    for letter in line:
        width = cell_len(letter)
        kept.append(letter if own.x <= x < own.right else " " * width)
        x += width
    return "".join(kept).rstrip()


def styles_of(strip: Strip) -> list[str]:
    """The style of each cell, in words."""
    return [name for text, style, _control in strip for name in [_named(style, not text.strip())] * cell_len(text)]


@lru_cache(maxsize=8192)
def _named(style: Style | None, blank: bool) -> str:
    """A style in words; of blanks only what is seen of them."""
    if style is None:
        return "none"
    if blank and not (style.reverse or style.underline or style.strike):
        style = Style.from_color(None, style.bgcolor)
    return str(style)


def read(text: str) -> Sheet:
    """What was `written`.

    Raises:
        ValueError: it is not the form that is kept now.
    """
    words, *parts = text.removesuffix("\n").split(f"\n{RULE}")
    others, rows, kinds, digest = [], list[str](), dict[str, Cell](), ""
    for part in parts:
        head, *body = part.split("\n")
        if head.startswith(" styles "):
            width = int(head.removeprefix(" styles "))
            rows = [row.ljust(width) for row in body]
        elif head.startswith(" digest "):
            digest = head.removeprefix(" digest ")
        elif head:
            others.append(head.removeprefix(" "))
        else:
            kinds = {line[0]: tuple(line[3:].split(" | ")) for line in body}
    if any(len(kind) != len(PALETTES) for kind in kinds.values()):
        raise ValueError("other palettes were kept")
    cells = [[kinds[letter] for letter in row] for row in rows]
    return Sheet(words.split("\n"), others, cells, digest)


def differences(name: str, kept: str, now: Sheet) -> list[str]:
    """A line for each line of the screen that changed: its words before and now, or where which style became another."""
    if not kept:
        return [f"{name}: not kept yet"]
    before = read(kept)
    found = []
    for y in range(max(len(before.words), len(now.words))):
        one, other = _at(before.words, y), _at(now.words, y)
        if one != other:
            found += [f"{name}, line {y + 1}: -{one}", f"{name}, line {y + 1}: +{other}"]
    found += [f"{name}: -{line}" for line in before.other_words if line not in now.other_words]
    found += [f"{name}: +{line}" for line in now.other_words if line not in before.other_words]
    if before.digest != now.digest:
        found.append(f"{name}: the picture is another ({before.digest or 'none'} → {now.digest or 'none'})")
    for y, (old, new) in enumerate(zip(before.cells, now.cells, strict=False)):
        found += [f"{name}, line {y + 1}, {change}" for change in _restyled(old, new, _at(now.words, y))]
    return found


def _at(words: Sequence[str], y: int) -> str:
    return words[y] if y < len(words) else ""


def _restyled(old: Sequence[Cell], new: Sequence[Cell], words: str) -> Iterator[str]:
    """In words: `columns 3-10 "Kupec A", ansi: bold default on default → default on default`."""
    letters = [letter for letter in words for _cell in range(cell_len(letter))]
    for place, palette in enumerate(PALETTES):
        pairs = [(one[place], other[place]) for one, other in zip(old, new, strict=False)]
        x = 0
        for (one, other), same in groupby(pairs):
            cells = len(list(same))
            if one != other:
                said = "".join(letters[x : x + cells]).strip()
                yield f"columns {x + 1}-{x + cells} {said!r}, {palette}: {one} → {other}"
            x += cells
