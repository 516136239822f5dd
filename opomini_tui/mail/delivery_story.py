"""Everything that became of a notice by mail: its messages with every try, how they arrived, and what came back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from opomini_tui.models.database import run

ATTEMPTS_SHOWN = 50
"""The latest tries of a message."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: its number, when it began (UTC milliseconds), how far it got, how it ended and what the server said."""

    number: int
    started_at: int
    step: str
    outcome: str
    answer: str


@dataclass(frozen=True, slots=True)
class Returned:
    """A mail that came back for a notice: when (UTC milliseconds), what it is, from whom, its subject and text."""

    at: int
    kind: str
    sender: str
    subject: str
    summary: str


@dataclass(frozen=True, slots=True)
class Story:
    """One message of a notice from queueing to arrival. Moments are UTC milliseconds."""

    id: int
    to_address: str
    cc: str
    state: str
    queued_at: int
    sent_at: int | None
    answer: str
    reason: str
    outcome: str
    message_id: str
    arrival: str
    arrival_reason: str
    arrival_at: int | None
    attempts: tuple[Attempt, ...]


_STORY = "id to_address cc state queued_at sent_at answer reason outcome message_id arrival arrival_reason arrival_at".split()


def stories_of(notice_id: int) -> list[Story]:
    """The messages of a notice, the newest first."""
    rows = run(
        f"SELECT {', '.join(_STORY)} FROM delivery WHERE notice_id = ? ORDER BY id DESC", (notice_id,)
    ).fetchall()
    attempts = _attempts(row[0] for row in rows)
    return [Story(**dict(zip(_STORY, row, strict=True)), attempts=tuple(attempts[row[0]])) for row in rows]


def _attempts(deliveries: Iterable[int]) -> dict[int, list[Attempt]]:
    """The last tries of each message, in order."""
    found: dict[int, list[Attempt]] = {}
    for number in deliveries:
        rows = run(
            "SELECT number, started_at, step, outcome, answer FROM delivery_attempt WHERE delivery_id = ? "
            "ORDER BY number DESC LIMIT ?",
            (number, ATTEMPTS_SHOWN),
        ).fetchall()
        found[number] = [Attempt(*row) for row in reversed(rows)]
    return found


def returned_to(notice_id: int, kinds: tuple[str, ...] = ("reply", "bounce", "delay", "delivered")) -> list[Returned]:
    """What came back for a notice, the oldest first: replies, bounces, delays, receipts."""
    rows = run(
        "SELECT COALESCE(sent_at, first_seen_at), kind, sender, subject, summary FROM mailbox_message "
        f"WHERE notice_id = ? AND kind IN ({', '.join('?' * len(kinds))}) ORDER BY 1, id",
        (notice_id, *kinds),
    ).fetchall()
    return [Returned(*row) for row in rows]
