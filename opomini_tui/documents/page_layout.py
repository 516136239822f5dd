"""The text of a letter as lines for a terminal: in the order in which it is read, its columns under one another.

A page is cut into blocks (by the space between its lines), a block into strips (by what is blank in all of its lines).
A strip is as wide as its longest text, set flush right where the letter is; strips stand about where they stand on the
page when there is room, else close together, and when even that is too wide the left half of the block comes before the
right one. Only a table may be wider than was asked for. Paragraphs that are too wide are broken anew.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from opomini_tui.documents.page_text import Fragment, page_fragments

WIDEST = 110
"""A page is never set wider, however wide the terminal is: its texts have about so many characters in a line."""
_HEAD = 705.0
"""What stands higher on the first page, in points from its foot, is the sender's head; the address comes under it."""
_TOUCHING = 0.6
"""Texts nearer than this part of their size belong together; a gap above `_SPACE` of it is a space."""
_SPACE = 0.12
_ONE_LINE = 8.5
"""Points between base lines of texts beside one another that are shown in one line."""
_PROSE, _BLOCK, _TABLE_BLOCK = 1.8, 2.05, 2.4
"""A block ends where the next line is more than so many sizes below: of running text, of texts beside others, of a table."""
_SMALLEST = 8.0
"""Smaller texts are set as far apart as those of this size."""
_TABLE_RUNS = 3
_TABLE_COLUMNS = 5
"""So many texts beside one another are a table, which is never cut in halves."""
_GUTTER = 2.5
"""Points that are blank in every line of a block between two strips."""
_COLUMN = 4.6
"""Points of one character where a strip has several texts in a line."""

Row = list[Fragment]


def letter_lines(content: bytes, width: int) -> list[str]:
    """The text of a PDF, in lines of at most `width` characters where that can be; a rule stands between pages.

    Raises:
        pypdf.errors.PyPdfError: it is no PDF.
    """
    return _page_by_page(page_fragments(content), width)


def head_and_lines(content: bytes, width: int) -> tuple[list[str], list[str]]:
    """The texts of the sender's head, one a line wherever they stand, and the lines of the rest as `letter_lines`.

    Raises:
        pypdf.errors.PyPdfError: it is no PDF.
    """
    first, *others = page_fragments(content) or [[]]
    head = [run.text for run in _runs([one for one in first if one.base > _HEAD])]
    return head, _page_by_page([[one for one in first if one.base <= _HEAD], *others], width)


def _page_by_page(found: Sequence[Sequence[Fragment]], width: int) -> list[str]:
    """The lines of all pages, a rule between them."""
    width = min(width, WIDEST)
    pages = [page_lines(fragments, width) for fragments in found]
    lines: list[str] = []
    for number, page in enumerate(pages):
        lines += ["", "─" * width, ""] if number else []
        lines += page
    return lines


def page_lines(fragments: Sequence[Fragment], width: int) -> list[str]:
    """The lines of one page; one empty line stands between its blocks."""
    rows = _rows(_runs(fragments))
    if not rows:
        return []
    left = Counter(round(row[0].left) for row in rows).most_common(1)[0][0]
    scale = (max(run.right for row in rows for run in row) - left) / width
    lines: list[str] = []
    for block in _blocks(rows):
        lines += [""] if lines else []
        lines += _set(block, left, scale, width)
    return lines


def _set(block: Sequence[Row], left: float, scale: float, width: int) -> list[str]:
    """The lines of a block; `left` end of the page's texts and points of a character."""
    if all(len(row) == 1 for row in block) and _spread([row[0].left for row in block]) < _GUTTER:
        return _paragraph(block, width)
    return _columns(block, left, scale, width)


def _runs(fragments: Sequence[Fragment]) -> list[Fragment]:
    """Texts that touch on one base line, such as words in bold within a sentence, become one."""
    runs: list[Fragment] = []
    for found in sorted(fragments, key=lambda one: (-round(one.base, 1), one.left)):
        last = runs[-1] if runs else None
        gap = found.left - last.right if last else 0
        if last and abs(last.base - found.base) < 0.5 and abs(gap) < _TOUCHING * found.size:
            blank = " " if gap > _SPACE * found.size and not last.text.endswith(" ") else ""
            runs[-1] = replace(last, right=found.right, text=f"{last.text}{blank}{found.text}")
        else:
            runs.append(found)
    return [replace(run, text=" ".join(run.text.split())) for run in runs]


def _rows(runs: Sequence[Fragment]) -> list[Row]:
    """What stands beside one another in one row, from left to right."""
    rows: list[Row] = []
    for run in runs:
        row = rows[-1] if rows else None
        beside = row is not None and all(run.left >= one.right or run.right <= one.left for one in row)
        if row is not None and beside and row[0].base - run.base <= _ONE_LINE:
            row.append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: run.left) for row in rows]


