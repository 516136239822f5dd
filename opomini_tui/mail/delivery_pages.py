"""Which messages of the outbox a list shows, in order; and whether anything of it has changed since it was read."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from opomini_tui.models.database import run

IN_HAND = ("queued", "claimed", "sending")
"""States that a person sees as one: the message waits, or a sender has it in hand."""


NEEDS_PERSON = {
    "undelivered": "delivery.live AND notice.posted_at IS NULL",
    "unknown": "delivery.live",
    "held": "delivery.live",
    "refused": """NOT delivery.live AND delivery.outcome = '' AND notice.posted_at IS NULL AND NOT EXISTS (SELECT 1 FROM delivery AS later
        WHERE later.notice_id = delivery.notice_id AND later.recipient_no = delivery.recipient_no
        AND later.id > delivery.id)""",
}
"""The states in which a message waits for a person, and when it still does: not once it was sent again, or by post."""


@dataclass(frozen=True, slots=True)
class DeliveryQuery:
    """Which messages: of a batch, in a state ("undelivered": came back), with words (folded) in customer, address, number;
    `open_only`: of a state of `NEEDS_PERSON`, those about which nothing was done yet."""

    batch: str = ""
    state: str = ""
    words: tuple[str, ...] = ()
    open_only: bool = False

    def _where(self) -> tuple[str, list[object]]:
        parts, values = ["1 = 1"], list[object]()
        if self.batch:
            parts.append("delivery.batch = ?")
            values.append(self.batch)
        if self.state == "undelivered":
            parts.append("delivery.arrival = 'undelivered'")
        elif self.state:
            states = IN_HAND if self.state == "queued" else (self.state,)
            parts.append(f"delivery.state IN ({', '.join('?' * len(states))})")
            values += states
        if self.open_only:
            parts.append(NEEDS_PERSON[self.state])
        for word in self.words:
            like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
            parts.append(
                "(notice.name_fold LIKE ? ESCAPE '\\' OR notice.customer_code LIKE ? ESCAPE '\\' "
                "OR LOWER(delivery.to_address) LIKE ? ESCAPE '\\' "
                "OR CAST(notice.year AS TEXT) || '/' || CAST(notice.number AS TEXT) LIKE ? ESCAPE '\\')"
            )
            values += [like] * 4
        return " AND ".join(parts), values

    def ids(self) -> array[int]:
        """Their ids, the newest first; of one batch, in the order in which they are sent."""
        where, values = self._where()
        order = "delivery.id" if self.batch else "delivery.id DESC"
        rows = run(
            "SELECT delivery.id FROM delivery JOIN notice ON notice.id = delivery.notice_id "
            f"WHERE {where} ORDER BY {order}",
            values,
        )
        return array("q", (number for (number,) in rows.fetchall()))

    def count(self) -> int:
        """How many there are."""
        where, values = self._where()
        found = run(
            f"SELECT COUNT(*) FROM delivery JOIN notice ON notice.id = delivery.notice_id WHERE {where}", values
        ).fetchone()
        return int(found[0])


Mark = tuple[object, ...]
"""What of one message can change while it is looked at."""


@dataclass(frozen=True, slots=True)
class Marks:
    """How a list stands: `counts` of the whole outbox or batch, and a mark for each message that is in sight."""

    counts: tuple[tuple[str, int], ...]
    newest: int
    rows: dict[int, Mark]

    def changed(self, before: Marks) -> list[int]:
        """Those in sight that are not as they were, or were not in sight before."""
        return [number for number, mark in self.rows.items() if before.rows.get(number) != mark]

    def other_rows(self, before: Marks) -> bool:
        """Whether messages were added, or moved to another state, somewhere in the list."""
        return self.counts != before.counts or self.newest != before.newest


def marks(batch: str, in_sight: Sequence[int]) -> Marks:
    """Read now; cheap enough to be asked every second: states are counted from their index alone."""
    scope, values = ("WHERE batch = ?", [batch]) if batch else ("WHERE live", [])
    counts = run(f"SELECT state, COUNT(*) FROM delivery {scope} GROUP BY state ORDER BY state", values).fetchall()
    newest = run("SELECT COALESCE(MAX(id), 0) FROM delivery").fetchone()[0]
    rows = {}
    if in_sight:
        listed = ",".join(str(int(number)) for number in in_sight)
        for number, *mark in run(
            f"SELECT id, state, attempts, next_try_at, live, outcome, arrival, reason FROM delivery WHERE id IN ({listed})"
        ).fetchall():
            rows[int(number)] = tuple(mark)
    return Marks(tuple((str(state), int(count)) for state, count in counts), int(newest), rows)


def batches_in_hand(now: int) -> set[str]:
    """Batches of which a living sender has a message in hand at `now` (UTC milliseconds)."""
    rows = run(
        "SELECT DISTINCT batch FROM delivery WHERE live AND state IN ('claimed', 'sending') AND lease_until >= ?",
        (now,),
    )
    return {str(batch) for (batch,) in rows.fetchall()}
