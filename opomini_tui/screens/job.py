"""Verbs that take time: they run in a thread that belongs to the application, with progress and, where it can be, a stop.

`run_verb` is what screens use: a modal shows the progress and cannot be walked away from; `start_job` is the bare job
for screens that show their own progress and may be closed while it goes on.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from textual.app import ComposeResult
from textual.widgets import Button, ProgressBar, Static

from opomini_tui.models.database import database
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.session import SessionApp
from opomini_tui.text import _, ngettext

T = TypeVar("T")
_serials = itertools.count(1)
TICK_SECONDS = 0.1


@dataclass
class Job(Generic[T]):
    """One running verb. The thread writes `progress`, the interface reads it; `stop` asks the verb to end early."""

    title: str
    stop: threading.Event = field(default_factory=threading.Event)
    started: float = field(default_factory=time.monotonic)
    done: int = 0
    total: int = 0
    note: str = ""
    over: bool = False

    def progress(self, done: int, total: int = 0, note: str = "") -> None:
        """Called by the verb as often as it likes: how many of how many are done."""
        self.done, self.total, self.note = done, total, note

    def seconds_left(self) -> float | None:
        """Estimate from the speed so far; None when it is too early to say."""
        passed = time.monotonic() - self.started
        if passed < 2 or not 0 < self.done < self.total:
            return None
        return passed / self.done * (self.total - self.done)


def start_job(
    session: SessionApp,
    title: str,
    work: Callable[[Job[T]], T],
    done: Callable[[T], object],
    failed: Callable[[BaseException], object] | None = None,
    *,
    network: bool = False,
) -> Job[T]:
    """Run `work(job)` in a thread of the application; then, on the interface's thread, `done(result)` or `failed(error)`.

    It goes on when the screen that started it is closed; when the program ends, `job.stop` is set and waited for.
    network: it waits for other machines and changes nothing that must be finished, so the program ends without it.
    """
    job: Job[T] = Job(title)

    def in_thread() -> None:
        try:
            with database.connection_context():
                result = work(job)
        except Exception as error:  # shown to the operator by the interface's thread
            tell(failed or session.show_error, error)
        else:
            tell(done, result)

    def tell(then: Callable[[Any], object], outcome: object) -> None:
        with suppress(RuntimeError):  # the program has ended meanwhile
            session.call_later(finish, then, outcome)

    def finish(then: Callable[[Any], object], outcome: object) -> None:
        job.over = True
        session.jobs.discard(job.stop)
        then(outcome)

    session.jobs.add(job.stop)
    if network:
        threading.Thread(target=in_thread, name=title, daemon=True).start()
        return job
    session.run_worker(in_thread, group=f"job-{next(_serials)}", thread=True, exit_on_error=False)
    return job


def run_verb(
    session: SessionApp,
    title: str,
    work: Callable[[Job[T]], T],
    done: Callable[[T], object],
    failed: Callable[[BaseException], object] | None = None,
    *,
    can_stop: bool = False,
    network: bool = False,
) -> Job[T]:
    """`start_job` behind a modal with progress, which closes before `done` or `failed` is called.

    can_stop: the verb looks at `job.stop`, so Esc is offered.
    """

    def closing(then: Callable[[Any], object]) -> Callable[[Any], None]:
        def close(outcome: object) -> None:
            screen.dismiss(None)
            session.call_later(then, outcome)

        return close

    job = start_job(session, title, work, closing(done), closing(failed or session.show_error), network=network)
    screen = JobScreen(job, can_stop)
    session.push_screen(screen)
    return job


class JobScreen(FormScreen[None]):
    """Progress of a verb: bar, count, time left, and `Stop` where the verb can be stopped."""

    SIZE = "small"

    def __init__(self, job: Job[Any], can_stop: bool) -> None:
        super().__init__()
        self._job, self._can_stop = job, can_stop

    def heading(self) -> str:
        """What is being done."""
        return self._job.title

    def body(self) -> ComposeResult:
        """Bar and words."""
        yield ProgressBar(total=None, show_eta=False, id="job-bar")
        yield Static(_("Working …"), id="job-words", markup=False)

    def buttons(self) -> list[Button]:
        """Stop, when the verb can."""
        return [form_button(_("Stop"), "cancel", "Esc")] if self._can_stop else []

    def on_mount(self) -> None:
        """Look at the job ten times a second."""
        self.set_interval(TICK_SECONDS, self._look)

    def _look(self) -> None:
        job = self._job
        if job.total:
            self.query_one(ProgressBar).update(total=job.total, progress=job.done)
        self.query_one("#job-words", Static).update(progress_words(job))

    def action_cancel(self) -> None:
        """Ask the verb to stop after what it is doing now."""
        if self._can_stop and not self._job.stop.is_set():
            self._job.stop.set()
            self._job.note = _("Stopping …")

    def confirmed(self) -> None:
        """F9 does nothing here."""


def progress_words(job: Job[Any]) -> str:
    """`132 / 480 · about 4 min left`."""
    parts = [f"{job.done} / {job.total}"] if job.total else []
    left = job.seconds_left()
    if left is not None:
        parts.append(time_left(left))
    if job.note or not parts:
        parts.append(job.note or _("Working …"))
    return " · ".join(parts)


def time_left(seconds: float) -> str:
    """`about 4 min left`, or seconds below a minute and a half."""
    if seconds < 90:
        return _("about {count} s left").format(count=max(1, round(seconds)))
    minutes = round(seconds / 60)
    return ngettext("about {count} minute left", "about {count} minutes left", minutes).format(count=minutes)
