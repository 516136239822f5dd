"""The columns of the grid of notices: those of the original, and how an operator arranged them for himself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rich.cells import cell_len

from opomini_tui.text import _, pgettext
from opomini_tui.widgets.record_columns import GAP, Column

KEYS = (
    *("year", "number", "date", "customer_code", "customer_name", "level", "amount", "days_late", "average_per_day"),
    *("cost", "defaulter", "before_lawsuit", "state", "email", "delivery", "packet"),
)
"""Keys of the columns, in order."""
NARROW = 100
"""Windows of fewer cells show narrow columns."""
LEAST_NAME = 16
MOST_NAME = 40
ALWAYS = "number"
"""The column that cannot be hidden: by it people name a notice."""
LEAST_WIDTH, MOST_WIDTH = 3, 60


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What an operator changed of the columns.

    order: keys from the left, those not named follow as in the original; hidden: keys of columns not shown; widths: cells
    by key, of columns that are not as wide as in the original; frozen: how many of those shown stay while the others scroll
    (None: as in the original).
    """

    order: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    widths: Mapping[str, int] = field(default_factory=dict)
    frozen: int | None = None

    def arranged(self, columns: Sequence[Column]) -> list[Column]:
        """`columns` in this order and of these widths, without the hidden ones."""
        by_key = {column.key: column for column in columns}
        order = dict.fromkeys([*(key for key in self.order if key in by_key), *by_key])
        shown = [by_key[key] for key in order if key == ALWAYS or key not in self.hidden]
        shown = [self._resized(column) for column in shown]
        if self.frozen is not None:
            shown = [replace(column, frozen=place < self.frozen) for place, column in enumerate(shown)]
        return shown

    def _resized(self, column: Column) -> Column:
        width = self.widths.get(column.key)
        return column if width is None else replace(column, width=width, grows=False)

    def written(self) -> str:
        """As it is kept for the operator; "" when nothing was changed."""
        if self == Arrangement():
            return ""
        kept = {"order": self.order, "hidden": sorted(self.hidden), "widths": dict(self.widths), "frozen": self.frozen}
        return json.dumps(kept)

    @classmethod
    def read(cls, text: str) -> Arrangement:
        """What `written()` gave; whatever cannot be understood is as in the original."""
        try:
            kept = json.loads(text or "{}")
            widths = {
                str(key): max(LEAST_WIDTH, min(int(width), MOST_WIDTH)) for key, width in kept.get("widths", {}).items()
            }
            frozen = kept.get("frozen")
            return cls(
                tuple(map(str, kept.get("order", ()))),
                frozenset(map(str, kept.get("hidden", ()))),
                widths,
                None if frozen is None else max(0, int(frozen)),
            )
        except (ValueError, TypeError, AttributeError):  # a preference of another version must not keep the grid shut
            return cls()


def notice_columns(window: int, arrangement: Arrangement | None = None) -> list[Column]:
    """The columns for a window of `window` cells: as many as fit beside the name are whole, and the name takes the rest.

    Year and number stay while the others scroll, in a wide window the customer's code too; unless the operator arranged
    it otherwise.
    """
    columns = (arrangement or Arrangement()).arranged(_all_columns(window < NARROW))
    for place, column in enumerate(columns):
        if column.grows:
            columns[place] = replace(column, width=_name_width(columns, place, window - _beside()))
    return columns


def _all_columns(narrow: bool) -> list[Column]:
    """Every column in the order of the original."""
    columns = [
        Column("year", _("Year"), 4, frozen=True),
        Column("number", _("Number"), 8, "right", frozen=True),
        Column("date", _("Date"), 10, frozen=not narrow),
        Column("customer_code", _("Customer code"), 8 if narrow else 15, frozen=not narrow, short=_("Code")),
        Column("customer_name", _("Customer name"), LEAST_NAME, grows=True),
        Column("level", _("Level"), 7, "right"),
        Column("amount", _("Amount"), 12, "right"),
        Column("days_late", _("Days late"), 10, "right"),
        Column("average_per_day", _("Avg. amount/day"), 16, "right"),
        Column("cost", _("Cost"), 10, "right"),
        Column("defaulter", _("Defaulter"), 9, "center"),
        Column("before_lawsuit", _("Lawsuit"), 7, "center"),
        Column("state", _("State"), 13),
        Column("email", _("E-mail"), 30, sortable=False),
        Column("delivery", _("Delivery"), 14, sortable=False),
        Column("packet", _("Packet"), 6, "right"),
    ]
    return [replace(column, cell=KEYS.index(column.key)) for column in columns]


def tick_title() -> str:
    """The heading of the ticks, as the original has it."""
    return pgettext("column", "Tick")


def _beside() -> int:
    """Cells of the window that no column can have: cursor, tick, scroll bar."""
    return 1 + cell_len(tick_title()) + GAP + 1


def _name_width(columns: Sequence[Column], name: int, room: int) -> int:
    """What `room` cells leave for the name when as many columns after it as possible are whole."""
    left = room - sum(column.width + GAP for column in columns[:name]) - GAP
    for column in columns[name + 1 :]:
        if left - column.width - GAP < LEAST_NAME:
            break
        left -= column.width + GAP
    return max(LEAST_NAME, min(left, MOST_NAME))
