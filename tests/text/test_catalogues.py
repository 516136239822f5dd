"""The catalogues are complete, agree with the code, and count as Slovenes count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir

from opomini_tui import text
from opomini_tui.actions import ACTIONS
from opomini_tui.text import _, ngettext
from opomini_tui.text.build_catalogues import merge
from opomini_tui.themes import load_themes, theme_folder

PACKAGE = Path(text.__file__).parent.parent
KEYWORDS = {"_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "N_": None}


@cache
def used() -> list[tuple[str | tuple[str, ...], str | None, str]]:
    """Every text that the code asks for: msgid (or its singular and plural), context, where."""
    return list(_used())


def _used() -> Iterator[tuple[str | tuple[str, ...], str | None, str]]:
    found = extract_from_dir(
        str(PACKAGE), method_map=[("**.py", "python")], options_map={}, keywords=KEYWORDS, comment_tags=()
    )
    for name, line, message, _comments, context in found:
        yield message, context, f"{name}:{line}"
    for action in ACTIONS:
        yield action.title, None, f"actions.py: {action.id}"
        yield action.help, None, f"actions.py: {action.id}"
    for theme in load_themes([theme_folder()]).titles.values():
        yield theme, None, "themes"


def names(sentence: str) -> set[str]:
    """The placeholders of a sentence."""
    return {name for _text, name, _spec, _conv in Formatter().parse(sentence) if name}


def forms_of(string: str | Iterable[str] | None) -> list[str]:
    """The one form, or the plural forms, of a translation."""
    return [string] if isinstance(string, str) else list(string or ())


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_no_text_is_missing(language: str) -> None:
    catalogue = merge(language)
    missing = []
    for message, context, where in used():
        key = message if isinstance(message, str) else message[0]
        entry = catalogue.get(key, context)
        strings = [] if entry is None else forms_of(entry.string)
        if not strings or not all(strings):
            missing.append(f"{where}: {key}")
    assert not missing


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_nothing_is_left_over(language: str) -> None:
    wanted = {(m if isinstance(m, str) else m[0], c) for m, c, _where in used()}
    kept = {
        (entry.id if isinstance(entry.id, str) else entry.id[0], entry.context) for entry in merge(language) if entry.id
    }
    # argparse's own words are looked up by argparse itself.
    extra = {key for key, _context in kept - wanted if not _is_of_argparse(key)}
    assert not extra


def _is_of_argparse(key: str) -> bool:
    """Whether the standard library's argparse asks for this text."""
    import argparse

    return repr(key)[1:-1] in Path(argparse.__file__).read_text("utf-8") or key in ("usage: ", "options")


@pytest.mark.parametrize("language", text.LANGUAGES)
def test_translations_keep_the_placeholders(language: str) -> None:
    wrong = []
    for entry in merge(language):
        if not entry.id or _is_of_argparse(entry.id if isinstance(entry.id, str) else entry.id[0]):
            continue
        ids = [entry.id] if isinstance(entry.id, str) else list(entry.id)
        strings = forms_of(entry.string)
        allowed = set().union(*(names(one) for one in ids))
        wrong += [one for one in strings if not names(one) <= allowed]
        if len(ids) == 1 and names(ids[0]) != names(strings[0]):
            wrong.append(strings[0])
    assert not wrong


@pytest.mark.parametrize(
    ("count", "form"),
    [(0, 3), (1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (11, 3), (101, 0), (102, 1), (103, 2), (111, 3)],
)
def test_slovene_plural_forms(count: int, form: int) -> None:
    text.use_language("sl")
    forms = (
        "Izstavljen je {n} opomin.",
        "Izstavljena sta {n} opomina.",
        "Izstavljeni so {n} opomini.",
        "Izstavljenih je {n} opominov.",
    )
    assert ngettext("{n} notice was issued.", "{n} notices were issued.", count) == forms[form]


def test_language_is_switched_at_run_time() -> None:
    text.use_language("sl")
    slovene = _("Administrator")
    text.use_language("en")
    assert (slovene, _("Administrator")) == ("Skrbnik sistema", "Administrator")
    text.use_language("xx")
    assert text.language() == "sl"
