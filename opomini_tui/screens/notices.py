"""Opominjanje: the main screen. The grid of notices with its filter, its figures, and a button for everything (forms.md §1)."""

from __future__ import annotations

from array import array
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from opomini_tui.actions import BY_ID, bindings
from opomini_tui.errors import OpominiError
from opomini_tui.models.database import DatabaseTrouble
from opomini_tui.models.filter_words import known_keys
from opomini_tui.models.notice_filter import SORTS, NoticeFilter, locate
from opomini_tui.models.words import delivery_letter
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.desk import Around
from opomini_tui.screens.first_steps import first_steps
from opomini_tui.screens.following import FollowsOthers
from opomini_tui.screens.notice_bar import NoticeBar
from opomini_tui.screens.notice_buttons import NoticeButtons
from opomini_tui.screens.notice_columns import notice_columns
from opomini_tui.screens.notice_follow import NoticeFollow
from opomini_tui.screens.notice_listing import Listing, read_listing
from opomini_tui.screens.notice_pane import NoticePane
from opomini_tui.screens.notice_place import Place, recall_columns, recall_place, remember_place
from opomini_tui.screens.notice_rows import (
    Footer,
    NoticePages,
    footer_cells,
    read_footer,
    read_grid_settings,
    state_name,
)
from opomini_tui.screens.notice_table import NoticeTable
from opomini_tui.screens.session import NoticesChanged, read
from opomini_tui.text import _
from opomini_tui.widgets.bars import HintBar, StatusBar, TitleBar
from opomini_tui.widgets.covered import CoveredHorizontal, CoveredVertical
from opomini_tui.widgets.ticks import TickState


