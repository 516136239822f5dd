"""Amounts and days are read to the cent and to the day, in every way in which ledgers write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opomini_tui.ledger.values import AmountReader, clean, clean_all, decimal_sign, read_currency, read_day, sign_of
from opomini_tui.text.formats import format_cents

CENTS = st.integers(-(10**12), 10**12)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


def cents(text: str | Decimal, sign: str) -> int:
    reader = AmountReader(lambda: sign)
    value = reader.read(text)
    assert list(reader.read_all([text, text])) == [value, value]
    return value


@given(CENTS)
def test_every_amount_comes_back_in_every_form(value: int) -> None:
    comma, point = format_cents(value), format_cents(value, "en")
    for text in (comma, comma.replace(".", ""), comma.replace(".", " "), comma.replace(".", " "), f" {comma} EUR"):
        assert cents(text, ",") == value
    for text in (point, point.replace(",", ""), point.replace(",", "'"), f"€{point}".replace("€", "") + " €"):
        assert cents(text, ".") == value
    assert cents(Decimal(value).scaleb(-2), "") == value
    negative = comma.lstrip("-")
    assert cents(f"{negative}-", ",") == cents(f"({negative})", ",") == -abs(value)


@given(CENTS)
def test_the_sign_an_amount_shows_is_never_wrong(value: int) -> None:
    assert sign_of(format_cents(value)) == ","
    assert sign_of(format_cents(value, "en")) == "."
    assert sign_of(str(value)) == ""


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("1.234", ""),
        ("1,234", ""),
        ("12", ""),
        ("1.234,5", ","),
        ("12,5", ","),
        ("1.234.567", ","),
        ("1,234,567", "."),
        ("1234.567", "."),
        ("0,500", ","),
        ("1,234.5", "."),
        ("1,2,3.4.5", ""),
        ("abc", ""),
        ("-12.5", "."),
    ],
)
def test_which_sign_is_the_decimal_one(text: str, sign: str) -> None:
    assert sign_of(text) == sign


def test_the_file_decides_what_one_amount_cannot() -> None:
    assert decimal_sign(["1.234", "500", "12,50", "1.5"]) == ","
    assert decimal_sign(["1.234", Decimal("3.5"), "500"]) == ""
    assert cents("1.234", ",") == 123_400
    assert cents("1.230", ".") == 123
    assert cents("500", "") == 50_000


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("", ","),
        ("-", ","),
        ("abc", ","),
        ("1.23,45", ","),
        ("1,234.56", ","),
        ("1.234,56", "."),
        ("1234.5", ","),
        ("12,345", ","),
        ("1.234", ""),
        ("1,5", ""),
        ("1 2", ","),
        ("12,50,1", ","),
        ("1_000,00", ","),
        ("١٢,00", ","),
        ("1e5", "."),
        ("99999999999999999,00", ","),
        ("--5,00", ","),
        (",", ","),
    ],
)
def test_what_is_no_amount_is_refused(text: str, sign: str) -> None:
    reader = AmountReader(lambda: sign)
    with pytest.raises(ValueError):  # noqa: PT011 - the value itself is the message
        reader.read(text)
    with pytest.raises(ValueError):  # noqa: PT011 - the value itself is the message
        reader.read_all(["1", text])
    with pytest.raises(ValueError):  # noqa: PT011 - the value itself is the message
        reader.read_all([f"{format_cents(150)}|{format_cents(150)}"])


def test_a_number_with_more_than_two_places_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1\.005"):
        cents(Decimal("1.005"), "")


@given(DAYS)
def test_every_day_comes_back_in_every_form(day: date) -> None:
    iso = day.isoformat()
    dotted = f"{day.day}.{day.month}.{day.year}"
    for text in (iso, dotted, f"{day:%d.%m.}{day.year}", f"{day.day}. {day.month}. {day.year}", f"{iso} 00:00:00"):
        assert read_day(text) == iso
    assert read_day(f"{dotted} 0:00:00") == read_day(f" {iso}T00:00:00 ") == iso


@given(st.dates(date(1900, 3, 1), date(2199, 12, 31)))
def test_a_serial_number_of_excel_is_its_day(day: date) -> None:
    assert read_day(Decimal((day - date(1899, 12, 30)).days)) == day.isoformat()


@pytest.mark.parametrize("text", ["", "31.2.2012", "2012-13-01", "17.8.", "danes", "17.08.212", "0212-08-17", "x"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the value itself is the message
        read_day(text)


@given(st.text())
def test_clean_text_has_no_control_characters(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.isprintable()
    assert cleaned == cleaned.strip()
    assert clean(cleaned) == cleaned


@given(st.lists(st.text() | st.text("ab |", max_size=3)))
def test_many_texts_are_cleaned_as_one_by_one(texts: list[str]) -> None:
    assert list(clean_all(texts)) == [clean(text) for text in texts]


@given(st.lists(st.text("0123456789.,- |", max_size=8) | CENTS.map(format_cents), min_size=1, max_size=4))
def test_many_amounts_are_read_as_one_by_one(texts: list[str]) -> None:
    reader = AmountReader(lambda: ",")
    try:
        expected = [reader.read(text) for text in texts]
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 - the value itself is the message
            reader.read_all(texts)
    else:
        assert list(reader.read_all(texts)) == expected


def test_clean_keeps_letters_and_joins_lines() -> None:
    assert clean(" Čuček\x00\r\n  Žan ") == "Čuček Žan"
    assert clean("C\u030cuk") == "Čuk"
    assert clean(Decimal(1000)) == "1000"


def test_currencies() -> None:
    assert [read_currency(text) for text in ("", "€", "eur", "usd")] == ["EUR", "EUR", "EUR", "USD"]
    with pytest.raises(ValueError, match="EURO"):
        read_currency("EURO")
