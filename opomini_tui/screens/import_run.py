"""What the import screen asks of the ledger: look at a file, import it, and say in sentences what that does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from opomini_tui.errors import OpominiError
from opomini_tui.ledger import (
    BadFile,
    Imported,
    Preview,
    Problem,
    import_contacts,
    import_customers,
    import_open_items,
    preview,
)
from opomini_tui.models.actor import Actor
from opomini_tui.models.preferences import recall, remember
from opomini_tui.models.receivables import LedgerImport
from opomini_tui.screens.job import Job
from opomini_tui.screens.listed import Listed, ReasonsScreen
from opomini_tui.text import _, ngettext
from opomini_tui.text.formats import format_date
from opomini_tui.text.names import fold
from opomini_tui.widgets.path_field import listing
from opomini_tui.widgets.record_columns import Column

ENDINGS = (".csv", ".xlsx")
OPEN_ITEMS = "open_items"
FOLDER = "import.folder"
"""The preference that keeps where the last file was."""
_KIND_WORDS = {
    OPEN_ITEMS: ("odprt", "postavk", "open", "saldo", "saldak"),
    "contacts": ("stik", "kontakt", "contact"),
    "customers": ("strank", "kupc", "kupec", "partner", "customer"),
}


@dataclass(frozen=True, slots=True)
class Order:
    """One file to import; `as_of` counts for open items only."""

    kind: str
    path: Path
    as_of: date | None = None
    mapping: Mapping[str, str] | None = None
    allow_older: bool = False

    def run(self, actor: Actor, job: Job[Imported], *, dry_run: bool) -> Imported:
        """Import the file, or find out what that would change; `job` follows it and can stop it.

        Raises what the verbs of `ledger` raise.
        """
        how: dict[str, Any] = {
            "mapping": self.mapping,
            "dry_run": dry_run,
            "progress": job.progress,
            "stop": job.stop,
        }
        if self.kind == "customers":
            return import_customers(self.path, actor, **how)
        if self.kind == "contacts":
            return import_contacts(self.path, actor, **how)
        return import_open_items(self.path, actor, as_of=self.as_of, allow_older=self.allow_older, **how)

    @property
    def folder(self) -> str:
        """Where the file is."""
        return str(self.path.absolute().parent)

    def remember_folder(self, actor: Actor) -> None:
        """So that the next file is looked for there."""
        if recall(actor, FOLDER) != self.folder:
            remember(actor, FOLDER, self.folder)

    def is_older(self) -> bool:
        """Whether it is a snapshot of a day before the last one that was imported."""
        if self.kind != OPEN_ITEMS or self.as_of is None:
            return False
        last = LedgerImport.newest(OPEN_ITEMS)
        return last is not None and last.as_of is not None and self.as_of < last.as_of


@dataclass(frozen=True, slots=True)
class Look:
    """What the typed path leads to: a `folder` with its entries, or a file with its preview or with what is wrong."""

    typed: str
    kind: str
    folder: Path | None = None
    entries: tuple[Path, ...] = ()
    preview: Preview | None = None
    sentence: str = ""


def look_at(typed: str, kind: str, mapping: Mapping[str, str] | None) -> Look:
    """Look at a path as typed; of a folder the entries that begin with what is typed behind the last slash."""
    path = Path(typed or ".").expanduser()
    if path.is_file():
        try:
            return Look(typed, kind, preview=preview(path, kind, mapping))
        except OpominiError as error:
            return Look(typed, kind, sentence=str(error))
    folder, begun = (path, "") if path.is_dir() else (path.parent, fold(path.name))
    entries = tuple(entry for entry in listing(folder, ENDINGS) if begun in fold(entry.name))
    return Look(typed, kind, folder, entries)


def kind_names() -> dict[str, str]:
    """What can be imported."""
    return {"customers": _("Customers and addresses"), "contacts": _("Contacts"), OPEN_ITEMS: _("Open items")}


def kind_in_name(name: str) -> str:
    """The kind that a file's name speaks of, in Slovene or English; "" when it speaks of none."""
    plain = fold(name)
    for kind, words in _KIND_WORDS.items():
        if any(word in plain for word in words):
            return kind
    return ""


def column_names() -> dict[str, str]:
    """Our columns as people call them."""
    return {
        "customer_code": _("Customer code"),
        "contact_code": _("Contact code"),
        "code": _("Code"),
        "name": _("Name"),
        "street": _("Street"),
        "post_code": _("Post code"),
        "city": _("City"),
        "country": _("Country"),
        "tax_id": _("Tax number"),
        "kind": _("Kind"),
        "language": _("Language"),
        "email": _("E-mail"),
        "document": _("Document"),
        "document_date": _("Document date"),
        "due_date": _("Due date"),
        "amount": _("Amount"),
        "open_amount": _("Open amount"),
        "currency": _("Currency"),
        "reference": _("Reference"),
    }


def counted(done: Imported, *, dry_run: bool) -> list[str]:
    """What was read, and what it changes or has changed, as sentences."""
    read = ngettext("{file}: {rows} row.", "{file}: {rows} rows.", done.rows).format(
        file=done.file_name, rows=done.rows
    )
    if done.as_of is not None:
        read += " " + _("Snapshot of {day}.").format(day=format_date(done.as_of))
    if done.already_known:
        return [read, _("There is nothing new in the file; nothing was changed.")]
    return [read, "\n".join(_changes(done, dry_run))]


def counted_in_short(done: Imported, *, dry_run: bool) -> str:
    """The same in one line, for who was not looking; after a dry run, that the file is still to be imported."""
    parts = counted(done, dry_run=dry_run)[: 2 if done.already_known else 1]
    if dry_run:
        return " ".join([*parts, _("Nothing is imported yet.")])
    if not done.already_known:
        parts.append(" · ".join(f"{word}: {count}" for word, count in _change_words(done).items()))
    return " ".join(parts)


def _change_words(done: Imported) -> dict[str, int]:
    return {
        _("Added"): done.added,
        _("Changed"): done.changed,
        **({_("Closed, no longer open in the ledger"): done.closed} if done.kind == OPEN_ITEMS else {}),
        _("Unchanged"): done.unchanged,
    }


def _changes(done: Imported, dry_run: bool) -> list[str]:
    """One line for each kind of change."""
    words = _change_words(done)
    width = max(map(len, words))
    head = _("This will happen:") if dry_run else _("This was done:")
    return [head, *(f"  {word:<{width}} {count:>9}" for word, count in words.items())]


def problems_screen(title: str, problems: Sequence[Problem], summary: str) -> ReasonsScreen:
    """Every bad value in a list that can be searched."""
    columns = (
        Column("line", _("Line"), 8, "right", sortable=False, frozen=True),
        Column("column", _("Column"), 16, sortable=False),
        Column("value", _("Value"), 18, sortable=False),
        Column("expected", _("Expected"), 30, sortable=False, grows=True),
    )
    lines = [
        Listed((str(one.line), one.column, one.value or _("empty"), one.expected), one.sentence()) for one in problems
    ]
    return ReasonsScreen(title, columns, lines, summary)


def bad_file_screen(error: BadFile) -> ReasonsScreen:
    """The bad lines of a file that was refused."""
    return problems_screen(_("The file was not imported"), error.problems, str(error))
