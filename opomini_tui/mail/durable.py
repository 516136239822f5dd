"""Database connections of senders: commits that need not reach the disk, and the one before the dot that must.

A claim that a power cut forgets was never handed over; a result that it forgets leaves the message `unknown`. Only the
commit that says "about to be finished" has to be on the disk before the dot.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from opomini_tui.errors import OpominiError
from opomini_tui.models.database import database, is_postgres, run
from opomini_tui.text import _


@contextmanager
def own_connection() -> Iterator[None]:
    """The database connection of this thread, closed at the end when it was opened here."""
    opened = bool(database.obj.is_closed())
    if opened:
        database.obj.connect()
    try:
        yield
    finally:
        if opened:
            database.obj.close()


@contextmanager
def light_connection() -> Iterator[None]:
    """`own_connection` whose commits need not reach the disk."""
    with own_connection():
        make_light()
        yield


def make_light() -> None:
    """Let the commits of this thread's connection be light: after it was opened, or opened anew."""
    if is_postgres():
        run("SET synchronous_commit TO off")
        return
    run("PRAGMA synchronous = NORMAL")
    run("PRAGMA cache_size = -2000")  # a sender reads each letter once; 32 MB for each would only be memory


def statement(update: str) -> str:
    """An UPDATE that is its own transaction, ended by its condition: on PostgreSQL it is on the disk when it returns,
    with all that was committed before it; on SQLite after `sync`."""
    # The setting holds until its transaction ends, the commit included. So one question does, where SET LOCAL takes four.
    return f"{update} AND set_config('synchronous_commit', 'on', TRUE) <> ''" if is_postgres() else update


def sync() -> None:
    """Bring what SQLite has committed to the disk; PostgreSQL has done it.

    Raises:
        OpominiError: the disk failed; nobody knows whether it is there.
    """
    if not is_postgres():
        _sync_log()


def _sync_log() -> None:
    """Bring SQLite's write-ahead log to the disk: what `synchronous = FULL` does at a commit, but without keeping the
    other writers out meanwhile, so that several connections share one turn of the disk."""
    try:
        # SQLite keeps its log beside the file itself, not beside a link to it.
        log = os.open(f"{os.path.realpath(database.obj.database)}-wal", os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fdatasync(log)
        finally:
            os.close(log)
    except OSError as error:
        raise OpominiError(
            _(
                "The disk does not take what is written ({why}); nothing more is sent. Check the disk, then go on."
            ).format(why=error.strerror)
        ) from error
