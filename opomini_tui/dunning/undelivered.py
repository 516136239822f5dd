"""A notice that nobody got does not count: the levels of its items go back, and count again once it gets there.

Nothing is remembered beside the items themselves: a notice's items stand either where it put them or where they stood
before it (`notice_item.previous_*`), so that doing it twice, and unlocking afterwards, gives the same.
"""

from __future__ import annotations

from opomini_tui.models import journal
from opomini_tui.models.database import run

# Items that are on a later notice are left: that one has counted on their level, and unlocking it gives it back.
_LAST = """NOT EXISTS (SELECT 1 FROM notice_item AS later
    WHERE later.open_item_id = open_item.id AND later.notice_id > entry.notice_id)"""
_TO = {
    "back": """UPDATE open_item SET level = entry.previous_level, last_notice_date = entry.previous_date,
        lawsuit = entry.previous_lawsuit FROM notice_item AS entry, notice
        WHERE entry.open_item_id = open_item.id AND entry.notice_id = ? AND notice.id = entry.notice_id
        AND open_item.level = entry.level AND open_item.last_notice_date = notice.date
        AND notice.state <> 'prepared' AND {last}""",
    "on": """UPDATE open_item SET level = entry.level, last_notice_date = notice.date, lawsuit = notice.before_lawsuit
        FROM notice_item AS entry, notice
        WHERE entry.open_item_id = open_item.id AND entry.notice_id = ? AND notice.id = entry.notice_id
        AND open_item.level = entry.previous_level
        AND (open_item.last_notice_date = entry.previous_date
            OR (open_item.last_notice_date IS NULL AND entry.previous_date IS NULL))
        AND notice.state <> 'prepared' AND {last}""",
}


def take_back(notice_id: int, operator_code: str = "") -> bool:
    """Let the notice not count when no message of it can have arrived: then the next Priprava repeats its levels.

    It still counts when it went by post, or when another of its live messages was sent and did not come back. Call it in
    a transaction, after the message is marked as undelivered. Whether an item's level went back.
    """
    return not _reached(notice_id) and _move(notice_id, "back", operator_code)


def counts_again(notice_id: int, operator_code: str = "") -> bool:
    """Let a notice that was taken back count again when a message of it was sent since, or it went by post. Call it in a
    transaction, after the message is marked as sent; for a notice of which nothing came back it costs one look.

    A message that came back before its sender had the answer is both sent and undelivered: then the notice is taken
    back here. Whether an item's level changed.
    """
    came_back = run(
        "SELECT 1 FROM delivery WHERE notice_id = ? AND arrival = 'undelivered' LIMIT 1", (notice_id,)
    ).fetchone()
    if came_back is None:
        return False
    if not _reached(notice_id):
        return _move(notice_id, "back", operator_code)
    return _move(notice_id, "on", operator_code)


def _reached(notice_id: int) -> bool:
    """Whether the notice is, or may be, with its customer."""
    (reached,) = run(
        "SELECT posted_at IS NOT NULL OR EXISTS (SELECT 1 FROM delivery WHERE notice_id = notice.id AND live "
        "AND state IN ('sending', 'sent', 'unknown') AND arrival <> 'undelivered') "
        "OR NOT EXISTS (SELECT 1 FROM delivery WHERE notice_id = notice.id AND live AND state = 'sent') "
        "FROM notice WHERE id = ?",
        (notice_id,),
    ).fetchone()
    return bool(reached)


def _move(notice_id: int, way: str, operator_code: str) -> bool:
    """Set the items' levels back, or on; whether any changed."""
    moved = len(run(f"{_TO[way].format(last=_LAST)} RETURNING open_item.id", (notice_id,)).fetchall())
    if not moved:
        return False
    year, number = run("SELECT year, number FROM notice WHERE id = ?", (notice_id,)).fetchone()
    code = operator_code or _writer(notice_id)
    verb = "level taken back" if way == "back" else "level counts again"
    journal.write(code, verb, f"notice {year}/{number}", {"items": moved})
    return True


def _writer(notice_id: int) -> str:
    """The operator of the notice's last message."""
    row = run(
        "SELECT operator.code FROM delivery JOIN operator ON operator.id = delivery.operator_id "
        "WHERE notice_id = ? ORDER BY delivery.id DESC LIMIT 1",
        (notice_id,),
    ).fetchone()
    return str(row[0]) if row else ""
