"""One call of the command: its arguments, the configuration, the open database and who acts."""

from __future__ import annotations

import argparse
import getpass
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from types import FrameType
from typing import TYPE_CHECKING

from opomini_tui.config import Config
from opomini_tui.text import use_language

if TYPE_CHECKING:
    from opomini_tui.models.actor import Actor


class Exit(IntEnum):
    """What the command's exit code says to scripts."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    IN_PART = 3
    UNKNOWN = 4
    NOTHING = 5


@dataclass
class Call:
    """Arguments and configuration; `open` and `actor` reach the database only when a verb needs it."""

    args: argparse.Namespace
    config: Config

    def open(self) -> None:
        """Open the database and bring its schema up to date.

        Raises:
            DatabaseUnusable: it cannot be reached.
        """
        from opomini_tui.models.database import open_database

        self.config.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        open_database(self.config.database_url, self.config.home / "backups")

    @cached_property
    def actor(self) -> Actor:
        """The operator who acts; the database is open from here on, and texts are in his language.

        Raises:
            NotAllowed: nobody can be told, or his password is wrong.
        """
        from opomini_tui.setup.sign_in import command_line_actor

        self.open()
        actor = command_line_actor(self.config, getpass.getpass if sys.stdin.isatty() else None)
        if not self.config.language:
            use_language(actor.language)
        return actor


@contextmanager
def stop_on_signal() -> Iterator[threading.Event]:
    """An event that Ctrl+C, a polite kill or a lost line sets, so that what is in hand is finished; a second one ends at
    once. What is ignored (`nohup`) stays ignored."""
    stop = threading.Event()
    before: dict[signal.Signals, signal._HANDLER] = {}

    def ask(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, before[signal.Signals(number)])

    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(one) is not signal.SIG_IGN:
            before[one] = signal.signal(one, ask)
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
