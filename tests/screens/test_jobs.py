"""Verbs in threads: results, errors, progress, stopping; and reads that come too late."""

from __future__ import annotations

import threading
import time

from opomini_tui.errors import Refused
from opomini_tui.models.database import run
from opomini_tui.screens.ask import ErrorScreen
from opomini_tui.screens.job import Job, JobScreen, progress_words, run_verb, start_job, time_left
from opomini_tui.screens.notices import NoticesScreen
from opomini_tui.screens.session import read
from tests.screens.conftest import Opened, notices_screen, run_app, settle, shown
from tests.screens.working import meanwhile, meanwhile_shown


async def test_a_verb_runs_in_another_thread_with_a_connection_of_its_own(company: Opened) -> None:
    found: list[tuple[bool, int]] = []

    def work(job: Job[tuple[bool, int]]) -> tuple[bool, int]:
        return threading.current_thread() is threading.main_thread(), run("SELECT COUNT(*) FROM notice").fetchone()[0]

    async with run_app(company) as pilot:
        run_verb(notices_screen(pilot).session, "Counting", work, found.append)
        await settle(pilot)
        assert found == [(False, 206)]
        assert isinstance(pilot.app.screen, NoticesScreen)


async def test_progress_is_shown_and_escape_stops(company: Opened) -> None:
    results: list[str] = []

    def work(job: Job[str]) -> str:
        job.progress(132, 480)
        job.stop.wait(20)
        return "stopped" if job.stop.is_set() else "ran to its end"

    async with run_app(company) as pilot:
        run_verb(notices_screen(pilot).session, "Issuing", work, results.append, can_stop=True)
        await meanwhile_shown(pilot, "132 / 480")
        assert isinstance(pilot.app.screen, JobScreen)
        await pilot.press("escape")
        await settle(pilot)
        assert results == ["stopped"]


async def test_enter_pressed_once_more_does_not_stop_what_it_began(company: Opened) -> None:
    end = threading.Event()
    async with run_app(company) as pilot:
        job = run_verb(
            notices_screen(pilot).session, "Issuing", lambda job: end.wait(20), lambda done: None, can_stop=True
        )
        await pilot.press("enter", "y", "f9")
        stopped = job.stop.is_set()
        end.set()
        await settle(pilot)
        assert not stopped


async def test_a_verb_that_cannot_be_stopped_is_not_walked_away_from(company: Opened) -> None:
    go_on = threading.Event()
    async with run_app(company) as pilot:
        run_verb(notices_screen(pilot).session, "Preparing", lambda job: go_on.wait(20), lambda done: None)
        await pilot.pause()
        await pilot.press("escape", "f9", "f6")
        assert "JobScreen" in repr(pilot.app.screen)
        go_on.set()
        await settle(pilot)
        assert isinstance(pilot.app.screen, NoticesScreen)


async def test_a_refusal_lists_every_reason(company: Opened) -> None:
    def work(job: Job[None]) -> None:
        raise Refused("Some cannot be issued.", ["2012/138: no contact [x]", "2012/159: no contact [/]"])

    async with run_app(company) as pilot:
        run_verb(notices_screen(pilot).session, "Issuing", work, lambda _result: None)
        await settle(pilot)
        assert isinstance(pilot.app.screen, ErrorScreen)
        words = shown(pilot)
        for part in ("Some cannot be issued.", "· 2012/138: no contact [x]", "· 2012/159: no contact [/]"):
            assert part in words


async def test_a_job_goes_on_when_its_screen_is_closed(company: Opened) -> None:
    go_on = threading.Event()
    results: list[bool] = []
    async with run_app(company) as pilot:
        await pilot.press("enter")
        await settle(pilot)
        start_job(notices_screen(pilot).session, "Sending", lambda job: go_on.wait(20), results.append)
        await pilot.press("escape")
        go_on.set()
        await settle(pilot)
        assert results == [True]


async def test_a_slow_older_read_does_not_replace_a_newer_one(company: Opened) -> None:
    results: list[str] = []
    release = threading.Event()

    def slow() -> str:
        release.wait(20)
        return "old"

    async with run_app(company) as pilot:
        screen = notices_screen(pilot)
        read(screen, "test", slow, results.append)
        read(screen, "test", lambda: "new", results.append)
        await meanwhile(pilot, lambda: results == ["new"])
        release.set()
        await settle(pilot)
        assert results == ["new"]


def test_the_time_left_is_said_in_words() -> None:
    job: Job[None] = Job("Sending", started=time.monotonic() - 60)
    job.progress(100, 500)
    assert progress_words(job) == "100 / 500 · 1.7 a second · about 4 minutes left"
    assert time_left(40) == "about 40 s left"
    assert time_left(100) == "about 2 minutes left"
    assert progress_words(Job("New")) == "Working …"
