"""The snapshot of open items: sets what is open, adds what is new, closes what is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from threading import Event

from opomini_tui.errors import OpominiError
from opomini_tui.ledger.imports import Counts, Imported, check, finish, ledger_transaction, open_file
from opomini_tui.ledger.problems import Problems
from opomini_tui.ledger.staging import named_lines, set_values, stage
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import is_postgres, run
from opomini_tui.models.receivables import LedgerImport
from opomini_tui.progress import Course, Progress
from opomini_tui.text import _, ngettext
from opomini_tui.text.formats import format_date

_KINDS = {
    "customer_code": "code",
    "document": "code",
    "document_date": "day",
    "due_date": "day",
    "amount": "cents",
    "open_amount": "cents",
    "currency": "text",
    "reference": "text",
}
_KEY = ("customer_code", "document")
_ISO_NAME = re.compile(r"(?<!\d)(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)")
_DOTTED_NAME = re.compile(r"(?<!\d)(\d{1,2})[-_.](\d{1,2})[-_.](\d{4})(?!\d)")


MANY = 20
"""So many closed items are worth a warning when they are more than half of what was open."""


def import_open_items(
    path: Path | str,
    actor: Actor,
    *,
    as_of: date | None = None,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    allow_older: bool = False,
    allow_empty: bool = False,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> Imported:
    """Import a complete snapshot of the open items of the day `as_of`, in one transaction.

    as_of: without it the date in the file's name counts, else today. mapping: header of the file →
    our column; it is remembered. dry_run: count only. allow_older: take a snapshot that is older
    than the last one, although it opens again what was paid since. allow_empty: take a snapshot without
    lines, which closes everything. progress, stop: see `Course`; it is stopped as if it had never begun.

    Raises:
        BadFile: lines that cannot be read, unknown customers, repeated documents; nothing is changed.
        OpominiError: the file cannot be read, a column is missing, or it is older than the last one.
        NotAllowed: the operator may not import.
        Stopped: a person stopped it.
    """
    actor.require("import")
    day = as_of or day_in_name(Path(path).name) or date.today()
    course = Course(progress, stop)
    with ledger_transaction(dry_run, course):
        file = open_file(path, "open_items", mapping, course)
        if not allow_older:
            _refuse_older(day)
        problems = Problems()
        names = file.fields.names
        rows = stage([(name, _KINDS[name]) for name in names], file.records(problems))
        check(file, problems, _KEY, customers=True)
        if not rows and not allow_empty:
            raise OpominiError(
                _(
                    "The snapshot {file} has no lines; it would close every open item. Export it again; if everything "
                    "really is paid, allow an empty snapshot."
                ).format(file=Path(path).name)
            )
        counts = _apply(names, day, rows)
        return finish(file, actor, rows, counts, day)


def day_in_name(name: str) -> date | None:
    """The first date in a file name, such as `open_items_2012-08-17.csv`, `20120817.csv`, `odprte 17.8.2012.xlsx`."""
    for pattern, order in ((_ISO_NAME, (1, 2, 3)), (_DOTTED_NAME, (3, 2, 1))):
        for match in pattern.finditer(name):
            year, month, day = (int(match[group]) for group in order)
            if 1990 <= year < 2200 and 1 <= month <= 12 and 1 <= day <= 31:
                try:
                    return date(year, month, day)
                except ValueError:  # 31 April: digits that are no date
                    continue
    return None


def _refuse_older(day: date) -> None:
    """Refuse a snapshot of a day before the last one."""
    last = LedgerImport.select().where(LedgerImport.kind == "open_items").order_by(LedgerImport.id.desc()).first()
    if last is not None and last.as_of is not None and day < last.as_of:
        raise OpominiError(
            _(
                "This snapshot is of {day}, but {last} ({file}) is imported already; it would open again what was "
                "paid since. Check the file and its date; if you mean it, allow an older snapshot."
            ).format(day=format_date(day), last=format_date(last.as_of), file=last.file_name)
        )


def _apply(names: Sequence[str], day: date, rows: int) -> Counts:
    """Bring the open items to what is staged; new ones last, so that the other two steps walk what was there."""
    if is_postgres():  # whoever writes items (issue, unlock) waits, so that no two wait for each other
        run("LOCK TABLE open_item IN SHARE ROW EXCLUSIVE MODE")
    before = int(run("SELECT COUNT(*) FROM open_item WHERE closed_on IS NULL").fetchone()[0])
    known = before or run("SELECT 1 FROM open_item LIMIT 1").fetchone() is not None
    closed = _close_missing(day) if before else 0
    changed = _update_known(names) if known else 0
    return Counts(_insert_new(names), changed, closed, _warnings(closed, before))


def _close_missing(day: date) -> int:
    """Close the items that the snapshot does not have; how many. They keep their level."""
    return int(
        run(
            """UPDATE open_item SET open_amount = 0, closed_on = ? WHERE closed_on IS NULL AND NOT EXISTS (
                SELECT 1 FROM customer JOIN staged ON staged.customer_code = customer.code
                WHERE customer.id = open_item.customer_id AND staged.document = open_item.document)""",
            (day.isoformat(),),
        ).rowcount
    )


def _update_known(names: Sequence[str]) -> int:
    """Set what differs in the items that are known, and open again what was closed; how many."""
    values = [name for name in names if name not in _KEY]
    return set_values(
        "open_item",
        values,
        "staged JOIN customer ON customer.code = staged.customer_code",
        "open_item.customer_id = customer.id AND open_item.document = staged.document",
        also=("closed_on = NULL", "open_item.closed_on IS NOT NULL"),
    )


def _insert_new(names: Sequence[str]) -> int:
    """Add the items that are not known; how many. A column that the file lacks gets the database's default."""
    values = [name for name in names if name != "customer_code"]
    # CROSS JOIN tells SQLite to walk the file in its own order, which is mostly the order of the index.
    return int(
        run(
            f"""INSERT INTO open_item (customer_id, {", ".join(values)})
                SELECT customer.id, {", ".join(f"staged.{name}" for name in values)}
                FROM staged CROSS JOIN customer WHERE customer.code = staged.customer_code AND NOT EXISTS (
                SELECT 1 FROM open_item WHERE customer_id = customer.id AND open_item.document = staged.document)"""
        ).rowcount
    )


def _warnings(closed: int, before: int) -> tuple[str, ...]:
    """What looks wrong but was taken: open amounts that do not fit their amounts, much that is missing."""
    found = []
    count, lines = named_lines(
        "(amount >= 0 AND (open_amount > amount OR open_amount < 0)) "
        "OR (amount < 0 AND (open_amount < amount OR open_amount > 0))"
    )
    if count:
        sentence = ngettext(
            "{count} open amount is larger than its amount or has the other sign (line {lines}).",
            "{count} open amounts are larger than their amounts or have the other sign (lines {lines}).",
            count,
        )
        found.append(sentence.format(count=count, lines=lines))
    if 2 * closed > before and closed >= MANY:
        found.append(_("More than half of what was open is missing in this snapshot. Check that the file is complete."))
    return tuple(found)
