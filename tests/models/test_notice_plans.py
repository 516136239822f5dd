"""What a million notices cost is decided by the plan: every filter and every indexed order is read from one index alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from opomini_tui.models import notice_filter
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, Span, locate, notice_count, notice_ids, notice_totals

YEAR = NoticeFilter(year=2012)
FILTERS = {
    "nothing": YEAR,
    "levels": replace(YEAR, levels=frozenset({1, 3})),
    "lawsuit": replace(YEAR, before_lawsuit=True),
    "words": replace(YEAR, search="kupec d.o.o. 12"),
    "amount": replace(YEAR, amount=Span(Decimal(1000), None)),
    "state": replace(YEAR, state="sent"),
    "level": replace(YEAR, level=Span(2, 3)),
    "late": replace(YEAR, days_late=Span(60, None)),
    "date": replace(YEAR, date=Span(None, date(2012, 8, 17))),
    "packet": replace(YEAR, packet=Span(1, 2)),
    "due before": replace(YEAR, due=Span(None, date(2012, 7, 1))),
    "due after": replace(YEAR, due=Span(date(2012, 7, 1), None)),
    "due between": replace(YEAR, due=Span(date(2012, 7, 1), date(2012, 7, 31))),
    "all at once": replace(
        YEAR, search="kupec", amount=Span(None, Decimal(9)), state="sent", due=Span(None, date(2012, 7, 1))
    ),
}
COVERED = "SEARCH notice USING COVERING INDEX "
GRID = f"{COVERED}notice_grid (year=?"
"""SQLite may count in another index that holds what is asked, if it is smaller."""
SORTED = "USE TEMP B-TREE"


@pytest.fixture
def statements(sqlite_actor: Actor, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Sequence[Any]]]:
    """What is asked of an SQLite file, with its values."""
    asked: list[tuple[str, Sequence[Any]]] = []

    def note(sql: str, values: Sequence[Any] = ()) -> Any:
        asked.append((sql, values))
        return run(sql, values)

    monkeypatch.setattr(notice_filter, "run", note)
    return asked


def plan(sql: str, values: Sequence[Any]) -> list[str]:
    """The steps that SQLite takes."""
    return [step for *_numbers, step in run(f"EXPLAIN QUERY PLAN {sql}", tuple(values)).fetchall()]


@pytest.mark.parametrize("reads", [notice_ids, notice_totals, notice_count])
@pytest.mark.parametrize("chosen", FILTERS.values(), ids=FILTERS)
def test_every_filter_is_answered_by_one_index(
    statements: list[tuple[str, Sequence[Any]]], chosen: NoticeFilter, reads: Callable[[NoticeFilter], object]
) -> None:
    reads(chosen)
    ((sql, values),) = statements
    steps = plan(sql, values)
    wanted = COVERED if reads is notice_count else GRID
    assert any(step.startswith(wanted) for step in steps), steps
    assert not any(SORTED in step for step in steps), steps


@pytest.mark.parametrize(
    ("sort", "index"),
    [("amount", "notice_amount"), ("days_late", "notice_days_late"), ("customer_name", "notice_name")],
)
def test_an_indexed_order_is_read_from_its_index(
    statements: list[tuple[str, Sequence[Any]]], sort: str, index: str
) -> None:
    for chosen in (replace(YEAR, sort=sort), replace(YEAR, sort=sort, reverse=True, levels=frozenset({1}))):
        steps = plan(*chosen.sql())
        assert steps == [f"SEARCH notice USING COVERING INDEX {index} (year=?)"]
    filtered = plan(*replace(FILTERS["all at once"], sort=sort).sql())
    assert filtered[0].startswith(GRID), "not the notices one by one in the order of the amount"


def test_no_row_is_reached_by_counting_those_before_it(statements: list[tuple[str, Sequence[Any]]]) -> None:
    for chosen in FILTERS.values():
        notice_ids(replace(chosen, limit=50))
        locate(replace(chosen, sort="customer_name"), "ku")
    assert len(statements) == 2 * len(FILTERS)
    assert not any("OFFSET" in sql.upper() for sql, _values in statements)
