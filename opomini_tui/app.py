"""The Textual App: themes, sign-in, the keys that work everywhere; no business logic, no SQL."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePath
from typing import ClassVar, cast

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen

from opomini_tui.action import use_keys
from opomini_tui.actions import bindings
from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.evidence.begun import broken_off
from opomini_tui.keymap import load_keymap
from opomini_tui.mail.left_behind import left_behind
from opomini_tui.mail.pulse import read_pulse
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import open_database, stop_reading
from opomini_tui.models.preferences import FIRST_SCREEN
from opomini_tui.models.settings import Company
from opomini_tui.screens.base import OpominiScreen
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.desk import Around
from opomini_tui.screens.everywhere import WorksEverywhere
from opomini_tui.screens.keeping_up import KeepsUp
from opomini_tui.screens.key_order import KeysInOrder
from opomini_tui.screens.leaving import LastingDriver, told_from_outside
from opomini_tui.screens.notices import NoticesScreen
from opomini_tui.screens.page_image import look_for_images
from opomini_tui.text import _, ngettext, use_language
from opomini_tui.text.moments import use_zone
from opomini_tui.widgets.bars import Status, TitleBar


class BlankScreen(Screen[None]):
    """What lies under the sign-in form."""

    def compose(self) -> ComposeResult:
        """Only the program's name."""
        yield TitleBar("Opomini")


