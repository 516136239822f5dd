"""The rule guard: what the law limits in a notice's charges and deadline (domain facts §3.4, §3.5); pure, in cents.

By setting it is off, warns (the figures stay as the settings say), or applies the limits and says what it changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from opomini_tui.dunning.rules import Customer, LevelRule, Rules, Verdict
from opomini_tui.text import ngettext

CONSUMER_DEADLINE_DAYS = 15
"""The shortest deadline for a consumer (ZVPot, public services); the guard asks it for every natural person."""


class Rule(StrEnum):
    """A rule that a notice would break."""

    CONSUMER_COST = "consumer_cost"
    CONSUMER_CROATIA = "consumer_croatia"
    COST_AND_COMPENSATION = "cost_and_compensation"
    REPEATED_COST = "repeated_cost"
    SHORT_DEADLINE = "short_deadline"


def broken_rules(
    customer: Customer, verdict: Verdict, rule: LevelRule, interest: int, compensation: int
) -> tuple[Rule, ...]:
    """The rules that a notice of this level with its full cost would break; `interest`, `compensation` in cents."""
    found = []
    if customer.kind == "person":
        if rule.cost and customer.country == "HR":
            found.append(Rule.CONSUMER_CROATIA)
        elif rule.cost > interest:
            found.append(Rule.CONSUMER_COST)
        if rule.deadline_days < CONSUMER_DEADLINE_DAYS:
            found.append(Rule.SHORT_DEADLINE)
    elif rule.cost and compensation:
        found.append(Rule.COST_AND_COMPENSATION)
    if rule.cost and rule.level > 1 and any([entry.item.level for entry in verdict.taken]):
        found.append(Rule.REPEATED_COST)
    return tuple(found)


def lawful_cost(cost: int, interest: int, broken: tuple[Rule, ...]) -> int:
    """The cost that the broken rules leave: for a consumer at most the interest, none in Croatia, and for a company
    either the cost or the compensation. Charging the cost again is for a person to judge: a court has refused it once.
    """
    if Rule.CONSUMER_CROATIA in broken or Rule.COST_AND_COMPENSATION in broken:
        return 0
    return min(cost, interest) if Rule.CONSUMER_COST in broken else cost


def deadline_days(customer: Customer, rule: LevelRule, rules: Rules) -> int:
    """Days to pay: those of the level, and not fewer than the law asks where the guard applies it."""
    if rules.guard == "apply" and customer.kind == "person":
        return max(rule.deadline_days, CONSUMER_DEADLINE_DAYS)
    return rule.deadline_days


def guard_sentences(counts: Mapping[Rule, int], guard: str) -> tuple[str, ...]:
    """A sentence for each rule that notices of a run break (`guard` "warn") or broke before it was applied."""
    say = _applied if guard == "apply" else _warning
    return tuple(say(rule, counts[rule]).format(count=counts[rule]) for rule in Rule if counts.get(rule))


def _warning(rule: Rule, n: int) -> str:
    """What `n` notices do that the law limits."""
    if rule is Rule.CONSUMER_COST:
        return ngettext(
            "{count} notice to a natural person charges more than the default interest (consumer protection, ZVPot).",
            "{count} notices to natural persons charge more than the default interest (consumer protection, ZVPot).",
            n,
        )
    if rule is Rule.CONSUMER_CROATIA:
        return ngettext(
            "{count} notice to a consumer in Croatia charges a cost, which the law there forbids (ZZP).",
            "{count} notices to consumers in Croatia charge a cost, which the law there forbids (ZZP).",
            n,
        )
    if rule is Rule.COST_AND_COMPENSATION:
        return ngettext(
            "{count} notice charges both a cost and the compensation of 40 EUR: only one of them is due (ZPreZP-1).",
            "{count} notices charge both a cost and the compensation of 40 EUR: only one of them is due (ZPreZP-1).",
            n,
        )
    if rule is Rule.SHORT_DEADLINE:
        return ngettext(
            "{count} notice to a natural person gives fewer than 15 days to pay, which public services must give (ZVPot).",
            "{count} notices to natural persons give fewer than 15 days to pay, which public services must give (ZVPot).",
            n,
        )
    return _repeated(n)


def _applied(rule: Rule, n: int) -> str:
    """What was changed on `n` notices, because the law limits it."""
    if rule is Rule.CONSUMER_COST:
        return ngettext(
            "On {count} notice to a natural person the cost was lowered to the default interest (consumer protection, ZVPot).",
            "On {count} notices to natural persons the cost was lowered to the default interest (consumer protection, ZVPot).",
            n,
        )
    if rule is Rule.CONSUMER_CROATIA:
        return ngettext(
            "{count} notice to a consumer in Croatia goes without the cost, which the law there forbids (ZZP).",
            "{count} notices to consumers in Croatia go without the cost, which the law there forbids (ZZP).",
            n,
        )
    if rule is Rule.COST_AND_COMPENSATION:
        return ngettext(
            "{count} notice charges the compensation of 40 EUR and so no cost: only one of them is due (ZPreZP-1).",
            "{count} notices charge the compensation of 40 EUR and so no cost: only one of them is due (ZPreZP-1).",
            n,
        )
    if rule is Rule.SHORT_DEADLINE:
        return ngettext(
            "{count} notice to a natural person gives 15 days to pay, which public services must give (ZVPot).",
            "{count} notices to natural persons give 15 days to pay, which public services must give (ZVPot).",
            n,
        )
    return _repeated(n)


def _repeated(n: int) -> str:
    """Charging a cost again is left to a person, whatever the setting."""
    return ngettext(
        "{count} notice charges a cost for items that were dunned before: a court has allowed the cost of one notice only.",
        "{count} notices charge a cost for items that were dunned before: a court has allowed the cost of one notice only.",
        n,
    )
