"""Verbs that take time: they run in a thread that belongs to the application, with progress and, where it can be, a stop.

`run_verb` is what screens use: a modal shows the progress, and a verb that may go on in the background leaves it on
request; then the status line tells how far it is, and what came of it waits until it is looked at. `start_job` is the bare
job for screens that show their own progress and may be closed while it goes on.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Button, ProgressBar, Static

from opomini_tui.actions import BY_ID, Action, actions_of, bindings
from opomini_tui.errors import Stopped
from opomini_tui.evidence.begun import note_begun, note_ended
from opomini_tui.models.database import database
from opomini_tui.progress import NO_COUNTS
from opomini_tui.screens.desk import GRID, place_of
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.session import SessionApp
from opomini_tui.screens.work_form import WorkForm
from opomini_tui.text import _, language, ngettext

T = TypeVar("T")
_serials = itertools.count(1)
TICK_SECONDS = 0.2
EARLY_SECONDS = 2.0
"""For so long nothing is said of rate and time left: they would jump."""


@dataclass(eq=False)
class Job(Generic[T]):
    """One running verb. The thread writes `progress`, the interface reads it; `stop` asks the verb to end early."""

    title: str
    stop: threading.Event = field(default_factory=threading.Event)
    started: float = field(default_factory=time.monotonic)
    done: int = 0
    total: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    note: str = ""
    over: bool = False
    can_stop: bool = False
    """The verb looks at `stop`."""
    said: Callable[[T], str] | None = None
    """What came of it in one sentence; with it the job may go on in the background."""
    opener: Screen[Any] | None = None
    """The screen that asked for it, which is closed when it goes on in the background."""
    held: tuple[int, ...] = ()
    """The notices that stay marked for others while it goes on in the background."""
    screen: JobScreen | None = None
    """The modal that shows it; None in the background."""
    ending: str = ""
    """How it ended in the background, in a sentence."""
    show: Callable[[], object] = lambda: None
    """Shows what came of it, once it is over."""

    def __post_init__(self) -> None:
        self._since, self._from = self.started, 0

    def progress(self, done: int, total: int = 0, counts: Mapping[str, int] = NO_COUNTS, note: str = "", /) -> None:
        """See `opomini_tui.progress.Progress`; called by the verb."""
        if self.done and (done < self.done or total != self.total):  # something else is counted from here on
            self._since, self._from = time.monotonic(), done
        self.done, self.total, self.counts, self.note = done, total, counts, note

    def rate(self) -> float | None:
        """How many a second so far; None when it is too early to say."""
        passed, more = time.monotonic() - self._since, self.done - self._from
        return more / passed if passed >= EARLY_SECONDS and more > 0 else None

    def seconds_left(self) -> float | None:
        """Estimate from the speed so far; None when it is too early to say, or nobody knows of how many."""
        rate = self.rate()
        return (self.total - self.done) / rate if rate and self.done < self.total else None


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
    _start(session, job, work, done, failed or session.show_error, network)
    return job


def _start(
    session: SessionApp,
    job: Job[T],
    work: Callable[[Job[T]], T],
    done: Callable[[T], object],
    failed: Callable[[BaseException], object],
    network: bool,
) -> None:
    def in_thread() -> None:
        try:
            with database.connection_context():
                result = work(job)
        except Exception as error:  # shown to the operator by the interface's thread
            tell(failed, error)
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
        threading.Thread(target=in_thread, name=job.title, daemon=True).start()
    else:
        session.run_worker(in_thread, group=f"job-{next(_serials)}", thread=True, exit_on_error=False)


def run_verb(
    session: SessionApp,
    title: str,
    work: Callable[[Job[T]], T],
    done: Callable[[T], object],
    failed: Callable[[BaseException], object] | None = None,
    *,
    can_stop: bool = False,
    network: bool = False,
    said: Callable[[T], str] | None = None,
    opener: Screen[Any] | None = None,
) -> Job[T]:
    """`start_job` behind a modal with progress, which closes before `done` or `failed` is called.

    can_stop: the verb looks at `job.stop`, so Esc is offered; that it was stopped (`Stopped`) is only said. said: the
    result in one sentence; with it the verb may go on in the background, for which `opener` is closed. Then `done` and
    `failed` are called when the operator looks at what came of it, with `opener` gone. One that still goes on in the
    background is not begun a second time.
    """
    if said is not None and (other := session.background.running(title)):
        session.tell(_("{job} still goes on in the background.").format(job=title), problem=True)
        return other
    job: Job[T] = Job(title, can_stop=can_stop, said=said, opener=opener)

    def succeeded(result: T) -> None:
        _ended(session, job, partial(done, result), said(result) if said else "")

    def went_wrong(error: BaseException) -> None:
        if isinstance(error, Stopped):
            _ended(session, job, partial(session.tell, str(error)), "")
        else:
            known = session.explained(error)
            _ended(session, job, partial(failed or session.show_error, known), str(known), problem=True)

    screen = JobScreen(job)
    _start(session, job, _noted(session, work, opener), succeeded, went_wrong, network)
    session.push_screen(screen)
    return job


def _noted(session: SessionApp, work: Callable[[Job[T]], T], opener: Screen[Any] | None) -> Callable[[Job[T]], T]:
    """The work of a form of the grid, noted while it goes on: the next start tells of it when nothing ends it in order."""
    action = GRID if opener is None else place_of([opener])
    if action == GRID:
        return work
    actor, here = session.actor, session.desk.session

    def noted(job: Job[T]) -> T:
        key = note_begun(actor, here, action)
        try:
            return work(job)
        finally:
            if not (session.told_to_end and job.stop.is_set()):
                note_ended(actor, key)

    return noted


def _ended(
    session: SessionApp, job: Job[Any], show: Callable[[], object], sentence: str, *, problem: bool = False
) -> None:
    """Show what came of it in the place of its modal; in the background only say it, and keep it until it is looked at."""
    session.desk.done_with(job.held)
    if job.said is not None:
        session.notices_changed()
    if job.screen is not None:
        session.background.drop(job)
        job.screen.end(show)
    elif sentence and job.said is not None:
        job.show, job.ending = show, sentence
        session.background.add(job)
        key = BY_ID["everywhere.jobs"].key
        session.tell(
            _("{job}: {sentence} {key} shows it.").format(job=job.title, sentence=sentence, key=key), problem=problem
        )
    else:
        session.background.drop(job)
        session.call_later(show)


class JobScreen(FormScreen[None]):
    """Progress of a verb: bar, counts, rate, time left; `Stop` and `In background` where the verb can."""

    SIZE = "small"
    AUTO_FOCUS = ""
    """No button: Enter that is pressed once more, or held, must not stop what it began."""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("job")]

    def __init__(self, job: Job[Any]) -> None:
        super().__init__()
        self._job = job
        self._show: Callable[[], object] | None = None
        self._shown: object = None
        job.screen = self

    def heading(self) -> str:
        """What is being done."""
        return self._job.title

    def body(self) -> ComposeResult:
        """Bar and words."""
        yield ProgressBar(total=None, show_eta=False, id="job-bar")
        yield Static(_("Working …"), id="job-words", markup=False)

    def buttons(self) -> list[Button]:
        """What the verb can."""
        aside = BY_ID["job.background"]
        stop = [form_button(_("Stop"), "cancel", BY_ID["form.cancel"].key)] if self._job.can_stop else []
        return [*stop, form_button(aside.label, aside.verb, aside.key)] if self._job.said is not None else stop

    def offered_actions(self) -> list[Action]:
        """What F1 lists."""
        return actions_of(*(["job"] if self._job.said is not None else []), "everywhere")

    def on_mount(self) -> None:
        """Look at the job several times a second."""
        self._look()
        self.set_interval(TICK_SECONDS, self._look)

    def _look(self) -> None:
        """Draw again what has changed: each letter costs on a slow line."""
        job, words = self._job, progress_words(self._job)
        if self._shown != (seen := (words, job.done, job.total)):
            self._shown = seen
            self.query_one(ProgressBar).update(total=job.total or None, progress=job.done)
            self.query_one("#job-words", Static).update(words)

    def action_cancel(self) -> None:
        """Ask the verb to stop after what it is doing now."""
        if self._job.can_stop:
            self._job.stop.set()

    def action_background(self) -> None:
        """Let it go on without this modal, and without the screen that asked for it."""
        job, session = self._job, self.session
        if job.said is None or job.over or not self.is_active:
            return
        job.screen = None
        session.background.add(job)
        if isinstance(job.opener, WorkForm) and not job.held:
            job.held = job.opener.at_work
            session.desk.work_on(job.held)
        self.dismiss(None)
        if job.opener is not None and job.opener.is_active:
            job.opener.dismiss(None)

    @on(Button.Pressed, "#button-background")
    def _background_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_background()

    def end(self, show: Callable[[], object]) -> None:
        """The job is over: make place for what came of it, once nothing lies over this."""
        self._show = show
        if self.is_active:
            self._make_place()

    @on(events.ScreenResume)
    def _on_top_again(self) -> None:
        if self._show is not None:
            self._make_place()

    def _make_place(self) -> None:
        show, self._show = self._show, None
        if show is not None:
            self._job.screen = None
            self.dismiss(None)
            self.session.call_later(show)

    def on_unmount(self) -> None:
        """Closed from outside, as when all screens are opened anew: the job goes on in the background."""
        if self._job.screen is self:
            self._job.screen = None
            if self._job.said is not None and not self._job.over and self.session.is_running:
                self.session.background.add(self._job)

    def confirmed(self) -> None:
        """F9 does nothing here."""


def progress_words(job: Job[Any]) -> str:
    """`132 / 480 · 2,2 a second · about 4 minutes left`, and below it how they came out."""
    parts = [f"{job.done} / {job.total}"] if job.total else [str(job.done)] if job.done else []
    if (rate := job.rate()) is not None:
        parts.append(rate_words(rate))
    if (left := job.seconds_left()) is not None:
        parts.append(time_left(left))
    note = _("Stopping …") if job.stop.is_set() else job.note
    if note or not parts:
        parts.append(note or _("Working …"))
    counts = " · ".join(f"{name}: {count}" for name, count in job.counts.items())
    return "\n".join(filter(None, (" · ".join(parts), counts)))


def rate_words(rate: float) -> str:
    """`34 a second`; below ten with a decimal, in the form of the language."""
    shown = f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}"
    return _("{rate} a second").format(rate=shown if language() == "en" else shown.replace(".", ","))


def time_left(seconds: float) -> str:
    """`about 4 min left`, or seconds below a minute and a half."""
    if seconds < 90:
        return _("about {count} s left").format(count=max(1, round(seconds)))
    minutes = round(seconds / 60)
    return ngettext("about {count} minute left", "about {count} minutes left", minutes).format(count=minutes)
