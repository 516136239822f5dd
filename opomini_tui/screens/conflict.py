"""Two people changed the same fields of a record: what is stored now beside what was to be saved, and which of them stays."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from textual.app import ComposeResult
from textual.widgets import Button, Static

from opomini_tui.actions import BY_ID
from opomini_tui.screens.ask import GUARD_SECONDS
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.setup.conflicts import Clash
from opomini_tui.text import _, language
from opomini_tui.text.formats import format_date, format_money
from opomini_tui.widgets.fields import Field, SelectField

Kept = Literal["theirs", "mine"]


class ConflictScreen(FormScreen[dict[str, Kept]]):
    """Ends with what is to stay, by field name; None: back to the form. Nothing of the other is overwritten unasked."""

    def __init__(self, clashes: Mapping[Field[Any], Clash]) -> None:
        """`clashes` by the field of the form below."""
        super().__init__()
        self._clashes = clashes
        self._opened = time.monotonic()

    def heading(self) -> str:
        """What happened."""
        return _("Changed by somebody else meanwhile")

    def help_text(self) -> str:
        """What else is saved."""
        return _("Everything that only one of you changed is kept in any case.")

    def body(self) -> ComposeResult:
        """Each field with both values."""
        yield Static(_("You both changed these fields. Choose what is to stay."), markup=False, classes="ask--sentence")
        for field, clash in self._clashes.items():
            options = [("theirs", _("keep what is stored")), ("mine", _("write mine"))]
            yield SelectField(str(field.name), field.label, options, "theirs")
            both = (
                _("stored now: {value}").format(value=value_words(field, clash.theirs)),
                _("mine: {value}").format(value=value_words(field, clash.mine)),
            )
            yield Static("\n".join(both), markup=False, classes="note")

    def buttons(self) -> list[Button]:
        """Back, or save so."""
        return [
            form_button(_("Back to the form"), "cancel", BY_ID["form.cancel"].key),
            form_button(_("Save"), "confirm", BY_ID["form.confirm"].key, main=True),
        ]

    def on_mount(self) -> None:
        """The focus is on the first choice."""
        self._opened = time.monotonic()
        self.fields()[0].focus_control()

    def confirmed(self) -> None:
        """Save so, unless the key was meant for the form below."""
        values = self.values()
        if values is not None and time.monotonic() - self._opened >= GUARD_SECONDS:
            self.dismiss({name: "mine" if value == "mine" else "theirs" for name, value in values.items()})


def value_words(field: Field[Any], value: object) -> str:
    """A value as its field shows it; "—" for nothing."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, Decimal):
        return format_money(value, language())
    if isinstance(field, SelectField) and str(value) in field.labels:
        return field.labels[str(value)]
    return "—" if value is None or value == "" else str(value)
