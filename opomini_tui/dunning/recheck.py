"""What stands against issuing or sending a notice, judged in SQL for one notice or for a hundred thousand.

The plan of a batch asks before it queues, the sender asks again in the transaction in which it claims a
message (forms.md §5: before a message leaves, the open amounts are read again).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.text import _


def today_utc() -> date:
    """The day on which blocks are judged."""
    return datetime.now(UTC).date()


# CROSS JOIN keeps SQLite to this order of the tables; MATERIALIZED keeps it from judging twice.
OBSTACLES_TO_ISSUE = frozenset({"blocked", "paid_meanwhile", "changed"})


def obstacle_sentence(code: str) -> str:
    """What an obstacle means, for a person, and what to do about it."""
    return {
        "blocked": _("The customer or one of the items is blocked or disputed."),
        "paid_meanwhile": _("Its items were paid meanwhile."),
        "changed": _("The open amounts changed since it was prepared; unlock or delete it and prepare it again."),
        "later_notice": _("A later notice was issued to this customer; send that one."),
    }[code]


_JUDGED = """
WITH chosen AS ({chosen}),
live AS (
    SELECT chosen.id, MAX(CASE WHEN delivery.state = 'sent' THEN 1 ELSE 0 END) AS sent
    FROM chosen CROSS JOIN delivery WHERE delivery.notice_id = chosen.id AND delivery.live GROUP BY chosen.id),
item AS (
    SELECT chosen.id,
        MAX(CASE WHEN open_item.hold <> '' AND (open_item.hold_until IS NULL OR open_item.hold_until >= ?)
            THEN 1 ELSE 0 END) AS held,
        SUM(CASE WHEN open_item.open_amount <> notice_item.open_amount THEN 1 ELSE 0 END) AS changed,
        SUM(CASE WHEN open_item.open_amount = 0 AND notice_item.open_amount <> 0 THEN 1 ELSE 0 END) AS paid
    FROM chosen CROSS JOIN notice_item CROSS JOIN open_item
    WHERE notice_item.notice_id = chosen.id AND open_item.id = notice_item.open_item_id
        AND (open_item.open_amount <> notice_item.open_amount OR open_item.hold <> '')
    GROUP BY chosen.id),
judged AS MATERIALIZED (
    SELECT chosen.id, chosen.customer_id, chosen.level, chosen.state,
        CASE WHEN chosen.state = 'prepared' THEN 'not_issued'
            WHEN chosen.state = 'sent' OR live.sent = 1 THEN 'already_sent'
            WHEN live.sent = 0 THEN 'waiting' END AS standing,
        CASE WHEN item.held = 1 OR (customer.no_dunning
                AND (customer.no_dunning_until IS NULL OR customer.no_dunning_until >= ?)) THEN 'blocked'
            WHEN item.changed > 0 AND item.paid = chosen.item_count THEN 'paid_meanwhile'
            WHEN item.changed > 0 THEN 'changed'
            WHEN EXISTS (SELECT 1 FROM notice AS later WHERE later.customer_id = chosen.customer_id
                AND later.date >= chosen.date AND later.state <> 'prepared'
                AND (later.date > chosen.date OR later.id > chosen.id)) THEN 'later_notice' END AS obstacle
    FROM chosen JOIN customer ON customer.id = chosen.customer_id
    LEFT JOIN item ON item.id = chosen.id LEFT JOIN live ON live.id = chosen.id)
"""


def judged(chosen: NoticeFilter, today: date) -> tuple[str, list[Any]]:
    """SQL that begins with the table `judged` over the notices of the filter, and its values.

    Columns: id, customer_id, level, state, `standing` (not_issued, already_sent, waiting or NULL: what
    has become of the notice itself) and `obstacle` (blocked, paid_meanwhile, changed, later_notice or NULL).
    """
    columns = "id, customer_id, level, state, date, item_count"
    condition, values = chosen.where()
    inner = f"SELECT {columns} FROM notice WHERE {condition}"
    if chosen.limit is not None:
        inner, values = chosen.sql(", ".join(f"notice.{column}" for column in columns.split(", ")))
    day = today.isoformat()
    return _JUDGED.format(chosen=inner), [*values, day, day]


def obstacles_now(letters: Mapping[int, int], today: date) -> dict[int, str]:
    """The codes of what stands now against handing over queued messages: notice id → code, only where something does.

    `letters`: notice id → the letter in the message. When the notice was unlocked or issued anew meanwhile, it is
    `changed`; one that went by post is `already_sent`, whatever became of its messages; one whose message came back
    undelivered, and that did not, may go again.
    """
    if not letters:
        return {}
    sql, values = judged(NoticeFilter(ids=tuple(letters)), today)
    rows = run(
        f"{sql} SELECT judged.id, judged.state, judged.obstacle, notice.document_id, notice.posted_at IS NULL "
        "AND EXISTS (SELECT 1 FROM delivery WHERE delivery.notice_id = judged.id AND delivery.state = 'sent' "
        "AND (delivery.live OR delivery.outcome = 'undelivered')) FROM judged JOIN notice ON notice.id = judged.id",
        values,
    ).fetchall()
    found = dict.fromkeys(letters, "not_issued")
    for number, state, obstacle, document, by_mail_alone in rows:
        if state == "sent" and not by_mail_alone:
            found[number] = "already_sent"
        elif state != "prepared":
            found[number] = obstacle or ("" if document == letters[number] else "changed")
    return {number: code for number, code in found.items() if code}


def obstacle_now(notice_id: int, document_id: int, today: date) -> str:
    """`obstacles_now` for one notice; "" when nothing stands against it."""
    return obstacles_now({notice_id: document_id}, today).get(notice_id, "")
