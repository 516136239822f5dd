"""The values that are known for a field: what its list offers, and the sign beside the field that there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import Click
from textual.message import Message
from textual.widgets import Input, Static

from opomini_tui.actions import bindings
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


class OffersValues(Vertical):
    """A field that may have known values; the application shows the list that is wanted."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("field")]

    label: str = ""
    values: Values | None = None
    """Where the known values come from."""

    @dataclass
    class Wanted(Message):
        """The operator wants to choose from the known values of `field` for its `box`."""

        field: OffersValues
        box: Input

    def offers(self, values: Values) -> Self:
        """Let the operator choose from these values."""
        self.values = values
        return self

    @property
    def has_values(self) -> bool:
        """Whether there is a list to choose from."""
        return self.values is not None

    def action_values(self) -> None:
        """The list of values, for the box with the cursor."""
        boxes = list(self.query(Input))
        if self.values is not None and boxes and not self.disabled:
            box = next((box for box in boxes if box.has_focus), boxes[0])
            self.post_message(self.Wanted(self, box))
