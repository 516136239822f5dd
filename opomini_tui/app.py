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
from opomini_tui.actions import BY_ID, bindings
from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.keymap import load_keymap
from opomini_tui.mail.left_behind import left_behind
from opomini_tui.mail.pulse import PULSE_SECONDS, Pulse, read_pulse
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import open_database
from opomini_tui.models.preferences import FIRST_SCREEN, recall, remember
from opomini_tui.models.settings import Company
from opomini_tui.screens.ask import ConfirmScreen, Entry, ListScreen
from opomini_tui.screens.base import OpominiScreen
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.desk import Around, look_around, place_of
from opomini_tui.screens.leaving import LastingDriver, told_from_outside
from opomini_tui.screens.notices import NoticesScreen
from opomini_tui.screens.page_image import look_for_images
from opomini_tui.screens.session import SessionApp, read
from opomini_tui.text import _, ngettext, use_language
from opomini_tui.text.moments import use_zone
from opomini_tui.themes import DEFAULT, SIXTEEN_COLOURS, VARIABLES, load_themes, theme_folder
from opomini_tui.widgets.bars import Status, TitleBar


class BlankScreen(Screen[None]):
    """What lies under the sign-in form."""

    def compose(self) -> ComposeResult:
        """Only the program's name."""
        yield TitleBar("Opomini")


