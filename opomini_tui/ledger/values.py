"""Values of a ledger file: text, days, amounts. Quick where a million of them come, exact everywhere.

Every reader takes a cell and raises ValueError when it is not what it should be.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache

from opomini_tui.text.formats import parse_date

Cell = str | Decimal

_TIME = re.compile(r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?Z?$")
_EXCEL_DAY_0 = date(1899, 12, 30)  # serial 60 and above count from here (the leap day of 1900 that never was)
_SPACES = " \u00a0\u202f\u2009'’"  # what groups thousands besides point and comma


def clean(cell: Cell) -> str:
    """The text of a cell: trimmed, composed (NFC), control characters and line breaks as single spaces."""
    if cell.__class__ is not str:
        return format(cell, "f")
    text = cell.strip()
    return text if text.isascii() and text.isprintable() else _scrub(text)


def _scrub(text: str) -> str:
    """`clean` for text with letters beyond ASCII or with control characters."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isprintable():
        return composed
    # Cc control, Cf invisible marks (a byte order mark, directions), Zl/Zp/Zs spaces of all kinds
    spaced = "".join(
        character if character.isprintable() else ("" if unicodedata.category(character) == "Cf" else " ")
        for character in composed
    )
    return " ".join(spaced.split())


def needed(cell: Cell) -> str:
    """As `clean`; an empty cell is a mistake."""
    if text := clean(cell):
        return text
    raise ValueError(cell)


def clean_all(cells: Sequence[Cell]) -> Sequence[str]:
    """`clean` for many cells: as they are when all of them are plain."""
    return cells if _all_plain(cells) else [clean(cell) for cell in cells]  # type: ignore[return-value]  # all str


def needed_all(cells: Sequence[Cell]) -> Sequence[str]:
    """`needed` for many cells."""
    texts = clean_all(cells)
    if all(texts):
        return texts
    raise ValueError(cells)


def _all_plain(cells: Sequence[Cell]) -> bool:
    """Whether all cells are text that `clean` leaves as it is (a `|` in one only makes it doubtful)."""
    try:
        joined = "|".join(cells)  # type: ignore[arg-type]  # a number raises TypeError
    except TypeError:
        return False
    return (
        joined.isascii()
        and joined.isprintable()
        and "| " not in joined
        and " |" not in joined
        and not joined.startswith(" ")
        and not joined.endswith(" ")
    )


@lru_cache(maxsize=16_384)
def read_day(cell: Cell) -> str:
    """A day as ISO text; read are `17.08.2012`, `17.8.2012`, `2012-08-17`, a time behind it, Excel's serial number."""
    if isinstance(cell, Decimal):
        if not 1 <= cell < 2_000_000:
            raise ValueError(cell)
        day = _EXCEL_DAY_0 + timedelta(days=int(cell))
    else:
        day = parse_date(_TIME.sub("", cell.strip()))
    if not 1900 <= day.year < 2200:
        raise ValueError(cell)
    return day.isoformat()


def read_currency(cell: Cell) -> str:
    """A currency code of three letters; an empty cell and € mean EUR."""
    text = clean(cell).upper()
    if text in ("EUR", "", "€"):
        return "EUR"
    if len(text) == 3 and text.isascii() and text.isalpha():
        return text
    raise ValueError(cell)


