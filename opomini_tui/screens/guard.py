"""Questions are answered on purpose: not by a key that was meant for the screen below, nor by one that is held down.

A terminal does not tell when a key is let go. The same key again within HELD_SECONDS is taken for the one that is still
held, and counts as pressed when it was pressed first; `SessionApp.pressed_at` is that moment.
"""

from __future__ import annotations

import time
from math import inf

from opomini_tui.screens.session import InSession

GUARD_SECONDS = 0.4
"""Keys that were pressed sooner belong to the screen below and confirm nothing."""


class Guarded(InSession):
    """What a form that asks before something is done has beside; it looks at `guarded` before it takes a yes."""

    _opened = inf

    def on_mount(self) -> None:
        """From now on the question can be read."""
        self._opened = time.monotonic()

    @property
    def guarded(self) -> bool:
        """Whether the key that is handled now was pressed before the question could be read."""
        return self.session.pressed_at - self._opened < GUARD_SECONDS
