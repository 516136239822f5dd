"""A start after a lost line or a killed program says what was broken off and leads back to it."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from opomini_tui.app import OpominiApp
from opomini_tui.evidence.begun import note_begun
from opomini_tui.mail.dead_senders import ended, new_sender_id
from opomini_tui.mail.outbox import enqueue
from opomini_tui.models.database import now_ms, run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.screens import issue
from opomini_tui.screens.broken_off import BrokenOffScreen
from opomini_tui.screens.import_file import ImportScreen
from opomini_tui.screens.issue import IssueScreen
from opomini_tui.screens.notices import NoticesScreen
from opomini_tui.screens.unfinished import UnfinishedScreen
from tests.screens.conftest import Opened, run_app
from tests.screens.held import Gate
from tests.screens.working import come_true, guard_over, meanwhile_shown, said, settle, until

pytestmark = pytest.mark.journeys


def sentences(pilot: Pilot[int]) -> str:
    """What the modal on top says, wherever its lines break."""
    return " ".join(str(one.content) for one in pilot.app.screen.query(".ask--sentence").results(Static))


async def test_issuing_that_a_lost_line_broke_off_is_offered_at_the_next_start(
    company: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    Gate(monkeypatch, issue, "issue")
    async with run_app(company) as pilot:
        app = pilot.app
        assert isinstance(app, OpominiApp)
        await pilot.press("f7")
        await settle(pilot)
        await pilot.press("f9")
        await meanwhile_shown(pilot, "42 / 206")
        app.end_in_order()
        await come_true(lambda: app.return_value == 0)
    assert run("SELECT COUNT(*) FROM notice WHERE state = 'prepared'").fetchone() == (31,)
    async with run_app(company) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, BrokenOffScreen))
        assert "What was issued by then is issued; the rest is still prepared." in sentences(pilot)
        await guard_over(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(pilot.app.screen, IssueScreen))
        assert "31 prepared notices will be issued." in said(pilot)
    async with run_app(company) as pilot:
        assert isinstance(pilot.app.screen, NoticesScreen), "it is told once"


async def test_what_ended_in_order_is_not_offered(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f7")
        await settle(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: "31 notices were issued." in said(pilot))
    async with run_app(company) as pilot:
        assert isinstance(pilot.app.screen, NoticesScreen)


async def test_a_killed_import_and_a_killed_batch_are_told_one_after_the_other(company: Opened) -> None:
    session = new_sender_id()
    note_begun(company.actor, session, "notices.import")
    enqueue(NoticeFilter(year=2012), company.actor, company.config)
    run("UPDATE batch SET starts_at = 0")
    run(
        "UPDATE delivery SET state = 'sending', sender_id = ?, lease_until = ? WHERE id = (SELECT MIN(id) FROM delivery)",
        (session, now_ms() + 600_000),
    )
    waiting = run("SELECT COUNT(*) FROM delivery WHERE state = 'queued'").fetchone()[0]
    ended(session)
    async with run_app(company, later=False) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, UnfinishedScreen))
        assert f"{waiting} messages of yours still wait in the outbox." in sentences(pilot)
        assert "Of 1 more message nobody knows whether it arrived" in sentences(pilot)
        assert f"waiting: {waiting} · outcome unknown: 1 · " in said(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BrokenOffScreen))
        assert "nothing is taken twice" in sentences(pilot)
        await guard_over(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(pilot.app.screen, ImportScreen))
