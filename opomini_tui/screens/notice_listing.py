"""What a worker reads for the grid of notices: the ids of its rows in order, its settings, the figures of its footer."""

from __future__ import annotations

import time
from array import array
from dataclasses import dataclass, replace

from opomini_tui.models.notice_filter import NoticeFilter, notice_ids
from opomini_tui.screens.notice_rows import Footer, GridSettings, NoticePages, read_footer, read_grid_settings

FOOTER_AT_ONCE = 10_000
"""The figures over so many rows are read together with them; those of more are shown a moment later."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What the grid shows; `footer` None: it is many rows, and comes later. `seconds`: how long the reading took."""

    shown: NoticeFilter
    ids: array[int]
    pages: NoticePages
    settings: GridSettings
    footer: Footer | None
    seconds: float


def read_listing(shown: NoticeFilter, known: Footer | None = None) -> Listing:
    """Read the rows of the filter; without a year, of the newest that has notices.

    `known`: the footer, where the same rows were shown in another order; it is read again if they are not as many now.
    """
    began = time.monotonic()
    settings = read_grid_settings()
    if shown.year is None and settings.years:
        shown = replace(shown, year=settings.years[0])
    ids = notice_ids(shown)
    footer = known if known is not None and known.totals.rows == len(ids) else None
    if footer is None and len(ids) <= FOOTER_AT_ONCE:
        footer = read_footer(shown)
    return Listing(shown, ids, NoticePages(), settings, footer, time.monotonic() - began)
