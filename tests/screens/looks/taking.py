"""Takes the look of every screen: each is opened once, and its theme is changed while it is shown."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from textual.filter import Monochrome
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from opomini_tui.models.database import database, run
from tests.screens.conftest import Opened, run_app, settle
from tests.screens.every_screen import OPENINGS, Opening, close_all, open_screen
from tests.screens.looks.drawn import digest, faint, lines, strips
from tests.screens.mail_history import AT
from tests.screens.pictures import as_picture

THEMES = ("dark", "ansi")
TAB = re.compile(r"(alt\+)?\d")
"""A key that only turns to another page of the same screen."""


@dataclass(frozen=True)
class Look:
    """One screen: its text and styles as they are kept, what does not stand out, and its picture."""

    name: str
    text: str
    faint: list[str]
    picture: str


def stop_clocks(patch: pytest.MonkeyPatch) -> None:
    """Everything happened at the moment AT; no cursor blinks."""
    patch.setattr(Input, "_toggle_cursor", lambda _self: None)
    patch.setattr(TextArea, "_toggle_cursor_blink_visible", lambda _self: None)
    for (trigger,) in run(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_entry'"
    ).fetchall():
        run(f"DROP TRIGGER {trigger}")
    for table in database.get_tables():
        for column in database.get_columns(table):
            if column.name == "at" or column.name.endswith("_at"):
                run(f"UPDATE {table} SET {column.name} = {AT} WHERE {column.name} > 0")


async def looks(company: Opened, size: tuple[int, int], language: str) -> AsyncIterator[Look]:
    """The look of every screen, in the order of OPENINGS."""
    async with run_app(company, size, language=language) as pilot:
        before: Opening | None = None
        for opening in OPENINGS:
            keys = _keys_from(before, opening)
            if keys is None:
                await close_all(pilot)
                await open_screen(pilot, company, opening)
            else:
                await _press(pilot, opening, keys)
            pilot.app.clear_notifications()
            await settle(pilot)
            yield await _look(pilot, opening.name)
            before = opening


def _keys_from(before: Opening | None, opening: Opening) -> tuple[str, ...] | None:
    """What to press where the screen before is still open, if this one can be reached from it."""
    if before is None or before.push or opening.push or not before.keys:
        return None
    place = len(before.keys)
    if opening.keys[:place] == before.keys:
        return opening.keys[place:]
    turns = opening.keys[: place - 1] == before.keys[:-1] and len(opening.keys) == place
    return opening.keys[-1:] if turns and TAB.fullmatch(before.keys[-1]) and TAB.fullmatch(opening.keys[-1]) else None


async def _press(pilot: Pilot[int], opening: Opening, keys: tuple[str, ...]) -> None:
    for key in keys:
        await pilot.press(key)
        await settle(pilot)
    kinds = [kind.__name__ for kind in type(pilot.app.screen).__mro__]
    assert opening.screen in kinds, f"{opening.name}: {kinds[0]} instead of {opening.screen}"


async def _look(pilot: Pilot[int], name: str) -> Look:
    """The screen in the theme it was opened in and, changed live, in the other one; then without colours."""
    words: list[str] = []
    styles: dict[str, str] = {}
    weak: list[str] = []
    picture = ""
    for theme in sorted(THEMES, key=lambda theme: theme != pilot.app.theme):
        pilot.app.theme = theme
        await settle(pilot)
        drawn = strips(pilot.app)
        assert words in ([], lines(drawn)), f"{name}: another text in the theme {theme}"
        words, styles[theme] = lines(drawn), digest(drawn)
        if theme == "dark":
            grey = strips(pilot.app, Monochrome())
            styles["no colour"] = digest(grey)
            weak = faint(pilot.app, drawn) + faint(pilot.app, grey)
            picture = as_picture(pilot.app.export_screenshot(title=name))
    text = "\n".join([*words, "", *(f"{palette}: {styles[palette]}" for palette in ("dark", "ansi", "no colour")), ""])
    return Look(name, text, weak, picture)