class OpominiApp(SessionApp):
    """The whole interface. `actor`: who acts, when it is known already; else the system login or the sign-in form tells."""

    CSS_PATH: ClassVar[list[str | PurePath]] = [*sorted((Path(__file__).parent / "styles").glob("*.tcss"))]
    TITLE = "Opomini"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("everywhere")]

    def __init__(self, config: Config, actor: Actor | None = None, today: Callable[[], date] = date.today) -> None:
        super().__init__(config, today)
        self._first_actor = actor
        self._database_lost = False
        self.told_to_end = False
        """The line is lost, or the system ends the program: the messages in hand are finished without a screen."""
        self._loaded = load_themes([theme_folder(), config.home / "themes"])
        for theme in self._loaded.themes:
            self.register_theme(theme)
        for name in set(self.available_themes) - set(self._loaded.titles):
            self.unregister_theme(name)
        self._begin_with(self._start_theme())
        self._keymap_file = load_keymap(config.home / "keymap.toml")
        use_keys(self._keymap_file.keys)
        self.set_keymap({**self._keymap_file.keys})

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The default theme's own variables, for a user's theme that lacks some."""
        default = self.available_themes.get(DEFAULT)
        return {name: default.variables[name] for name in VARIABLES} if default else {}

    def _begin_with(self, theme: str) -> None:
        """The first theme, without what a change of themes costs: reading all the styles once more, twice."""
        self.set_reactive(OpominiApp.theme, theme)
        dark = self.current_theme.dark
        classes = {"-dark-mode": dark, "-light-mode": not dark, f"-theme-{theme}": True}
        self.update_classes(classes, update=False)
        self._refresh_truecolor_filter(self.ansi_theme)
        self.stylesheet.set_variables(self.get_css_variables())

    def _start_theme(self, wanted: str = "") -> str:
        """The theme asked for by the environment or the operator, else one that the terminal can show."""
        for name in (self.config.theme, wanted):
            if name in self._offered_themes():
                return name
        standard = self.console.color_system == "standard" and not self.no_color
        return SIXTEEN_COLOURS if standard else DEFAULT

    def _offered_themes(self) -> dict[str, str]:
        """Titles by name. NO_COLOR leaves only brightness, and the terminal's own colours have none: all would be black."""
        titles = self._loaded.titles.items()
        return {name: title for name, title in titles if not (self.no_color and self.available_themes[name].ansi)}

    def get_default_screen(self) -> Screen[object]:
        """Nothing but a title until somebody is signed in."""
        return BlankScreen(id="_default")  # type: ignore[return-value]  # its result type does not matter

    def on_mount(self) -> None:
        """Find out who acts."""
        if self.told_to_end:
            self.leave()
            return
        for sentence in (*self._loaded.failures, *self._keymap_file.problems):
            self.tell(sentence, problem=True)
        unknown = "" if self.config.operator else _("Your login of the operating system belongs to no operator.")
        self._begin(self._first_actor or self._actor_of_system(), unknown)
        self.set_interval(PULSE_SECONDS, self._look)

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
        self.theme = self._start_theme(recall(actor, "theme"))
        self.desk.arrive(actor.id)
        self._show_pulse(read_pulse(self.config, actor))
        self.push_screen(NoticesScreen())
        if recall(actor, FIRST_SCREEN) == "dashboard":
            from opomini_tui.screens.dashboard import DashboardScreen

            self.push_screen(DashboardScreen(Choice()))
        self._offer_unfinished(actor)

    def _offer_unfinished(self, actor: Actor) -> None:
        """Batches of his that a lost connection, a power cut or a closed program has left waiting."""
        if actor.may("send") and (left := left_behind(actor)):
            from opomini_tui.screens.unfinished import UnfinishedScreen

            self.push_screen(UnfinishedScreen(left))

    def _look(self) -> None:
        """Every two seconds: did anything change?"""
        if self.signed_in:
            # for the screen on top: a message to one below makes Textual draw everything again
            actor = self.actor
            read(self.screen, "pulse", lambda: read_pulse(self.config, actor), self._show_pulse, self._pulse_failed)
            self.desk.tell(place_of(self.screen_stack))
            # a database that does not answer is said by the pulse
            session = self.desk.session
            read(self.screen, "around", lambda: look_around(session), self._show_around, lambda _error: None)

    def _pulse_failed(self, error: BaseException) -> None:
        """Said and logged once, until the database answers again: this is tried every two seconds."""
        if not self._database_lost:
            self._database_lost = True
            self.explained(error)
            self.tell(_("The database does not answer; what you see may be old."), problem=True)

    def _show_pulse(self, pulse: Pulse) -> None:
        if self._database_lost:
            self._database_lost = False
            self.tell(_("The database answers again."))
        if self._actor is not None:
            operator = _("Operator: {code}").format(code=self._actor.code)
            self.status = Status(operator, self._database_name(), pulse.waiting, self.status.others)
            self.pulse = pulse

    def _show_around(self, around: Around) -> None:
        self.around = around
        codes = tuple(dict.fromkeys(one.operator_code for one in around.colleagues))
        if codes != self.status.others:
            self.status = replace(self.status, others=codes)

    def _database_name(self) -> str:
        """The file's name, or host and name of a server's database; never a password."""
        path = self.config.database_path
        if path is not None:
            return path.name
        return self.config.database_url.rpartition("@")[2].partition("?")[0]

    def copy_to_clipboard(self, text: str) -> None:
        """As `copy` does, for Textual's own widgets."""
        self.copy(text)

    def copy(self, text: str) -> bool:
        """Through tmux when it runs, else by the terminal; False when it is too long for that, and said to be in a file."""
        from opomini_tui.screens.clipboard import LARGEST_OSC52, copy_through_tmux

        if copy_through_tmux(text):
            self._clipboard = text
            return True
        if len(text.encode()) > LARGEST_OSC52:
            path = self.config.home / "copied.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            self.tell(_("Too much for the clipboard; it is in {path}.").format(path=path))
            return False
        super().copy_to_clipboard(text)
        return True

    def action_help(self) -> None:
        """Help on the screen that is shown."""
        from opomini_tui.screens.field_helps import about_focus
        from opomini_tui.screens.form import FormScreen
        from opomini_tui.screens.help import HelpScreen

        screen = self.screen
        if isinstance(screen, (OpominiScreen, FormScreen)) and not isinstance(screen, HelpScreen):
            self.push_screen(HelpScreen(screen.help_text(), screen.offered_actions(), about_focus(screen)))

    def action_palette(self) -> None:
        """Find a command of this screen by its name."""
        screen = self.screen
        if not isinstance(screen, OpominiScreen):
            return
        entries = [Entry(a.id, a.label, a.key, _(a.help)) for a in screen.offered_actions()]

        def chosen(action_id: str | None) -> None:
            if action_id is not None:
                action = BY_ID[action_id]
                self.call_later(self.run_action, action.run, self if action.where == "everywhere" else screen)

        self.push_screen(ListScreen(_("Commands"), entries), chosen)

    def action_theme(self) -> None:
        """Choose other colours; they are kept for the operator."""
        entries = [Entry(name, _(title)) for name, title in self._offered_themes().items()]

        def chosen(name: str | None) -> None:
            if name is not None:
                self.theme = name
                if self._actor is not None:
                    remember(self._actor, "theme", name)

        self.push_screen(ListScreen(_("Colours"), entries, search=False, current=self.theme), chosen)

    def action_presence(self) -> None:
        """Who is here, at which screen, since when."""
        from opomini_tui.screens.presence import PresenceScreen

        if self.signed_in and not isinstance(self.screen, PresenceScreen):
            self.push_screen(PresenceScreen())

    def action_sign_out(self) -> None:
        """End the session and ask who comes next; not over an open form, in which something may be typed."""
        if not self.signed_in or not isinstance(self.screen, OpominiScreen):
            return
        if self.jobs:
            self.tell(_("Something is still running; sign out when it is done."), problem=True)
            return
        self.desk.leave()
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
        if isinstance(self.screen, ConfirmScreen):
            return
        count = len(self.jobs)
        sentence = ngettext("{count} job is still running.", "{count} jobs are still running.", count)
        rest = _("It stops after the record it is at; what is not done stays as it is and can be continued later.")
        screen = ConfirmScreen(_("Close the program"), [sentence.format(count=count), rest], _("Close"))
        self.push_screen(screen, lambda yes: self.leave() if yes else None)

    def action_help_quit(self) -> None:
        """Ctrl+C does not quit; say what does."""
        self.tell(_("Press {key} to close the program.").format(key=BY_ID["everywhere.quit"].key))

    def on_unmount(self) -> None:
        """A server that takes its time does not hold the screen: what is being sent is left to the outbox."""
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
        for stop in self.jobs:
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
        result = app.run(mouse=config.get("OPOMINI_MOUSE").lower() not in ("off", "0", "no"))
        if app.senders:
            from opomini_tui.screens.sending import wait_for_senders

            wait_for_senders(app, patiently=app.told_to_end)
    return result if result is not None else (app.return_code or 0)
