"""The same screen in every palette: with the dark theme, without colours (NO_COLOR), in the terminal's sixteen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from textual.app import App
from textual.filter import Monochrome
from textual.pilot import Pilot
from textual.strip import Strip

from tests.screens.conftest import settle
from tests.screens.looks.drawn import strips

DARK, GREY, SIXTEEN = "dark", "no colour", "ansi"
PALETTES = (DARK, GREY, SIXTEEN)
THEMES = (DARK, SIXTEEN)
"""The themes that give the palettes: NO_COLOR is the dark one through the filter that Textual puts before a terminal
without colours."""


async def in_each_palette(pilot: Pilot[int]) -> AsyncIterator[tuple[str, list[Strip]]]:
    """The screen that is shown, in the palettes of the theme that is on and then in those of the other, which stays on."""
    here = pilot.app.theme
    for theme in sorted(THEMES, key=lambda name: name != here):
        if pilot.app.theme != theme:
            pilot.app.theme = theme
            await settle(pilot)
        drawn = strips(pilot.app)
        yield theme, drawn
        if theme == DARK:
            yield GREY, without_colours(pilot.app, drawn)


def without_colours(app: App[int], drawn: Sequence[Strip]) -> list[Strip]:
    """What NO_COLOR makes of it."""
    return [strip.apply_filter(Monochrome(), app.screen.background_colors[1]) for strip in drawn]
