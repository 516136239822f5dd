"""Ranges by page and to the end, taking ticks back, the note below the totals, and cells that are not in column order."""

from __future__ import annotations

from dataclasses import replace

from tests.widgets.table_app import COLUMNS, TableApp


async def test_ranges_by_page_and_to_the_end_are_one_change_each() -> None:
    app = TableApp(100)
    async with app.run_test(size=(100, 22)) as pilot:
        await pilot.press("shift+pagedown")
        assert app.table.tick_count == app.table.page_height + 1
        await pilot.press("shift+pageup")
        assert app.table.tick_count == 1, "going back takes it back"
        await pilot.press("down", "ctrl+shift+end")
        assert app.table.tick_count == 100
        await pilot.press("space")
        assert app.table.tick_count == 99
        assert app.table.undo_ticks()
        assert app.table.tick_count == 100
        assert app.table.undo_ticks()
        assert list(app.table.ticked_ids()) == [1]
        await pilot.press("ctrl+home", "down", "down", "ctrl+shift+home")
        assert app.table.tick_count == 3
        while app.table.undo_ticks():
            pass
        assert app.table.tick_count == 0


async def test_the_note_stands_below_the_totals_and_is_shown_as_typed() -> None:
    app = TableApp(100)
    async with app.run_test(size=(60, 12)) as pilot:
        app.table.show_totals({"number": "100"})
        app.table.show_note("[/red] Kos [x]\t" + "x" * 80)
        await pilot.press("pagedown", "pagedown")
        lines = app.lines()
        assert lines[-2].startswith("Σ")
        assert lines[-1].startswith(" [/red] Kos [x]␉xxx")
        assert lines[-1].endswith("…")
        assert app.table.page_height == 12 - 3
        assert app.line_of(app.table.cursor_id or 0).startswith("►"), "the cursor is never below the pinned lines"
        app.table.show_note("other")
        await pilot.pause()
        assert app.lines()[-1].startswith(" other ")


async def test_columns_in_another_order_show_their_own_cells() -> None:
    app = TableApp(3)
    async with app.run_test(size=(100, 12)) as pilot:
        placed = [replace(column, cell=place, frozen=False) for place, column in enumerate(COLUMNS)]
        app.table.show_columns([placed[3], placed[2]])
        await pilot.pause()
        assert app.lines()[1].split()[-3:] == ["1,50", "Customer", "1"]
        app.records.broken = True
        app.table.invalidate()
        await pilot.pause()
        assert app.lines()[1].count("…") == 2
