"""What follows the cursor and the ticks of the grid: the line below, the pane beside, the sum of the ticks."""

from __future__ import annotations

import time
from array import array
from collections.abc import Mapping
from functools import partial

from textual import getters, on
from textual.content import Content
from textual.timer import Timer

from opomini_tui.actions import BY_ID
from opomini_tui.models.database import is_postgres
from opomini_tui.models.notice_filter import notice_amounts
from opomini_tui.screens.notice_columns import KEYS, Arrangement
from opomini_tui.screens.notice_commands import NoticeCommands
from opomini_tui.screens.notice_pane import LEAST_WINDOW, OPEN_FROM, NoticePane, read_pane
from opomini_tui.screens.notice_place import recall_pane, remember_columns, remember_pane
from opomini_tui.screens.notice_rows import Footer, footer_cells
from opomini_tui.screens.notice_table import NoticeTable
from opomini_tui.screens.session import read
from opomini_tui.text import _

REST_SECONDS = 0.08
"""What follows a key that is held, or comes soon after another, waits until nothing moved for so long."""
PANE_SECONDS = 0.2
"""The pane follows when the cursor has rested for so long."""
SUM_AT_ONCE = 500
"""So many ticked amounts are added up without a worker, where the database is a file of this machine."""


class NoticeFollow(NoticeCommands):
    """A single key is one drawing: what follows it is drawn with the rows. A held one costs only the rows that it changes;
    everything else waits until the cursor rests."""

    pane = getters.query_one(NoticePane)

    footer: Footer | None = None
    """The figures over the rows shown; None until they are known."""
    _outdated = True
    """Whether the notices may have changed since the figures were read."""
    _rest_timer: Timer
    _pane_timer: Timer
    _ticked_cents: int | None = 0
    """Sum of the ticked notices' amounts, without what has been ticked since (`_flipped`); None until it is known."""
    _flipped: dict[int, bool]
    _ticks_at: int = 0
    """How often ticks have changed: what was added up for earlier ones is of no use."""
    """Notices that are ticked (True) or not ticked any more (False) since the sum was taken."""
    _moved_at = 0.0
    _noted: int | None = None
    """The notice that the line below speaks of."""
    _pane_wanted: bool | None = None

    def on_mount(self) -> None:
        """The timers stand still until something moves."""
        self._flipped = {}
        self._rest_timer = self.set_interval(REST_SECONDS, self._rested, pause=True)
        self._pane_timer = self.set_interval(PANE_SECONDS, self._read_pane, pause=True)
        self._pane_wanted = recall_pane(self.session.actor)
        self._fit_pane()

    def on_resize(self) -> None:
        """A narrow window has no pane."""
        self._fit_pane()

    @on(NoticeTable.RowHighlighted)
    def _row_highlighted(self) -> None:
        if self._noted != self.table.cursor_id:
            self._follow()
        if self.pane.display:
            self._restart(self._pane_timer)

    @on(NoticeTable.TicksChanged)
    def _ticks_changed(self, event: NoticeTable.TicksChanged) -> None:
        """One more or one less is added to the sum that is known; else all must be added up."""
        self._ticks_at += 1
        if event.id is None or self._ticked_cents is None or is_postgres():
            self._ticked_cents = None
        elif self._flipped.pop(event.id, None) is None:
            self._flipped[event.id] = event.ticked
        self._follow()

    def _follow(self) -> None:
        """At once when nothing moved for a moment, else when nothing moves any more."""
        now = time.monotonic()
        rested, self._moved_at = now - self._moved_at >= REST_SECONDS, now
        if rested:
            self._rested()
        else:
            self._restart(self._rest_timer)

    @staticmethod
    def _restart(timer: Timer) -> None:
        timer.reset()
        timer.resume()

    def _follow_now(self) -> None:
        """The rows were read again: everything about them too."""
        self._ticked_cents = None
        self._show_sums()
        self._show_note()
        if self.pane.display:
            self._restart(self._pane_timer)

    def _rested(self) -> None:
        """Nothing moved for a moment."""
        self._rest_timer.pause()
        self._show_sums()
        self._show_note()

    def _show_sums(self) -> None:
        """The ticks in the footer."""
        if self._ticked_cents is None:
            self._add_up_ticks()
        elif self._flipped:
            self._ticked_cents += _flipped_cents(self._flipped)
            self._flipped.clear()
        self._show_totals()

    def _show_note(self) -> None:
        """The notice under the cursor in full."""
        row, self._noted = self.table.cursor_row, self.table.cursor_id
        if row is None:
            self.table.show_note("")
            return
        cells = dict(zip(KEYS, row.cells, strict=True))
        who = self.session.around.held.get(self.table.cursor_id or 0, "")
        parts = (
            _("{who} works on it").format(who=who) if who else "",
            f"{cells['year']}/{cells['number']}",
            cells["customer_name"],
            f"{cells['amount']} {row.currency}",
            cells["state"],
            cells["delivery"],
            cells["email"],
        )
        self.table.show_note(" · ".join(filter(None, parts)))

    def _show_totals(self) -> None:
        cells = footer_cells(self.footer, self.table.tick_count, self._ticked_cents, under=self.table.first_column)
        self.table.show_totals(cells)

    def _add_up_ticks(self) -> None:
        """Of few in the thread of the interface, of many in a worker; of nearly all of them by those that are not."""
        ticks = self.table.ticks
        self._flipped.clear()
        if ticks.all_except and self.footer is not None:
            whole, ids = int(self.footer.totals.amount.scaleb(2)), ticks.exceptions()
        else:
            whole, ids = None, ticks.ids()
        work = partial(_ticked_cents, ids, whole)
        if len(ids) <= SUM_AT_ONCE and not is_postgres():
            self._ticked_cents = work()
        else:
            read(self, "ticks", work, partial(self._added_up, self._ticks_at))

    def _added_up(self, ticks_at: int, cents: int) -> None:
        if ticks_at == self._ticks_at:
            self._ticked_cents = cents
            self._show_totals()

    def action_columns(self) -> None:
        """Arrange the columns; they are kept for the operator."""
        from opomini_tui.screens.column_form import ColumnsScreen

        def arranged(arrangement: Arrangement | None) -> None:
            if arrangement is not None:
                self.table.take_arrangement(arrangement)
                self._show_totals()
                remember_columns(self.session.actor, arrangement)

        self.session.push_screen(ColumnsScreen(self.table.arrangement, self.table.outer_size.width), arranged)

    def action_pane(self) -> None:
        """Open or close the pane beside the grid; a narrow window has no room for it."""
        if self.app.size.width < LEAST_WINDOW:
            self.session.tell(
                _("The pane needs a window of {width} columns; {key} shows the details.").format(
                    width=LEAST_WINDOW, key=BY_ID["notices.detail"].key
                )
            )
            return
        self._pane_wanted = not self.pane.display
        remember_pane(self.session.actor, self._pane_wanted)
        self._fit_pane()

    def _fit_pane(self) -> None:
        """Open where it is wanted and there is room."""
        width = self.app.size.width
        wanted = width >= OPEN_FROM if self._pane_wanted is None else self._pane_wanted
        opened = wanted and width >= LEAST_WINDOW
        if opened and not self.pane.display:
            self._restart(self._pane_timer)
        self.pane.display = opened

    def _read_pane(self) -> None:
        self._pane_timer.pause()
        notice = self.table.cursor_id
        if notice is None:
            self.pane.update("", layout=False)
        elif self.pane.display:
            read(self, "pane", partial(read_pane, notice), self._show_pane)

    def _show_pane(self, text: Content) -> None:
        self.pane.update(text, layout=False)


def _flipped_cents(flipped: Mapping[int, bool]) -> int:
    """How many cents more these notices make of a sum; less where they are not ticked any more."""
    more, less = ([notice for notice, ticked in flipped.items() if ticked is wanted] for wanted in (True, False))
    return notice_amounts(more) - notice_amounts(less)


def _ticked_cents(ids: array[int], whole: int | None) -> int:
    """Sum of the amounts of these notices, or what they leave of `whole`; in cents."""
    cents = notice_amounts(ids)
    return cents if whole is None else whole - cents
