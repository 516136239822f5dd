"""What is wrong in a file: each bad value with its line and column, and what was expected there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from opomini_tui.errors import OpominiError
from opomini_tui.text import _, ngettext

MOST = 100
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """One bad value: line and column as in the file (the header is line 1), the value, what was expected.

    `column` is "" when the line as a whole is wrong.
    """

    line: int
    column: str
    value: str
    expected: str

    def sentence(self) -> str:
        """The problem as a sentence."""
        if not self.column:
            return _("Line {line}: {value} – expected {expected}.").format(
                line=self.line, value=self.value, expected=self.expected
            )
        return _("Line {line}, column {column}: {value} – expected {expected}.").format(
            line=self.line, column=self.column, value=self.value or _("empty"), expected=self.expected
        )


class BadFile(OpominiError):
    """The file has bad lines and was not imported; `problems` holds them in the order of the lines, at most 100."""

    def __init__(self, file_name: str, problems: Iterable[Problem]) -> None:
        found = sorted(problems, key=lambda problem: problem.line)[:MOST]
        self.problems = tuple(found)
        super().__init__(_refusal(file_name, len(found)))


def _refusal(file_name: str, count: int) -> str:
    """The sentence about a file with so many problems."""
    if count >= MOST:
        return _("{file} was not imported: {count} values or more are wrong. Correct them and import it again.").format(
            file=file_name, count=count
        )
    return ngettext(
        "{file} was not imported: {count} value is wrong. Correct it and import the file again.",
        "{file} was not imported: {count} values are wrong. Correct them and import the file again.",
        count,
    ).format(file=file_name, count=count)


class Problems:
    """Collects the problems of one file, in the order in which they are found."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, line: int, column: str, value: object, expected: str) -> None:
        """Note a bad value; a long one is cut for the eye."""
        shown = str(value)
        if len(shown) > SHOWN:
            shown = shown[:SHOWN] + "…"
        self.found.append(Problem(line, column, shown, expected))

    @property
    def full(self) -> bool:
        """Whether as many are found as are ever told at once, so that reading on is of no use."""
        return len(self.found) >= MOST

    def refuse(self, file_name: str) -> None:
        """Raise BadFile when there are problems."""
        if self.found:
            raise BadFile(file_name, self.found)
