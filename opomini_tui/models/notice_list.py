"""The notices in lists: their rows by id, their names, how many there are of each year and day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from opomini_tui.models.database import run
from opomini_tui.models.fields import as_day
from opomini_tui.models.notice_filter import NoticeFilter


class NoticeLine(NamedTuple):
    """A notice as the grid shows it; amounts in cents, `date` as the database keeps it."""

    id: int
    year: int
    number: int
    date: object
    customer_code: str
    customer_name: str
    level: int
    amount: int
    days_late: int
    average_per_day: int
    cost: int
    defaulter: bool
    before_lawsuit: bool
    state: str
    packet_number: int
    currency: str


def notice_lines(ids: Sequence[int]) -> list[NoticeLine]:
    """These notices in any order; one that is no more is not among them."""
    columns = ", ".join(NoticeLine._fields)
    return [NoticeLine(*row) for row in run(f"SELECT {columns} FROM notice WHERE id IN ({_listed(ids)})").fetchall()]


def newest_states(ids: Sequence[int]) -> dict[int, str]:
    """The state of the newest delivery of each of these notices that has one."""
    found = run(
        "SELECT delivery.notice_id, delivery.state FROM delivery JOIN (SELECT MAX(id) AS id FROM delivery "
        f"WHERE notice_id IN ({_listed(ids)}) GROUP BY notice_id) AS newest ON newest.id = delivery.id"
    ).fetchall()
    return {int(notice): str(state) for notice, state in found}


def notice_labels(ids: Iterable[int]) -> dict[int, str]:
    """How people name these notices, such as "2012/138"."""
    return dict(run(f"SELECT id, year || '/' || number FROM notice WHERE id IN ({_listed(ids)})").fetchall())


def notices_by_year() -> list[tuple[int, int]]:
    """The years that have notices, and how many; the last year first."""
    return list(run("SELECT year, COUNT(*) FROM notice GROUP BY year ORDER BY year DESC").fetchall())


def notices_by_day() -> list[tuple[date, int]]:
    """The days that are the date of notices, and of how many; the last day first."""
    rows = run("SELECT date, COUNT(*) FROM notice GROUP BY date ORDER BY date DESC").fetchall()
    return [(day, count) for given, count in rows if (day := as_day(given))]


def numbered_notices(year: int | None, wanted: Sequence[str], most: int) -> list[NoticeLine]:
    """The last `most` notices, of one year or of all, the last number first; those with every word (folded) of `wanted` in
    the customer's name, at the start of his code, or at the start of the number."""
    conditions, values = ["1 = 1"], list[object]()
    if year is not None:
        conditions, values = ["year = ?"], [year]
    columns = ("name_fold", "LOWER(customer_code)", "CAST(number AS TEXT)")
    either = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns)
    for word in wanted:
        escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        conditions.append(f"({either})")
        values += [f"%{escaped}%", f"{escaped}%", f"{escaped}%"]
    which = f"WHERE {' AND '.join(conditions)} ORDER BY year DESC, number DESC LIMIT {most:d}"
    rows = run(f"SELECT {', '.join(NoticeLine._fields)} FROM notice {which}", values).fetchall()
    return [NoticeLine(*row) for row in rows]


def notices_by_currency(chosen: NoticeFilter) -> dict[str, tuple[int, int]]:
    """How many notices of the filter, whatever its limit, are in each currency, and the sum of their amounts in cents."""
    condition, values = chosen.where()
    rows = run(
        f"SELECT currency, COUNT(*), SUM(amount) FROM notice WHERE {condition} GROUP BY currency ORDER BY currency",
        values,
    ).fetchall()
    return {currency: (count, int(cents)) for currency, count, cents in rows}


def _listed(ids: Iterable[int]) -> str:
    return ",".join(str(int(number)) for number in ids) or "NULL"
