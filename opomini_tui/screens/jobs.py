"""Back to what goes on in the background: to its progress, or to the result of what has ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.widgets import OptionList

from opomini_tui.actions import BY_ID
from opomini_tui.screens.ask import Entry, ListScreen, entry_line
from opomini_tui.screens.job import TICK_SECONDS, Job, JobScreen, progress_words
from opomini_tui.screens.session import SessionApp
from opomini_tui.text import _


class JobsScreen(ListScreen):
    """A line for each job; it follows them while it is open."""

    def __init__(self, jobs: Sequence[Job[Any]]) -> None:
        self._jobs = tuple(jobs)
        super().__init__(BY_ID["everywhere.jobs"].label, self._lines(), search=False)

    def _lines(self) -> list[Entry]:
        return [job_entry(number, job) for number, job in enumerate(self._jobs)]

    def on_mount(self) -> None:
        """Look at the jobs now and then."""
        self.set_interval(TICK_SECONDS, self._look)

    def _look(self) -> None:
        options, lines = self.query_one(OptionList), self._lines()
        for before, entry in zip(self._entries, lines, strict=True):
            if entry != before:
                options.replace_option_prompt(entry.id, entry_line(entry))
        self._entries = lines


def job_entry(number: int, job: Job[Any]) -> Entry:
    """What it is and how far, or that it has ended."""
    return Entry(str(number), job.title, help=job.ending if job.over else progress_words(job))


def open_jobs(session: SessionApp) -> None:
    """The only job at once, else the list of them; not over a job that is shown already, be it under its help."""
    jobs = tuple(session.background.jobs)
    if not session.signed_in or any(isinstance(screen, (JobScreen, JobsScreen)) for screen in session.screen_stack):
        return
    if not jobs:
        session.tell(_("Nothing goes on in the background."))
    elif len(jobs) == 1:
        open_job(session, jobs[0])
    else:
        session.push_screen(
            JobsScreen(jobs), lambda place: None if place is None else open_job(session, jobs[int(place)])
        )


def open_job(session: SessionApp, job: Job[Any]) -> None:
    """Its progress, or what came of it, which is then looked at."""
    if job.over:
        session.background.drop(job)
        session.call_later(job.show)
    else:
        session.push_screen(JobScreen(job))
