"""A fault server that takes its time."""

from __future__ import annotations

import socket
import threading
import time

from tests.mail.servers import Dialogue, FaultServer


class LateServer(FaultServer):
    """`late`: how many seconds it thinks at a step before it answers; at the dot it has the message by then."""

    def __init__(self, **late: float) -> None:
        super().__init__()
        self.late = late
        self.most_at_once = 0
        """In how many connections it has thought at the same time."""
        self._thinking = 0
        self._counting = threading.Lock()

    def think(self, step: str) -> None:
        """Take its time for a step."""
        with self._counting:
            self._thinking += 1
            self.most_at_once = max(self.most_at_once, self._thinking)
        time.sleep(self.late.get(step, 0))
        with self._counting:
            self._thinking -= 1

    def dialogue(self, connection: socket.socket) -> Dialogue:
        """One connection of a client."""
        return _LateDialogue(self, connection)


class _LateDialogue(Dialogue):
    """One connection to it."""

    def say(self, step: str, usual: str, *, good: bool = True) -> bool:
        assert isinstance(self.server, LateServer)
        self.server.think(step)
        return super().say(step, usual, good=good)
