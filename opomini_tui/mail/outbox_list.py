"""What the outbox holds: its rows and its counts, read from the database as they are now."""

from __future__ import annotations

from dataclasses import dataclass

from opomini_tui.models.database import run

TAKEABLE = "('queued', 'deferred', 'held')"
"""States in which a message can be taken back (SQL)."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message of the outbox. Moments are UTC milliseconds; `next_try_at` only while it is to be tried at a later
    time. `arrival`: what the mailbox told of it ("" nothing, delayed, undelivered, delivered), and why."""

    id: int
    notice_id: int
    year: int
    number: int
    customer_code: str
    customer_name: str
    message_id: str
    to: str
    state: str
    attempts: int
    answer: str
    reason: str
    outcome: str
    batch: str
    channel: str
    operator_code: str
    queued_at: int
    sent_at: int | None
    next_try_at: int | None
    arrival: str
    arrival_reason: str


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """How many messages of a batch are in which state; `queued` counts those in a sender's hands too."""

    queued: int = 0
    sent: int = 0
    refused: int = 0
    deferred: int = 0
    unknown: int = 0
    held: int = 0
    cancelled: int = 0

    @property
    def total(self) -> int:
        """All messages of the batch."""
        return self.queued + self.done + self.deferred + self.unknown + self.held

    @property
    def done(self) -> int:
        """Those that need nothing any more."""
        return self.sent + self.refused + self.cancelled


_COLUMNS = """delivery.id, delivery.notice_id, notice.year, notice.number, notice.customer_code, notice.customer_name,
    delivery.message_id, delivery.to_address, delivery.state, delivery.attempts, delivery.answer, delivery.reason,
    delivery.outcome, delivery.batch, delivery.channel, operator.code, delivery.queued_at, delivery.sent_at,
    CASE WHEN delivery.state = 'deferred' OR (delivery.state = 'queued' AND delivery.next_try_at > delivery.queued_at)
        THEN delivery.next_try_at END, delivery.arrival, delivery.arrival_reason"""


def outbox_rows(
    state: str | None = None,
    batch: str | None = None,
    limit: int | None = None,
    *,
    notice_id: int | None = None,
    ids: tuple[int, ...] | None = None,
) -> list[OutboxRow]:
    """Messages in the order in which they were queued; with `limit`, the last so many of them."""
    parts, values = ["1 = 1"], list[object]()
    for column, value in (("state", state), ("batch", batch), ("notice_id", notice_id)):
        if value is not None:
            parts.append(f"delivery.{column} = ?")
            values.append(value)
    if ids is not None:
        parts.append(f"delivery.id IN ({','.join(str(int(number)) for number in ids)})" if ids else "1 = 0")
    if limit is not None:
        values.append(limit)
    rows = run(
        f"SELECT {_COLUMNS} FROM delivery JOIN notice ON notice.id = delivery.notice_id "
        f"JOIN operator ON operator.id = delivery.operator_id WHERE {' AND '.join(parts)} "
        f"ORDER BY delivery.id DESC{' LIMIT ?' if limit is not None else ''}",
        values,
    ).fetchall()
    return [OutboxRow(*row) for row in reversed(rows)]


def batch_counts(batch: str | None = None) -> BatchCounts:
    """The counts of a batch, or of the whole outbox."""
    where, values = (" WHERE batch = ?", [batch]) if batch is not None else ("", [])
    counted: dict[str, int] = {}
    for state, count in run(f"SELECT state, COUNT(*) FROM delivery{where} GROUP BY state", values).fetchall():
        key = "queued" if state in ("claimed", "sending") else str(state)
        counted[key] = counted.get(key, 0) + int(count)
    return BatchCounts(**counted)
