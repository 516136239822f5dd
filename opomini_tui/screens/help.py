"""F1: what a screen is for, and every key that works there, from the registry."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from opomini_tui.actions import ACTIONS, BY_ID, Action
from opomini_tui.screens.base import OpominiScreen
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.text import _

KEY_WIDTH = 8
TITLE_WIDTH = 23
FRAME = 9
"""Cells of margin, border and scroll bar beside the words."""
LEAST_ROOM = 20


class HelpScreen(FormScreen[None]):
    """A scrolling page; Esc closes it."""

    SIZE = "large"

    def __init__(self, words: str, actions: Sequence[Action], about: str = "") -> None:
        """`words` on the screen, its `actions`, and what there is to say `about` the field with the cursor."""
        super().__init__()
        self._words, self._actions, self._about = words, actions, about

    def heading(self) -> str:
        """The title."""
        return _("Help")

    def body(self) -> ComposeResult:
        """Words, then the keys."""
        if self._about:
            yield Static(self._about, markup=False, classes="ask--sentence")
        if self._words:
            yield Static(self._words, markup=False, classes="ask--sentence")
        room = self.app.size.width - FRAME - KEY_WIDTH - TITLE_WIDTH
        yield Static(Content("\n").join(_key_line(action, room) for action in self._actions))
        yield Static("")
        yield Static(self._table_keys(), markup=False)

    def on_mount(self) -> None:
        """The page has the focus, so that arrows, PgUp, PgDn, Home and End scroll it."""
        page = self.query_one(".form--body", VerticalScroll)
        page.can_focus = True
        page.focus()

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


def keys_here(screen: OpominiScreen | FormScreen[Any]) -> list[Action]:
    """What F1 lists: what the screen's own keys do, then what it offers beside; nothing that does not work here."""
    offered, bound = screen.offered_actions(), {active.binding.id for active in screen.active_bindings.values()}
    own = [action for action in ACTIONS if action.id in bound and screen.session.may(action.needs)]
    return [*(action for action in own if action not in offered), *offered]


def _key_line(action: Action, room: int) -> Content:
    """Key, title, and what it does in `room` cells, further lines of it under the first."""
    key, title = action.key.ljust(KEY_WIDTH), action.label.ljust(TITLE_WIDTH)
    below = "\n" + " " * (KEY_WIDTH + TITLE_WIDTH)
    words = below.join(wrap(_(action.help), max(room, LEAST_ROOM)))
    return Content.assemble((key, "$hint-key bold"), title, (words, "$quiet"))
