"""What the grid of notices shows: its columns, a row per notice read by page, and the footer (forms.md §1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rich.cells import cell_len

from opomini_tui.dunning.addresses import addresses_of
from opomini_tui.mail.mailbox.mailbox_list import arrival_marks
from opomini_tui.models.database import run
from opomini_tui.models.fields import as_day
from opomini_tui.models.notice_filter import NoticeFilter, Totals, notice_totals, years
from opomini_tui.models.settings import Company, DunningLevel
from opomini_tui.models.words import arrival_word, delivery_letter, delivery_word
from opomini_tui.text import _, language, ngettext, pgettext
from opomini_tui.text.formats import currency_sign, format_cents, format_date, format_money
from opomini_tui.widgets.record_columns import GAP, Column
from opomini_tui.widgets.record_pages import Row

YES = "✓"
KEYS = (
    *("year", "number", "date", "customer_code", "customer_name", "level", "amount", "days_late", "average_per_day"),
    *("cost", "defaulter", "before_lawsuit", "state", "email", "delivery", "packet"),
)
"""Keys of the columns, in order."""
NARROW = 100
"""Windows of fewer cells show narrow columns."""
LEAST_NAME = 16
MOST_NAME = 40
FIELDS = (
    "id, year, number, date, customer_code, customer_name, level, amount, days_late, average_per_day, cost, "
    "defaulter, before_lawsuit, state, packet_number, currency"
)


def notice_columns(window: int) -> list[Column]:
    """The columns for a window of `window` cells: as many as fit beside the name are whole, and the name takes the rest.

    Year and number stay while the others scroll, in a wide window the customer's code too.
    """
    narrow = window < NARROW
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
    name = KEYS.index("customer_name")
    columns[name] = replace(columns[name], width=_name_width(columns, name, window - _beside()))
    return columns


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


def state_name(state: str) -> str:
    """The state of a notice after its letter, which also stands beside the tick, so that nothing depends on colour."""
    return {"prepared": _("P prepared"), "issued": _("I issued"), "sent": _("S sent")}[state]


class NoticePages:
    """Reads rows of notices by id; the colours of levels are read once per reload of the grid."""

    def __init__(self) -> None:
        self._language = language()
        self._colours = {level.level: level.color for level in DunningLevel.select()}

    def __call__(self, ids: Sequence[int]) -> Mapping[int, Row]:
        """The rows of `ids`; a notice that is no more is not among them."""
        listed = ",".join(map(str, ids))
        if not listed:
            return {}
        addresses = addresses_of(ids)
        deliveries, arrivals = latest_deliveries(listed), arrival_marks(ids)
        return {
            row[0]: self._row(
                row,
                addresses[row[0]].email if row[0] in addresses else "",
                deliveries.get(row[0], ""),
                arrivals.get(row[0], ""),
            )
            for row in run(f"SELECT {FIELDS} FROM notice WHERE id IN ({listed})").fetchall()
        }

    def _row(self, values: Sequence[Any], email: str, delivery: str, arrival: str) -> Row:
        _id, year, number, day, code, name, level, amount, days, average, cost = values[:11]
        defaulter, lawsuit, state, packet, currency = values[11:]
        date = as_day(day)
        cells = (
            str(year),
            str(number),
            format_date(date) if date else "",
            code,
            name,
            str(level),
            format_cents(amount, self._language),
            str(days),
            format_cents(average, self._language),
            format_cents(cost, self._language),
            YES if defaulter else "",
            YES if lawsuit else "",
            state_name(state),
            email or "—",
            came_back_word(arrival) or (delivery_word(delivery) if delivery else ""),
            str(packet),
        )
        colour = self._colours.get(level) or f"level-{level}"
        mark = delivery_letter(arrival) or state_name(state)[0]
        style = arrival if arrival in ("undelivered", "reply") else state
        return Row(cells, background=colour, style=style, mark=mark, currency=currency_sign(currency))


def came_back_word(arrival: str) -> str:
    """What came back for a notice, for the column of the delivery; "" for nothing."""
    return _("answered") if arrival == "reply" else arrival_word(arrival)


def latest_deliveries(listed: str) -> dict[int, str]:
    """The state of the newest delivery of each notice in `listed` (ids with commas) that has one."""
    found = run(
        "SELECT delivery.notice_id, delivery.state FROM delivery JOIN (SELECT MAX(id) AS id FROM delivery "
        f"WHERE notice_id IN ({listed}) GROUP BY notice_id) AS newest ON newest.id = delivery.id"
    ).fetchall()
    return {int(notice): str(state) for notice, state in found}


@dataclass(frozen=True, slots=True)
class Footer:
    """The footer's figures over the rows shown, and how many records there are altogether."""

    totals: Totals
    records: int


def read_footer(shown: NoticeFilter, without_limit: NoticeFilter) -> Footer:
    """Sums over the rows shown and the count of all records."""
    totals = notice_totals(shown)
    if shown.limit is None or totals.rows < shown.limit:
        return Footer(totals, totals.rows)
    condition, values = without_limit.where()
    return Footer(totals, int(run(f"SELECT COUNT(*) FROM notice WHERE {condition}", values).fetchone()[0]))


def footer_cells(footer: Footer | None, ticks: int) -> dict[str, str]:
    """The footer by column key, figures "…" until they are known; how many rows it counts, and how many are ticked."""
    keys = ("amount", "days_late", "average_per_day", "cost")
    ticked = ngettext("{count} ticked", "{count} ticked", ticks).format(count=ticks) if ticks else ""
    if footer is None:
        return {"year": ticked or "…", **dict.fromkeys(keys, "…")}
    totals = footer.totals
    amounts = (totals.amount, totals.days_late, totals.average_per_day, totals.cost)
    rows = _("{rows} of {records}").format(rows=totals.rows, records=footer.records)
    counts = " · ".join(filter(None, (rows, ticked)))
    return {"year": counts, **{k: format_money(v, language()) for k, v in zip(keys, amounts, strict=True)}}


@dataclass(frozen=True, slots=True)
class GridSettings:
    """What the grid takes from the settings: company name, row limit, years that have notices (newest first)."""

    company: str
    row_limit: int
    years: tuple[int, ...]


def read_grid_settings() -> GridSettings:
    """Read now."""
    company = Company.current()
    return GridSettings(company.name, company.row_limit, tuple(years()))
