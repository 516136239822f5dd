"""One filter, one place: what it holds, its order, its sums and its locate, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest

from opomini_tui.dunning.prepare import prepare
from opomini_tui.models import notice_filter
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, Span, locate, notice_ids, notice_totals, rows_of, years
from tests.ledger_rows import add_customer, add_item

NAMES = {"0000001": "Žaga d.o.o.", "0000002": "Čebelar s.p.", "0000003": "Cvet d.o.o.", "0000004": "100 % Šivanje"}


@pytest.fixture
def four(actor: Actor) -> Actor:
    """Four notices, 100 to 103, of amounts 100, 200, 300, 400."""
    for place, (code, name) in enumerate(NAMES.items(), 1):
        add_item(add_customer(code, name), f"R-{code}", date(2012, 5, place), f"{place}00.00")
    prepare(date(2012, 8, 17), actor)
    run("UPDATE notice SET level = 2, before_lawsuit = ? WHERE number = 102", (True,))
    return actor


@pytest.mark.parametrize("sort", ["customer_code", "customer_name", "amount", "number", "level"])
@pytest.mark.parametrize("limit", [None, 3])
def test_ids_handed_over_as_one_text_keep_the_order(
    four: Actor, monkeypatch: pytest.MonkeyPatch, sort: str, limit: int | None
) -> None:
    monkeypatch.setattr(notice_filter, "_SLICE", 1)  # the text is read in several slices
    for reverse in (False, True):
        chosen = NoticeFilter(year=2012, sort=sort, reverse=reverse, limit=limit)
        assert list(notice_ids(chosen)) == [row[0] for row in rows_of(chosen, "notice.id")]
        assert len(notice_ids(chosen)) == (limit or 4)


def test_another_order_finds_the_same_notices_unless_only_the_first_are_shown() -> None:
    chosen = NoticeFilter(year=2012, search="kos")
    other = replace(chosen, sort="amount", reverse=True)
    assert other.same_notices(chosen)
    assert not replace(other, limit=3).same_notices(replace(chosen, limit=3))
    assert not replace(other, search="").same_notices(chosen)


def numbers(chosen: NoticeFilter) -> list[int]:
    """Numbers of the notices in the filter's order."""
    return [row[0] for row in rows_of(chosen, "notice.number")]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (NoticeFilter(), [100, 101, 102, 103]),
        (NoticeFilter(year=2011), []),
        (NoticeFilter(levels=frozenset({2})), [102]),
        (NoticeFilter(levels=frozenset()), []),
        (NoticeFilter(before_lawsuit=True), [102]),
        (NoticeFilter(state="issued"), []),
        (NoticeFilter(customer=Span("0000002", "0000003")), [101, 102]),
        (NoticeFilter(customer=Span("0000003", None)), [102, 103]),
        (NoticeFilter(date=Span(None, date(2012, 8, 16))), []),
        (NoticeFilter(date=Span(date(2012, 8, 17), date(2012, 8, 17))), [100, 101, 102, 103]),
        (NoticeFilter(packet=Span(2, None)), []),
        (NoticeFilter(level=Span(None, 1)), [100, 101, 103]),
        (NoticeFilter(number=Span(101, 102)), [101, 102]),
        (NoticeFilter(search="cebel"), [101]),
        (NoticeFilter(search="000000"), [100, 101, 102, 103]),
        (NoticeFilter(search="103"), [103]),
        (NoticeFilter(search="2012/103"), [103]),
        (NoticeFilter(search="2011/103"), []),
        (NoticeFilter(search="100 %"), [103]),
        (NoticeFilter(search="%"), [103]),
        (NoticeFilter(search="_"), []),
        (NoticeFilter(sort="customer_name"), [103, 102, 101, 100]),
        (NoticeFilter(sort="amount", reverse=True), [103, 102, 101, 100]),
        (NoticeFilter(limit=2), [100, 101]),
        (NoticeFilter(sort="level", reverse=True, limit=2), [102, 103]),
    ],
)
def test_what_it_holds_and_in_which_order(four: Actor, chosen: NoticeFilter, expected: list[int]) -> None:
    assert numbers(chosen) == expected
    assert len(notice_ids(chosen)) == len(expected)
    assert notice_totals(chosen).rows == len(expected)


