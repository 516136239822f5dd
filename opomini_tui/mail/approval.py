"""Four eyes: a batch above the company's sum leaves only after a second operator has agreed to it.

    "" (below the sum)      asked --approve--> approved
                              |----refuse----> refused, and its messages are cancelled

No sender claims a message of a batch that is `asked` or `refused`; the statement that claims says so (`claims`), so it
holds for screens, workers and commands on every machine. What was agreed to is the count and the sum that were shown.
A message that was taken back of such a batch and is sent again all the same asks anew (`settle.retry`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from opomini_tui.errors import NotAllowed, NothingToDo, OpominiError, Refused
from opomini_tui.mail.outbox_list import TAKEABLE
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, is_postgres, now_ms, run
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from opomini_tui.text import _, language
from opomini_tui.text.formats import amount_of, format_money

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Request:
    """A batch that waits for a second operator: who queued it and when (UTC milliseconds), and what would leave."""

    batch: str
    operator_id: int
    operator_code: str
    operator_name: str
    queued_at: int
    notices: int
    messages: int
    total: Decimal

    @property
    def shown_total(self) -> str:
        """The sum as people write it."""
        return format_money(self.total, language())


def limit() -> Decimal:
    """The sum above which a batch needs a second operator; 0: none does."""
    return Decimal(Company.current().four_eyes_sum)


def total_of(notice_ids: Iterable[int]) -> Decimal:
    """What the notices claim together, with cost and interest."""
    ids, cents = [int(number) for number in notice_ids], 0
    for start in range(0, len(ids), CHUNK):
        listed = ",".join(map(str, ids[start : start + CHUNK]))
        cents += int(run(f"SELECT COALESCE(SUM(total), 0) FROM notice WHERE id IN ({listed})").fetchone()[0])
    return amount_of(cents)


def needs_approval(notice_ids: Iterable[int]) -> bool:
    """Whether a batch of these notices waits for a second operator."""
    most = limit()
    return bool(most) and total_of(notice_ids) > most


def approvers(actor: Actor) -> list[str]:
    """The codes of those who may agree to what `actor` queues."""
    others = Operator.select().where((Operator.active == True) & (Operator.id != actor.id))  # noqa: E712 - SQL
    return sorted(other.code for other in others if Actor.of(other).may("send"))


def approval_sentence(actor: Actor) -> str:
    """What becomes of a batch above the sum that `actor` queues."""
    codes = ", ".join(approvers(actor))
    if not codes:
        return _("The sum is above the limit of four eyes, but there is no second operator who may approve it.")
    said = _("The sum is above the limit of four eyes: it leaves when a second operator ({codes}) has approved it.")
    return said.format(codes=codes)


_ASKED = f"""SELECT batch.name, batch.operator_id, operator.code, operator.name, batch.queued_at FROM batch
    JOIN operator ON operator.id = batch.operator_id WHERE batch.approval = 'asked' AND EXISTS (
        SELECT 1 FROM delivery WHERE delivery.batch = batch.name AND live AND state IN {TAKEABLE})"""


def asked(actor: Actor | None = None) -> list[Request]:
    """The batches that wait for a second operator, the oldest first; with `actor`, those that he may decide about."""
    if actor is not None and not actor.may("send"):
        return []
    rows = run(f"{_ASKED} ORDER BY batch.queued_at, batch.name").fetchall()
    return [_request(row) for row in rows if actor is None or row[1] != actor.id]


def asked_count(actor: Actor) -> int:
    """How many batches wait for this operator's word; cheap."""
    if not actor.may("send"):
        return 0
    sql = f"SELECT COUNT(*) FROM ({_ASKED} AND batch.operator_id <> ?) AS waiting"
    return int(run(sql, (actor.id,)).fetchone()[0])


def request_of(batch: str) -> Request | None:
    """The batch as it waits for a second operator; None when it does not."""
    row = run(f"{_ASKED} AND batch.name = ?", (batch,)).fetchone()
    return _request(row) if row is not None else None


def _request(row: tuple[str, int, str, str, int]) -> Request:
    """Count and sum of what waits now."""
    of_batch = f"FROM delivery WHERE batch = ? AND live AND state IN {TAKEABLE}"
    notices, messages = run(f"SELECT COUNT(DISTINCT notice_id), COUNT(*) {of_batch}", (row[0],)).fetchone()
    (cents,) = run(
        f"SELECT COALESCE(SUM(total), 0) FROM notice WHERE id IN (SELECT notice_id {of_batch})", (row[0],)
    ).fetchone()
    return Request(*row, int(notices), int(messages), amount_of(int(cents)))


def approve(batch: str, actor: Actor, seen: Request | None = None) -> Request:
    """Agree to a batch that somebody else queued; what leaves now. `seen`: what the operator was shown and agrees to.

    Raises:
        NotAllowed: he may not send, is not active any more, or queued it himself.
        NothingToDo: it does not wait for this. Refused: it is another one than the operator has seen.
    """
    with database.atomic():
        found = _decided_by(batch, actor)
        if seen is not None and (seen.messages, seen.total) != (found.messages, found.total):
            raise Refused(_("The batch has changed meanwhile, so nothing was approved. Look at the numbers again."))
        run(
            "UPDATE batch SET approval = 'approved', approved_by = ?, approved_at = ? WHERE name = ?",
            (actor.code, now_ms(), batch),
        )
        journal.write(actor.code, "approve", f"batch {batch}", _details(found))
    return found


def refuse(batch: str, actor: Actor, reason: str) -> Request:
    """Do not agree to a batch that somebody else queued: nothing of it leaves; what would have.

    Raises:
        NotAllowed, NothingToDo: as `approve`. OpominiError: there is no reason.
    """
    from opomini_tui.mail.settle import take_back  # the status line of every screen reads this module

    why = reason.strip()
    if not why:
        raise OpominiError(_("Refusing a batch needs a reason. Type why it may not leave."))
    with database.atomic():
        found = _decided_by(batch, actor)
        now = now_ms()
        run(
            "UPDATE batch SET approval = 'refused', approved_by = ?, approved_at = ?, cancelled_at = ? WHERE name = ?",
            (actor.code, now, now, batch),
        )
        said = _("Refused by {operator}: {reason}").format(operator=actor.code, reason=why)
        take_back("batch = ?", [batch], actor, said)
        journal.write(actor.code, "refuse", f"batch {batch}", {**_details(found), "reason": why})
    return found


def _decided_by(batch: str, actor: Actor) -> Request:
    """The batch, locked until the transaction ends, if `actor` may decide about it."""
    now_active = actor.record()
    Actor.of(now_active).require("send")
    if not now_active.active:
        raise NotAllowed(_("Operator {name} is not active any more.").format(name=actor.name))
    lock = " FOR UPDATE" if is_postgres() else ""  # whoever queues, cancels or decides has this row first
    row = run(f"SELECT operator_id FROM batch WHERE name = ?{lock}", (batch,)).fetchone()
    if row is None:
        raise OpominiError(_("There is no batch {name}.").format(name=batch))
    found = request_of(batch)
    if found is None:
        raise NothingToDo(_("The batch does not wait for a second operator."))
    if found.operator_id == actor.id:
        raise NotAllowed(_("You queued this batch yourself; a second operator has to decide about it."))
    return found


def _details(found: Request) -> dict[str, object]:
    """What was decided about, as the journal names it."""
    return {
        "queued_by": found.operator_code,
        "notices": found.notices,
        "messages": found.messages,
        "total": str(found.total),
    }
