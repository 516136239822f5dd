"""Default texts in every language, level and kind: nothing is left open, nothing is claimed that is not so."""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opomini_tui.documents.letter import placeholder_values
from opomini_tui.documents.texts import PLACEHOLDERS, TemplateError, default_text, fill, unknown_placeholders
from opomini_tui.documents.wording import LETTER_LANGUAGES, Kind, TextName, wording
from tests.documents.samples import SENDER, letter_of, line, lines

NAMES: tuple[TextName, ...] = get_args(TextName)
KINDS: tuple[Kind, ...] = get_args(Kind)
LEVELS = [(1, False), (2, False), (3, False), (3, True)]
CASES = list(itertools.product(LETTER_LANGUAGES, LEVELS, KINDS))
INTEREST = {"sl": "obresti", "en": "interest", "de": "zinsen", "it": "interessi", "hr": "kamate"}
COST = {
    "sl": ("strošek opomina", "stroški opominjanja", "stroški opomina"),
    "en": ("reminder charge",),
    "de": ("mahnkosten",),
    "it": ("spese di sollecito",),
    "hr": ("trošak opomene", "troškovi opomena", "naknad"),
}
LAWSUIT = {"sl": "tožb", "en": "legal", "de": "klage", "it": "diffida", "hr": "tužb"}


def filled(
    language: str, level: tuple[int, bool], kind: Kind, *, interest: str, cost: str, previous: bool = True
) -> str:
    """All texts of a case, filled in."""
    letter = letter_of(
        [line(1, interest=interest)], level=level[0], before_lawsuit=level[1], language=language, cost=Decimal(cost)
    )
    values = (
        placeholder_values(letter, previous_number="2026-276", previous_date=date(2026, 10, 26))
        if previous
        else placeholder_values(letter)
    )
    return "\n".join(fill(default_text(name, *level, language, kind), values) for name in NAMES)


@pytest.mark.parametrize(("language", "level", "kind"), CASES)
def test_texts_fill_and_speak_of_interest_and_cost_only_when_there_are(
    language: str, level: tuple[int, bool], kind: Kind
) -> None:
    without = filled(language, level, kind, interest="0.00", cost="0.00").lower()
    assert not any(sign in without for sign in "{}")
    assert "  " not in without
    # The lawsuit text names interest that will be owed "until payment".
    owed_later = {"sl": without.count("zamudnih obresti do plačila")}.get(language, 0)
    assert without.count(INTEREST[language]) == owed_later
    assert not any(word in without for word in COST[language])
    within = filled(language, level, kind, interest="5.00", cost="2.00").lower()
    assert INTEREST[language] in within
    if not (language == "hr" and kind == "person"):
        assert any(word in within for word in COST[language])


@pytest.mark.parametrize("level", LEVELS)
def test_no_cost_for_croatian_consumers(level: tuple[int, bool]) -> None:
    text = filled("hr", level, "person", interest="5.00", cost="2.00").lower()
    assert not any(word in text for word in COST["hr"])


@pytest.mark.parametrize(("language", "level", "kind"), CASES)
def test_no_hole_without_a_previous_notice_or_a_telephone(language: str, level: tuple[int, bool], kind: Kind) -> None:
    with_previous = filled(language, level, kind, interest="0.00", cost="0.00")
    assert ("2026-276" in with_previous) == (level in LEVELS[1:3])
    without = filled(language, level, kind, interest="0.00", cost="0.00", previous=False)
    assert "2026-276" not in without
    for hole in (" .", " ,", "št.  ", "( ", ",,", ", ,", "..", " na ."):
        assert hole not in without
    bare = letter_of([line(1)], language=language, sender=replace(SENDER, phone="", email=""))
    for name in NAMES:
        text = fill(default_text(name, *level, language, kind), placeholder_values(bare))
        assert not any(hole in text for hole in (" .", " ,", "  ", "( ", " ;", ",,"))


@pytest.mark.parametrize(("language", "level"), list(itertools.product(LETTER_LANGUAGES, LEVELS)))
def test_subject_for_persons_tells_nothing(language: str, level: tuple[int, bool]) -> None:
    for kind in KINDS:
        subject = default_text("subject", *level, language, kind)
        assert "{skupaj}" not in subject
        assert "{stevilka}" in subject
    assert LAWSUIT[language] not in default_text("subject", *level, language, "person").lower()


@pytest.mark.parametrize(("language", "level", "kind"), CASES)
def test_default_texts_use_known_placeholders(language: str, level: tuple[int, bool], kind: Kind) -> None:
    for name in NAMES:
        assert unknown_placeholders(default_text(name, *level, language, kind)) == []


