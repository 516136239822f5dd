"""Paragraphs as pieces that fall on pages; measures in millimetres."""

from __future__ import annotations

from collections.abc import Sequence

from opomini_tui.documents.blocks import Block, stack
from opomini_tui.documents.frame import LEFT
from opomini_tui.documents.sheet import Style
from opomini_tui.documents.typesetting import Run, draw_line, set_paragraph


def text_blocks(text: str, style: Style, leading: float, gap: float, width: float) -> list[Block]:
    """The paragraphs of a text, each followed by `gap`; a long one may be parted, but no line of it stands alone."""
    blocks = []
    for paragraph in filter(None, (part.strip("\n") for part in text.split("\n\n"))):
        lines = [_line_block(line, leading) for line in set_paragraph(paragraph, style, width)]
        lines.append(Block(gap))
        blocks += lines and ([stack(lines)] if len(lines) < 5 else [stack(lines[:2]), *lines[2:-3], stack(lines[-3:])])
    return blocks


def _line_block(line: Sequence[Run], leading: float) -> Block:
    """One line of text."""
    return Block(leading, lambda sheet, y: draw_line(sheet, LEFT, y + leading * 0.75, line))
