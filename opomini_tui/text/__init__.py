"""Every text that a user sees goes through here: gettext catalogues, Slovene first, English second.

The msgid in the code is the English sentence; fragments `locales/<language>/<area>.po` are merged
and compiled when the package is built. One process serves one operator, so the language is a plain
module state that threads share.
"""

from __future__ import annotations

import gettext as _gettext
from pathlib import Path

LANGUAGES = ("sl", "en")
LOCALES = Path(__file__).parent / "locales"

_current: _gettext.NullTranslations = _gettext.NullTranslations()
_language = "en"


def use_language(language: str) -> None:
    """Switch every later text to `language` ("sl" or "en"); an unknown one falls back to Slovene."""
    global _current, _language
    _language = language if language in LANGUAGES else "sl"
    _current = _gettext.translation("opomini", LOCALES, languages=[_language])


def language() -> str:
    """The language that texts are in now."""
    return _language


def _(message: str) -> str:
    """The text `message` in the current language."""
    return _current.gettext(message) if message else ""


def ngettext(one: str, many: str, count: int) -> str:
    """The sentence for `count` things, in the plural form of the current language."""
    return _current.ngettext(one, many, count)


def pgettext(context: str, message: str) -> str:
    """The text `message` in the sense of `context`, for words that have more than one translation."""
    return _current.pgettext(context, message)
