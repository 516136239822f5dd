"""Breaking text into lines and fitting it into the room there is; widths in millimetres."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from opomini_tui.documents.sheet import Sheet, Style

ELLIPSIS = "…"
# What a line must not part: a number and its currency, an abbreviation and its number.
_GLUE = re.compile(
    r"(?<=\d) (?=[A-Z]{3}\b)|(?<=\b[A-Z]{3}) (?=[\d-])|(?<=\b(?:št|Nr|no|br)\.) (?=\d)|(?<=\bn\.) (?=\d)"
)
_GROUPED = re.compile(
    r"\b[A-Z]{2}\d\d(?: [0-9A-Z]{1,4}){2,}|\b\d{1,2}\. \d{1,2}\. \d{4}\.?|\b(?:SI|RF)\d\d [0-9A-Z-]+|\+\d[\d ]+\d"
)
_FIXED_SPACE = "\u00a0"


class Run(NamedTuple):
    """A piece of a line in one style, `x` from the start of the line."""

    x: float
    text: str
    style: Style


def wrap(text: str, style: Style, width: float) -> list[str]:
    """The text in lines of at most `width`; a word that is longer is cut."""
    if style.width(text) <= width:
        return [text]
    return ["".join(run.text for run in line) for line in _set([(text, style)], width)]


@lru_cache(maxsize=1024)  # the text under the table is the same in most letters
def set_paragraph(text: str, style: Style, width: float) -> tuple[list[Run], ...]:
    """A paragraph in lines of at most `width`, ragged right; `**` turns bold on and off, a line end is kept."""
    lines: list[list[Run]] = []
    strong = style.bold
    for part in text.split("\n"):
        pieces = _glued(part).split("**")
        if len(pieces) % 2 == 0:  # a lone ** is text like any other
            pieces[-2:] = ["**".join(pieces[-2:])]
        stretches = [(piece, strong if number % 2 else style) for number, piece in enumerate(pieces)]
        lines += _set(stretches, width)
    return tuple(lines)


def _set(stretches: Sequence[tuple[str, Style]], width: float) -> list[list[Run]]:
    """Text in several styles, in lines of at most `width`."""
    lines: list[list[Run]] = []
    line = _Line()
    for text, used in stretches:
        for word in re.findall(r" +|[^ ]+", text):
            lines += line.add(word, used, width)
    return [*lines, line.runs()]


class _Line:
    """A line in the making: words with their styles."""

    def __init__(self) -> None:
        self._words: list[tuple[str, Style]] = []
        self._width = 0.0

    def add(self, word: str, style: Style, width: float) -> Iterator[list[Run]]:
        """Append `word`; yields the lines that became full."""
        needed = style.width(word)
        if word.isspace():
            if self._words:
                self._words.append((" ", style))
                self._width += style.width(" ")
            return
        if self._width + needed > width and (held := self._unfinished_word()) is not None:
            yield self.runs()
            self._restart(held)
        while self._width + needed > width:
            fitting = _fitting(word, style, width - self._width)
            self._words.append((word[:fitting], style))
            yield self.runs()
            self._restart([])
            word = word[fitting:]
            needed = style.width(word)
        self._words.append((word, style))
        self._width += needed

    def runs(self) -> list[Run]:
        """The line as runs, one per stretch of a style, without the space at its end."""
        words = self._words[:]
        while words and words[-1][0] == " ":
            words.pop()
        runs: list[Run] = []
        x = start = 0.0
        texts: list[str] = []
        for number, (text, style) in enumerate(words):
            texts.append(text)
            x += style.width(text)
            if number + 1 == len(words) or words[number + 1][1] is not style:
                runs.append(Run(start, "".join(texts), style))
                start, texts = x, []
        return runs

    def _unfinished_word(self) -> list[tuple[str, Style]] | None:
        """Take off what stands after the last space (a word may change its style in the middle); None without space."""
        for place in range(len(self._words) - 1, -1, -1):
            if self._words[place][0] == " ":
                held = self._words[place + 1 :]
                del self._words[place:]
                return held
        return None

    def _restart(self, words: list[tuple[str, Style]]) -> None:
        """Begin the next line with `words`."""
        self._words = words
        self._width = sum(style.width(word) for word, style in words)


def shrink(text: str, style: Style, width: float, smallest: float) -> tuple[str, Style]:
    """One line that fits into `width`: smaller down to `smallest` points, then cut with an ellipsis."""
    line = " ".join(text.split())
    needed = style.width(line)
    if needed <= width:
        return line, style
    style = style._replace(size=max(smallest, int(style.size * width / needed * 10) / 10))
    if style.width(line) > width:
        line = line[: _fitting(line, style, width - style.width(ELLIPSIS))].rstrip() + ELLIPSIS
    return line, style


def fit(text: str, style: Style, width: float, most_lines: int, sizes: Sequence[float]) -> tuple[list[str], Style]:
    """Lines of at most `width` in the largest of `sizes` that needs no more than `most_lines`; else cut at the last."""
    for size in sizes:
        style = style._replace(size=size)
        lines = wrap(text, style, width)
        if len(lines) <= most_lines:
            return lines, style
    last, _style = shrink(lines[most_lines - 1] + " " + lines[most_lines], style, width, style.size)
    return [*lines[: most_lines - 1], last], style


def draw_line(sheet: Sheet, x: float, y: float, line: Sequence[Run]) -> None:
    """Set a line of a paragraph on the baseline `y`."""
    for run in line:
        sheet.text(x + run.x, y, run.text, run.style)


@lru_cache(maxsize=64)  # a letter is set at several sizes
def _glued(text: str) -> str:
    """`text` with fixed spaces where a line must not end."""
    text = _GLUE.sub(_FIXED_SPACE, text)
    return _GROUPED.sub(lambda match: match[0].replace(" ", _FIXED_SPACE), text)


def _fitting(text: str, style: Style, width: float) -> int:
    """How many characters of `text` fit into `width`, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if style.width(text[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low