def test_ids_are_taken_as_they_are(four: Actor) -> None:
    ids = notice_ids(NoticeFilter())
    assert list(notice_ids(NoticeFilter(ids=(ids[2], ids[0])))) == [ids[0], ids[2]]
    assert not notice_ids(NoticeFilter(ids=()))


def test_totals_count_exactly_the_rows_that_are_shown(four: Actor) -> None:
    whole = notice_totals(NoticeFilter())
    assert (whole.amount, whole.cost) == (Decimal("1000.00"), Decimal("8.00"))
    first = notice_totals(NoticeFilter(limit=2))
    assert (first.rows, first.amount, first.cost) == (2, Decimal("300.00"), Decimal("4.00"))
    days = [row[0] for row in rows_of(NoticeFilter(limit=2), "notice.days_late")]
    assert first.days_late == (Decimal(sum(days)) / 2).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert notice_totals(NoticeFilter(year=1999)).days_late == 0


@pytest.mark.parametrize(
    ("sort", "typed", "number"),
    [
        ("customer_code", "0000003", 102),
        ("customer_code", "0000002", 101),
        ("customer_name", "c", 102),
        ("customer_name", "CE", 101),
        ("customer_name", "za", 100),
        ("customer_name", "x", None),
        ("number", "103", 103),
        ("date", "17.08", 100),
        ("state", "pre", 100),
        ("customer_name", "%", None),
    ],
)
def test_locate_finds_the_first_row_that_starts_so(four: Actor, sort: str, typed: str, number: int | None) -> None:
    found = locate(NoticeFilter(sort=sort), typed)
    expected = None if number is None else run("SELECT id FROM notice WHERE number = ?", (number,)).fetchone()[0]
    assert found == expected


def test_years_that_have_notices(four: Actor) -> None:
    assert years() == [2012]


@pytest.fixture
def three_due(actor: Actor) -> Actor:
    """One notice with items due on 1.5., 1.6. and 1.7., another with one of 15.5."""
    first, second = add_customer("0000001"), add_customer("0000002")
    for place, month in enumerate((5, 6, 7)):
        add_item(first, f"R-{place}", date(2012, month, 1), "100.00")
    add_item(second, "R-9", date(2012, 5, 15), "100.00")
    prepare(date(2012, 8, 17), actor)
    return actor


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (None, (4, 30), []),
        (None, (5, 1), [100]),
        (None, (6, 30), [100, 101]),
        ((5, 16), None, [100]),
        ((7, 1), None, [100]),
        ((7, 2), None, []),
        ((5, 1), (5, 1), [100]),
        ((5, 2), (5, 31), [101]),
        ((5, 20), (6, 10), [100]),
        ((6, 2), (6, 30), []),
        ((6, 2), (7, 30), [100]),
    ],
)
def test_a_notice_is_due_when_one_of_its_items_is(
    three_due: Actor, low: tuple[int, int] | None, high: tuple[int, int] | None, expected: list[int]
) -> None:
    span = Span(low and date(2012, *low), high and date(2012, *high))
    chosen = NoticeFilter(year=2012, due=span)
    assert numbers(chosen) == expected
    assert notice_totals(chosen).rows == len(expected)


def test_notices_of_before_get_the_due_dates_that_new_ones_have(three_due: Actor) -> None:
    columns = "SELECT number, first_due, last_due FROM notice ORDER BY number"
    written = run(columns).fetchall()
    assert None not in written[0]
    run("UPDATE notice SET first_due = NULL, last_due = NULL")
    statements = import_module("opomini_tui.models.migrations.0012_grid").STATEMENTS.split(";\n")
    (fill,) = [statement for statement in statements if "UPDATE notice" in statement]
    run(fill)
    assert run(columns).fetchall() == written
