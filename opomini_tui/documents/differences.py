"""What a letter says otherwise than an earlier one, line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from opomini_tui.documents.page_layout import head_and_lines

Mark = Literal["+", "−", " "]


@dataclass(frozen=True, slots=True)
class Line:
    """A line and its mark: "+" only in the new text, "−" only in the earlier one, " " in both."""

    mark: Mark
    text: str


def letter_differences(earlier: bytes, new: bytes, width: int) -> tuple[Line, ...]:
    """What the letter `new` (a PDF) says otherwise than `earlier`: the sender's head, then the rest in lines of `width`."""
    (head_before, lines_before), (head, lines) = head_and_lines(earlier, width), head_and_lines(new, width)
    return *head_differences(head_before, head), Line(" ", ""), *differences(lines_before, lines)


def head_differences(earlier: Sequence[str], new: Sequence[str]) -> list[Line]:
    """The texts of both heads. Where a text stands and how it is broken does not count: a logo moves them all."""
    before, after = (Counter(" ".join(texts).split()) for texts in (earlier, new))
    if before == after:
        return [Line(" ", text) for text in new]
    gone = [Line("−", text) for text in earlier if text not in new]
    return gone + [Line(" " if text in earlier else "+", text) for text in new]


def differences(earlier: Sequence[str], new: Sequence[str]) -> tuple[Line, ...]:
    """Both texts in one, in the order of the new one; what was taken out stands before what came in its place.

    How wide the gaps between columns are does not count: a longer figure elsewhere moves them all. A line in both is given
    as the new text has it.
    """
    before, after = ([" ".join(line.split()) for line in text] for text in (earlier, new))
    lines: list[Line] = []
    for kind, from_before, to_before, from_new, to_new in SequenceMatcher(None, before, after, False).get_opcodes():
        if kind == "equal":
            lines += [Line(" ", text) for text in new[from_new:to_new]]
        else:
            lines += [Line("−", text) for text in earlier[from_before:to_before]]
            lines += [Line("+", text) for text in new[from_new:to_new]]
    return tuple(lines)
