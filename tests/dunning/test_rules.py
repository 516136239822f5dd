"""Each rule by itself: levels, days, minimums, holds, credit notes, figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opomini_tui.dunning.figures import figures
from opomini_tui.dunning.rules import Customer, Item, LevelRule, Reason, Rules, judge, judge_customer

DAY = date(2012, 8, 17).toordinal()
CUSTOMER = Customer(1, "0000001", "A", "a", "a", "company", False, False, 0)


def rules(kind: str = "graded", *, lawsuit_at: int = 0, compensation: str = "none", levels: int = 3) -> Rules:
    """The rules of the reference."""
    rows = {level: LevelRule(level, 8, 7, 200, 8, False, level == lawsuit_at) for level in range(1, levels + 1)}
    return Rules(DAY, kind, 1, 500, compensation, rows)


def item(late: int = 30, open_amount: int = 10_000, **values: Any) -> Item:
    """An item that is `late` days late."""
    base = Item(1, "D", DAY - late - 30, DAY - late, open_amount, open_amount, "EUR", 0, 0, False, "", 0, "")
    return base._replace(**values)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, None),
        ({"open": 0}, Reason.PAID),
        ({"late": 0}, Reason.NOT_DUE),
        ({"late": -5}, Reason.NOT_DUE),
        ({"late": 7}, Reason.TOO_YOUNG),
        ({"late": 8}, None),
        ({"prepared": "2012/7"}, Reason.ON_PREPARED),
        ({"hold": "disputed"}, Reason.DISPUTED),
        ({"hold": "blocked", "hold_until": DAY}, Reason.BLOCKED),
        ({"hold": "blocked", "hold_until": DAY - 1}, None),
        ({"lawsuit": True}, Reason.LAWSUIT_DONE),
        ({"level": 1, "last_day": DAY - 6}, Reason.TOO_RECENT),
        ({"level": 1, "last_day": DAY - 7}, None),
        ({"level": 3, "last_day": DAY}, Reason.TOO_RECENT),
    ],
)
def test_one_item(values: dict[str, Any], reason: Reason | None) -> None:
    assert judge(item(**values), rules()) is reason


def test_minimum_of_an_item_counts_the_open_amount() -> None:
    strict = Rules(DAY, "graded", 1_000, 500, "none", rules().levels)
    assert judge(item(open=999), strict) is Reason.UNDER_MINIMUM_ITEM
    assert judge(item(open=1_000), strict) is None


def test_level_is_the_highest_due_among_the_items_and_each_counts_its_own() -> None:
    items = [item(id=1, level=0), item(id=2, level=1, last_day=DAY - 20), item(id=3, level=3, last_day=DAY - 20)]
    (verdict,) = judge_customer(CUSTOMER, items, rules())
    assert {entry.item.id: entry.level for entry in verdict.taken} == {1: 1, 2: 2, 3: 3}
    assert verdict.level == 3


def test_levels_that_are_switched_off_are_never_reached() -> None:
    (verdict,) = judge_customer(CUSTOMER, [item(level=1, last_day=DAY - 20)], rules(levels=1))
    assert verdict.level == 1


def test_simple_kind_knows_one_level() -> None:
    (verdict,) = judge_customer(CUSTOMER, [item(level=1, last_day=DAY - 20)], rules("simple"))
    assert verdict.level == 1


def test_credit_note_lowers_the_amount_and_counts_no_days() -> None:
    items = [item(10, id=1), item(20, id=2), item(-100, id=3, open=-2_500, amount=-2_500, document_day=DAY)]
    (verdict,) = judge_customer(CUSTOMER, items, rules())
    row = figures(CUSTOMER, verdict, rules(), lambda _entry: 0)
    assert (row.amount, row.days_late, row.average_per_day) == (17_500, 15, 583)


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ([item(open=-100)], Reason.CREDIT_ALONE),
        ([item(id=1), item(id=2, open=-10_000)], Reason.CREDIT_OUTWEIGHS),
        ([item(id=1, open=499)], Reason.UNDER_MINIMUM_NOTICE),
        ([item(id=1), item(id=2, open=-9_600)], Reason.UNDER_MINIMUM_NOTICE),
    ],
)
def test_no_notice_for_too_little(items: list[Item], reason: Reason) -> None:
    (verdict,) = judge_customer(CUSTOMER, items, rules())
    assert not verdict.taken
    assert {left.reason for left in verdict.left} == {reason}


def test_blocked_customer_gets_nothing_until_the_day_has_passed() -> None:
    for until, taken in ((0, 0), (DAY, 0), (DAY - 1, 1)):
        (verdict,) = judge_customer(CUSTOMER._replace(blocked=True, blocked_until=until), [item()], rules())
        assert len(verdict.taken) == taken


def test_each_currency_is_a_notice_of_its_own() -> None:
    verdicts = list(judge_customer(CUSTOMER, [item(id=1, currency="USD"), item(id=2), item(id=3)], rules()))
    assert [(v.currency, len(v.taken)) for v in verdicts] == [("EUR", 2), ("USD", 1)]


@pytest.mark.parametrize(
    ("setting", "kind", "expected"),
    [
        ("none", "company", 0),
        ("per_notice", "company", 4_000),
        ("per_invoice", "company", 8_000),
        ("per_invoice", "public", 8_000),
        ("per_invoice", "person", 0),
    ],
)
def test_compensation_is_charged_once_for_an_invoice_and_never_to_a_person(
    setting: str, kind: str, expected: int
) -> None:
    chosen = rules(compensation=setting)
    items = [item(id=1), item(id=2), item(id=3, level=1, last_day=DAY - 20)]
    (verdict,) = judge_customer(CUSTOMER, items, chosen)
    row = figures(CUSTOMER._replace(kind=kind), verdict, chosen, lambda _entry: 0)
    assert row.compensation == expected
    assert row.total == row.amount + row.cost + expected


@given(st.lists(st.tuples(st.integers(1, 4_000), st.integers(1, 10**9)), min_size=1, max_size=30))
def test_figures_agree_with_decimal_arithmetic(pairs: list[tuple[int, int]]) -> None:
    loose = Rules(DAY, "graded", 1, 0, "none", {1: LevelRule(1, 1, 1, 0, 8, False, False)})
    items = [item(late, amount, id=n) for n, (late, amount) in enumerate(pairs)]
    (verdict,) = judge_customer(CUSTOMER, items, loose)
    row = figures(CUSTOMER, verdict, loose, lambda _entry: 0)
    days, amount = sum(late for late, _ in pairs), sum(open_ for _, open_ in pairs)
    assert row.days_late == int((Decimal(days) / len(pairs)).quantize(Decimal(1), "ROUND_HALF_UP"))
    assert row.average_per_day == int((Decimal(amount) / days).quantize(Decimal(1), "ROUND_HALF_UP"))
    assert row.amount == amount
