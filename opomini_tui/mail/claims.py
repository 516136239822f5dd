"""Claiming messages of the outbox: under a lease, judged again in the claiming transaction.

    queued --claim--> claimed --before the dot--> sending --> sent | refused | deferred | unknown (`outcomes`)

No transaction and no row lock lives while a server is spoken to; what protects a message then is its lease,
which is renewed while its sender lives. A lease that ends in `claimed` gives the message back, because
nothing was handed over; one that ends in `sending` leaves it `unknown`, because nobody can know.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any

from opomini_tui.dunning.addresses import Recipient, addresses_of
from opomini_tui.dunning.recheck import obstacle_now, obstacles_now
from opomini_tui.mail.addresses import split_addresses
from opomini_tui.mail.plan import address_reason
from opomini_tui.mail.reasons import sentence
from opomini_tui.models import journal
from opomini_tui.models.database import database, in_one_go, is_postgres, run, run_many
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
    attachment_id: int | None
    content_sha256: str
    attempts: int
    label: str
    operator_code: str
    sender_id: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """What one look into the outbox gave: messages to hand over, and how many were put into `held` instead."""

    messages: tuple[Claim, ...] = ()
    held: int = 0


_turn = threading.RLock()


def one_writer() -> AbstractContextManager[object]:
    """The turn to write. SQLite has one writer, and those who wait for it sleep; so the senders of a process queue up
    here instead."""
    return nullcontext() if is_postgres() else _turn


@contextmanager
def short_write() -> Iterator[None]:
    """A transaction of a sender; a part of the one that it is called in."""
    with one_writer(), database.obj.transaction():
        yield


@contextmanager
def quick_write() -> Iterator[None]:
    """`short_write` whose statements wait for no answer but a fetch (`in_one_go`): take no `rowcount` in it."""
    with one_writer(), in_one_go():
        yield


# Tried again first, then what a dead sender left, then new ones: each place is a range of the index delivery_due.
_PLACES = (("deferred", "next_try_at"), ("claimed", "lease_until"), ("queued", "next_try_at"))
_NEXT = """SELECT id FROM delivery WHERE live AND state IN ('queued', 'claimed', 'deferred')
    AND batch = ? AND state = '{state}' AND {due} <= ?
    AND NOT EXISTS (SELECT 1 FROM batch WHERE batch.name = ?
        AND (batch.paused_at IS NOT NULL OR batch.approval IN ('asked', 'refused')))
    ORDER BY {due}, id LIMIT ?{lock}"""
_COLUMNS = (
    "id notice_id recipient_no channel operator_id sender_address to_address cc bcc message_id skeleton document_id "
    "attachment_id content_sha256 attempts"
).split()


def claim(sender_id: str, now: int, today: date, batch: str, most: int = 1) -> Claimed:
    """Claim up to `most` messages of the batch that are due at `now` (milliseconds), for `LEASE_MS`.

    What stands against a message now puts it into `held` instead, in the same transaction. Deferred ones come before
    new ones; a paused batch gives none, nor does one that waits for a second operator.
    """
    with quick_write():
        ids = _choose(now, batch, most)
        if not ids:
            return Claimed()
        found = _take(ids, sender_id, now)
        obstacles = _obstacles(found, today)
        free = tuple(one for one in found if one.id not in obstacles)
        _begin_attempts(free, now)
        for one in found:
            if one.id in obstacles:
                _hold(one, obstacles[one.id])
        return Claimed(free, len(obstacles))


def _choose(now: int, batch: str, most: int) -> list[int]:
    """The ids of the next messages that are due, locked until the transaction ends."""
    lock = " FOR UPDATE SKIP LOCKED" if is_postgres() else ""
    ids: list[int] = []
    for state, due in _PLACES:
        if len(ids) < most:
            sql = _NEXT.format(state=state, due=due, lock=lock)
            ids += [number for (number,) in run(sql, (batch, now, batch, most - len(ids))).fetchall()]
    return ids


def _take(ids: Sequence[int], sender_id: str, now: int) -> list[Claim]:
    """Make the messages this sender's, in the order of `ids`."""
    listed = ",".join(map(str, ids))
    rows = run(
        "UPDATE delivery SET state = 'claimed', sender_id = ?, lease_until = ?, attempts = attempts + 1 "
        f"WHERE id IN ({listed}) RETURNING {', '.join(_COLUMNS)}",
        (sender_id, now + LEASE_MS),
    ).fetchall()
    named = {
        number: (label, code)
        for number, label, code in run(
            "SELECT delivery.id, notice.year || '/' || notice.number, operator.code FROM delivery "
            "JOIN notice ON notice.id = delivery.notice_id JOIN operator ON operator.id = delivery.operator_id "
            f"WHERE delivery.id IN ({listed})"
        ).fetchall()
    }
    order = {number: place for place, number in enumerate(ids)}
    return [_claim_of(row, *named[row[0]], sender_id) for row in sorted(rows, key=lambda row: order[row[0]])]


