"""The values that are known for a field: what its list offers, and the sign beside the field that there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from textual.events import Click
from textual.widgets import Static

from opomini_tui.text.names import fold

MOST = 200
"""So many values are listed; of more, those that hold what is typed."""
SIGN = "▼"


@dataclass(frozen=True, slots=True)
class Value:
    """What is put into the field, and what it stands for."""

    text: str
    about: str = ""

    def holds(self, wanted: Sequence[str]) -> bool:
        """Whether every wanted word (folded) stands in it."""
        words = fold(f"{self.text} {self.about}")
        return all(word in words for word in wanted)


Values = Callable[[Sequence[str]], Sequence[Value]]
"""The values with all these words (folded); called in a thread, with a database connection."""


def listed(read: Callable[[], Iterable[Value]]) -> Values:
    """Few values that can be read at once."""

    def find(wanted: Sequence[str]) -> Sequence[Value]:
        return [value for value in read() if value.holds(wanted)][:MOST]

    return find


class ValuesSign(Static):
    """Stands behind a field with known values; a click opens them as the key does."""

    def __init__(self, open_values: Callable[[], object]) -> None:
        super().__init__(SIGN, classes="field--values", markup=False)
        self._open = open_values

    def on_click(self, event: Click) -> None:
        """Show them."""
        event.stop()
        self._open()
