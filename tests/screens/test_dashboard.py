"""The overview on the screen: every line opens exactly what it counts, the cursor keeps its place, it begins by setting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from opomini_tui.mail.outbox import enqueue
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, Span
from opomini_tui.models.parties import Customer, Operator
from opomini_tui.models.preferences import FIRST_SCREEN, recall
from opomini_tui.models.receivables import LedgerImport
from opomini_tui.models.settings import DunningLevel
from opomini_tui.screens import keeping_up
from opomini_tui.screens.customer_form import CustomerForm
from opomini_tui.screens.dashboard import DashboardScreen
from opomini_tui.screens.import_file import ImportScreen
from opomini_tui.screens.notices import NoticesScreen
from opomini_tui.screens.open_items import OpenItemsScreen
from opomini_tui.screens.outbox import DeliveriesScreen, OutboxScreen
from opomini_tui.screens.prepare import PrepareScreen
from opomini_tui.screens.send_progress import SendProgressScreen
from opomini_tui.widgets.fields import DateField
from tests.screens.conftest import Opened, run_app, settle, shown
from tests.screens.working import until, until_shown

SEEN_AT = 1_349_080_000_000
"""1 October 2012, 10:26 in Ljubljana."""


def had_a_day(company: Opened, folder: Path) -> None:
    """A batch of which messages ended in every way, and an import that is old by now."""
    assert enqueue(NoticeFilter(number=Span(233, 274)), company.actor, company.config).queued > 6
    ids = [number for (number,) in run("SELECT id FROM delivery ORDER BY id").fetchall()]
    ends = [("refused", False, ""), ("held", True, ""), ("unknown", True, ""), ("unknown", True, "")]
    ends += [("sent", True, "undelivered"), *[("sent", True, "")] * (len(ids) - 5)]
    for number, (state, live, arrival) in zip(ids, ends, strict=True):
        values = (state, live, arrival, SEEN_AT if state == "sent" else None, number)
        run("UPDATE delivery SET state = ?, live = ?, arrival = ?, sent_at = ? WHERE id = ?", values)
    run("UPDATE batch SET queued_at = ?, starts_at = ?", (SEEN_AT, SEEN_AT))
    file = folder / "odprte_postavke.csv"
    columns: dict[str, Any] = {"rows": 1, "added": 1, "changed": 0, "closed": 0, "operator_code": "006", "at": SEEN_AT}
    LedgerImport.create(kind="open_items", file_name=file.name, sha256="", as_of=date(2012, 9, 20), **columns)


def on_top(pilot: Pilot[int]) -> type[Screen[Any]]:
    """The kind of screen that is shown."""
    return type(pilot.app.screen)


async def opened(pilot: Pilot[int]) -> DashboardScreen:
    """The overview, opened from the grid, with everything read."""
    await pilot.press("d")
    screen = pilot.app.screen
    assert isinstance(screen, DashboardScreen)
    await until(pilot, lambda: screen.forecast_known)
    return screen


def keys(screen: DashboardScreen) -> list[str]:
    """Every line, in order."""
    return [
        option.id
        for figures in (screen.first, screen.second)
        for option in figures.options
        if not option.disabled and option.id
    ]


def count_of(screen: DashboardScreen, key: str) -> int:
    """The number that the line shows."""
    found = screen.first.figure(key) or screen.second.figure(key)
    assert found is not None
    return int(found.cells[0]) if found.cells[0].isdecimal() else 0


async def enter(pilot: Pilot[int], screen: DashboardScreen, key: str) -> None:
    """Put the cursor on the line and press Enter."""
    figures = screen.first if screen.first.figure(key) else screen.second
    figures.focus()
    assert figures.go_to(key)
    await settle(pilot)
    await pilot.press("enter")
    await settle(pilot)


def rows_opened(pilot: Pilot[int]) -> int:
    """How many rows the screen that was opened lists."""
    screen = pilot.app.screen
    if isinstance(screen, (OpenItemsScreen, DeliveriesScreen)):
        return len(screen.found.ids)
    assert isinstance(screen, (PrepareScreen, NoticesScreen))
    return int(screen.table.row_count)


def lists(pilot: Pilot[int], expected: int) -> bool:
    """Whether the screen that was opened lists so many."""
    return rows_opened(pilot) == expected


@pytest.mark.journeys
@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["one-column", "two-columns"])
async def test_every_line_opens_exactly_what_it_counts(company: Opened, tmp_path: Path, size: tuple[int, int]) -> None:
    had_a_day(company, tmp_path)
    kinds = {
        "due": PrepareScreen,
        "prepared": NoticesScreen,
        "issued": NoticesScreen,
        "messages": OutboxScreen,
        "age": OpenItemsScreen,
        "level": OpenItemsScreen,
        "batch": SendProgressScreen,
    }
    async with run_app(company, size) as pilot:
        screen = await opened(pilot)
        listed = keys(screen)
        assert {key.partition("-")[0] for key in listed} == {*kinds, "payments"}
        for key in listed:
            kind = key.partition("-")[0]
            if kind == "payments" or (kind == "due" and key not in ("due-today", "due-2012-10-05")):
                continue
            expected = count_of(screen, key)
            await enter(pilot, screen, key)
            assert on_top(pilot) is kinds[kind], key
            await until(pilot, partial(lists, pilot, expected))
            if kinds[kind] is NoticesScreen:
                screen = await opened(pilot)
            else:
                await pilot.press("escape")
                await settle(pilot)
            assert pilot.app.screen is screen, key


async def test_a_day_opens_the_run_of_that_day(company: Opened) -> None:
    run("DELETE FROM notice_item WHERE notice_id IN (SELECT id FROM notice WHERE state = 'prepared')")
    run("DELETE FROM notice WHERE state = 'prepared'")
    async with run_app(company) as pilot:
        screen = await opened(pilot)
        expected = count_of(screen, "due-2012-10-03")
        assert expected > 0
        await enter(pilot, screen, "due-2012-10-03")
        prepare = pilot.app.screen
        assert isinstance(prepare, PrepareScreen)
        assert prepare.query_one(DateField).read() == date(2012, 10, 3)
        await until(pilot, lambda: prepare.table.row_count == expected)


async def test_payment_data_opens_the_import(company: Opened, tmp_path: Path) -> None:
    had_a_day(company, tmp_path)
    async with run_app(company) as pilot:
        screen = await opened(pilot)
        await enter(pilot, screen, "payments")
        assert on_top(pilot) is ImportScreen
        assert "11 days ago" in str(screen.first.figure("payments"))


async def test_an_open_item_opens_its_customer(company: Opened) -> None:
    async with run_app(company) as pilot:
        screen = await opened(pilot)
        await enter(pilot, screen, "level-3-EUR")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, CustomerForm))
        assert "Open items" in shown(pilot)


async def test_who_may_not_prepare_is_told_so(company: Opened) -> None:
    Operator.create(code="007", name="Gost", role="view", email="", language="en")
    guest = Actor.of(Operator.get(Operator.code == "007"))
    async with run_app(company, actor=guest) as pilot:
        screen = await opened(pilot)
        await enter(pilot, screen, "due-today")
        await until_shown(pilot, "This cannot be done")


async def test_it_begins_with_the_overview_when_the_operator_says_so(company: Opened) -> None:
    async with run_app(company) as pilot:
        assert on_top(pilot) is NoticesScreen
        await opened(pilot)
        await pilot.press("b")
        await until_shown(pilot, "the program begins here")
        assert recall(company.actor, FIRST_SCREEN) == "dashboard"
    async with run_app(company) as pilot:
        assert on_top(pilot) is DashboardScreen
        await pilot.press("b", "escape")
        await settle(pilot)
        assert on_top(pilot) is NoticesScreen
        assert recall(company.actor, FIRST_SCREEN) == ""
    async with run_app(company) as pilot:
        assert on_top(pilot) is NoticesScreen


async def test_it_follows_what_changes(company: Opened) -> None:
    async with run_app(company) as pilot:
        screen = await opened(pilot)
        assert count_of(screen, "prepared-2012") == 31
        screen.first.go_to("level-2-EUR")
        run("UPDATE notice SET state = 'issued', document_id = (SELECT MAX(id) FROM document) WHERE number = 275")
        screen.session.notices_changed()
        await until(pilot, lambda: count_of(screen, "prepared-2012") == 30)
        assert screen.first.current is not None
        assert screen.first.current.key == "level-2-EUR"
        run("UPDATE notice SET state = 'prepared' WHERE number = 275")
        await pilot.press("r")
        await until(pilot, lambda: count_of(screen, "prepared-2012") == 31)


async def test_what_changes_while_it_rests_is_shown_after_the_rest(
    company: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping_up, "PULSE_SECONDS", 1000.0)  # nothing else tells it
    async with run_app(company) as pilot:
        screen = await opened(pilot)
        screen.rest(0.05)
        run("UPDATE notice SET state = 'issued', document_id = (SELECT MAX(id) FROM document) WHERE number = 275")
        screen.session.pulse = replace(screen.session.pulse, mailbox=99)
        assert count_of(screen, "prepared-2012") == 31
        await until(pilot, lambda: count_of(screen, "prepared-2012") == 30)


async def test_the_columns_lie_beside_each_other_when_there_is_room(company: Opened) -> None:
    async with run_app(company, (120, 40)) as pilot:
        screen = await opened(pilot)
        assert screen.first.has_focus
        await pilot.press("right", "down")
        assert screen.second.has_focus
        current = screen.second.current
        assert current is not None
        assert current.key.startswith("due-2012-10")
        assert current.detail in shown(pilot)
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        await until(pilot, lambda: screen.first.has_focus)
        assert screen.first.current is not None
        assert screen.first.current.key == current.key
        await pilot.press("right")
        assert screen.first.has_focus


async def test_without_a_level_the_lines_say_why(company: Opened) -> None:
    DunningLevel.update(enabled=False).execute()
    async with run_app(company) as pilot:
        await opened(pilot)
        await until_shown(pilot, "No level of dunning is switched on. Switch on the 1st notice in the settings first.")


HOSTILE = "[red]Žaga[/] \x1b[31m\u202eabc 日本語 " + "x" * 200


async def test_names_from_the_data_are_shown_as_they_are(company: Opened, tmp_path: Path) -> None:
    had_a_day(company, tmp_path)
    LedgerImport.update(file_name=HOSTILE, operator_code="[b]6").execute()
    Operator.update(code="[b]6").where(Operator.code == "006").execute()
    Customer.update(name=HOSTILE).execute()
    async with run_app(company, (120, 40), actor=company.actor) as pilot:
        screen = await opened(pilot)
        screen.first.go_to("payments")
        await settle(pilot)
        assert "[red]Žaga[/]" in shown(pilot)
        assert "01.10.2012 10:26, [b]6" in shown(pilot)
        assert not {"\x1b", "\u202e"} & set(shown(pilot))
        await enter(pilot, screen, "level-3-EUR")
        assert on_top(pilot) is OpenItemsScreen
        await until_shown(pilot, "[red]Žaga[/]")
        assert "60.305,13 €" in shown(pilot)
