"""Default interest: the vectors of the domain facts and what must hold for any principal and period."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opomini_tui.dunning.interest import Rate, first_unconfirmed, interest, periods

RATES = [
    Rate(date(2012, 1, 1), 900),
    Rate(date(2016, 7, 1), 800),
    Rate(date(2023, 1, 1), 1050),
    Rate(date(2023, 7, 1), 1200),
    Rate(date(2024, 1, 1), 1250),
    Rate(date(2024, 7, 1), 1225),
    Rate(date(2025, 1, 1), 1115),
    Rate(date(2025, 7, 1), 1015),
    Rate(date(2026, 1, 1), 1015, confirmed=False),
]


@pytest.mark.parametrize(
    ("principal", "due", "to", "expected"),
    [
        (100_000, date(2023, 10, 31), date(2024, 3, 15), 4_567),
        (100_000, date(2022, 12, 15), date(2023, 1, 31), 1_242),
        (25_000, date(2024, 6, 28), date(2024, 7, 2), 34),
        (123_456, date(2025, 6, 15), date(2025, 12, 31), 6_883),
        (545_060, date(2012, 6, 30), date(2012, 9, 26), 11_795),
    ],
)
def test_vectors(principal: int, due: date, to: date, expected: int) -> None:
    assert interest(principal, due, to, RATES) == expected


def test_cap_at_the_principal() -> None:
    assert interest(10_000, date(2012, 6, 30), date(2025, 12, 31), RATES) == 10_000
    assert interest(10_000, date(2012, 6, 30), date(2025, 12, 31), RATES, cap=False) > 10_000


def test_unconfirmed_period_is_named() -> None:
    assert first_unconfirmed(date(2025, 6, 1), date(2025, 12, 31), RATES) is None
    assert first_unconfirmed(date(2025, 6, 1), date(2026, 1, 1), RATES) == date(2026, 1, 1)


def test_days_for_which_no_rate_is_known_are_named() -> None:
    certain = RATES[:-1]
    assert first_unconfirmed(date(2025, 6, 1), date(2026, 2, 1), certain) == date(2026, 1, 1)
    assert first_unconfirmed(date(2026, 3, 1), date(2026, 4, 1), certain) == date(2026, 3, 2)
    assert first_unconfirmed(date(2011, 6, 1), date(2012, 2, 1), certain) == date(2011, 6, 2)
    assert first_unconfirmed(date(2012, 6, 1), date(2012, 7, 1), []) == date(2012, 6, 2)
    assert first_unconfirmed(date(2012, 6, 1), date(2012, 6, 1), []) is None


DAYS = st.dates(date(2012, 1, 1), date(2030, 1, 1))


@given(DAYS, DAYS, DAYS)
def test_splitting_a_period_changes_nothing_but_rounding(one: date, two: date, three: date) -> None:
    first, middle, last = sorted((one, two, three))
    whole = sum((p.share for p in periods(first, last, RATES)), Fraction(0))
    parts = [p.share for p in periods(first, middle, RATES)] + [p.share for p in periods(middle, last, RATES)]
    assert whole == sum(parts, Fraction(0))


@given(DAYS, st.integers(0, 3_000))
def test_every_day_of_delay_is_counted_once(due: date, days: int) -> None:
    assert sum(period.days for period in periods(due, due + timedelta(days=days), RATES)) == days
