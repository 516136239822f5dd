"""What every import shares: opening the file, its one transaction, the checks, the record of what it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from opomini_tui.ledger.columns import LAYOUTS, find_columns, require_columns
from opomini_tui.ledger.mapping import remember_mapping, remembered_mapping
from opomini_tui.ledger.problems import Problems
from opomini_tui.ledger.readers import readers_of
from opomini_tui.ledger.records import Fields, read_records
from opomini_tui.ledger.staging import drop, repeated, staged_values, unknown_customers
from opomini_tui.ledger.table import Table, open_table
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import exclusive, now_ms
from opomini_tui.models.receivables import LedgerImport
from opomini_tui.progress import Course
from opomini_tui.text import _, pgettext


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
    """How many records were added, changed and closed; sentences about what was taken nevertheless."""

    added: int
    changed: int
    closed: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing was changed."""
        return not (self.added or self.changed or self.closed)


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """An opened file, the columns that are imported from it, and the mapping that the operator gave."""

    kind: str
    table: Table
    fields: Fields
    mapping: Mapping[str, str] | None
    course: Course

    def records(self, problems: Problems) -> Iterator[tuple[Any, ...]]:
        """The records of the file; what cannot be read is noted in `problems`."""
        rows = self.table.records(LAYOUTS[self.kind].lines_per_record)
        return read_records(rows, self.fields, problems, self._follower(problems))

    def _follower(self, problems: Problems) -> Callable[[int, int], None]:
        """Tells of the lines that are read, and looks whether it is to stop."""
        lines = self.table.lines() if self.course.progress else 0
        read = 0

        def told(more: int, line: int) -> None:
            nonlocal read
            read += more
            counts = {pgettext("rows", "read"): read, pgettext("values", "wrong"): len(problems.found)}
            if lines:
                self.course.tell(min(line, lines), lines, counts)
            else:
                self.course.tell(read, 0, counts)
            self.course.go_on()

        return told


class _RollBack(Exception):
    """Ends the transaction of a dry run."""


@contextmanager
def ledger_transaction(dry_run: bool, course: Course) -> Iterator[None]:
    """One transaction that no other import overlaps; a dry run, and one that is stopped, leaves nothing of it behind."""
    with suppress(_RollBack), exclusive("ledger"):
        course.go_on()
        yield
        course.go_on()
        drop()
        if dry_run:
            raise _RollBack


def open_file(path: Path | str, kind: str, mapping: Mapping[str, str] | None, course: Course) -> LedgerFile:
    """Open a file and find its columns (by `mapping`, the remembered mapping, then the headers).

    Raises:
        OpominiError: it cannot be read, or a required column is missing.
        UsageError: `mapping` names what does not exist.
    """
    table = open_table(path)
    headers = table.headers()
    places = find_columns(LAYOUTS[kind], headers, mapping, remembered_mapping(kind))
    require_columns(LAYOUTS[kind], headers, places)
    return LedgerFile(kind, table, Fields(headers, places, readers_of(kind, table, places)), mapping, course)


def check(file: LedgerFile, problems: Problems, key: Sequence[str], *, customers: bool) -> None:
    """Check what is staged as a whole: `key` stands once, and (with `customers`) every customer is known.

    Raises:
        BadFile: the problems of this check and those that were found before.
        Stopped: a person wants it to stop; else what was staged can be stored.
    """
    file.course.go_on()
    column = file.fields.header(key[-1])
    for line, first in repeated(key):
        value = " ".join(staged_values(line, key))
        problems.add(line, column, value, _("each only once; it stands in line {line} already").format(line=first))
    if customers:
        column = file.fields.header("customer_code")
        for line, code, similar in unknown_customers():
            expected = _("the code of a known customer")
            if similar:
                expected = _("the code of a known customer; there is a customer {code}").format(code=similar)
            problems.add(line, column, code, expected)
    problems.refuse(file.table.name)
    file.course.go_on()
    file.course.tell(0, 0, note=_("Storing …"))


def finish(file: LedgerFile, actor: Actor, rows: int, counts: Counts, as_of: date | None = None) -> Imported:
    """Record the import, remember its mapping, write the journal; the last step of the transaction.

    The same file again, with nothing new in it, leaves no record.
    """
    known = counts.nothing and _was_last(file, as_of)
    if not known:
        _record(file, actor, rows, counts, as_of)
    return Imported(
        kind=file.kind,
        file_name=file.table.name,
        rows=rows,
        added=counts.added,
        changed=counts.changed,
        closed=counts.closed,
        unchanged=rows - counts.added - counts.changed,
        warnings=counts.warnings,
        as_of=as_of,
        already_known=counts.nothing,
    )


def _was_last(file: LedgerFile, as_of: date | None) -> bool:
    """Whether the last import of this kind was this very file."""
    last = LedgerImport.select().where(LedgerImport.kind == file.kind).order_by(LedgerImport.id.desc()).first()
    return last is not None and last.sha256 == file.table.sha256 and last.as_of == as_of


def _record(file: LedgerFile, actor: Actor, rows: int, counts: Counts, as_of: date | None) -> None:
    """Write down what was imported."""
    LedgerImport.create(
        kind=file.kind,
        file_name=file.table.name,
        sha256=file.table.sha256,
        as_of=as_of,
        rows=rows,
        added=counts.added,
        changed=counts.changed,
        closed=counts.closed,
        operator_code=actor.code,
        at=now_ms(),
    )
    details: dict[str, object] = {
        "file": file.table.name,
        "sha256": file.table.sha256,
        "rows": rows,
        "added": counts.added,
        "changed": counts.changed,
        "closed": counts.closed,
    }
    if file.mapping:
        remember_mapping(file.kind, file.mapping)
        details["mapping"] = dict(file.mapping)
    name = file.kind.replace("_", " ")
    journal.write(actor.code, "import", f"{name} {as_of}" if as_of else name, details)
