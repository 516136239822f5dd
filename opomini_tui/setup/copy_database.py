"""Copies everything from this database into an empty one, SQLite or PostgreSQL, and compares it row by row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from graphlib import TopologicalSorter
from itertools import zip_longest
from typing import Any

from peewee import Database, OperationalError, PostgresqlDatabase, SqliteDatabase

from opomini_tui.errors import DatabaseUnusable, OpominiError
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import connect, database, migrate
from opomini_tui.text import _

BATCH = 1_000
OWN_TABLES = ("schema_migration", "sqlite_sequence", "presence", "row_lock")
"""Tables that each database writes itself, or that only say who is here now."""


@dataclass(frozen=True, slots=True)
class Copied:
    """How many rows of each table were copied and found equal, and SHA-256 (hex) over the rows of each."""

    rows: Mapping[str, int]
    checksums: Mapping[str, str]

    @property
    def total(self) -> int:
        """All rows together."""
        return sum(self.rows.values())


def copy_database(url: str, actor: Actor) -> Copied:
    """Copy this database into the empty one at `url`; all or nothing, compared row by row before it is kept.

    Raises:
        OpominiError: the target holds data, or a row differs. DatabaseUnusable: the target cannot be opened.
        NotAllowed: the actor's level does not allow a backup.
    """
    actor.require("backup")
    copied = copy_all(url)
    with database.atomic():
        kind = url.partition("://")[0]
        journal.write(actor.code, "copy database", kind, {"rows": copied.total})
    return copied


def copy_all(url: str) -> Copied:
    """The copy itself, without asking who acts and without the journal. Raises as `copy_database`."""
    target = connect(url)
    try:
        target.connect()
        migrate(target)
        with _snapshot(database.obj), target.atomic():
            return _copy(database.obj, target)
    except OperationalError as error:
        why = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise DatabaseUnusable(
            _("The other database cannot be written: {why}. Check its URL and that it exists.").format(why=why)
        ) from error
    finally:
        target.close()


@contextmanager
def _snapshot(source: Database) -> Iterator[None]:
    """A transaction in which the source stands still."""
    with source.atomic():
        if isinstance(source, PostgresqlDatabase):
            source.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def _copy(source: Database, target: Database) -> Copied:
    """All tables, parents first; then the comparison."""
    tables = tables_in_order(source)
    if set(tables) != set(tables_in_order(target)):
        raise OpominiError(_("The two databases do not have the same tables; update both with this program first."))
    for table in tables:
        if target.execute_sql(f"SELECT 1 FROM {table} LIMIT 1").fetchone():
            raise OpominiError(
                _("The other database already holds data (table {table}); copy into an empty one.").format(table=table)
            )
    rows: dict[str, int] = {}
    checksums: dict[str, str] = {}
    for table in tables:
        columns = [column.name for column in source.get_columns(table)]
        _insert(target, table, columns, _rows(source, table, columns))
        _set_sequence(target, table, columns)
        rows[table], checksums[table] = _compare(source, target, table, columns)
    return Copied(rows, checksums)


def tables_in_order(opened: Database) -> list[str]:
    """Our tables so that each stands after those it refers to."""
    names = [name for name in sorted(opened.get_tables()) if name not in OWN_TABLES]
    return list(
        TopologicalSorter(
            {name: {key.dest_table for key in opened.get_foreign_keys(name)} - {name} for name in names}
        ).static_order()
    )


def _rows(opened: Database, table: str, columns: list[str]) -> Iterator[tuple[Any, ...]]:
    """All rows in the order of the primary key, as values that both kinds of database know."""
    sql = f"SELECT {', '.join(columns)} FROM {table} ORDER BY {', '.join(opened.get_primary_keys(table))}"
    if isinstance(opened, PostgresqlDatabase):
        cursor = opened.connection().cursor(name=f"copy_{table}_{id(opened)}")
        cursor.itersize = BATCH
        cursor.execute(sql)
    else:
        cursor = opened.connection().execute(sql)
    try:
        while rows := cursor.fetchmany(BATCH):
            for row in rows:
                yield tuple(_plain(value) for value in row)
    finally:
        cursor.close()


def _plain(value: Any) -> Any:
    """A value in the one form in which it is compared and written: truth as 0/1, days as ISO text, bytes."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, date):
        return value.isoformat()
    return bytes(value) if isinstance(value, memoryview) else value


def _insert(target: Database, table: str, columns: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    """Write the rows of one table, streamed."""
    names = ", ".join(columns)
    if isinstance(target, SqliteDatabase):
        target.connection().executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", rows)
        return
    with target.connection().cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _set_sequence(target: Database, table: str, columns: list[str]) -> None:
    """On PostgreSQL the next number of an identity column comes after the copied ones."""
    if isinstance(target, PostgresqlDatabase) and "id" in columns:
        target.execute_sql(
            f"SELECT setval(sequence, COALESCE((SELECT MAX(id) FROM {table}), 1), (SELECT MAX(id) FROM {table}) IS NOT NULL) "
            f"FROM pg_get_serial_sequence('{table}', 'id') AS sequence WHERE sequence IS NOT NULL"
        )


def _compare(source: Database, target: Database, table: str, columns: list[str]) -> tuple[int, str]:
    """Every row of one table in both databases; how many, and the checksum over them.

    Raises:
        OpominiError: a row differs or is missing.
    """
    digest = hashlib.sha256()
    count = 0
    for ours, theirs in zip_longest(_rows(source, table, columns), _rows(target, table, columns)):
        if ours != theirs:
            key = (ours or theirs)[0]
            raise OpominiError(
                _("The copy differs in table {table}, row {key}; nothing was copied.").format(table=table, key=key)
            )
        digest.update(repr(ours).encode())
        count += 1
    return count, digest.hexdigest()
