"""Two texts in one, line by line, as they are shown: what is only in the one, only in the other, or in both."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from opomini_tui.documents.differences import Line

STYLES = {"+": "bold $text-success", "−": "bold $text-error", " ": "$quiet"}


def marked(lines: Iterable[Line]) -> Content:
    """The lines with their marks: the mark and the weight say what the colour says."""
    return Content("\n").join(
        [Content.styled(f"{line.mark} {line.text}".rstrip(), STYLES[line.mark]) for line in lines]
    )
