"""The question before a form with changes is left: save them, drop them, or stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Button, Static

from opomini_tui.actions import BY_ID, Action, actions_of, bindings
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.guard import Guarded
from opomini_tui.text import _, ngettext

Answer = Literal["save", "drop"]
NAMED = 4
"""So many changed fields are named; of more, their number is said."""


class UnsavedScreen(Guarded, FormScreen[Answer]):
    """Ends with what is to be done with the changes; None: stay in the form. The focus is on staying."""

    SIZE = "small"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("unsaved")]

    def __init__(self, labels: Sequence[str]) -> None:
        """`labels`: the changed fields."""
        super().__init__()
        self._labels = labels

    def heading(self) -> str:
        """What it is about."""
        return _("Changes are not saved")

    def body(self) -> ComposeResult:
        """Which fields were changed."""
        count = len(self._labels)
        if count <= NAMED:
            sentence = ngettext("This field was changed: {names}.", "These fields were changed: {names}.", count)
            said = sentence.format(names=", ".join(self._labels))
        else:
            said = ngettext("{count} field was changed.", "{count} fields were changed.", count).format(count=count)
        yield Static(said, markup=False, classes="ask--sentence")

    def buttons(self) -> list[Button]:
        """Stay, drop, save."""
        drop = BY_ID["unsaved.drop"]
        return [
            form_button(_("Back to the form"), "cancel", BY_ID["form.cancel"].key),
            form_button(drop.label, "drop", drop.key, danger=True),
            form_button(_("Save"), "confirm", BY_ID["form.confirm"].key, main=True),
        ]

    def offered_actions(self) -> list[Action]:
        """With dropping them."""
        return [*actions_of("unsaved"), *super().offered_actions()]

    def on_mount(self) -> None:
        """The harmless button has the focus."""
        self.query_one("#button-cancel").focus()

    def confirmed(self) -> None:
        """F9: save."""
        self._answer("save")

    @on(Button.Pressed, "#button-drop")
    def action_drop(self) -> None:
        """F8: leave without the changes."""
        self._answer("drop")

    def _answer(self, answer: Answer) -> None:
        """Unless the key was meant for the form below."""
        if not self.guarded:
            self.dismiss(answer)
