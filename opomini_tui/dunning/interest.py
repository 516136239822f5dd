"""Statutory default interest: linear, actual days over the actual length of each year (domain facts §3.2); pure.

days = to − due; the due day itself is not delay. The period is split where the rate changes and at each year's end;
the sum is rounded once, half up, to the cent.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Rate:
    """The yearly rate from a day on, in hundredths of a per cent; `confirmed`: seen in an official source."""

    valid_from: date
    rate: int
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Period:
    """Days of delay under one rate in one year: `first` to `last`, both in it."""

    first: date
    last: date
    rate: Rate

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def year_length(self) -> int:
        """Days of the year in which they are: 365 or 366."""
        year = self.first.year
        return (date(year + 1, 1, 1) - date(year, 1, 1)).days

    @property
    def share(self) -> Fraction:
        """The part of the principal that these days cost."""
        return Fraction(self.rate.rate * self.days, 10_000 * self.year_length)


def periods(due: date, to: date, rates: Sequence[Rate]) -> Iterator[Period]:
    """The periods of delay from the day after `due` up to and including `to`.

    `rates` in the order of their days; days before the first of them cost nothing, because no rate is known.
    """
    starts = [rate.valid_from for rate in rates]
    first = due + timedelta(days=1)
    while first <= to:
        index = bisect_right(starts, first)
        next_rate = starts[index] - timedelta(days=1) if index < len(starts) else to
        last = min(to, date(first.year, 12, 31), next_rate)
        if index:
            yield Period(first, last, rates[index - 1])
        first = last + timedelta(days=1)


def interest(principal: int, due: date, to: date, rates: Sequence[Rate], *, cap: bool = True) -> int:
    """Interest in cents on `principal` cents, rounded once half up; with `cap` not above the principal."""
    rounded = half_up(principal * sum((period.share for period in periods(due, to, rates)), Fraction(0)))
    return min(rounded, principal) if cap else rounded


def half_up(exact: Fraction) -> int:
    """The whole number next to `exact` (not negative), a half upwards."""
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def with_doubt(rates: Sequence[Rate]) -> list[Rate]:
    """The rates, the last one once more, as not confirmed, after the half-year in which it begins.

    Rates are published for a half-year (domain facts §3.1): what comes after it is not known yet.
    """
    if not rates:
        return []
    last = rates[-1]
    begun = last.valid_from
    next_half = date(begun.year, 7, 1) if begun.month <= 6 else date(begun.year + 1, 1, 1)
    return [*rates, Rate(next_half, last.rate, confirmed=False)]


def first_unconfirmed(due: date, to: date, rates: Sequence[Rate]) -> date | None:
    """The first day of delay whose rate is not certain; None when all are.

    Not certain are days before the first known rate, days of a rate that is not confirmed, and days after the
    half-year in which the last rate begins (see `with_doubt`).
    """
    first = due + timedelta(days=1)
    if first > to:
        return None
    if not rates or first < rates[0].valid_from:
        return first
    doubtful = (period.first for period in periods(due, to, with_doubt(rates)) if not period.rate.confirmed)
    return next(doubtful, None)
