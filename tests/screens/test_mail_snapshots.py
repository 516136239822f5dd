"""How outbox, batch and mailbox look in colour (Slovene); `test_looks.py` keeps every screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from opomini_tui import text
from opomini_tui.app import OpominiApp
from opomini_tui.models.parties import Operator
from opomini_tui.screens.unfinished import UnfinishedScreen
from tests.screens.conftest import TODAY, Opened
from tests.screens.mail_history import have_mail
from tests.screens.working import settle

pytestmark = pytest.mark.journeys

SMALL, LARGE = (80, 24), (120, 40)


@pytest.fixture(autouse=True)
def ljubljana(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock on the wall of the pictures."""
    monkeypatch.setenv("TZ", "Europe/Ljubljana")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def app(company: Opened) -> OpominiApp:
    """The application in Slovene, with a batch that has had every outcome and mail that came back."""
    text.use_language("sl")
    Operator.update(language="sl").execute()
    have_mail(company)
    made = OpominiApp(company.config, replace(company.actor, language="sl"), today=lambda: TODAY)
    made.animation_level = "none"
    return made


@pytest.mark.parametrize(
    ("keys", "size", "theme"),
    [(("m",), LARGE, "dark"), (("m", "b", "enter"), SMALL, "ansi"), (("M", "down"), SMALL, "dark")],
    ids=["outbox-120-dark", "progress-80-ansi", "mailbox-80-dark"],
)
def test_look(
    app: OpominiApp, snap_compare: Callable[..., bool], keys: tuple[str, ...], size: tuple[int, int], theme: str
) -> None:
    app.theme = theme
    app.config = replace(app.config, theme=theme)

    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        if isinstance(app.screen, UnfinishedScreen):
            await pilot.press("escape")
        for key in keys:
            await pilot.press(key)
            await settle(pilot)
        await settle(pilot)
        for box in app.screen.query(Input):
            box.cursor_blink = False
        await settle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=act)
