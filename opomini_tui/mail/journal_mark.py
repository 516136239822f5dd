"""The last entry of the journal that this data folder has seen: a database without it was restored from a backup.

`high_water` keeps what left from one data folder. The journal is of the database, so whoever has seen it, from whatever
machine, notices that it went back. The mark is a small file per company, beside the notes.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from opomini_tui.mail import durable
from opomini_tui.models.database import database, now_ms, run

ACCEPTED = "accept restored"
"""The verb of the entry with which a person lets a restored database go on."""
SETTLED_MS = 3_000
"""Only an entry so old is a mark: a younger one may not be on the disk of the server yet (PostgreSQL takes up to 0.6 s
for commits that nobody waits for), and be lost with the power although nothing was restored."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry of the journal: its number, its hash, when it was written (UTC milliseconds)."""

    id: int
    hash: str
    at: int


def read(path: Path) -> Mark | None:
    """The mark in the file; None when there is none, or it is damaged."""
    with suppress(FileNotFoundError, ValueError, TypeError):  # a damaged mark tells nothing; the next one replaces it
        return Mark(**json.loads(path.read_bytes()))
    return None


def look(path: Path) -> Mark | None:
    """The mark when it is lost: this database does not have its entry, and nobody has accepted a restored database
    since. Otherwise None, and the mark is the last entry of now that is certainly stored.

    Raises:
        OSError: the file cannot be read or written. OpominiError: the disk of the database fails.
    """
    mark = read(path)
    if mark is not None and _is_lost(mark):
        return mark
    _move(path, mark)
    return None


def _is_lost(mark: Mark) -> bool:
    """Whether the database went back behind the mark, and nobody has said since that this is right."""
    row = run("SELECT hash FROM journal_entry WHERE id = ?", (mark.id,)).fetchone()
    if row is not None and row[0] == mark.hash:
        return False
    accepted = run(
        "SELECT 1 FROM journal_entry WHERE record = 'database' AND verb = ? AND at > ?", (ACCEPTED, mark.at)
    ).fetchone()
    return accepted is None


def _move(path: Path, before: Mark | None) -> None:
    """Let the mark be the last entry that is certainly stored."""
    if database.obj.in_transaction():
        return  # what is not committed may never be
    row = run(
        "SELECT id, hash, at FROM journal_entry WHERE at <= ? ORDER BY id DESC LIMIT 1", (now_ms() - SETTLED_MS,)
    ).fetchone()
    if row is None or (mark := Mark(*row)) == before:
        return
    durable.sync()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    written = path.with_suffix(f".{os.getpid()}-{os.urandom(4).hex()}")
    written.write_text(json.dumps(asdict(mark)), encoding="ascii")
    written.replace(path)
