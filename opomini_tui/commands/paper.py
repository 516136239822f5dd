"""`opomini print`, `opomini statement` and `opomini export`."""

from __future__ import annotations

import argparse
from pathlib import Path

from opomini_tui.commands.call import Call, Exit
from opomini_tui.commands.filters import add_filter, read_customers, read_day, read_filter
from opomini_tui.commands.output import complain, say
from opomini_tui.commands.verbs import Verbs
from opomini_tui.errors import UsageError
from opomini_tui.text import _, ngettext
from opomini_tui.text.formats import format_date


def add_verbs(verbs: Verbs) -> None:
    """Add `print`, `statement` and `export`."""
    parser = verbs.add("print", _("print issued notices to one PDF file or to a printer"))
    add_filter(parser)
    _add_target(parser, _("one PDF file with all letters"))
    parser.add_argument("--posted", action="store_true", help=_("they leave by post: count them as sent"))
    parser.add_argument("--no-copy-mark", action="store_true", help=_("no KOPIJA on letters that were printed before"))
    parser.set_defaults(verb=print_letters)

    parser = verbs.add("statement", _("print statements of open items for customers to confirm"))
    parser.add_argument("--customer", metavar="A..B", required=True, help=_("customer codes"))
    parser.add_argument(
        "--as-of", metavar=_("DATE"), help=_("day of the statement (else that of the last open-item snapshot)")
    )
    _add_target(parser, _("one PDF file with all statements"))
    parser.set_defaults(verb=print_customers)

    parser = verbs.add("export", _("write a list of notices to a file"))
    parser.add_argument(
        "what",
        choices=("list", "costs", "lawsuit"),
        help=_("the list of notices, the cost booking list, or the list for the lawsuit"),
    )
    add_filter(parser)
    parser.add_argument("--output", metavar=_("FILE"), type=Path, required=True, help=_("a .csv or .xlsx file"))
    parser.set_defaults(verb=export)


def _add_target(parser: argparse.ArgumentParser, file_help: str) -> None:
    """Where paper goes: a file or a printer."""
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--output", metavar=_("FILE"), type=Path, help=file_help)
    where.add_argument("--printer", metavar=_("NAME"), help=_("a printer of this system"))
    parser.add_argument("--copies", type=int, default=1, metavar="N", help=_("how many copies (printer)"))
    parser.add_argument("--tray", default="", metavar=_("NAME"), help=_("paper tray (printer)"))


def _check_copies(copies: int) -> None:
    """Refuse what no printer takes."""
    if not 1 <= copies <= 99:
        raise UsageError(_("--copies: a whole number from 1 to 99 is expected."))


def print_letters(call: Call) -> int:
    """Print letters."""
    from opomini_tui.documents.print_job import print_notices

    args = call.args
    _check_copies(args.copies)
    chosen = read_filter(args)
    done = print_notices(
        chosen,
        call.actor,
        output=args.output,
        printer=args.printer,
        copies=args.copies,
        tray=args.tray,
        posted=args.posted,
        copy_mark=not args.no_copy_mark,
    )
    for sentence in done.skipped:
        complain(sentence)
    said = ngettext("{n} notice was printed", "{n} notices were printed", done.count).format(n=done.count)
    pages = ngettext("{n} page", "{n} pages", done.pages).format(n=done.pages)
    say(f"{said} ({pages}).")
    return Exit.IN_PART if done.skipped else Exit.DONE


def print_customers(call: Call) -> int:
    """Print statements of open items."""
    from opomini_tui.documents.statement_job import customers_within, print_statements
    from opomini_tui.dunning.recheck import today_utc

    args = call.args
    _check_copies(args.copies)
    customers, as_of = read_customers(args), read_day("--as-of", args.as_of) if args.as_of else None
    actor = call.actor
    done = print_statements(
        customers_within(customers),
        actor,
        today=today_utc(),
        as_of=as_of,
        output=args.output,
        printer=args.printer,
        copies=args.copies,
        tray=args.tray,
    )
    for sentence in done.skipped:
        complain(sentence)
    said = ngettext("{n} statement was printed", "{n} statements were printed", done.count).format(n=done.count)
    pages = ngettext("{n} page", "{n} pages", done.pages).format(n=done.pages)
    say(_("{statements} as of {day} ({pages}).").format(statements=said, day=format_date(done.as_of), pages=pages))
    return Exit.IN_PART if done.skipped else Exit.DONE


def export(call: Call) -> int:
    """Write a list."""
    from opomini_tui.documents.export import export_costs, export_lawsuit, export_list

    write = {"list": export_list, "costs": export_costs, "lawsuit": export_lawsuit}[call.args.what]
    chosen = read_filter(call.args)
    count = write(chosen, call.actor, call.args.output)
    said = ngettext("{n} row was written to {path}.", "{n} rows were written to {path}.", count)
    say(said.format(n=count, path=call.args.output))
    return Exit.DONE
