"""Text of one table cell: whatever stands in the data takes exactly its column's width in terminal cells.

Data is shown as it was typed, never as markup. Characters that a terminal would obey or measure in its own way are
replaced, so that no record can move a column: control characters by their pictures, invisible format characters by
nothing, and right-to-left text is fenced in so that it cannot pull the next column's figures over.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from rich.cells import cell_len, get_character_cell_size, split_text

Align = Literal["left", "right", "center"]

ELLIPSIS = "…"
UNKNOWN = "\ufffd"
DOTTED_CIRCLE = "\u25cc"
LEFT_TO_RIGHT_MARK = "\u200e"

# Everything an ordinary Slovene or English record holds; each of these is one cell wide in every terminal.
_ORDINARY = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02af\u2010\u2013\u2014\u2018-\u201e\u2022\u2026€■□▲▼►×✓]*")
# Emoji are joined by these in some terminals and not in others: without them all terminals agree on the width.
_JOINING = re.compile("[\ufe00-\ufe0f\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]")


def fit(text: str, width: int, align: Align = "left") -> str:
    """`text` in exactly `width` terminal cells: padded by `align`, or cut with an ellipsis at its end."""
    if width <= 0:
        return ""
    if _ORDINARY.fullmatch(text):
        size = len(text)
        if size > width:
            return text[: width - 1] + ELLIPSIS
    else:
        text = drawable(text)
        size = cell_len(text)
        if size > width:
            text = _cut(text, width)
            size = cell_len(text)
    spare = width - size
    if align == "right":
        return " " * spare + text
    if align == "center":
        return " " * (spare // 2) + text + " " * (spare - spare // 2)
    return text + " " * spare


@lru_cache(maxsize=4096)
def drawable(text: str) -> str:
    """`text` with only characters that every terminal draws in the width that `cell_len` gives them."""
    shown = "".join(map(_shown, _JOINING.sub("", text)))
    if shown and get_character_cell_size(shown[0]) == 0:  # an accent must not land on the column before
        shown = DOTTED_CIRCLE + shown
    if any(unicodedata.bidirectional(character) in {"R", "AL", "AN"} for character in shown):
        shown = LEFT_TO_RIGHT_MARK + shown + LEFT_TO_RIGHT_MARK
    return shown


def _shown(character: str) -> str:
    """What is drawn for one character of data."""
    category = unicodedata.category(character)
    if category == "Cc":
        code = ord(character)
        return "\u2421" if code == 0x7F else chr(0x2400 + code) if code < 0x20 else UNKNOWN
    if category == "Cf":
        return ""
    if category == "Zs":
        return " " if get_character_cell_size(character) == 1 else "  "
    return UNKNOWN if category in {"Zl", "Zp", "Cs", "Co", "Cn"} else character


def _cut(text: str, width: int) -> str:
    """The first `width - 1` cells of a longer text and an ellipsis."""
    fence = LEFT_TO_RIGHT_MARK if text.startswith(LEFT_TO_RIGHT_MARK) else ""
    return split_text(text, width - 1)[0] + fence + ELLIPSIS
