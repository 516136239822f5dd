"""Which batches have messages to try, and what each of them waits for: read once or twice a second, not per message."""

from __future__ import annotations

from dataclasses import dataclass

from opomini_tui.models.database import run
from opomini_tui.text import _


@dataclass(frozen=True, slots=True)
class Work:
    """A batch with messages that are to be tried.

    `due_at`: when the first of them is due; `starts_at`: when the first new one is, None without new ones (UTC
    milliseconds). `any_hour`: a person wants it to go at once, so the sending hours do not count. `paused`: the sentence
    why it is paused or waits for a second operator, "" when it does not.
    """

    batch: str
    operator_id: int
    due_at: int
    starts_at: int | None
    any_hour: bool
    paused: str


_WAITS = "live AND state IN ('queued', 'claimed', 'deferred')"  # the condition of the index delivery_due, to the letter
# A loose scan: one step in the index for each batch, however many messages it has.
_ALL = f"""WITH RECURSIVE waiting (name) AS (
    SELECT MIN(batch) FROM delivery WHERE {_WAITS}
    UNION ALL SELECT (SELECT MIN(batch) FROM delivery WHERE {_WAITS} AND batch > waiting.name)
        FROM waiting WHERE waiting.name IS NOT NULL)"""
_ONE = "WITH waiting (name) AS (SELECT CAST(? AS TEXT))"
_FIRST = f"(SELECT MIN({{due}}) FROM delivery WHERE {_WAITS} AND delivery.batch = waiting.name AND state = '{{state}}')"
_WORK = f"""SELECT waiting.name,
    (SELECT operator_id FROM delivery WHERE {_WAITS} AND delivery.batch = waiting.name LIMIT 1),
    {_FIRST.format(due="next_try_at", state="queued")}, {_FIRST.format(due="next_try_at", state="deferred")},
    {_FIRST.format(due="lease_until", state="claimed")},
    batch.any_hour, batch.approval, batch.paused_at, batch.paused_by, batch.pause_reason
    FROM waiting LEFT JOIN batch ON batch.name = waiting.name WHERE waiting.name IS NOT NULL ORDER BY waiting.name"""


def work_list(batch: str | None = None) -> list[Work]:
    """The batches (or the one of that name) that have messages to be tried now or later, the oldest first."""
    sql, values = (_ALL, []) if batch is None else (_ONE, [batch])
    found = []
    for name, operator_id, queued, deferred, claimed, any_hour, *pause in run(f"{sql} {_WORK}", values).fetchall():
        dues = [due for due in (queued, deferred, claimed) if due is not None]
        if dues:
            found.append(Work(name, operator_id, min(dues), queued, bool(any_hour), _paused(*pause)))
    return found


def _paused(approval: str | None, at: int | None, by: str | None, reason: str | None) -> str:
    """The sentence on a pause, or on the second operator who is waited for; "" without one."""
    if approval in ("asked", "refused"):
        return _("The batch waits until a second operator has approved it.")
    if at is None:
        return ""
    if by and reason:
        return _("The batch is paused by {name}: {reason}").format(name=by, reason=reason)
    return _("The batch is paused by {name}.").format(name=by) if by else reason or _("The batch is paused.")
