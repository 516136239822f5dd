"""Hitro tiskanje: the printer, copies and tray that an operator's letters go to without a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.app import ComposeResult
from textual.widgets import Static

from opomini_tui.screens.form import FormScreen
from opomini_tui.text import _
from opomini_tui.widgets.fields import NumberField, TextField

QUICK_PRINT = ("printer", "copies", "tray")
"""The fields of an operator that this form holds."""


class QuickPrintScreen(FormScreen[dict[str, Any]]):
    """Its values go back to the form Operater, which saves them."""

    SIZE = "small"

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__()
        self._values = values

    def heading(self) -> str:
        """The button's name."""
        return _("Quick printing...")

    def help_text(self) -> str:
        """What the fields are for."""
        return _(
            "The printer is named as the printing system (CUPS) knows it; empty means its default printer. "
            "The tray is an option of the printer, such as Tray2 or Manual."
        )

    def body(self) -> ComposeResult:
        """Tiskalnik, Izvodi, Pladenj."""
        yield TextField("printer", _("Printer"), self._values["printer"], placeholder=_("the default printer"))
        yield NumberField("copies", _("Copies"), self._values["copies"], low=1, high=99)
        yield TextField("tray", _("Tray"), self._values["tray"])
        yield Static(_("Saved when the operator is confirmed."), markup=False, classes="note")

    def confirmed(self) -> None:
        """Give the values back."""
        values = self.values()
        if values is not None:
            self.dismiss(values)
