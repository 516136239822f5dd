"""Every screen and modal in a window of 80×24: the buttons are in reach, no text ends without a sign that it goes on."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import pytest
from textual.screen import Screen

import opomini_tui.screens
from opomini_tui.screens.base import OpominiScreen
from opomini_tui.screens.form import FormScreen
from tests.screens.conftest import Opened, run_app
from tests.screens.every_screen import OPENINGS, close_all, furnish, open_screen
from tests.screens.fitting import what_is_cut

pytestmark = pytest.mark.journeys

BASES = frozenset(
    {"ApprovalCommands", "BatchTexts", "DeliveriesScreen", "DeliveryCommands", "LetterActions", "ListedScreen", "NoticeFollow"}
    | {"PrintsNow", "RecordForm", "RecordsScreen", "TabbedForm", "WorkForm", "ReasonsScreen", "NoticeCommands"}
)
"""Screens that are only parts of others, or a list whose contents its opener gives."""


def screens() -> set[str]:
    """The names of all screen classes of the package."""
    for module in pkgutil.iter_modules(opomini_tui.screens.__path__, "opomini_tui.screens."):
        importlib.import_module(module.name)
    found: set[str] = set()
    kinds: list[type[Screen[Any]]] = [OpominiScreen, FormScreen]
    while kinds:
        for kind in kinds.pop().__subclasses__():
            kinds.append(kind)
            if kind.__module__.startswith("opomini_tui."):
                found.add(kind.__name__)
    return found


def test_the_list_of_screens_is_complete() -> None:
    assert screens() - BASES == {opening.screen for opening in OPENINGS}


@pytest.mark.parametrize("language", ["sl", "en"])
async def test_everything_fits(company: Opened, language: str) -> None:
    furnish(company)
    cut = []
    async with run_app(company, (80, 24), language=language) as pilot:
        for opening in OPENINGS:
            await open_screen(pilot, company, opening)
            cut += [f"{opening.name}: {line}" for line in what_is_cut(pilot.app.screen)]
            await close_all(pilot)
    assert cut == []
