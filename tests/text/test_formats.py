"""Amounts and dates: what is written can be read, what is ambiguous is refused, names are found and sorted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opomini_tui.text.formats import (
    amount_of,
    cents_of,
    format_cents,
    format_date,
    format_money,
    parse_date,
    parse_money,
)
from opomini_tui.text.names import fold, sort_key

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("5450,6", "5450.60"),
        ("5.450,60", "5450.60"),
        ("5450.60", "5450.60"),
        ("5,450.60", "5450.60"),
        ("1 204,50", "1204.50"),
        ("1.234.567", "1234567"),
        ("-3", "-3"),
        ("0,005", None),
        ("5.450", None),
        ("1.23.456", None),
        ("12.34,56.78", None),
        ("", None),
        ("abc", None),
        ("1e5", None),
        ("12,5 EUR", "12.50"),
        ("0.29", "0.29"),
        ("0,290", "0.29"),
    ],
)
def test_amounts_as_they_are_typed(typed: str, amount: str | None) -> None:
    if amount is None:
        with pytest.raises(ValueError):  # noqa: PT011 - the text itself is the message
            parse_money(typed)
    else:
        assert parse_money(typed) == Decimal(amount)


@given(st.integers(-(10**13), 10**13), st.sampled_from(["sl", "en", "de", "it", "hr"]))
def test_what_is_written_is_read_back(cents: int, language: str) -> None:
    assert cents_of(parse_money(format_cents(cents, language))) == cents
    assert cents_of(amount_of(cents)) == cents


def test_money_by_language() -> None:
    amount = Decimal("-1234567.8")
    assert (format_money(amount), format_money(amount, "en")) == ("-1.234.567,80", "-1,234,567.80")
    assert format_money(Decimal("0.005")) == "0,01"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("17.08.2012", date(2012, 8, 17)),
        ("17.8.2012", date(2012, 8, 17)),
        ("17. 8. 2012", date(2012, 8, 17)),
        ("2012-08-17", date(2012, 8, 17)),
        ("17.8.12", date(2012, 8, 17)),
        ("24.11.", TODAY),
        ("24.11", TODAY),
        ("2411", TODAY),
        ("241126", TODAY),
        ("24112026", TODAY),
        ("+7", date(2026, 12, 1)),
        ("-24", date(2026, 10, 31)),
        ("danes", TODAY),
        ("31.02.2012", None),
        ("17/8", date(2026, 8, 17)),
        ("hm", None),
        ("", None),
    ],
)
def test_dates_as_they_are_typed(typed: str, day: date | None) -> None:
    if day is None:
        with pytest.raises(ValueError):  # noqa: PT011 - the text itself is the message
            parse_date(typed, lambda: TODAY)
    else:
        assert parse_date(typed, lambda: TODAY) == day


def test_files_hold_whole_dates_only() -> None:
    for short in ("24.11.", "2411", "+7", "danes"):
        with pytest.raises(ValueError):  # noqa: PT011 - the text itself is the message
            parse_date(short)


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.sampled_from(["sl", "de", "hr", "it"]))
def test_dates_are_read_back(day: date, language: str) -> None:
    assert parse_date(format_date(day, language)) == day


def test_names_are_found_without_marks_and_sorted_as_slovenes_do() -> None:
    assert fold("Čučkova Žaga ĐURO") == "cuckova zaga duro"
    names = ["Žaga", "Zebra", "Čebela", "Cona", "Švic", "Sova", "dom", "Đuro", "čas", "1. april"]
    assert sorted(names, key=sort_key) == [
        "1. april",
        "Cona",
        "čas",
        "Čebela",
        "dom",
        "Đuro",
        "Sova",
        "Švic",
        "Zebra",
        "Žaga",
    ]
