"""A button of a form whose words change while it is shown."""

from __future__ import annotations

from textual.widgets import Button

from opomini_tui.screens.form import form_button


def rename_button(button: Button, label: str, key: str) -> None:
    """Give it other words; it becomes as wide as they need."""
    button.label = form_button(label, "words", key).label
    button.refresh(layout=True)
