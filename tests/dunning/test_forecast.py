"""What will be due: on every day exactly what Priprava would propose on that day."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from opomini_tui.dunning.explain import propose
from opomini_tui.dunning.forecast import DAYS, DueDay, DueLevel, forecast
from opomini_tui.dunning.prepare import prepare
from opomini_tui.errors import OpominiError
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database
from opomini_tui.models.notice_filter import Span
from opomini_tui.models.settings import Company, DunningLevel
from tests.conftest import RUNS
from tests.ledger_rows import add_customer, add_item, load_reference_customers, load_reference_snapshot

TODAY = date(2012, 8, 17)


def some_ledger(seed: int, customers: int = 120) -> None:
    """Customers and items of every kind that the rules know, most of them changing within the days that are looked at."""
    chance = random.Random(seed)

    def near(low: int, high: int) -> date:
        return TODAY + timedelta(days=chance.randint(low, high))

    with database.atomic():
        for number in range(customers):
            until = near(-3, 18) if chance.random() < 0.5 else None
            customer = add_customer(f"{number:07d}", no_dunning=chance.random() < 0.15, no_dunning_until=until)
            for place in range(chance.randint(1, 4)):
                level = chance.choice((0, 0, 1, 2, 3))
                hold = chance.choice(("", "", "", "disputed", "blocked"))
                add_item(
                    customer,
                    f"R{place}",
                    near(-25, 20),
                    chance.choice(("100.00", "90.00", "80.00", "20.00", "4.00", "0.01", "-15.00", "-150.00")),
                    level=level,
                    last_notice_date=near(-20, -1) if level else None,
                    hold=hold,
                    hold_until=near(-2, 18) if hold and chance.random() < 0.7 else None,
                    lawsuit=chance.random() < 0.05,
                    currency=chance.choice(("EUR", "EUR", "USD")),
                )


def proposed(day: date) -> DueDay:
    """What a run of that day would make, counted from its proposals."""
    found = propose(day).proposals
    keys = sorted({(one.figures.level, one.verdict.currency) for one in found})
    levels = []
    for level, currency in keys:
        of_key = [one for one in found if (one.figures.level, one.verdict.currency) == (level, currency)]
        items = sum(len(one.verdict.taken) for one in of_key)
        levels.append(DueLevel(level, currency, len(of_key), items, sum(one.figures.amount for one in of_key)))
    return DueDay(day, len({one.customer.code for one in found}), tuple(levels))


@pytest.mark.parametrize("seed", [1, 2])
def test_every_day_is_what_prepare_would_propose(actor: Actor, seed: int) -> None:
    DunningLevel.update(days_since_previous=9).where(DunningLevel.level == 2).execute()
    Company.update(minimum_notice=Decimal("5.00"), minimum_item=Decimal("0.50")).execute()
    some_ledger(seed)
    told = forecast(TODAY)
    days = [TODAY + timedelta(days=place) for place in range(DAYS)]
    assert list(told) == [proposed(day) for day in days]
    assert len({(one.items, one.levels) for one in told}) > 8, "the ledger does not change, so the test says nothing"


def test_what_is_prepared_is_not_due_any_more(actor: Actor) -> None:
    load_reference_customers()
    load_reference_snapshot(RUNS[0])
    before = forecast(RUNS[0], 1)[0]
    made = prepare(RUNS[0], actor, customers=Span("0000001", "0000050"))
    after = forecast(RUNS[0], 1)[0]
    assert before.notices == 91
    assert after.notices == before.notices - made.notices
    assert after.items == before.items - made.items
    assert dict(before.amounts())["EUR"] - dict(after.amounts())["EUR"] == int(made.amount * 100)


def test_an_empty_ledger_has_days_on_which_nothing_is_due(sqlite_actor: Actor) -> None:
    told = forecast(TODAY, 3)
    assert [day.day for day in told] == [TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=2)]
    assert all(day.levels == () and day.customers == day.notices == day.items == 0 for day in told)


def test_without_a_level_nothing_can_be_told(sqlite_actor: Actor) -> None:
    DunningLevel.update(enabled=False).execute()
    with pytest.raises(OpominiError, match="No level"):
        forecast(TODAY)
