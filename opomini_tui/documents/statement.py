"""The statement of open items (izpisek odprtih postavk) as plain values: what a customer owes on a day."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from opomini_tui.documents.letter_values import ZERO, Recipient, Sender
from opomini_tui.documents.paper_words import PaperWords, paper_words
from opomini_tui.documents.wording import Wording, wording
from opomini_tui.text.formats import format_date, format_money


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One open item; a credit note has negative amounts."""

    document: str
    document_date: datetime.date
    due_date: datetime.date
    amount: Decimal
    open_amount: Decimal


@dataclass(frozen=True, slots=True)
class CurrencyItems:
    """The open items in one currency, in the order in which they are shown."""

    currency: str
    lines: tuple[StatementLine, ...]

    @property
    def total(self) -> Decimal:
        """What is open."""
        return sum((line.open_amount for line in self.lines), ZERO)

    def overdue(self, day: datetime.date) -> Decimal:
        """What was due before `day`."""
        return sum((line.open_amount for line in self.lines if line.due_date < day), ZERO)


@dataclass(frozen=True, slots=True)
class Statement:
    """A customer's open items as of a day; a paper as `frame` sets it."""

    sender: Sender
    recipient: Recipient
    language: str
    as_of: datetime.date
    currencies: tuple[CurrencyItems, ...]
    before_lawsuit: Literal[False] = False

    @property
    def words(self) -> Wording:
        """The words of the letter in the customer's language."""
        return wording(self.language)

    @property
    def own_words(self) -> PaperWords:
        """The words of the statement."""
        return paper_words("statement", self.words.language)

    @property
    def title(self) -> str:
        """The title in capitals."""
        return self.own_words.label("title")

    @property
    def full_title(self) -> str:
        """The title and its day."""
        return f"{self.title} {self.own_words.label('as_of', date=self.day(self.as_of))}"

    def day(self, day: datetime.date) -> str:
        """A date as the customer's language writes it."""
        return format_date(day, self.words.language)

    def money(self, amount: Decimal, currency: str = "") -> str:
        """An amount as the customer's language writes it, with its currency in the order of the language."""
        text = format_money(amount, self.words.language)
        return (f"{currency} {text}" if self.words.language == "en" else f"{text} {currency}") if currency else text


def currencies_of(lines: Sequence[tuple[str, StatementLine]]) -> tuple[CurrencyItems, ...]:
    """The lines (currency, line) by currency, the euro first, each in the order of due date and document."""
    names = sorted({currency for currency, _line in lines}, key=lambda name: (name != "EUR", name))
    return tuple(
        CurrencyItems(
            name,
            tuple(
                sorted(
                    (line for currency, line in lines if currency == name),
                    key=lambda line: (line.due_date, line.document),
                )
            ),
        )
        for name in names
    )