def _claim_of(row: tuple[Any, ...], label: str, code: str, sender_id: str) -> Claim:
    """The claim of a row of `_COLUMNS`."""
    return Claim(**dict(zip(_COLUMNS, row, strict=True)), label=label, operator_code=code, sender_id=sender_id)


def _obstacles(found: Iterable[Claim], today: date) -> dict[int, str]:
    """Why messages may not go now: delivery id → sentence, only where something stands against one."""
    claims = list(found)
    codes = obstacles_now({one.notice_id: one.document_id for one in claims}, today)
    recipients = addresses_of({one.notice_id for one in claims})
    why = {}
    for one in claims:
        code = codes.get(one.notice_id)
        said = sentence(one.notice_id, code, today) if code else _elsewhere(one, recipients[one.notice_id])
        if said:
            why[one.id] = said
    return why


def _elsewhere(found: Claim, recipient: Recipient) -> str:
    """What is wrong with the message's address now; "" when it is the one of today."""
    addresses, why = _split(recipient)
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
    return _split(addresses_of([notice_id])[notice_id])


def _split(recipient: Recipient) -> tuple[list[str], str]:
    """The addresses of a recipient, or none and the sentence why."""
    _code, why = address_reason(recipient)
    return ([], why) if why else (split_addresses(recipient.email), "")


def _begin_attempts(claims: Sequence[Claim], now: int) -> None:
    """Write down that the messages are being tried; what an earlier sender left open is over."""
    again = [one.id for one in claims if one.attempts > 1]
    if again:
        run(
            "UPDATE delivery_attempt SET ended_at = ?, outcome = 'abandoned' "
            f"WHERE delivery_id IN ({','.join(map(str, again))}) AND ended_at IS NULL",
            (now,),
        )
    if claims:
        run_many(
            "INSERT INTO delivery_attempt (delivery_id, number, sender_id, started_at) VALUES (?, ?, ?, ?)",
            [(one.id, one.attempts, one.sender_id, now) for one in claims],
        )


def _hold(found: Claim, why: str) -> None:
    """Put the claimed message into `held`; the try does not count."""
    run(
        "UPDATE delivery SET state = 'held', reason = ?, sender_id = '', lease_until = NULL, attempts = attempts - 1 "
        "WHERE id = ?",
        (why, found.id),
    )
    journal.write(found.operator_code, "held", f"notice {found.label}", {"delivery": found.id, "reason": why})


def renew(sender_ids: Iterable[str], now: int) -> None:
    """A sign of life: the leases of these senders begin anew, those of their connections too."""
    given = list(sender_ids)
    if not given:
        return
    places = ", ".join("?" * len(given))
    with short_write():
        run(
            f"UPDATE delivery SET lease_until = ? WHERE live AND state IN ('claimed', 'sending') "
            f"AND sender_id IN ({places})",
            [now + LEASE_MS, *given],
        )
        run(f"UPDATE mail_connection SET lease_until = ? WHERE sender_id IN ({places})", [now + LEASE_MS, *given])


def release(given: Claim, now: int, *, states: Sequence[str] = ("claimed", "sending")) -> bool:
    """Give back a message that was certainly not handed over, as if it had never been claimed; whether it was still
    this sender's, in one of `states`."""
    listed = ", ".join(f"'{state}'" for state in states)
    with short_write():
        gone = run(
            "UPDATE delivery SET state = 'queued', sender_id = '', lease_until = NULL, attempts = attempts - 1, "
            f"next_try_at = ? WHERE id = ? AND sender_id = ? AND live AND state IN ({listed})",
            (now, given.id, given.sender_id),
        )
        if gone.rowcount:
            run("DELETE FROM delivery_attempt WHERE delivery_id = ? AND number = ?", (given.id, given.attempts))
        return bool(gone.rowcount)


def due_count(now: int, *, batch: str | None = None, at_most: int | None = None) -> int:
    """How many messages wait to be tried at `now`; counts only as far as `at_most`."""
    scope, values = ("", list[object]()) if batch is None else (" AND batch = ?", [batch])
    limit = "" if at_most is None else f" LIMIT {int(at_most)}"
    # Two ranges of an index: with OR, SQLite reads the whole table, every message that was ever sent.
    waits = f"SELECT 1 FROM delivery WHERE live AND state IN ('queued', 'claimed', 'deferred'){scope}"
    row = run(
        f"SELECT COUNT(*) FROM (SELECT * FROM ({waits} AND state = 'queued'{limit}) AS fresh "
        f"UNION ALL SELECT * FROM ({waits} AND state = 'deferred' AND next_try_at <= ?{limit}) AS again) AS due",
        [*values, *values, now],
    ).fetchone()
    return int(row[0]) if at_most is None else min(at_most, int(row[0]))
