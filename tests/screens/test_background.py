"""Long verbs go on in the background: said in the status line, come back to, looked at when the operator wants it."""

from __future__ import annotations

import threading

import pytest
from textual.widgets import Input, ProgressBar

from opomini_tui.app import OpominiApp
from opomini_tui.errors import OpominiError, Stopped
from opomini_tui.screens.ask import ConfirmScreen, ErrorScreen
from opomini_tui.screens.help import HelpScreen
from opomini_tui.screens.job import Job, JobScreen, run_verb
from opomini_tui.screens.jobs import JobsScreen
from opomini_tui.screens.notices import NoticesScreen
from opomini_tui.screens.session import SessionApp
from opomini_tui.screens.sign_in import SignInScreen
from tests.screens.conftest import Opened, notices_screen, run_app, said, settle, shown
from tests.screens.held import go_aside, meanwhile_on, on
from tests.screens.held import no_rate as no_rate
from tests.screens.working import meanwhile, meanwhile_shown, until

pytestmark = pytest.mark.journeys


def begin(session: SessionApp, results: list[str], go_on: threading.Event, title: str = "Issue") -> None:
    """A verb that waits for `go_on`; what it gives is a sentence."""

    def work(running: Job[str]) -> str:
        running.progress(42, 206, {"issued": 40, "left out": 2})
        go_on.wait(60)
        if running.stop.is_set():
            raise Stopped("It was stopped.")
        return f"{title}: done"

    run_verb(session, title, work, results.append, can_stop=True, said=lambda result: f"<{result}>")


async def test_the_status_line_tells_how_far_it_is_and_a_key_brings_it_back(company: Opened) -> None:
    results, go_on = list[str](), threading.Event()
    async with run_app(company) as pilot:
        begin(notices_screen(pilot).session, results, go_on)
        await meanwhile_shown(pilot, "issued: 40 · left out: 2")
        await go_aside(pilot, "Issue")
        before = notices_screen(pilot).table.cursor_id
        await pilot.press("down")
        assert notices_screen(pilot).table.cursor_id != before, "she works on"
        await pilot.press("ctrl+g")
        await meanwhile_on(pilot, JobScreen)
        await meanwhile_shown(pilot, "issued: 40 · left out: 2")
        assert pilot.app.screen.query_one(ProgressBar).percentage == pytest.approx(42 / 206)
        await pilot.press("ctrl+g")
        assert [type(screen) for screen in pilot.app.screen_stack[-2:]] == [NoticesScreen, JobScreen]
        go_on.set()
        await until(pilot, lambda: results == ["Issue: done"])
        assert on(pilot, NoticesScreen)
        assert "job" not in shown(pilot).splitlines()[-1], "it was watched to its end"


async def test_what_came_of_it_waits_until_it_is_looked_at(company: Opened) -> None:
    results, go_on = list[str](), threading.Event()
    async with run_app(company) as pilot:
        begin(notices_screen(pilot).session, results, go_on)
        await go_aside(pilot, "Issue")
        await pilot.press("slash", "A", "B")
        go_on.set()
        await until(pilot, lambda: "Issue: <Issue: done> ^G shows it." in said(pilot))
        assert results == []
        assert on(pilot, NoticesScreen)
        box = pilot.app.focused
        assert isinstance(box, Input)
        assert box.value == "AB", "nothing came over what she types"
        assert "1 job has ended (^G)" in shown(pilot)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: results == ["Issue: done"])
        assert "has ended" not in shown(pilot)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: "Nothing goes on in the background." in said(pilot))


async def test_a_failure_is_said_and_shown_when_it_is_looked_at(company: Opened) -> None:
    go_on = threading.Event()

    def work(_job: Job[str]) -> str:
        go_on.wait(60)
        raise OpominiError("The disk is full [/].")

    async with run_app(company) as pilot:
        run_verb(notices_screen(pilot).session, "Issue", work, print, said=str)
        await meanwhile_on(pilot, JobScreen)
        await pilot.press("escape", "b")
        await meanwhile_shown(pilot, "1 job: Issue (^G)")
        go_on.set()
        await until(pilot, lambda: "Issue: The disk is full [/]. ^G shows it." in said(pilot))
        assert on(pilot, NoticesScreen)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: on(pilot, ErrorScreen))
        assert "The disk is full [/]." in shown(pilot)


async def test_it_is_stopped_after_coming_back_and_leaves_nothing_to_look_at(company: Opened) -> None:
    results, go_on = list[str](), threading.Event()
    async with run_app(company) as pilot:
        begin(notices_screen(pilot).session, results, go_on)
        await go_aside(pilot, "Issue")
        await pilot.press("ctrl+g")
        await meanwhile_on(pilot, JobScreen)
        await pilot.press("escape")
        await meanwhile_shown(pilot, "Stopping …")
        await pilot.press("b")
        await meanwhile_shown(pilot, "1 job: Issue (Stopping …)")
        go_on.set()
        await until(pilot, lambda: "It was stopped." in said(pilot))
        assert (results, notices_screen(pilot).session.background.jobs) == ([], [])


