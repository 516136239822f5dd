"""Every screen and modal, in a small and a large window, in Slovene and English, in colour, in the terminal's sixteen and
without any (NO_COLOR), looks as it did when it was looked at.

`python -m tests.screens.looks FOLDER` renews what is kept and draws the pictures to look at.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Button, Input

from opomini_tui import text
from opomini_tui.widgets.record_view import HEADER
from tests.screens.conftest import Opened, notices_screen, run_app, settle
from tests.screens.every_screen import OPENINGS, each_screen, furnish
from tests.screens.looks.drawn import faint, lines, strips
from tests.screens.looks.palettes import DARK, GREY, SIXTEEN, in_each_palette
from tests.screens.looks.photo import keep_photos, photo
from tests.screens.looks.sheet import differences, read, styles_of
from tests.screens.looks.taking import Look, kept, looks
from tests.screens.standing_still import stand_still, stop_the_clock

PICTURES = os.environ.get("OPOMINI_LOOKS", "")
"""Where pictures go when the looks are renewed; "" when they are compared."""
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


@pytest.mark.journeys
async def test_cursor_focus_and_what_is_switched_off_are_seen_in_every_palette(still: Opened) -> None:
    text.use_language("sl")
    async with run_app(still, (80, 24), language="sl") as pilot:
        table = notices_screen(pilot).table
        await pilot.press("space", "down")
        await settle(pilot)
        rows = [(table.region.x, table.region.y + HEADER + row) for row in range(3)]
        async for palette, drawn in in_each_palette(pilot):
            ticked, cursor, plain = (drawn[y].crop(x, x + 40) for x, y in rows)
            assert ticked.text[:2] != plain.text[:2], palette
            assert styles_of(cursor) != styles_of(plain), palette
        await pilot.press("f3", "enter")
        await settle(pilot)
        fields = [pilot.app.screen.query_one(f"#field-{name} Input", Input) for name in ("name", "street")]
        button = pilot.app.screen.query_one("#button-cancel", Button)
        button.disabled = True
        await settle(pilot)
        other = pilot.app.screen.query_one("#button-confirm", Button).region
        async for palette, drawn in in_each_palette(pilot):
            focused, plain = (drawn[box.region.y].crop(box.region.x, box.region.right) for box in fields)
            assert pilot.app.focused is fields[0]
            assert styles_of(focused)[-2] != styles_of(plain)[-2], palette
            off, on = (drawn[where.y].crop(where.x + 1, where.x + 3) for where in (button.region, other))
            assert styles_of(off) != styles_of(on), palette


@pytest.mark.long
@pytest.mark.parametrize("theme", ["high-contrast", "light", "windows"])
async def test_words_stand_out_in_the_other_themes_too(still: Opened, theme: str) -> None:
    text.use_language("sl")
    coloured = replace(still, config=replace(still.config, theme=theme))
    drawn, weak = {}, []
    async with run_app(coloured, (80, 24), language="sl") as pilot:
        async for opening in each_screen(pilot, coloured):
            now = strips(pilot.app)
            drawn[opening.name] = photo(lines(now), [styles_of(strip) for strip in now])
            weak += [f"{opening.name}: {words}" for words in faint(pilot.app, now)]
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