class OpominiApp(KeysInOrder, WorksEverywhere, KeepsUp):
    """The whole interface. `actor`: who acts, when it is known already; else the system login or the sign-in form tells."""

    CSS_PATH: ClassVar[list[str | PurePath]] = [*sorted((Path(__file__).parent / "styles").glob("*.tcss"))]
    TITLE = "Opomini"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("everywhere")]

    def __init__(self, config: Config, actor: Actor | None = None, today: Callable[[], date] = date.today) -> None:
        super().__init__(config, today)
        self._first_actor = actor
        self.told_to_end = False
        """The line is lost, or the system ends the program: the messages in hand are finished without a screen."""
        self.begin_in_colour()
        self._keymap_file = load_keymap(config.home / "keymap.toml")
        use_keys(self._keymap_file.keys)
        self.set_keymap({**self._keymap_file.keys})

    def get_default_screen(self) -> Screen[object]:
        """Nothing but a title until somebody is signed in."""
        return BlankScreen(id="_default")  # type: ignore[return-value]  # its result type does not matter

    def on_mount(self) -> None:
        """Find out who acts."""
        if self.told_to_end:
            self.leave()
            return
        for sentence in (*self.themes_found.failures, *self._keymap_file.problems):
            self.tell(sentence, problem=True)
        unknown = "" if self.config.operator else _("Your login of the operating system belongs to no operator.")
        self._begin(self._first_actor or self._actor_of_system(), unknown)
        self.keep_up()

    def _actor_of_system(self) -> Actor | None:
        from opomini_tui.setup.sign_in import actor_by_login, current_system_login

        return None if self.config.operator else actor_by_login(current_system_login())

    def _begin(self, actor: Actor | None, reason: str = "") -> None:
        """Start a session of `actor`, or ask who it is, saying why."""
        if actor is not None:
            self._enter(actor)
            return
        from opomini_tui.setup.sign_in import first_start_needed

        if first_start_needed():
            from opomini_tui.screens.first_start import FirstStartScreen

            self.push_screen(FirstStartScreen(), self._signed_in)
        else:
            from opomini_tui.screens.sign_in import SignInScreen

            self.push_screen(SignInScreen(self.config.operator, reason), self._signed_in)

    def _signed_in(self, actor: Actor | None) -> None:
        if actor is None:
            self.leave()
        else:
            self._enter(actor)

    def _enter(self, actor: Actor) -> None:
        """The main screen in the operator's language and colours."""
        self._actor = actor
        use_language(self.config.language or actor.language)
        use_zone(Company.current().time_zone)
        self.draw_as_wanted()
        self.desk.arrive(actor.id)
        self.show_pulse(read_pulse(self.config, actor))
        self.push_screen(NoticesScreen())
        if self.chosen.recall(actor, FIRST_SCREEN) == "dashboard":
            from opomini_tui.screens.dashboard import DashboardScreen

            self.push_screen(DashboardScreen(Choice()))
        self._offer_unfinished(actor)

    def _offer_unfinished(self, actor: Actor) -> None:
        """Batches of his that a lost connection, a power cut or a closed program has left waiting, and broken off work."""
        if found := broken_off(actor):
            from opomini_tui.screens.broken_off import BrokenOffScreen

            self.push_screen(BrokenOffScreen(found))
        if actor.may("send") and (left := left_behind(actor)):
            from opomini_tui.screens.unfinished import UnfinishedScreen

            self.push_screen(UnfinishedScreen(left))

    def speak(self, language: str) -> None:
        """The operator's language; what the environment says counts more."""
        if self._actor is None or language == self._actor.language:
            return
        self._actor = replace(self._actor, language=language)
        use_language(self.config.language or language)
        self.call_later(self._open_anew)

    async def _open_anew(self) -> None:
        """Every open screen once more, in the order in which they were opened; forms are closed."""
        if self._actor is None:
            return
        before = [screen for screen in self.screen_stack if isinstance(screen, OpominiScreen)]
        kept = [(screen.once_more(), screen.kept()) for screen in before]
        with self.batch_update():
            while len(self.screen_stack) > 1:
                await self.pop_screen()
            for screen, what in kept:
                await self.push_screen(screen)
                screen.keep(what)
        self.show_pulse(read_pulse(self.config, self._actor))

    def action_sign_out(self) -> None:
        """End the session and ask who comes next; not over an open form, in which something may be typed."""
        if not self.signed_in or not isinstance(self.screen, OpominiScreen):
            return
        if self.jobs:
            self.tell(_("Something is still running; sign out when it is done."), problem=True)
            return
        self.desk.leave()
        self.background.forget()
        self._actor, self.around = None, Around()
        self.status = Status()
        self.sub_title = ""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self._begin(None)

    async def action_quit(self) -> None:
        """Leave; while something runs, after a question."""
        if not self.jobs:
            self.leave()
            return
        from opomini_tui.screens.ask import ConfirmScreen

        if isinstance(self.screen, ConfirmScreen):
            return
        count = len(self.jobs)
        sentence = ngettext("{count} job is still running.", "{count} jobs are still running.", count)
        rest = _("It stops after the record it is at; what is not done stays as it is and can be continued later.")
        screen = ConfirmScreen(_("Close the program"), [sentence.format(count=count), rest], _("Close"))
        self.push_screen(screen, lambda yes: self.leave() if yes else None)

    def on_unmount(self) -> None:
        """A server or a query that takes its time does not hold the screen; what is being sent is left to the outbox."""
        stop_reading()
        self.desk.leave()
        self.desk.wait()
        if self.senders:
            from opomini_tui.screens.sending import finish_in_hand, leave_behind

            (finish_in_hand if self.told_to_end else leave_behind)(self)

    def _fatal_error(self) -> None:
        """As Textual ends after an error that nobody foresaw, but without local variables: they may hold a password."""
        from rich.traceback import Traceback

        self.bell()
        self.panic(Traceback(show_locals=False, width=None))

    def leave(self) -> None:
        """Tell running jobs to stop after what they are at, and end."""
        for stop in tuple(self.jobs):  # senders come and go in their own threads
            stop.set()
        self.exit(0)

    def end_in_order(self) -> None:
        """Told from outside, as in a signal handler: end as `leave` does, but finish the messages in hand."""
        self.told_to_end = True
        if self._loop is not None:
            with suppress(RuntimeError):  # it has just ended by itself
                self._loop.call_soon_threadsafe(self.leave)

    def get_driver_class(self) -> type[Driver]:
        """The terminal, in a way that outlives it."""
        found = super().get_driver_class()
        return LastingDriver if found is LinuxDriver else found


def free_alt_digits() -> None:
    """Let Alt with a digit arrive as such: Textual takes ESC 2 for the sign that a Mac types with it ("™")."""
    known = cast(dict[str, object], ANSI_SEQUENCES_KEYS)
    for digit in "123456789":
        known.pop(f"\x1b{digit}", None)


def run_interface(config: Config) -> int:
    """Open the database and show the interface until it is closed; the exit code.

    Raises:
        OpominiError: the screen cannot be shown here, or the database cannot be opened.
    """
    if not (sys.stderr.isatty() and sys.stdin.isatty()):
        raise OpominiError(
            _(
                "The interface needs a terminal (it draws on standard error). For scripts use the commands: opomini --help"
            )
        )
    use_language(config.language or "sl")
    open_database(config.database_url, config.home / "backups")
    free_alt_digits()
    look_for_images(config)
    app = OpominiApp(config)
    with told_from_outside(app.end_in_order):
        result = app.run(mouse=config.get("OPOMINI_MOUSE").lower() not in ("off", "0", "no", "false"))
        if app.senders:
            from opomini_tui.screens.sending import wait_for_senders

            wait_for_senders(app, patiently=app.told_to_end)
    return result if result is not None else (app.return_code or 0)
