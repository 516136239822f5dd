"""A screen that shows what others change, without reading all the time."""

from __future__ import annotations

import time

from textual.timer import Timer

from opomini_tui.mail.pulse import Pulse
from opomini_tui.screens.base import OpominiScreen

REST_FACTOR = 8
"""After reading for t seconds, changes of others are not looked at for REST_FACTOR × t: a large screen must not read always."""


class FollowsOthers(OpominiScreen):
    """A subclass calls `follow` when it is there and `rest` when it has read, and gives `read_changed`."""

    pulse_seen: Pulse | None = None
    """What is shown was read after this; None while nothing is followed yet."""
    _rest_until = 0.0
    _later: Timer

    def follow(self) -> None:
        """From now on."""
        self.pulse_seen = self.session.pulse
        self._later = self.set_timer(0, self._look_again, pause=True)
        self.watch(self.session, "pulse", self._something_happened, init=False)

    def rest(self, seconds: float) -> None:
        """Reading took so long."""
        self._rest_until = time.monotonic() + REST_FACTOR * seconds

    def read_changed(self) -> None:
        """Read what is shown again: somebody changed something."""
        raise TypeError(f"{type(self).__name__} reads nothing")

    def _something_happened(self, pulse: Pulse) -> None:
        """Something changed (here, by another operator, a sender, the mailbox): show it, now or after the rest."""
        if not self.is_current or self.pulse_seen in (None, pulse):
            return
        wait = self._rest_until - time.monotonic()
        if wait > 0:
            self._later.stop()
            self._later = self.set_timer(wait, self._look_again)
            return
        self.pulse_seen = pulse
        self.read_changed()

    def _look_again(self) -> None:
        self._something_happened(self.session.pulse)

    def on_screen_resume(self) -> None:
        """What changed while another screen lay over this one."""
        self._look_again()
