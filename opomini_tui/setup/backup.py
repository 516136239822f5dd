"""`opomini backup FILE`: a copy of the database as one SQLite file, made and checked while others work."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from peewee import SqliteDatabase

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import copy_sqlite, database
from opomini_tui.setup.copy_database import OWN_TABLES, copy_all
from opomini_tui.text import _


@dataclass(frozen=True, slots=True)
class BackedUp:
    """The file, its size in bytes, and how many rows it holds."""

    path: Path
    size: int
    rows: int


def backup(target: Path, config: Config, actor: Actor, *, force: bool = False) -> BackedUp:
    """Copy the database to the SQLite file `target` (mode 0600); PostgreSQL too becomes one SQLite file.

    The file appears only when it is whole and checked. `force`: replace a file that is there.

    Raises:
        OpominiError: the file exists, cannot be written, or the check failed. NotAllowed: see Actor.
    """
    actor.require("backup")
    if target.exists() and not force:
        raise OpominiError(_("The file {path} exists; choose another or use --force.").format(path=target))
    own = config.database_path
    if own and own.exists() and target.exists() and target.samefile(own):
        raise OpominiError(_("The backup cannot be written over the database itself."))
    try:
        with TemporaryDirectory(prefix=".opomini-", dir=target.parent) as folder:
            partial = Path(folder) / "partial.db"
            rows = _write(partial)
            os.replace(partial, target)
    except (OSError, sqlite3.Error) as error:
        raise OpominiError(
            _("The backup {path} cannot be written: {why}.").format(path=target, why=_reason(error))
        ) from error
    with database.atomic():
        journal.write(actor.code, "backup", target.name, {"rows": rows})
    return BackedUp(target, target.stat().st_size, rows)


def _write(partial: Path) -> int:
    """Write and check the copy; its rows."""
    if isinstance(database.obj, SqliteDatabase):
        copy_sqlite(database.obj, partial)
    else:
        partial.touch(mode=0o600)
        copy_all(f"sqlite:///{partial}")
    return _check(partial)


def _check(path: Path) -> int:
    """Turn the copy into one plain file and check it; how many rows it holds."""
    with closing(sqlite3.connect(path)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
        broken = copy.execute("PRAGMA foreign_key_check").fetchone()
        if verdict != "ok" or broken:
            raise OpominiError(_("The copy is damaged ({why}); nothing was kept.").format(why=verdict))
        names = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counts = [
            copy.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in names if name not in OWN_TABLES
        ]
    return sum(counts)


def _reason(error: Exception) -> str:
    """What the system says."""
    return (error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__
