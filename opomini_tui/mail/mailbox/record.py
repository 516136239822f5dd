"""Writing down what a message of the mailbox was, with all that follows from it, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass

from opomini_tui.dunning.undelivered import counts_again, take_back
from opomini_tui.mail.claims import short_write
from opomini_tui.mail.mailbox.match import Ours
from opomini_tui.mail.mailbox.understand import Seen
from opomini_tui.mail.outcomes import mark_notice_sent
from opomini_tui.models import journal
from opomini_tui.models.database import exclusive, now_ms, run
from opomini_tui.text import _

_ARRIVALS = {"failed": "undelivered", "delayed": "delayed", "delivered": "delivered"}
# What may be written over: a message that came back stays so, and a delay is over once it has arrived.
_BEFORE = {"undelivered": ("", "delayed", "delivered"), "delivered": ("", "delayed"), "delayed": ("",)}
_PROOFS = {
    "copy": "proved by copy",
    "bounce": "proved by bounce",
    "delay": "proved by bounce",
    "delivered": "proved by bounce",
    "reply": "proved by reply",
    "auto": "proved by reply",
}
_NOT_YET = "('queued', 'claimed', 'deferred', 'held')"


@dataclass(frozen=True, slots=True)
class Recorded:
    """Whether the message was new, and whether it proved that an unknown one of ours was sent."""

    new: bool
    proved: bool = False


def record(operator_id: int, code: str, uidl: str, seen: Seen) -> Recorded:
    """Write down the message `uidl` of the operator's mailbox; one that is known already changes nothing.

    A report on a message that (so this database says) still waits is left for a later look: where the database was put
    back, only a person's word that it was makes the message one that can have come back.
    """
    with short_write():
        if seen.recipient is None:
            return _record(operator_id, code, uidl, seen)
        with exclusive("notices"):  # levels may change; taken first, as everywhere
            return _record(operator_id, code, uidl, seen)


def _record(operator_id: int, code: str, uidl: str, seen: Seen) -> Recorded:
    ours, now = seen.ours, now_ms()
    if ours is not None and seen.recipient is not None and _waits(ours):
        return Recorded(False)
    new = run(
        "INSERT INTO mailbox_message (operator_id, uidl, first_seen_at, kind, delivery_id, notice_id, sender, subject, "
        "sent_at, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (operator_id, uidl) DO NOTHING RETURNING id",
        (
            *(operator_id, uidl, now, seen.kind, ours.id if ours and seen.certain else None),
            *(ours.notice_id if ours else None,),
            *(seen.sender, seen.subject, seen.sent_at, seen.summary),
        ),
    ).fetchall()
    if not new:
        return Recorded(False)
    if ours is None or not seen.certain:
        return Recorded(True)
    arrived = _arrive(ours, code, seen, now)
    proved = seen.kind in _PROOFS and prove(ours.id, _PROOFS[seen.kind], code)
    if arrived == "undelivered":
        take_back(ours.notice_id, code)
    elif arrived:
        counts_again(ours.notice_id, code)
    return Recorded(True, proved)


def _waits(ours: Ours) -> bool:
    """Whether the message is still to be handed over."""
    return run(f"SELECT 1 FROM delivery WHERE id = ? AND state IN {_NOT_YET}", (ours.id,)).fetchone() is not None


def _arrive(ours: Ours, code: str, seen: Seen, now: int) -> str:
    """Note what a report says of the customer's address; the arrival that was written, "" for none.

    Never the state of sending: that is the sender's. What was not handed over cannot come back.
    """
    arrival = _ARRIVALS.get(seen.recipient.action, "") if seen.recipient else ""
    if seen.recipient is None or not arrival:
        return ""
    reason = seen.recipient.reason or ("" if arrival == "delivered" else _("The other server gives no reason."))
    before = ", ".join(f"'{one}'" for one in _BEFORE[arrival])
    done = run(
        f"UPDATE delivery SET arrival = ?, arrival_reason = ?, arrival_at = ? WHERE id = ? AND arrival IN ({before}) "
        "AND state IN ('sending', 'sent', 'unknown')",
        (arrival, reason, now, ours.id),
    )
    if not done.rowcount:
        return ""
    details = {"delivery": ours.id, "message_id": ours.message_id, "to": ours.to, "reason": reason}
    journal.write(code, arrival, f"notice {ours.label}", details)
    return arrival


def prove(delivery_id: int, how: str, code: str) -> bool:
    """The message is in the world, so it was sent: settle it when it is unknown; whether it was."""
    rows = run(
        "UPDATE delivery SET state = 'sent', outcome = ?, reason = '', sender_id = '', sent_at = COALESCE(("
        "SELECT MAX(started_at) FROM delivery_attempt WHERE delivery_id = delivery.id), queued_at) "
        "WHERE id = ? AND live AND state = 'unknown' RETURNING notice_id, sent_at, message_id, to_address",
        (how, delivery_id),
    ).fetchall()
    for notice_id, sent_at, message_id, to in rows:
        mark_notice_sent(notice_id, sent_at)
        year, number = run("SELECT year, number FROM notice WHERE id = ?", (notice_id,)).fetchone()
        details = {"delivery": delivery_id, "message_id": message_id, "to": to, "how": how}
        journal.write(code, "proved", f"notice {year}/{number}", details)
    return bool(rows)


def prove_late() -> int:
    """Settle messages that became unknown after the mailbox had already told of them; how many."""
    kinds = ", ".join(f"'{kind}'" for kind in _PROOFS)
    rows = run(
        "SELECT delivery.id, MIN(mailbox_message.kind), MIN(operator.code) FROM delivery "
        "JOIN mailbox_message ON mailbox_message.delivery_id = delivery.id "
        "JOIN operator ON operator.id = delivery.operator_id "
        f"WHERE delivery.live AND delivery.state = 'unknown' AND mailbox_message.kind IN ({kinds}) GROUP BY delivery.id"
    ).fetchall()
    count = 0
    for number, kind, code in rows:
        with short_write(), exclusive("notices"):
            count += prove(number, _PROOFS[kind], code)
    return count