class AmountReader:
    """Reads amounts as whole cents, with the decimal sign of their file.

    `find_sign` gives that sign ("," or ".", "" when the file does not tell); it is asked once, at
    the first amount that is text. Numbers of a workbook need no sign.
    """

    def __init__(self, find_sign: Callable[[], str]) -> None:
        self._find_sign = find_sign

    @cached_property
    def _sign(self) -> str:
        """The decimal sign."""
        return self._find_sign()

    @cached_property
    def _group(self) -> str:
        """The sign that groups thousands."""
        return {",": ".", ".": ",", "": ""}[self._sign]

    @cached_property
    def _all_usual(self) -> Callable[[str], re.Match[str] | None]:
        """Matches amounts that are all written as `-1.234,56` or `1234,56`, each with a `|` behind it."""
        group, sign = re.escape(self._group), re.escape(self._sign)
        whole = rf"(?:[0-9]{{1,3}}(?:{group}[0-9]{{3}}){{1,4}}|[0-9]{{1,13}})"
        return re.compile(rf"(?:-?{whole}{sign}[0-9]{{2}}\|)*").fullmatch

    def read(self, cell: Cell) -> int:
        """Cents of one amount, in any of its shapes."""
        return _cents(cell) if isinstance(cell, Decimal) else _read_amount(cell, self._sign, self._group)

    def read_all(self, cells: Sequence[Cell]) -> Sequence[int]:
        """Cents of many amounts: in one go when all are of the usual shape and show the decimal sign."""
        try:
            joined = "|".join(cells) + "|"  # type: ignore[arg-type]  # a number raises TypeError
        except TypeError:
            return [self.read(cell) for cell in cells]
        if not self._sign or joined.count("|") != len(cells) or not self._all_usual(joined):
            return [self.read(cell) for cell in cells]
        digits = joined.replace(self._group, "").replace(self._sign, "")
        return list(map(int, digits[:-1].split("|")))


@lru_cache(maxsize=4)
def _amount_pattern(sign: str, group: str) -> re.Pattern[str]:
    """The whole shape of an unsigned amount: digits (in groups of three), and decimals behind the sign."""
    decimals = rf"(?:{re.escape(sign)}([0-9]+))?" if sign else "()"
    return re.compile(rf"([0-9]{{1,13}}|[0-9]{{1,3}}(?:[{re.escape(group + _SPACES)}][0-9]{{3}}){{1,4}}|){decimals}")


def _read_amount(text: str, sign: str, group: str) -> int:
    """Cents of an amount in any of its shapes; decimals behind the second must be zeros."""
    minus, digits = _unsigned(text)
    match = _amount_pattern(sign, group).fullmatch(digits)
    if match is None or not digits:
        raise ValueError(text)
    whole = re.sub("[^0-9]", "", match[1])
    decimals = match[2] or ""
    if decimals[2:].strip("0"):
        raise ValueError(text)
    cents = int(f"{whole or '0'}{decimals[:2]:0<2}")
    return -cents if minus else cents


def _unsigned(text: str) -> tuple[bool, str]:
    """Whether an amount is negative (`-3`, `3-`, `(3)`), and its digits without sign and currency."""
    digits = text.strip().upper().replace("−", "-").removesuffix("€").removesuffix("EUR").strip()
    if digits.startswith("(") and digits.endswith(")"):
        return True, digits[1:-1]
    if digits.startswith(("-", "+")):
        return digits[0] == "-", digits[1:].strip()
    if digits.endswith("-"):
        return True, digits[:-1].strip()
    return False, digits


def _cents(number: Decimal) -> int:
    """Cents of a number; more than two places are a mistake."""
    cents = number.scaleb(2)
    if cents != cents.to_integral_value() or abs(cents) >= 10**15:
        raise ValueError(number)
    return int(cents)


def decimal_sign(cells: Iterable[Cell]) -> str:
    """The decimal sign that amounts are written with, by the first that leaves no doubt; "" when none does."""
    return next((sign for cell in cells if isinstance(cell, str) and (sign := sign_of(cell))), "")


def sign_of(text: str) -> str:
    """The decimal sign that one amount shows: "," or "."; "" when it could be either, as in `1.234`."""
    _minus, digits = _unsigned(text)
    digits = digits.translate({ord(space): None for space in _SPACES})
    if not re.fullmatch(r"[0-9.,]+", digits):
        return ""
    last = digits.rfind(",") if digits.rfind(",") > digits.rfind(".") else digits.rfind(".")
    if last < 0:
        return ""
    sign, other = digits[last], "," if digits[last] == "." else "."
    whole, decimals = digits[:last], digits[last + 1 :]
    if other in whole:
        return sign if sign not in whole else ""
    if sign in whole:  # it stands twice, so it groups thousands
        return other
    if len(decimals) == 3 and 1 <= len(whole) <= 3 and whole != "0":
        return ""
    return sign
