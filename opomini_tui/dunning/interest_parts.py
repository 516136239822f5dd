"""What the interest charged on an item is made of, as whoever pays it can check it (domain facts §3.2); pure.

The figures of a notice are fixed when it is prepared; the rates may be edited later. So the parts are worked out with
the rates of now and accepted only when they give the very cents that are charged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from opomini_tui.dunning.interest import Period, Rate, half_up, periods, with_doubt


@dataclass(frozen=True, slots=True)
class Charged:
    """An item that bears interest: its principal (what is open) and its interest, both in cents."""

    document: str
    due: date
    principal: int
    interest: int


@dataclass(frozen=True, slots=True)
class Part:
    """The interest of one period in ten-thousandths of the currency's unit, not rounded up.

    The parts of an item add up to its whole interest, so that rounding their sum half up gives what is charged.
    """

    period: Period
    interest: int


@dataclass(frozen=True, slots=True)
class ItemInterest:
    """The interest of an item by periods; `uncapped` is what it came to, in cents, where the cap made it less."""

    item: Charged
    parts: tuple[Part, ...]
    uncapped: int | None = None

    @property
    def unknown(self) -> bool:
        """Whether it has days of delay for which no rate is known: they cost nothing."""
        return self.parts[0].period.first > self.item.due + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Specification:
    """The interest of a notice item by item, up to and including `to`.

    Without items: the rates of now do not give what is charged, and there is nothing true to show.
    """

    to: date
    items: tuple[ItemInterest, ...]

    @property
    def unconfirmed(self) -> date | None:
        """The first day whose rate is not confirmed."""
        doubtful = [part.period.first for item in self.items for part in item.parts if not part.period.rate.confirmed]
        return min(doubtful, default=None)


def specify(charged: Iterable[Charged], to: date, rates: Sequence[Rate]) -> Specification:
    """The interest of each item, or no item at all where one cannot be explained; `rates` in the order of their days."""
    known = with_doubt(rates)
    items = []
    for item in charged:
        found = item_interest(item, to, known)
        if found is None:
            return Specification(to, ())
        items.append(found)
    return Specification(to, tuple(items))


def item_interest(item: Charged, to: date, rates: Sequence[Rate]) -> ItemInterest | None:
    """The interest of an item by periods; None when these rates do not give what is charged on it."""
    parts, exact, shown = [], Fraction(0), 0
    for period in periods(item.due, to, rates):
        exact += item.principal * period.share
        so_far = int(exact * 100)  # each part is the growth of the whole: the parts lose nothing to rounding
        parts.append(Part(period, so_far - shown))
        shown = so_far
    full = half_up(exact)
    if parts and full == item.interest:
        return ItemInterest(item, tuple(parts))
    if parts and full > item.interest == item.principal:
        return ItemInterest(item, tuple(parts), full)
    return None
