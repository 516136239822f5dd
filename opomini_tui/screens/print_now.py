"""One key prints: the ticked notices, or the one under the cursor, go to the operator's printer without a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opomini_tui.actions import BY_ID
from opomini_tui.errors import OpominiError
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.screens.base import OpominiScreen
from opomini_tui.text import _, ngettext

if TYPE_CHECKING:
    from opomini_tui.documents.print_job import Printed
    from opomini_tui.screens.job import Job


class PrintsNow(OpominiScreen):
    """The action `print_now` of a screen with notices. A key that is held prints once."""

    _printed_at = float("-inf")
    """When the key was pressed that printed last."""

    def action_print_now(self) -> None:
        """Print at once; where no printer is set, ask for it instead."""
        choice, session = self.choice(), self.session
        if session.pressed_at == self._printed_at:
            return
        self._printed_at = session.pressed_at
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

        session, title = self.session, BY_ID["notices.print_now"].label

        def work(job: Job[Printed]) -> Printed:
            return print_notices(chosen, actor, posted=True, **where, progress=job.progress, stop=job.stop)

        def said(printed: Printed) -> str:
            return now_printed(printed, operator.printer)

        def done(printed: Printed) -> None:
            from opomini_tui.screens.outcome import OutcomeScreen

            if printed.skipped:
                session.push_screen(OutcomeScreen(title, [said(printed)], printed.skipped))
            else:
                session.tell(said(printed))

        run_verb(session, title, work, done, can_stop=True, said=said)


def now_printed(printed: Printed, printer: str) -> str:
    """What went to the printer, as a sentence."""
    return ngettext(
        "{count} notice went to the printer {printer} and counts as sent by post.",
        "{count} notices went to the printer {printer} and count as sent by post.",
        printed.count,
    ).format(count=printed.count, printer=printer)
