"""`opomini outbox`: what waits, and what a person decides about it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from opomini_tui.commands.call import Call, Exit
from opomini_tui.commands.filters import read_label
from opomini_tui.commands.output import Column, add_format, complain, form_of, moment, print_rows, say
from opomini_tui.commands.verbs import Verbs
from opomini_tui.errors import NothingToDo, OpominiError, UsageError
from opomini_tui.text import _, ngettext

if TYPE_CHECKING:
    from opomini_tui.mail.outbox_list import OutboxRow

STATES = ("queued", "claimed", "sending", "sent", "deferred", "refused", "unknown", "held", "cancelled")
KEYS = (
    "year number message_id to state attempts answer reason queued_at sent_at arrival arrival_reason next_try_at batch"
).split()
MOMENTS = ("queued_at", "sent_at", "next_try_at")
COLUMNS = (
    Column("year", lambda: _("Year"), "number"),
    Column("number", lambda: _("Number"), "number"),
    Column("to", lambda: _("To")),
    Column("state", lambda: _("State"), "delivery state"),
    Column("attempts", lambda: _("Attempts"), "number"),
    Column("queued_at", lambda: _("Queued")),
    Column("sent_at", lambda: _("Sent")),
    Column("next_try_at", lambda: _("Next try")),
    Column("arrival", lambda: _("Arrival")),
    Column("reason", lambda: _("Reason")),
    Column("answer", lambda: _("Answer")),
)


def add_verbs(verbs: Verbs) -> None:
    """Add `outbox` with its own verbs."""
    outbox = verbs.add("outbox", _("messages that wait, were sent, or need a person"))
    outbox.set_defaults(verb=list_messages, state=None, batch=None, limit=None, format=None)
    inner = verbs.within(outbox, required=False)

    parser = inner.add("list", _("list messages"))
    parser.add_argument("--state", choices=STATES, help=_("only messages in this state"))
    parser.add_argument("--batch", metavar=_("BATCH"), help=_("only messages of this batch"))
    parser.add_argument("--limit", type=int, metavar="N", help=_("only the last N"))
    add_format(parser)
    parser.set_defaults(verb=list_messages)

    parser = inner.add("cancel", _("take back messages that were not handed over"))
    _add_which(parser)
    parser.set_defaults(verb=cancel)

    parser = inner.add("retry", _("try deferred, held or refused messages again now; cancelled ones only when named"))
    _add_which(parser)
    parser.add_argument(
        "--same-address",
        action="store_true",
        help=_("send a named one that came back undelivered once more to the address that it came back from"),
    )
    parser.set_defaults(verb=retry)

    parser = inner.add("resolve", _("decide about a message of which nobody knows whether it arrived"))
    parser.add_argument("notices", nargs="+", metavar=_("YEAR/NUMBER"))
    parser.add_argument(
        "--as", dest="how", required=True, choices=("sent", "resend"), help=_("it arrived, or send again")
    )
    parser.add_argument("--reason", required=True, metavar=_("TEXT"), help=_("how you know; it stands in the journal"))
    parser.set_defaults(verb=resolve)
    _add_batch_verbs(inner)


def _add_batch_verbs(inner: Verbs) -> None:
    """What is done with whole batches."""
    parser = inner.add("pause", _("let no sender begin another message of a batch"))
    parser.add_argument("batch", metavar=_("BATCH"))
    parser.add_argument("--reason", default="", metavar=_("TEXT"), help=_("why; it stands in the journal"))
    parser.set_defaults(verb=pause)

    parser = inner.add("resume", _("let a batch, or all that is stopped, go on; accounts too"))
    parser.add_argument("batch", nargs="?", metavar=_("BATCH"))
    parser.add_argument(
        "--restored", action="store_true", help=_("send again after a backup was restored; look at the outbox first")
    )
    parser.add_argument("--reason", default="", metavar=_("TEXT"), help=_("why it may go on, for --restored"))
    parser.set_defaults(verb=resume)

    parser = inner.add("start", _("let a batch that waits for its start go at once"))
    parser.add_argument("batch", metavar=_("BATCH"))
    parser.set_defaults(verb=start)

    parser = inner.add("approve", _("as the second operator let a batch leave; without BATCH list those that wait"))
    parser.add_argument("batch", nargs="?", metavar=_("BATCH"))
    parser.set_defaults(verb=approve)

    parser = inner.add("refuse", _("as the second operator cancel a batch that waits for approval"))
    parser.add_argument("batch", metavar=_("BATCH"))
    parser.add_argument("--reason", required=True, metavar=_("TEXT"), help=_("why; it stands in the journal"))
    parser.set_defaults(verb=refuse)


def _add_which(parser: argparse.ArgumentParser) -> None:
    """Which messages: of named notices, of a batch, or all."""
    parser.add_argument("notices", nargs="*", metavar=_("YEAR/NUMBER"))
    parser.add_argument("--batch", metavar=_("BATCH"), help=_("all messages of this batch"))
    parser.add_argument("--all", action="store_true", help=_("all messages"))


def list_messages(call: Call) -> int:
    """List messages in the order in which they were queued."""
    from opomini_tui.mail.outbox_list import outbox_rows

    args = call.args
    call.actor.require("view")
    rows = outbox_rows(state=args.state, batch=args.batch, limit=args.limit or None)
    print_rows(_plain(rows), KEYS, COLUMNS, form_of(args))
    return Exit.DONE


def _plain(rows: Sequence[OutboxRow]) -> Iterator[dict[str, object]]:
    """Messages as rows of KEYS."""
    for row in rows:
        plain: dict[str, object] = {key: getattr(row, key) for key in KEYS}
        yield plain | {key: moment(getattr(row, key)) for key in MOMENTS}


def cancel(call: Call) -> int:
    """Take messages back."""
    from opomini_tui.mail.settle import cancel as run_cancel

    args, actor = call.args, call.actor
    chosen = _chosen(args)
    count = run_cancel(args.batch or [row.id for row in chosen], actor)
    said = ngettext("{n} message was taken back.", "{n} messages were taken back.", count)
    say(said.format(n=count))
    return Exit.DONE


def retry(call: Call) -> int:
    """Let messages wait again; `opomini send` or `opomini worker` then sends them."""
    from opomini_tui.mail.settle import retry as run_retry

    args, actor = call.args, call.actor
    if args.same_address and not args.notices:
        raise UsageError(_("--same-address is for named notices (2012/138) only."))
    wanted = [row.id for row in _chosen(args) if _may_go_again(row, named=bool(args.notices))]
    if not wanted:
        raise NothingToDo(_("None of these messages can be tried again."))
    done = run_retry(wanted, actor, same_address=args.same_address)
    for sentence in done.left:
        complain(sentence)
    said = ngettext("{n} message waits again.", "{n} messages wait again.", done.queued)
    say(said.format(n=done.queued))
    if not done.queued:
        return Exit.ERROR
    return Exit.IN_PART if done.left else Exit.DONE


def _may_go_again(row: OutboxRow, *, named: bool) -> bool:
    """What a person took back, and what came back undelivered, goes again only when a person names it."""
    if row.state in ("deferred", "held", "refused"):
        return True
    return named and (row.state == "cancelled" or (row.state == "sent" and row.arrival == "undelivered"))


def resolve(call: Call) -> int:
    """Settle unknown messages."""
    from opomini_tui.mail.settle import resolve as run_resolve

    args, actor = call.args, call.actor
    done, left = 0, 0
    for label in args.notices:
        for row in _of_notice(label):
            if row.state != "unknown":
                continue
            try:
                run_resolve(row.id, args.how, args.reason, actor, call.config)
                done += 1
            except OpominiError as error:
                complain(f"{label}: {error}")
                left += 1
    if not done and not left:
        raise NothingToDo(_("None of these messages is unknown."))
    said = ngettext("{n} message was settled.", "{n} messages were settled.", done)
    say(said.format(n=done))
    if not done:
        return Exit.ERROR
    return Exit.IN_PART if left else Exit.DONE


def pause(call: Call) -> int:
    """Pause a batch."""
    from opomini_tui.mail import batches

    batches.pause(call.args.batch, call.actor, call.args.reason)
    say(_("The batch is paused."))
    return Exit.DONE


def resume(call: Call) -> int:
    """Let what is paused go on; `opomini send` or `opomini worker` then sends it."""
    from opomini_tui.mail import batches, high_water

    args, actor = call.args, call.actor
    if args.restored:
        done = high_water.accept(call.config, actor, args.reason)
        say(_("Sending goes on from the restored database."))
        if done.unknown:
            said = ngettext(
                "{n} message had left before; it is unknown now: opomini outbox resolve",
                "{n} messages had left before; they are unknown now: opomini outbox resolve",
                done.unknown,
            )
            complain(said.format(n=done.unknown))
        if done.held:
            said = ngettext(
                "{n} message may have left before; it is held until a person has looked: opomini outbox retry",
                "{n} messages may have left before; they are held until a person has looked: opomini outbox retry",
                done.held,
            )
            complain(said.format(n=done.held))
        return Exit.UNKNOWN if done.unknown else Exit.IN_PART if done.held else Exit.DONE
    count = batches.resume(args.batch, actor)
    said = ngettext("{n} batch or account goes on.", "{n} batches or accounts go on.", count)
    say(said.format(n=count))
    return Exit.DONE


def start(call: Call) -> int:
    """Let a batch start at once."""
    from opomini_tui.mail import batches

    batches.start_now(call.args.batch, call.actor)
    say(_("The batch starts now."))
    return Exit.DONE


def approve(call: Call) -> int:
    """Agree to a batch; `opomini send` or `opomini worker` then sends it. Without a name, list what waits."""
    from opomini_tui.mail import approval

    if call.args.batch is None:
        waiting = approval.asked(call.actor)
        if not waiting:
            raise NothingToDo(_("No batch waits for your approval."))
        for one in waiting:
            say(f"{one.batch}\t{one.operator_code}\t{one.messages}\t{one.shown_total}")
        return Exit.DONE
    done = approval.approve(call.args.batch, call.actor)
    said = ngettext(
        "Approved: {n} message of operator {code}, {total}. A worker or opomini send sends it.",
        "Approved: {n} messages of operator {code}, {total}. A worker or opomini send sends them.",
        done.messages,
    )
    say(said.format(n=done.messages, code=done.operator_code, total=done.shown_total))
    return Exit.DONE


def refuse(call: Call) -> int:
    """Do not agree to a batch: its messages are cancelled."""
    from opomini_tui.mail import approval

    done = approval.refuse(call.args.batch, call.actor, call.args.reason)
    said = ngettext("{n} message will not be sent.", "{n} messages will not be sent.", done.messages)
    say(said.format(n=done.messages))
    return Exit.DONE


def _chosen(args: argparse.Namespace) -> list[OutboxRow]:
    """The latest messages of the named notices, those of a batch, or all."""
    from opomini_tui.mail.outbox_list import outbox_rows

    if sum((bool(args.notices), bool(args.batch), args.all)) != 1:
        raise UsageError(_("Name notices (2012/138), or use --batch, or --all."))
    if args.notices:
        return [row for label in args.notices for row in _of_notice(label)]
    return outbox_rows(batch=args.batch)


def _of_notice(label: str) -> list[OutboxRow]:
    """The messages of the notice YEAR/NUMBER that count now: the latest to each of its addresses."""
    from opomini_tui.mail.outbox_list import outbox_rows
    from opomini_tui.models.notices import Notice

    year, number = read_label(label)
    notice = Notice.get_or_none((Notice.year == year) & (Notice.number == number))
    if notice is None:
        raise OpominiError(_("There is no notice {label}.").format(label=f"{year}/{number}"))
    latest = {row.to: row for row in outbox_rows(notice_id=notice.id)}
    return list(latest.values())
