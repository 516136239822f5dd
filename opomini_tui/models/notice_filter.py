"""`NoticeFilter`: which notices. Grid, batch form, print, export and command line say it with this one
type, and it becomes SQL in exactly one place, here."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

from opomini_tui.models.database import is_postgres, run, stream
from opomini_tui.text.formats import amount_of, cents_of
from opomini_tui.text.names import fold

T = TypeVar("T")
LABEL = re.compile(r"(\d{4})/(\d{1,9})", re.ASCII)
"""A notice as it is named everywhere: `2012/275`."""

_AT_ONCE = 20_000
"""Ids in one condition."""
_SLICE = 100_000
"""Characters of a text of ids that are read at once: as numbers they take several times the room."""

SORTS = {
    "year": "year",
    "number": "number",
    "date": "date",
    "customer_code": "customer_code",
    "customer_name": "name_sort",
    "level": "level",
    "amount": "amount",
    "days_late": "days_late",
    "average_per_day": "average_per_day",
    "cost": "cost",
    "defaulter": "defaulter",
    "before_lawsuit": "before_lawsuit",
    "state": "state",
    "packet": "packet_number",
}
_SORT_INDEXED = ("amount", "days_late", "customer_name")
"""Orders that have an index of their own, besides those by code and by number."""


@dataclass(frozen=True, slots=True)
class Span(Generic[T]):
    """A range with both ends in it; an end that is None is open."""

    low: T | None = None
    high: T | None = None

    @property
    def is_open(self) -> bool:
        """Whether it holds everything."""
        return self.low is None and self.high is None


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """Which notices, in which order, and how many at the most.

    year, state, before_lawsuit (only those before lawsuit), levels (ticked ones), spans of customer codes, dates, packets,
    levels, numbers, amounts, days late and due dates (of at least one item), `search` (words, each of them part of the
    customer's name, the beginning of the code, the number, or `2012/275`), ids, and `limit`: the first rows of the order
    only.
    """

    year: int | None = None
    levels: frozenset[int] | None = None
    state: str | None = None
    before_lawsuit: bool = False
    customer: Span[str] = field(default_factory=Span)
    due: Span[date] = field(default_factory=Span)
    date: Span[date] = field(default_factory=Span)
    packet: Span[int] = field(default_factory=Span)
    level: Span[int] = field(default_factory=Span)
    number: Span[int] = field(default_factory=Span)
    amount: Span[Decimal] = field(default_factory=Span)
    days_late: Span[int] = field(default_factory=Span)
    search: str = ""
    ids: tuple[int, ...] | None = None
    sort: str = "customer_code"
    reverse: bool = False
    limit: int | None = None

    def where(self) -> tuple[str, list[Any]]:
        """The condition on table `notice` as SQL with `?`, and its values."""
        parts: list[str] = []
        values: list[Any] = []
        for column, value in (("year", self.year), ("state", self.state)):
            if value is not None:
                parts.append(f"notice.{column} = ?")
                values.append(value)
        if self.before_lawsuit:
            parts.append("notice.before_lawsuit")
        if self.levels is not None:
            parts.append(_one_of("level", sorted(self.levels)))
        if self.ids is not None:
            parts.append(_one_of("id", self.ids))
        for column, span in self._spans():
            _between(_aside(column) if column in _SORT_INDEXED else f"notice.{column}", span, parts, values)
        self._due(parts, values)
        for word in self.search.split():
            self._search(word, parts, values)
        return " AND ".join(parts) or "1 = 1", values

    def _spans(self) -> Sequence[tuple[str, Span[Any]]]:
        """The spans with the columns that they limit."""
        return (
            ("customer_code", self.customer),
            ("date", self.date),
            ("packet_number", self.packet),
            ("level", self.level),
            ("number", self.number),
            ("amount", self.amount),
            ("days_late", self.days_late),
        )

    def _due(self, parts: list[str], values: list[Any]) -> None:
        """At least one item of the notice fell due in the span: its first and last due date tell nearly always."""
        _between("notice.last_due", Span(low=self.due.low), parts, values)
        _between("notice.first_due", Span(high=self.due.high), parts, values)
        if self.due.low is not None and self.due.high is not None:
            parts.append(
                "(notice.first_due >= ? OR notice.last_due <= ? OR EXISTS "
                "(SELECT 1 FROM notice_item WHERE notice_id = notice.id AND due_date BETWEEN ? AND ?))"
            )
            low, high = self.due.low.isoformat(), self.due.high.isoformat()
            values += [low, high, low, high]

    @staticmethod
    def _search(word: str, parts: list[str], values: list[Any]) -> None:
        """One word: in the folded name, at the start of the code, or the number itself, alone or with its year."""
        wanted = fold(word).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        code = "LOWER(notice.customer_code)" if is_postgres() else "notice.customer_code"  # SQLite's LIKE minds no case
        either = f"notice.name_fold LIKE ? ESCAPE '\\' OR {code} LIKE ? ESCAPE '\\'"
        values += [f"%{wanted}%", f"{wanted}%"]
        if word.isdecimal() and len(word) < 10:
            either += " OR notice.number = ?"
            values.append(int(word))
        elif label := LABEL.fullmatch(word):
            either += " OR notice.year = ? AND notice.number = ?"
            values += map(int, label.groups())
        parts.append(f"({either})")

    @property
    def _in_sort_index(self) -> bool:
        """Whether the index of an order holds all that is filtered by; else the notices would be read one by one."""
        held = NoticeFilter(year=self.year, levels=self.levels, before_lawsuit=self.before_lawsuit)
        return self == replace(held, sort=self.sort, reverse=self.reverse, limit=self.limit)

    def same_notices(self, other: NoticeFilter) -> bool:
        """Whether it finds exactly what `other` finds, in whatever order."""
        return self.limit is None and self == replace(other, sort=self.sort, reverse=self.reverse)

    def order(self) -> str:
        """ORDER BY of the filter; the number decides between equal rows, so the order is total."""
        way = " DESC" if self.reverse else ""
        columns = [SORTS[self.sort], *(c for c in ("year", "number") if c != SORTS[self.sort])]
        if self.sort == "customer_code" and self.year is not None:
            columns.insert(0, "year")  # as the index has it
        unique = dict.fromkeys(columns)
        hidden = self.sort in _SORT_INDEXED and not self._in_sort_index
        return ", ".join(f"{_aside(column) if hidden else f'notice.{column}'}{way}" for column in unique)

    def sql(self, columns: str = "notice.id", joins: str = "") -> tuple[str, list[Any]]:
        """SELECT of `columns` over the filter, in its order."""
        condition, values = self.where()
        text = f"SELECT {columns} FROM notice {joins} WHERE {condition} ORDER BY {self.order()}"
        if self.limit is not None:
            text += " LIMIT ?"
            values.append(self.limit)
        return text, values


def _aside(column: str) -> str:
    """The column, hidden by a plus from SQLite's choice of an index: the one that holds all conditions is read, not the
    notices one by one in the order of another."""
    return f"notice.{column}" if is_postgres() else f"+notice.{column}"


def _between(column: str, span: Span[Any], parts: list[str], values: list[Any]) -> None:
    """Conditions that `column` lies in `span`, with their values as the database keeps them (amounts as cents)."""
    for sign, end in ((">=", span.low), ("<=", span.high)):
        if end is not None:
            parts.append(f"{column} {sign} ?")
            value = cents_of(end) if isinstance(end, Decimal) else end
            values.append(value.isoformat() if isinstance(value, date) else value)


def _one_of(column: str, numbers: Iterable[int]) -> str:
    """`column IN (…)` for whole numbers (written out: there may be more than a database takes as values)."""
    listed = ",".join(str(int(number)) for number in numbers)
    return f"notice.{column} IN ({listed})" if listed else "1 = 0"


def notice_ids(chosen: NoticeFilter) -> array[int]:
    """Ids of the notices, in order, as a compact vector (8 bytes each).

    A row for each costs as much as finding it; so the database hands all of them over as one text.
    """
    text, values = chosen.sql()
    together = "STRING_AGG(CAST(id AS TEXT), ',')" if is_postgres() else "GROUP_CONCAT(id)"
    listed: str = run(f"SELECT {together} FROM ({text}) AS ordered", values).fetchone()[0] or ""
    vector, start = array("q"), 0
    while start < len(listed):
        end = listed.find(",", start + _SLICE)
        end = len(listed) if end < 0 else end
        vector.extend(json.loads(f"[{listed[start:end]}]"))
        start = end + 1
    return vector


def notice_count(chosen: NoticeFilter) -> int:
    """How many notices the filter finds, whatever its limit."""
    condition, values = chosen.where()
    return int(run(f"SELECT COUNT(*) FROM notice WHERE {condition}", values).fetchone()[0])


@dataclass(frozen=True, slots=True)
class Totals:
    """The footer: how many rows it counts, and its figures (forms.md §1)."""

    rows: int
    amount: Decimal
    days_late: Decimal
    average_per_day: Decimal
    cost: Decimal


def notice_totals(chosen: NoticeFilter) -> Totals:
    """Sums over every notice of the filter: amounts and cost as sums, days late and average per day as means of the
    rows' own rounded values, two places half up (reproduces the original's footer)."""
    inner, values = chosen.sql("notice.amount, notice.days_late, notice.average_per_day, notice.cost")
    if chosen.limit is None:
        condition, values = chosen.where()
        inner = f"SELECT amount, days_late, average_per_day, cost FROM notice WHERE {condition}"
    row = run(
        "SELECT COUNT(*), COALESCE(SUM(amount), 0), COALESCE(SUM(days_late), 0), COALESCE(SUM(average_per_day), 0), "
        f"COALESCE(SUM(cost), 0) FROM ({inner}) AS shown",
        values,
    ).fetchone()
    count, amount, days, average, cost = (int(value) for value in row)
    return Totals(count, amount_of(amount), _mean(days * 100, count), _mean(average, count), amount_of(cost))


def notice_amounts(ids: Sequence[int]) -> int:
    """Sum of the amounts of these notices, in cents; any number of them."""
    cents = 0
    for start in range(0, len(ids), _AT_ONCE):
        condition = _one_of("id", ids[start : start + _AT_ONCE])
        cents += int(run(f"SELECT COALESCE(SUM(notice.amount), 0) FROM notice WHERE {condition}").fetchone()[0])
    return cents


def _mean(hundredths: int, count: int) -> Decimal:
    """hundredths ÷ count, two places, half up."""
    return amount_of((2 * hundredths + count) // (2 * count)) if count else amount_of(0)


def locate(chosen: NoticeFilter, typed: str) -> int | None:
    """Id of the first notice, in the filter's order, whose sorted column starts with `typed` (case and č/š/ž do not
    matter); None when there is none. Dates are typed as `17.8.2012` or a beginning such as `2012-08`."""
    column = SORTS[chosen.sort]
    wanted = fold(typed.strip()).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    text = {"name_sort": "notice.name_fold", "date": _DATE_TEXT}.get(column, f"LOWER(CAST(notice.{column} AS TEXT))")
    condition, values = chosen.where()
    found = run(
        f"SELECT notice.id FROM notice WHERE {condition} AND {text} LIKE ? ESCAPE '\\' ORDER BY {chosen.order()} LIMIT 1",
        [*values, f"{wanted}%"],
    ).fetchone()
    return int(found[0]) if found else None


# The date as it is shown: dd.mm.yyyy, built from ISO text, which both databases give.
_ISO = "CAST(notice.date AS TEXT)"
_DATE_TEXT = f"(SUBSTR({_ISO}, 9, 2) || '.' || SUBSTR({_ISO}, 6, 2) || '.' || SUBSTR({_ISO}, 1, 4))"


def years() -> list[int]:
    """Years that have notices, newest first; a look into the index for each, not for each notice."""
    found = run(
        "WITH RECURSIVE found (year) AS (SELECT MAX(year) FROM notice UNION ALL "
        "SELECT (SELECT MAX(year) FROM notice WHERE year < found.year) FROM found WHERE found.year IS NOT NULL) "
        "SELECT year FROM found WHERE year IS NOT NULL ORDER BY year DESC"
    )
    return [int(year) for (year,) in found.fetchall()]


def rows_of(chosen: NoticeFilter, columns: str, joins: str = "") -> Iterable[tuple[Any, ...]]:
    """Raw rows of the filter in its order, streamed in flat memory."""
    text, values = chosen.sql(columns, joins)
    return stream(text, values)
