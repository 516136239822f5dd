"""`opomini mailbox`: what came back, and looking for more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opomini_tui.commands.call import Call, Exit
from opomini_tui.commands.output import Column, Progress, add_format, complain, form_of, moment, print_rows, say
from opomini_tui.commands.verbs import Verbs
from opomini_tui.errors import NothingToDo
from opomini_tui.text import _, ngettext

if TYPE_CHECKING:
    from opomini_tui.mail.mailbox.mailbox_list import MailboxRow
    from opomini_tui.mail.mailbox.poll import Polled
    from opomini_tui.models.parties import Operator

KINDS = ("copy", "bounce", "delay", "delivered", "reply", "auto", "other", "damaged")
KEYS = "at kind year number message_id from subject summary operator".split()
COLUMNS = (
    Column("at", lambda: _("Seen")),
    Column("kind", lambda: _("Kind")),
    Column("year", lambda: _("Year"), "number"),
    Column("number", lambda: _("Number"), "number"),
    Column("from", lambda: _("From")),
    Column("subject", lambda: _("Subject")),
    Column("summary", lambda: _("Content")),
    Column("operator", lambda: _("Operator")),
)


def add_verbs(verbs: Verbs) -> None:
    """Add `mailbox` with its own verbs."""
    mailbox = verbs.add("mailbox", _("bounces and replies in the operators' mailboxes (POP3)"))
    inner = verbs.within(mailbox, required=True)

    parser = inner.add("poll", _("look for new bounces and replies; nothing in the mailbox is changed"))
    parser.add_argument("--operator", metavar="ID", help=_("only the mailbox of this operator"))
    parser.set_defaults(verb=poll_mailboxes)

    parser = inner.add("list", _("list what was found"))
    parser.add_argument("--kind", choices=KINDS, help=_("only messages of this kind"))
    parser.add_argument("--limit", type=int, metavar="N", help=_("only the last N"))
    add_format(parser)
    parser.set_defaults(verb=list_mailbox)


def poll_mailboxes(call: Call) -> int:
    """Look into one mailbox or all."""
    from opomini_tui.mail.mailbox.poll import poll

    call.actor.require("send")
    operators = _operators(call.args.operator)
    progress = Progress()
    found, failed = 0, 0
    for operator in operators:

        def show(done: int, of: int = 0, *_more: object, name: str = operator.name) -> None:
            progress.show(f"{name}: {done}/{of}")

        done = poll(operator, call.config, progress=show)
        progress.end()
        if done.failure:
            complain(f"{operator.code}: {done.failure}")
            failed += 1
        if done.busy:
            complain(
                _("{operator}: the mailbox is being read by another program just now.").format(operator=operator.code)
            )
        if done.looked_at or done.proved:
            say(f"{operator.code}: {_counted(done)}")
            found += 1
    if failed:
        return Exit.IN_PART if failed < len(operators) else Exit.ERROR
    if not found:
        raise NothingToDo(_("Nothing new in the mailbox."))
    return Exit.DONE


def _operators(code: str | None) -> list[Operator]:
    """The operator of that code, or all who have a mailbox."""
    from opomini_tui.mail.mailbox.standing import with_mailbox
    from opomini_tui.setup.operators import operator_of

    if code:
        return [operator_of(code)]
    operators = with_mailbox()
    if not operators:
        raise NothingToDo(_("No operator has a mailbox (POP3). Set it in the form Operator."))
    return operators


def _counted(done: Polled) -> str:
    """The counts that are not 0, in words."""
    n = done.looked_at
    said = [ngettext("{n} new message", "{n} new messages", n).format(n=n)]
    counts = (
        (done.bounces, _("undelivered")),
        (done.delays, _("delayed")),
        (done.delivered, _("confirmed as delivered")),
        (done.replies, _("replies")),
        (done.automatic, _("automatic answers")),
        (done.copies, _("own copies")),
        (done.proved, _("proved as sent")),
        (done.damaged, _("unreadable")),
        (done.other, _("other")),
    )
    return ", ".join(said + [f"{name}: {count}" for count, name in counts if count])


def list_mailbox(call: Call) -> int:
    """List what the mailboxes told, the oldest first."""
    from opomini_tui.mail.mailbox.mailbox_list import mailbox_rows

    args = call.args
    call.actor.require("view")
    rows = mailbox_rows(kind=args.kind, limit=args.limit or None)
    print_rows(_plain(rows), KEYS, COLUMNS, form_of(args))
    return Exit.DONE


def _plain(rows: list[MailboxRow]) -> Iterator[dict[str, object]]:
    """Messages as rows of KEYS."""
    for row in reversed(rows):
        yield {
            "at": moment(row.at),
            "kind": row.kind,
            "year": row.year,
            "number": row.number,
            "message_id": row.message_id,
            "from": row.sender,
            "subject": row.subject,
            "summary": row.summary,
            "operator": row.operator_code,
        }
