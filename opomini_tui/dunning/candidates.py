"""What the rules judge, read from the database: settings of a run, and each customer with his items."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from opomini_tui.dunning.interest import Rate
from opomini_tui.dunning.rules import Customer, Item, LevelRule, Rules
from opomini_tui.errors import OpominiError
from opomini_tui.models.database import run, stream
from opomini_tui.models.notice_filter import Span
from opomini_tui.models.settings import Company, DunningLevel, InterestRate
from opomini_tui.text import _
from opomini_tui.text.formats import cents_of


def read_rules(on: date) -> Rules:
    """The rules in force for notices of the day `on`.

    Raises:
        OpominiError: no level is switched on.
    """
    company = Company.current()
    levels = {
        row.level: LevelRule(
            row.level,
            row.days_late,
            row.days_since_previous,
            cents_of(row.cost),
            row.deadline_days,
            row.interest,
            row.before_lawsuit,
        )
        for row in DunningLevel.select().where(DunningLevel.enabled)
    }
    if 1 not in levels:
        raise OpominiError(_("No level of dunning is switched on. Switch on the 1st notice in the settings first."))
    return Rules(
        on.toordinal(),
        company.kind,
        cents_of(company.minimum_item),
        cents_of(company.minimum_notice),
        company.compensation,
        levels,
        company.rule_guard,
    )


def read_rates() -> list[Rate]:
    """The rates of default interest in the order of their days."""
    query = InterestRate.select().order_by(InterestRate.valid_from)
    return [Rate(row.valid_from, row.rate, row.confirmed) for row in query]


_PREPARED = """(SELECT CAST(notice.year AS TEXT) || '/' || CAST(notice.number AS TEXT)
    FROM notice_item JOIN notice ON notice.id = notice_item.notice_id
    WHERE notice_item.open_item_id = open_item.id AND notice.state = 'prepared' LIMIT 1)"""

_COLUMNS = """customer.id, customer.code, customer.name, customer.name_sort, customer.name_fold, customer.kind,
    customer.defaulter, customer.no_dunning, customer.no_dunning_until, customer.country,
    open_item.id, open_item.document, open_item.document_date, open_item.due_date, open_item.amount,
    open_item.open_amount, open_item.currency, open_item.level, open_item.last_notice_date, open_item.lawsuit,
    open_item.hold, open_item.hold_until"""


def candidates(customers: Span[str], *, paid: bool = False) -> Iterator[tuple[Customer, list[Item]]]:
    """Each customer in the order of the codes, with his open items (with `paid` also the paid ones).

    Flat memory: the rows are streamed.
    """
    some_prepared = run("SELECT 1 FROM notice WHERE state = 'prepared' LIMIT 1").fetchone() is not None
    where, values = ["1 = 1" if paid else "open_item.open_amount <> 0"], []
    for sign, end in ((">=", customers.low), ("<=", customers.high)):
        if end is not None:
            where.append(f"customer.code {sign} ?")
            values.append(end)
    # CROSS JOIN tells SQLite to walk the customers in the order of their index: no sort of a million rows.
    sql = f"""SELECT {_COLUMNS}, {_PREPARED if some_prepared else "''"}
        FROM customer CROSS JOIN open_item WHERE open_item.customer_id = customer.id AND {" AND ".join(where)}
        ORDER BY customer.code"""
    current: Customer | None = None
    items: list[Item] = []
    for row in stream(sql, values):
        if current is None or row[0] != current.id:
            if current is not None:
                yield current, items
            current, items = _customer(row), []
        items.append(_item(row))
    if current is not None:
        yield current, items


def _customer(row: tuple[Any, ...]) -> Customer:
    """The customer of a row."""
    number, code, name, name_sort, name_fold, kind, defaulter, blocked, until, country = row[:10]
    end = _day(until)
    return Customer(number, code, name, name_sort, name_fold, kind, bool(defaulter), bool(blocked), end, country)


def _item(row: tuple[Any, ...]) -> Item:
    """The item of a row."""
    number, document, written, due, amount, open_, currency, level, last, lawsuit, hold, until, prepared = row[10:]
    return Item(
        number,
        document,
        _day(written),
        _day(due),
        amount,
        open_,
        currency,
        level,
        _day(last),
        bool(lawsuit),
        hold,
        _day(until),
        prepared or "",
    )


@lru_cache(maxsize=8192)
def _day(value: Any) -> int:
    """The ordinal of a day as the database gives it (text or date); 0 for none."""
    if value is None:
        return 0
    return (date.fromisoformat(value) if isinstance(value, str) else value).toordinal()
