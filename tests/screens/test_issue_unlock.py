"""Izstavitve and Odklepanje, with keys only."""

from __future__ import annotations

from pathlib import Path

import pytest

from opomini_tui.documents.issue_pool import LetterPool
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.screens import issue as screens_issue
from opomini_tui.screens.issue import count_prepared, match_words
from opomini_tui.screens.unlock import UnlockScreen
from tests.documents.pool_processes import process_ids
from tests.screens.conftest import Opened, run_app
from tests.screens.working import go_to, guard_over, said, settle, state_of, typed, until_shown

pytestmark = pytest.mark.journeys


async def test_issue_counts_live_and_issues(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f7")
        await settle(pilot)
        assert "31 prepared notices will be issued. 60,305.13" in said(pilot)
        await pilot.press("tab", "tab", "tab", "tab", "tab")
        await typed(pilot, "0000003")
        await pilot.press("tab")
        await typed(pilot, "0000004")
        assert "2 prepared notices will be issued." in said(pilot)
        await pilot.press("f9")
        await until_shown(pilot, "2 notices were issued.")
    assert [state_of(number) for number in (275, 276, 277, 278)] == ["prepared", "issued", "issued", "prepared"]


async def test_what_is_not_counted_yet_is_not_issued(company: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f7")
        await until_shown(pilot, "31 prepared notices will be issued.")
        monkeypatch.setattr(screens_issue, "TYPING_SECONDS", 3600.0)  # the count does not come
        await pilot.press("tab", "tab", "tab", "tab", "tab", *"0000003", "f9")
        await settle(pilot)
        assert isinstance(pilot.app.screen, screens_issue.IssueScreen)
        assert state_of(276) == "prepared"
        monkeypatch.setattr(screens_issue, "TYPING_SECONDS", 0.01)
        await pilot.press("tab", *"0000004")  # takes the key back
        await until_shown(pilot, "2 prepared notices will be issued.")
        assert state_of(276) == "prepared"
        await pilot.press("f9")
        await until_shown(pilot, "2 notices were issued.")


async def test_what_was_paid_meanwhile_is_refused_by_name(company: Opened) -> None:
    run("UPDATE open_item SET open_amount = 0 WHERE customer_id = (SELECT id FROM customer WHERE code = '0000004')")
    async with run_app(company) as pilot:
        await pilot.press("f7")
        await settle(pilot)
        await pilot.press("f9")
        await until_shown(pilot, "30 notices were issued.")
        assert "1 was left out" in said(pilot)
        assert "2012/277: Its items were paid meanwhile." in said(pilot)
    assert state_of(277) == "prepared"


async def test_nothing_prepared_is_said(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f7")
        await settle(pilot)
        await typed(pilot, "2011")
        assert "No prepared notice lies within these bounds." in said(pilot)
        await pilot.press("f9")
        await until_shown(pilot, "There is no prepared notice in this choice")


async def test_unlock_needs_a_reason_and_restores(company: Opened) -> None:
    # 104 (customer 0000006) stands on no later notice, so it may be unlocked.
    async with run_app(company) as pilot:
        await go_to(pilot, 104)
        await pilot.press("k")
        await settle(pilot)
        assert "1 issued notice will be prepared again." in said(pilot)
        await pilot.press("f9")
        await settle(pilot)
        assert "Unlocking needs a reason." in said(pilot)
        await typed(pilot, "wrong address")
        await pilot.press("f9")
        await until_shown(pilot, "1 notice is prepared again.")
    assert state_of(104) == "prepared"


async def test_a_sent_notice_is_unlocked_only_after_its_count_is_typed(company: Opened) -> None:
    run("UPDATE notice SET state = 'sent', sent_at = 1 WHERE year = 2012 AND number = 104")
    async with run_app(company) as pilot:
        await go_to(pilot, 104)
        await pilot.press("k")
        await settle(pilot)
        assert "1 of them was already sent" in said(pilot)
        await typed(pilot, "wrong address")
        await pilot.press("f9")
        await guard_over(pilot)
        await settle(pilot)
        assert "2012/104" in said(pilot), "the sent one is named"
        await pilot.press("y", "enter")
        await settle(pilot)
        assert "This is not 1" in said(pilot)
        assert state_of(104) == "sent"
        await pilot.press("backspace", "1", "enter")
        await until_shown(pilot, "1 notice is prepared again.")
    assert state_of(104) == "prepared"


async def test_a_notice_with_a_later_one_is_refused_by_name(company: Opened) -> None:
    async with run_app(company) as pilot:
        await go_to(pilot, 100)
        await pilot.press("k")
        await settle(pilot)
        await typed(pilot, "x")
        await pilot.press("f9")
        await until_shown(pilot, "2012/100: its items stand on the later notice")
    assert state_of(100) == "issued"


async def test_in_slovene(company: Opened) -> None:
    async with run_app(company, language="sl") as pilot:
        await pilot.press("f7")
        await settle(pilot)
        text = said(pilot)
        for label in ("Izstavitve", "Leto", "Datum opomina", "Stopnja", "Stranka", "Opusti", "Izstavi"):
            assert label in text, label
        assert "Izstavljenih bo 31 pripravljenih opominov." in text


async def test_a_notice_that_joins_the_filter_after_the_count_is_not_unlocked(company: Opened) -> None:
    run("UPDATE notice SET state = 'prepared' WHERE number <> 104")
    run("UPDATE notice SET state = 'sent', sent_at = 1 WHERE number = 104")
    async with run_app(company) as pilot:
        await pilot.press("k")
        await settle(pilot)
        await pilot.press("alt+n", "enter", "end", "enter")
        await settle(pilot)
        assert "1 issued notice will be prepared again." in said(pilot), "of all notices of the filter"
        screen = pilot.app.screen
        assert isinstance(screen, UnlockScreen)
        screen.field("reason").focus_control()
        await typed(pilot, "wrong address")
        await pilot.press("f9")
        await settle(pilot)
        run("UPDATE notice SET state = 'issued' WHERE number = 105")
        await guard_over(pilot)
        await pilot.press("1", "enter")
        await until_shown(pilot, "1 notice is prepared again.")
    assert (state_of(104), state_of(105)) == ("prepared", "issued")


async def test_the_currency_of_a_notice_is_shown(company: Opened) -> None:
    run("UPDATE notice SET currency = 'CHF' WHERE number = 275")
    async with run_app(company) as pilot:
        await go_to(pilot, 275)
        await until_shown(pilot, "CHF")
    words = match_words(count_prepared(NoticeFilter(state="prepared"))).replace("\N{NO-BREAK SPACE}", " ")
    assert words == "31 prepared notices will be issued. 5,450.60 CHF + 54,854.53 €"


async def test_helper_processes_draw_under_the_application(company: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[int]] = []

    def helpers(_letters: int, _processes: int) -> int:
        return 1

    def watched(pool: LetterPool[object], *arguments: object) -> None:
        start(pool, *arguments)  # type: ignore[arg-type]  # as they came
        started.append(process_ids(pool))

    start = LetterPool.__init__
    monkeypatch.setattr(LetterPool, "__init__", watched)
    monkeypatch.setattr("opomini_tui.documents.issue.helpers_for", helpers)
    monkeypatch.setattr("opomini_tui.documents.issue.CHUNK", 5)
    async with run_app(company) as pilot:
        await pilot.press("f7")
        await settle(pilot)
        await pilot.press("f9")
        await until_shown(pilot, "31 notices were issued.")
    ((helper,),) = started
    assert not Path(f"/proc/{helper}").exists(), "it ends with the job"
    assert state_of(305) == "issued"
