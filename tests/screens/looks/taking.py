"""Takes the look of every screen: each is opened once."""

from __future__ import annotations

import re
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from textual.app import App
from textual.filter import Monochrome
from textual.widgets import Input, TextArea

from opomini_tui.models.database import database, run
from tests.screens.conftest import Opened, run_app, settle
from tests.screens.every_screen import each_screen
from tests.screens.looks.drawn import digest, faint, lines, strips
from tests.screens.mail_history import AT
from tests.screens.pictures import as_picture


@dataclass(frozen=True)
class Look:
    """One screen: its text and styles as they are kept, what does not stand out, and its picture."""

    name: str
    text: str
    faint: list[str]
    picture: str


MOVING = ("account", "account test", "job")
"""Screens that go on by themselves from moment to moment; they have tests of their own."""
CHANCE = re.compile(r"(?<![0-9a-f])[0-9a-f]{12,}(?![0-9a-f])")
"""Signs of a message or a file, which are others each time."""
HOME = Path(tempfile.gettempdir()) / "opomini-looks"
"""An empty folder, whose name is the same wherever the looks are taken."""


def stop_clocks(patch: pytest.MonkeyPatch) -> None:
    """Everything happened at the moment AT; no cursor blinks; nothing is as it is on this machine alone."""
    HOME.mkdir(exist_ok=True)
    patch.setenv("HOME", str(HOME))
    patch.setattr("opomini_tui.screens.first_start.current_system_login", lambda: "ana")
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


async def looks(company: Opened, size: tuple[int, int], language: str, theme: str) -> AsyncIterator[Look]:
    """The look of every screen, one after the other."""
    coloured = replace(company, config=replace(company.config, theme=theme))
    async with run_app(coloured, size, language=language) as pilot:
        async for opening in each_screen(pilot, coloured):
            if opening.name in MOVING:
                continue
            pilot.app.clear_notifications()
            await settle(pilot)
            yield _look(pilot.app, opening.name)


def _look(app: App[int], name: str) -> Look:
    """The screen as it is now; in colours, also as it is without them."""
    drawn = strips(app)
    styles, weak = {app.theme: digest(drawn)}, []
    if not app.current_theme.ansi:
        grey = strips(app, Monochrome())
        styles["no colour"] = digest(grey)
        weak = faint(app, drawn) + faint(app, grey)
    words = [CHANCE.sub(lambda found: "x" * len(found.group()), line) for line in lines(drawn)]
    text = "\n".join([*words, "", *(f"{palette}: {sign}" for palette, sign in styles.items()), ""])
    return Look(name, text, weak, as_picture(app.export_screenshot(title=name)))
