"""The record table under the keys and the mouse, at 80×24 and 120×40."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.color import Color
from textual.pilot import Pilot

from opomini_tui.widgets.record_styles import READABLE, contrast
from opomini_tui.widgets.record_table import Column, RecordTable, Row
from tests.widgets.table_app import COLUMNS, TableApp, record

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)])


async def press(pilot: Pilot[None], keys: str) -> None:
    """Press the keys, separated by blanks."""
    await pilot.press(*keys.split())
    await pilot.pause()


@SIZES
async def test_keys_move_the_cursor_and_the_window_follows(size: tuple[int, int]) -> None:
    app, rows = TableApp(), size[1] - 1
    async with app.run_test(size=size) as pilot:
        table = app.table
        for keys, place, top in (
            ("down down", 2, 0),
            ("up", 1, 0),
            ("pagedown", 1 + rows, rows),
            ("pageup", 1, 0),
            ("ctrl+end", 999, 1000 - rows),
            ("down", 999, 1000 - rows),
            ("pageup", 999 - rows, 1000 - 2 * rows),
            ("ctrl+home up", 0, 0),
        ):
            await press(pilot, keys)
            assert (table.cursor_index, table.scroll_offset.y) == (place, top), keys
            shown = [line for line in app.lines() if line.startswith("►")]
            assert len(shown) == 1
            assert f" Customer {place + 1} " in shown[0]
        assert table.cursor_id == 1
        assert table.cursor_row == record(1)


@SIZES
async def test_totals_stay_at_the_bottom_under_their_columns(size: tuple[int, int]) -> None:
    app = TableApp()
    async with app.run_test(size=size) as pilot:
        app.table.show_totals({"number": "1.000", "amount": "…"})
        await press(pilot, "ctrl+end")
        lines = app.lines()
        assert "Customer 1000" in lines[-2]
        app.table.show_totals({"number": "1.000", "amount": "500.500,00"})
        await pilot.pause()
        header, row, totals = lines[0], lines[-2], app.lines()[-1]
        for title, value, total in (("Number", " 1000", "1.000"), ("Amount", "1000,50", "500.500,00")):
            right = header.index(title) + len(title)
            assert row.index(value) + len(value) == right
            assert totals.index(total) + len(total) == right
        app.table.show_totals(None)
        await press(pilot, "ctrl+end")
        assert "Customer 1000" in app.lines()[-1]


async def test_the_cursor_stands_out_without_any_colour() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "down")
        app.theme = "ansi-dark"
        await pilot.pause()
        cursor, other = (list(app.table.render_line(y)) for y in (2, 3))
        assert cursor[0].text == "►"
        assert all(segment.style and segment.style.reverse and segment.style.bold for segment in cursor)
        assert not any(segment.style and segment.style.reverse for segment in other)


async def test_space_ticks_and_moves_on_and_ticks_are_said() -> None:
    app = TableApp(4)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "space space up space")
        assert list(app.table.ticked_ids()) == [1]
        assert app.line_of(1)[1] == "■"
        assert app.line_of(2)[1] == "□"
        assert [what for what, _ in app.said].count("ticks") == 3
        await press(pilot, "ctrl+end space")
        assert app.table.cursor_index == 3
        assert list(app.table.ticked_ids()) == [1, 4]


async def test_a_range_grows_and_shrinks_and_gives_back_what_it_leaves() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        table = app.table
        table.toggle(4)
        await press(pilot, "down shift+down shift+down shift+down")
        assert list(table.ticked_ids()) == [2, 3, 4, 5]
        await press(pilot, "shift+up shift+up")
        assert list(table.ticked_ids()) == [2, 3, 4]
        await press(pilot, "shift+up shift+up")
        assert list(table.ticked_ids()) == [1, 2, 4]
        await press(pilot, "down down down down down shift+down")
        assert list(table.ticked_ids()) == [1, 2, 4, 6, 7]


async def test_ticks_survive_filter_and_sort_and_are_counted() -> None:
    app = TableApp(10)
    async with app.run_test(size=(80, 24)) as pilot:
        table = app.table
        table.tick_all()
        table.toggle(3)
        table.load([2, 3], app.records, total=10)
        await pilot.pause()
        assert (table.tick_count, table.ticks.hidden, table.total) == (9, 8, 10)
        assert list(table.ticked_ids(shown_only=True)) == [2]
        assert (app.line_of(2)[1], app.line_of(3)[1]) == ("■", "□")
        table.load([5, 3, 2], app.records)
        table.invert_ticks()
        assert list(table.ticked_ids(shown_only=True)) == [3]
        table.untick_all()
        assert table.tick_count == 0


async def test_without_tick_marks_the_keys_of_ticking_are_left_to_the_screen() -> None:
    app = TableApp(tickable=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "space shift+down")
        assert (app.table.cursor_index, app.table.tick_count) == (0, 0)
        assert app.lines()[1].startswith("►2012")


@SIZES
async def test_frozen_columns_stay_while_the_others_scroll(size: tuple[int, int]) -> None:
    app = TableApp()
    async with app.run_test(size=size) as pilot:
        assert app.lines()[0].endswith("›") == (size[0] == 80)
        await press(pilot, "right")
        header, row = app.lines()[:2]
        assert header.startswith("   Year  Number")
        assert row.startswith("►□ 2012       1 ")
        if size[0] == 80:
            assert "‹" in header
            assert "Customer" not in row
            await press(pilot, "left")
            assert "Customer 1 " in app.lines()[1]
        await press(pilot, "end")
        assert "a1@x.si" in app.lines()[1]
        assert "›" not in app.lines()[0]
        await press(pilot, "home")
        assert "Customer 1 " in app.lines()[1]


async def test_a_heading_asks_for_its_order_and_shows_it() -> None:
    app = TableApp()
    async with app.run_test(size=(160, 24)) as pilot:
        table = app.table
        header = app.lines()[0]
        await pilot.click(table, offset=(header.index("Amount") + 2, 0))
        await pilot.click(table, offset=(header.index("E-mail") + 2, 0))
        await pilot.click(table, offset=(0, 0))
        assert [key for what, key in app.said if what == "sort"] == ["amount"]
        table.show_sort("amount")
        assert "Amount ▲ " in app.lines()[0]
        table.show_sort("amount", reverse=True)
        assert "Amount ▼ " in app.lines()[0]
        table.show_sort(None)
        assert app.lines()[0] == header


async def test_a_click_moves_a_second_one_chooses_and_the_mark_ticks() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        table = app.table
        await pilot.click(table, offset=(20, 3))
        await pilot.pause()
        assert table.cursor_id == 3
        assert ("selected", 3) not in app.said
        await pilot.click(table, offset=(20, 3))
        await pilot.pause()
        assert app.said.count(("selected", 3)) == 1
        await pilot.click(table, offset=(20, 5), times=2)
        await pilot.pause()
        assert app.said.count(("selected", 5)) == 1
        await pilot.click(table, offset=(1, 7))
        await pilot.pause()
        assert (list(table.ticked_ids()), table.cursor_id) == ([7], 7)
        await pilot.click(table, offset=(20, 9), shift=True)
        await pilot.pause()
        assert list(table.ticked_ids()) == [7, 8, 9]
        await press(pilot, "up enter")
        assert app.said[-1] == ("selected", 8)


async def test_the_wheel_scrolls_and_leaves_the_cursor() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.table.scroll_relative(y=40, animate=False)
        await pilot.pause()
        assert app.table.cursor_id == 1
        assert "Customer 41 " in app.lines()[1]
        await press(pilot, "down")
        assert app.table.scroll_offset.y == 1


async def test_reload_keeps_the_cursor_on_its_record_at_its_height() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        table = app.table
        assert table.move_to(500)
        assert not table.move_to(5000)
        await press(pilot, "up up up")
        height = table.cursor_index - table.scroll_offset.y
        table.load(list(range(1000, 0, -1)), app.records)
        await pilot.pause()
        assert (table.cursor_id, table.cursor_index) == (497, 503)
        assert table.cursor_index - table.scroll_offset.y == height
        said = len(app.said)
        table.load([number for number in range(1000, 0, -1) if number != 497], app.records)
        await pilot.pause()
        assert (table.cursor_id, table.cursor_index) == (496, 503)
        assert app.said[said:] == [("highlighted", 496)]
        table.load([1, 2], app.records)
        await pilot.pause()
        assert (table.cursor_id, table.scroll_offset.y) == (2, 0)


async def test_a_deleted_row_is_struck_through_and_said_in_words() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.lines()
        del app.records.rows[2], app.records.rows[900]
        app.records.rows[3] = record(3, "Renamed")
        app.table.invalidate([2, 3])
        await pilot.pause()
        assert "Customer 2" in app.lines()[2]
        assert "Renamed" in app.lines()[3]
        struck = [segment.style for segment in app.table.render_line(2) if segment.text.strip()]
        assert all(style and style.strike for style in struck)
        app.table.move_to(900)
        assert "deleted meanwhile" in next(line for line in app.lines() if line.startswith("►"))
        assert app.table.cursor_row is None


async def test_rows_that_cannot_be_read_are_said_once_and_come_back() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.records.broken = True
        app.table.invalidate()
        await press(pilot, "down")
        assert [what for what in app.said if what[0] == "failed"] == [("failed", "the database is away")]
        assert app.lines()[1].split() == ["□", "…", "…", "…", "…", "…"]
        app.records.broken = False
        app.table.invalidate()
        await pilot.pause()
        assert "Customer 1 " in app.lines()[1]


async def test_an_empty_table_says_so_and_survives_every_key() -> None:
    app = TableApp(3)
    async with app.run_test(size=(80, 24)) as pilot:
        app.table.load([], app.records)
        await pilot.pause()
        assert app.said[-1] == ("highlighted", None)
        assert "   No notices." in app.lines()[2]
        await press(pilot, "down up pagedown ctrl+end space shift+down enter left right home end")
        app.table.tick_all()
        assert (app.table.cursor_id, app.table.tick_count, app.table.cursor_row) == (None, 0, None)
        app.table.load([2, 3], app.records)
        await pilot.pause()
        assert ("highlighted", 2) in app.said


SOUP = [
    "Kos [x]",
    "A [/] B",
    "[/red] s.p.",
    "[bold",
    "\\[a]",
    "北京飯店 d.o.o.",
    "\u05d0\u05d1 12",
    "a\tb\x1b[2J\n",
    "e\u0301\u0301 👨‍👩‍👧",
]


@SIZES
async def test_soup_of_brackets_wide_and_control_characters_moves_nothing(size: tuple[int, int]) -> None:
    app = TableApp(len(SOUP))
    app.records.rows = {place: record(place, name) for place, name in enumerate(SOUP, start=1)}
    async with app.run_test(size=size) as pilot:
        await press(pilot, "down space")
        for y, name in enumerate(SOUP, start=1):
            line = app.table.render_line(y)
            assert line.cell_length == cell_len(line.text)
            before = line.text[: line.text.index(f"{y},50")]
            assert cell_len(before) == app.lines()[0].index("Amount") + len("Amount") - len(f"{y},50")
            if y <= 5:
                assert f" {name} " in line.text


@pytest.mark.parametrize("theme", ["textual-light", "textual-dark", "ansi-dark"])
async def test_level_colours_are_shown_and_text_on_them_can_be_read(theme: str) -> None:
    app = TableApp(4)
    app.records.rows = {
        1: Row(("2012",), background="#dff0d8", style="warning"),
        2: Row(("2012",), background="#203050", style="bad"),
        3: Row(("2012",), background="no colour", style="no state"),
        4: Row(("2012",), background="totals"),
    }
    async with app.run_test(size=(80, 24)) as pilot:
        app.theme = theme
        await press(pilot, "down down down")
        styles = [list(app.table.render_line(y))[-1].style for y in (1, 2, 3)]
        colours = [style.bgcolor for style in styles if style]
        assert len(set(colours)) == 3
        if theme != "ansi-dark":
            for style in styles:
                assert style is not None
                assert style.color is not None
                assert style.bgcolor is not None
                assert contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)) >= READABLE


async def test_columns_of_which_none_stays_and_a_window_too_small_for_anything() -> None:
    app = TableApp(30, columns=[Column(column.key, column.title, column.width) for column in COLUMNS])
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "right down")
        assert app.lines()[0].startswith("  ‹Number")
        for width, height in ((2, 2), (1, 1), (4, 3), (300, 10)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            assert all(cell_len(line) <= width for line in app.lines())
        assert "a2@x.si" in next(line for line in app.lines() if line.startswith("►"))


async def test_a_long_total_reaches_over_empty_columns_and_figures_stay_whole() -> None:
    app = TableApp()
    async with app.run_test(size=(120, 24)) as pilot:
        app.table.show_totals({"year": "1,000,000 of 1,000,000 · 3 ticked", "amount": "5,234,567,890.12"})
        await pilot.pause()
        header, totals = app.lines()[0], app.lines()[-1]
        assert "1,000,000 of 1,000,000 · 3 ticked" in totals
        assert totals.index("5,234,567,890.12") + 16 == header.index("Amount") + 6
        app.table.show_totals({"number": "1", "name": "x" * 90, "amount": "5,234,567,890.12"})
        await pilot.pause()
        assert "x… 5,234,567,890.12" in app.lines()[-1]


async def test_other_totals_are_drawn_at_once() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.table.show_totals({"year": "…"})
        await press(pilot, "pagedown")
        app.table.show_totals({"year": "1000"})
        await pilot.pause()
        last = app.screen._compositor.render_strips()[-1]
        assert "1000" in last.text


async def test_the_mark_of_a_row_stands_beside_its_tick() -> None:
    app = TableApp(0)
    app.table = RecordTable(COLUMNS, tickable=True, tick_title="Tick", id="table")
    app.records.rows = {1: Row(record(1).cells, mark="S"), 2: record(2)}
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "space")
        assert app.lines()[1].startswith(" ■ S  2012")
        assert app.lines()[2].startswith("► □   2012")


async def test_columns_can_be_changed_and_have_a_short_heading_where_the_long_one_does_not_fit() -> None:
    app = TableApp()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "down")
        app.table.show_columns([Column("year", "Year of the notice", 4, short="Y."), *COLUMNS[1:]])
        app.table.show_sort("year")
        await pilot.pause()
        assert app.lines()[0].startswith("   Y. ▲  Number")
        assert (app.table.cursor_index, app.lines()[2][:7]) == (1, "►□ 2012")
