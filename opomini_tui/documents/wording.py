"""The words of a letter in its five languages, read from the TOML files beside the catalogues.

A letter speaks the customer's language, not the operator's, so these words are not in the gettext catalogues.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import opomini_tui.text

LETTER_LANGUAGES = ("sl", "en", "de", "it", "hr")
Kind = Literal["company", "person"]
TextName = Literal["subject", "above", "below", "mail"]

_FOLDER = Path(opomini_tui.text.__file__).parent / "letters"
_LEVELS = {1: "first", 2: "second", 3: "third"}
_PART = re.compile(r"\{\+(\w+)\}")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one language."""

    language: str
    _words: Mapping[str, Any]

    def label(self, name: str, **values: str) -> str:
        """The label `name`, with its values filled in."""
        text = str(self._words["labels"][name])
        return text.format(**values) if values else text

    def title(self, level: int, before_lawsuit: bool) -> str:
        """The title of a notice of `level`, in capitals."""
        return str(self._words["titles"]["lawsuit" if before_lawsuit else str(level)])

    def title_number(self, number: str) -> str:
        """The number as it follows the title: "št. 2026-276"."""
        return str(self._words["titles"]["number"]).format(number=number)

    def counted(self, noun: Literal["invoices", "days"], count: int) -> str:
        """`count` invoices or days in the right plural form: "3 računi"."""
        forms: Sequence[str] = self._words["plurals"][noun]
        return forms[plural_form(count, self.language)].format(n=count)

    def joined(self, name: Literal["extras", "breakdown"], present: Sequence[str]) -> str:
        """The phrases of the list `name` whose keys are `present`, joined as the language does: "a, b in c"."""
        phrases = [str(phrase) for key, phrase in self._words["lists"][name].items() if key in present]
        if len(phrases) < 2:
            return "".join(phrases)
        return ", ".join(phrases[:-1]) + str(self._words["lists"]["and"]) + phrases[-1]

    def lock(self, name: str, **values: str) -> str:
        """The phrase `name` on the password of a locked attachment, with its values filled in."""
        return str(self._words["lock"][name]).format(**values)

    def signature(self, name: Literal["by", "reason"]) -> str:
        """What a visible signature says: before who signed, and why."""
        return str(self._words["signature"][name])

    def text(self, name: TextName, level: int, before_lawsuit: bool, kind: Kind) -> str:
        """The default text `name`, its parts put in, its placeholders not yet filled."""
        section = "lawsuit" if before_lawsuit else _LEVELS[level]
        texts = {**self._words[section], **self._variant(kind, section)}
        parts = {**self._words["parts"], **self._variant(kind, "parts")}
        text = str(texts[name])
        while _PART.search(text):
            text = _PART.sub(lambda match: str(parts[match[1]]), text)
        return text

    def _variant(self, kind: Kind, section: str) -> Mapping[str, str]:
        """What differs for `kind` in `section`."""
        variant: Mapping[str, str] = self._words.get(kind, {}).get(section, {})
        return variant


@cache
def wording(language: str) -> Wording:
    """The words of `language`; a customer whose language is none of the five gets English."""
    known = language if language in LETTER_LANGUAGES else "en"
    return Wording(known, tomllib.loads((_FOLDER / f"{known}.toml").read_text(encoding="utf-8")))


def plural_form(count: int, language: str) -> int:
    """The number of the plural form for `count` things (CLDR): four forms in Slovene, three in Croatian, else two."""
    if language == "sl":
        return {1: 0, 2: 1, 3: 2, 4: 2}.get(count % 100, 3)
    if language == "hr":
        if count % 10 == 1 and count % 100 != 11:
            return 0
        return 1 if 2 <= count % 10 <= 4 and not 12 <= count % 100 <= 14 else 2
    return 0 if count == 1 else 1
