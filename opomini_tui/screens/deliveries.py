"""Messages of the outbox as lines: which there are, what each shows, and what to do about it."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from opomini_tui.mail.outbox import OutboxRow, outbox_rows
from opomini_tui.models.database import run
from opomini_tui.models.words import delivery_word
from opomini_tui.text import _
from opomini_tui.widgets.record_columns import Column
from opomini_tui.widgets.record_pages import Row

STATES = ("queued", "claimed", "sending", "sent", "deferred", "refused", "unknown", "held", "cancelled")
SHOWN_STATES = ("queued", "sent", "deferred", "refused", "unknown", "held", "cancelled")
"""States that a person tells apart; what is in a sender's hands counts as queued."""
STYLES = {"sent": "good", "refused": "bad", "unknown": "bad", "deferred": "warning", "held": "warning"}


@dataclass(frozen=True, slots=True)
class DeliveryQuery:
    """Which messages: of a batch, in a state, with words (folded) in customer, address or number."""

    batch: str = ""
    state: str = ""
    words: tuple[str, ...] = ()

    def ids(self) -> array[int]:
        """Their ids, the newest first; of one batch, in the order in which they are sent."""
        parts, values = ["1 = 1"], list[object]()
        if self.batch:
            parts.append("delivery.batch = ?")
            values.append(self.batch)
        if self.state:
            states = ("queued", "claimed", "sending") if self.state == "queued" else (self.state,)
            parts.append(f"delivery.state IN ({', '.join('?' * len(states))})")
            values += states
        for word in self.words:
            like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
            parts.append(
                "(notice.name_fold LIKE ? ESCAPE '\\' OR notice.customer_code LIKE ? ESCAPE '\\' "
                "OR LOWER(delivery.to_address) LIKE ? ESCAPE '\\' "
                "OR CAST(notice.year AS TEXT) || '/' || CAST(notice.number AS TEXT) LIKE ? ESCAPE '\\')"
            )
            values += [like] * 4
        order = "delivery.id" if self.batch else "delivery.id DESC"
        rows = run(
            "SELECT delivery.id FROM delivery JOIN notice ON notice.id = delivery.notice_id "
            f"WHERE {' AND '.join(parts)} ORDER BY {order}",
            values,
        )
        return array("q", (number for (number,) in rows.fetchall()))


def delivery_columns() -> Sequence[Column]:
    """The columns of a list of messages."""
    return (
        Column("notice", _("Notice"), 10, sortable=False),
        Column("customer", _("Customer name"), 16, sortable=False, grows=True),
        Column("to", _("Address"), 20, sortable=False, grows=True),
        Column("state", _("State"), 16, sortable=False),
        Column("tries", _("Tries"), 6, "right", sortable=False),
    )


def delivery_pages(ids: Sequence[int]) -> Mapping[int, Row]:
    """Rows of the table by id."""
    return {row.id: delivery_line(row) for row in outbox_rows(ids=tuple(ids))}


def delivery_line(row: OutboxRow) -> Row:
    """One message as a line."""
    cells = (f"{row.year}/{row.number}", row.customer_name, row.to, delivery_word(row.state), str(row.attempts or ""))
    return Row(cells, style=STYLES.get(row.state, "muted" if row.state == "cancelled" else ""))


def delivery_detail(record: int) -> str:
    """Why the message is in its state, what the server said, and the next step."""
    rows = outbox_rows(ids=(record,))
    if not rows:
        return ""
    row = rows[0]
    about = f"{row.year}/{row.number} {row.customer_code} {row.customer_name} <{row.to}>"
    why = " · ".join(filter(None, (row.reason, _("Server: {answer}").format(answer=row.answer) if row.answer else "")))
    return "\n".join(filter(None, (about, why, next_step(row))))


def next_step(row: OutboxRow) -> str:
    """What the operator can do about a message; "" when nothing needs to be done."""
    if row.outcome == "resent":
        return _("It was sent again by a new message.")
    if row.state == "deferred" and row.next_try_at is not None:
        return _("It is tried again after {time} by itself while a sender runs; T tries now.").format(
            time=moment(row.next_try_at)
        )
    return {
        "refused": _("Correct the address of the contact (F3 on the notice), then T tries again."),
        "unknown": _("It may have arrived: ask the customer, then S settles it. It is never sent again by itself."),
        "held": _("Look at the notice; T sends it if nothing stands against it any more, Ctrl+D cancels it."),
        "queued": _("It waits for a sender; G or B and G sends it."),
        "cancelled": _("It was not sent; the notice can be sent again."),
    }.get(row.state, "")


def moment(at: int) -> str:
    """A moment (UTC milliseconds) as the clock on the wall shows it."""
    return datetime.fromtimestamp(at // 1000, UTC).astimezone().strftime("%d.%m.%Y %H:%M")


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch of the outbox: when it was queued, how many messages it has and how many wait."""

    name: str
    queued_at: int
    messages: int
    waiting: int


def last_batches(limit: int = 20) -> list[Batch]:
    """The newest batches first."""
    rows = run(
        "SELECT batch, MIN(queued_at), COUNT(*), "
        "SUM(CASE WHEN state IN ('queued', 'claimed', 'sending', 'deferred') THEN 1 ELSE 0 END) "
        "FROM delivery WHERE batch <> '' GROUP BY batch ORDER BY MIN(id) DESC LIMIT ?",
        (limit,),
    )
    return [Batch(str(name), int(at), int(count), int(waiting)) for name, at, count, waiting in rows.fetchall()]
