"""Where the lists of values come from: customers, packets, years, printers, time zones, countries, purposes, operators."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from zoneinfo import available_timezones

from opomini_tui.documents.countries import COUNTRIES
from opomini_tui.models.database import run
from opomini_tui.models.fields import as_day
from opomini_tui.models.notices import Packet
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company, DunningLevel
from opomini_tui.screens.customer_rows import CustomerQuery
from opomini_tui.text import _, ngettext
from opomini_tui.text.formats import format_date
from opomini_tui.widgets.field_values import MOST, Value

PRINTER_SECONDS = 3
"""A printing system that says nothing for so long has no printers to offer."""


def customers(wanted: Sequence[str]) -> Sequence[Value]:
    """Codes with the customers' names, in the order of codes."""
    ids = CustomerQuery(tuple(wanted)).ids()[:MOST]
    marks = ", ".join("?" * len(ids))
    rows = (
        run(f"SELECT code, name, city FROM customer WHERE id IN ({marks}) ORDER BY code", ids).fetchall() if ids else []
    )
    return [Value(code, f"{name}, {city}" if city else name) for code, name, city in rows]


def packets() -> Iterator[Value]:
    """The packets, the last one first."""
    for packet in Packet.select().order_by(Packet.year.desc(), Packet.number.desc()):
        count = ngettext("{count} notice", "{count} notices", packet.notices).format(count=packet.notices)
        yield Value(str(packet.number), f"{packet.year} · {format_date(packet.date)} · {count}")


def years() -> Iterator[Value]:
    """Years that have notices, the last one first."""
    for year, count in run("SELECT year, COUNT(*) FROM notice GROUP BY year ORDER BY year DESC").fetchall():
        yield Value(str(year), ngettext("{count} notice", "{count} notices", count).format(count=count))


def levels() -> Iterator[Value]:
    """The levels of dunning."""
    for row in DunningLevel.select().order_by(DunningLevel.level):
        yield Value(str(row.level), _("Notice {level}").format(level=row.level))


def notice_days() -> Iterator[Value]:
    """Days that are the date of notices, the last one first."""
    for given, count in run("SELECT date, COUNT(*) FROM notice GROUP BY date ORDER BY date DESC").fetchall():
        if day := as_day(given):
            yield Value(format_date(day), ngettext("{count} notice", "{count} notices", count).format(count=count))


def time_zones() -> Iterator[Value]:
    """Every time zone that this machine knows, those of Europe first."""
    for name in sorted(available_timezones(), key=lambda name: (not name.startswith("Europe/"), name)):
        yield Value(name)


def countries() -> Iterator[Value]:
    """Codes of countries with their names; Slovenia and its neighbours first."""
    near = ("SI", "AT", "HR", "HU", "IT")
    for code in (*near, *sorted(set(COUNTRIES) - set(near))):
        yield Value(code, COUNTRIES[code])


def purposes() -> Iterator[Value]:
    """The purposes of a payment that an invoice can have (ISO 20022), the usual one first."""
    yield Value("GDSV", _("goods and services"))
    yield Value("GDDS", _("goods"))
    yield Value("SCVE", _("services"))
    yield Value("COST", _("costs"))
    yield Value("INTE", _("interest"))
    yield Value("RENT", _("rent"))
    yield Value("SUBS", _("subscription"))
    yield Value("PHON", _("telephone"))
    yield Value("ELEC", _("electricity"))
    yield Value("OTHR", _("other"))


def addresses() -> Iterator[Value]:
    """The company's own address and those of its operators."""
    company = Company.current()
    if company.email:
        yield Value(company.email, company.name)
    for row in Operator.select().where(Operator.active).order_by(Operator.code):
        if row.email and row.email != company.email:
            yield Value(row.email, f"{row.code} {row.name}")


def printers() -> Iterator[Value]:
    """The printers that the printing system (CUPS) names; none where there is no such system."""
    program = shutil.which("lpstat")
    if program is None:
        return
    try:
        told = subprocess.run([program, "-e"], capture_output=True, text=True, timeout=PRINTER_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return  # there is nothing to offer; the name can be typed
    for name in filter(None, map(str.strip, told.stdout.splitlines())):
        yield Value(name)
