"""`opomini notices` (the list) and `opomini notice` (one of them)."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from opomini_tui.commands.call import Call, Exit
from opomini_tui.commands.filters import add_filter, read_filter, read_label
from opomini_tui.commands.output import Column, add_format, form_of, print_rows, say
from opomini_tui.commands.verbs import Verbs
from opomini_tui.errors import OpominiError, UsageError
from opomini_tui.text import _, language
from opomini_tui.text.formats import format_date, format_money

if TYPE_CHECKING:
    from opomini_tui.models.notices import Notice, NoticeItem

COLUMNS = (
    Column("year", lambda: _("Year"), "number"),
    Column("number", lambda: _("Number"), "number"),
    Column("date", lambda: _("Date"), "date"),
    Column("customer_code", lambda: _("Customer code")),
    Column("customer_name", lambda: _("Customer name")),
    Column("level", lambda: _("Level"), "number"),
    Column("amount", lambda: _("Amount"), "money"),
    Column("days_late", lambda: _("Days late"), "mean"),
    Column("average_per_day", lambda: _("Avg. amount/day"), "money"),
    Column("cost", lambda: _("Cost"), "money"),
    Column("defaulter", lambda: _("Defaulter"), "tick"),
    Column("before_lawsuit", lambda: _("Lawsuit"), "tick"),
    Column("state", lambda: _("State"), "notice state"),
    Column("packet", lambda: _("Packet"), "number"),
    Column("email", lambda: _("E-mail")),
    Column("delivery", lambda: _("Delivery"), "delivery state"),
    Column("items", lambda: _("Items"), "list"),
)


def add_verbs(verbs: Verbs) -> None:
    """Add `notices` and `notice`."""
    parser = verbs.add("notices", _("list notices"))
    add_filter(parser)
    parser.add_argument("--limit", metavar="N", type=_limit, help=_("at most N rows; 0 shows all"))
    parser.add_argument("--summary", action="store_true", help=_("a last line with sums and means over the shown rows"))
    add_format(parser)
    parser.set_defaults(verb=notices)

    parser = verbs.add("notice", _("show one notice"))
    parser.add_argument("label", metavar=_("YEAR/NUMBER"))
    parser.add_argument("--pdf", metavar=_("FILE"), help=_("write its letter to a file (- for standard output)"))
    parser.add_argument("--eml", metavar=_("FILE"), help=_("write its message to a file (- for standard output)"))
    parser.add_argument("--why", action="store_true", help=_("tell why each item is on it"))
    parser.set_defaults(verb=notice)


def _limit(text: str) -> int:
    """A number of rows, 0 or more."""
    if not text.isdecimal() or len(text) > 9:
        raise argparse.ArgumentTypeError(_("a whole number is expected, not {text}").format(text=text))
    return int(text)


def notices(call: Call) -> int:
    """List the notices of the filter in the order of customer codes."""
    from opomini_tui.commands.notice_rows import KEYS, notice_rows, summary_of
    from opomini_tui.models.settings import Company

    args = call.args
    chosen = read_filter(args)
    call.actor.require("view")
    limit = Company.current().row_limit if args.limit is None else args.limit
    chosen = replace(chosen, limit=limit or None)
    summary = summary_of(chosen) if args.summary else None
    print_rows(notice_rows(chosen), KEYS, COLUMNS, form_of(args), summary)
    return Exit.DONE


def notice(call: Call) -> int:
    """Show one notice: its figures, items and deliveries; or write its letter or message."""
    from opomini_tui.models.notices import Notice

    args = call.args
    year, number = read_label(args.label)
    if args.pdf == "-" and args.eml == "-":
        raise UsageError(_("Only one of the two can go to standard output."))
    call.actor.require("view")
    found = Notice.get_or_none((Notice.year == year) & (Notice.number == number))
    if found is None:
        raise OpominiError(_("There is no notice {label}.").format(label=f"{year}/{number}"))
    if args.pdf:
        _write(args.pdf, _letter(found))
    if args.eml:
        _write(args.eml, _message(found, call))
    if not args.pdf and not args.eml:
        _show(found, why=args.why)
    return Exit.DONE


def _letter(found: Notice) -> bytes:
    """The notice's stored PDF."""
    if found.document is None:
        raise OpominiError(_("Notice {label} is not issued yet, so it has no letter.").format(label=found.label))
    return bytes(found.document.content)


def _message(found: Notice, call: Call) -> bytes:
    """The notice's latest message as it left, or will leave."""
    from opomini_tui.mail.compose import content
    from opomini_tui.models.deliveries import Delivery

    latest = Delivery.select().where(Delivery.notice == found).order_by(Delivery.id.desc()).first()
    if latest is None:
        raise OpominiError(
            _("Notice {label} has no message yet; it gets one when it is sent.").format(label=found.label)
        )
    return content(latest.skeleton, bytes((latest.attachment or latest.document).content))


def _write(target: str, data: bytes) -> None:
    """Write to a file, or to standard output."""
    if target == "-":
        sys.stdout.buffer.write(data)
    else:
        from opomini_tui.documents.print_job import write_file

        write_file(Path(target), data)


def _show(found: Notice, *, why: bool) -> None:
    """Print the notice."""
    from opomini_tui.dunning.addresses import addresses_of
    from opomini_tui.mail.outbox_list import outbox_rows
    from opomini_tui.models.notices import NoticeItem
    from opomini_tui.models.words import delivery_word, notice_word

    recipient = addresses_of([found.id])[found.id]
    facts = (
        (_("Notice"), found.label),
        (_("Date"), _day(found.date)),
        (_("Customer"), f"{found.customer_code} {found.customer_name}"),
        (_("Level"), str(found.level)),
        (_("State"), notice_word(found.state)),
        (_("Packet"), str(found.packet_number)),
        (_("Amount"), _money(found.amount)),
        (_("Cost"), _money(found.cost)),
        (_("Interest"), _money(found.interest)),
        (_("Compensation"), _money(found.compensation)),
        (_("Total"), f"{_money(found.total)} {found.currency}"),
        (_("Deadline"), _day(found.deadline)),
        (_("E-mail"), recipient.email or recipient.sentence),
    )
    for name, value in facts:
        say(f"{name}: {value}")
    for item in NoticeItem.select().where(NoticeItem.notice == found).order_by(NoticeItem.position):
        say(_item(item, why=why))
    for row in outbox_rows(notice_id=found.id):
        say(
            _("Message to {to}: {state} {answer}").format(
                to=row.to, state=delivery_word(row.state), answer=row.reason or row.answer
            )
        )


def _item(item: NoticeItem, *, why: bool) -> str:
    """One item as a line; with `why` the count that it carried before."""
    line = _("{document} · due {due} · {days} days late · open {open} · level {level}").format(
        document=item.document,
        due=_day(item.due_date),
        days=item.days_late,
        open=_money(item.open_amount),
        level=item.level,
    )
    if not why:
        return f"  {line}"
    if item.level == 0:
        reason = _("Credit note, set against the receivables.")
    elif item.previous_date is None:
        reason = _("Never dunned before.")
    else:
        reason = _("Dunned before at level {level} on {day}.").format(
            level=item.previous_level, day=_day(item.previous_date)
        )
    return f"  {line} · {reason}"


def _day(day: object) -> str:
    """A day for the eye."""
    from datetime import date

    return format_date(day, "sl") if isinstance(day, date) else ""


def _money(amount: object) -> str:
    """An amount for the eye."""
    from decimal import Decimal

    return format_money(Decimal(str(amount)), language())
