"""The rules of dunning, pure: which items of a customer go on a notice, at which level, and why the others do not.

Everything here works on whole cents and day ordinals (`date.toordinal()`), because a run judges a million items.
Sources: forms.md §1 and §5; domain facts §1.1, §1.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
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
    top: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "top", 1 if self.kind == "simple" else max(self.levels))

    def next_level(self, item: Item) -> int:
        """The level that the item reaches next: its own count plus one, the highest level again and again."""
        return min(item.level + 1, self.top)


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
        return max(entry.level for entry in self.taken)

    @property
    def amount(self) -> int:
        """Sum of the open amounts, in cents."""
        return sum(entry.item.open for entry in self.taken)


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
        return None if item.document_day <= rules.day else Reason.NOT_DUE
    return _judge_receivable(item, rules)


def _judge_receivable(item: Item, rules: Rules) -> Reason | None:
    """The rules that count days and amounts; they do not apply to credit notes."""
    late = rules.day - item.due_day
    if late <= 0:
        return Reason.NOT_DUE
    if item.open < rules.minimum_item:
        return Reason.UNDER_MINIMUM_ITEM
    rule = rules.levels[rules.next_level(item)]
    if late < rule.days_late:
        return Reason.TOO_YOUNG
    # Never twice on one day, even where the setting is 0.
    if item.last_day and rules.day - item.last_day < max(rule.days_since_previous, 1):
        return Reason.TOO_RECENT
    return None


def judge_customer(customer: Customer, items: Sequence[Item], rules: Rules) -> Iterator[Verdict]:
    """One verdict per currency, in the order of the currencies; items in the order of due date and document."""
    blocked = customer.blocked and (not customer.blocked_until or customer.blocked_until >= rules.day)
    if len({item.currency for item in items}) == 1:
        groups = [list(items)]
    else:
        ordered = sorted(items, key=lambda item: item.currency)
        groups = [list(group) for _currency, group in groupby(ordered, key=lambda item: item.currency)]
    for group in groups:
        group.sort(key=lambda item: (item.due_day, item.document))
        yield _judge_group(group, rules, blocked=blocked)


def _judge_group(items: Sequence[Item], rules: Rules, *, blocked: bool) -> Verdict:
    """The verdict on the items of one customer and currency."""
    verdict = Verdict(items[0].currency, [], [])
    for item in items:
        reason = judge(item, rules)
        if reason is None and blocked:
            reason = Reason.CUSTOMER_BLOCKED
        if reason is not None:
            verdict.left.append(Left(item, reason))
        elif item.open < 0:
            verdict.taken.append(Taken(item, 0, 0))
        else:
            verdict.taken.append(Taken(item, rules.next_level(item), rules.day - item.due_day))
    if verdict.taken:
        reason = _judge_whole(verdict, rules)
        if reason is not None:
            verdict.left.extend(Left(entry.item, reason) for entry in verdict.taken)
            verdict.taken.clear()
    return verdict


def _judge_whole(verdict: Verdict, rules: Rules) -> Reason | None:
    """Why these items together make no notice; None when they do."""
    amount = verdict.amount
    if all(entry.item.open < 0 for entry in verdict.taken):
        return Reason.CREDIT_ALONE
    if amount <= 0:
        return Reason.CREDIT_OUTWEIGHS
    if amount < rules.minimum_notice:
        return Reason.UNDER_MINIMUM_NOTICE
    return None
