"""The end from outside: the line is lost, or the program is told to end. The screen goes; what is in hand is finished."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import IO, TYPE_CHECKING, Any, cast

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App

LONGEST_SECONDS = 900
"""The system ends the process so long after it was told to end, whatever it still waits for then."""


@contextmanager
def told_from_outside(tell: Callable[[], None]) -> Iterator[None]:
    """Call `tell` at SIGHUP and SIGTERM; neither ends the process, however often it comes: a lost line is told by the
    terminal, by the shell and by the system, and each of them means the same."""

    def heard(_number: int, _frame: FrameType | None) -> None:
        signal.alarm(LONGEST_SECONDS)
        tell()

    before = {one: signal.signal(one, heard) for one in (signal.SIGHUP, signal.SIGTERM)}
    try:
        yield
    finally:
        signal.alarm(0)
        for one, handler in before.items():
            signal.signal(one, handler)


class LastingDriver(LinuxDriver):
    """The terminal, which may go away under the program."""

    def __init__(self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: Any = None) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._file = cast(Any, LastingFile(cast(IO[str], self._file)))


class LastingFile:
    """A file that is written to a terminal, and to nowhere once the terminal is gone: the thread of Textual that writes
    would die of the error, and all who have something to write would wait for it for ever."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> None:
        """Write it, or forget it."""
        try:
            self._file.write(text)
        except OSError:
            self._let_go()

    def flush(self) -> None:
        """Send what is written on its way."""
        try:
            self._file.flush()
        except OSError:
            self._let_go()

    def fileno(self) -> int:
        """The number of the file below."""
        return self._file.fileno()

    def _let_go(self) -> None:
        """What is written from now on, also by others at the end of the process, goes nowhere."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._file.fileno())
        os.close(nowhere)
