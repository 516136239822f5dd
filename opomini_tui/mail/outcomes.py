"""What became of a claimed message: the commit before the dot, the server's answer, and what can never be known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from opomini_tui.dunning.undelivered import counts_again
from opomini_tui.mail import claims, durable
from opomini_tui.mail.claims import Claim
from opomini_tui.models import journal
from opomini_tui.models.database import database, is_postgres, run
from opomini_tui.text import _

MINUTE = 60_000
BACKOFF = (1 * MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE)
"""Waits after the 1st, 2nd, … failed try, in milliseconds; the last one repeats."""
GIVE_UP = 24 * 60 * MINUTE
"""A deferred message is given up after that long, …"""
FEWEST_TRIES = 8
"""… but not before so many tries: a weekend without a sender is no day of trying."""


_SENDING = """UPDATE delivery SET state = 'sending', lease_until = ?
    WHERE id = ? AND sender_id = ? AND state = 'claimed' AND live"""
_RESULT = """UPDATE delivery SET state = ?, live = ?, answer = ?, reason = ?, next_try_at = ?, sent_at = ?,
    sender_id = ?, lease_until = NULL
    WHERE id = ? AND sender_id = ? AND live AND state IN ('claimed', 'sending', 'unknown')
    RETURNING arrival = 'undelivered' OR EXISTS (SELECT 1 FROM delivery AS other
        WHERE other.notice_id = delivery.notice_id AND other.arrival = 'undelivered')"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a try ended: `state` sent, refused, deferred, unknown or lost (certainly not handed over); the step it ended
    at, the server's answer, and a sentence on what it means (empty when it was sent)."""

    state: str
    step: str = ""
    answer: str = ""
    reason: str = ""


def mark_sending(given: Claim, now: int) -> bool:
    """Commit, to the disk, that the message is about to be finished; False when it is no longer this sender's."""
    with claims.one_writer():
        cursor = run(durable.statement(_SENDING), (now + claims.LEASE_MS, given.id, given.sender_id))
    if int(cursor.rowcount) != 1:
        return False
    durable.sync()
    return True


def requeue(given: Claim, verdict: Verdict, now: int) -> bool:
    """Let a message wait again at once that was tried and certainly not handed over: the connection broke, or the
    account may not send now. The try stays on record; False when it is no longer this sender's."""
    with claims.short_write():
        gone = run(
            "UPDATE delivery SET state = 'queued', sender_id = '', lease_until = NULL, next_try_at = ?, answer = ?, "
            "reason = ? WHERE id = ? AND sender_id = ? AND live AND state IN ('claimed', 'sending')",
            (now, verdict.answer, verdict.reason, given.id, given.sender_id),
        )
        _end_attempt(given, verdict, now)
        return bool(gone.rowcount)


def was_lost_before(given: Claim) -> bool:
    """Whether an earlier try of the message broke off as well."""
    row = run("SELECT 1 FROM delivery_attempt WHERE delivery_id = ? AND outcome = 'lost'", (given.id,)).fetchone()
    return row is not None


def settle(given: Claim, verdict: Verdict, now: int) -> str:
    """Store how the try ended, in one transaction; the state that the message is in now.

    A deferred one that has been tried for a day (`_next_try`) is refused. When the message is no longer this sender's, only the try
    itself is recorded and "lost" is returned; but the owner whose lease ended may still turn `unknown` into what it
    heard at last.
    """
    with claims.quick_write():
        next_try = None
        if verdict.state == "deferred":
            next_try = _next_try(given, now)
            if next_try is None:
                verdict = Verdict("refused", verdict.step, verdict.answer, _given_up(verdict.reason))
        sent = verdict.state == "sent"
        # The sender of an unknown message stays named, so that it may still say what became of it.
        values = (
            *(verdict.state, verdict.state != "refused", verdict.answer, verdict.reason, next_try),
            *(now if sent else None, given.sender_id if verdict.state == "unknown" else ""),
            *(given.id, given.sender_id),
        )
        changed = run(_RESULT, values).fetchall()
        owned = len(changed) == 1
        _end_attempt(given, verdict, now)
        if owned and sent:
            (came_back,) = changed[0]
            mark_notice_sent(given.notice_id, now, came_back=bool(came_back))
        details: dict[str, object] = {"delivery": given.id, "message_id": given.message_id, "to": given.to_address}
        if owned and verdict.state != "deferred":
            details |= {"answer": verdict.answer, "reason": verdict.reason}
            journal.write(given.operator_code, verdict.state, f"notice {given.label}", _told(details))
        elif sent:
            details |= {"answer": verdict.answer}
            journal.write(given.operator_code, "late answer", f"notice {given.label}", _told(details))
        return verdict.state if owned else "lost"


