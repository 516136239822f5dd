"""F1: what a screen is for, and every key that works there, from the registry."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Button, Static

from opomini_tui.actions import BY_ID, Action
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.text import _

KEY_WIDTH = 8
TITLE_WIDTH = 24


class HelpScreen(FormScreen[None]):
    """A scrolling page; Esc closes it."""

    SIZE = "large"

    def __init__(self, words: str, actions: Sequence[Action]) -> None:
        super().__init__()
        self._words, self._actions = words, actions

    def heading(self) -> str:
        """The title."""
        return _("Help")

    def body(self) -> ComposeResult:
        """Words, then the keys."""
        if self._words:
            yield Static(self._words, markup=False, classes="ask--sentence")
        yield Static(Content("\n").join(_key_line(action) for action in self._actions))
        yield Static("")
        yield Static(self._table_keys(), markup=False)

    def _table_keys(self) -> str:
        return _(
            "In lists: arrows, PgUp, PgDn, Ctrl+Home and Ctrl+End move; ← and → scroll the columns; Space ticks; "
            "Shift with ↑ ↓ ticks a range. In forms: Enter goes to the next field, F9 confirms, Esc leaves, Alt with the "
            "underlined letter goes to its field, Alt with a digit to that tab."
        )

    def buttons(self) -> list[Button]:
        """Only one."""
        return [form_button(_("Close"), "cancel", BY_ID["form.cancel"].key, main=True)]

    def confirmed(self) -> None:
        """F9 closes too."""
        self.dismiss(None)


def _key_line(action: Action) -> Content:
    """Key, title, what it does."""
    key, title = action.key.ljust(KEY_WIDTH), action.label.ljust(TITLE_WIDTH)
    return Content.assemble((key, "$hint-key bold"), title, (_(action.help), "$quiet"))
