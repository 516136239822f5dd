"""The figures of a notice's row, as the original's screen has them (forms.md §1); pure, in whole cents."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from opomini_tui.dunning.guard import Rule, broken_rules, lawful_cost
from opomini_tui.dunning.rules import Customer, Rules, Taken, Verdict

COMPENSATION = 40_00
"""Flat compensation of collection costs, in cents (ZPreZP-1)."""

InterestOf = Callable[[Taken], int]


class Figures(NamedTuple):
    """Amounts in cents; `days_late` the rounded mean; `interest_of` per taken item."""

    level: int
    amount: int
    days_late: int
    average_per_day: int
    cost: int
    interest: int
    compensation: int
    item_interest: tuple[int, ...]
    broken: tuple[Rule, ...] = ()
    """Rules of the guard that the settings would break."""

    @property
    def total(self) -> int:
        """What is to be paid."""
        return self.amount + self.cost + self.interest + self.compensation


def half_up(numerator: int, denominator: int) -> int:
    """numerator ÷ denominator, rounded half up; both positive."""
    return (2 * numerator + denominator) // (2 * denominator)


def figures(customer: Customer, verdict: Verdict, rules: Rules, interest_of: InterestOf) -> Figures:
    """The figures of the notice that `verdict` makes.

    Days late: mean over the receivables (credit notes count no days), half up. Average per day: sum of the open
    amounts ÷ sum of the days late, half up.
    """
    level = verdict.level
    rule = rules.levels[level]
    days = [late for _item, counted, late in verdict.taken if counted]
    late = sum(days)
    amount = verdict.amount
    charged = rule.interest
    interest = tuple([interest_of(entry) if charged and entry.level else 0 for entry in verdict.taken])
    flat, cost, broken = compensation(customer, verdict, rules), rule.cost, tuple[Rule, ...]()
    if rules.guard != "off":
        broken = broken_rules(customer, verdict, rule, sum(interest), flat)
        if broken and rules.guard == "apply":
            cost = lawful_cost(cost, sum(interest), broken)
    return Figures(
        level=level,
        amount=amount,
        days_late=half_up(late, len(days)),
        average_per_day=half_up(amount, late),
        cost=cost,
        interest=sum(interest),
        compensation=flat,
        item_interest=interest,
        broken=broken,
    )


def compensation(customer: Customer, verdict: Verdict, rules: Rules) -> int:
    """The 40 EUR of the setting: never to a natural person, never twice for the same invoice (domain facts §3.4)."""
    if rules.compensation == "none" or customer.kind == "person":
        return 0
    new = sum(1 for entry in verdict.taken if entry.level and entry.item.level == 0)
    return COMPENSATION * (new if rules.compensation == "per_invoice" else min(new, 1))
