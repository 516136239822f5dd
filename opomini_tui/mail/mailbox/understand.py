"""What one message of the mailbox is: an own copy, a report on delivery, a reply, or none of our business."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from peewee import PeeweeException

from opomini_tui.errors import OpominiError
from opomini_tui.mail.mailbox.bounces import Recipient, Report, own_id_in, own_ids, read_report
from opomini_tui.mail.mailbox.headers import Heads, heads_of, parse
from opomini_tui.mail.mailbox.match import Ours, by_message_id, folded, of_report
from opomini_tui.mail.mailbox.replies import summary
from opomini_tui.text import _

_KINDS = (("failed", "bounce"), ("delayed", "delay"), ("delivered", "delivered"))


@dataclass(frozen=True, slots=True)
class Seen:
    """What a message was understood as.

    `kind`: copy, bounce, delay, delivered, reply, auto (an automatic answer), other, damaged. `ours`: the message of ours
    that it is about; `recipient`: what a report says of that message's customer; `certain`: as in `About`. Of mail
    that is none of our business nothing is kept; only `moment` says when it came (UTC milliseconds).
    """

    kind: str
    sender: str = ""
    subject: str = ""
    sent_at: int | None = None
    summary: str = ""
    ours: Ours | None = None
    recipient: Recipient | None = None
    moment: int | None = None
    certain: bool = True


def understand(head: bytes, whole: Callable[[], bytes | None]) -> Seen:
    """What the message is that begins with `head`; `whole` fetches (nearly) all of it and is called only when needed.

    Raises:
        OpominiError: the mailbox does not answer any more. PeeweeException: the database does not.
    """
    try:
        return _understand(head, whole)
    except (OpominiError, PeeweeException):
        raise
    except Exception as error:  # whatever a hostile message does to the parsers: it must not stop the others
        return Seen("damaged", summary=_("It cannot be read ({why}).").format(why=type(error).__name__))


def _understand(head: bytes, whole: Callable[[], bytes | None]) -> Seen:
    message = parse(head)
    if not message.keys():
        return Seen("damaged", summary=_("It has no headers."))
    heads = heads_of(message)
    copied = by_message_id([heads.message_id])
    if copied is not None and folded(heads.sender) == folded(copied.sender):
        return _seen("copy", heads, "", copied, None)
    answered = by_message_id(heads.answers_to)
    if heads.reports or (answered is None and (heads.sounds_like_report or own_id_in(head))):
        full = whole() or head
        report = read_report(full)
        if report is not None:
            return _reported(report, heads)
        told = by_message_id(own_ids(full)) if heads.reports and answered is None else None
        if told is not None:
            sentence = _("A report that Opomini does not understand; read it in your mailbox.")
            return _seen("bounce", heads, sentence, told, None)
    if answered is not None:
        text = summary(parse(whole() or head))
        return _seen("auto" if heads.by_machine or heads.reports else "reply", heads, text, answered, None)
    return Seen("other", moment=heads.received_at or heads.sent_at)


def _reported(report: Report, heads: Heads) -> Seen:
    """A report, on a message of ours or on another."""
    found = of_report(report)
    recipient = found.recipient
    actions = {recipient.action} if recipient else {one.action for one in report.recipients}
    kind = next((kind for action, kind in _KINDS if action in actions), "other")
    told = recipient or report.recipients[0]
    text = told.reason
    if found.ours is not None and not found.certain:
        sentence = _(
            "It names the notice only by its number and addresses, which others may know, so it changes nothing. {why}"
        )
        text = sentence.format(why=text).strip()
    elif found.ours is not None and recipient is None and told.addresses:
        sentence = _("It is about {address}, not about the customer's address. {why}")
        text = sentence.format(address=", ".join(told.addresses), why=text).strip()
    elif found.ours is not None and recipient is None:
        sentence = _(
            "It does not say whose address it is about; it may be that of a copy, so it changes nothing. {why}"
        )
        text = sentence.format(why=text).strip()
    return replace(_seen(kind, heads, text, found.ours, recipient), certain=found.certain)


def _seen(kind: str, heads: Heads, text: str, ours: Ours | None, recipient: Recipient | None) -> Seen:
    return Seen(kind, heads.sender, heads.subject, heads.sent_at, text, ours, recipient)
