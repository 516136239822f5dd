"""What every import shares: opening the file, its one transaction, the checks, the record of what it did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

from opomini_tui.ledger.columns import Layout, find_columns, require_columns
from opomini_tui.ledger.mapping import remember_mapping, remembered_mapping
from opomini_tui.ledger.problems import Problems
from opomini_tui.ledger.records import Fields, Reader
from opomini_tui.ledger.staging import repeated, unknown_customers
from opomini_tui.ledger.table import Table, open_table
from opomini_tui.ledger.values import amount_reader, decimal_sign
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import exclusive, now_ms
from opomini_tui.models.receivables import LedgerImport
from opomini_tui.text import _, ngettext

LINES_NAMED = 5


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or with `dry_run` would do.

    rows: records in the file; closed: open items that are missing in the snapshot; warnings:
    sentences about what was taken nevertheless; already_known: nothing in the file was new.
    """

    kind: str
    file_name: str
    rows: int
    added: int
    changed: int
    closed: int
    unchanged: int
    warnings: tuple[str, ...]
    as_of: date | None
    already_known: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records were added, changed and closed."""

    added: int
    changed: int
    closed: int = 0


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """An opened file with the columns that are imported from it."""

    table: Table
    layout: Layout
    fields: Fields


class _RollBack(Exception):
    """Ends the transaction of a dry run."""


@contextmanager
def ledger_transaction(dry_run: bool) -> Iterator[None]:
    """One transaction that no other import overlaps; a dry run leaves nothing of it behind."""
    with suppress(_RollBack), exclusive("ledger"):
        yield
        if dry_run:
            raise _RollBack


def open_file(
    path: Path | str, layout: Layout, readers: Mapping[str, Reader], mapping: Mapping[str, str] | None
) -> LedgerFile:
    """Open a file and find its columns (by `mapping`, the remembered mapping, then the headers).

    Raises:
        OpominiError: it cannot be read or a required column is missing.
        UsageError: `mapping` names what does not exist.
    """
    table = open_table(path)
    headers = table.headers()
    places = find_columns(layout, headers, mapping, remembered_mapping(layout.kind))
    require_columns(layout, headers, places)
    return LedgerFile(table, layout, Fields(headers, places, readers))


def amounts(path: Path | str, places: Sequence[str], layout: Layout) -> Reader:
    """The reader of the amount columns `places`, with the decimal sign that the file shows."""

    def find_sign() -> str:
        table = open_table(path)
        found = find_columns(layout, table.headers(), None, remembered_mapping(layout.kind))
        return decimal_sign(chain.from_iterable(_cells(table, [found[name] for name in places])))

    return Reader(amount_reader(find_sign), lambda: _("an amount"), 0)


def _cells(table: Table, places: Sequence[int]) -> Iterator[list[object]]:
    """The cells of some columns."""
    raise NotImplementedError
