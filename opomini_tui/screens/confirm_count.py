"""The confirmation of what cannot be taken back: the operator types how many records it is about."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.widgets import Button, Input, Static

from opomini_tui.actions import BY_ID
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.guard import Guarded
from opomini_tui.text import _, pgettext
from opomini_tui.widgets.fields import Field, TextField
from opomini_tui.widgets.reasons import ReasonList


class ConfirmCountScreen(Guarded, FormScreen[bool]):
    """True when the operator typed the count (then Enter or F9); with `short`, a single letter (`y`, in Slovene `d`) does as well.

    Keys that arrive within the guard time belong to the screen below and are not typed.
    """

    SIZE = "small"

    def __init__(
        self,
        title: str,
        sentences: Sequence[str],
        count: int,
        confirm: str,
        *,
        named: Sequence[str] = (),
        short: bool = False,
    ) -> None:
        """`named`: records that deserve a look before; `confirm`: the word on the button."""
        super().__init__()
        self._title, self._sentences, self._count, self._confirm = title, sentences, count, confirm
        self._named, self._short = named, short

    def heading(self) -> str:
        """What will be done."""
        return self._title

    def body(self) -> ComposeResult:
        """What will happen, whom it concerns, and the field."""
        for sentence in self._sentences:
            yield Static(sentence, markup=False, classes="ask--sentence")
        if self._named:
            yield ReasonList(self._named)
        ask = _("Type {count} to confirm, or {letter}:") if self._short else _("Type {count} to confirm:")
        yield TextField("count", ask.format(count=self._count, letter=pgettext("yes", "y")), width=8)

    def buttons(self) -> list[Button]:
        """Leave, then the deed by its name."""
        return [
            form_button(self.cancel_label(), "cancel", BY_ID["form.cancel"].key),
            form_button(self._confirm, "confirm", BY_ID["form.confirm"].key, main=True, danger=True),
        ]

    def on_mount(self) -> None:
        """The cursor stands in the empty field, where a stray key does nothing."""
        self.field("count").focus_control()

    @on(Field.Changed)
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        field = self.query_one("#field-count", TextField)
        if self.guarded:
            if field.read():
                field.write("")
        elif self._short and field.read().casefold() in ("y", pgettext("yes", "y")):
            self.dismiss(True)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        event.prevent_default()
        self.confirmed()

    def confirmed(self) -> None:
        """Yes, if the number is the right one."""
        if self.guarded:
            return
        if self.field("count").read() == str(self._count):
            self.dismiss(True)
        else:
            self.show_problems({"count": _("This is not {count}; nothing was done.").format(count=self._count)})

    def action_cancel(self) -> None:
        """No."""
        self.dismiss(False)
