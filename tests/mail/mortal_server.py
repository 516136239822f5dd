"""A fault server that dies with all its connections and comes back on the same port."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time

from tests.mail.servers import HOST, FaultServer


class MortalServer(FaultServer):
    """Use it with `with`, as the fault server; `die` cuts everything off, `rise` listens again."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[socket.socket] = []

    def converse(self, connection: socket.socket) -> None:
        """Answer until the client is gone, or the server dies."""
        self._open.append(connection)
        super().converse(connection)

    def die(self) -> None:
        """Nobody listens any more, and every connection is reset."""
        self.stop_listening()
        for connection in self._open:
            with contextlib.suppress(OSError):  # ended already
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def rise(self) -> None:
        """Listen again."""
        self.listener = socket.create_server((HOST, self.port))
        threading.Thread(target=self.listen, daemon=True).start()

    def be_away(self, after: int, seconds: float | None = None) -> threading.Thread:
        """Die as soon as `after` messages are accepted, and be back after `seconds` (None: with `rise`); the thread that
        sees to it."""

        def fate() -> None:
            while len(self.accepted) < after:
                time.sleep(0.005)
            self.die()
            if seconds is not None:
                time.sleep(seconds)
                self.rise()

        thread = threading.Thread(target=fate, daemon=True)
        thread.start()
        return thread
