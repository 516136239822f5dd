"""Two people changed the same fields of a record: what is stored now beside what was to be saved, and which of them stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Button, Static

from opomini_tui.actions import BY_ID
from opomini_tui.documents.differences import differences
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.guard import Guarded
from opomini_tui.screens.marked_lines import marked
from opomini_tui.setup.changes import shown
from opomini_tui.setup.conflicts import Clash
from opomini_tui.text import _, language
from opomini_tui.text.formats import format_date, format_money
from opomini_tui.widgets.fields import Field, LongTextField, SelectField

Kept = Literal["theirs", "mine"]


class ConflictScreen(Guarded, FormScreen[dict[str, Kept]]):
    """Ends with what is to stay, by field name; None: back to the form. Nothing of the other is overwritten unasked."""

    def __init__(self, clashes: Mapping[Field[Any], Clash]) -> None:
        """`clashes` by the field of the form below."""
        super().__init__()
        self._clashes = clashes

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
            if isinstance(field, LongTextField):
                yield from self._text(field, clash, options)
                continue
            yield SelectField(str(field.name), field.label, options, "theirs")
            both = (
                _("stored now: {value}").format(value=value_words(field, clash.theirs)),
                _("mine: {value}").format(value=value_words(field, clash.mine)),
            )
            yield Static("\n".join(both), markup=False, classes="note")

    def _text(self, field: Field[Any], clash: Clash, options: Sequence[tuple[str, str]]) -> ComposeResult:
        """A text of several lines, both in one."""
        yield Static(field.label, markup=False, classes="group")
        yield SelectField(str(field.name), _("To stay"), options, "theirs")
        yield Static(_("− only in what is stored now, + only in mine"), markup=False, classes="note")
        with VerticalScroll(classes="conflict--lines"):
            lines = differences(str(clash.theirs).splitlines(), str(clash.mine).splitlines())
            yield Static(marked(lines), markup=False)

    def buttons(self) -> list[Button]:
        """Back, or save so."""
        return [
            form_button(_("Back to the form"), "cancel", BY_ID["form.cancel"].key),
            form_button(_("Save"), "confirm", BY_ID["form.confirm"].key, main=True),
        ]

    def on_mount(self) -> None:
        """The focus is on the first choice."""
        self.fields()[0].focus_control()

    def confirmed(self) -> None:
        """Save so, unless the key was meant for the form below."""
        values = self.values()
        if values is not None and not self.guarded:
            self.dismiss({name: "mine" if value == "mine" else "theirs" for name, value in values.items()})


def value_words(field: Field[Any], value: object) -> str:
    """A value as its field shows it; "—" for nothing."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, bytes):
        return shown(value)
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, Decimal):
        return format_money(value, language())
    if isinstance(field, SelectField) and str(value) in field.labels:
        return field.labels[str(value)]
    return "—" if value is None or value == "" else str(value)
