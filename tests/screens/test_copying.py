"""Copying a cell or a row from every list of records, by the same two keys as in the grid."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from opomini_tui.actions import BY_ID, actions_of
from opomini_tui.dunning.unlock import delete_notices
from opomini_tui.models.notice_filter import NoticeFilter, Span
from opomini_tui.screens.ask import ListScreen
from opomini_tui.screens.base import OpominiScreen
from opomini_tui.screens.copying import cell_of, with_copying
from opomini_tui.screens.help import keys_here
from opomini_tui.screens.prepare import PrepareScreen
from opomini_tui.screens.record_pane import RecordPane
from opomini_tui.widgets.record_table import Column, RecordTable
from tests.screens.conftest import Opened, run_app, said, settle
from tests.screens.every_screen import OPENINGS, each_screen, furnish
from tests.screens.standing_still import stand_still
from tests.screens.working import until

LISTS = {
    *("why", "preflight", "outbox", "batches", "progress", "mailbox", "customers", "open items", "operators"),
    *("contacts", "items of a customer", "settings 6"),
}
"""Names of the openings that show a list of records; the proposals of a run have a test of their own."""
OWN = frozenset({"outbox", "progress", "mailbox"})
"""Lists where `y` copies all that is known of the message, as it always did."""


@pytest.mark.journeys
async def test_cells_and_rows_of_every_list_are_copied(company: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    stand_still(monkeypatch)
    furnish(company)
    openings = [opening for opening in OPENINGS if opening.name in LISTS]
    assert {opening.name for opening in openings} == LISTS
    async with run_app(company) as pilot:
        async for opening in each_screen(pilot, company, openings):
            table = table_of(pilot)
            assert table.row_count, f"{opening.name} shows nothing"
            table.focus()
            table.untick_all()
            await settle(pilot)
            await a_row(pilot, opening.name, table)
            if opening.name not in OWN:
                await a_cell(pilot, opening.name, table)


async def a_row(pilot: Pilot[int], name: str, table: RecordTable) -> None:
    """`Y` copies the cells of the row under the cursor, which is said, and it is in the help."""
    screen = pilot.app.screen
    if isinstance(screen, OpominiScreen):
        assert BY_ID["rows.copy_rows"] in screen.offered_actions(), name
        assert (BY_ID["rows.copy"] in screen.offered_actions()) == (name not in OWN), name
        assert BY_ID["rows.copy_rows"] in keys_here(screen), name
    pilot.app.copy_to_clipboard("")
    before = len(said(pilot))
    await pilot.press("Y")
    await until(pilot, lambda: bool(pilot.app.clipboard))
    assert pilot.app.clipboard.split("\t") == cells_under_cursor(table), name
    assert said(pilot)[before:] == ["1 row copied."], name


async def a_cell(pilot: Pilot[int], name: str, table: RecordTable) -> None:
    """`y` asks which column; Enter copies its cell."""
    wanted = next(cell for cell in cells_under_cursor(table) if cell)
    before = len(said(pilot))
    await pilot.press("y")
    await until(pilot, lambda: isinstance(pilot.app.screen, ListScreen))
    await pilot.press("home", "enter")
    await until(pilot, lambda: not isinstance(pilot.app.screen, ListScreen))
    assert pilot.app.clipboard == wanted, name
    assert said(pilot)[before:] == [f"Copied: {wanted}"], name


def table_of(pilot: Pilot[int]) -> RecordTable:
    """The list on the screen, or on the tab that is shown."""
    panes = [pane for pane in pilot.app.screen.query(RecordPane) if pane.region.area]
    return (panes[0] if panes else pilot.app.screen).query_one(RecordTable)


def cells_under_cursor(table: RecordTable) -> list[str]:
    """The cells of the row under the cursor in the order of the columns."""
    assert table.cursor_row is not None
    return [cell_of(table.cursor_row.cells, place, column) for place, column in enumerate(table.columns)]


@pytest.mark.journeys
async def test_proposals_are_copied_the_ticked_ones_with_headings(
    company: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    delete_notices(NoticeFilter(packet=Span(4, 4)), company.actor)
    async with run_app(company) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(pilot.app.screen, PrepareScreen))
        await pilot.press(*"26.9.12", "enter")
        table = pilot.app.screen.query_one(RecordTable)
        await until(pilot, lambda: table.row_count == 31 and table.has_focus)
        await pilot.press("minus")
        await until(pilot, lambda: table.tick_count == 0)
        await a_row(pilot, "prepare", table)
        await a_cell(pilot, "prepare", table)
        await pilot.press("space", "space", "Y")
        await until(pilot, lambda: "2 rows copied." in said(pilot))
        heading, *rows = [line.split("\t") for line in pilot.app.clipboard.splitlines()]
        assert heading == [column.title for column in table.columns]
        assert len(rows) == 2
        assert rows == [list(row.cells) for row in table.rows(table.ticked_ids())]


def test_what_stands_in_a_cell_breaks_no_line() -> None:
    assert cell_of(("a\tb\nc\x1b[31m",), 0, Column("name", "Name", 4)) == "a b c [31m"
    assert cell_of(("a", "b"), 0, Column("name", "Name", 4, cell=1)) == "b"
    assert cell_of(("a",), 3, Column("name", "Name", 4)) == "", "a row may have fewer cells than there are columns"


def test_a_list_with_copying_of_its_own_is_not_offered_it_twice() -> None:
    assert [action.id for action in with_copying(actions_of("outbox"))].count("rows.copy") == 0
    assert {"rows.copy", "rows.copy_rows"} <= {action.id for action in with_copying(actions_of("listed"))}
