"""Columns: who takes the spare room, who stays, what is drawn when the line is scrolled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, split_text

from opomini_tui.widgets.record_columns import Column, ColumnLayout, least_width
from tests.widgets.table_app import COLUMNS
from tests.widgets.test_cell_text import ANY_TEXT

LEAD = 3


def test_growing_columns_share_the_spare_room_and_the_line_fills_the_window() -> None:
    columns = (Column("a", "A", 4), Column("b", "B", 4, grows=True), Column("c", "C", 4, grows=True))
    layout = ColumnLayout(columns, LEAD, least_width(columns, LEAD) + 5)
    assert [shown.place.width for shown in layout.shown(0)] == [4, 7, 6]


@given(st.lists(ANY_TEXT, max_size=8), st.integers(0, 140), st.integers(0, 120))
def test_every_line_fills_the_window_whatever_stands_in_the_cells(cells: list[str], window: int, scroll: int) -> None:
    layout = ColumnLayout(COLUMNS, LEAD, window)
    assert cell_len(layout.text(cells, scroll)) == max(0, window - LEAD)


@given(ANY_TEXT, ANY_TEXT, st.integers(60, 140))
def test_no_text_moves_the_column_after_it(year: str, name: str, window: int) -> None:
    layout = ColumnLayout(COLUMNS, LEAD, window)
    line = layout.text((year, "77", name, "1.234,50"), 0)
    amount = next(shown.place for shown in layout.shown(0) if shown.place.column.key == "amount")
    _, rest = split_text(line, amount.x - LEAD)
    assert rest[: amount.width] == "    1.234,50"
    assert "     77 " in line


@pytest.mark.parametrize("window", range(4, 110))
def test_a_figure_is_drawn_whole_or_not_at_all(window: int) -> None:
    layout = ColumnLayout(COLUMNS, 3, window)
    for scroll in range(0, 100, 7):
        text = layout.text(("2012", "77", "Name", "1.234,50", "note", "mail"), scroll)
        assert "234" not in text.replace("1.234,50", "")


def test_frozen_columns_stay_and_the_others_scroll_by_whole_columns() -> None:
    layout = ColumnLayout(COLUMNS, LEAD, 60)
    stop = layout.next_stop(0)
    text = layout.text(("2012", "77", "Name", "1,50", "note", "mail"), stop)
    assert text.startswith("2012      77 " + "        1,50 note")
    assert layout.previous_stop(stop) == 0
    assert layout.next_stop(10_000) == 10_000


def test_in_a_narrow_window_frozen_columns_give_way() -> None:
    assert ColumnLayout(COLUMNS, LEAD, 80).frozen == LEAD + 5 + 8
    assert ColumnLayout(COLUMNS, LEAD, 15).frozen == LEAD + 5


def test_the_column_under_the_mouse_is_found_scrolled_or_not() -> None:
    layout = ColumnLayout(COLUMNS, LEAD, 60)
    first = layout.at(layout.frozen, 0)
    second = layout.at(layout.frozen, layout.next_stop(0))
    stays = layout.at(LEAD, layout.next_stop(0))
    assert (first, second, stays) == (COLUMNS[2], COLUMNS[3], COLUMNS[0])
    assert layout.at(0, 0) is None
