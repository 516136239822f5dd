"""What the mailboxes told, as lists and as marks for the grid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from opomini_tui.models.database import run

KINDS = ("copy", "bounce", "delay", "delivered", "reply", "auto", "other", "damaged")
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class MailboxRow:
    """A message of a mailbox. `at`: when it was seen, `sent_at`: its own date (UTC milliseconds); `message_id`: that of our
    message which it is about. Year, number and customer are None and "" where it is about none."""

    id: int
    at: int
    kind: str
    operator_code: str
    delivery_id: int | None
    notice_id: int | None
    year: int | None
    number: int | None
    customer_name: str
    message_id: str
    sender: str
    subject: str
    sent_at: int | None
    summary: str


@dataclass(frozen=True, slots=True)
class MailboxState:
    """A mailbox: when it was looked into last (UTC milliseconds), and the sentence why that failed."""

    operator_id: int
    operator_code: str
    operator_name: str
    polled_at: int | None
    failure: str


_ROWS = """SELECT mailbox_message.id, mailbox_message.first_seen_at, mailbox_message.kind, operator.code,
    mailbox_message.delivery_id, mailbox_message.notice_id, notice.year, notice.number,
    COALESCE(notice.customer_name, ''), COALESCE(delivery.message_id, ''), mailbox_message.sender,
    mailbox_message.subject, mailbox_message.sent_at, mailbox_message.summary
    FROM mailbox_message JOIN operator ON operator.id = mailbox_message.operator_id
    LEFT JOIN notice ON notice.id = mailbox_message.notice_id
    LEFT JOIN delivery ON delivery.id = mailbox_message.delivery_id"""


def mailbox_rows(
    operator_id: int | None = None, kind: str | None = None, notice_id: int | None = None, limit: int | None = None
) -> list[MailboxRow]:
    """Messages, the newest first. Without `kind` those that are none of our business ("other") are left out."""
    parts, values = ["mailbox_message.kind <> 'other'" if kind is None else "1 = 1"], list[object]()
    for column, value in (("operator_id", operator_id), ("kind", kind), ("notice_id", notice_id)):
        if value is not None:
            parts.append(f"mailbox_message.{column} = ?")
            values.append(value)
    if limit is not None:
        values.append(limit)
    rows = run(
        f"{_ROWS} WHERE {' AND '.join(parts)} ORDER BY mailbox_message.id DESC{' LIMIT ?' if limit is not None else ''}",
        values,
    ).fetchall()
    return [MailboxRow(*row) for row in rows]


def mailbox_states() -> list[MailboxState]:
    """The mailboxes of all active operators who have one, in the order of their codes."""
    rows = run(
        "SELECT operator.id, operator.code, operator.name, polled_at, COALESCE(failure, '') FROM operator "
        "LEFT JOIN mailbox ON mailbox.operator_id = operator.id WHERE operator.active AND operator.pop3_host <> '' "
        "ORDER BY operator.code"
    ).fetchall()
    return [MailboxState(*row) for row in rows]


def arrival_marks(notice_ids: Iterable[int]) -> dict[int, str]:
    """What the grid shows of each notice: "undelivered", "reply", "delayed" or ""; the first of these that is true."""
    ids = list(notice_ids)
    marks = dict.fromkeys(ids, "")
    for start in range(0, len(ids), _CHUNK):
        listed = ",".join(str(int(number)) for number in ids[start : start + _CHUNK])
        arrivals = run(
            f"SELECT notice_id, arrival FROM delivery WHERE notice_id IN ({listed}) AND live "
            "AND arrival IN ('undelivered', 'delayed')"
        ).fetchall()
        replies = run(
            f"SELECT DISTINCT notice_id FROM mailbox_message WHERE notice_id IN ({listed}) AND kind = 'reply'"
        ).fetchall()
        marks |= {number: arrival for number, arrival in arrivals if arrival == "delayed"}
        marks |= {number: "reply" for (number,) in replies}
        marks |= {number: arrival for number, arrival in arrivals if arrival == "undelivered"}
    return marks
