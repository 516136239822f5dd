"""Buttons of forms: one line high, with their keys. Without the forms themselves: the grid of the start has such buttons."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Button
from textual.widgets.button import ButtonVariant

from opomini_tui.widgets.readable import KeyButton


def form_button(label: str, name: str, key: str = "", *, main: bool = False, danger: bool = False) -> Button:
    """A one-line button `Label Key` with id `button-<name>`."""
    content = Content.assemble(label, (f" {key}", "$button-key")) if key else Content(label)
    kind: ButtonVariant = "error" if danger else "primary" if main else "default"
    return KeyButton(content, variant=kind, id=f"button-{name}", compact=True)


def rename_button(button: Button, label: str, key: str) -> None:
    """Give it other words, while it is shown; it becomes as wide as they need."""
    button.label = form_button(label, "words", key).label
    button.refresh(layout=True)
