"""Lines with figures and bars: what is drawn, and how the cursor goes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult

from opomini_tui.widgets.block_bar import block_bar
from opomini_tui.widgets.figure_list import Figure, FigureList, Group

AMOUNTS = st.integers(-(10**12), 10**12)


@given(AMOUNTS, AMOUNTS, st.integers(-2, 60))
def test_a_bar_takes_its_width_and_grows_with_the_value(value: int, largest: int, width: int) -> None:
    bar = block_bar(value, largest, width)
    assert len(bar) == max(width, 0)
    assert bool(bar.strip()) == (value > 0 and largest > 0 and width > 0)


@pytest.mark.parametrize(
    ("value", "bar"),
    [(0, "    "), (1, "▏   "), (50, "██  "), (54, "██▏ "), (75, "███ "), (99, "███▉"), (100, "████"), (300, "████")],
)
def test_a_bar_is_an_eighth_of_a_cell_fine(value: int, bar: str) -> None:
    assert block_bar(value, 100, 4) == bar


GROUPS = (
    Group("First", (("Count", 6),), [Figure("a", "one", ("1",), 1), Figure("b", "two", ("20",), 20)]),
    Group("Second", (("Count", 6),), [Figure("c", "[b]x[/b] \u202e日本", ("3",), -3, "$text-warning", "in full")]),
)


class FigureApp(App[None]):
    """One list, as wide as the window."""

    def compose(self) -> ComposeResult:
        yield FigureList(id="figures")

    def on_mount(self) -> None:
        self.query_one(FigureList).show(GROUPS)


def drawn(figures: FigureList) -> list[str]:
    return ["".join(segment.text for segment in figures.render_line(y)) for y in range(7)]


async def test_figures_stand_below_each_other_with_their_bars() -> None:
    async with FigureApp().run_test(size=(40, 10)) as pilot:
        await pilot.pause()
        lines = drawn(pilot.app.query_one(FigureList))
        assert lines[0].split() == ["First", "Count"]
        assert lines[1].split()[:2] == ["one", "1"]
        assert lines[2].rstrip().endswith("20 " + lines[2].rstrip().split(" ")[-1])
        assert set(lines[2].split()[-1]) == {"█"}
        assert "[b]x[/b]" in lines[5]
        ends = {line.index(word) + len(word) for line, word in zip(lines[1:3], ("1", "20"), strict=True)}
        assert len(ends) == 1
        assert lines[5].rstrip().endswith("3"), "a credit has no bar"
        assert {cell_len(line) for line in lines} == {40}


async def test_the_cell_of_a_scroll_bar_that_goes_is_used_again() -> None:
    """What is left of a long list is drawn like a list that never was long."""
    long = [Group(f"Group {place}", (("Count", 6),), [Figure(f"g{place}", "one", ("1",), 1)]) for place in range(9)]
    async with FigureApp().run_test(size=(40, 10)) as pilot:
        figures = pilot.app.query_one(FigureList)
        await pilot.pause()
        before = drawn(figures)
        figures.show(long)
        await pilot.pause()
        bars = [figures.show_vertical_scrollbar]
        figures.show(GROUPS)
        await pilot.pause()
        await pilot.pause()
        bars.append(figures.show_vertical_scrollbar)
        assert bars == [True, False]
        figures.action_first()
        await pilot.pause()
        assert drawn(figures) == before


async def test_the_cursor_passes_over_headings_and_stays_on_its_line() -> None:
    async with FigureApp().run_test(size=(40, 10)) as pilot:
        figures = pilot.app.query_one(FigureList)
        assert figures.current is not None
        assert figures.current.key == "a"
        await pilot.press("down", "down")
        assert figures.current.key == "c"
        await pilot.press("up")
        assert figures.current.key == "b"
        more = replace(GROUPS[0], lines=[Figure("new", "new", ("5",), 5), *GROUPS[0].lines])
        figures.show((more, GROUPS[1]))
        await pilot.pause()
        assert figures.current.key == "b"
        figures.show((replace(GROUPS[0], lines=[Figure("b", "changed", ("7",), 7)]),))
        await pilot.pause()
        assert figures.current == Figure("b", "changed", ("7",), 7)
        assert "changed" in "".join(drawn(figures))


async def test_without_room_the_bars_go_first_and_nothing_is_cut() -> None:
    async with FigureApp().run_test(size=(40, 10)) as pilot:
        await pilot.resize_terminal(22, 10)
        await pilot.pause()
        lines = drawn(pilot.app.query_one(FigureList))
        assert not any("█" in line or "…" in line for line in lines)
        assert lines[2].split() == ["two", "20"]
