"""Claiming one message of the outbox: under a lease, judged again in the claiming transaction.

    queued --claim--> claimed --before the dot--> sending --> sent | refused | deferred | unknown (`outcomes`)

No transaction and no row lock lives while a server is spoken to; what protects a message then is its lease,
which is renewed while its sender lives. A lease that ends in `claimed` gives the message back, because
nothing was handed over; one that ends in `sending` leaves it `unknown`, because nobody can know.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from opomini_tui.dunning.addresses import addresses_of
from opomini_tui.dunning.recheck import obstacle_now
from opomini_tui.mail.addresses import split_addresses
from opomini_tui.mail.plan import address_reason
from opomini_tui.mail.reasons import sentence
from opomini_tui.models import journal
from opomini_tui.models.database import database, is_postgres, run
from opomini_tui.text import _

LEASE_MS = 120_000
"""How long a claim holds without a sign of life; a heartbeat renews it while a server takes its time (up to 600 s)."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is this sender's until its lease ends, with all that handing it over needs."""

    id: int
    notice_id: int
    recipient_no: int
    channel: str
    operator_id: int
    sender_address: str
    to_address: str
    cc: str
    bcc: str
    message_id: str
    skeleton: str
    document_id: int
    content_sha256: str
    attempts: int
    label: str
    operator_code: str
    sender_id: str


@dataclass(frozen=True, slots=True)
class Held:
    """A message that was due but is held back: something changed since it was queued."""

    id: int
    sentence: str


@contextmanager
def light_commit() -> Iterator[None]:
    """Commits inside need not reach the disk (SQLite only): a claim that a power cut forgets was never handed over."""
    if is_postgres():
        yield
        return
    run("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        run("PRAGMA synchronous = FULL")


# Tried again first, then what a dead sender left, then new ones. One scalar per place: PostgreSQL evaluates it
# once, where `IN (SELECT … LIMIT 1 FOR UPDATE SKIP LOCKED)` may claim hundreds of rows.
_NEXT = """(SELECT id FROM delivery WHERE live AND state = '{state}' AND {due} <= ?{scope}
    ORDER BY {due}, id LIMIT 1{lock})"""
_COLUMNS = (
    "id notice_id recipient_no channel operator_id sender_address to_address cc bcc message_id skeleton document_id "
    "content_sha256 attempts"
).split()
_CLAIM = f"""UPDATE delivery SET state = 'claimed', sender_id = ?, lease_until = ?, attempts = attempts + 1
    WHERE id = COALESCE({{choices}}) RETURNING {", ".join(_COLUMNS)}"""
_PLACES = (("deferred", "next_try_at"), ("claimed", "lease_until"), ("queued", "next_try_at"))


def claim(
    sender_id: str, now: int, today: date, *, batch: str | None = None, without: Collection[int] = ()
) -> Claim | Held | None:
    """Claim the next message that is due at `now` (milliseconds), for `LEASE_MS`; None when nothing is.

    `batch`: only of this batch; `without`: operators whose messages wait. What stands against the message now puts it
    into `held` instead, in the same transaction. Deferred ones come before new ones.
    """
    scope, values = _scope(batch, without)
    lock = " FOR UPDATE SKIP LOCKED" if is_postgres() else ""
    choices = ", ".join(_NEXT.format(state=state, due=due, scope=scope, lock=lock) for state, due in _PLACES)
    with light_commit(), database.atomic():
        rows = run(
            _CLAIM.format(choices=choices), [sender_id, now + LEASE_MS, *([now, *values] * len(_PLACES))]
        ).fetchall()
        if not rows:
            return None
        found = _claim_of(rows[0], sender_id)
        if why := _obstacle(found, today):
            return _hold(found, why)
        run(
            "UPDATE delivery_attempt SET ended_at = ?, outcome = 'abandoned' "
            "WHERE delivery_id = ? AND ended_at IS NULL",
            (now, found.id),
        )
        run(
            "INSERT INTO delivery_attempt (delivery_id, number, sender_id, started_at) VALUES (?, ?, ?, ?)",
            (found.id, found.attempts, sender_id, now),
        )
        return found


def _scope(batch: str | None, without: Collection[int]) -> tuple[str, list[object]]:
    """The condition on batch and operators, and its values."""
    scope, values = "", list[object]()
    if batch is not None:
        scope, values = " AND batch = ?", [batch]
    if without:
        scope += f" AND operator_id NOT IN ({','.join(str(int(number)) for number in without)})"
    return scope, values


def _claim_of(row: tuple[Any, ...], sender_id: str) -> Claim:
    """The claim of a row that `_CLAIM` gave."""
    year, series, code = run(
        "SELECT notice.year, notice.number, operator.code FROM notice, operator "
        "WHERE notice.id = ? AND operator.id = ?",
        (row[1], row[4]),
    ).fetchone()
    columns = dict(zip(_COLUMNS, row, strict=True))
    return Claim(**columns, label=f"{year}/{series}", operator_code=code, sender_id=sender_id)


def _obstacle(found: Claim, today: date) -> str:
    """Why the message may not go now; "" when it may."""
    if why := obstacle(found.notice_id, found.document_id, today):
        return why
    addresses, why = addressees(found.notice_id)
    if why or found.to_address in addresses:
        return why
    return _("The address of the contact is now {new}, the message is addressed to {old}.").format(
        new=", ".join(addresses), old=found.to_address
    )


def obstacle(notice_id: int, document_id: int, today: date) -> str:
    """The sentence on what stands now against sending the letter `document_id` of the notice; "" when nothing does."""
    code = obstacle_now(notice_id, document_id, today)
    return sentence(notice_id, code, today) if code else ""


def addressees(notice_id: int) -> tuple[list[str], str]:
    """The addresses that the notice goes to now, or none and the sentence why."""
    recipient = addresses_of([notice_id])[notice_id]
    _code, why = address_reason(recipient)
    return ([], why) if why else (split_addresses(recipient.email), "")


def _hold(found: Claim, why: str) -> Held:
    """Put the claimed message into `held`; the try does not count."""
    run(
        "UPDATE delivery SET state = 'held', reason = ?, sender_id = '', lease_until = NULL, attempts = attempts - 1 "
        "WHERE id = ?",
        (why, found.id),
    )
    journal.write(found.operator_code, "held", f"notice {found.label}", {"delivery": found.id, "reason": why})
    return Held(found.id, why)


def renew(sender_id: str, now: int) -> None:
    """A sign of life: the leases of this sender begin anew."""
    run(
        "UPDATE delivery SET lease_until = ? WHERE sender_id = ? AND state IN ('claimed', 'sending')",
        (now + LEASE_MS, sender_id),
    )


def release(given: Claim, now: int) -> None:
    """Give a message that was not handed over back, as if it had never been claimed."""
    with database.atomic():
        gone = run(
            "UPDATE delivery SET state = 'queued', sender_id = '', lease_until = NULL, attempts = attempts - 1, "
            "next_try_at = ? WHERE id = ? AND sender_id = ? AND live AND state IN ('claimed', 'sending')",
            (now, given.id, given.sender_id),
        )
        if gone.rowcount:
            run("DELETE FROM delivery_attempt WHERE delivery_id = ? AND number = ?", (given.id, given.attempts))


def due_count(now: int, *, batch: str | None = None) -> int:
    """How many messages wait to be tried at `now`."""
    scope, values = _scope(batch, ())
    row = run(
        "SELECT COUNT(*) FROM delivery WHERE live AND (state = 'queued' OR (state = 'deferred' AND next_try_at <= ?))"
        + scope,
        [now, *values],
    ).fetchone()
    return int(row[0])
