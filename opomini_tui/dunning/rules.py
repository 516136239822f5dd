"""The rules of dunning, pure: which items of a customer go on a notice, at which level, and why the others do not.

Everything here works on whole cents and day ordinals (`date.toordinal()`), because a run judges a million items.
Sources: forms.md §1 and §5; domain facts §1.1, §1.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple


class Reason(StrEnum):
    """Why an item is not on a notice."""

    PAID = "paid"
    NOT_DUE = "not_due"
    TOO_YOUNG = "too_young"
    UNDER_MINIMUM_ITEM = "under_minimum_item"
    UNDER_MINIMUM_NOTICE = "under_minimum_notice"
    TOO_RECENT = "too_recent"
    DISPUTED = "disputed"
    BLOCKED = "blocked"
    CUSTOMER_BLOCKED = "customer_blocked"
    LAWSUIT_DONE = "lawsuit_done"
    ON_PREPARED = "on_prepared"
    CREDIT_ALONE = "credit_alone"
    CREDIT_OUTWEIGHS = "credit_outweighs"
    EXCLUDED = "excluded"


class Item(NamedTuple):
    """An open item as the rules see it; `amount` and `open` in cents, days as ordinals (0: none)."""

    id: int
    document: str
    document_day: int
    due_day: int
    amount: int
    open: int
    currency: str
    level: int
    last_day: int
    lawsuit: bool
    hold: str
    hold_until: int
    prepared: str
    """Label of the prepared notice that it stands on, or ""."""


class Customer(NamedTuple):
    """What the rules need of a customer; `blocked_until` is an ordinal, 0 for no end."""

    id: int
    code: str
    name: str
    name_sort: str
    name_fold: str
    kind: str
    defaulter: bool
    blocked: bool
    blocked_until: int
    country: str = "SI"


@dataclass(frozen=True, slots=True)
class LevelRule:
    """One enabled level: days late before it, days since the previous notice, cost in cents."""

    level: int
    days_late: int
    days_since_previous: int
    cost: int
    deadline_days: int
    interest: bool
    before_lawsuit: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of one run: `day` is the notice date's ordinal, amounts in cents."""

    day: int
    kind: str
    minimum_item: int
    minimum_notice: int
    compensation: str
    levels: Mapping[int, LevelRule]
    guard: str = "off"
    """What the rule guard does: off, warn or apply (`guard`)."""
    next_rules: tuple[LevelRule, ...] = field(init=False)
    """By the count of an item, the level that it reaches next: one more, the highest level again and again."""

    def __post_init__(self) -> None:
        top = 1 if self.kind == "simple" else max(self.levels)
        reached = tuple(self.levels[min(count + 1, top)] for count in range(4))
        object.__setattr__(self, "next_rules", reached)


class Taken(NamedTuple):
    """An item that goes on a notice: its own level (0 for a credit note) and days late (0 for a credit note)."""

    item: Item
    level: int
    days_late: int


class Left(NamedTuple):
    """An item that stays, and why."""

    item: Item
    reason: Reason


@dataclass(slots=True)
class Verdict:
    """What the rules say of the items of one customer in one currency; no `taken` means no notice."""

    currency: str
    taken: list[Taken]
    left: list[Left]

    @property
    def level(self) -> int:
        """The notice's level: the highest one due among its items."""
        return max([level for _item, level, _late in self.taken])

    @property
    def amount(self) -> int:
        """Sum of the open amounts, in cents."""
        return sum([item.open for item, _level, _late in self.taken])


def judge(item: Item, rules: Rules) -> Reason | None:
    """Why the item alone cannot be on a notice of that day; None when it can."""
    if item.open == 0:
        return Reason.PAID
    if item.prepared:
        return Reason.ON_PREPARED
    if item.hold and (not item.hold_until or item.hold_until >= rules.day):
        return Reason.DISPUTED if item.hold == "disputed" else Reason.BLOCKED
    if item.lawsuit:
        return Reason.LAWSUIT_DONE
    if item.open < 0:
        return _judge_credit(item, rules)
    late = rules.day - item.due_day
    if late <= 0:
        return Reason.NOT_DUE
    if item.open < rules.minimum_item:
        return Reason.UNDER_MINIMUM_ITEM
    rule = rules.next_rules[item.level]
    if late < rule.days_late:
        return Reason.TOO_YOUNG
    # Never twice on one day, even where the setting is 0.
    if item.last_day and rules.day - item.last_day < max(rule.days_since_previous, 1):
        return Reason.TOO_RECENT
    return None


def _judge_credit(item: Item, rules: Rules) -> Reason | None:
    """A credit note has no days late and no minimum, but what lowered one notice does not lower another meanwhile."""
    if item.document_day > rules.day:
        return Reason.NOT_DUE
    wait = max(rules.next_rules[1].days_since_previous, 1)
    return Reason.TOO_RECENT if item.last_day and rules.day - item.last_day < wait else None


def turning_days(item: Item, rules: Rules) -> tuple[int, int, int]:
    """The days (ordinals) on which an item that `judge` would leave can become one that it takes, or the other way round;
    between them nothing changes, whatever `rules.day` is. One that does not apply is a day long past."""
    if item.open < 0:
        ripe, wait = item.document_day, rules.next_rules[1].days_since_previous
    else:
        rule = rules.next_rules[item.level]
        ripe, wait = item.due_day + (rule.days_late or 1), rule.days_since_previous
    return ripe, item.last_day + (wait or 1), item.hold_until + 1


_IN_ORDER = attrgetter("currency", "due_day", "document")


def judge_customer(customer: Customer, items: Sequence[Item], rules: Rules) -> Iterator[Verdict]:
    """One verdict per currency, in the order of the currencies; items in the order of due date and document."""
    blocked = customer.blocked and (not customer.blocked_until or customer.blocked_until >= rules.day)
    ordered = sorted(items, key=_IN_ORDER)
    if ordered[0].currency == ordered[-1].currency:
        yield _judge_group(ordered, rules, blocked=blocked)
        return
    for _currency, group in groupby(ordered, key=lambda item: item.currency):
        yield _judge_group(list(group), rules, blocked=blocked)


def _judge_group(items: Sequence[Item], rules: Rules, *, blocked: bool) -> Verdict:
    """The verdict on the items of one customer and currency."""
    taken: list[Taken] = []
    left: list[Left] = []
    for item in items:
        reason = judge(item, rules)
        if reason is None and blocked:
            reason = Reason.CUSTOMER_BLOCKED
        if reason is not None:
            left.append(Left(item, reason))
        elif item.open < 0:
            taken.append(Taken(item, 0, 0))
        else:
            taken.append(Taken(item, rules.next_rules[item.level].level, rules.day - item.due_day))
    whole = _judge_whole(taken, rules) if taken else None
    if whole is not None:
        left += [Left(entry.item, whole) for entry in taken]
        taken = []
    return Verdict(items[0].currency, taken, left)


def _judge_whole(taken: Sequence[Taken], rules: Rules) -> Reason | None:
    """Why these items together make no notice; None when they do."""
    amount = sum([entry.item.open for entry in taken])
    if not any([entry.level for entry in taken]):
        return Reason.CREDIT_ALONE
    if amount <= 0:
        return Reason.CREDIT_OUTWEIGHS
    return Reason.UNDER_MINIMUM_NOTICE if amount < rules.minimum_notice else None
