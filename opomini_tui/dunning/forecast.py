"""What Priprava would make today and on each of the next days, if nothing were paid and nothing prepared meanwhile.

The rules are asked (`judge_customer`), never told again: but each customer is judged only on the days on which their
answer can change, so that two weeks cost little more than one day. Nothing is changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate, pairwise

from opomini_tui.dunning.candidates import candidates, read_rules
from opomini_tui.dunning.rules import Customer, Item, Rules, judge_customer, turning_days
from opomini_tui.models.notice_filter import Span

DAYS = 15
"""Today and the next two weeks."""


@dataclass(frozen=True, slots=True)
class DueLevel:
    """The notices of one level and currency: how many, over how many items, and the sum of these in cents."""

    level: int
    currency: str
    notices: int
    items: int
    cents: int


@dataclass(frozen=True, slots=True)
class DueDay:
    """What a run of that day would make: for how many customers, and by level; no `levels`, nothing is due."""

    day: date
    customers: int
    levels: tuple[DueLevel, ...]

    @property
    def notices(self) -> int:
        """How many notices."""
        return sum(one.notices for one in self.levels)

    @property
    def items(self) -> int:
        """How many items stand on them."""
        return sum(one.items for one in self.levels)

    def amounts(self) -> tuple[tuple[str, int], ...]:
        """The sums in cents by currency."""
        sums: dict[str, int] = {}
        for one in self.levels:
            sums[one.currency] = sums.get(one.currency, 0) + one.cents
        return tuple(sorted(sums.items()))


def forecast(today: date, days: int = DAYS) -> tuple[DueDay, ...]:
    """One `DueDay` for `today` and each of the days after it, in one pass over the open items, in flat memory.

    Raises:
        OpominiError: no level is switched on.
    """
    rules = read_rules(today)
    by_day = [replace(rules, day=rules.day + place) for place in range(days)]
    tally = _Tally(days)
    for customer, items in candidates(Span()):
        _judge(customer, items, by_day, tally)
    return tally.days(today)


def _judge(customer: Customer, items: Sequence[Item], by_day: Sequence[Rules], tally: _Tally) -> None:
    """Count what one customer gets, from each day on which it changes until the next one."""
    first, last = by_day[0].day, by_day[-1].day
    turns = {first, last + 1}
    for item in items:
        turns.update([day for day in turning_days(item, by_day[0]) if first < day <= last])
    if first <= customer.blocked_until < last:
        turns.add(customer.blocked_until + 1)
    for start, end in pairwise(sorted(day - first for day in turns)):
        verdicts = [verdict for verdict in judge_customer(customer, items, by_day[start]) if verdict.taken]
        for verdict in verdicts:
            tally.add(start, end, (verdict.level, verdict.currency), (1, len(verdict.taken), verdict.amount))
        if verdicts:
            tally.add_customer(start, end)


class _Tally:
    """Counts by day, kept as what is added on the first day and taken away after the last."""

    def __init__(self, days: int) -> None:
        self._days = days
        self._customers = [0] * (days + 1)
        self._counts: dict[tuple[int, str], list[list[int]]] = defaultdict(
            lambda: [[0] * (days + 1) for _figure in range(3)]
        )

    def add(self, start: int, end: int, key: tuple[int, str], figures: tuple[int, int, int]) -> None:
        """Notices, items and cents of a level and currency, from the day `start` until before `end`."""
        for steps, figure in zip(self._counts[key], figures, strict=True):
            steps[start] += figure
            steps[end] -= figure

    def add_customer(self, start: int, end: int) -> None:
        """A customer who gets anything on these days."""
        self._customers[start] += 1
        self._customers[end] -= 1

    def days(self, today: date) -> tuple[DueDay, ...]:
        """The sums of every day."""
        customers = list(accumulate(self._customers))
        counts = {key: [list(accumulate(steps)) for steps in figures] for key, figures in sorted(self._counts.items())}
        return tuple(
            DueDay(
                date.fromordinal(today.toordinal() + place),
                customers[place],
                tuple(
                    DueLevel(level, currency, notices[place], items[place], cents[place])
                    for (level, currency), (notices, items, cents) in counts.items()
                    if notices[place]
                ),
            )
            for place in range(self._days)
        )
