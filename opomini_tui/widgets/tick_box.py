"""A check box that shows its value by a sign, not by colour alone: `[x] 1. opomin`, `[ ] Tožba`."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Checkbox


class TickBox(Checkbox):
    """One line high; Space or Enter changes it."""

    BUTTON_LEFT = ""
    BUTTON_RIGHT = ""

    def __init__(self, label: str, value: bool = False, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(Content(label), value, compact=True, id=id, classes=classes)
        self.BUTTON_INNER = _sign(value)

    def watch_value(self) -> None:
        """Change the sign with the value."""
        self.BUTTON_INNER = _sign(self.value)
        super().watch_value()
        self.refresh()


def _sign(value: bool) -> str:
    return "[x]" if value else "[ ]"
