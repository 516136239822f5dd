"""A server of the tests that listens on this machine: each client gets a conversation in a thread of its own."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Any, Self

HOST = "127.0.0.1"


class Listening:
    """Use it with `with`. A subclass calls `take_port`, and talks to one client in `converse`."""

    def take_port(self) -> None:
        """Take a free port; clients are answered from the begin of `with` on."""
        self.stopping = threading.Event()
        self.connections = 0
        self.threads: list[threading.Thread] = []
        """That of listening, then one for each conversation."""
        self.listener = socket.create_server((HOST, 0))
        self.port: int = self.listener.getsockname()[1]

    def converse(self, connection: socket.socket) -> None:
        """Talk to a client until he or the server ends it."""
        raise TypeError(f"{type(self).__name__} says nothing")

    def __enter__(self) -> Self:
        self._start(self.listen)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop listening and wait for the conversations to end, so that the log is whole."""
        self.stopping.set()
        self.stop_listening()
        for thread in self.threads:
            thread.join(5)

    def stop_listening(self) -> None:
        """Nobody gets in any more."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def listen(self) -> None:
        """Let clients in until the server stops."""
        while True:
            try:
                connection, _peer = self.listener.accept()
            except OSError:
                return  # stopped
            self.connections += 1
            self._start(self.converse, connection)

    def _start(self, work: Any, *values: Any) -> None:
        thread = threading.Thread(target=work, args=values, daemon=True)
        self.threads.append(thread)
        thread.start()
