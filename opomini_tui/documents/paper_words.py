"""The words of the papers beside the letter's own text (interest specification, statement of open items).

Like the letter they speak the customer's language; each paper has one TOML file with a section for each language.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import opomini_tui.text
from opomini_tui.documents.wording import LETTER_LANGUAGES

_FOLDER = Path(opomini_tui.text.__file__).parent / "letters"


@dataclass(frozen=True, slots=True)
class PaperWords:
    """The words of one paper in one language."""

    _words: Mapping[str, str]

    def label(self, name: str, **values: str) -> str:
        """The words `name`, with their values filled in."""
        text = self._words[name]
        return text.format(**values) if values else text


@cache
def paper_words(paper: Literal["interest_page", "statement"], language: str) -> PaperWords:
    """The words of `paper` in `language`; English in place of a language that no letter speaks."""
    words = tomllib.loads((_FOLDER / f"{paper}.toml").read_text(encoding="utf-8"))
    return PaperWords(words[language if language in LETTER_LANGUAGES else "en"])