def abandon(given: Claim, now: int) -> str:
    """The program ends while the message is in a sender's hands: "queued" when the dot was not committed, so that it
    cannot follow any more, "unknown" when it was; "" when the sender has dealt with it meanwhile."""
    if claims.release(given, now, states=("claimed",)):
        return "queued"
    lock = " FOR UPDATE" if is_postgres() else ""
    with claims.short_write():
        mine = run(
            f"SELECT 1 FROM delivery WHERE id = ? AND sender_id = ? AND live AND state = 'sending'{lock}",
            (given.id, given.sender_id),
        ).fetchone()
        if mine is None:
            return ""
        why = _("The program was ended before the server answered: nobody here can know whether it arrived.")
        return settle(given, Verdict("unknown", "answer", reason=why), now)


def _end_attempt(given: Claim, verdict: Verdict, now: int) -> None:
    """Write down how the try ended."""
    run(
        "UPDATE delivery_attempt SET ended_at = ?, step = ?, outcome = ?, answer = ? "
        "WHERE delivery_id = ? AND number = ?",
        (now, verdict.step, verdict.state, verdict.answer, given.id, given.attempts),
    )


def _told(details: Mapping[str, object]) -> dict[str, object]:
    """The details that say something."""
    return {key: value for key, value in details.items() if value != ""}


def mark_notice_sent(notice_id: int, at: int, *, came_back: bool = True) -> None:
    """A message of the notice arrived at the server: the notice is sent (for good, from the first time).

    `came_back`: a message of it may have come back, so its level may have to count again.
    """
    run("UPDATE notice SET state = 'sent', sent_at = ? WHERE id = ? AND state = 'issued'", (at, notice_id))
    if came_back:
        counts_again(notice_id)


def _next_try(given: Claim, now: int) -> int | None:
    """When a deferred message is due again; None when it has been tried for a day, and often enough.

    Only tries since it was queued, or put back by hand, count.
    """
    earlier, first = run(
        "SELECT COUNT(*), MIN(delivery_attempt.started_at) FROM delivery_attempt "
        "JOIN delivery ON delivery.id = delivery_attempt.delivery_id AND started_at >= queued_at "
        "WHERE delivery_id = ? AND delivery_attempt.outcome = 'deferred'",
        (given.id,),
    ).fetchone()
    due = now + BACKOFF[min(int(earlier), len(BACKOFF) - 1)]
    # The try that has just ended is not among the earlier ones yet.
    given_up = int(earlier) + 1 >= FEWEST_TRIES and due - int(first) > GIVE_UP
    return None if given_up else due


def _given_up(reason: str) -> str:
    """The sentence on a message that was deferred for a day."""
    return _("Given up after a day of trying. The last answer: {reason}").format(reason=reason)


def expire(now: int) -> int:
    """Turn messages whose sender died after the commit before the dot into `unknown`; how many.

    A message that is written to a folder is not unknown: writing it again gives the same file, so it waits again.
    """
    with database.atomic():
        run(
            "UPDATE delivery SET state = 'queued', sender_id = '', lease_until = NULL, next_try_at = ? "
            "WHERE live AND state = 'sending' AND channel = 'file' AND lease_until < ?",
            (now, now),
        )
        why = _("Its sender stopped before the server answered: nobody here can know whether it arrived.")
        rows = run(
            "UPDATE delivery SET state = 'unknown', lease_until = NULL, reason = ? "
            "WHERE live AND state = 'sending' AND lease_until < ? RETURNING id, notice_id, operator_id",
            (why, now),
        ).fetchall()
        if not rows:
            return 0
        ids = ",".join(str(number) for number, _notice, _operator in rows)
        run(
            f"UPDATE delivery_attempt SET ended_at = ?, step = 'dot', outcome = 'unknown' "
            f"WHERE delivery_id IN ({ids}) AND ended_at IS NULL",
            (now,),
        )
        told = run(
            "SELECT operator.code, notice.year, notice.number, delivery.id, delivery.message_id, delivery.to_address "
            "FROM delivery JOIN notice ON notice.id = delivery.notice_id JOIN operator ON operator.id = "
            f"delivery.operator_id WHERE delivery.id IN ({ids}) ORDER BY delivery.id"
        ).fetchall()
        for code, year, number, delivery, message_id, address in told:
            details = {"delivery": delivery, "message_id": message_id, "to": address, "reason": why}
            journal.write(code, "unknown", f"notice {year}/{number}", details)
        return len(rows)
