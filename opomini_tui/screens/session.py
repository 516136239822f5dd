"""What every screen may ask of the application: who acts, the configuration, the day, running verbs, saying things."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from textual import getters
from textual.app import App
from textual.events import ScreenResume
from textual.message import Message
from textual.message_pump import MessagePump
from textual.reactive import reactive
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker, get_current_worker

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.mail.pulse import Pulse
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import DatabaseTrouble, reading
from opomini_tui.screens.background import Background
from opomini_tui.screens.chosen import Chosen
from opomini_tui.screens.desk import Around, Desk
from opomini_tui.text import _
from opomini_tui.widgets.bars import Status

T = TypeVar("T")
WORK_SECONDS = 1.0


@dataclass
class NoticesChanged(Message):
    """Notices (or what is shown with them) were changed by this program; `ids` None: any of them."""

    ids: tuple[int, ...] | None = None


class SessionApp(App[int]):
    """The application as its screens see it; `opomini_tui.app.OpominiApp` is the whole of it.

    `today` gives the current day; tests set it to a fixed one.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (150, "-wide")]  # noqa: RUF012 - not a ClassVar in Textual

    status: reactive[Status] = reactive(Status())
    pulse: reactive[Pulse] = reactive(Pulse(0))
    """Another one when anything was changed by anyone: the journal grew, a message left, mail came back."""
    around: reactive[Around] = reactive(Around())
    """Who else is here, and who works on which notice."""
    told_to_end = False
    """The line is lost, or the system ends the program: it ends in order, but nobody sees what it says."""
    work: reactive[str] = reactive("")
    """What the status line says of jobs in the background."""

    def __init__(self, config: Config, today: Callable[[], date] = date.today) -> None:
        super().__init__()
        self.config = config
        self.today = today
        self._actor: Actor | None = None
        self.jobs: set[threading.Event] = set()
        """The stop signals of running jobs; all are set when the program ends."""
        self.background = Background(self.follow_work)
        self._work_timer: Timer | None = None
        self.chosen = Chosen(self)
        self.pressed_at = 0.0
        """When the key or button that is handled was pressed (`time.monotonic`); of a key that is held, when it was first."""
        self.desk = Desk()
        """This session as it tells the others of itself."""
        self.senders: dict[str, object] = {}
        """What `screens.sending` sends in the background, by batch."""

    @property
    def actor(self) -> Actor:
        """The operator who is signed in.

        Raises:
            OpominiError: nobody is.
        """
        if self._actor is None:
            raise OpominiError(_("Nobody is signed in."))
        return self._actor

    @property
    def signed_in(self) -> bool:
        """Whether an operator is signed in."""
        return self._actor is not None

    def may(self, needs: str) -> bool:
        """Whether the operator's level allows it ("" always)."""
        return not needs or (self._actor is not None and self._actor.may(needs))

    def speak(self, language: str) -> None:
        """From now on in this language, as the operator who is signed in has just chosen; also what is open already."""
        raise TypeError(f"{type(self).__name__} knows one language")

    def choose_low_traffic(self, low: bool) -> None:
        """From now on few bytes over the line, or as many as it takes; kept for the operator."""
        raise TypeError(f"{type(self).__name__} draws in one way")

    def tell(self, sentence: str, *, problem: bool = False) -> None:
        """A sentence that vanishes by itself. What must be acted on belongs into `show_error`."""
        self.notify(sentence, severity="warning" if problem else "information", markup=False, timeout=6)

    def copy(self, text: str) -> bool:
        """Into the operator's clipboard; False when it had to go into a file instead, which is said."""
        self.copy_to_clipboard(text)
        return True

    def follow_work(self) -> None:
        """Let the status line tell how far jobs in the background are, now and while there are any."""
        self.work = self.background.words()
        if self._work_timer is None and self.work:
            self._work_timer = self.set_interval(WORK_SECONDS, self.follow_work)
        elif self._work_timer is not None and not self.work:
            self._work_timer.stop()
            self._work_timer = None

    def action_jobs(self) -> None:
        """Back to what goes on in the background, or has ended there."""
        from opomini_tui.screens.jobs import open_jobs

        open_jobs(self)

    def show_error(self, error: BaseException, then: Callable[[], None] | None = None) -> None:
        """A modal with the error's sentence and, if it has any, the reasons of single records."""
        from opomini_tui.screens.ask import ErrorScreen

        def closed(_result: None) -> None:
            if then is not None:
                then()

        self.push_screen(ErrorScreen(self.explained(error)), closed)

    def explained(self, error: BaseException) -> OpominiError:
        """The error as an operator can read it; what nobody foresaw goes with its traceback into a file."""
        if isinstance(error, OpominiError):
            return error
        if isinstance(error, DatabaseTrouble) and "locked" in str(error):
            return OpominiError(
                _("Something long is being stored just now. Nothing was done; try again when it is over.")
            )
        import traceback

        path = self.config.home / "errors.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            traceback.print_exception(error, file=file)
        return OpominiError(
            _("Something unexpected happened ({kind}). Nothing half done was kept. The details are in {path}.").format(
                kind=type(error).__name__, path=path
            )
        )

    def notices_changed(self, ids: Iterable[int] | None = None) -> None:
        """Tell every open screen that notices changed."""
        changed = None if ids is None else tuple(ids)
        for screen in self.screen_stack:
            screen.post_message(NoticesChanged(changed))


class InSession(MessagePump):
    """Gives a widget or screen the typed `session`: the application it lives in."""

    session = getters.app(SessionApp)


def set_width_class(screen: Screen[Any]) -> None:
    """Give a screen the class of the window's width before its widgets are styled; later, all of them are styled again."""
    width = screen.app.size.width
    names = [name for least, name in SessionApp.HORIZONTAL_BREAKPOINTS if width >= least]
    screen.set_class(True, names[-1], update=False)


def keep_first_styles(screen: Screen[Any], event: ScreenResume) -> None:
    """A screen that is shown for the first time has just been styled: it need not be once more."""
    if not screen.stack_updates:
        event.refresh_styles = False


def read(
    owner: Screen[Any],
    group: str,
    work: Callable[[], T],
    then: Callable[[T], None],
    failed: Callable[[BaseException], None] | None = None,
) -> Worker[None]:
    """Run `work` (reading only, no widgets) in a thread with its own database connection, then `then` with its result.

    A newer `read` of the same owner and group replaces an older one: what the older one brings is dropped, also when it
    comes later. Nothing is delivered to a screen that is gone. Errors are shown, or given to `failed`.
    """

    def in_thread() -> None:
        worker = get_current_worker()
        try:
            with reading():
                outcome = work()
        except Exception as error:  # shown to the operator by the interface's thread
            owner.call_later(fail, worker, error)
        else:
            owner.call_later(deliver, worker, outcome)

    def deliver(worker: Worker[None], outcome: T) -> None:
        if not worker.is_cancelled and owner.is_attached:
            then(outcome)

    def fail(worker: Worker[None], error: Exception) -> None:
        if not worker.is_cancelled and owner.is_attached and isinstance(owner.app, SessionApp):
            (failed or owner.app.show_error)(error)

    return owner.run_worker(in_thread, group=group, exclusive=True, thread=True, exit_on_error=False)
