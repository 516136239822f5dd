"""Keys by which Slovene names are found (without č/š/ž and case) and put in order (a b c č ć d đ … ž)."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_ORDER = "abcčćdđefghijklmnopqrsštuvwxyzž"
# Two characters a letter, so that byte order is alphabet order on every database.
_SORT = {letter: chr(ord("b") + n // 2) + ("a" if n % 2 == 0 else "b") for n, letter in enumerate(_ORDER)}
_FOLD = str.maketrans({"đ": "d", "ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "ı": "i"})


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """`name` in lower case without marks: "Čučkova" → "cuckova"; what locate and search compare."""
    lowered = unicodedata.normalize("NFKD", name.casefold()).translate(_FOLD)
    return "".join(character for character in lowered if not unicodedata.combining(character))


@lru_cache(maxsize=4096)
def sort_key(name: str) -> str:
    """A key whose byte order is the Slovene alphabetical order of `name`."""
    keys = []
    for character in name.casefold():
        key = _SORT.get(character) or "".join(_SORT.get(c, c) for c in fold(character))
        keys.append(key)
    return "".join(keys)
