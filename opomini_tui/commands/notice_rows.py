"""Notices as rows for scripts: plain values under the stable keys, read page by page in flat memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from opomini_tui.dunning.addresses import addresses_of
from opomini_tui.models.database import run
from opomini_tui.models.fields import as_day
from opomini_tui.models.notice_filter import NoticeFilter, notice_ids, notice_totals
from opomini_tui.text.formats import amount_of

KEYS = (
    "year number date customer_code customer_name level amount days_late average_per_day cost interest compensation "
    "total deadline currency defaulter before_lawsuit state packet email delivery items"
).split()
PAGE = 500
_COLUMNS = (
    "year number date customer_code customer_name level amount days_late average_per_day cost interest compensation "
    "total deadline currency defaulter before_lawsuit state packet_number"
).split()
_MONEY = ("amount", "average_per_day", "cost", "interest", "compensation", "total")
_DAYS = ("date", "deadline")
_TICKS = ("defaulter", "before_lawsuit")
_ITEM = "document document_date due_date amount open_amount days_late level interest".split()


def notice_rows(chosen: NoticeFilter) -> Iterator[dict[str, object]]:
    """Each notice of the filter, in its order, as a row of KEYS.

    Amounts are texts with two decimals, days ISO texts; `email` is the address it goes to and `delivery` the state of
    its latest delivery, both None when there is none; `items` is a list of objects.
    """
    ids = notice_ids(chosen)
    for start in range(0, len(ids), PAGE):
        yield from _page(ids[start : start + PAGE])


def summary_of(chosen: NoticeFilter) -> dict[str, object]:
    """The footer over the shown rows: `rows amount days_late average_per_day cost`."""
    totals = notice_totals(chosen)
    return {
        "rows": totals.rows,
        "amount": str(totals.amount),
        "days_late": str(totals.days_late),
        "average_per_day": str(totals.average_per_day),
        "cost": str(totals.cost),
    }


def _page(ids: Sequence[int]) -> Iterator[dict[str, object]]:
    """The rows of a few notices, in the order of `ids`; one that was deleted meanwhile is left out."""
    listed = ",".join(map(str, ids))
    found = run(f"SELECT id, {', '.join(_COLUMNS)} FROM notice WHERE id IN ({listed})").fetchall()
    rows = {row[0]: row[1:] for row in found}
    recipients = addresses_of(ids)
    items = _items(listed)
    deliveries = dict(
        run(f"SELECT notice_id, state FROM delivery WHERE notice_id IN ({listed}) ORDER BY notice_id, id").fetchall()
    )
    for number in ids:
        if number in rows:
            row = _plain(dict(zip(_COLUMNS, rows[number], strict=True)))
            row["packet"] = row.pop("packet_number")
            recipient = recipients.get(number)
            row["email"] = (recipient.email or None) if recipient else None
            row["delivery"] = deliveries.get(number)
            row["items"] = items[number]
            yield row


def _items(listed: str) -> dict[int, list[dict[str, object]]]:
    """The items of notices, in their order."""
    items: dict[int, list[dict[str, object]]] = defaultdict(list)
    sql = f"SELECT notice_id, {', '.join(_ITEM)} FROM notice_item WHERE notice_id IN ({listed}) ORDER BY notice_id, position"
    for number, *values in run(sql).fetchall():
        row = dict(zip(_ITEM, values, strict=True))
        for key in ("amount", "open_amount", "interest"):
            row[key] = str(amount_of(row[key]))
        for key in ("document_date", "due_date"):
            row[key] = str(as_day(row[key]))
        items[number].append(row)
    return items


def _plain(row: dict[str, Any]) -> dict[str, object]:
    """Cents, days and truth values of a raw row as scripts read them."""
    for key in _MONEY:
        row[key] = str(amount_of(row[key]))
    for key in _DAYS:
        row[key] = str(as_day(row[key]))
    for key in _TICKS:
        row[key] = bool(row[key])
    return row
