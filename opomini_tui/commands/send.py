"""`opomini send` and `opomini worker`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from opomini_tui.commands.call import Call, Exit, stop_on_signal
from opomini_tui.commands.filters import add_filter, read_filter
from opomini_tui.commands.output import Progress, complain, say
from opomini_tui.commands.verbs import Verbs
from opomini_tui.errors import OpominiError
from opomini_tui.text import _, ngettext

if TYPE_CHECKING:
    from opomini_tui.mail.outbox_list import BatchCounts, OutboxRow
    from opomini_tui.mail.plan import HeldBack, SendPlan
    from opomini_tui.mail.sender import Delivered
    from opomini_tui.models.actor import Actor

HARMLESS = ("already_sent", "waiting")
"""Reasons for which a notice is not sent now although nothing is wrong with it."""
PATIENCE = 120.0
"""Seconds for which a mail server that goes away is waited for."""


def add_verbs(verbs: Verbs) -> None:
    """Add `send` and `worker`."""
    parser = verbs.add("send", _("send issued notices by e-mail; each leaves once"))
    add_filter(parser)
    parser.add_argument("--subject", default="", metavar=_("TEXT"), help=_("subject for this batch"))
    parser.add_argument(
        "--body-file", type=Path, metavar=_("FILE"), help=_("file with the text for this batch (UTF-8)")
    )
    parser.add_argument("--cc", action="append", default=[], metavar=_("ADDRESS"), help=_("a copy of each message"))
    parser.add_argument("--dry-run", action="store_true", help=_("only say what would be sent"))
    parser.add_argument(
        "--recall",
        type=int,
        default=0,
        metavar=_("SECONDS"),
        help=_("let the batch be taken back for so long, and keep to the sending hours (default: send at once)"),
    )
    parser.add_argument(
        "--wait",
        type=float,
        default=PATIENCE,
        metavar=_("SECONDS"),
        help=_("how long a mail server that goes away is waited for (default: 120)"),
    )
    parser.set_defaults(verb=send)

    parser = verbs.add("worker", _("keep sending what is queued, until stopped"))
    parser.set_defaults(verb=worker)


def send(call: Call) -> int:
    """Queue the notices of the filter, hand them over, and name each that did not go."""
    from opomini_tui.mail.approval import approval_sentence
    from opomini_tui.mail.outbox import enqueue
    from opomini_tui.mail.plan import plan_sending
    from opomini_tui.mail.sender import deliver

    args = call.args
    chosen, body = read_filter(args), _body(args.body_file)
    actor = call.actor
    plan = plan_sending(chosen, actor, config=call.config)
    if args.dry_run:
        return _rehearse(plan, actor)
    with stop_on_signal() as stop:  # from here on, so that a lost line never leaves a batch queued in part
        queued = enqueue(
            plan, actor, call.config, subject=args.subject, body=body, cc=args.cc, recall_seconds=args.recall
        )
        waiting = [one.notice_id for one in queued.held_back if one.code == "waiting"]
        if queued.asks:
            complain(approval_sentence(actor))
            complain(_("To approve it: opomini outbox approve {name}").format(name=queued.batch))
        if queued.batch and args.recall:
            said = _("Batch {name} starts in {seconds} s. To take it back: opomini outbox cancel --batch {name}")
            complain(said.format(name=queued.batch, seconds=args.recall))
        if (queued.batch and not queued.asks) or waiting:
            progress = Progress()
            # What an earlier call queued and did not finish is finished too; its batch is another one.
            done = deliver(
                call.config,
                batch=None if waiting else queued.batch,
                stop=stop,
                patience=args.wait,
                progress=lambda counts: progress.show(_counted(counts)),
            )
            progress.end()
            if done.paused_because:
                complain(done.paused_because)
    _name(queued.held_back)
    return _outcome(_messages(queued.batch, waiting), queued.held_back)


def _body(file: Path | None) -> str:
    """The text of --body-file."""
    if file is None:
        return ""
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise OpominiError(_("The file {path} is not UTF-8 text.").format(path=file)) from error


def _rehearse(plan: SendPlan, actor: Actor) -> int:
    """Print what would go, what would not, and whether a second operator would be asked."""
    from opomini_tui.mail.approval import approval_sentence, needs_approval

    for one in plan.ready:
        say(f"{one.label}\t{one.customer_code}\t{one.customer_name}\t{one.email}")
    _name(plan.held_back)
    count = len(plan.ready)
    said = ngettext("{n} notice would be sent.", "{n} notices would be sent.", count)
    say(said.format(n=count))
    if needs_approval(one.notice_id for one in plan.ready):
        complain(approval_sentence(actor))
    if not count:
        return Exit.NOTHING
    return Exit.IN_PART if any(one.code not in HARMLESS for one in plan.held_back) else Exit.DONE


def _name(held_back: Iterable[HeldBack]) -> None:
    """Name each notice that cannot be sent; those that were sent before are only counted."""
    from opomini_tui.mail.reasons import reason_name

    before: Counter[str] = Counter()
    for one in held_back:
        if one.code == "already_sent":
            before[one.code] += 1
        else:
            complain(f"{one.label}\t{one.customer_code}\t{one.customer_name}\t{one.sentence}")
    for code, count in before.items():
        complain(f"{reason_name(code)}: {count}")


def _messages(batch: str, waiting: list[int]) -> list[OutboxRow]:
    """What became of the messages of this call: those of its batch, and those that waited before."""
    from opomini_tui.mail.outbox_list import outbox_rows
    from opomini_tui.models.database import run

    rows = outbox_rows(batch=batch) if batch else []
    if waiting:
        listed = ",".join(map(str, waiting))
        newest = run(f"SELECT MAX(id) FROM delivery WHERE notice_id IN ({listed}) GROUP BY notice_id, recipient_no")
        rows += outbox_rows(ids=tuple(int(number) for (number,) in newest.fetchall()))
    return rows


def _outcome(messages: list[OutboxRow], held_back: Iterable[HeldBack]) -> int:
    """Print the counts and each message that did not arrive at the server; the exit code."""
    states = Counter(row.state for row in messages)
    for row in messages:
        if row.state != "sent":
            why = row.reason or row.answer
            complain(f"{row.year}/{row.number}\t{row.customer_code}\t{row.to}\t{row.state}\t{why}")
    sent, unknown = states["sent"], states["unknown"]
    said = ngettext("{n} message was sent.", "{n} messages were sent.", sent)
    say(said.format(n=sent) if sent else _("Nothing was sent."))
    if unknown:
        complain(
            _("It is not known whether some arrived. They are not sent again by themselves: opomini outbox resolve")
        )
        return Exit.UNKNOWN
    codes = {one.code for one in held_back}
    if not messages and "already_sent" in codes:
        return Exit.NOTHING  # the rest cannot be sent, as was said when the others were
    if len(messages) > sent or not codes <= set(HARMLESS):
        return Exit.IN_PART
    return Exit.DONE if sent else Exit.NOTHING


def _counted(counts: BatchCounts) -> str:
    """The counts of a batch as one line."""
    return _line(counts.sent, counts.refused, counts.deferred, counts.unknown, counts.queued)


def _line(sent: int, refused: int, deferred: int, unknown: int, left: int) -> str:
    """Counts as one line."""
    line = _("sent {sent} · refused {refused} · deferred {deferred} · unknown {unknown} · left {left}")
    return line.format(sent=sent, refused=refused, deferred=deferred, unknown=unknown, left=left)


def worker(call: Call) -> int:
    """Send what is queued until a signal comes."""
    from opomini_tui.mail.worker import work

    call.actor.require("send")
    complain(_("Sending what is queued; Ctrl+C or SIGTERM stops it after the message in hand."))
    with stop_on_signal() as stop:
        work(call.config, stop, report=_tell)
    return Exit.DONE


def _tell(done: Delivered) -> None:
    """One line for what a worker's run did."""
    say(_line(done.sent, done.refused, done.deferred, done.unknown, done.left))
    sys.stdout.flush()
    if done.paused_because:
        complain(done.paused_because)
