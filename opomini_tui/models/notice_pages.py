"""What is shown of one notice, read from the database: its items, letters that were taken back, who did what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from opomini_tui.errors import Refused
from opomini_tui.models.database import run
from opomini_tui.models.journal import JournalEntry
from opomini_tui.models.notices import Notice, NoticeItem
from opomini_tui.text import _


def notice_of(notice_id: int) -> Notice:
    """The notice.

    Raises:
        Refused: it was deleted meanwhile.
    """
    notice = Notice.get_or_none(Notice.id == notice_id)
    if not isinstance(notice, Notice):
        raise Refused(_("This notice does not exist any more."))
    return notice


def item_positions(notice_id: int) -> tuple[int, ...]:
    """The positions of its items, in order."""
    rows = run("SELECT position FROM notice_item WHERE notice_id = ? ORDER BY position", (notice_id,)).fetchall()
    return tuple(int(position) for (position,) in rows)


def items_of(notice_id: int, positions: Sequence[int]) -> list[NoticeItem]:
    """Its items at these positions."""
    chosen = NoticeItem.select().where((NoticeItem.notice == notice_id) & NoticeItem.position.in_(list(positions)))
    return list(chosen)


@dataclass(frozen=True, slots=True)
class VoidedLetter:
    """A letter that was issued and taken back: when (UTC milliseconds), why, and its SHA-256."""

    at: int
    reason: str
    sha256: str


def voided_letters(notice_id: int) -> list[VoidedLetter]:
    """Letters of the notice that were taken back, the oldest first."""
    rows = run(
        "SELECT voided_at, void_reason, document.sha256 FROM notice_document "
        "JOIN document ON document.id = notice_document.document_id "
        "WHERE notice_document.notice_id = ? AND voided_at IS NOT NULL ORDER BY notice_document.id",
        (notice_id,),
    ).fetchall()
    return [VoidedLetter(*row) for row in rows]


def journal_of(notice: Notice, limit: int) -> list[JournalEntry]:
    """The journal's first `limit` entries on the notice and its packet, the oldest first."""
    records = [f"notice {notice.label}", f"packet {notice.year}/{notice.packet_number}"]
    chosen = JournalEntry.select().where(JournalEntry.record.in_(records)).order_by(JournalEntry.id)
    return list(chosen.limit(limit))
