"""`opomini print` and `opomini export`."""

from __future__ import annotations

from pathlib import Path

from opomini_tui.commands.call import Call, Exit
from opomini_tui.commands.filters import add_filter, read_filter
from opomini_tui.commands.output import complain, say
from opomini_tui.commands.verbs import Verbs
from opomini_tui.errors import UsageError
from opomini_tui.text import _, ngettext


def add_verbs(verbs: Verbs) -> None:
    """Add `print` and `export`."""
    parser = verbs.add("print", _("print issued notices to one PDF file or to a printer"))
    add_filter(parser)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--output", metavar=_("FILE"), type=Path, help=_("one PDF file with all letters"))
    where.add_argument("--printer", metavar=_("NAME"), help=_("a printer of this system"))
    parser.add_argument("--copies", type=int, default=1, metavar="N", help=_("how many copies (printer)"))
    parser.add_argument("--tray", default="", metavar=_("NAME"), help=_("paper tray (printer)"))
    parser.add_argument("--posted", action="store_true", help=_("they leave by post: count them as sent"))
    parser.add_argument("--no-copy-mark", action="store_true", help=_("no KOPIJA on letters that were printed before"))
    parser.set_defaults(verb=print_letters)

    parser = verbs.add("export", _("write a list of notices to a file"))
    parser.add_argument(
        "what",
        choices=("list", "costs", "lawsuit"),
        help=_("the list of notices, the cost booking list, or the list for the lawsuit"),
    )
    add_filter(parser)
    parser.add_argument("--output", metavar=_("FILE"), type=Path, required=True, help=_("a .csv or .xlsx file"))
    parser.set_defaults(verb=export)


def print_letters(call: Call) -> int:
    """Print letters."""
    from opomini_tui.documents.print_job import print_notices

    args = call.args
    if not 1 <= args.copies <= 99:
        raise UsageError(_("--copies: a whole number from 1 to 99 is expected."))
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


def export(call: Call) -> int:
    """Write a list."""
    from opomini_tui.documents.export import export_costs, export_lawsuit, export_list

    write = {"list": export_list, "costs": export_costs, "lawsuit": export_lawsuit}[call.args.what]
    chosen = read_filter(call.args)
    count = write(chosen, call.actor, call.args.output)
    said = ngettext("{n} row was written to {path}.", "{n} rows were written to {path}.", count)
    say(said.format(n=count, path=call.args.output))
    return Exit.DONE
