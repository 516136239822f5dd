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
from tests.screens.conftest import Opened, run_app, shown
from tests.screens.every_screen import OPENINGS, each_screen, furnish
from tests.screens.fitting import what_is_cut
from tests.screens.standing_still import stand_still
from tests.screens.test_language import left_over

pytestmark = pytest.mark.long

BASES = frozenset(
    {
        "ApprovalCommands",
        "BatchTexts",
        "DeliveriesScreen",
        "DeliveryCommands",
        "FollowsOthers",
        "LetterActions",
        "ListedScreen",
        "NoticeFollow",
    }
    | {
        "PrintsNow",
        "RecordForm",
        "RecordsScreen",
        "TabbedForm",
        "WorkForm",
        "ReasonsScreen",
        "NoticeCommands",
        "GoingCommands",
    }
)
"""Screens that are only parts of others, or a list whose contents its opener gives."""

LETTERS = frozenset(
    {"detail 2", "detail 3", "detail 4", "differences", "send one", "batch texts", "review", "texts", "placeholders"}
    | {"outbox", "progress", "mailbox", "mapping"}
)
"""Screens on which texts in the customer's language stand, or files and mails as they are."""


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
    assert len({opening.name for opening in OPENINGS}) == len(OPENINGS)


@pytest.mark.parametrize("language", ["sl", "en"])
async def test_everything_fits_and_speaks_one_language(
    company: Opened, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_still(monkeypatch)
    furnish(company)
    wrong = []
    async with run_app(company, (80, 24), language=language) as pilot:
        async for opening in each_screen(pilot, company):
            words = left_over(shown(pilot), language) if opening.name not in LETTERS else []
            found = [*what_is_cut(pilot.app.screen), *words]
            wrong += [f"{opening.name}: {line}" for line in found]
    assert wrong == []
