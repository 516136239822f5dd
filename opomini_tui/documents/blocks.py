"""Pieces of a letter that are not parted, and how they fall on pages; heights in millimetres."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from opomini_tui.documents.sheet import Sheet

Draw = Callable[[Sheet, float], None]  # draws with its top at the given height
HEAD_ROWS = 2  # rows that stand with the head of a table
KEPT_ROWS = 3  # rows that stand with what ends it, so that sums are never alone on a page


def _nothing(_sheet: Sheet, _y: float) -> None:
    """Draws nothing."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece that stands on one page.

    `opening` is drawn above it when it begins a page, `closing` at the end of the page before it (the heads and the
    carried sums of a table).
    """

    height: float
    draw: Draw = _nothing
    opening_height: float = 0.0
    opening: Draw = _nothing
    closing_height: float = 0.0
    closing: Draw = _nothing


def stack(blocks: Sequence[Block]) -> Block:
    """The blocks as one that is not parted, with the opening and closing of its first."""
    first = blocks[0]

    def draw(sheet: Sheet, y: float) -> None:
        for block in blocks:
            block.draw(sheet, y)
            y += block.height

    height = sum(block.height for block in blocks)
    return Block(height, draw, first.opening_height, first.opening, first.closing_height, first.closing)


def table_blocks(head: Sequence[Block], rows: Sequence[Block], end: Sequence[Block]) -> list[Block]:
    """A table that may be parted, but not near its ends: the head keeps to the first rows, the sums keep to the last."""
    if len(rows) < HEAD_ROWS + KEPT_ROWS:
        return [stack([*head, *rows, *end])]
    return [stack([*head, *rows[:HEAD_ROWS]]), *rows[HEAD_ROWS:-KEPT_ROWS], stack([*rows[-KEPT_ROWS:], *end])]


def paginate(blocks: Sequence[Block], first_room: float, room: float, foot: float, keep: int) -> list[int]:
    """The index of the first block of every page.

    `first_room` is the height of the first page, `room` of the others; the last page has `foot` less. When that makes a
    new last page, it begins with block `keep` (the last rows and the totals) if it can. A last page that does not come
    after the first takes as many blocks of the page before as make the two equally full.
    """
    starts = [0]
    left = first_room
    for index, block in enumerate(blocks):
        after = blocks[index + 1].closing_height if index + 1 < len(blocks) else 0.0
        if block.height + after > left and index > starts[-1]:
            starts.append(index)
            left = room - block.opening_height
        left -= block.height
    if left < foot:
        last = starts[-1]
        for index in [keep] * (keep > last) + list(range(last + 1, len(blocks))):
            if _height(blocks[index:]) <= room - foot:
                return [*starts, _balanced(blocks, last, index, room - foot)]
    elif len(starts) > 2:
        starts[-1] = _balanced(blocks, starts[-2], starts[-1], room - foot)
    return starts


def _balanced(blocks: Sequence[Block], before: int, index: int, room: float) -> int:
    """Where the last page begins, at `index` or earlier, so that the page before from block `before` is no emptier."""
    while before and index - 1 > before:
        height = _height(blocks[index - 1 :])
        if height > min(room, _height(blocks[before : index - 1])):
            break
        index -= 1
    return index


def place(blocks: Sequence[Block], starts: Sequence[int], sheets: Sequence[Sheet], tops: Sequence[float]) -> float:
    """Draw the blocks on their sheets, from `tops` down; the height at which the last one ends."""
    y = 0.0
    for number, (start, sheet) in enumerate(zip(starts, sheets, strict=True)):
        y = tops[number]
        if number:
            blocks[start].opening(sheet, y)
            y += blocks[start].opening_height
        end = starts[number + 1] if number + 1 < len(starts) else len(blocks)
        for block in blocks[start:end]:
            block.draw(sheet, y)
            y += block.height
        if end < len(blocks):
            blocks[end].closing(sheet, y)
    return y


def _height(blocks: Sequence[Block]) -> float:
    """The height of the blocks at the top of a page."""
    return blocks[0].opening_height + sum(block.height for block in blocks)
