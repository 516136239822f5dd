"""What the grid of notices shows: a row per notice read by page, and the footer (forms.md §1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opomini_tui.dunning.addresses import addresses_of
from opomini_tui.mail.mailbox.mailbox_list import arrival_marks
from opomini_tui.models.database import run
from opomini_tui.models.fields import as_day
from opomini_tui.models.notice_filter import NoticeFilter, Totals, notice_totals, years
from opomini_tui.models.settings import Company, DunningLevel
from opomini_tui.models.words import arrival_word, delivery_letter, delivery_word
from opomini_tui.text import _, language, ngettext
from opomini_tui.text.formats import currency_sign, format_cents, format_date, format_money
from opomini_tui.widgets.record_pages import Row

YES = "✓"
AT_WORK = "✎"
"""Beside the tick of a notice that somebody else works on."""
FIELDS = (
    "id, year, number, date, customer_code, customer_name, level, amount, days_late, average_per_day, cost, "
    "defaulter, before_lawsuit, state, packet_number, currency"
)


def state_name(state: str) -> str:
    """The state of a notice after its letter, which also stands beside the tick, so that nothing depends on colour."""
    return {"prepared": _("P prepared"), "issued": _("I issued"), "sent": _("S sent")}[state]


class NoticePages:
    """Reads rows of notices by id; the colours of levels are read once per reload of the grid. `held`: who else works on
    which notice."""

    def __init__(self) -> None:
        self.held: Mapping[int, str] = {}
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
        if values[0] in self.held:
            mark, style = AT_WORK, "held"
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


def footer_cells(
    footer: Footer | None, ticks: int, ticked_cents: int | None = None, *, under: str = "year"
) -> dict[str, str]:
    """The footer by column key, figures "…" until they are known; how many rows it counts, how many are ticked and the sum
    of their amounts (in cents). `under`: the column at the left, under which the counts begin.
    """
    keys = ("amount", "days_late", "average_per_day", "cost")
    ticked = ngettext("{count} ticked", "{count} ticked", ticks).format(count=ticks) if ticks else ""
    if ticks:
        ticked += f" = {'…' if ticked_cents is None else format_cents(ticked_cents, language())}"
    if footer is None:
        return {**dict.fromkeys(keys, "…"), under: ticked or "…"}
    totals = footer.totals
    amounts = (totals.amount, totals.days_late, totals.average_per_day, totals.cost)
    rows = _("{rows} of {records}").format(rows=totals.rows, records=footer.records)
    counts = " · ".join(filter(None, (rows, ticked)))
    return {**{k: format_money(v, language()) for k, v in zip(keys, amounts, strict=True)}, under: counts}


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
