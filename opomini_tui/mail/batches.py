"""Batches of the outbox: when they start, how they stand, and the pause by hand that every sender obeys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opomini_tui.errors import NothingToDo, OpominiError
from opomini_tui.mail import trouble
from opomini_tui.mail.outbox_list import BatchCounts
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, now_ms, run
from opomini_tui.text import _


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch: who queued it and when it starts (UTC milliseconds), its pause (`paused_by` is an operator's code, "" for
    the program; `paused_at` None: it is not paused), and how many messages stand how. `any_hour`: a person wants it to
    go whatever the sending hours are. `approval`: "asked" while a second operator is waited for, then "approved" or
    "refused" by `approved_by`; "" when none is needed."""

    name: str
    operator_code: str
    queued_at: int
    starts_at: int
    paused_at: int | None
    paused_by: str
    pause_reason: str
    approval: str
    approved_by: str
    any_hour: bool
    counts: BatchCounts


_COLUMNS = (
    "batch.name, operator.code, batch.queued_at, batch.starts_at, batch.paused_at, batch.paused_by, batch.pause_reason, "
    "batch.approval, batch.approved_by, batch.any_hour"
)
# Waiting messages alone are looked at, not the sent ones of all years.
_LIVE = """batch.name IN (SELECT delivery.batch FROM delivery WHERE delivery.live
    AND delivery.state IN ('queued', 'claimed', 'sending', 'deferred'))"""


def batches(limit: int = 20, only_live: bool = False) -> list[BatchRow]:
    """The last `limit` batches, the newest first; `only_live`: those with messages that will still be tried."""
    return _rows(_LIVE if only_live else "1 = 1", (), limit)


def batch_row(name: str) -> BatchRow | None:
    """The batch of that name; None when there is none."""
    return next(iter(_rows("batch.name = ?", (name,), 1)), None)


def unfinished(actor: Actor) -> list[BatchRow]:
    """Batches of the actor with messages that will still be tried, the oldest first."""
    return _rows(f"batch.operator_id = ? AND {_LIVE}", (actor.id,), None)[::-1]


def _rows(condition: str, values: Sequence[object], limit: int | None) -> list[BatchRow]:
    """Batches with their counts, the newest first; two queries for any number."""
    rows = run(
        f"SELECT {_COLUMNS} FROM batch JOIN operator ON operator.id = batch.operator_id WHERE {condition} "
        f"ORDER BY batch.queued_at DESC, batch.name DESC{' LIMIT ?' if limit is not None else ''}",
        [*values, *([] if limit is None else [limit])],
    ).fetchall()
    counts = _counts([row[0] for row in rows])
    found = []
    for name, *columns, any_hour in rows:
        of_batch = BatchCounts(**counts.get(name, {}))
        found.append(BatchRow(name, *columns, any_hour=bool(any_hour), counts=of_batch))  # type: ignore[misc]  # _COLUMNS
    return found


def _counts(names: Sequence[str]) -> dict[str, dict[str, int]]:
    """The messages of each batch by state."""
    found: dict[str, dict[str, int]] = {}
    if not names:
        return found
    for batch, state, count in run(
        "SELECT batch, state, COUNT(*) FROM delivery "
        f"WHERE batch IN ({', '.join('?' * len(names))}) GROUP BY batch, state",
        names,
    ).fetchall():
        key = "queued" if state in ("claimed", "sending") else str(state)
        of_batch = found.setdefault(batch, {})
        of_batch[key] = of_batch.get(key, 0) + int(count)
    return found


def pause(batch: str, actor: Actor, reason: str = "") -> None:
    """Let no sender, on whatever machine, begin another message of the batch. What a sender has in hand is finished.

    Raises:
        NothingToDo: it is paused already. OpominiError: there is no such batch.
    """
    actor.require("send")
    with database.atomic():
        _known(batch)
        done = run(
            "UPDATE batch SET paused_at = ?, paused_by = ?, pause_reason = ? WHERE name = ? AND paused_at IS NULL",
            (now_ms(), actor.code, reason.strip(), batch),
        )
        if not done.rowcount:
            raise NothingToDo(_("The batch is paused already."))
        journal.write(actor.code, "pause", f"batch {batch}", {"reason": reason.strip()} if reason.strip() else {})


def resume(batch: str | None, actor: Actor) -> int:
    """Let a batch go on; None: all batches, and the accounts that wait for a person. How many go on.

    Raises:
        NothingToDo: nothing is paused. OpominiError: there is no such batch.
    """
    actor.require("send")
    with database.atomic():
        scope, values = ("name = ? AND ", [batch]) if batch is not None else ("", list[str]())
        if batch is not None:
            _known(batch)
        rows = run(
            "UPDATE batch SET paused_at = NULL, paused_by = '', pause_reason = '' "
            f"WHERE {scope}paused_at IS NOT NULL RETURNING name",
            values,
        ).fetchall()
        accounts = _accounts_of(batch)
        trouble.forget(one.operator_id for one in accounts)
        if not rows and not accounts:
            raise NothingToDo(_("Nothing is paused."))
        told = [f"batch {name}" for (name,) in rows] + [f"operator {one.operator_code}" for one in accounts]
        journal.write_many(actor.code, "resume", [(record, {}) for record in told])
    return len(told)


def _accounts_of(batch: str | None) -> Iterable[trouble.Trouble]:
    """The accounts in trouble: all, or the one that the batch leaves from."""
    found = trouble.troubles()
    if batch is None:
        return found
    (operator_id,) = run("SELECT operator_id FROM batch WHERE name = ?", (batch,)).fetchone()
    return [one for one in found if one.operator_id == operator_id]


def start_now(batch: str, actor: Actor) -> None:
    """Let a batch that waits for its start begin at once, outside of the sending hours too.

    Raises:
        NothingToDo: it has started. OpominiError: there is no such batch.
    """
    actor.require("send")
    now = now_ms()
    with database.atomic():
        _known(batch)
        done = run(
            "UPDATE batch SET starts_at = queued_at, any_hour = ? WHERE name = ? AND NOT any_hour", (True, batch)
        )
        if not done.rowcount:
            raise NothingToDo(_("The batch has started already."))
        run(
            "UPDATE delivery SET next_try_at = ? WHERE batch = ? AND live AND state = 'queued' AND next_try_at > ?",
            (now, batch, now),
        )
        journal.write(actor.code, "start now", f"batch {batch}")


def _known(batch: str) -> None:
    """Refuse a name that no batch has.

    Raises:
        OpominiError: there is no such batch.
    """
    if run("SELECT 1 FROM batch WHERE name = ?", (batch,)).fetchone() is None:
        raise OpominiError(_("There is no batch {name}.").format(name=batch))
