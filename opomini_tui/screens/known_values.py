"""Where the lists of values come from: customers, packets, years, printers, time zones, countries, purposes, operators."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from zoneinfo import available_timezones

from opomini_tui.documents.countries import COUNTRIES
from opomini_tui.models.customer_list import CustomerQuery, customer_lines
from opomini_tui.models.notice_list import notices_by_day, notices_by_year, numbered_notices
from opomini_tui.models.notices import Packet
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company, DunningLevel
from opomini_tui.text import _, ngettext
from opomini_tui.text.formats import format_date
from opomini_tui.widgets.field_values import MOST, Value, Values

PRINTER_SECONDS = 3
"""A printing system that says nothing for so long has no printers to offer."""
TRAY_OPTION = "InputSlot"
"""The option with which letters are sent to a tray."""


def customers(wanted: Sequence[str]) -> Sequence[Value]:
    """Codes with the customers' names, in the order of codes."""
    ids = CustomerQuery(tuple(wanted)).ids()[:MOST]
    return [Value(one.code, f"{one.name}, {one.city}" if one.city else one.name) for one in customer_lines(ids)]


def packets() -> Iterator[Value]:
    """The packets, the last one first."""
    for packet in Packet.newest_first():
        count = ngettext("{count} notice", "{count} notices", packet.notices).format(count=packet.notices)
        yield Value(str(packet.number), f"{packet.year} · {format_date(packet.date)} · {count}")


def years() -> Iterator[Value]:
    """Years that have notices, the last one first."""
    for year, count in notices_by_year():
        yield Value(str(year), ngettext("{count} notice", "{count} notices", count).format(count=count))


def levels() -> Iterator[Value]:
    """The levels of dunning."""
    for row in DunningLevel.in_order():
        yield Value(str(row.level), _("Notice {level}").format(level=row.level))


def numbers(year: Callable[[], int | None]) -> Values:
    """Numbers of notices with their customers, the last one first; of the year that `year` tells, or of all."""

    def find(wanted: Sequence[str]) -> Sequence[Value]:
        return [
            Value(str(one.number), f"{one.year} · {one.customer_code} {one.customer_name}")
            for one in numbered_notices(year(), wanted, MOST)
        ]

    return find


def notice_days() -> Iterator[Value]:
    """Days that are the date of notices, the last one first."""
    for day, count in notices_by_day():
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
    for row in Operator.in_order():
        if row.active and row.email and row.email != company.email:
            yield Value(row.email, f"{row.code} {row.name}")


def printers() -> Iterator[Value]:
    """The printers that the printing system (CUPS) names; none where there is no such system."""
    for name in filter(None, map(str.strip, _told_by("lpstat", "-e"))):
        yield Value(name)


def trays(printer: str) -> Iterator[Value]:
    """The trays of a printer by its own names for them ("": of the default printer), the one in use marked; none where the
    printing system knows no such printer."""
    for line in _told_by("lpoptions", *(("-p", printer) if printer else ()), "-l"):
        option, _colon, choices = line.partition(":")  # `InputSlot/Media Source: Auto *Tray1 Manual`
        if option.partition("/")[0] == TRAY_OPTION:
            for name in choices.split():
                yield Value(name.removeprefix("*"), _("set in the printer") if name.startswith("*") else "")


def _told_by(program: str, *arguments: str) -> list[str]:
    """The lines that a program of the printing system writes; none when it is not there or says nothing in time."""
    path = shutil.which(program)
    if path is None:
        return []
    try:
        told = subprocess.run([path, *arguments], capture_output=True, text=True, timeout=PRINTER_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return []  # there is nothing to offer; the name can be typed
    return told.stdout.splitlines()