class NoticesScreen(NoticeFollow, FollowsOthers):
    """The screen that is always there; all others are opened from it and return to it."""

    PLACES = ("notices",)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("notices")]
    AUTO_FOCUS = "#notice-table"
    BLANK = True  # covered everywhere: nothing of it is drawn

    def __init__(self) -> None:
        super().__init__()
        self.settings = read_grid_settings()
        self._begun_at: int | None = None
        """The notice to go to when the rows are there: where the last session ended."""
        self._rows: array[int] = array("q")
        self.pages = NoticePages()
        """Reads rows of the grid by id."""

    def title_text(self) -> str:
        """The module's name."""
        return _("Dunning")

    def help_text(self) -> str:
        """What the screen is for."""
        return _(
            "Every row is a notice. Its colour is the level, its text colour and letter the state: prepared, issued, sent. "
            "Prepare makes notices from the open items, issue fixes them, then they are printed or sent by e-mail. "
            "The footer counts the rows shown; All records shows those beyond the row limit too. "
            "Letters: {states}; of the messages: {undelivered} came back undelivered, {reply} was answered. "
            "Filter: words of a name, a code, a number, or conditions: {keys} with values such as >1000, 100..191, 2, "
            "<1.10.2012 or <-30 (days from today); → completes."
        ).format(
            states=", ".join(map(state_name, ("prepared", "issued", "sent"))),
            undelivered=delivery_letter("undelivered"),
            reply=delivery_letter("reply"),
            keys=known_keys(),
        )

    def compose(self) -> ComposeResult:
        """The bars of every screen, the filter, the grid, the buttons.

        Textual draws each direct child of a screen for every change anywhere on it: here they are three, and blank.
        """
        place = self._recall_place()
        with CoveredVertical(id="notice-head"):
            yield TitleBar(self.title_text())
            yield NoticeBar(self.settings.years, self.settings.row_limit, place)
        with CoveredHorizontal(id="notice-middle"):
            yield NoticeTable(self.app.size.width, recall_columns(self.session.actor))
            yield NoticePane()
        yield Static(first_steps(), id="first-steps", markup=False)
        with CoveredVertical(id="notice-foot"):
            yield NoticeButtons(self.session.may)
            yield HintBar(self.offered_actions())
            yield StatusBar()

    def _recall_place(self) -> Place:
        """Where the operator was, as far as there still is such a year."""
        place = recall_place(self.session.actor)
        if place.year not in self.settings.years:
            place = replace(place, year=self.settings.years[0] if self.settings.years else None)
        self.shown, self._begun_at = place.within(self.settings.row_limit, self.session.today), place.cursor
        self._place = place
        return place

    def on_mount(self) -> None:
        """Read the rows; follow what others do."""
        self._whose, self._grid = self.session.actor, self.table  # when the screen goes, both are gone already
        self.session.sub_title = self.settings.company
        self.bar.name_sorted_column(self._title_of(self.shown.sort))
        self.table.show_sort(self.shown.sort, self.shown.reverse)
        self.table.show_totals(footer_cells(None, 0))
        self.set_class(not self.settings.years, "-empty")
        self.reload()
        self.follow()
        self.watch(self.session, "around", self._others_at_work, init=False)

    def on_unmount(self) -> None:
        """Keep the place for the next session."""
        try:
            remember_place(self._whose, replace(self._place, cursor=self._grid.cursor_id))
        except (OpominiError, DatabaseTrouble) as error:  # the place is not worth keeping anybody from leaving
            self.log.error(error)

    def kept(self) -> TickState:
        """The ticks; the place is kept by itself."""
        return self.table.ticks.state()

    def keep(self, kept: TickState) -> None:
        """Tick the same again."""
        self.table.ticks.go_back(kept)

    def reload(self) -> None:
        """Read the rows of the filter again in a worker, and their sums; the cursor stays on its notice."""
        self._outdated = True
        read(self, "rows", partial(read_listing, self.shown), self._show)

    def _show(self, listing: Listing) -> None:
        """Take what the worker read; then ask for the footer of many rows."""
        self.shown, self.settings, self.footer = listing.shown, listing.settings, listing.footer
        self._outdated = False
        self.rest(listing.seconds)
        self.session.sub_title = listing.settings.company
        self.set_class(not listing.settings.years, "-empty")
        self.bar.show_years(listing.settings.years, listing.settings.row_limit)
        self._rows, self.pages = listing.ids, listing.pages
        self.pages.held = self.session.around.held
        self.table.load(listing.ids, listing.pages)
        if self._begun_at is not None and listing.ids:
            self.table.move_to(self._begun_at)
            self._begun_at = None
        self._follow_now()
        if self.footer is None:
            read(self, "footer", partial(read_footer, self.shown), self._show_footer)

    def _show_footer(self, footer: Footer) -> None:
        self.footer = footer
        self._show_totals()

    def _filter_changed(self, wanted: NoticeFilter) -> None:
        self._place = self.bar.place(wanted.sort, wanted.reverse)
        if not self._outdated and wanted != self.shown and wanted.same_notices(self.shown):
            self.shown = wanted
            read(self, "rows", partial(read_listing, wanted, self.footer), self._show)
        elif wanted != self.shown:
            self.shown, self.footer = wanted, None
            self._show_totals()
            self.reload()

    def read_changed(self) -> None:
        """All pages, for any row may be another one."""
        self.table.invalidate()
        self.reload()

    def _others_at_work(self, around: Around) -> None:
        """Mark what somebody else works on now; only pages with such rows are read again."""
        changed = dict(self.pages.held.items() ^ around.held.items())
        self.pages.held = around.held
        if changed:
            self.table.invalidate(changed)
            self._show_note()

    @on(NoticesChanged)
    def _notices_changed(self, event: NoticesChanged) -> None:
        """Read at once what this program itself changed."""
        event.stop()
        self.table.invalidate(event.ids)
        self.reload()

    @on(NoticeBar.Changed)
    def _bar_changed(self) -> None:
        self._filter_changed(self.bar.wanted(self.shown))

    @on(NoticeBar.Locate)
    def _locate(self, event: NoticeBar.Locate) -> None:
        if event.done:
            self.table.focus()
        if event.typed.strip():
            everything = replace(self.shown, limit=None)
            read(self, "locate", partial(locate, everything, event.typed), self._located)

    def _located(self, found: int | None) -> None:
        """Go there; a row beyond the row limit switches to all records first."""
        if found is None:
            self.session.tell(_("No row begins like that."), problem=True)
        elif not self.table.move_to(found):
            self.bar.box("all").value = True
            self._move_when_loaded(found)

    def _move_when_loaded(self, record: int) -> None:
        shown = replace(self.shown, limit=None)
        self.shown = shown

        def show(listing: Listing) -> None:
            self._show(listing)
            self.table.move_to(record)

        read(self, "rows", partial(read_listing, shown), show)

    @on(NoticeTable.DigitTyped)
    def _digit_typed(self, event: NoticeTable.DigitTyped) -> None:
        event.stop()
        field = self.bar.locate_input
        field.focus()
        field.value = event.digit
        field.cursor_position = 1

    @on(NoticeTable.RowSelected)
    def _row_selected(self, event: NoticeTable.RowSelected) -> None:
        event.stop()
        self.action_open("notices.detail")

    @on(NoticeTable.SortRequested)
    def _sort_requested(self, event: NoticeTable.SortRequested) -> None:
        event.stop()
        self.sort_by(event.key)

    @on(NoticeTable.LoadFailed)
    def _load_failed(self, event: NoticeTable.LoadFailed) -> None:
        event.stop()
        sentence = _("Some rows cannot be read now; {key} reads them again. {why}")
        why = self.session.explained(event.error)
        self.session.tell(sentence.format(key=BY_ID["notices.reload"].key, why=why), problem=True)

    def show_filter(self, chosen: NoticeFilter) -> None:
        """Show the notices of `chosen`: it is written into the header, where everybody sees it, and can be changed there."""
        self.bar.show(Place.of(chosen))

    def sort_by(self, key: str) -> None:
        """Sort by that column; by the same again, the other way round."""
        if key not in SORTS:
            return
        reverse = not self.shown.reverse if key == self.shown.sort else False
        self.table.show_sort(key, reverse)
        self.bar.name_sorted_column(self._title_of(key))
        self._filter_changed(replace(self.shown, sort=key, reverse=reverse))

    def _title_of(self, key: str) -> str:
        return next(column.title for column in notice_columns(0) if column.key == key)

    def choice(self) -> Choice:
        """The grid as it stands, for the screen that is opened."""
        return Choice(self.shown, self.table.cursor_id, tuple(self.table.ticked_ids()), self._rows)
