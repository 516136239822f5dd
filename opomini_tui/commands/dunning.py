"""`opomini prepare`, `issue`, `unlock` and `delete`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from typing import IO, TYPE_CHECKING

from opomini_tui.commands.call import Call, Exit, stop_on_signal
from opomini_tui.commands.filters import add_filter, read_customers, read_day, read_filter
from opomini_tui.commands.output import Progress, Row, add_format, complain, say, say_json
from opomini_tui.commands.verbs import Verbs
from opomini_tui.errors import NothingToDo, UsageError
from opomini_tui.text import _, language, ngettext
from opomini_tui.text.formats import format_money

if TYPE_CHECKING:
    from opomini_tui.dunning.prepare import Prepared
    from opomini_tui.models.notice_filter import Span

MOST_PROCESSES = 16


def add_verbs(verbs: Verbs) -> None:
    """Add the verbs of a notice's life before it is sent."""
    parser = verbs.add("prepare", _("compute the notices of a day from the open items"))
    parser.add_argument("--date", metavar=_("DATE"), required=True, help=_("date of the notices"))
    parser.add_argument("--customer", metavar="A..B", help=_("customer codes"))
    parser.add_argument("--dry-run", action="store_true", help=_("only say what would be made"))
    parser.add_argument("--why", action="store_true", help=_("tell of every item why it is taken or left"))
    add_format(parser)
    parser.set_defaults(verb=prepare)

    parser = verbs.add("issue", _("issue prepared notices: figures are fixed, letters are made"))
    add_filter(parser)
    parser.add_argument(
        "--processes",
        type=_processes,
        default=0,
        metavar="N",
        help=_("so many processes draw the letters; 0 (the default) lets the program decide"),
    )
    parser.set_defaults(verb=issue)

    parser = verbs.add("unlock", _("return issued notices to preparation"))
    add_filter(parser)
    parser.add_argument("--reason", required=True, metavar=_("TEXT"), help=_("why; it stands in the journal"))
    parser.add_argument("--even-sent", action="store_true", help=_("sent notices too"))
    parser.set_defaults(verb=unlock)

    parser = verbs.add("delete", _("delete prepared notices"))
    add_filter(parser)
    parser.set_defaults(verb=delete)


def _processes(text: str) -> int:
    """A number of processes, 0 to MOST_PROCESSES."""
    if not text.isdecimal() or int(text[:9]) > MOST_PROCESSES:
        message = _("a whole number from 0 to {most} is expected, not {text}")
        raise argparse.ArgumentTypeError(message.format(most=MOST_PROCESSES, text=text))
    return int(text)


def prepare(call: Call) -> int:
    """Prepare the notices of a day; with --why first every item with its reason."""
    from tempfile import TemporaryFile

    from opomini_tui.dunning.prepare import prepare as run_prepare

    args = call.args
    on, customers, actor = read_day("--date", args.date), read_customers(args), call.actor
    actor.require("prepare")
    with TemporaryFile("w+", encoding="utf-8") as judged:
        if args.why:
            _judge(on, customers, judged)
        try:
            made = run_prepare(on, actor, customers=customers, dry_run=args.dry_run)
        except NothingToDo:
            _print_judged(judged, {}, args.format)
            raise
        numbers = {} if args.dry_run or not args.why else _numbers(made)
        _print_judged(judged, numbers, args.format)
    for warning in made.warnings:
        complain(warning)
    if args.format == "json":
        say_json(_facts(made, dry_run=args.dry_run))
    else:
        _report(made, dry_run=args.dry_run)
    return Exit.DONE


def _judge(on: date, customers: Span[str], judged: IO[str]) -> None:
    """Write the judgement on every item to a file, one JSON object a line: there may be a million."""
    import json

    from opomini_tui.dunning.explain import explain

    for judgement in explain(on, customers):
        json.dump(asdict(judgement), judged, default=str, ensure_ascii=False)
        judged.write("\n")


def _numbers(made: Prepared) -> dict[str, tuple[int, int]]:
    """Customer code and currency → year and number, of the packet that was made."""
    from opomini_tui.models.notice_filter import NoticeFilter, Span, rows_of

    packet = NoticeFilter(year=made.year, packet=Span(made.packet, made.packet))
    columns = "notice.customer_code, notice.currency, notice.year, notice.number"
    return {f"{code} {currency}": (year, number) for code, currency, year, number in rows_of(packet, columns)}


def _print_judged(judged: IO[str], numbers: dict[str, tuple[int, int]], form: str | None) -> None:
    """Print the judgements, each with the notice that holds the item."""
    for row in _judgements(judged, numbers):
        if form == "json":
            say_json(row)
        else:
            where = f"{row['year']}/{row['number']}" if row["number"] else "–" if not row["taken"] else "+"
            say(f"{row['customer_code']}\t{row['document']}\t{where}\t{row['sentence']}")


