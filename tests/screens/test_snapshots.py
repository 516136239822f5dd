"""How the screens look in colour: a few pictures beside what `test_looks.py` keeps of every screen.

They are renewed with `pytest --snapshot-update` and looked at by a person.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from opomini_tui import text
from opomini_tui.app import OpominiApp
from opomini_tui.models.parties import Operator
from tests.screens.conftest import TODAY, Opened, settle

Compare = Callable[..., bool]


@pytest.mark.parametrize(
    ("theme", "size", "keys"),
    [
        ("light", (120, 40), ("down", "space", "down")),
        ("windows", (120, 40), ("plus",)),
        ("dark", (80, 24), ("slash", *"znesek:>5000 st")),
        ("light", (120, 40), ("v", "down")),
    ],
    ids=[
        *("grid-120-light", "grid-120-windows", "filter-80-dark", "pane-120-light"),
    ],
)
def test_look(company: Opened, snap_compare: Compare, theme: str, size: tuple[int, int], keys: tuple[str, ...]) -> None:
    text.use_language("sl")
    Operator.update(language="sl").execute()
    config = replace(company.config, theme=theme)
    app = OpominiApp(config, replace(company.actor, language="sl"), today=lambda: TODAY)
    app.animation_level = "none"

    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await pilot.press(*keys)
        await settle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=act)
