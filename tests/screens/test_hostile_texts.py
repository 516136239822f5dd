"""Texts that nobody would type, in every field of the data: every screen opens, obeys none of them, keeps its edges."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.screen import ModalScreen

from opomini_tui import text
from opomini_tui.widgets.cell_text import fit
from tests.screens.conftest import Opened, run_app, settle
from tests.screens.every_screen import each_screen, furnish
from tests.screens.hostile import TEXTS, fill_with_hostile_texts
from tests.screens.looks.drawn import own_region, strips
from tests.screens.standing_still import stand_still

EDGE = "│╭╮╰╯─┃┌┐└┘▌▐"


@pytest.mark.journeys
async def test_every_screen_takes_hostile_texts(company: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    text.use_language("sl")
    stand_still(monkeypatch)
    furnish(company)
    assert fill_with_hostile_texts() > 40
    wrong: list[str] = []
    seen = ""
    async with run_app(company, (80, 24), language="sl") as pilot:
        async for opening in each_screen(pilot, company):
            screen, drawn = pilot.app.screen, strips(pilot.app)
            own = own_region(screen)
            words = [strip.text for strip in drawn]
            seen += "\n".join(words)
            wrong += [f"{opening.name}: {line!r}" for line in words if any(map(_is_obeyed, line))]
            for y, strip in list(enumerate(drawn))[own.y : own.bottom]:  # a modal may cut what it covers in two
                cells = cell_len(strip.crop(0, own.right).text)
                wrong += [f"{opening.name}: line {y} has {cells} cells of {own.right}"] if cells != own.right else []
            if isinstance(screen, ModalScreen):
                edges = [strip.crop(own.right - 1, own.right).text for strip in drawn[own.y : own.bottom]]
                wrong += [f"{opening.name}: the edge is {edges}"] if not set(edges) <= set(EDGE) else []
            pilot.app.clear_notifications()
            await settle(pilot)
    assert not wrong, "\n".join(wrong)
    assert "[bold red]Kos[/] [x]" in seen
    assert "A [/] B \\[ [/red]" in seen
    assert "漢字カナ" in seen


def _is_obeyed(character: str) -> bool:
    return unicodedata.category(character) == "Cc" or "\u202a" <= character <= "\u202e"


CELLS = st.text(st.one_of(st.characters(), st.sampled_from("[]/\\\x1b\x07\u202e\u0301\u200d\ufe0f漢👩שع")), max_size=60)


@given(CELLS, st.integers(1, 30), st.sampled_from(["left", "right", "center"]))
def test_a_cell_of_the_grid_is_as_wide_as_its_column_whatever_stands_in_it(cell: str, width: int, align: str) -> None:
    fitted = fit(cell, width, align)  # type: ignore[arg-type]  # hypothesis knows only str
    assert cell_len(fitted) == width
    assert not any(map(_is_obeyed, fitted))


@given(st.sampled_from(TEXTS), st.integers(20, 60))
def test_brackets_in_a_cell_stand_as_they_were_typed(cell: str, width: int) -> None:
    fitted = fit(cell, width)
    assert fitted.count("[") == sum(character == "[" for character in fitted)
    if cell.isascii() and cell.isprintable() and len(cell) <= width:
        assert fitted.rstrip() == cell.rstrip()
