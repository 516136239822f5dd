"""The temporary table in which a file is gathered before anything is changed, and the checks on it.

Set-based from here on: one pass each, in flat memory, the same SQL on SQLite and PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from peewee import IntegrityError

from opomini_tui.ledger.problems import MOST
from opomini_tui.models.database import bulk_insert, database, is_postgres, run


def stage(columns: Sequence[tuple[str, str]], records: Iterable[Sequence[Any]]) -> int:
    """Gather `records` (line, value, …) in the temporary table `staged`; how many there are.

    columns: name and kind ("code", "text", "day" or "cents") of each value.
    """
    kinds = {"code": 'TEXT COLLATE "C"' if is_postgres() else "TEXT", "text": "TEXT", "day": "DATE", "cents": "BIGINT"}
    defined = ", ".join(f"{name} {kinds[kind]} NOT NULL" for name, kind in columns)
    end = " ON COMMIT DROP" if is_postgres() else ""
    run("DROP TABLE IF EXISTS staged")
    run(f"CREATE TEMPORARY TABLE staged (line INTEGER PRIMARY KEY, {defined}){end}")
    bulk_insert("staged", ("line", *(name for name, _kind in columns)), records)
    return int(run("SELECT count(*) FROM staged").fetchone()[0])


def repeated(key: Sequence[str]) -> list[tuple[int, int]]:
    """Make `key` the unique key of what is staged; lines that repeat an earlier one: (line, the first such line)."""
    names = ", ".join(key)
    try:
        with database.atomic():
            run(f"CREATE UNIQUE INDEX staged_key ON staged ({names})")
    except IntegrityError:
        same = " AND ".join(f"earlier.{name} = staged.{name}" for name in key)
        rows = run(
            f"""SELECT staged.line, earlier.line FROM staged
            JOIN (SELECT {names}, MIN(line) AS line FROM staged GROUP BY {names} HAVING COUNT(*) > 1) AS earlier
            ON {same} WHERE staged.line > earlier.line AND {_filled(key)} ORDER BY 1 LIMIT {MOST}"""
        ).fetchall()
        return [(int(line), int(first)) for line, first in rows]
    if is_postgres():
        run("ANALYZE staged")
    return []


def _filled(key: Sequence[str]) -> str:
    """The condition that a line has its key: an empty one is a bad value that is told already."""
    return " AND ".join(f"staged.{name} <> ''" for name in key)


def unknown_customers() -> list[tuple[int, str, str]]:
    """Lines with a customer code that is not known: (line, code, the known code that has the same digits or "")."""
    rows = run(
        f"""SELECT line, customer_code FROM staged WHERE {_filled(["customer_code"])}
        AND NOT EXISTS (SELECT 1 FROM customer WHERE customer.code = staged.customer_code)
        ORDER BY line LIMIT {MOST}"""
    ).fetchall()
    return [(int(line), code, _same_number(code)) for line, code in rows]


def _same_number(code: str) -> str:
    """The customer code that differs only by leading zeros, which spreadsheets love to drop."""
    row = run(
        "SELECT code FROM customer WHERE ltrim(code, '0') = ? ORDER BY code LIMIT 1", (code.lstrip("0"),)
    ).fetchone()
    return str(row[0]) if row else ""


def drop() -> None:
    """Forget what was staged."""
    run("DROP TABLE IF EXISTS staged")


def staged_values(line: int, names: Sequence[str]) -> tuple[str, ...]:
    """Some text values of a staged line."""
    row = run(f"SELECT {', '.join(names)} FROM staged WHERE line = ?", (line,)).fetchone()
    return tuple(str(value) for value in row)


def named_lines(condition: str, shown: int = 5) -> tuple[int, str]:
    """How many staged lines meet `condition` (SQL), and the first of their numbers as text: "4, 7, 9, …"."""
    count = int(run(f"SELECT count(*) FROM staged WHERE {condition}").fetchone()[0])
    if not count:
        return 0, ""
    rows = run(f"SELECT line FROM staged WHERE {condition} ORDER BY line LIMIT {shown}").fetchall()
    return count, ", ".join(str(line) for (line,) in rows) + (", …" if count > shown else "")


def set_values(
    table: str, values: Sequence[str], source: str, same: str, *, also: tuple[str, str] | None = None
) -> int:
    """Set `values` of `table` to what is staged where any of them differs; how many records were changed.

    source: the tables to read from; same: the condition that finds the record of a staged line;
    also: one more assignment, and the condition under which it alone is a change.
    """
    assignments = [f"{name} = staged.{name}" for name in values]
    ours, theirs = (", ".join(f"{owner}.{name}" for name in values) for owner in (table, "staged"))
    differs = f"({ours}) <> ({theirs})"
    if also:
        assignments.append(also[0])
        differs = f"({differs} OR {also[1]})"
    return int(run(f"UPDATE {table} SET {', '.join(assignments)} FROM {source} WHERE {same} AND {differs}").rowcount)
