"""Priprava, with keys only: proposals, exclusion, packet and numbers; nothing when it is left."""

from __future__ import annotations

import pytest

from opomini_tui.dunning.unlock import delete_notices
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, Span
from tests.screens.conftest import Opened, run_app, shown
from tests.screens.working import said, settle, typed, until_shown

pytestmark = pytest.mark.journeys


@pytest.fixture
def unprepared(company: Opened) -> Opened:
    """The reference company before its fourth run: 31 notices are to be proposed for 26.9.2012."""
    delete_notices(NoticeFilter(packet=Span(4, 4)), company.actor)
    return company


def prepared() -> list[tuple[int, str]]:
    """Numbers and customers of the prepared notices."""
    rows = run("SELECT number, customer_code FROM notice WHERE state = 'prepared' ORDER BY number").fetchall()
    return [(int(number), str(code)) for number, code in rows]


async def test_the_reviewed_proposals_become_a_packet_with_numbers(unprepared: Opened) -> None:
    async with run_app(unprepared) as pilot:
        await pilot.press("f6")
        await settle(pilot)
        await typed(pilot, "26.9.12")
        assert "31 notices · 60,305.13" in said(pilot)
        assert "Items left: notice under the minimum 1, not due 1" in said(pilot)
        await pilot.press("enter", "space")
        await settle(pilot)
        assert "30 notices" in said(pilot)
        await pilot.press("f9")
        await until_shown(pilot, "Packet 4: 30 notices, numbers 2012/275 – 2012/304.")
        assert len(prepared()) == 30
        assert prepared()[0] == (275, "0000003"), "the first customer was left out"
        await pilot.press("escape")
        await settle(pilot)
        assert "Dunning –" in shown(pilot), "back in the grid"


async def test_leaving_prepares_nothing(unprepared: Opened) -> None:
    async with run_app(unprepared) as pilot:
        await pilot.press("f6")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert "Dunning –" in shown(pilot)
    assert prepared() == []


async def test_what_changed_since_the_review_is_not_prepared(unprepared: Opened) -> None:
    async with run_app(unprepared) as pilot:
        await pilot.press("f6")
        await settle(pilot)
        await typed(pilot, "26092012")
        run("UPDATE open_item SET open_amount = open_amount - 1 WHERE document = '2011-00001'")
        await pilot.press("f9")
        await until_shown(pilot, "Nothing was prepared; look at the new proposals.")
        assert prepared() == []
        await pilot.press("escape")
        await settle(pilot)
        assert "31 notices · 60,305.12" in said(pilot), "the new proposals are shown"


async def test_without_a_tick_there_is_nothing_to_prepare(unprepared: Opened) -> None:
    async with run_app(unprepared) as pilot:
        await pilot.press("f6")
        await settle(pilot)
        await typed(pilot, "26092012")
        await pilot.press("enter", "minus", "f9")
        await settle(pilot)
        assert prepared() == []
        assert "0 notices" in said(pilot)


async def test_an_unreadable_day_is_said_at_the_field(unprepared: Opened) -> None:
    async with run_app(unprepared) as pilot:
        await pilot.press("f6")
        await settle(pilot)
        await typed(pilot, "31.2.2012")
        await pilot.press("f9")
        await settle(pilot)
        assert "A date is expected here" in said(pilot)
    assert prepared() == []


async def test_why_names_every_item_and_is_searched(unprepared: Opened) -> None:
    async with run_app(unprepared) as pilot:
        await pilot.press("f6")
        await settle(pilot)
        await typed(pilot, "26092012")
        await pilot.press("enter", "w")
        await settle(pilot)
        assert "Every open item on 26.09.2012" in said(pilot)
        assert "89 shown" in said(pilot)
        await pilot.press("slash")
        await typed(pilot, "minimum")
        assert "1 shown" in said(pilot)
        assert "The notice would be under the minimum" in said(pilot)
        await pilot.press("escape", "escape", "escape")
        await settle(pilot)
        assert "31 notices" in said(pilot), "back in the review, as it was"


async def test_customers_narrow_the_run(unprepared: Opened) -> None:
    async with run_app(unprepared) as pilot:
        await pilot.press("f6")
        await settle(pilot)
        await pilot.press(*"26092012", "tab", *"0000003", "tab", *"0000004")
        await settle(pilot)
        assert "2 notices" in said(pilot)


async def test_without_open_items_an_import_is_asked_for(unprepared: Opened) -> None:
    run("DELETE FROM notice_item")
    run("DELETE FROM open_item")
    async with run_app(unprepared) as pilot:
        await pilot.press("f6")
        await settle(pilot)
        assert "There are no open items. Import a snapshot first." in said(pilot)


async def test_in_slovene(unprepared: Opened) -> None:
    async with run_app(unprepared, language="sl") as pilot:
        await pilot.press("f6")
        await settle(pilot)
        await typed(pilot, "26092012")
        text = said(pilot)
        assert "Priprava –" in text
        assert "31 opominov · 60.305,13" in text
        for label in ("Na dan", "Stranka", "Šifra stranke", "Stopnja", "Zamuda dni", "Znesek", "Potrdi", "Opusti"):
            assert label in text, label


async def test_a_customer_whose_previous_notice_never_left_is_marked(unprepared: Opened) -> None:
    run("UPDATE notice SET printed_at = 5 WHERE state <> 'prepared' AND customer_code <> '0000003'")
    run("UPDATE notice SET state = 'issued', printed_at = NULL WHERE customer_code = '0000003' AND number = 234")
    async with run_app(unprepared) as pilot:
        await pilot.press("f6")
        await settle(pilot)
        await typed(pilot, "26092012")
        await pilot.press("enter")
        await settle(pilot)
        assert "■ ! 0000003" in said(pilot)
        assert "■ ! 0000004" not in said(pilot)
        assert "was not sent" not in said(pilot), "the cursor stands on another customer"
        await pilot.press("down")
        await until_shown(pilot, "The previous notice 2012/234 was not sent.")
        run("UPDATE notice SET printed_at = 5 WHERE number = 234")
        await pilot.press("d")
        await typed(pilot, "27092012")
        await pilot.press("enter", "down")
        await settle(pilot)
        assert "was not sent" not in said(pilot)
