"""`ItemFilter`: which open items. Sums and lists say it with this one type, and it becomes SQL in one place, here."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import Span

BEFORE_LAWSUIT = 4
"""The level, in sums and filters, of items that a notice before lawsuit has held: they are not dunned any more."""
LEVEL = f"CASE WHEN open_item.lawsuit THEN {BEFORE_LAWSUIT} ELSE open_item.level END"
"""SQL of that level: how often the item was dunned (0 to 3), or `BEFORE_LAWSUIT`."""


@dataclass(frozen=True, slots=True)
class ItemFilter:
    """Which open items (what is paid is never among them): due on which days, at which level, in which currency.

    `level` as in `LEVEL`; `words` (folded) must all stand in the customer's name or code, or in the document's number.
    """

    due: Span[date] = field(default_factory=Span)
    level: int | None = None
    currency: str | None = None
    words: tuple[str, ...] = ()

    def where(self) -> tuple[str, list[Any]]:
        """The condition on `open_item` joined with `customer` as SQL with `?`, and its values."""
        parts, values = ["open_item.open_amount <> 0"], list[Any]()
        for sign, end in ((">=", self.due.low), ("<=", self.due.high)):
            if end is not None:
                parts.append(f"open_item.due_date {sign} ?")
                values.append(end.isoformat())
        if self.level is not None:
            parts.append(f"{LEVEL} = ?")
            values.append(self.level)
        if self.currency is not None:
            parts.append("open_item.currency = ?")
            values.append(self.currency)
        for word in self.words:
            like = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
            texts = ("customer.name_fold", "LOWER(customer.code)", "LOWER(open_item.document)")
            parts.append("(" + " OR ".join(f"{text} LIKE ? ESCAPE '\\'" for text in texts) + ")")
            values += [like] * len(texts)
        return " AND ".join(parts), values

    def ids(self) -> array[int]:
        """Their ids, the oldest due date first."""
        where, values = self.where()
        rows = run(
            "SELECT open_item.id FROM open_item JOIN customer ON customer.id = open_item.customer_id "
            f"WHERE {where} ORDER BY open_item.due_date, customer.code, open_item.document",
            values,
        )
        return array("q", (number for (number,) in rows.fetchall()))

    def total(self) -> int:
        """The sum of the open amounts in cents; credit notes lower it. Meant for one currency."""
        where, values = self.where()
        row = run(
            "SELECT COALESCE(SUM(open_item.open_amount), 0) FROM open_item "
            f"JOIN customer ON customer.id = open_item.customer_id WHERE {where}",
            values,
        ).fetchone()
        return int(row[0])
