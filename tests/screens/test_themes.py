"""The program's themes: complete, readable, told apart; a user's own file, good or bad."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from opomini_tui.app import OpominiApp
from opomini_tui.models.settings import Setting
from opomini_tui.themes import COLORS, VARIABLES, load_themes, theme_folder
from opomini_tui.widgets.record_styles import READABLE, contrast
from tests.screens.colour_sense import SIGHTS, distance
from tests.screens.conftest import Opened, grid, run_app, said, settle, shown
from tests.screens.looks.terminals import worst_contrast

NAMES = ("ansi", "dark", "high-contrast", "light", "windows")
STATES = ("state-prepared", "state-issued", "state-sent")
LEVELS = ("level-1", "level-2", "level-3")
COLOURED = tuple(name for name in NAMES if name != "ansi")
"""The colours of the sixteen are the terminal's own: see SIXTEEN."""
PAIRS = {
    "foreground": "background surface panel field focused-field main-button danger-button status-background",
    "quiet": "background surface panel field focused-field status-background",
    "hint-key text-accent": "background surface panel",
    "button-key": "panel",
    "text-primary text-error text-warning text-success": "background surface panel",
    "state-prepared state-issued state-sent text-error text-success": "level-1 level-2 level-3 surface",
    "title-foreground": "title-background",
    "block-cursor-foreground": "block-cursor-background",
    "block-cursor-blurred-foreground": "block-cursor-blurred-background",
    "input-selection-foreground": "input-selection-background",
}
"""Which colours of words are drawn on which backgrounds (`styles/*.tcss`); `looks/` measures what is really
drawn. A key on a coloured or focused button is made readable as it is drawn (`widgets/readable.py`)."""
SIXTEEN = {
    "error warning accent success foreground quiet hint-key button-key text-primary link-color": "",
    "state-prepared state-issued state-sent": "",
    "title-foreground": "title-background",
    "block-cursor-foreground": "block-cursor-background",
    "block-cursor-blurred-foreground": "block-cursor-blurred-background",
    "input-selection-foreground": "input-selection-background",
}
"""The same of the sixteen colours; "" is the terminal's own background."""
APART = 4.0
"""Least distance of large areas: twice what is just noticed where two colours touch."""
NOTICED = 2.5
"""Of places with a straight edge, such as an empty field."""
WORDS_APART = 5.0
"""Of words: thin strokes need more. Each state has its letter as well."""


def packaged() -> dict[str, Theme]:
    """The program's themes by name."""
    return {theme.name: theme for theme in load_themes([theme_folder()]).themes}


def every_colour(name: str) -> dict[str, Color]:
    """A theme's colours by name, with those that the styles mix from them."""
    theme = packaged()[name]
    texts = {**theme.to_color_system().generate(), **theme.variables}
    colours = {key: Color.parse(value) for key, value in texts.items() if value.startswith("#")}
    primary, error, panel = colours["primary"], colours["error"], colours["panel"]
    colours["focused-field"] = colours["field"].tint(primary.with_alpha(0.12))
    colours["main-button"], colours["danger-button"] = panel.blend(primary, 0.3), panel.blend(error, 0.35)
    return colours


def test_all_themes_are_there_and_complete() -> None:
    loaded = load_themes([theme_folder()])
    assert loaded.failures == ()
    assert tuple(sorted(theme.name for theme in loaded.themes)) == NAMES
    for theme in loaded.themes:
        assert set(VARIABLES) <= set(theme.variables), theme.name


@pytest.mark.parametrize("name", COLOURED)
@pytest.mark.parametrize(("words", "backgrounds"), PAIRS.items())
def test_words_stand_out_from_every_background_they_are_on(name: str, words: str, backgrounds: str) -> None:
    colours = every_colour(name)
    for word in words.split():
        for background in backgrounds.split():
            ratio = contrast(colours[word], colours[background])
            assert ratio >= READABLE, f"{name}: {word} on {background} is {ratio:.1f}"


@pytest.mark.parametrize(("words", "background"), SIXTEEN.items())
def test_words_in_sixteen_colours_stand_out_whatever_the_terminal_makes_of_them(words: str, background: str) -> None:
    theme = packaged()["ansi"]
    colours = {**vars(theme), **theme.variables}
    behind = Color.parse(colours[background]).rich_color if background else None
    for word in words.split():
        ratio = worst_contrast(Style(color=Color.parse(colours[word]).rich_color, bgcolor=behind))
        assert ratio >= READABLE, f"{word} on {background or 'default'} is {ratio:.1f}"


@pytest.mark.parametrize("name", COLOURED)
@pytest.mark.parametrize("sight", SIGHTS)
def test_levels_and_states_stay_apart_for_everybody(name: str, sight: str) -> None:
    colours = every_colour(name)
    for group, least in ((LEVELS, APART), (STATES, WORDS_APART)):
        for one, other in combinations(group, 2):
            found = distance(colours[one], colours[other], sight)
            assert found >= least, f"{name}: {one} and {other} are {found:.1f} apart in {sight}"


@pytest.mark.parametrize("name", COLOURED)
def test_cursor_and_focus_are_seen_without_reading(name: str) -> None:
    colours = every_colour(name)
    assert contrast(colours["block-cursor-background"], colours["surface"]) >= 3
    assert distance(colours["focused-field"], colours["field"]) >= APART
    for around in ("surface", "panel"):
        assert distance(colours["field"], colours[around]) >= NOTICED, f"a field on the {around} is not seen"


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


async def test_a_users_theme_is_read_again_when_it_is_chosen_again(company: Opened) -> None:
    folder = company.config.home / "themes"
    folder.mkdir()
    mine = folder / "mine.toml"
    mine.write_text('name = "mine"\ntitle = "Mine"\n[colors]\nprimary = "#ff0000"\nsurface = "#101010"\n', "utf-8")
    async with run_app(company) as pilot:
        pilot.app.theme = "mine"
        await settle(pilot)
        assert grid(pilot).styles.background == Color.parse("#101010")
        mine.write_text(mine.read_text("utf-8").replace("#101010", "#303030"), "utf-8")
        await pilot.app.run_action("theme")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert pilot.app.theme == "mine"
        assert grid(pilot).styles.background == Color.parse("#303030")


def test_a_folder_that_is_not_there_has_no_themes(tmp_path: Path) -> None:
    assert load_themes([tmp_path / "none"]).themes == ()
