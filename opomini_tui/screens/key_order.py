"""Keys are handled in the order in which they were typed, each with all that it brings before the next.

Textual gives a key to the widget that has the focus; what the widget does not take itself (Enter, Tab, Backspace, every
binding) wanders up to the application and is acted on there, while the next key may be in the widget already. Who types
ahead, or whose line brings several keys at once, would find the second value in the first field, and a digit deleted that
was typed after the Backspace. So here a key waits until the one before it has gone all the way, twice: first the key
itself, then the messages that it brought, such as that a field was left.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from textual.dom import DOMNode
from textual.events import Event, Key, Paste
from textual.message_pump import MessagePump
from textual.screen import Screen

from opomini_tui.config import Config
from opomini_tui.screens.session import SessionApp

LONGEST_SECONDS = 1.0
"""A key that takes longer does not hold up the others any more."""


class KeysInOrder(SessionApp):
    """The part of the application that hands keys to its widgets."""

    def __init__(self, config: Config, today: Callable[[], date] = date.today) -> None:
        super().__init__(config, today)
        self._typed_ahead: deque[Event] = deque()
        self._turn = 0
        """Which key is under way, or was the last that was."""
        self._handed_at: float | None = None
        """When it was handed on; None when nothing is under way."""

    async def on_event(self, event: Event) -> None:
        """A key, or pasted text, that arrives while another one is under way, waits."""
        if not isinstance(event, (Key, Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        self._typed_ahead.append(event)
        if self._handed_at is None or time.monotonic() - self._handed_at > LONGEST_SECONDS:
            await self._hand_on()
        elif len(self._typed_ahead) == 1:
            self._do_not_wait_for_ever()

    def _do_not_wait_for_ever(self) -> None:
        """Should what is under way never come to an end."""
        self.set_timer(LONGEST_SECONDS, partial(self._next_typed, self._turn))

    async def _hand_on(self) -> None:
        """Let the first that waits be handled; when all of it is done, comes the next."""
        event = self._typed_ahead.popleft()
        self._turn += 1
        self._handed_at = time.monotonic()
        if self._typed_ahead:
            self._do_not_wait_for_ever()
        screen = self.screen
        first = self.focused or screen
        await super().on_event(event)
        done = partial(self._done, screen, self._turn)
        self._follow(first, partial(self._follow, first, done))

    def _follow(self, node: MessagePump, then: Callable[[], object]) -> None:
        """Call `then` when what `node` has before it, and what that sends upwards, has been handled."""
        above = node.parent if isinstance(node, DOMNode) else None
        if above is None:
            self.call_later(then)
        elif not node.call_later(self._follow, above, then):
            self._follow(above, then)  # it has just been closed

    def _done(self, screen: Screen[Any], turn: int) -> None:
        """What is typed next is meant for the screen that has been opened meanwhile, once it is there."""
        following = partial(self._next_typed, turn)
        if self.screen is screen:
            self.call_later(following)
        else:
            self.screen.call_after_refresh(following)

    async def _next_typed(self, turn: int) -> None:
        """The next one that waits, unless that is so already."""
        if turn != self._turn or self._handed_at is None:
            return
        self._handed_at = None
        if self._typed_ahead:
            await self._hand_on()
