"""Opominjanje: the main screen. The grid of notices with its filter, its figures, and a button for everything (forms.md §1)."""

from __future__ import annotations

import time
from array import array
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from opomini_tui.actions import BY_ID, bindings
from opomini_tui.mail.pulse import Pulse
from opomini_tui.models.notice_filter import SORTS, NoticeFilter, locate, notice_ids
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.notice_bar import NoticeBar
from opomini_tui.screens.notice_buttons import NoticeButtons
from opomini_tui.screens.notice_commands import NoticeCommands
from opomini_tui.screens.notice_rows import (
    KEYS,
    Footer,
    GridSettings,
    NoticePages,
    footer_cells,
    notice_columns,
    read_footer,
    read_grid_settings,
)
from opomini_tui.screens.notice_table import NoticeTable
from opomini_tui.screens.session import NoticesChanged, read
from opomini_tui.text import _

FOOTER_AT_ONCE = 10_000
"""The figures over so many rows are read together with them; those of more are shown a moment later."""
LINE_SECONDS = 0.08
"""The line about the notice under the cursor follows when the cursor has rested for so long."""
REST_FACTOR = 8
"""After reading for t seconds, changes of others are not looked at for REST_FACTOR × t: a large grid must not read always."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a worker read for the grid: the rows' ids in order, and the state of the settings."""

    shown: NoticeFilter
    ids: array[int]
    pages: NoticePages
    settings: GridSettings
    footer: Footer | None
    seconds: float