def _blocks(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows that belong together."""
    blocks = [[rows[0]]]
    for above, row in pairwise(rows):
        size = min(max(run.size for run in above), max(run.size for run in row))
        runs = min(len(above), len(row)), max(len(above), len(row))
        apart = _TABLE_BLOCK if runs[0] >= _TABLE_RUNS else _PROSE if runs[1] == 1 else _BLOCK
        gap = max(run.base for run in above) - max(run.base for run in row)
        if gap > apart * max(size, _SMALLEST) or _leaves_table(blocks[-1], row):
            blocks.append([])
        blocks[-1].append(row)
    return blocks


def _leaves_table(block: Sequence[Row], row: Row) -> bool:
    """Whether a text of the row runs through several columns of a table."""
    if not _is_table(block):
        return False
    columns = _ends(block)
    return any(sum(run.left < right and run.right > left for left, right in columns) > 1 for run in row)


def _is_table(block: Sequence[Row]) -> bool:
    """Whether most of its rows have many texts."""
    return 2 * sum(len(row) >= _TABLE_COLUMNS for row in block) > len(block)


def _paragraph(block: Sequence[Row], width: int) -> list[str]:
    """Lines under one another: as they are, or broken anew when one is too wide."""
    lines = [row[0] for row in block]
    if all(len(line.text) <= width for line in lines):
        return [line.text for line in lines]
    right = max(line.right for line in lines)
    texts = [lines[0].text]
    for above, line in pairwise(lines):
        if above.size == line.size and above.right + _first_word(line) > right:
            texts[-1] += f" {line.text}"
        else:
            texts.append(line.text)
    return [part for text in texts for part in textwrap.wrap(text, width) or [""]]


def _first_word(line: Fragment) -> float:
    """About how wide its first word is with the space before it, in points: where it had room above, a paragraph ended."""
    return (len(line.text.split(" ")[0]) + 1) * (line.right - line.left) / len(line.text)


@dataclass(frozen=True, slots=True)
class _Strip:
    """A column of a block: its ends on the page in points, a text for each row, and whether these end in one line."""

    left: float
    right: float
    texts: list[str]
    flush_right: bool

    @property
    def width(self) -> int:
        return max(map(len, self.texts))

    def cell(self, row: int) -> str:
        text = self.texts[row]
        return text.rjust(self.width) if self.flush_right else text.ljust(self.width)


def _columns(block: Sequence[Row], left: float, scale: float, width: int) -> list[str]:
    """The rows of a block with its strips where they stand on the page, else as close as they must be, else in halves."""
    ends = _ends(block)
    strips = [_strip(block, two, width) for two in ends]
    for gap, spread in ((2, True), (3, False), (2, False), (1, False)):
        starts: list[int] = []
        end = -gap
        for strip in strips:
            place = (strip.right - left) / scale - strip.width if strip.flush_right else (strip.left - left) / scale
            starts.append(max(end + gap, 0, round(place) if spread else 0))
            end = starts[-1] + strip.width
        if end <= width:
            break
    else:
        if len(ends) > 1 and not _is_table(block):
            return _halves(block, ends, scale, width)
        if any(" " in run.text for run in block[0]) and _is_table(block):
            return _columns([*_two_rows(block[0]), *block[1:]], left, scale, width)
    lines = []
    for row in range(len(block)):
        line = ""
        for start, strip in zip(starts, strips, strict=True):
            line = line.ljust(start) + strip.cell(row)
        lines.append(line.rstrip())
    return lines


def _two_rows(head: Row) -> tuple[Row, Row]:
    """The headings of a table with the last word of each in a row of its own, which makes its columns narrower."""
    parted = [(run, run.text.rpartition(" ")) for run in head]
    upper = [replace(run, text=first) for run, (first, _blank, _last) in parted if first]
    return upper, [replace(run, text=last.strip()) for run, (_first, _blank, last) in parted]


def _halves(block: Sequence[Row], ends: Sequence[tuple[float, float]], scale: float, width: int) -> list[str]:
    """The block cut where it is blank the most: first what is on the left, then what is on the right."""
    cut = max(pairwise(ends), key=lambda pair: pair[1][0] - pair[0][1])[1][0]
    lines: list[str] = []
    for half in ([[run for run in row if (run.left >= cut) == right] for row in block] for right in (False, True)):
        rows = [row for row in half if row]
        for part in _blocks(rows):
            lines += [""] if lines else []
            lines += _set(part, rows[0][0].left, scale, width)
    return lines


def _ends(block: Sequence[Row]) -> list[tuple[float, float]]:
    """Left and right end of each strip: what is covered by some text of the block."""
    ends: list[tuple[float, float]] = []
    for run in sorted((run for row in block for run in row), key=lambda run: run.left):
        if ends and run.left < ends[-1][1] + _GUTTER:
            ends[-1] = (ends[-1][0], max(ends[-1][1], run.right))
        else:
            ends.append((run.left, run.right))
    return ends


def _strip(block: Sequence[Row], ends: tuple[float, float], width: int) -> _Strip:
    """The texts of a block between two places of the page; several in a line are set apart as they are where that fits."""
    left, right = ends
    inside = [[run for run in row if left <= run.left <= right] for row in block]
    single = [row[0] for row in inside if len(row) == 1]
    flush_right = all(len(row) <= 1 for row in inside) and _spread([run.right for run in single]) < _spread(
        [run.left for run in single]
    )
    texts = [row[0].text if row else "" for row in inside]
    if not flush_right:
        apart = [_placed(row, left) for row in inside]
        texts = apart if max(map(len, apart)) <= width else ["  ".join(run.text for run in row) for row in inside]
    return _Strip(left, right, texts, flush_right)


def _placed(row: Row, left: float) -> str:
    """The texts of a line where they stand, at least two spaces apart."""
    text = ""
    for run in row:
        text = text.ljust(max(round((run.left - left) / _COLUMN), len(text) + 2 if text else 0)) + run.text
    return text


def _spread(places: Sequence[float]) -> float:
    return max(places) - min(places)
