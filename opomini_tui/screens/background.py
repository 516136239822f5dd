"""Jobs that go on without a modal over everything: which there are, and what the status line says of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from opomini_tui.actions import BY_ID
from opomini_tui.text import _, ngettext

if TYPE_CHECKING:
    from opomini_tui.screens.job import Job


class Background:
    """The jobs of a session that go on in the background, and those that ended there and were not looked at yet.

    Called by the interface's thread alone; `changed` is called when there are others.
    """

    def __init__(self, changed: Callable[[], object]) -> None:
        self.jobs: list[Job[Any]] = []
        self._changed = changed

    def add(self, job: Job[Any]) -> None:
        """The job goes on here; one that is here already stays."""
        if job not in self.jobs:
            self.jobs.append(job)
        self._changed()

    def drop(self, job: Job[Any]) -> None:
        """It is looked at, or there is nothing to look at."""
        if job in self.jobs:
            self.jobs.remove(job)
            self._changed()

    def forget(self) -> None:
        """Another operator comes: what ended is not his."""
        self.jobs.clear()
        self._changed()

    def running(self, title: str) -> Job[Any] | None:
        """The job of that title that still goes on."""
        return next((job for job in self.jobs if job.title == title and not job.over), None)

    def words(self) -> str:
        """`1 job: Issue 42/206 (^G)`, or how many have ended; "" when there are none."""
        going = [job for job in self.jobs if not job.over]
        parts = []
        if going:
            said = ngettext("{count} job: {what}", "{count} jobs: {what}", len(going))
            more = ", …" if len(going) > 1 else ""
            parts.append(said.format(count=len(going), what=place_words(going[0]) + more))
        if ended := len(self.jobs) - len(going):
            parts.append(ngettext("{count} job has ended", "{count} jobs have ended", ended).format(count=ended))
        return f"{', '.join(parts)} ({BY_ID['everywhere.jobs'].key})" if parts else ""


def place_words(job: Job[Any]) -> str:
    """`Issue 42/206`, as far as it is known; what it does now when nothing is counted."""
    if job.stop.is_set():
        return f"{job.title} ({_('Stopping …')})"
    if job.total:
        return f"{job.title} {job.done}/{job.total}"
    return f"{job.title} {job.done}" if job.done else job.title
