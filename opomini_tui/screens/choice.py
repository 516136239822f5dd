"""What the operator had chosen in the grid when another screen was opened."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field, replace
from datetime import date

from opomini_tui.models.notice_filter import NoticeFilter


@dataclass(frozen=True, slots=True)
class Choice:
    """Handed to every screen that is opened from another one.

    shown: the filter of the grid (with its sort and row limit); cursor: id of the notice under the cursor; ticked: ids of
    the ticked notices; rows: ids of the rows shown, in order; day: the day of the run that is wanted, None for today.
    """

    shown: NoticeFilter = field(default_factory=NoticeFilter)
    cursor: int | None = None
    ticked: tuple[int, ...] = ()
    rows: array[int] = field(default_factory=lambda: array("q"))
    day: date | None = None

    @property
    def exactly_shown(self) -> NoticeFilter:
        """The very rows that the grid shows, in its order; what joined its filter since then is not among them."""
        return NoticeFilter(ids=tuple(self.rows), sort=self.shown.sort, reverse=self.shown.reverse)

    @property
    def whole_filter(self) -> NoticeFilter:
        """All records of the grid's filter, also those beyond its row limit."""
        return replace(self.shown, limit=None)

    @property
    def only_cursor(self) -> NoticeFilter:
        """The notice under the cursor alone; nothing when there is none."""
        return NoticeFilter(ids=() if self.cursor is None else (self.cursor,))

    @property
    def only_ticked(self) -> NoticeFilter:
        """The ticked notices alone."""
        return replace(NoticeFilter(ids=self.ticked), sort=self.shown.sort, reverse=self.shown.reverse)
