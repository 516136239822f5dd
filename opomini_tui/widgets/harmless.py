"""What no text from outside may do to the terminal, wherever it is shown: a filter over every line that is drawn.

The tables replace such characters already where they fit a cell (`cell_text`); here is the last door for all others. What
takes a cell is replaced, what takes none is taken out, so no column moves.
"""

from __future__ import annotations

import re

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_OBEYED = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u202a-\u202e\u2060-\u2069\ufeff]")
"""Control characters, of which a terminal obeys many, and marks that turn the direction of what follows."""


class Harmless(LineFilter):
    """Takes control characters and marks of direction out of the words of a line."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments where there is nothing to take out."""
        if not any(_OBEYED.search(text) for text, _style, _control in segments):
            return segments
        return [Segment(_OBEYED.sub(_in_its_place, text), style, control) for text, style, control in segments]


def _in_its_place(found: re.Match[str]) -> str:
    """As many cells as Textual gave it: most have none."""
    return "\ufffd" * cell_len(found.group())


HARMLESS = Harmless()
