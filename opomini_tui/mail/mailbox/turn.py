"""One reader of a mailbox at a time, in whatever process or on whatever machine; and how it commits."""

from __future__ import annotations

import fcntl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opomini_tui.mail.durable import make_light
from opomini_tui.models.database import database, is_postgres, run


@contextmanager
def only_reader(operator_id: int) -> Iterator[bool]:
    """Whether it is this one's turn to read the operator's mailbox; nobody waits. It ends with the process, too."""
    name = f"opomini mailbox {operator_id}"
    if is_postgres():
        key = zlib.crc32(name.encode())
        mine = bool(run("SELECT pg_try_advisory_lock(?)", (key,)).fetchone()[0])
        try:
            yield mine
        finally:
            if mine:
                run("SELECT pg_advisory_unlock(?)", (key,))
        return
    with Path(f"{database.obj.database}.mailbox-{operator_id}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


@contextmanager
def light_commits() -> Iterator[None]:
    """Commits of this thread need not reach the disk at once: what a power cut forgets is in the mailbox still, and with
    the message all that followed from it is forgotten."""
    make_light()
    try:
        yield
    finally:
        run("RESET synchronous_commit" if is_postgres() else "PRAGMA synchronous = FULL")
