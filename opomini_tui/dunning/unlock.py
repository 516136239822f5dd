"""Odklepanje and Briši: issued notices go back to preparation; prepared ones can be deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event

from opomini_tui.errors import NothingToDo, OpominiError, Refused
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import exclusive, is_postgres, now_ms, run
from opomini_tui.models.notice_filter import NoticeFilter, notice_ids
from opomini_tui.progress import UNFOLLOWED, Course, Progress
from opomini_tui.text import _

BATCH = 500


@dataclass(frozen=True, slots=True)
class Unlocked:
    """How many notices went back to preparation, and how many of them had been sent."""

    count: int
    sent: int


@dataclass(frozen=True, slots=True)
class UnlockWarning:
    """What an operator must know before he unlocks: which notices (ids), and which of them were sent (labels)."""

    ids: tuple[int, ...]
    sent: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many notices."""
        return len(self.ids)


def check_unlock(chosen: NoticeFilter) -> UnlockWarning:
    """What `unlock` would do with these notices; nothing is changed."""
    found: list[int] = []
    sent: list[str] = []
    for ids in _batches(chosen):
        rows = run(f"SELECT id, year, number, state FROM notice WHERE id IN ({ids}) AND state <> 'prepared'").fetchall()
        found += [row[0] for row in rows]
        sent += [f"{year}/{number}" for _id, year, number, state in rows if state == "sent"]
    return UnlockWarning(tuple(found), tuple(sent))


