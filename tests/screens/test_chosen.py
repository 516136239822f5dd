"""Colours, first screen and slow line are so at once, also while somebody stores something long; then they are kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from peewee import OperationalError
from textual.pilot import Pilot

from opomini_tui.app import OpominiApp
from opomini_tui.models.preferences import FIRST_SCREEN, LOW_TRAFFIC, recall
from opomini_tui.screens import chosen
from opomini_tui.screens.dashboard import DashboardScreen
from tests.models.storing import somebody_stores
from tests.screens.conftest import Opened, run_app, said
from tests.screens.held import meanwhile_on
from tests.screens.working import come_true, meanwhile, until_shown

pytestmark = pytest.mark.journeys


async def low_traffic(pilot: Pilot[int]) -> bool:
    """Choose the other line; whether it is the slow one now."""
    assert isinstance(pilot.app, OpominiApp)
    pilot.app.action_low_traffic()
    await pilot.pause()
    return pilot.app.low_traffic


async def test_nothing_waits_for_who_stores_and_the_last_choice_is_kept(company: Opened) -> None:
    company = replace(company, config=replace(company.config, theme=""))
    async with run_app(company) as pilot:
        with somebody_stores():
            assert [await low_traffic(pilot), await low_traffic(pilot), await low_traffic(pilot)] == [True, False, True]
            await pilot.press("d")
            await meanwhile_on(pilot, DashboardScreen)
            await pilot.press("b")
            await meanwhile(pilot, lambda: "From now on the program begins here." in said(pilot))
            assert (recall(company.actor, LOW_TRAFFIC), recall(company.actor, FIRST_SCREEN)) == ("", "")
            await pilot.press("b")
            await meanwhile(pilot, lambda: "From now on the program begins with the notices." in said(pilot))
            await pilot.press("b")
        await come_true(lambda: recall(company.actor, FIRST_SCREEN) == "dashboard")
        await come_true(lambda: recall(company.actor, LOW_TRAFFIC) == "on")
    async with run_app(company) as pilot:
        assert isinstance(pilot.app.screen, DashboardScreen)
        assert isinstance(pilot.app, OpominiApp)
        assert pilot.app.low_traffic


async def test_colours_that_cannot_be_stored_are_told(company: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_given: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(chosen, "remember", locked)
    async with run_app(company) as pilot:
        await low_traffic(pilot)
        await until_shown(pilot, "Something long is being stored just now.")
        monkeypatch.undo()
        await pilot.press("escape")
        assert [await low_traffic(pilot), await low_traffic(pilot)] == [False, True]
        await come_true(lambda: recall(company.actor, LOW_TRAFFIC) == "on")
