"""Izvoz: the batch form, and the lists as files."""

from __future__ import annotations

from pathlib import Path
from threading import Event
from typing import Protocol

from textual.await_complete import AwaitComplete

from opomini_tui.actions import BY_ID
from opomini_tui.documents.export import export_costs, export_lawsuit, export_list
from opomini_tui.models.actor import Actor
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.progress import Progress
from opomini_tui.screens.ask import AskTextScreen, Entry, ListScreen
from opomini_tui.screens.base import open_action
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.job import Job, run_verb
from opomini_tui.screens.outcome import OutcomeScreen
from opomini_tui.screens.session import InSession, SessionApp
from opomini_tui.text import _, ngettext


class Export(Protocol):
    """A verb that writes a list."""

    def __call__(
        self,
        chosen: NoticeFilter,
        actor: Actor,
        path: Path,
        /,
        *,
        progress: Progress | None = None,
        stop: Event | None = None,
    ) -> int:
        """How many lines were written."""


VERBS: dict[str, tuple[Export, str]] = {
    "csv": (export_list, "opomini.csv"),
    "xlsx": (export_list, "opomini.xlsx"),
    "costs": (export_costs, "stroski-opominov.csv"),
    "lawsuit": (export_lawsuit, "tozba.csv"),
}
"""What each entry of the menu does, and the name of the file that is proposed."""


def export_entries() -> list[Entry]:
    """The menu, in the current language."""
    batch = BY_ID["notices.send_batch"]
    return [
        Entry("batch", batch.label, batch.key, _(batch.help)),
        Entry("csv", _("List of notices as CSV"), help=_("The notices of the filter with all their figures")),
        Entry("xlsx", _("List of notices as XLSX"), help=_("The same as a workbook with numbers and dates")),
        Entry("costs", _("Cost booking list"), help=_("Issued notices of the filter with their cost, for the ledger")),
        Entry("lawsuit", _("List for the lawsuit"), help=_("Open receivables on issued notices before lawsuit")),
    ]


class ExportScreen(ListScreen):
    """The menu; what was chosen is done after it has closed. The filter is that of the grid, or the ticked notices."""

    def __init__(self, choice: Choice) -> None:
        """Ticked notices go before the filter."""
        super().__init__(BY_ID["notices.export"].label, export_entries(), search=False)
        self._choice = choice

    def dismiss(self, result: str | None = None) -> AwaitComplete:
        """Close, then do what was chosen."""
        if result is not None:
            self.session.call_later(self._chosen, self.session, result)
        return super().dismiss(result)

    def _chosen(self, session: SessionApp, entry: str) -> None:
        if entry == "batch":
            if isinstance(session.screen, InSession):
                open_action(session.screen, BY_ID["notices.send_batch"], self._choice)
            return
        verb, name = VERBS[entry]
        chosen = self._choice.only_ticked if self._choice.ticked else self._choice.whole_filter
        title = next(shown.text for shown in export_entries() if shown.id == entry)
        ask = AskTextScreen(title, _("File"), value=str(Path.home() / name))

        def answered(typed: str | None) -> None:
            if typed:
                write(Path(typed).expanduser())

        def write(path: Path) -> None:
            def work(job: Job[int]) -> int:
                return verb(chosen, session.actor, path, progress=job.progress, stop=job.stop)

            def done(count: int) -> None:
                session.push_screen(OutcomeScreen(title, exported_words(count, path)))

            def said(count: int) -> str:
                return " ".join(exported_words(count, path))

            run_verb(session, title, work, done, can_stop=True, said=said)

        session.push_screen(ask, answered)


def exported_words(count: int, path: Path) -> list[str]:
    """How many lines were written, and where."""
    said = ngettext("{count} line was written.", "{count} lines were written.", count).format(count=count)
    return [said, _("File: {path}").format(path=path)]