def test_compensation_is_for_companies_only() -> None:
    letter = letter_of([line(1)], level=2, compensation=Decimal("40.00"))
    values = placeholder_values(letter)
    assert "ZPreZP-1" in fill(default_text("below", 2, False, "sl", "company"), values)
    assert "ZPreZP-1" not in fill(default_text("below", 2, False, "sl", "person"), values)
    assert values["dodatki"] == "strošek opomina in nadomestilo stroškov izterjave"
    assert values["sestava"].endswith("stroški opominjanja 2,00 EUR in nadomestilo stroškov izterjave 40,00 EUR")


def test_values_are_complete_and_in_the_language() -> None:
    letter = letter_of(lines(3), level=3)
    assert set(placeholder_values(letter)) == set(PLACEHOLDERS)
    assert placeholder_values(letter)["n_racunov"] == "3 računi"
    assert placeholder_values(letter)["iban"] == "SI56 0510 0801 0486 080"
    assert placeholder_values(letter)["racuni"].splitlines()[0] == "R-2025-91001 · 20.11.2025 · 129,19 EUR"
    assert placeholder_values(letter, "en")["rok"] == "2 December 2026"
    assert placeholder_values(letter, "fr")["n_racunov"] == "3 invoices"


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("sl", 1, "1 račun"), ("sl", 2, "2 računa"), ("sl", 4, "4 računi"), ("sl", 5, "5 računov"),
        ("sl", 11, "11 računov"), ("sl", 101, "101 račun"), ("sl", 102, "102 računa"), ("sl", 103, "103 računi"),
        ("sl", 111, "111 računov"), ("hr", 1, "1 račun"), ("hr", 21, "21 račun"), ("hr", 11, "11 računa"),
        ("hr", 5, "5 računa"), ("en", 1, "1 invoice"), ("en", 2, "2 invoices"), ("de", 1, "1 Rechnung"),
        ("it", 5, "5 fatture"),
    ],
)  # fmt: skip
def test_plurals(language: str, count: int, expected: str) -> None:
    assert wording(language).counted("invoices", count) == expected


def test_days_in_every_form() -> None:
    days = [wording("sl").counted("days", count) for count in (1, 2, 3, 5, 101, 369)]
    assert days == ["1 dan", "2 dneva", "3 dni", "5 dni", "101 dan", "369 dni"]
    assert [wording("hr").counted("days", count) for count in (1, 3, 21, 25)] == [
        "1 dan",
        "3 dana",
        "21 dan",
        "25 dana",
    ]


def test_every_language_has_every_word() -> None:
    def keys(tree: object, path: str = "") -> set[str]:
        if not isinstance(tree, dict):
            return {path}
        return set().union(*(keys(value, f"{path}.{key}") for key, value in tree.items()))

    shared = ("labels", "titles", "lists", "first", "second", "third", "lawsuit")
    all_keys = {
        language: {key for part in shared for key in keys(wording(language)._words[part], part)}
        for language in LETTER_LANGUAGES
    }
    assert all(found == all_keys["sl"] for found in all_keys.values()), all_keys


def test_sections_keep_or_drop() -> None:
    template = "A{?obresti} z obrestmi {obresti}{/}{!obresti} brez{/}.\n\n{?kontakt}Kontakt {kontakt}{/}\n\nB"
    assert fill(template, {"obresti": "1,20", "kontakt": ""}) == "A z obrestmi 1,20.\n\nB"
    assert fill(template, {"obresti": "0,00", "kontakt": "M"}) == "A brez.\n\nKontakt M\n\nB"
    assert fill("{?a}x{?b}y{/}{/}{!a}z{/}", {"a": "", "b": "1"}) == "z"


def test_values_are_not_read_as_templates() -> None:
    assert fill("{stranka}", {"stranka": "{skupaj} } {"}) == "{skupaj} } {"


@pytest.mark.parametrize(
    ("template", "position"),
    [("a { b", 3), ("a }", 3), ("{{n}}", 1), ("{?n}x", 1), ("x{/}", 2), ("{n", 1), ("{}", 1), ("ab {neznano}", 4)],
)
def test_stray_braces_and_unknown_names_are_errors_with_their_position(template: str, position: int) -> None:
    with pytest.raises(TemplateError) as caught:
        fill(template, {"n": "1"})
    assert caught.value.position == position


def test_unknown_placeholders_are_named_once() -> None:
    assert unknown_placeholders("{stevilka} {stevlka} {?obrest}{stevlka}{/}") == ["stevlka", "obrest"]
    with pytest.raises(TemplateError):
        unknown_placeholders("{stevilka")


@given(st.text(alphabet="ab{}?!/ \n", max_size=30))
def test_filling_ends_in_text_without_braces_or_in_an_error(template: str) -> None:
    result = ""
    with suppress(TemplateError):
        result = fill(template, {"a": "1", "b": "", "ab": "2", "ba": "3"})
    assert not set(result) & set("{}")
