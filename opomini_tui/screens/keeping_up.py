"""Keeping up with the database: every two seconds, what others changed and who they are; the status line of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from opomini_tui.config import Config
from opomini_tui.mail.pulse import PULSE_SECONDS, Pulse, read_pulse
from opomini_tui.screens.colours import ColouredApp
from opomini_tui.screens.desk import Around, look_around, place_of
from opomini_tui.screens.low_traffic import SLOWER
from opomini_tui.screens.session import read
from opomini_tui.text import _
from opomini_tui.widgets.bars import Status


class KeepsUp(ColouredApp):
    """The part of the application that looks for changes; `show_pulse` shows at once what is known."""

    def __init__(self, config: Config, today: Callable[[], date] = date.today) -> None:
        super().__init__(config, today)
        self._database_lost = False
        self._beats = 0

    def keep_up(self) -> None:
        """Look from now on."""
        self.set_interval(PULSE_SECONDS, self._look)

    def _look(self) -> None:
        """Every two seconds (on a slow line every eight): did anything change?"""
        self._beats += 1
        if self.signed_in and not (self.low_traffic and self._beats % SLOWER):
            # for the screen on top: a message to one below makes Textual draw everything again
            actor = self.actor
            session = self.desk.session
            self.desk.tell(place_of(self.screen_stack))

            def look() -> tuple[Pulse, Around]:
                return read_pulse(self.config, actor), look_around(session)

            read(self.screen, "pulse", look, self._looked, self._pulse_failed)

    def _pulse_failed(self, error: BaseException) -> None:
        """Said and logged once, until the database answers again: this is tried every two seconds."""
        if not self._database_lost:
            self._database_lost = True
            self.explained(error)
            self.tell(_("The database does not answer; what you see may be old."), problem=True)

    def show_pulse(self, pulse: Pulse) -> None:
        """The status line, and what the screens watch."""
        if self._database_lost:
            self._database_lost = False
            self.tell(_("The database answers again."))
        if self._actor is not None:
            operator = _("Operator: {code}").format(code=self._actor.code)
            others = tuple(dict.fromkeys(one.operator_code for one in self.around.colleagues))
            self.status = Status(operator, self._database_name(), pulse.waiting, others)
            self.pulse = pulse

    def _looked(self, seen: tuple[Pulse, Around]) -> None:
        pulse, self.around = seen
        self.show_pulse(pulse)

    def _database_name(self) -> str:
        """The file's name, or host and name of a server's database; never a password."""
        path = self.config.database_path
        if path is not None:
            return path.name
        return self.config.database_url.rpartition("@")[2].partition("?")[0]
