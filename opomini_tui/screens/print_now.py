"""One key prints: the ticked notices, or the one under the cursor, go to the operator's printer without a question."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from opomini_tui.actions import BY_ID
from opomini_tui.errors import OpominiError
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.screens.base import OpominiScreen
from opomini_tui.text import _, ngettext

if TYPE_CHECKING:
    from opomini_tui.documents.print_job import Printed


class PrintsNow(OpominiScreen):
    """The action `print_now` of a screen with notices. A key that is held prints once."""

    _last_press = float("-inf")

    def action_print_now(self) -> None:
        """Print at once; where no printer is set, ask for it instead."""
        from opomini_tui.screens.ask import GUARD_SECONDS

        early = time.monotonic() - self._last_press < GUARD_SECONDS
        self._last_press = time.monotonic()
        if early:
            return
        choice, session = self.choice(), self.session
        chosen = choice.only_ticked if choice.ticked else choice.only_cursor
        try:
            session.actor.require("print")
        except OpominiError as error:
            session.show_error(error)
            return
        if not chosen.ids:
            session.tell(_("There is no notice under the cursor."), problem=True)
        elif not session.actor.record().printer:
            from opomini_tui.screens.quick_print import PrinterScreen

            session.push_screen(PrinterScreen())
        elif hidden := len(set(choice.ticked) - set(choice.rows)):
            self._ask(chosen, hidden)
        else:
            self._print(chosen)

    def _ask(self, chosen: NoticeFilter, hidden: int) -> None:
        """Paper for rows that are not seen is not wasted without a question."""
        from opomini_tui.screens.ask import ConfirmScreen

        count = len(chosen.ids or ())
        said = ngettext("{count} ticked notice will be printed.", "{count} ticked notices will be printed.", count)
        more = ngettext("{count} of them is not shown now.", "{count} of them are not shown now.", hidden)
        sentences = [said.format(count=count), more.format(count=hidden)]
        ask = ConfirmScreen(BY_ID["notices.print_now"].label, sentences, _("Print now"), danger=False)
        self.session.push_screen(ask, lambda yes: self._print(chosen) if yes else None)

    def _print(self, chosen: NoticeFilter) -> None:
        from opomini_tui.documents.print_job import print_notices
        from opomini_tui.screens.job import run_verb

        operator, actor = self.session.actor.record(), self.session.actor
        where: dict[str, Any] = {"printer": operator.printer, "copies": operator.copies, "tray": operator.tray}

        def printed(outcome: Printed) -> None:
            self._last_press = time.monotonic()
            self._printed(outcome, operator.printer)

        title = BY_ID["notices.print_now"].label
        run_verb(self.session, title, lambda _job: print_notices(chosen, actor, posted=True, **where), printed)

    def _printed(self, printed: Printed, printer: str) -> None:
        from opomini_tui.screens.outcome import OutcomeScreen

        session = self.session
        session.notices_changed()
        said = ngettext(
            "{count} notice went to the printer {printer} and counts as sent by post.",
            "{count} notices went to the printer {printer} and count as sent by post.",
            printed.count,
        ).format(count=printed.count, printer=printer)
        if printed.skipped:
            session.push_screen(OutcomeScreen(BY_ID["notices.print_now"].label, [said], printed.skipped))
        else:
            session.tell(said)
