"""What the grid of notices shows: a row per notice read by page, and the footer (forms.md §1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opomini_tui.dunning.addresses import addresses_of
from opomini_tui.mail.mailbox.mailbox_list import arrival_marks
from opomini_tui.models.fields import as_day
from opomini_tui.models.notice_filter import NoticeFilter, Totals, notice_count, notice_totals, years
from opomini_tui.models.notice_list import NoticeLine, newest_states, notice_lines
from opomini_tui.models.settings import Company, DunningLevel
from opomini_tui.models.words import arrival_word, delivery_letter, delivery_word
from opomini_tui.text import _, language, ngettext
from opomini_tui.text.formats import currency_sign, format_cents, format_date, format_money
from opomini_tui.widgets.record_pages import Row

YES = "✓"
AT_WORK = "✎"
"""Beside the tick of a notice that somebody else works on."""


def state_name(state: str) -> str:
    """The state of a notice after its letter, which also stands beside the tick, so that nothing depends on colour."""
    return {"prepared": _("P prepared"), "issued": _("I issued"), "sent": _("S sent")}[state]


class NoticePages:
    """Reads rows of notices by id; the colours of levels are read once per reload of the grid. `held`: who else works on
    which notice."""

    def __init__(self) -> None:
        self.held: Mapping[int, str] = {}
        self._language = language()
        self._colours = {level.level: level.color for level in DunningLevel.in_order()}

    def __call__(self, ids: Sequence[int]) -> Mapping[int, Row]:
        """The rows of `ids`; a notice that is no more is not among them."""
        if not ids:
            return {}
        addresses, deliveries, arrivals = addresses_of(ids), newest_states(ids), arrival_marks(ids)
        return {
            line.id: self._row(
                line,
                addresses[line.id].email if line.id in addresses else "",
                deliveries.get(line.id, ""),
                arrivals.get(line.id, ""),
            )
            for line in notice_lines(ids)
        }

    def _row(self, line: NoticeLine, email: str, delivery: str, arrival: str) -> Row:
        day = as_day(line.date)
        cells = (
            str(line.year),
            str(line.number),
            format_date(day) if day else "",
            line.customer_code,
            line.customer_name,
            str(line.level),
            format_cents(line.amount, self._language),
            str(line.days_late),
            format_cents(line.average_per_day, self._language),
            format_cents(line.cost, self._language),
            YES if line.defaulter else "",
            YES if line.before_lawsuit else "",
            state_name(line.state),
            email or "—",
            came_back_word(arrival) or (delivery_word(delivery) if delivery else ""),
            str(line.packet_number),
        )
        colour = self._colours.get(line.level) or f"level-{line.level}"
        mark = delivery_letter(arrival) or state_name(line.state)[0]
        style = arrival if arrival in ("undelivered", "reply") else line.state
        if line.id in self.held:
            mark, style = AT_WORK, "held"
        return Row(cells, background=colour, style=style, mark=mark, currency=currency_sign(line.currency))


def came_back_word(arrival: str) -> str:
    """What came back for a notice, for the column of the delivery; "" for nothing."""
    return _("answered") if arrival == "reply" else arrival_word(arrival)


@dataclass(frozen=True, slots=True)
class Footer:
    """The footer's figures over the rows shown, and how many records there are altogether."""

    totals: Totals
    records: int


def read_footer(shown: NoticeFilter) -> Footer:
    """Sums over the rows shown and the count of all records, also of those beyond its limit."""
    totals = notice_totals(shown)
    if shown.limit is None or totals.rows < shown.limit:
        return Footer(totals, totals.rows)
    return Footer(totals, notice_count(shown))


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
