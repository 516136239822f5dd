"""What the keys of Opominjanje do: ticks, filter, order, copying, deleting."""

from __future__ import annotations

from textual import getters

from opomini_tui.models.notice_filter import SORTS, NoticeFilter
from opomini_tui.screens.copying import CopiesRows
from opomini_tui.screens.notice_bar import NoticeBar
from opomini_tui.screens.notice_columns import notice_columns
from opomini_tui.screens.notice_table import NoticeTable
from opomini_tui.screens.print_now import PrintsNow
from opomini_tui.text import _, ngettext


class NoticeCommands(CopiesRows, PrintsNow):
    """The actions of place "notices" that do not open another screen."""

    bar = getters.query_one(NoticeBar)
    table = getters.query_one(NoticeTable)

    shown: NoticeFilter
    _copied_key = "number"

    def reload(self) -> None:
        """Read the rows again."""
        raise TypeError(f"{type(self).__name__} reads nothing")

    def sort_by(self, key: str) -> None:
        """Change the order."""
        raise TypeError(f"{type(self).__name__} sorts nothing")

    def action_tick(self) -> None:
        """Tick the row under the cursor."""
        self.table.action_tick()

    def action_tick_all(self) -> None:
        """Tick every row of the filter; when the row limit hides some, say so."""
        self.table.tick_all()
        if self.shown.limit is not None and self.table.row_count >= self.shown.limit:
            self.session.tell(
                ngettext(
                    "Only the {count} row shown is ticked.", "Only the {count} rows shown are ticked.", self.shown.limit
                ).format(count=self.table.row_count)
            )

    def action_untick_all(self) -> None:
        """Untick everything."""
        self.table.untick_all()

    def action_invert(self) -> None:
        """Invert the ticks of the rows shown."""
        self.table.invert_ticks()

    def action_undo(self) -> None:
        """The ticks as they were before the last change of them."""
        if not self.table.undo_ticks():
            self.session.tell(_("No ticks to take back."))

    def action_search(self) -> None:
        """Go to the filter line."""
        self.bar.search_input.focus()

    def action_locate(self) -> None:
        """Go to the locate field, emptied."""
        self.bar.locate_input.value = ""
        self.bar.locate_input.focus()

    def action_clear(self) -> None:
        """Empty the fields and go back to the grid; in the filter line, first only what is typed there."""
        if self.bar.leave_filter():
            return
        self.bar.locate_input.value = ""
        self.bar.search_input.value = ""
        self.table.focus()

    def action_all_records(self) -> None:
        """Switch the row limit off or on."""
        self.bar.box("all").toggle()

    def action_level(self, level: int) -> None:
        """Show or hide one level."""
        self.bar.box(f"level-{level}").toggle()

    def action_lawsuit(self) -> None:
        """Show only notices before lawsuit, or all."""
        self.bar.box("lawsuit").toggle()

    def action_year(self, step: int) -> None:
        """A year back or forth."""
        self.bar.step_year(step)

    def action_reload(self) -> None:
        """Read everything again."""
        self.table.invalidate()
        self.reload()

    def action_sort(self) -> None:
        """Choose the column to sort by."""
        from opomini_tui.screens.ask import Entry, ListScreen

        columns = [column for column in notice_columns(0) if column.key in SORTS]
        entries = [Entry(column.key, column.title) for column in columns]

        def chosen(key: str | None) -> None:
            if key is not None:
                self.sort_by(key)

        self.session.push_screen(ListScreen(_("Sort by"), entries, current=self.shown.sort), chosen)

    def action_reverse(self) -> None:
        """The same order from its end."""
        self.sort_by(self.shown.sort)

    def copied_table(self) -> NoticeTable:
        """The grid."""
        return self.table

    def action_delete(self) -> None:
        """Delete the ticked notices after a question; only prepared ones can be, else nothing is."""
        from opomini_tui.screens.ask import ConfirmScreen

        ticks = self.table.tick_count
        if not self.session.may("delete"):
            self._refuse_delete()
        elif not ticks:
            self.session.tell(_("Tick the notices to be deleted first."), problem=True)
        else:
            question = ngettext(
                "{count} ticked notice will be deleted.", "{count} ticked notices will be deleted.", ticks
            ).format(count=ticks)
            rule = _("Only notices in preparation can be deleted. If one is issued or sent, none is deleted.")
            hidden = self.table.ticks.hidden
            more = ngettext("{count} of them is not shown now.", "{count} of them are not shown now.", hidden)
            sentences = [question, *([more.format(count=hidden)] if hidden else []), rule]
            screen = ConfirmScreen(_("Delete ticked notices"), sentences, _("Delete"))
            self.session.push_screen(screen, self._delete_confirmed)

    def _refuse_delete(self) -> None:
        from opomini_tui.errors import OpominiError

        try:
            self.session.actor.require("delete")
        except OpominiError as error:
            self.session.show_error(error)

    def _delete_confirmed(self, yes: bool | None) -> None:
        if not yes:
            return
        from opomini_tui.dunning.unlock import delete_notices
        from opomini_tui.screens.job import run_verb

        chosen = NoticeFilter(ids=tuple(self.table.ticked_ids()))
        actor = self.session.actor
        run_verb(
            self.session,
            _("Deleting notices"),
            lambda job: delete_notices(chosen, actor, progress=job.progress, stop=job.stop),
            self._deleted,
            can_stop=True,
        )

    def _deleted(self, count: int) -> None:
        self.table.untick_all()
        self.table.tick_history.forget()
        self.session.notices_changed()
        self.session.tell(ngettext("{count} notice deleted.", "{count} notices deleted.", count).format(count=count))