def unlock(
    chosen: NoticeFilter,
    reason: str,
    actor: Actor,
    *,
    even_sent: bool = False,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> Unlocked:
    """Return issued notices to preparation, all or none.

    The levels of their items go back to what they were before; the issued PDF stays in the history, marked void.
    A notice whose items stand on a later notice is refused, because the later one counts on its level.
    With `even_sent` sent notices too. progress, stop: see `Course`; it is stopped as if it had never begun.

    Raises:
        OpominiError: no reason is given.
        NothingToDo: none of the notices is issued.
        Refused: some may not be unlocked; the reasons name them.
        Stopped: a person stopped it.
    """
    actor.require("unlock")
    if not reason.strip():
        raise OpominiError(_("Unlocking needs a reason. Type why the notices are unlocked."))
    with exclusive("notices"):
        count, sent = 0, 0
        refusals: list[str] = []
        entries: list[tuple[str, dict[str, object]]] = []
        for ids in _batches(chosen, Course(progress, stop)):
            rows = run(
                f"SELECT id, year, number, state FROM notice WHERE id IN ({ids}) AND state <> 'prepared'"
            ).fetchall()
            _stop_senders(ids)
            refusals += _refusals(ids, even_sent=even_sent)
            for number, year, series, state in rows:
                entries.append((f"notice {year}/{series}", {"reason": reason.strip(), "state": state}))
                sent += state == "sent"
                count += 1
                _restore(number, reason.strip(), sent=state == "sent")
        if refusals:
            raise Refused(_("Some notices cannot be unlocked, so nothing was changed."), refusals)
        if not count:
            raise NothingToDo(_("None of the chosen notices is issued; there is nothing to unlock."))
        journal.write_many(actor.code, "unlock", entries)
    return Unlocked(count, sent)


def _batches(chosen: NoticeFilter, course: Course = UNFOLLOWED) -> Iterator[str]:
    """Ids of the filter's notices as SQL lists; what has become of one is told when the next is asked for.

    Raises:
        Stopped: a person wants it to stop.
    """
    ids = notice_ids(chosen)
    for start in range(0, len(ids), BATCH):
        yield ",".join(map(str, ids[start : start + BATCH]))
        course.tell(min(start + BATCH, len(ids)), len(ids))
        course.go_on()


_LATER = """SELECT DISTINCT notice.year, notice.number, later.year, later.number
    FROM notice JOIN notice_item ON notice_item.notice_id = notice.id
    JOIN notice_item AS other ON other.open_item_id = notice_item.open_item_id AND other.notice_id > notice.id
    JOIN notice AS later ON later.id = other.notice_id
    WHERE notice.id IN ({ids}) AND notice.state <> 'prepared'
    ORDER BY notice.number"""

_UNDERWAY = """SELECT notice.year, notice.number FROM notice JOIN delivery ON delivery.notice_id = notice.id
    WHERE notice.id IN ({ids}) AND delivery.live AND delivery.state IN ('claimed', 'sending', 'unknown')"""


def _stop_senders(ids: str) -> None:
    """Keep the waiting messages of these notices from being claimed until the transaction ends (senders skip locks)."""
    if is_postgres():
        run(f"SELECT id FROM delivery WHERE live AND notice_id IN ({ids}) FOR UPDATE").fetchall()


def _refusals(ids: str, *, even_sent: bool) -> list[str]:
    """Sentences on the notices of the list that may not be unlocked."""
    found = [
        _("{label}: its items stand on the later notice {later}; unlock and delete that one first.").format(
            label=f"{year}/{number}", later=f"{later_year}/{later}"
        )
        for year, number, later_year, later in run(_LATER.format(ids=ids)).fetchall()
    ]
    found += [
        _("{label}: it is being sent, or it is not known whether it was; settle it in the outbox first.").format(
            label=f"{year}/{number}"
        )
        for year, number in run(_UNDERWAY.format(ids=ids)).fetchall()
    ]
    if not even_sent:
        found += [
            _("{label}: it was already sent; confirm that you want to unlock sent notices too.").format(
                label=f"{year}/{number}"
            )
            for year, number in run(
                f"SELECT year, number FROM notice WHERE id IN ({ids}) AND state = 'sent'"
            ).fetchall()
        ]
    return found


def _restore(notice_id: int, reason: str, *, sent: bool) -> None:
    """One issued notice back to preparation: item levels, document history, deliveries that wait."""
    at = now_ms()
    run(
        "UPDATE open_item SET level = before.previous_level, last_notice_date = before.previous_date, "
        "lawsuit = before.previous_lawsuit FROM notice_item AS before "
        "WHERE before.open_item_id = open_item.id AND before.notice_id = ?",
        (notice_id,),
    )
    run(
        "UPDATE notice_document SET voided_at = ?, void_reason = ?, was_sent = ? "
        "WHERE notice_id = ? AND voided_at IS NULL",
        (at, reason, sent, notice_id),
    )
    run(
        "UPDATE delivery SET state = CASE WHEN state IN ('queued', 'deferred', 'held') THEN 'cancelled' ELSE state END, "
        "live = ?, outcome = 'unlocked' WHERE notice_id = ? AND live",
        (False, notice_id),
    )
    run(
        "UPDATE notice SET state = 'prepared', document_id = NULL, issued_at = NULL, sent_at = NULL, "
        "printed_at = NULL, posted_at = NULL "
        "WHERE id = ?",
        (notice_id,),
    )


def delete_notices(
    chosen: NoticeFilter, actor: Actor, *, progress: Progress | None = None, stop: Event | None = None
) -> int:
    """Delete prepared notices, all or none; how many.

    Refused by name: issued and sent ones, and prepared ones that were sent before they were unlocked, because a letter
    with their number is in the world. progress, stop: see `Course`; it is stopped as if it had never begun.

    Raises:
        NothingToDo: the filter holds no notice.
        Refused: some may not be deleted; the reasons name them.
        Stopped: a person stopped it.
    """
    actor.require("delete")
    with exclusive("notices"):
        refusals: list[str] = []
        entries: list[tuple[str, dict[str, object]]] = []
        for ids in _batches(chosen, Course(progress, stop)):
            refusals += _undeletable(ids)
            rows = run(f"SELECT year, number, customer_code, amount FROM notice WHERE id IN ({ids})").fetchall()
            entries += [
                (f"notice {year}/{number}", {"customer": code, "cents": cents}) for year, number, code, cents in rows
            ]
            if not refusals:
                _delete(ids)
        if refusals:
            raise Refused(_("Some notices cannot be deleted, so nothing was changed."), refusals)
        if not entries:
            raise NothingToDo(_("No notice is chosen; there is nothing to delete."))
        run("DELETE FROM packet WHERE NOT EXISTS (SELECT 1 FROM notice WHERE notice.packet_id = packet.id)")
        journal.write_many(actor.code, "delete", entries)
    return len(entries)


def _undeletable(ids: str) -> list[str]:
    """Sentences on the notices of the list that may not be deleted."""
    found = [
        _("{label}: it is issued; only prepared notices can be deleted. Unlock it first.").format(
            label=f"{year}/{number}"
        )
        for year, number in run(
            f"SELECT year, number FROM notice WHERE id IN ({ids}) AND state <> 'prepared'"
        ).fetchall()
    ]
    found += [
        _("{label}: it was sent before it was unlocked, so its number stays taken.").format(label=f"{year}/{number}")
        for year, number in run(
            f"SELECT year, number FROM notice WHERE id IN ({ids}) AND state = 'prepared' AND (EXISTS ("
            "SELECT 1 FROM notice_document WHERE notice_document.notice_id = notice.id AND was_sent) OR EXISTS ("
            "SELECT 1 FROM delivery WHERE delivery.notice_id = notice.id AND delivery.state IN ('sent', 'unknown')))"
        ).fetchall()
    ]
    return found


def _delete(ids: str) -> None:
    """Remove the notices of the list with all that hangs on them (their documents stay, content-addressed)."""
    # A mail that named it stays in the list of the mailbox, without its notice.
    run(
        f"UPDATE mailbox_message SET delivery_id = NULL, notice_id = NULL WHERE notice_id IN ({ids}) "
        f"OR delivery_id IN (SELECT id FROM delivery WHERE notice_id IN ({ids}))"
    )
    # What was tried is noted beside the database too (`mail.high_water`): that it was deleted must be known there.
    run(
        "INSERT INTO deleted_delivery (delivery_id, message_id, attempts) "
        "SELECT delivery.id, delivery.message_id, MAX(delivery_attempt.number) FROM delivery JOIN delivery_attempt "
        f"ON delivery_attempt.delivery_id = delivery.id WHERE delivery.notice_id IN ({ids}) "
        "AND delivery_attempt.ended_at IS NOT NULL GROUP BY delivery.id, delivery.message_id"
    )
    run(f"DELETE FROM delivery_attempt WHERE delivery_id IN (SELECT id FROM delivery WHERE notice_id IN ({ids}))")
    for table in ("delivery", "notice_document", "notice_item"):
        run(f"DELETE FROM {table} WHERE notice_id IN ({ids})")
    run(f"DELETE FROM notice WHERE id IN ({ids})")
