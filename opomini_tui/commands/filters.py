"""FILTER: the options that choose notices, read in one place for every verb."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from opomini_tui.errors import UsageError
from opomini_tui.text import _
from opomini_tui.text.formats import parse_date

if TYPE_CHECKING:
    from opomini_tui.models.notice_filter import NoticeFilter, Span

T = TypeVar("T")
STATES = ("prepared", "issued", "sent")


def add_filter(parser: argparse.ArgumentParser) -> None:
    """The options of FILTER; one that is not given leaves its range open."""
    group = parser.add_argument_group(
        _("which notices (FILTER)"), _("A range is A..B, with an open end A.. or ..B, or one value.")
    )
    group.add_argument("--year", metavar="2012", help=_("year of the notice number"))
    group.add_argument("--customer", metavar="A..B", help=_("customer codes"))
    group.add_argument("--date", metavar="A..B", help=_("dates of the notices: 17.08.2012 or 2012-08-17"))
    group.add_argument("--packet", metavar="A..B", help=_("packets (runs of prepare)"))
    group.add_argument("--level", metavar="A..B", help=_("levels, 1 to 3"))
    group.add_argument("--number", metavar="A..B", help=_("notice numbers"))
    group.add_argument("--state", choices=STATES, help=_("only notices in this state"))
    group.add_argument("--before-lawsuit", action="store_true", help=_("only notices before lawsuit"))


def read_filter(args: argparse.Namespace, **changes: Any) -> NoticeFilter:
    """The filter that the options say; `changes` are further fields of NoticeFilter.

    Raises:
        UsageError: an option cannot be read; the sentence names it.
    """
    from opomini_tui.models.notice_filter import NoticeFilter

    given: dict[str, Any] = {
        "year": None if args.year is None else _whole("--year", args.year),
        "state": args.state,
        "before_lawsuit": args.before_lawsuit,
        "customer": read_span("--customer", args.customer, _code),
        "date": read_span("--date", args.date, _day),
        "packet": read_span("--packet", args.packet, _whole),
        "level": read_span("--level", args.level, _level),
        "number": read_span("--number", args.number, _whole),
    }
    return NoticeFilter(**{**given, **changes})


def read_customers(args: argparse.Namespace) -> Span[str]:
    """The range of --customer alone. Raises as `read_filter`."""
    return read_span("--customer", args.customer, _code)


def read_day(option: str, text: str) -> date:
    """A date on the command line. Raises UsageError."""
    return _day(option, text)


def read_label(text: str) -> tuple[int, int]:
    """Year and number of YEAR/NUMBER. Raises UsageError."""
    match = re.fullmatch(r"(\d{4})[/-](\d{1,9})", text.strip())
    if not match:
        raise UsageError(_("A notice is named by year and number, such as 2012/138; {text} is not.").format(text=text))
    return int(match[1]), int(match[2])


def read_span(option: str, text: str | None, read: Callable[[str, str], T]) -> Span[T]:
    """A range `A..B`, `A..`, `..B` or `A`; None is open. Raises UsageError."""
    from opomini_tui.models.notice_filter import Span

    if text is None:
        return Span()
    low, dots, high = text.partition("..")
    if not text.strip(" .") and not dots:
        raise UsageError(_("{option} needs a value.").format(option=option))
    first = read(option, low.strip()) if low.strip() else None
    last = read(option, high.strip()) if high.strip() else None
    if not dots:
        last = first
    if first is not None and last is not None and first > last:  # type: ignore[operator]  # all kinds of T have an order
        raise UsageError(_("{option} {text}: the first value is above the last.").format(option=option, text=text))
    return Span(first, last)


def _code(option: str, text: str) -> str:
    """A customer code."""
    if ".." in text:
        raise UsageError(_("{option}: a range has two ends, A..B.").format(option=option))
    return text


def _whole(option: str, text: str) -> int:
    """A whole number that the databases can hold."""
    if not re.fullmatch(r"\d{1,9}", text):
        raise UsageError(_("{option}: a whole number is expected, not {text}.").format(option=option, text=text))
    return int(text)


def _level(option: str, text: str) -> int:
    """A level."""
    if text not in ("1", "2", "3"):
        raise UsageError(_("{option}: the levels are 1, 2 and 3, not {text}.").format(option=option, text=text))
    return int(text)


def _day(option: str, text: str) -> date:
    """A date in one of the three forms."""
    try:
        return parse_date(text)
    except ValueError as error:
        raise UsageError(
            _("{option}: a date such as 17.08.2012 or 2012-08-17 is expected, not {text}.").format(
                option=option, text=text
            )
        ) from error
