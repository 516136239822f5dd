"""`opomini import`: customers, contacts and open-item snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from opomini_tui.commands.call import Call, Exit
from opomini_tui.commands.filters import read_day
from opomini_tui.commands.output import complain, say
from opomini_tui.commands.verbs import Verbs
from opomini_tui.errors import UsageError
from opomini_tui.text import _
from opomini_tui.text.formats import format_date

if TYPE_CHECKING:
    from opomini_tui.ledger.imports import Imported


def add_verbs(verbs: Verbs) -> None:
    """Add `import`."""
    parser = verbs.add("import", _("read customers, contacts or open items from a CSV or XLSX file"))
    parser.add_argument("kind", choices=("customers", "contacts", "open-items"), help=_("what the file holds"))
    parser.add_argument("file", metavar=_("FILE"), type=Path)
    parser.add_argument(
        "--as-of", metavar=_("DATE"), help=_("day of the open-item snapshot (else from the file's name)")
    )
    parser.add_argument(
        "--map", metavar=_("HEADER=COLUMN"), action="append", help=_("a header of the file is our column")
    )
    parser.add_argument("--allow-older", action="store_true", help=_("take a snapshot that is older than the last one"))
    parser.add_argument(
        "--allow-empty", action="store_true", help=_("take a snapshot without lines: everything is paid")
    )
    parser.add_argument("--dry-run", action="store_true", help=_("only say what would change"))
    parser.set_defaults(verb=import_file)


def import_file(call: Call) -> int:
    """Import a file and say what changed."""
    args = call.args
    as_of = read_day("--as-of", args.as_of) if args.as_of else None
    if args.kind != "open-items" and (as_of or args.allow_older or args.allow_empty):
        raise UsageError(_("--as-of, --allow-older and --allow-empty are for open items only."))
    mapping, actor = _mapping(args.map), call.actor
    if args.kind == "open-items":
        from opomini_tui.ledger.open_items import import_open_items

        done = import_open_items(
            args.file,
            actor,
            as_of=as_of,
            mapping=mapping,
            dry_run=args.dry_run,
            allow_older=args.allow_older,
            allow_empty=args.allow_empty,
        )
    elif args.kind == "customers":
        from opomini_tui.ledger.customers import import_customers

        done = import_customers(args.file, actor, mapping=mapping, dry_run=args.dry_run)
    else:
        from opomini_tui.ledger.contacts import import_contacts

        done = import_contacts(args.file, actor, mapping=mapping, dry_run=args.dry_run)
    return _report(done, dry_run=args.dry_run)


def _mapping(given: list[str] | None) -> Mapping[str, str] | None:
    """The mapping of --map."""
    pairs = [one.rpartition("=") for one in given or []]
    if any(not header or not column for header, _sign, column in pairs):
        raise UsageError(_("--map is written HEADER=COLUMN."))
    return {header: column for header, _sign, column in pairs} or None


def _report(done: Imported, *, dry_run: bool) -> int:
    """Say what an import did."""
    for warning in done.warnings:
        complain(warning)
    if done.already_known:
        say(_("{file}: nothing new; everything in it is known already.").format(file=done.file_name))
        return Exit.NOTHING
    sentence = _("{file}: {rows} rows · new {added} · changed {changed} · closed {closed} · unchanged {unchanged}")
    say(
        sentence.format(
            file=done.file_name,
            rows=done.rows,
            added=done.added,
            changed=done.changed,
            closed=done.closed,
            unchanged=done.unchanged,
        )
    )
    if done.as_of:
        say(_("Snapshot of {day}.").format(day=format_date(done.as_of)))
    if dry_run:
        say(_("This was a dry run; nothing was changed."))
    return Exit.DONE
