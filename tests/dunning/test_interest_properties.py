"""What must hold for any principal, period and table of rates; and what interest is never charged on."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opomini_tui.documents.issue import issue
from opomini_tui.dunning.candidates import read_rates
from opomini_tui.dunning.figures import Figures, figures
from opomini_tui.dunning.interest import Rate, half_up, interest, periods, with_doubt
from opomini_tui.dunning.interest_parts import Charged, item_interest, specify
from opomini_tui.dunning.prepare import prepare
from opomini_tui.dunning.rules import LevelRule, Rules, Taken, Verdict
from opomini_tui.errors import NothingToDo
from opomini_tui.models.actor import Actor
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.notices import Notice
from opomini_tui.models.receivables import OpenItem
from opomini_tui.models.settings import Company, DunningLevel, InterestRate
from tests.dunning.test_interest import RATES
from tests.dunning.test_rules import CUSTOMER, item
from tests.ledger_rows import add_customer, add_item

DAYS = st.dates(date(2012, 1, 1), date(2030, 1, 1))
CENTS = st.integers(1, 10**9)
ITEMS = st.lists(st.tuples(CENTS, DAYS), min_size=1, max_size=20)
TABLES = st.dictionaries(DAYS, st.integers(1, 2_000), min_size=1, max_size=8).map(
    lambda rows: [Rate(day, rate) for day, rate in sorted(rows.items())]
)


def by_hand(principal: int, due: date, to: date, rates: Sequence[Rate]) -> Fraction:
    """The interest in cents, reckoned day by day."""
    starts = [row.valid_from.toordinal() for row in rates]
    counted: Counter[tuple[int, int]] = Counter()
    for number in range(due.toordinal() + 1, to.toordinal() + 1):
        place = bisect_right(starts, number)
        counted[rates[place - 1].rate if place else 0, date.fromordinal(number).year] += 1
    days_of = {year: date(year, 12, 31).timetuple().tm_yday for _rate, year in counted}
    return sum(
        (Fraction(principal * rate * n, 10_000 * days_of[year]) for (rate, year), n in counted.items()), Fraction(0)
    )


@given(CENTS, DAYS, st.integers(0, 900), TABLES)
def test_it_is_the_sum_of_its_days(principal: int, due: date, days: int, rates: list[Rate]) -> None:
    to = due + timedelta(days)
    exact = by_hand(principal, due, to, rates)
    rounded = (Decimal(exact.numerator) / exact.denominator).quantize(Decimal(1), ROUND_HALF_UP)
    assert interest(principal, due, to, rates, cap=False) == rounded
    assert interest(principal, due, to, rates) == min(rounded, principal)


@given(CENTS, DAYS, DAYS, DAYS, TABLES)
def test_splitting_at_any_day_changes_nothing_but_rounding(
    principal: int, one: date, two: date, three: date, rates: list[Rate]
) -> None:
    first, middle, last = sorted((one, two, three))
    parts = interest(principal, first, middle, rates, cap=False) + interest(principal, middle, last, rates, cap=False)
    assert abs(parts - interest(principal, first, last, rates, cap=False)) <= 1
    assert half_up(by_hand(principal, first, middle, rates) + by_hand(principal, middle, last, rates)) == interest(
        principal, first, last, rates, cap=False
    )


def notice_of(items: Sequence[tuple[int, date]], on: date, *, cost: int = 200, compensation: str = "none") -> Figures:
    """The figures of a notice with interest over (open cents, due day)."""
    level = LevelRule(1, 1, 1, cost, 8, True, False)
    rules = Rules(on.toordinal(), "graded", 1, 0, compensation, {1: level})
    rows = [item(late=(on - due).days, open_amount=cents, id=number) for number, (cents, due) in enumerate(items)]
    verdict = Verdict("EUR", [Taken(row, 1, rules.day - row.due_day) for row in rows], [])
    charge = {row.id: interest(cents, due, on, RATES) for row, (cents, due) in zip(rows, items, strict=True)}
    return figures(CUSTOMER, verdict, rules, lambda entry: charge[entry.item.id])


LATER = date(2030, 6, 1)


@given(ITEMS, st.randoms(use_true_random=False))
def test_the_order_of_items_changes_nothing(items: list[tuple[int, date]], order: random.Random) -> None:
    mixed = order.sample(items, len(items))
    one, other = notice_of(items, LATER), notice_of(mixed, LATER)
    assert (one.interest, one.total) == (other.interest, other.total)
    assert sorted(one.item_interest) == sorted(other.item_interest)


@given(ITEMS)
def test_each_item_is_rounded_once_and_the_notice_is_their_sum(items: list[tuple[int, date]]) -> None:
    row = notice_of(items, LATER)
    assert list(row.item_interest) == [interest(cents, due, LATER, RATES) for cents, due in items]
    assert row.interest == sum(row.item_interest)


@given(ITEMS, st.integers(0, 10_000), st.sampled_from(["none", "per_notice", "per_invoice"]))
def test_neither_cost_nor_compensation_bears_interest(
    items: list[tuple[int, date]], cost: int, compensation: str
) -> None:
    row = notice_of(items, LATER, cost=cost, compensation=compensation)
    assert row.interest == notice_of(items, LATER, cost=0).interest
    assert row.total == row.amount + row.interest + cost + row.compensation
    assert row.compensation == {"none": 0, "per_notice": 4_000, "per_invoice": 4_000 * len(items)}[compensation]


@pytest.mark.parametrize(
    ("principal", "due", "to", "rate", "cents"),
    [
        (36_500, date(2025, 1, 1), date(2025, 1, 2), 50, 1),  # exactly half a cent
        (36_499, date(2025, 1, 1), date(2025, 1, 2), 50, 0),
        (36_600, date(2024, 2, 28), date(2024, 2, 29), 100, 1),  # one day of 366
        (36_500, date(2025, 2, 28), date(2025, 3, 1), 100, 1),  # one day of 365
        (100_000, date(2023, 12, 31), date(2024, 12, 31), 1_000, 10_000),  # a leap year is one year
        (100_000, date(2022, 12, 31), date(2023, 12, 31), 1_000, 10_000),
        (100_000, date(2025, 5, 5), date(2025, 5, 5), 1_000, 0),  # the due day is not delay
        (100_000, date(2025, 5, 6), date(2025, 5, 5), 1_000, 0),
    ],
)
def test_half_up_leap_years_and_the_first_day(principal: int, due: date, to: date, rate: int, cents: int) -> None:
    assert interest(principal, due, to, [Rate(date(2020, 1, 1), rate)]) == cents


@given(CENTS, DAYS, DAYS)
def test_the_cap_bites_only_above_the_principal(principal: int, one: date, two: date) -> None:
    due, to = sorted((one, two))
    capped, full = interest(principal, due, to, RATES), interest(principal, due, to, RATES, cap=False)
    assert capped == (full if full <= principal else principal)


@given(CENTS, DAYS, DAYS, st.booleans())
def test_the_shown_parts_add_up_to_what_is_charged(principal: int, one: date, two: date, cap: bool) -> None:
    due, to = min(one, two), max(one, two) + timedelta(1)
    charged = interest(principal, due, to, RATES, cap=cap)
    found = item_interest(Charged("R-1", due, principal, charged), to, with_doubt(RATES))
    assert found is not None
    shown = sum(part.interest for part in found.parts)
    full = interest(principal, due, to, RATES, cap=False)
    assert (shown + 50) // 100 == full
    assert found.uncapped == (full if charged < full else None)
    assert sum(part.period.days for part in found.parts) == (to - due).days
    for part in found.parts:
        assert 0 <= principal * part.period.share * 100 - part.interest + 1 < 2


def test_what_was_charged_by_other_rates_is_not_explained() -> None:
    due, to = date(2025, 6, 15), date(2025, 12, 31)
    good = Charged("R-1", due, 123_456, 6_883)
    assert len(specify([good, good], to, RATES).items) == 2
    for wrong in (6_882, 6_884, 123_456):
        assert specify([good, Charged("R-2", due, 123_456, wrong)], to, RATES).items == ()
    assert specify([Charged("R-3", due, 123_456, 1)], to, []).items == ()


def test_days_after_the_last_half_year_are_in_doubt() -> None:
    table = with_doubt([Rate(date(2025, 1, 1), 1_115)])
    assert [(row.valid_from, row.confirmed) for row in table] == [(date(2025, 1, 1), True), (date(2025, 7, 1), False)]
    assert with_doubt([Rate(date(2025, 7, 1), 1_015)])[-1].valid_from == date(2026, 1, 1)
    assert with_doubt([]) == []
    due, to = date(2025, 5, 31), date(2025, 8, 1)
    assert sum((each.share for each in periods(due, to, table)), Fraction(0)) == sum(
        (each.share for each in periods(due, to, table[:1])), Fraction(0)
    )


@pytest.fixture
def charging(sqlite_actor: Actor) -> Actor:
    """Level 1 and 2 charge interest and a cost; the rates were written down in no order."""
    for first, rate in ((date(2012, 7, 1), 1_000), (date(2007, 1, 1), 1_158), (date(2012, 1, 1), 900)):
        InterestRate.create(valid_from=first, rate=rate, confirmed=True)
    DunningLevel.update(interest=True, cost=50).execute()
    add_item(add_customer("0000001"), "R-1", date(2012, 5, 31), "1000.00")
    return sqlite_actor


def test_rates_count_in_the_order_of_their_days(charging: Actor) -> None:
    assert [row.valid_from.year for row in read_rates()] == [2007, 2012, 2012]
    prepare(date(2012, 8, 17), charging)
    expected = 100_000 * (Fraction(900 * 30, 10_000 * 366) + Fraction(1_000 * 48, 10_000 * 366))
    assert Notice.get().interest == Decimal(half_up(expected)).scaleb(-2)


def test_the_next_notice_charges_no_interest_on_the_cost_of_the_one_before(charging: Actor) -> None:
    prepare(date(2012, 8, 17), charging)
    issue(NoticeFilter(), charging)
    prepare(date(2012, 9, 15), charging)
    second = Notice.get(Notice.level == 2)
    assert second.amount == Decimal("1000.00"), "the cost is no principal"
    alone = interest(100_000, date(2012, 5, 31), date(2012, 9, 15), read_rates())
    assert second.interest == Decimal(alone).scaleb(-2)


def test_once_the_items_are_paid_the_cost_alone_makes_no_notice(charging: Actor) -> None:
    prepare(date(2012, 8, 17), charging)
    issue(NoticeFilter(), charging)
    OpenItem.update(open_amount=0).execute()
    with pytest.raises(NothingToDo):
        prepare(date(2012, 9, 15), charging)
    assert Notice.select().count() == 1


@pytest.mark.parametrize("cap", [True, False])
def test_the_setting_takes_the_cap_away(charging: Actor, cap: bool) -> None:
    OpenItem.update(due_date=date(2007, 1, 2)).execute()
    InterestRate.update(rate=5_000).execute()
    Company.update(interest_cap=cap).execute()
    prepare(date(2012, 8, 17), charging)
    charged = Notice.get().interest
    assert charged == Decimal("1000.00") if cap else charged > Decimal("2800.00")
