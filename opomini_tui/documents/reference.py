"""Payment references and account numbers as Slovene banks check them.

Rules: ZBS "Pravila za oblikovanje in uporabo standardiziranih referenc" 1.4 (models SI00, SI12, RF), ISO 11649 (RF),
ISO 13616 (IBAN), and the Slovene BBAN, whose fifteen digits are 1 modulo 97.
"""

from __future__ import annotations

import re
from functools import lru_cache

from opomini_tui.errors import OpominiError
from opomini_tui.text import _

_SI12_DIGITS = 12


def mod11_digit(digits: str) -> int:
    """The check digit of `digits` with the weights 2, 3, 4 … from the right; 10 and 11 become 0."""
    total = sum(weight * int(digit) for weight, digit in enumerate(reversed(digits), start=2))
    check = 11 - total % 11
    return check if check < 10 else 0


def si12(year: int, number: int) -> str:
    """The reference of notice `number` of `year` in model SI12: 2026/276 → "SI12 0002026002762".

    Thirteen digits: the year and the number (at least five digits), padded to twelve, and the check digit.

    Raises:
        OpominiError: year and number together have more than twelve digits.
    """
    digits = f"{year}{number:05d}".zfill(_SI12_DIGITS)
    if year < 1 or number < 1 or len(digits) > _SI12_DIGITS:
        message = _("No payment reference can be made for notice {year}-{number}. Set a smaller first number.")
        raise OpominiError(message.format(year=year, number=number))
    return f"SI12 {digits}{mod11_digit(digits)}"


def si00(year: int, number: int) -> str:
    """The reference of notice `number` of `year` in model SI00, without check digits: "SI00 2026-276"."""
    return f"SI00 {year}-{number}"


def rf(text: str) -> str:
    """The ISO 11649 creditor reference of `text` (1 to 21 letters and digits): "SBO2010" → "RF45 SBO2010".

    Raises:
        OpominiError: `text` is too long or has other characters.
    """
    body = text.upper()
    if not re.fullmatch(r"[A-Z0-9]{1,21}", body):
        message = _("“{text}” cannot be an RF reference: use 1 to 21 letters and digits.")
        raise OpominiError(message.format(text=text))
    return f"RF{98 - _mod97(body + 'RF00'):02d} {body}"


def notice_reference(kind: str, year: int, number: int) -> str:
    """The reference of notice `number` of `year` in the kind SI12, SI00 or RF ("RF76 202600276").

    Raises:
        OpominiError: year and number are too long for it.
    """
    if kind == "SI00":
        return si00(year, number)
    return rf(f"{year}{number:05d}") if kind == "RF" else si12(year, number)


def check_iban(iban: str) -> str:
    """The account number without spaces; a Slovene one passes three checks, a foreign one the ISO check.

    Slovene: 19 characters `SI56` + 15 digits; the fifteen digits are 1 modulo 97; the IBAN is 1 modulo 97.

    Raises:
        OpominiError: a character is missing or wrong.
    """
    compact = _compact(iban)
    right = bool(re.fullmatch(r"[A-Z]{2}\d\d[A-Z0-9]{11,30}", compact)) and _mod97(compact[4:] + compact[:4]) == 1
    if right and compact.startswith("SI"):
        right = bool(re.fullmatch(r"SI56\d{15}", compact)) and int(compact[4:]) % 97 == 1
    if not right:
        message = _("The account number {iban} is not right: a digit is wrong or missing. Compare it with the bank's.")
        raise OpominiError(message.format(iban=iban))
    return compact


@lru_cache(maxsize=64)
def is_iban(iban: str) -> bool:
    """True when the account number passes the checks of `check_iban`."""
    try:
        check_iban(iban)
    except OpominiError:
        return False
    return True


def group_iban(iban: str) -> str:
    """An IBAN as printed, in groups of four: "SI56051008010486080" → "SI56 0510 0801 0486 080"."""
    compact = _compact(iban)
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))


def _compact(text: str) -> str:
    """`text` without spaces of any kind, in capitals."""
    return "".join(text.split()).upper()


def _mod97(text: str) -> int:
    """Letters as 10…35, the whole as a number modulo 97 (ISO 7064)."""
    return int("".join(str(int(character, 36)) for character in text)) % 97
