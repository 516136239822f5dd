"""The journal: append-only, each entry chained by SHA-256 to the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from peewee import BigIntegerField, TextField

from opomini_tui.models.database import BaseModel, bulk_insert, database, is_postgres, now_ms, run, stream, take_turn


class JournalEntry(BaseModel):
    """Who did what to which record, when; `details` is JSON."""

    id = BigIntegerField(primary_key=True)
    at = BigIntegerField()
    operator_code = TextField()
    verb = TextField()
    record = TextField()
    details = TextField()
    previous_hash = TextField()
    hash = TextField()


COLUMNS = ("id", "at", "operator_code", "verb", "record", "details", "previous_hash", "hash")
_ONE_MORE = f"INSERT INTO journal_entry ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
# One question for both; the clock is `now_ms`.
_NOW_AND_LAST = """SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint, COALESCE(last.id, 0),
    COALESCE(last.hash, '')
    FROM (SELECT 1) AS one LEFT JOIN (SELECT id, hash FROM journal_entry ORDER BY id DESC LIMIT 1) AS last ON TRUE"""
_details = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str).encode
_fields = json.JSONEncoder(ensure_ascii=False).encode


def entry_hash(number: int, at: int, operator_code: str, verb: str, record: str, details: str, previous: str) -> str:
    """SHA-256 (hex) over all fields of an entry and the hash of the one before it."""
    content = _fields([number, at, operator_code, verb, record, details, previous])
    return hashlib.sha256(content.encode()).hexdigest()


def write(operator_code: str, verb: str, record: str, details: Mapping[str, object] | None = None) -> None:
    """Add one entry, in the transaction of what it tells of."""
    write_many(operator_code, verb, [(record, details or {})])


def write_many(operator_code: str, verb: str, entries: Iterable[tuple[str, Mapping[str, object]]]) -> None:
    """Add entries (record, details) in order. Call it last in a transaction: it locks the end of the chain."""
    with database.obj.transaction():  # a savepoint would be of no use: the last statements of their transaction
        take_turn("journal")
        at, number, previous = _end_of_chain()
        rows = []
        for record, details in entries:
            number += 1
            text = _details(details)
            digest = entry_hash(number, at, operator_code, verb, record, text, previous)
            rows.append((number, at, operator_code, verb, record, text, previous, digest))
            previous = digest
        if len(rows) == 1:
            run(_ONE_MORE, rows[0])
        elif rows:
            bulk_insert("journal_entry", COLUMNS, rows)


def _end_of_chain() -> tuple[int, int, str]:
    """The moment now (UTC milliseconds), and the number and hash of the last entry (0 and "" without one)."""
    if is_postgres():
        return cast("tuple[int, int, str]", run(_NOW_AND_LAST).fetchone())
    last = run("SELECT id, hash FROM journal_entry ORDER BY id DESC LIMIT 1").fetchone()
    return (now_ms(), *(last or (0, "")))


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What `check_chain` found: how many entries are right, the number of the first broken one, the last hash."""

    entries: int
    broken_at: int | None
    last_hash: str


def check_chain() -> ChainCheck:
    """Walk the whole chain; nothing is changed."""
    previous, count = "", 0
    for row in stream(f"SELECT {', '.join(COLUMNS)} FROM journal_entry ORDER BY id"):
        number, at, code, verb, record, details, before, digest = row
        expected = entry_hash(number, at, code, verb, record, details, before)
        if number != count + 1 or before != previous or digest != expected:
            return ChainCheck(count, number, previous)
        previous, count = digest, number
    return ChainCheck(count, None, previous)
