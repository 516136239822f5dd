"""Takes the look of every screen: each is opened once, and drawn in every palette."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.segment import Segment
from textual.pilot import Pilot
from textual.strip import Strip

from tests.screens.conftest import Opened, run_app, settle
from tests.screens.every_screen import OPENINGS, Opening, each_screen
from tests.screens.looks.drawn import faint, own_region
from tests.screens.looks.palettes import PALETTES, in_each_palette
from tests.screens.looks.sheet import Sheet, sheet

KEPT = Path(__file__).parent
"""The folder of the kept looks: one folder for each language and size."""
CHANCE = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{32,}(?![0-9a-f])|[0-9a-f]{12}(?=…))")
"""Signs of a message or a file, which are others each time."""


@dataclass(frozen=True)
class Look:
    """One screen in every palette: what is kept of it, and the words that do not stand out."""

    name: str
    sheet: Sheet
    faint: list[str]


async def looks(
    company: Opened, size: tuple[int, int], language: str, openings: Sequence[Opening] = OPENINGS
) -> AsyncIterator[Look]:
    """The look of every screen, one after the other."""
    async with run_app(company, size, language=language) as pilot:
        async for opening in each_screen(pilot, company, openings):
            pilot.app.clear_notifications()
            await settle(pilot)
            yield await _look(pilot, opening.name)


async def _look(pilot: Pilot[int], name: str) -> Look:
    """The screen as it is now."""
    drawn, weak = {}, []
    async for palette, strips in in_each_palette(pilot):
        weak += [f"{palette}: {words}" for words in faint(pilot.app, strips)]
        drawn[palette] = [_without_chance(strip) for strip in strips]
    assert set(drawn) == set(PALETTES)
    return Look(name, sheet(drawn, own_region(pilot.app.screen)), weak)


def _without_chance(strip: Strip) -> Strip:
    if not CHANCE.search(strip.text):
        return strip
    return Strip(
        [Segment(CHANCE.sub(lambda found: "x" * len(found.group()), text), style) for text, style, _control in strip]
    )


def kept(size: tuple[int, int], language: str, name: str) -> Path:
    """The file of a screen."""
    return KEPT / f"{language}-{size[0]}x{size[1]}" / f"{name.replace(' ', '-')}.txt"
