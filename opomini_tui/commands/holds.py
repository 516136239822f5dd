"""`opomini hold` and `opomini release`: open items that are disputed or blocked are not dunned."""

from __future__ import annotations

from opomini_tui.commands.call import Call, Exit
from opomini_tui.commands.filters import read_day
from opomini_tui.commands.output import say
from opomini_tui.commands.verbs import Verbs
from opomini_tui.text import _, ngettext


def add_verbs(verbs: Verbs) -> None:
    """Add `hold` and `release`."""
    hold = verbs.add("hold", _("hold open items of a customer: they are not dunned"))
    release = verbs.add("release", _("let open items of a customer that are held be dunned again"))
    for parser in (hold, release):
        parser.add_argument("customer", metavar=_("CODE"), help=_("code of the customer"))
        parser.add_argument("documents", metavar=_("DOCUMENT"), nargs="+", help=_("numbers of the documents"))
    hold.add_argument("--as", dest="kind", choices=("disputed", "blocked"), default="disputed", help=_("why not"))
    hold.add_argument("--reason", required=True, metavar=_("TEXT"), help=_("why; it stands in the journal"))
    hold.add_argument("--until", metavar=_("DATE"), help=_("up to and including this day (else until released)"))
    hold.set_defaults(verb=hold_items)
    release.set_defaults(verb=release_items)


def hold_items(call: Call) -> int:
    """Hold them, and say how many."""
    from opomini_tui.setup.customers import hold_item, items_of

    args = call.args
    until = read_day("--until", args.until) if args.until else None
    items = items_of(args.customer, args.documents)
    hold_item(items, args.kind, args.reason, until, call.actor)
    say(ngettext("{count} item is held.", "{count} items are held.", len(items)).format(count=len(items)))
    return Exit.DONE


def release_items(call: Call) -> int:
    """Let them be dunned again, and say how many."""
    from opomini_tui.setup.customers import hold_item, items_of

    items = items_of(call.args.customer, call.args.documents)
    hold_item(items, "", "", None, call.actor)
    say(ngettext("{count} item is released.", "{count} items are released.", len(items)).format(count=len(items)))
    return Exit.DONE