class NoticesScreen(NoticeCommands):
    """The screen that is always there; all others are opened from it and return to it."""

    PLACES = ("notices",)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("notices")]
    AUTO_FOCUS = "#notice-table"

    def __init__(self) -> None:
        super().__init__()
        self.settings = read_grid_settings()
        self.shown = NoticeFilter(
            year=self.settings.years[0] if self.settings.years else None, limit=self.settings.row_limit
        )
        self.footer: Footer | None = None
        """The figures over the rows shown; None until they are known."""
        self._rows: array[int] = array("q")
        self.pages = NoticePages()
        """Reads rows of the grid by id."""
        self._seen: Pulse | None = None
        self._rest_until = 0.0

    def title_text(self) -> str:
        """The module's name."""
        return _("Dunning")

    def help_text(self) -> str:
        """What the screen is for."""
        return _(
            "Every row is a notice. Its colour is the level, its text colour and letter the state: prepared, issued, sent. "
            "Prepare makes notices from the open items, issue fixes them, then they are printed or sent by e-mail. "
            "The footer counts the rows shown; All records shows those beyond the row limit too."
        )

    def content(self) -> ComposeResult:
        """Filter, grid, the line about the notice under the cursor, buttons."""
        yield NoticeBar(self.settings.years, self.settings.row_limit)
        yield NoticeTable(self.app.size.width)
        yield Static(self._first_steps(), id="first-steps", markup=False)
        with Vertical(id="notice-foot"):
            yield Static("", id="notice-line", markup=False)
            yield NoticeButtons(self.session.may)

    def on_mount(self) -> None:
        """Read the rows; follow what others do."""
        self._line_timer = self.set_interval(LINE_SECONDS, self._show_line, pause=True)
        self.session.sub_title = self.settings.company
        self.bar.name_sorted_column(self._title_of(self.shown.sort))
        self.table.show_sort(self.shown.sort, self.shown.reverse)
        self.table.show_totals(footer_cells(None, 0))
        self.set_class(not self.settings.years, "-empty")
        self.reload()
        self.watch(self.session, "pulse", self._something_happened, init=False)

    def _first_steps(self) -> Content:
        """What an empty database is greeted with."""
        steps = [
            (
                BY_ID["notices.settings"].key,
                _("settings: your company, the rules of dunning, the contact of each level"),
            ),
            (BY_ID["notices.operators"].key, _("operators: your mail server, so that notices can be sent")),
            (BY_ID["notices.import"].key, _("import: customers, contacts and open items from your ledger")),
            (BY_ID["notices.prepare"].key, _("prepare: the first notices, to be reviewed before anything is issued")),
        ]
        lines = [Content.styled(_("There are no notices yet. The first steps:"), "bold $foreground"), Content("")]
        lines += [Content.assemble("  ", (f"{key:<4}", "$hint-key bold"), text) for key, text in steps]
        return Content("\n").join(lines)

    def reload(self) -> None:
        """Read the rows of the filter again in a worker; the cursor stays on its notice."""
        read(self, "rows", partial(self._read, self.shown), self._show)

    @staticmethod
    def _read(shown: NoticeFilter) -> Listing:
        began = time.monotonic()
        settings = read_grid_settings()
        if shown.year is None and settings.years:
            shown = replace(shown, year=settings.years[0])
        ids = notice_ids(shown)
        footer = NoticesScreen._read_footer(shown) if len(ids) <= FOOTER_AT_ONCE else None
        return Listing(shown, ids, NoticePages(), settings, footer, time.monotonic() - began)

    @staticmethod
    def _read_footer(shown: NoticeFilter) -> Footer:
        return read_footer(shown, replace(shown, limit=None))

    def _show(self, listing: Listing) -> None:
        """Take what the worker read; then ask for the footer of many rows."""
        self.shown, self.settings, self.footer = listing.shown, listing.settings, listing.footer
        self._rest_until = time.monotonic() + REST_FACTOR * listing.seconds
        self.session.sub_title = listing.settings.company
        self.set_class(not listing.settings.years, "-empty")
        self.bar.show_years(listing.settings.years, listing.settings.row_limit)
        self._rows, self.pages = listing.ids, listing.pages
        self.table.load(listing.ids, listing.pages)
        self._show_line()
        if self.footer is None:
            read(self, "footer", partial(self._read_footer, self.shown), self._show_footer)

    def _show_footer(self, footer: Footer) -> None:
        self.footer = footer
        self._show_line()

    def _filter_changed(self, wanted: NoticeFilter) -> None:
        if wanted != self.shown:
            self.shown, self.footer = wanted, None
            self.table.show_totals(footer_cells(None, self.table.tick_count))
            self.reload()

    def _something_happened(self, pulse: Pulse) -> None:
        """Something changed (here, by another operator, a sender, the mailbox): show it, but do not read all the time."""
        if self.is_current and time.monotonic() >= self._rest_until and pulse != self._seen:
            self._seen = pulse
            self.table.invalidate()
            self.reload()

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

        read(self, "rows", partial(self._read, shown), show)

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

    @on(NoticeTable.RowHighlighted)
    @on(NoticeTable.TicksChanged)
    def _line_changed(self) -> None:
        """Not on every key of a held one: two places of the screen drawn at once cost as much as the whole of it."""
        self._line_timer.reset()
        self._line_timer.resume()

    @on(NoticeTable.LoadFailed)
    def _load_failed(self, event: NoticeTable.LoadFailed) -> None:
        event.stop()
        sentence = _("Some rows cannot be read now; {key} reads them again. {why}")
        why = self.session.explained(event.error)
        self.session.tell(sentence.format(key=BY_ID["notices.reload"].key, why=why), problem=True)

    def sort_by(self, key: str) -> None:
        """Sort by that column; by the same again, the other way round."""
        if key not in SORTS:
            return
        reverse = not self.shown.reverse if key == self.shown.sort else False
        self.table.show_sort(key, reverse)
        self.bar.name_sorted_column(self._title_of(key))
        self._filter_changed(replace(self.shown, sort=key, reverse=reverse))

    def _title_of(self, key: str) -> str:
        return next(column.title for column in notice_columns(self.app.size.width) if column.key == key)

    def _show_line(self) -> None:
        """The notice under the cursor in full; and the ticks in the footer."""
        self._line_timer.pause()
        self.table.show_totals(footer_cells(self.footer, self.table.tick_count))
        parts: list[str] = []
        row = self.table.cursor_row
        if row is not None:
            cells = dict(zip(KEYS, row.cells, strict=True))
            parts += [
                f"{cells['year']}/{cells['number']}",
                cells["customer_name"],
                f"{cells['amount']} {row.currency}",
                cells["state"],
                cells["delivery"],
                cells["email"],
            ]
        self.query_one("#notice-line", Static).update(" · ".join(filter(None, parts)), layout=False)

    def choice(self) -> Choice:
        """The grid as it stands, for the screen that is opened."""
        return Choice(self.shown, self.table.cursor_id, tuple(self.table.ticked_ids()), self._rows)
