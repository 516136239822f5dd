"""Field types of our own: money as whole cents, days as dates, codes in byte order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from peewee import BigIntegerField, DateField, Node, TextField

from opomini_tui.text.formats import amount_of, cents_of

if TYPE_CHECKING:
    _Money = BigIntegerField[Decimal]
    _Day = DateField[date]
    _OptionalDay = DateField[date | None]
    _Code = TextField[str]
else:
    _Money, _Day, _OptionalDay, _Code = BigIntegerField, DateField, DateField, TextField


class MoneyField(_Money):
    """An amount: `Decimal` euros with two places in Python, whole cents in the database."""

    if TYPE_CHECKING:

        def __new__(cls, *args: Any, **kwargs: Any) -> MoneyField: ...

    def db_value(self, value: Any) -> Any:
        """Cents of a Decimal (or of whole euros); anything but a number is a mistake of the program."""
        if value is None or isinstance(value, Node):
            return value
        if not isinstance(value, (Decimal, int)):
            raise TypeError(f"an amount must be a Decimal, not {type(value).__name__}")
        return cents_of(Decimal(value))

    def python_value(self, value: Any) -> Any:
        """The Decimal of stored cents (also of a SUM over them)."""
        return value if value is None else amount_of(int(value))


class DayField(_Day):
    """A calendar day; ISO text on SQLite, DATE on PostgreSQL."""

    if TYPE_CHECKING:

        def __new__(cls, *args: Any, **kwargs: Any) -> DayField: ...

    def db_value(self, value: Any) -> Any:
        """ISO text, which both databases take."""
        return value.isoformat() if isinstance(value, date) else value

    def python_value(self, value: Any) -> Any:
        """The date."""
        return as_day(value)


class OptionalDayField(_OptionalDay):
    """A calendar day that may be missing."""

    if TYPE_CHECKING:

        def __new__(cls, *args: Any, **kwargs: Any) -> OptionalDayField: ...

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(null=True, **kwargs)

    db_value = DayField.db_value
    python_value = DayField.python_value


class CodeField(_Code):
    """A code that is compared and sorted byte by byte on every database."""

    if TYPE_CHECKING:

        def __new__(cls, *args: Any, **kwargs: Any) -> CodeField: ...


def as_day(value: Any) -> date | None:
    """The date that a raw query gave: text on SQLite, a date on PostgreSQL."""
    return date.fromisoformat(value) if isinstance(value, str) else value
