"""Contacts: whom to write to, by customer and contact code; none is ever deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event

from opomini_tui.ledger.emails import email_warnings
from opomini_tui.ledger.imports import Counts, Imported, check, finish, ledger_transaction, open_file
from opomini_tui.ledger.problems import Problems
from opomini_tui.ledger.staging import set_values, stage
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.parties import ContactType
from opomini_tui.progress import Course, Progress
from opomini_tui.text import _

_KINDS = {"customer_code": "code", "contact_code": "code"}


def import_contacts(
    path: Path | str,
    actor: Actor,
    *,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> Imported:
    """Import contacts, in one transaction; a contact code that is new is added to the list of contact codes.

    mapping: header of the file → our column; it is remembered. dry_run: count only. progress, stop: see `Course`; it is
    stopped as if it had never begun.

    Raises:
        BadFile: lines that cannot be read, unknown customers, a contact that stands twice; nothing is changed.
        OpominiError: the file cannot be read, or a column is missing.
        NotAllowed: the operator may not import.
        Stopped: a person stopped it.
    """
    actor.require("import")
    course = Course(progress, stop)
    with ledger_transaction(dry_run, course):
        file = open_file(path, "contacts", mapping, course)
        problems = Problems()
        names = file.fields.names
        rows = stage([(name, _KINDS.get(name, "text")) for name in names], file.records(problems))
        check(file, problems, ("customer_code", "contact_code"), customers=True)
        return finish(file, actor, rows, _apply(names))


def _apply(names: Sequence[str]) -> Counts:
    """Bring the contacts to what is staged."""
    warnings = [*_add_types(), *email_warnings("customer_code")]
    values = [name for name in names if name not in ("customer_code", "contact_code")]
    changed = set_values(
        "contact",
        values,
        "staged JOIN customer ON customer.code = staged.customer_code",
        "contact.customer_id = customer.id AND contact.type_code = staged.contact_code",
    )
    added = int(
        run(
            f"""INSERT INTO contact (customer_id, type_code, {", ".join(values)})
                SELECT customer.id, staged.contact_code, {", ".join(f"staged.{name}" for name in values)}
                FROM staged JOIN customer ON customer.code = staged.customer_code
                WHERE NOT EXISTS (SELECT 1 FROM contact
                WHERE contact.customer_id = customer.id AND contact.type_code = staged.contact_code)
                ORDER BY staged.line"""
        ).rowcount
    )
    return Counts(added, changed, warnings=tuple(warnings))


def _add_types() -> list[str]:
    """Add contact codes that are not in the list yet; a sentence for each."""
    codes = run(
        """SELECT DISTINCT contact_code FROM staged
            WHERE NOT EXISTS (SELECT 1 FROM contact_type WHERE code = staged.contact_code) ORDER BY 1"""
    ).fetchall()
    for (code,) in codes:
        ContactType.create(code=code, name=code)
    return [
        _("The contact code {code} is new and was added to the list of contact codes.").format(code=c) for (c,) in codes
    ]