async def test_the_same_verb_is_not_begun_twice(company: Opened) -> None:
    results, go_on = list[str](), threading.Event()
    async with run_app(company) as pilot:
        session = notices_screen(pilot).session
        begin(session, results, go_on)
        await go_aside(pilot, "Issue")
        begin(session, results, go_on)
        await meanwhile(pilot, lambda: "Issue still goes on in the background." in said(pilot))
        assert len(session.jobs) == 1
        go_on.set()
        await settle(pilot)
        assert results == []


async def test_several_jobs_are_listed_and_one_is_chosen(company: Opened) -> None:
    results, first, second = list[str](), threading.Event(), threading.Event()
    async with run_app(company) as pilot:
        session = notices_screen(pilot).session
        begin(session, results, first, "Issue")
        await go_aside(pilot, "Issue")
        begin(session, results, second, "Print")
        await meanwhile_on(pilot, JobScreen)
        await pilot.press("b")
        await meanwhile_shown(pilot, "2 jobs: Issue 42/206, … (^G)")
        await pilot.press("ctrl+g")
        await meanwhile_on(pilot, JobsScreen)
        await meanwhile(pilot, lambda: shown(pilot).count("issued: 40 · left out: 2") == 2)
        second.set()
        await meanwhile_shown(pilot, "<Print: done>")
        await pilot.press("down", "enter")
        await meanwhile(pilot, lambda: results == ["Print: done"])
        await meanwhile_shown(pilot, "1 job: Issue 42/206 (^G)")
        first.set()
        await settle(pilot)


async def test_help_over_the_progress_does_not_keep_the_result_away(company: Opened) -> None:
    results, go_on = list[str](), threading.Event()
    async with run_app(company) as pilot:
        begin(notices_screen(pilot).session, results, go_on)
        await meanwhile_on(pilot, JobScreen)
        await pilot.press("f1")
        await meanwhile_on(pilot, HelpScreen)
        go_on.set()
        await settle(pilot)
        assert (results, on(pilot, HelpScreen)) == ([], True)
        await pilot.press("escape")
        await until(pilot, lambda: results == ["Issue: done"])
        assert on(pilot, NoticesScreen)


async def test_a_job_that_was_come_back_to_is_shown_once_also_from_its_help(company: Opened) -> None:
    results, go_on = list[str](), threading.Event()
    async with run_app(company) as pilot:
        begin(notices_screen(pilot).session, results, go_on)
        await go_aside(pilot, "Issue")
        await pilot.press("ctrl+g")
        await meanwhile_on(pilot, JobScreen)
        await pilot.press("f1")
        await meanwhile_on(pilot, HelpScreen)
        await pilot.press("ctrl+g", "escape")
        await meanwhile_on(pilot, JobScreen)
        go_on.set()
        await until(pilot, lambda: results == ["Issue: done"])
        assert on(pilot, NoticesScreen), "nothing stays over it that cannot be closed"


async def test_leaving_asks_and_signing_out_waits_and_forgets(company: Opened) -> None:
    results, go_on = list[str](), threading.Event()
    async with run_app(company) as pilot:
        session = notices_screen(pilot).session
        begin(session, results, go_on)
        await go_aside(pilot, "Issue")
        await pilot.press("ctrl+q")
        await meanwhile_on(pilot, ConfirmScreen)
        await meanwhile_shown(pilot, "1 job is still running.")
        await pilot.press("escape", "ctrl+o")
        await meanwhile(pilot, lambda: "Something is still running; sign out when it is done." in said(pilot))
        go_on.set()
        await settle(pilot)
        assert len(session.background.jobs) == 1
        await pilot.press("ctrl+o")
        await until(pilot, lambda: on(pilot, SignInScreen))
        assert (session.background.jobs, session.work) == ([], ""), "who comes next does not see it"


async def test_other_screens_in_another_language_do_not_lose_the_job(company: Opened) -> None:
    results, go_on = list[str](), threading.Event()
    async with run_app(company) as pilot:
        begin(notices_screen(pilot).session, results, go_on)
        await meanwhile_on(pilot, JobScreen)
        assert isinstance(pilot.app, OpominiApp)
        pilot.app.speak("sl")
        await meanwhile_shown(pilot, "1 opravilo: Issue 42/206 (^G)")
        go_on.set()
        await settle(pilot)
        assert results == []
