"""The operator's language changes everything that is open, at once."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from textual.pilot import Pilot

import opomini_tui
from opomini_tui import text
from opomini_tui.models.parties import Operator
from opomini_tui.models.preferences import FIRST_SCREEN, remember
from opomini_tui.screens.dashboard import DashboardScreen
from opomini_tui.screens.operators import OperatorsScreen
from opomini_tui.screens.outbox import OutboxScreen
from opomini_tui.screens.own_account import OwnAccountScreen
from tests.screens.conftest import Opened, grid, notices_screen, run_app, shown
from tests.screens.conftest import said as toasts
from tests.screens.every_screen import NUMBER, furnish
from tests.screens.filling import fill
from tests.screens.working import go_to, said, settle, until

pytestmark = pytest.mark.journeys

ENTRY = re.compile(r'^msgid ((?:"[^\n]*"\n)+)msgstr ((?:"[^\n]*"\n)+)', re.MULTILINE)
SHORTEST = 4
NAMES = frozenset({"Lato", "Opomini", "English", "slovenščina", "Pisarna"})


@cache
def words_of_both() -> tuple[frozenset[str], frozenset[str]]:
    """Whole texts of the catalogue that stand only in English, and only in Slovene, without figures and names."""
    english, slovene = set(), set()
    for path in (Path(opomini_tui.__file__).parent / "text" / "locales" / "sl").glob("*.po"):
        for msgid, msgstr in ENTRY.findall(path.read_text(encoding="utf-8")):
            ours, theirs = ("".join(re.findall(r'"(.*)"', each)) for each in (msgid, msgstr))
            english.add(ours)
            slovene.add(theirs)
    only_english, only_slovene = (
        frozenset(filter(_is_telling, some)) for some in (english - slovene, slovene - english)
    )
    return only_english, only_slovene


def _is_telling(words: str) -> bool:
    return len(words) >= SHORTEST and "{" not in words and words not in NAMES


def left_over(screen: str, wanted: str) -> list[str]:
    """Texts of the other language that stand on the screen."""
    english, slovene = words_of_both()
    foreign, own = (slovene, english) if wanted == "en" else (english, slovene)
    plain = " ".join(screen.replace("│", " ").split())
    found = [one for one in foreign if re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", plain)]
    return [one for one in found if not any(one in other and other in plain for other in own)]


async def change_language(pilot: Pilot[int], language: str) -> None:
    """In the form that is open, with F9; then wait until it is so."""
    await fill(pilot, {"language": language})
    await pilot.press("f9")
    await until(pilot, lambda: text.language() == language)
    await settle(pilot)


@pytest.mark.parametrize(("before", "after"), [("sl", "en"), ("en", "sl")])
async def test_grid_and_overview_speak_the_new_language_at_once(company: Opened, before: str, after: str) -> None:
    remember(company.actor, FIRST_SCREEN, "dashboard")
    async with run_app(company, (120, 40), language=before) as pilot:
        assert isinstance(pilot.app.screen, DashboardScreen)
        await pilot.press("escape")
        await go_to(pilot, NUMBER)
        await pilot.press("space", "d")
        await settle(pilot)
        pilot.app.push_screen(OwnAccountScreen(notices_screen(pilot).choice()))
        await settle(pilot)
        await change_language(pilot, after)
        assert type(pilot.app.screen) is DashboardScreen
        assert left_over(shown(pilot), after) == []
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is notices_screen(pilot))
        assert left_over(shown(pilot), after) == []
        assert ("2,090.18" if after == "en" else "2.090,18") in shown(pilot)
        assert len(grid(pilot).ticks) == 1
        assert Operator.get(Operator.code == "006").language == after


async def test_the_cursor_stays_and_a_list_keeps_its_search(company: Opened) -> None:
    async with run_app(company) as pilot:
        await go_to(pilot, NUMBER)
        await pilot.press("p", "slash", *"skrb")
        await settle(pilot)
        await pilot.press("enter", "enter")
        await settle(pilot)
        await change_language(pilot, "sl")
        assert isinstance(pilot.app.screen, OperatorsScreen)
        assert "Operaterji" in said(pilot)
        assert "skrb" in said(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is notices_screen(pilot))
        row = grid(pilot).cursor_row
        assert row is not None
        assert row.cells[1] == str(NUMBER)


async def test_the_outbox_below_the_own_account_follows_and_can_be_left(company: Opened) -> None:
    furnish(company)
    async with run_app(company, language="sl") as pilot:
        await pilot.press("m", "e")
        await until(pilot, lambda: isinstance(pilot.app.screen, OwnAccountScreen))
        await change_language(pilot, "en")
        assert isinstance(pilot.app.screen, OutboxScreen)
        assert left_over(shown(pilot), "en") == []
        assert any("is saved" in toast for toast in toasts(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is notices_screen(pilot))


async def test_another_operators_language_is_his_own_affair(company: Opened) -> None:
    Operator.create(code="007", name="Kos", role="clerk", language="en")
    async with run_app(company) as pilot:
        await pilot.press("p", "down", "enter")
        await settle(pilot)
        assert "007" in said(pilot)
        await fill(pilot, {"language": "sl"})
        await pilot.press("f9")
        await until(pilot, lambda: Operator.get(Operator.code == "007").language == "sl")
        await settle(pilot)
        assert text.language() == "en"
        assert "Operators" in said(pilot)