def _judgements(judged: IO[str], numbers: dict[str, tuple[int, int]]) -> Iterator[Row]:
    """The stored judgements with the keys that scripts know."""
    import json

    judged.seek(0)
    for line in judged:
        row = json.loads(line)
        key = f"{row['customer_code']} {row['currency']}"
        year, number = numbers.get(key, (None, None)) if row["taken"] else (None, None)
        kept = (
            "customer_code",
            "customer_name",
            "document",
            "due_date",
            "open_amount",
            "currency",
            "days_late",
            "level",
        )
        yield {
            **{name: row[name] for name in kept},
            "taken": row["taken"],
            "reason": row["reason"],
            "sentence": row["sentence"],
            "year": year,
            "number": number,
        }


def _facts(made: Prepared, *, dry_run: bool) -> Row:
    """The run as one JSON object; `previous_unsent` only where a notice follows one that never left."""
    unsent = [{"number": f"{made.year}/{number}", "previous": label} for number, label in made.unsent.items()]
    return {
        "year": made.year,
        "packet": made.packet,
        "notices": made.notices,
        "first_number": made.first_number,
        "last_number": made.last_number,
        "amount": str(made.amount),
        "items": made.items,
        "levels": {str(level): count for level, count in sorted(made.levels.items())},
        "left": {str(reason): count for reason, count in made.left.items()},
        "dry_run": dry_run,
        **({"previous_unsent": unsent} if unsent else {}),
    }


def _report(made: Prepared, *, dry_run: bool) -> None:
    """The run as sentences."""
    from opomini_tui.dunning.reasons import reason_name

    if dry_run:
        sentence = ngettext("{n} notice would be prepared.", "{n} notices would be prepared.", made.notices)
    else:
        sentence = ngettext("{n} notice was prepared.", "{n} notices were prepared.", made.notices)
    say(sentence.format(n=made.notices))
    facts = _("Packet {packet} · numbers {first}–{last} · items {items} · amount {amount}")
    say(
        facts.format(
            packet=f"{made.year}/{made.packet or '–'}",
            first=made.first_number,
            last=made.last_number,
            items=made.items,
            amount=format_money(made.amount, language()),
        )
    )
    if made.left:
        counts = " · ".join(f"{reason_name(reason)} {count}" for reason, count in made.left.items())
        say(_("Items left: {counts}").format(counts=counts))


def issue(call: Call) -> int:
    """Issue the prepared notices of the filter, signed when the operator has a certificate."""
    from opomini_tui.documents.issue import issue as run_issue
    from opomini_tui.documents.signature import signer_of

    chosen, progress = read_filter(call.args), Progress()
    if chosen.state not in (None, "prepared"):
        raise UsageError(_("Only prepared notices can be issued; leave --state out."))
    actor = call.actor
    actor.require("issue")
    signer = signer_of(actor.record(), call.config)
    with stop_on_signal() as stop:
        done = run_issue(
            chosen,
            actor,
            signer=signer,
            progress=lambda now, all_=0, *_more: progress.show(f"{now}/{all_}"),
            stop=stop,
            processes=call.args.processes,
        )
    progress.end()
    for sentence in (*done.refused, *done.warnings):
        complain(sentence)
    said = ngettext("{n} notice was issued.", "{n} notices were issued.", done.count)
    say(said.format(n=done.count))
    if done.signed_by and done.count:
        say(_("Signed with the certificate of {name}.").format(name=done.signed_by))
    if done.stopped:
        complain(_("Stopped before the end; the same command issues the rest."))
    if done.count == 0 and done.refused:
        return Exit.ERROR
    return Exit.IN_PART if done.refused or done.stopped else Exit.DONE


def unlock(call: Call) -> int:
    """Return issued notices to preparation."""
    from opomini_tui.dunning.unlock import unlock as run_unlock

    chosen = read_filter(call.args)
    done = run_unlock(chosen, call.args.reason, call.actor, even_sent=call.args.even_sent)
    sentence = ngettext(
        "{n} notice was returned to preparation.", "{n} notices were returned to preparation.", done.count
    )
    say(sentence.format(n=done.count))
    return Exit.DONE


def delete(call: Call) -> int:
    """Delete prepared notices; without --state only those are meant."""
    from opomini_tui.dunning.unlock import delete_notices

    chosen = read_filter(call.args)
    count = delete_notices(chosen if chosen.state else replace(chosen, state="prepared"), call.actor)
    sentence = ngettext("{n} notice was deleted.", "{n} notices were deleted.", count)
    say(sentence.format(n=count))
    return Exit.DONE
