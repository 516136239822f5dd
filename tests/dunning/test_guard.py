"""The rule guard: what the law limits is named, and only changed where the setting says so (domain facts §3.5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from opomini_tui.dunning.figures import figures
from opomini_tui.dunning.guard import Rule
from opomini_tui.dunning.prepare import prepare
from opomini_tui.dunning.rules import Customer, LevelRule, Rules, Taken, Verdict
from opomini_tui.models.actor import Actor
from opomini_tui.models.notices import Notice
from opomini_tui.models.parties import Customer as StoredCustomer
from opomini_tui.models.settings import Company
from tests.dunning.test_rules import CUSTOMER, DAY, item
from tests.ledger_rows import add_customer, add_item

PERSON = CUSTOMER._replace(kind="person")
CROAT = PERSON._replace(country="HR")
COMPANY = CUSTOMER
FIRST, SECOND = date(2012, 8, 17), date(2012, 8, 31)


def made(
    customer: Customer, guard: str, *, cost: int = 200, interest: int = 0, compensation: str = "none", seen: int = 0
) -> tuple[int, int, tuple[Rule, ...]]:
    """Cost, compensation and broken rules of a notice of one item that was dunned `seen` times before."""
    level = LevelRule(seen + 1, 8, 7, cost, 15, interest > 0, False)
    rules = Rules(DAY, "graded", 1, 500, compensation, {level.level: level, 1: replace(level, level=1)}, guard)
    verdict = Verdict("EUR", [Taken(item(level=seen), seen + 1, 30)], [])
    row = figures(customer, verdict, rules, lambda _entry: interest)
    return row.cost, row.compensation, row.broken


@pytest.mark.parametrize(
    ("customer", "interest", "compensation", "seen", "broken", "applied"),
    [
        (COMPANY, 0, "none", 0, (), 200),
        (PERSON, 0, "none", 0, (Rule.CONSUMER_COST,), 0),
        (PERSON, 150, "none", 0, (Rule.CONSUMER_COST,), 150),
        (PERSON, 200, "none", 0, (), 200),
        (PERSON, 300, "per_notice", 0, (), 200),
        (CROAT, 900, "none", 0, (Rule.CONSUMER_CROATIA,), 0),
        (COMPANY, 0, "per_notice", 0, (Rule.COST_AND_COMPENSATION,), 0),
        (COMPANY, 0, "per_notice", 1, (Rule.REPEATED_COST,), 200),
        (COMPANY, 0, "none", 1, (Rule.REPEATED_COST,), 200),
        (PERSON, 100, "none", 1, (Rule.CONSUMER_COST, Rule.REPEATED_COST), 100),
    ],
)
def test_each_rule(
    customer: Customer, interest: int, compensation: str, seen: int, broken: tuple[Rule, ...], applied: int
) -> None:
    warned = made(customer, "warn", interest=interest, compensation=compensation, seen=seen)
    assert (warned[0], warned[2]) == (200, broken), "a warning changes no figure"
    changed = made(customer, "apply", interest=interest, compensation=compensation, seen=seen)
    assert (changed[0], changed[1], changed[2]) == (applied, warned[1], broken)
    assert made(customer, "off", interest=interest, compensation=compensation, seen=seen)[0::2] == (200, ())


def test_without_a_cost_only_the_deadline_is_looked_at() -> None:
    assert made(PERSON, "warn", cost=0, seen=1) == (0, 0, ())
    assert made(CROAT, "warn", cost=0) == (0, 0, ())


@pytest.fixture
def two_kinds(actor: Actor) -> Actor:
    """A company and a natural person, each with an item that is due; level 1 costs 2.00 and gives 8 days."""
    for code, kind in (("0000001", "company"), ("0000002", "person")):
        add_item(add_customer(code), f"R-{code}", date(2012, 6, 1), "120.00")
        StoredCustomer.update(kind=kind).where(StoredCustomer.code == code).execute()
    return actor


def test_warnings_are_said_once_for_the_run_and_change_nothing(two_kinds: Actor) -> None:
    made = prepare(FIRST, two_kinds)
    assert made.warnings == (
        "1 notice to a natural person charges more than the default interest (consumer protection, ZVPot).",
        "1 notice to a natural person gives fewer than 15 days to pay, which public services must give (ZVPot).",
    )
    assert [(int(row.cost), row.deadline) for row in Notice.select().order_by(Notice.number)] == [
        (2, FIRST + timedelta(8)),
        (2, FIRST + timedelta(8)),
    ]


def test_applied_the_consumer_gets_the_lawful_cost_and_deadline(two_kinds: Actor) -> None:
    Company.update(rule_guard="apply").execute()
    assert prepare(FIRST, two_kinds).warnings[0].startswith("On 1 notice to a natural person the cost was lowered")
    rows = [
        (int(row.cost), int(row.total - row.amount), row.deadline) for row in Notice.select().order_by(Notice.number)
    ]
    assert rows == [(2, 2, FIRST + timedelta(8)), (0, 0, FIRST + timedelta(15))]


def test_switched_off_it_says_nothing(two_kinds: Actor) -> None:
    Company.update(rule_guard="off").execute()
    assert prepare(FIRST, two_kinds).warnings == ()
