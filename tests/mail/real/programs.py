"""Server programs of the tests: in a folder of their own, on free ports of this machine, ended by their own process id."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

HOST = "127.0.0.1"
_START_SECONDS = 20.0


def free_ports(count: int) -> list[int]:
    """Ports on which nothing listens now, each a different one."""
    sockets = [socket.create_server((HOST, 0)) for _number in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def answers(port: int) -> bool:
    """Whether something listens there and greets."""
    try:
        with socket.create_connection((HOST, port), 2) as connection:
            return connection.recv(1) in (b"2", b"+", b"S")
    except OSError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float, what: Callable[[], str]) -> None:
    """Wait for the condition.

    Raises:
        TimeoutError: in vain; it says `what()`.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what())
        time.sleep(0.05)


class Program:
    """A server that runs in the foreground of a session of its own, so that no signal of the terminal reaches it."""

    def __init__(self, command: Sequence[str | Path], ports: Sequence[int], log: Path) -> None:
        self._log = log
        self._process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            wait_until(lambda: all(map(answers, ports)), _START_SECONDS, lambda: f"{command[0]}: {self.told}")
        except TimeoutError:
            self.stop()
            raise

    @property
    def told(self) -> str:
        """The end of the program's log."""
        return self._log.read_text("utf-8", "replace")[-3000:] if self._log.exists() else ""

    def stop(self) -> None:
        """End the program; it ends its own children."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def missing(*programs: str) -> str:
    """Why such servers cannot run here; "" when they can."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    absent = [name for name in programs if shutil.which(name, path=path) is None]
    if absent:
        return f"not installed: {', '.join(absent)} (Debian: apt-get install postfix dovecot-pop3d)"
    if os.geteuid():
        return "the master of Postfix has to be started as root"
    return ""
