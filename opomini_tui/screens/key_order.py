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
from textual.events import Callback, Event, Key, MouseDown, Paste
from textual.screen import Screen

from opomini_tui.config import Config
from opomini_tui.screens.session import SessionApp

LONGEST_SECONDS = 1.0
"""A key that takes longer does not hold up the others any more."""
HELD_SECONDS = 0.75
"""The same key again within so long is taken for a key that is held: terminals repeat it after half a second at first."""


class Way:
    """The way of a key, from the widget that has the `first` look at it up to the application: it is gone twice, and at
    each station all that waits there is handled before it goes on. Then `done` is called.

    Textual asks a `partial`, of which `call_later` makes one each time, for its parameters anew; a method only once.
    """

    def __init__(self, app: SessionApp, first: DOMNode, done: Callable[[], object]) -> None:
        self._app, self._first, self._done = app, first, done
        self._next: DOMNode = first
        self._again = True

    def go(self) -> None:
        """To the next station; those that have just been closed are passed by."""
        while (above := self._next.parent) is not None:
            station, self._next = self._next, above
            if station.post_message(Callback(callback=self.go)):
                return
        if self._again:
            self._again, self._next = False, self._first
            self._app.post_message(Callback(callback=self.go))
        else:
            self._app.call_later(self._done)


class KeysInOrder(SessionApp):
    """The part of the application that hands keys to its widgets."""

    def __init__(self, config: Config, today: Callable[[], date] = date.today) -> None:
        super().__init__(config, today)
        self._typed_ahead: deque[Event] = deque()
        self._turn = 0
        """Which key is under way, or was the last that was."""
        self._handed_at: float | None = None
        """When it was handed on; None when nothing is under way."""
        self._pressed: tuple[str, float] = ("", 0.0)
        """The last key, and when the terminal sent it."""

    async def on_event(self, event: Event) -> None:
        """A key, or pasted text, that arrives while another one is under way, waits."""
        if not isinstance(event, (Key, Paste)) or event.is_forwarded:
            if isinstance(event, MouseDown):
                self._note_press("", event.time)
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
        self._note_press(event.key if isinstance(event, Key) else "", event.time)
        if self._typed_ahead:
            self._do_not_wait_for_ever()
        screen = self.screen
        first = self.focused or screen
        await super().on_event(event)
        Way(self, first, partial(self._done, screen, self._turn)).go()

    def _note_press(self, key: str, moment: float) -> None:
        """Keep when the key was pressed, for questions that want an answer on purpose; "" is no key and is never held."""
        before, then = self._pressed
        self._pressed = (key, moment)
        if not key or key != before or moment - then > HELD_SECONDS:
            self.pressed_at = moment

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
