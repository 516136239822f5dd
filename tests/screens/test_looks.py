"""Every screen and modal, in a small and a large window, in Slovene and English, in colour, in the terminal's sixteen and
without any (NO_COLOR), looks as it did when it was looked at.

`python -m tests.screens.looks FOLDER` renews what is kept and draws the pictures to look at.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from opomini_tui import text
from tests.screens.conftest import Opened, run_app
from tests.screens.every_screen import OPENINGS, each_screen, furnish
from tests.screens.looks.drawn import faint, lines, strips
from tests.screens.looks.palettes import DARK, GREY, PALETTES, SIXTEEN
from tests.screens.looks.photo import keep_photos
from tests.screens.looks.sheet import differences, read
from tests.screens.looks.taking import Look, kept, looks
from tests.screens.standing_still import stand_still, stop_the_clock

PICTURES = os.environ.get("OPOMINI_LOOKS", "")
"""Where the pictures go when the looks are renewed; "" when they are compared."""
MAIN = [opening for opening in OPENINGS if opening.name in ("grid", "detail 1", "batch", "overview")]
"""The screens that are seen most are compared on every change, the others by the long run."""
EACH = pytest.mark.parametrize(
    ("language", "size"),
    [("sl", (80, 24)), ("en", (80, 24)), ("sl", (120, 40)), ("en", (120, 40))],
    ids=["sl-80x24", "en-80x24", "sl-120x40", "en-120x40"],
)
SHOWN_AT_MOST = 200


@pytest.fixture
def still(company: Opened, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """The company, in which nothing moves."""
    furnish(company)
    stop_the_clock()
    stand_still(monkeypatch)
    return company


@EACH
@pytest.mark.long
async def test_every_screen_looks_as_it_did(still: Opened, language: str, size: tuple[int, int]) -> None:
    text.use_language(language)
    taken = [look async for look in looks(still, size, language)]
    folder = kept(size, language, "").parent
    if PICTURES:
        _renew(folder, size, language, taken)
    _compare(size, language, taken)
    assert {path.name for path in folder.iterdir()} == {kept(size, language, look.name).name for look in taken}


@EACH
@pytest.mark.journeys
async def test_the_main_screens_look_as_they_did(still: Opened, language: str, size: tuple[int, int]) -> None:
    text.use_language(language)
    taken = [look async for look in looks(still, size, language, MAIN)]
    assert len(taken) == 4
    _compare(size, language, taken)


@pytest.mark.journeys
@pytest.mark.parametrize("palette", [GREY, SIXTEEN])
async def test_a_program_started_so_looks_like_one_switched_to_it(
    still: Opened, palette: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text.use_language("sl")
    if palette == GREY:
        monkeypatch.setenv("NO_COLOR", "1")
    begun = replace(still, config=replace(still.config, theme=DARK if palette == GREY else SIXTEEN))
    async with run_app(begun, (80, 24), language="sl") as pilot:
        async for opening in each_screen(pilot, begun, MAIN):
            drawn = strips(pilot.app)
            before = kept((80, 24), "sl", opening.name).read_text("utf-8")
            now = read(before).redrawn(palette, drawn)
            assert not (changed := differences(opening.name, before, now)), "\n".join(changed)
            assert now.other_words or lines(drawn) == now.words


@pytest.mark.long
@pytest.mark.parametrize("theme", ["high-contrast", "light", "windows"])
async def test_words_stand_out_in_the_other_themes_too(still: Opened, theme: str) -> None:
    text.use_language("sl")
    coloured = replace(still, config=replace(still.config, theme=theme))
    drawn, weak = {}, []
    async with run_app(coloured, (80, 24), language="sl") as pilot:
        async for opening in each_screen(pilot, coloured):
            drawn[opening.name] = strips(pilot.app)
            weak += [f"{opening.name}: {words}" for words in faint(pilot.app, drawn[opening.name])]
    if PICTURES:
        keep_photos(Path(PICTURES) / f"sl-80x24-{theme}", drawn)
    assert not weak, "\n".join(weak)


def _compare(size: tuple[int, int], language: str, taken: list[Look]) -> None:
    """Fail with what changed, and with words that can hardly be read."""
    weak = [f"{look.name}: {words}" for look in taken for words in look.faint]
    assert not weak, "\n".join(weak)
    changed = [line for look in taken for line in _changes(kept(size, language, look.name), look)]
    assert not changed, "\n".join(changed[:SHOWN_AT_MOST])


def _changes(path: Path, look: Look) -> list[str]:
    before = path.read_text("utf-8") if path.exists() else ""
    return differences(f"{path.parent.name}/{look.name}", before, look.sheet)


def _renew(folder: Path, size: tuple[int, int], language: str, taken: list[Look]) -> None:
    """Keep what was taken now, and nothing else."""
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.txt"):
        path.unlink()
    for look in taken:
        kept(size, language, look.name).write_text(look.sheet.written(), "utf-8")
    for palette in PALETTES:
        screens = {look.name: look.drawn[palette] for look in taken}
        keep_photos(Path(PICTURES) / f"{folder.name}-{palette.replace(' ', '-')}", screens)
