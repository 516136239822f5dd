"""Customers: added and brought up to date by their code; none is ever deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Any

from opomini_tui.ledger.customer_kinds import guess_kind
from opomini_tui.ledger.emails import email_warnings
from opomini_tui.ledger.imports import Counts, Imported, check, finish, ledger_transaction, open_file
from opomini_tui.ledger.problems import Problems
from opomini_tui.ledger.staging import set_values, stage
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.progress import Course, Progress
from opomini_tui.text.names import fold, sort_key


def import_customers(
    path: Path | str,
    actor: Actor,
    *,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> Imported:
    """Import customers, in one transaction; columns that the file does not have stay as they are.

    A new customer without a kind in the file gets the one that his name tells of. mapping: header
    of the file → our column; it is remembered. dry_run: count only.
    progress, stop: see `Course`; it is stopped as if it had never begun.

    Raises:
        BadFile: lines that cannot be read, or a code that stands twice; nothing is changed.
        OpominiError: the file cannot be read, or a column is missing.
        NotAllowed: the operator may not import.
        Stopped: a person stopped it.
    """
    actor.require("import")
    course = Course(progress, stop)
    with ledger_transaction(dry_run, course):
        file = open_file(path, "customers", mapping, course)
        problems = Problems()
        names = file.fields.names
        columns = [(name, "code" if name == "code" else "text") for name in names]
        derived = [("name_sort", "code"), ("name_fold", "code"), ("guessed_kind", "text")]
        rows = stage([*columns, *derived], _with_derived(file.records(problems), names))
        check(file, problems, ("code",), customers=False)
        return finish(file, actor, rows, _apply(names))


def _with_derived(records: Iterator[tuple[Any, ...]], names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Records with the keys by which the name is found and sorted, and the kind by the name."""
    name_at = names.index("name") + 1  # the line number stands first
    tax_at = names.index("tax_id") + 1 if "tax_id" in names else None
    for record in records:
        name = record[name_at]
        yield (*record, sort_key(name), fold(name), guess_kind(name, record[tax_at] if tax_at else ""))


def _apply(names: Sequence[str]) -> Counts:
    """Bring the customers to what is staged."""
    if "kind" in names:  # an empty cell leaves it to the name, and the kind of a known customer as it is
        run(
            """UPDATE staged SET kind = coalesce((SELECT kind FROM customer WHERE customer.code = staged.code),
                guessed_kind) WHERE kind = ''"""
        )
    values = [name for name in names if name != "code"]
    changed = set_values("customer", [*values, "name_sort", "name_fold"], "staged", "customer.code = staged.code")
    columns = [*names, "name_sort", "name_fold", *([] if "kind" in names else ["kind"])]
    given = [name if name in names or name.startswith("name_") else "guessed_kind" for name in columns]
    added = int(
        run(
            f"""INSERT INTO customer ({", ".join(columns)}) SELECT {", ".join(given)} FROM staged
                WHERE NOT EXISTS (SELECT 1 FROM customer WHERE customer.code = staged.code) ORDER BY line"""
        ).rowcount
    )
    return Counts(added, changed, warnings=email_warnings("code") if "email" in names else ())
