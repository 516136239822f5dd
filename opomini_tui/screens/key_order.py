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

from textual.events import Event, Key, Paste
from textual.message_pump import MessagePump

from opomini_tui.screens.session import SessionApp

LONGEST_SECONDS = 1.0
"""A key that takes longer does not hold up the others any more."""


class KeysInOrder(SessionApp):
    """The part of the application that hands keys to its widgets."""

    _typed_ahead: deque[Event]
    _handed_at: float | None = None
    """When the key that is under way was handed on."""

    async def on_event(self, event: Event) -> None:
        """A key, or pasted text, that arrives while another one is under way, waits."""
        if not isinstance(event, (Key, Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        if self._handed_at is not None and time.monotonic() - self._handed_at < LONGEST_SECONDS:
            self._wait_with(event)
        else:
            await self._hand_on(event)

    def _wait_with(self, event: Event) -> None:
        if not self._waiting:
            self.set_timer(LONGEST_SECONDS, self._next_typed)  # should what the key before it began never come to an end
        self._waiting.append(event)

    @property
    def _waiting(self) -> deque[Event]:
        if "_typed_ahead" not in self.__dict__:
            self._typed_ahead = deque()
        return self._typed_ahead

    async def _hand_on(self, event: Event) -> None:
        """Let it be handled; when all of it is done, comes the next."""
        if not self.screen_stack:
            await super().on_event(event)
            return
        self._handed_at = time.monotonic()
        screen = self.screen
        first = self.focused or screen
        await super().on_event(event)

        def done() -> None:
            if self.screen_stack and self.screen is not screen:
                self.screen.call_after_refresh(self._next_typed)  # what is typed next is meant for the new screen
            else:
                self.call_later(self._next_typed)

        self._follow(first, lambda: self._follow(first, done))

    def _follow(self, node: MessagePump, then: Callable[[], object]) -> None:
        """Call `then` when what `node` has before it, and what that sends upwards, has been handled."""
        above = node.parent if node is not self and isinstance(node.parent, MessagePump) else None
        if above is None:
            self.call_later(then)
        elif not node.call_later(self._follow, above, then):
            self._follow(above, then)  # it has just been closed

    async def _next_typed(self) -> None:
        """The next one that waits."""
        self._handed_at = None
        if self._waiting:
            await self._hand_on(self._waiting.popleft())
