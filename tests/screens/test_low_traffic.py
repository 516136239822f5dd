"""Drawing sparingly over a slow line: what it changes, who chooses it, and how many bytes a key costs then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import textual.screen
from rich.color import ColorSystem
from rich.console import Console
from textual.drivers.headless_driver import HeadlessDriver
from textual.widgets import Input

from opomini_tui.models.preferences import LOW_TRAFFIC, recall, remember
from opomini_tui.screens.low_traffic import FRAMES
from tests.screens.conftest import Opened, grid, run_app, said, settle

ROWS = 150
BUDGETS = (1_000, 15_000, 20_000)


@pytest.fixture(autouse=True)
def usual_frames() -> Iterator[None]:
    """What is changed for all of Textual is put back."""
    usual = textual.screen.UPDATE_PERIOD
    yield
    setattr(textual.screen, "UPDATE_PERIOD", usual)  # noqa: B010 - a constant of Textual


def slow(company: Opened) -> Opened:
    """With OPOMINI_LOW_TRAFFIC in the environment."""
    values = {**company.config.values, "OPOMINI_LOW_TRAFFIC": "1"}
    return replace(company, config=replace(company.config, values=values, theme=""))


async def test_the_palette_switches_it_on_and_off_and_it_is_kept_for_the_operator(company: Opened) -> None:
    company = replace(company, config=replace(company.config, theme=""))
    remember(company.actor, "theme", "light")
    async with run_app(company) as pilot:
        assert pilot.app.theme == "light"
        setattr(pilot.app, "animation_level", "full")  # noqa: B010 - mypy believes that it stays so
        await pilot.app.run_action("low_traffic")
        await settle(pilot)
        assert pilot.app.theme == "ansi"
        assert pilot.app.animation_level == "none"
        assert recall(company.actor, LOW_TRAFFIC) == "on"
        assert pytest.approx(1 / FRAMES) == textual.screen.UPDATE_PERIOD
        assert "16 colours" in said(pilot)[-1]
    async with run_app(company) as pilot:
        assert pilot.app.theme == "ansi"
        await pilot.app.run_action("low_traffic")
        await settle(pilot)
        assert pilot.app.theme == "light"
        assert recall(company.actor, LOW_TRAFFIC) == ""


async def test_the_environment_wins_over_the_operator(company: Opened) -> None:
    async with run_app(slow(company)) as pilot:
        assert pilot.app.theme == "ansi"
        await pilot.app.run_action("low_traffic")
        await settle(pilot)
        assert pilot.app.theme == "ansi"
        assert "OPOMINI_LOW_TRAFFIC" in said(pilot)[-1]


async def test_no_cursor_blinks(company: Opened) -> None:
    async with run_app(slow(company)) as pilot:
        await pilot.press("slash")
        await settle(pilot)
        box = pilot.app.focused
        assert isinstance(box, Input)
        assert not box.cursor_blink


async def test_keys_cost_a_quarter_less_and_stay_within_their_budgets(
    company: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = await _bytes_of(company, monkeypatch)
    sparing = await _bytes_of(slow(company), monkeypatch)
    print(f"bytes of a step down, a page down, the whole screen at 120×40: {usual} as usual, {sparing} on a slow line")
    for before, after, budget in zip(usual, sparing, BUDGETS, strict=True):
        assert after <= budget
        assert after < 0.75 * before


async def _bytes_of(company: Opened, patch: pytest.MonkeyPatch) -> tuple[int, int, int]:
    """What a step down, a page down and the whole screen send to a terminal of 120×40 cells and any colour."""
    written: list[int] = []
    patch.setattr(HeadlessDriver, "is_headless", property(lambda _driver: False))  # else nothing is written
    patch.setattr(Console, "_detect_color_system", lambda _console: ColorSystem.TRUECOLOR)
    patch.setattr(HeadlessDriver, "write", lambda _driver, data: written.append(len(data.encode())))
    async with run_app(company, (120, 40)) as pilot:
        if grid(pilot).row_count < ROWS:  # the choice is kept for the next session
            await pilot.press("a")
            await settle(pilot)
        assert grid(pilot).row_count >= ROWS
        await pilot.press("ctrl+home")
        await settle(pilot)
        costs = []
        for key, times in (("down", 8), ("pagedown", 3)):
            written.clear()
            for _time in range(times):
                await pilot.press(key)
                await settle(pilot)
            costs.append(sum(written) // times)
        assert grid(pilot).cursor_index > 8
        written.clear()
        pilot.app.refresh(layout=True)
        await settle(pilot)
    return costs[0], costs[1], sum(written)
