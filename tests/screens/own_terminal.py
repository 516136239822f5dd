"""The program in a terminal of its own, of whose session it is the leader, as over SSH."""

from __future__ import annotations

import fcntl
import os
import pwd
import select
import struct
import subprocess
import sys
import termios
import time
import weakref
from collections.abc import Callable

from opomini_tui.models.parties import Operator
from tests.screens.conftest import Opened

PROGRAM = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
{before}
from opomini_tui.app import run_interface
from opomini_tui.config import load_config
values = dict(pair.split("=", 1) for pair in sys.argv[3:])
sys.exit(run_interface(load_config({{"OPOMINI_HOME": sys.argv[1], "OPOMINI_DATABASE_URL": sys.argv[2], **values}})))
"""
ALT_SCREEN_LEFT = b"\x1b[?1049l"
LINES, COLUMNS = 30, 100


class Terminal:
    """The interface, signed in by the system's login; `before`: lines of Python that run first; `values`: its environment."""

    def __init__(self, company: Opened, *, before: str = "", **values: str) -> None:
        Operator.update(system_login=pwd.getpwuid(os.geteuid()).pw_name, language="en").execute()
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        given = [f"{name}={value}" for name, value in values.items()]
        words = [sys.executable, "-c", PROGRAM.format(before=before), str(company.config.home)]
        self.process = subprocess.Popen(
            [*words, company.config.database_url, *given],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color"},
        )
        os.close(slave)
        self.drawn = b""
        weakref.finalize(self, self.process.kill)  # a test that failed leaves nothing behind

    def read(self, condition: Callable[[], bool], seconds: float = 60) -> None:
        """Take what it draws until the condition is true."""
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, self.drawn[-2000:]
            if select.select([self._master], [], [], 0.05)[0]:
                try:
                    self.drawn += os.read(self._master, 65_536)
                except OSError:  # the program has gone
                    return

    def sees(self, words: str, seconds: float = 60) -> None:
        """Take what it draws until the words were drawn in one piece."""
        self.read(lambda: words.encode() in self.drawn, seconds)
        assert words.encode() in self.drawn, self.drawn[-2000:]

    def press(self, keys: bytes) -> None:
        """As if they were typed."""
        os.write(self._master, keys)

    def ends(self, seconds: float = 60) -> int:
        """Wait for the end, reading what is still drawn; its exit code."""
        self.read(lambda: self.process.poll() is not None, seconds)
        code = self.process.wait(seconds)
        self._rest()
        return code

    def _rest(self) -> None:
        """What was drawn last."""
        while select.select([self._master], [], [], 0.1)[0]:
            try:
                piece = os.read(self._master, 65_536)
            except OSError:
                return
            if not piece:
                return
            self.drawn += piece

    def vanish(self) -> None:
        """The line is lost: the kernel tells the program by SIGHUP, and nothing can be drawn any more."""
        os.close(self._master)
