"""How the overview looks: in one column and in two, in both languages, with few colours and with none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from opomini_tui import text
from opomini_tui.app import OpominiApp
from opomini_tui.models.parties import Operator
from tests.screens.conftest import TODAY, Opened, settle
from tests.screens.test_dashboard import had_a_day, opened

pytestmark = pytest.mark.journeys


@pytest.mark.parametrize(
    ("theme", "language", "size", "keys"),
    [
        ("dark", "sl", (120, 40), ("right", "down")),
        ("none", "en", (80, 24), ("end",)),
        ("dark", "sl", (80, 24), (*("down",) * 14, "enter")),
    ],
    ids=["120-dark-sl", "80-no-colour-en", "items-80-dark-sl"],
)
def test_look(
    company: Opened,
    snap_compare: Callable[..., bool],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    theme: str,
    language: str,
    size: tuple[int, int],
    keys: tuple[str, ...],
) -> None:
    had_a_day(company, tmp_path)
    text.use_language(language)
    Operator.update(language=language).execute()
    if theme == "none":
        monkeypatch.setenv("NO_COLOR", "1")
    config = replace(company.config, theme="dark" if theme == "none" else theme)
    app = OpominiApp(config, replace(company.actor, language=language), today=lambda: TODAY)
    app.animation_level = "none"

    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await opened(pilot)
        for key in keys:
            await pilot.press(key)
            await settle(pilot)
        for box in pilot.app.screen.query(Input):
            box.cursor_blink = False
        await settle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=act)
