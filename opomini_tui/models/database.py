"""The one database of the process: SQLite by default, PostgreSQL by URL; opening, migrating, locking.

Models are bound to `database`, a proxy; `open_database` fills it. Raw SQL is written once for both
with `?` as the placeholder and goes through `run` and `run_many`.
"""

from __future__ import annotations

import fcntl
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from peewee import (
    Database,
    DatabaseError,
    DatabaseProxy,
    DoesNotExist,
    Model,
    OperationalError,
    PeeweeException,
    PostgresqlDatabase,
    SqliteDatabase,
)
from peewee import __exception_wrapper__ as driver_errors  # type: ignore[attr-defined]  # missing in the stubs

from opomini_tui.errors import DatabaseUnusable
from opomini_tui.models.drivers import load_psycopg
from opomini_tui.text import _

database = DatabaseProxy()
MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_SECONDS = 60
MOMENT_MS = 200
DatabaseTrouble, DatabaseBusy, NoSuchRecord = PeeweeException, OperationalError, DoesNotExist
"""What is raised when the database does not do what it should, when it cannot now (somebody else writes, the server is away),
and when a record that was asked for is not there."""


class BaseModel(Model):
    """What all models share: the database of the process."""

    class Meta:
        """Bound to the proxy."""

        database = database
        legacy_table_names = False
        only_save_dirty = True  # a form writes what it changed, never what an import changed meanwhile


