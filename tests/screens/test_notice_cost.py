"""What a key costs in the grid: nothing is read from the database for a step, one figure for a tick, two rows are drawn."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import pytest
from textual.pilot import Pilot

from opomini_tui.models.database import database
from opomini_tui.screens import notice_follow
from opomini_tui.widgets.record_lines import LinePainter
from tests.screens.conftest import Opened, grid, notices_screen, run_app, settle, shown
from tests.screens.working import until


@contextmanager
def asked() -> Iterator[list[str]]:
    """What the interface's own thread asks of the database meanwhile."""
    statements: list[str] = []
    connection = database.obj.connection()
    connection.set_trace_callback(statements.append)
    try:
        yield statements
    finally:
        connection.set_trace_callback(None)


async def test_a_step_reads_nothing_and_a_tick_one_figure(company: Opened) -> None:
    async with run_app(company, (120, 40)) as pilot:
        await settle(pilot)
        with asked() as statements:
            await pilot.press("down", "down", "up", "end", "home", "ctrl+end", "ctrl+home")
            await settle(pilot)
            assert not statements
            await pilot.press("space")
            await until(pilot, lambda: "1 ticked = " in shown(pilot))
            assert len(statements) == 1
            assert "…" not in totals(pilot)


async def test_the_sum_of_the_ticks_is_that_of_the_rows(company: Opened) -> None:
    async with run_app(company, (120, 40)) as pilot:
        await settle(pilot)
        table, page = grid(pilot), []
        for _row in range(4):
            row = table.cursor_row
            assert row is not None
            page.append(float(row.cells[6].replace(",", "")))
            await pilot.press("space")
        await pilot.press("up", "up", "space")
        expected = f"3 ticked = {page[0] + page[1] + page[3]:,.2f}"
        await until(pilot, lambda: expected in shown(pilot))


async def test_a_single_key_is_followed_at_once_and_a_held_one_when_it_rests(
    company: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run_app(company, (120, 40)) as pilot:
        await settle(pilot)
        screen = notices_screen(pilot)
        monkeypatch.setattr(notice_follow, "REST_SECONDS", 1_000_000.0)  # it does not rest any more
        screen._rest_timer.stop()
        screen._moved_at = -math.inf
        await pilot.press("down")
        await settle(pilot)
        first = screen._noted
        assert first == grid(pilot).cursor_id
        await pilot.press("down")
        await settle(pilot)
        assert grid(pilot).cursor_id != first
        assert screen._noted == first


async def test_a_step_draws_the_two_rows_that_change(company: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[Hashable, ...]] = []
    draw = LinePainter._row

    @wraps(draw)
    def note(painter: LinePainter, *what: Any) -> Any:
        drawn.append(what)
        return draw(painter, *what)

    async with run_app(company, (120, 40)) as pilot:
        await settle(pilot)
        monkeypatch.setattr(LinePainter, "_row", note)
        await pilot.press("down")
        await settle(pilot)
        assert len(drawn) == 2
        await pilot.press("up")
        await settle(pilot)
        assert len(drawn) == 2, "both have been drawn before"


def totals(pilot: Pilot[int]) -> str:
    """The line of sums."""
    return next(line for line in shown(pilot).splitlines() if "Σ" in line)
