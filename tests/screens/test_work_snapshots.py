"""How the sending screens look (80×24, Slovene, dark), and that no button of a work screen is out of reach there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, TextArea

from opomini_tui import text
from opomini_tui.app import OpominiApp
from opomini_tui.models.parties import Operator
from tests.screens.conftest import TODAY, Opened, run_app
from tests.screens.working import go_to, settle, until_shown

pytestmark = pytest.mark.journeys

WIDTH, HEIGHT = 80, 24


@pytest.fixture
def app(company: Opened) -> OpominiApp:
    """The application in Slovene."""
    text.use_language("sl")
    Operator.update(language="sl").execute()
    made = OpominiApp(company.config, replace(company.actor, language="sl"), today=lambda: TODAY)
    made.animation_level = "none"
    return made


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys; no cursor blinks in a picture."""
    await pilot.press(*keys)
    await settle(pilot)
    for box in (*pilot.app.screen.query(Input), *pilot.app.screen.query(TextArea)):
        box.cursor_blink = False
    await settle(pilot)


def test_look_of_sending_one(app: OpominiApp, snap_compare: Callable[..., bool]) -> None:
    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await go_to(pilot, 233)
        await press(pilot, "f4")
        await until_shown(pilot, "Priponka:")

    assert snap_compare(app, terminal_size=(WIDTH, HEIGHT), run_before=act)


@pytest.mark.parametrize(
    ("keys", "words"),
    [((), "Pošlji 31 opominov"), (("alt+2", "tab", *"Opomin {stevilka}"), "Zadeva: Opomin 2012-233")],
    ids=["grid", "mail"],
)
def test_look_of_the_batch_form(
    app: OpominiApp, snap_compare: Callable[..., bool], keys: tuple[str, ...], words: str
) -> None:
    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "f8", *keys)
        await until_shown(pilot, "Pošlji 31 opominov")
        await until_shown(pilot, words)

    assert snap_compare(app, terminal_size=(WIDTH, HEIGHT), run_before=act)


@pytest.mark.parametrize("language", ["sl", "en"])
async def test_every_button_is_whole_on_the_screen(company: Opened, language: str) -> None:
    async with run_app(company, (WIDTH, HEIGHT), language=language) as pilot:
        await go_to(pilot, 233)
        for key in ("f4", "f5", "f7", "f8", "k", "x"):
            await pilot.press(key)
            await settle(pilot)
            screen = pilot.app.screen
            buttons = [button for button in screen.query(Button) if button.display]
            assert buttons
            for button in buttons:
                assert screen.region.contains_region(button.region), (key, button.id)
                assert screen.find_widget(button).clip.contains_region(button.region), f"{key}: {button.id} is cut"
                assert button.region.width >= len(str(button.label)), f"{key}: {button.id} is too narrow"
            await pilot.press("escape")
            await settle(pilot)
