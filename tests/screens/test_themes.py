"""The program's themes: complete, readable, told apart; a user's own file, good or bad."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import Theme

from opomini_tui.app import OpominiApp
from opomini_tui.models.settings import Setting
from opomini_tui.themes import COLORS, VARIABLES, load_themes, theme_folder
from opomini_tui.widgets.record_styles import contrast
from tests.screens.conftest import Opened, run_app, said, settle, shown

NAMES = ("ansi", "dark", "high-contrast", "light", "windows")
STATES = ("state-prepared", "state-issued", "state-sent")
LEVELS = ("level-1", "level-2", "level-3")
# Columns of the simulation of colour blindness by Machado, Oliveira and Fernandes (2009), severity 1.
DEUTERANOPIA = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))
PROTANOPIA = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998))


def packaged() -> dict[str, Theme]:
    """The program's themes by name."""
    return {theme.name: theme for theme in load_themes([theme_folder()]).themes}


def test_all_themes_are_there_and_complete() -> None:
    loaded = load_themes([theme_folder()])
    assert loaded.failures == ()
    assert tuple(sorted(theme.name for theme in loaded.themes)) == NAMES
    for theme in loaded.themes:
        assert set(VARIABLES) <= set(theme.variables), theme.name


@pytest.mark.parametrize("name", [name for name in NAMES if name != "ansi"])
def test_states_can_be_read_on_every_level(name: str) -> None:
    variables = packaged()[name].variables
    for state in STATES:
        for level in LEVELS:
            ratio = contrast(Color.parse(variables[state]), Color.parse(variables[level]))
            assert ratio >= 4.5, f"{name}: {state} on {level} is {ratio:.1f}"
    cursor = contrast(
        Color.parse(variables["block-cursor-foreground"]), Color.parse(variables["block-cursor-background"])
    )
    assert cursor >= 4.5


@pytest.mark.parametrize("name", [name for name in NAMES if name != "ansi"])
@pytest.mark.parametrize("matrix", [DEUTERANOPIA, PROTANOPIA], ids=["deuteranopia", "protanopia"])
def test_levels_stay_apart_for_the_colour_blind(name: str, matrix: tuple[tuple[float, ...], ...]) -> None:
    variables = packaged()[name].variables
    seen = [_as_seen(Color.parse(variables[level]), matrix) for level in LEVELS]
    for one, other in combinations(seen, 2):
        assert sum(abs(a - b) for a, b in zip(one, other, strict=True)) >= 4, name


def _as_seen(color: Color, matrix: tuple[tuple[float, ...], ...]) -> list[float]:
    return [sum(weight * part for weight, part in zip(row, color.rgb, strict=True)) for row in matrix]


def test_the_names_of_colours_are_those_of_textual() -> None:
    assert set(Theme.__dataclass_fields__) >= COLORS


async def test_the_grid_is_drawn_in_every_theme(company: Opened) -> None:
    async with run_app(company) as pilot:
        for name in NAMES:
            pilot.app.theme = name
            await settle(pilot)
            assert "SAOP Račun" in shown(pilot), name


async def test_a_theme_is_chosen_from_a_list_and_kept_for_the_operator(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.app.run_action("theme")
        await pilot.press("down")
        await pilot.press("enter")
        await settle(pilot)
        assert pilot.app.theme == "high-contrast"
        assert Setting.get(Setting.key == "theme").value == "high-contrast"


async def test_without_colours_the_started_theme_is_none_of_the_terminals_own(
    company: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    wanted = replace(company, config=replace(company.config, theme="ansi"))
    async with run_app(wanted) as pilot:
        assert not pilot.app.current_theme.ansi
        await pilot.app.run_action("theme")
        await settle(pilot)
        assert "16 colours of the terminal" not in shown(pilot)


async def test_a_users_theme_is_offered_and_a_broken_one_is_named(company: Opened) -> None:
    folder = company.config.home / "themes"
    folder.mkdir()
    (folder / "mine.toml").write_text('name = "mine"\ntitle = "Mine"\n[colors]\nprimary = "#ff0000"\n', "utf-8")
    (folder / "broken.toml").write_text('name = "broken"\n[colors]\nprimary = "no colour"\n', "utf-8")
    (folder / "torn.toml").write_text("name = ", "utf-8")
    async with run_app(company) as pilot:
        assert isinstance(pilot.app, OpominiApp)
        pilot.app.theme = "mine"
        await settle(pilot)
        assert "SAOP Račun" in shown(pilot)
        assert sum("broken.toml" in sentence or "torn.toml" in sentence for sentence in said(pilot)) == 2


def test_a_folder_that_is_not_there_has_no_themes(tmp_path: Path) -> None:
    assert load_themes([tmp_path / "none"]).themes == ()
