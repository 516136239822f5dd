"""What the figures of the overview are called, on the screen and on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from opomini_tui.evidence.overview import NoticeFigure
from opomini_tui.ledger.item_filter import BEFORE_LAWSUIT
from opomini_tui.text import _, language
from opomini_tui.text.formats import currency_sign, format_cents, format_date


def amounts_text(amounts: Iterable[tuple[str, int]]) -> str:
    """`1.234,50 €`, several currencies joined by a plus; "" for none."""
    return " + ".join(f"{format_cents(cents, language())} {currency_sign(money)}" for money, cents in amounts)


def age_name(days: tuple[int | None, int | None]) -> str:
    """`31–60 days`."""
    low, high = days
    if low is None:
        return _("not due yet")
    return _("over a year") if high is None else _("{low}–{high} days").format(low=low, high=high)


def day_name(day: date) -> str:
    """`Mon 24.11.2026`."""
    return f"{_weekdays()[day.weekday()]} {format_date(day)}"


def short_day(day: date) -> str:
    """`Mon 24.11.`"""
    return f"{_weekdays()[day.weekday()]} {day:%d.%m.}"


def _weekdays() -> tuple[str, ...]:
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


def level_name(level: int) -> str:
    """How often items were dunned, in words."""
    return {
        0: _("not dunned yet"),
        1: _("dunned once"),
        2: _("dunned twice"),
        3: _("dunned three times"),
        BEFORE_LAWSUIT: _("before lawsuit"),
    }[level]


def notice_name(figure: NoticeFigure) -> str:
    """The state and the year."""
    named = {"prepared": _("In preparation, {year}"), "issued": _("Issued and not sent, {year}")}
    return named[figure.state].format(year=figure.year)


def asked_name() -> str:
    """Batches that wait for a second operator."""
    return _("Batches to be approved")


def message_name(state: str) -> str:
    """Messages of a state that waits for a person."""
    return {
        "undelivered": _("Messages undelivered"),
        "unknown": _("Messages with unknown outcome"),
        "held": _("Messages held back"),
        "refused": _("Messages refused"),
    }[state]
