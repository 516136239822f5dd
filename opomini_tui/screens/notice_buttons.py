"""The buttons of Opominjanje, in the original's order, each one line high and with its key."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button

from opomini_tui.actions import BY_ID, Action
from opomini_tui.screens.button_text import form_button

LINES = (
    ("notices.tick_all", "notices.untick_all", "notices.delete", "notices.detail", "notices.prepare"),
    ("notices.issue", "notices.unlock", "notices.print", "notices.send", "notices.export", "everywhere.quit"),
)


class NoticeButtons(Vertical):
    """Two lines of buttons; one line in a wide window. What the operator's level does not allow is greyed."""

    def __init__(self, may: Callable[[str], bool]) -> None:
        super().__init__(id="notice-buttons")
        self._may = may

    def compose(self) -> ComposeResult:
        """The buttons of both lines."""
        for ids in LINES:
            with Horizontal():
                for action in (BY_ID[name] for name in ids):
                    yield self._button(action)

    def _button(self, action: Action) -> Button:
        button = form_button(action.label, action.id.replace(".", "-"), action.key)
        button.disabled = not self._may(action.needs)
        button.can_focus = False  # every button has its key; Tab goes through the filter and the grid only
        return button

    @on(Button.Pressed)
    async def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        place, _sep, verb = str(event.button.id).removeprefix("button-").partition("-")
        action = BY_ID[f"{place}.{verb}"]
        await self.app.run_action(action.run, self.app if place == "everywhere" else self.screen)
