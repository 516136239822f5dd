"""Other papers for tests: letters with an interest specification, and statements of open items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from opomini_tui.documents.letter import Letter, LetterLine
from opomini_tui.documents.statement import Statement, StatementLine, currencies_of
from opomini_tui.documents.statement_job import StatementFile
from opomini_tui.dunning.interest import Rate, interest
from opomini_tui.dunning.interest_parts import Charged, specify
from opomini_tui.text.formats import amount_of, cents_of
from tests.documents.samples import DAY, RECIPIENT, SENDER, letter_of, lines

RATES = (
    Rate(date(2012, 1, 1), 900),
    Rate(date(2025, 1, 1), 1115),
    Rate(date(2025, 7, 1), 1015),
    Rate(date(2026, 1, 1), 1015, confirmed=False),
)


def specified(
    items: Sequence[LetterLine], rates: Sequence[Rate] = RATES, *, cap: bool = True, **changes: Any
) -> Letter:
    """A letter over `items` with their interest, and its specification."""
    bearing = [
        replace(item, interest=amount_of(interest(cents_of(item.open_amount), item.due_date, DAY, rates, cap=cap)))
        for item in items
    ]
    charged = [
        Charged(item.document, item.due_date, cents_of(item.open_amount), cents_of(item.interest)) for item in bearing
    ]
    return replace(letter_of(bearing, codes=True, **changes), specification=specify(charged, DAY, rates))


def statement(count: int, *currencies: str, language: str = "sl") -> Statement:
    """A statement over `count` items in each currency, every fourth of them not due yet."""
    rows = [
        (
            currency,
            StatementLine(
                item.document,
                item.document_date or DAY,
                item.due_date + timedelta(days=0 if item.position % 4 else 450),
                item.amount,
                item.open_amount,
            ),
        )
        for currency in currencies or ("EUR",)
        for item in lines(count)
    ]
    return Statement(SENDER, RECIPIENT, language, DAY, currencies_of(rows))


def drawn(*statements: Statement) -> bytes:
    """The statements as one PDF."""
    file = StatementFile(DAY)
    for each in statements:
        file.add(each)
    return file.finish()
