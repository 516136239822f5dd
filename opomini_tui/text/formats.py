"""Money and dates as people of each language write and type them (domain facts §5.1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

CENT = Decimal("0.01")
_ENGLISH_MONTHS = "January February March April May June July August September October November December".split()


def cents_of(amount: Decimal) -> int:
    """Whole cents of an amount in euros, rounded half up (away from zero)."""
    return int(amount.quantize(CENT, ROUND_HALF_UP).scaleb(2))


def amount_of(cents: int) -> Decimal:
    """The amount in euros, with two places, of whole cents."""
    return Decimal(cents).scaleb(-2).quantize(CENT)


def format_cents(cents: int, language: str = "sl") -> str:
    """Whole cents as written in `language`: 545060 → "5.450,60" (English "5,450.60")."""
    whole, rest = divmod(abs(cents), 100)
    text = f"{whole:,}.{rest:02d}"
    if language != "en":
        text = text.translate(_SWAP)
    return f"-{text}" if cents < 0 else text


_SWAP = str.maketrans(",.", ".,")


def format_money(amount: Decimal, language: str = "sl") -> str:
    """An amount as written in `language`: "1.234,56"; English "1,234.56"."""
    return format_cents(cents_of(amount), language)


def currency_sign(code: str) -> str:
    """What stands after an amount on the screen: € for EUR, the code itself of any other currency."""
    return "€" if code == "EUR" else code


def format_date(day: date, language: str = "sl") -> str:
    """A date as written in a letter of `language`; Slovene and German `dd.mm.yyyy`."""
    if language == "en":
        return f"{day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"
    if language == "hr":
        return f"{day.day}. {day.month}. {day.year}."
    if language == "it":
        return f"{day:%d/%m/}{day.year}"
    return f"{day:%d.%m.}{day.year}"


_NUMBER = re.compile(r"[+-]?\d[\d.,\u00a0 ]*")


def parse_money(text: str) -> Decimal:
    """Read an amount: `5450,6`, `5.450,60`, `5450.60`, `5,450.60`, `1 204,50`, `-3`.

    A lone point or comma before exactly three digits is read as the thousands sign only when the
    number cannot be meant otherwise: `5.450` is refused as ambiguous, `1.234.567` is not.

    Raises:
        ValueError: not an amount, ambiguous, or more than two decimal places.
    """
    stripped = text.strip().replace("\u2212", "-").removesuffix("€").removesuffix("EUR").strip()
    if not _NUMBER.fullmatch(stripped):
        raise ValueError(text)
    digits = re.sub(r"[\u00a0 ]", "", stripped)
    try:
        value = Decimal(_with_point(digits, text))
    except InvalidOperation as error:
        raise ValueError(text) from error
    if value != value.quantize(CENT):
        raise ValueError(text)
    return value.quantize(CENT)


def _with_point(digits: str, text: str) -> str:
    """`digits` with the decimal sign as a point and no thousands signs."""
    last = max(digits.rfind(","), digits.rfind("."))
    if last < 0:
        return digits
    sign = digits[last]
    whole, fraction = digits[:last], digits[last + 1 :]
    other = "." if sign == "," else ","
    if sign in whole:  # the sign stands more than once: it groups thousands
        if other in digits:
            raise ValueError(text)
        return _ungroup(digits, sign, text)
    if other in whole:
        return f"{_ungroup(whole, other, text)}.{fraction}"
    if len(fraction) == 3 and whole.lstrip("+-") not in ("", "0"):
        raise ValueError(text)
    return f"{whole}.{fraction}"


def _ungroup(digits: str, sign: str, text: str) -> str:
    """`digits` without thousands signs, which must stand before each group of three."""
    first, *groups = digits.split(sign)
    if not 1 <= len(first.lstrip("+-")) <= 3 or any(len(group) != 3 for group in groups):
        raise ValueError(text)
    return first + "".join(groups)


_DOTTED = re.compile(r"(\d{1,2})\s*[./]\s*(\d{1,2})\s*(?:[./]\s*(\d{2}|\d{4})?\s*\.?)?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def parse_date(text: str, today: Callable[[], date] | None = None) -> date:
    """Read a date: `17.08.2012`, `17.8.2012`, `17. 8. 2012`, `2012-08-17`, `17.8.12`.

    With `today` (a function that gives the current day) also what a person types into a form:
    `24.11.`, `2411`, `24112026`, `+7`, `-3`, `danes`, `today`.

    Raises:
        ValueError: not a date.
    """
    typed = text.strip().lower()
    if match := _ISO.fullmatch(typed):
        return date(*(int(part) for part in match.groups()))
    if match := _DOTTED.fullmatch(typed):
        day, month, year = match.groups()
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
        if today:
            return date(today().year, int(month), int(day))
    if today:
        return _parse_short_date(typed, today())
    raise ValueError(text)


def _parse_short_date(typed: str, today: date) -> date:
    """The short forms that operators type; `today` is what they count from."""
    if typed in ("danes", "today", "d"):
        return today
    if re.fullmatch(r"[+-]\d{1,4}", typed):
        return today + timedelta(days=int(typed))
    if re.fullmatch(r"\d{4}|\d{6}|\d{8}", typed):
        year = int(typed[4:] or today.year)
        return date(year + (2000 if len(typed) == 6 else 0), int(typed[2:4]), int(typed[:2]))
    raise ValueError(typed)