def connect(url: str) -> Database:
    """An unopened database object for `url` (`sqlite:///FILE` or `postgresql://…`).

    Raises:
        DatabaseUnusable: PostgreSQL is asked for but psycopg is not installed.
    """
    scheme, _sep, rest = url.partition("://")
    if scheme == "sqlite":
        return SqliteDatabase(
            rest[1:],
            pragmas={"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "cache_size": -32_000},
            timeout=BUSY_SECONDS,
            lock_type="IMMEDIATE",
        )
    try:
        load_psycopg()
    except ImportError as error:
        raise DatabaseUnusable(
            _("PostgreSQL needs the extra package: install opomini[postgres] and start again.")
        ) from error
    return PostgresqlDatabase(url.replace("postgres://", "postgresql://", 1), prefer_psycopg3=True)


def open_database(url: str, backups: Path | None = None) -> Database:
    """Open the database, bring its schema up to date and make it the database of this process.

    `backups`: folder for the copy of an SQLite file that is made before a migration.

    Raises:
        DatabaseUnusable: it cannot be reached, or it is newer than this program.
    """
    if url.partition("://")[2].count("@") > 1:
        raise DatabaseUnusable(_("The password in the database URL holds an @. Write it as %40 there."))
    opened = connect(url)
    if isinstance(opened, SqliteDatabase):
        Path(opened.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # mail addresses, amounts
    try:
        opened.connect()
        migrate(opened, backups)
    except DatabaseError as error:
        opened.close()
        # Without the driver's own error behind it: a traceback of that could show the password.
        raise DatabaseUnusable(
            _("The database cannot be opened: {why}. Check OPOMINI_DATABASE_URL and that the server runs.").format(
                why=_first_line(error, url)
            )
        ) from None
    database.initialize(opened)
    return opened


def _first_line(error: Exception, url: str) -> str:
    """The first line of a driver's message, without the password of `url`."""
    line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    password = urlsplit(url).password
    return line.replace(password, "…") if password else line


def migrate(opened: Database, backups: Path | None = None) -> list[str]:
    """Apply the migrations that are missing, under a lock; the names applied.

    Raises:
        DatabaseUnusable: the database has migrations that this program does not know.
    """
    known = {path.stem for path in MIGRATIONS.glob("[0-9]*.py")}
    applied = _applied(opened)
    if newer := sorted(applied - known):
        raise DatabaseUnusable(
            _("This database was written by a newer Opomini ({name}). Update the program and start again.").format(
                name=newer[-1]
            )
        )
    if applied == known:
        return []
    from playhouse.migrations import Runner  # it imports every driver, which costs as much as the rest of the start

    with _migration_lock(opened):
        if applied and backups and isinstance(opened, SqliteDatabase):
            backups.mkdir(parents=True, exist_ok=True)
            stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
            copy_sqlite(opened, backups / f"before-migration-{stamp}.db")
        names: list[str] = Runner(opened, str(MIGRATIONS)).up()
        return names


def _applied(opened: Database) -> set[str]:
    """Names of the migrations that the database has."""
    if not opened.table_exists("schema_migration"):
        return set()
    return {name for (name,) in opened.execute_sql("SELECT name FROM schema_migration").fetchall()}


@contextmanager
def _migration_lock(opened: Database) -> Iterator[None]:
    """Only one process migrates; the others wait and then find nothing to do."""
    if isinstance(opened, SqliteDatabase):
        with Path(f"{opened.database}.lock").open("w") as file:
            _lock_file(file)
            yield
        return
    key = zlib.crc32(b"opomini migrations")
    opened.execute_sql("SELECT pg_advisory_lock(%s)", (key,))
    try:
        yield
    finally:
        opened.execute_sql("SELECT pg_advisory_unlock(%s)", (key,))


def _lock_file(file: IO[str]) -> None:
    """Wait for the lock of `file`; it ends when the file is closed or the process dies."""
    fcntl.flock(file, fcntl.LOCK_EX)


def copy_sqlite(opened: SqliteDatabase, target: Path) -> None:
    """Copy a live SQLite database to `target` with SQLite's online backup; safe while others write."""
    import sqlite3

    with sqlite3.connect(target) as copy:
        opened.connection().backup(copy)
    copy.close()
    target.chmod(0o600)


@contextmanager
def reading() -> Iterator[None]:
    """A connection of this thread for short reading: with a small page cache, which the process would keep otherwise."""
    with database.connection_context():
        if not is_postgres():
            run("PRAGMA cache_size = -2000")
        _readers[threading.get_ident()] = database.connection()
        try:
            yield
        finally:
            del _readers[threading.get_ident()]


_readers: dict[int, Any] = {}
"""The connections that `reading` has given to threads."""


def stop_reading() -> None:
    """Break off what `reading` threads ask the database now: the process ends, and would wait for the answers."""
    for connection in list(_readers.values()):
        with suppress(DatabaseTrouble), driver_errors:  # it has just been answered, and the connection is closed
            (connection.cancel if is_postgres() else connection.interrupt)()


def is_postgres() -> bool:
    """Whether the database of this process is PostgreSQL."""
    return isinstance(database.obj, PostgresqlDatabase)


def run(sql: str, parameters: Sequence[Any] = ()) -> Any:
    """Execute SQL with `?` placeholders on the connection of this thread; the cursor."""
    return database.obj.execute_sql(sql.replace("?", "%s") if is_postgres() else sql, tuple(parameters))


def run_many(sql: str, rows: Iterable[Sequence[Any]]) -> int:
    """Execute SQL once per row, in the current transaction; how many rows were touched."""
    cursor = database.obj.cursor()
    with driver_errors:
        cursor.executemany(sql.replace("?", "%s") if is_postgres() else sql, rows)
    return max(int(cursor.rowcount), 0)


def stream(sql: str, parameters: Sequence[Any] = (), size: int = 2_000) -> Iterator[tuple[Any, ...]]:
    """Rows of a large query in flat memory; on PostgreSQL through a server-side cursor."""
    if is_postgres():
        # Outside of a transaction a cursor lives only when the server holds its rows.
        hold = not database.obj.in_transaction()
        with database.obj.connection().cursor(name=f"stream_{time.monotonic_ns()}", withhold=hold) as cursor:
            cursor.itersize = size
            cursor.execute(sql.replace("?", "%s"), tuple(parameters))
            yield from cursor
        return
    cursor = database.obj.connection().execute(sql, tuple(parameters))
    cursor.arraysize = size
    while rows := cursor.fetchmany():
        yield from rows


def bulk_insert(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert many rows as fast as the database can: COPY on PostgreSQL, executemany on SQLite; how many."""
    names = ", ".join(columns)
    if is_postgres():
        count = 0
        with (
            driver_errors,
            database.obj.connection().cursor() as cursor,
            cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
                count += 1
        return count
    return run_many(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", rows)


@contextmanager
def without_waiting() -> Iterator[None]:
    """What is written here waits only for a moment when SQLite's one writer is busy, as with an import.

    Raises:
        DatabaseBusy: it is busy; nothing was written.
    """
    if is_postgres():
        yield
        return
    run(f"PRAGMA busy_timeout = {MOMENT_MS}")
    try:
        yield
    finally:
        run(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


@contextmanager
def exclusive(name: str) -> Iterator[None]:
    """One transaction that no other of the same `name` overlaps, in whatever process or machine it runs."""
    with database.atomic():
        take_turn(name)
        yield


def take_turn(name: str) -> None:
    """Wait in the running transaction until no other of the same `name` is before it; held until it ends."""
    if is_postgres():
        run("SELECT pg_advisory_xact_lock(?)", (zlib.crc32(f"opomini {name}".encode()),))


@contextmanager
def in_one_go() -> Iterator[None]:
    """A transaction whose statements PostgreSQL gets without waiting for the answers of those before: only a fetch, and
    the end, wait. So take what a statement gives from `RETURNING`, not from `rowcount`; COPY cannot go in it. Inside of
    another transaction, and on SQLite, it is an ordinary one (without a savepoint).

    Raises:
        PeeweeException: as everywhere; nothing of it is stored then.
    """
    opened = database.obj
    if not is_postgres() or opened.in_transaction():
        with opened.transaction():
            yield
        return
    mark = opened.transaction()
    with _translated():
        try:
            with opened.connection().pipeline():
                opened.begin()
                opened.push_transaction(mark)
                try:
                    yield
                finally:
                    opened.pop_transaction()
                opened.commit()
        except BaseException:
            opened.rollback()  # after the pipeline's end: inside of it nothing more is taken
            raise


@contextmanager
def _translated() -> Iterator[None]:
    """The driver's errors, which a pipeline raises wherever it waits, as peewee's."""
    try:
        yield
    except PeeweeException:
        raise
    except Exception:
        with driver_errors:
            raise


def now_ms() -> int:
    """The moment now, UTC, in milliseconds: the database server's clock, so that all machines agree."""
    if is_postgres():
        return int(run("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint").fetchone()[0])
    return time.time_ns() // 1_000_000
