"""Pregled: how the receivables, the notices and the messages stand today, read with few queries; nothing is changed.

Every figure carries what its line opens, and that holds exactly what was counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from opomini_tui.dunning.forecast import DueDay, forecast
from opomini_tui.errors import OpominiError
from opomini_tui.ledger.item_filter import BEFORE_LAWSUIT, LEVEL, ItemFilter
from opomini_tui.mail.approval import Request, asked
from opomini_tui.mail.batches import BatchRow, batches
from opomini_tui.mail.delivery_pages import NEEDS_PERSON, DeliveryQuery
from opomini_tui.models.database import run
from opomini_tui.models.fields import as_day
from opomini_tui.models.notice_filter import NoticeFilter, Span

AGES = ((None, 0), (1, 30), (31, 60), (61, 90), (91, 180), (181, 365), (366, None))
"""The buckets of ageing: from so many days late to so many, both included; the first is what is not late."""
OLD_DAYS = 7
"""Open items read longer ago are old: what was paid meanwhile may be dunned."""


@dataclass(frozen=True, slots=True)
class ItemFigure:
    """Open items of one bucket of `AGES` (`days`) or of one `level`, in one currency; `cents` is their sum, lowered by
    credit notes."""

    currency: str
    count: int
    cents: int
    shown: ItemFilter
    days: tuple[int | None, int | None] = (None, None)
    level: int | None = None


@dataclass(frozen=True, slots=True)
class NoticeFigure:
    """Notices of one year and state; `amounts` are their sums in cents by currency."""

    year: int
    state: str
    count: int
    amounts: tuple[tuple[str, int], ...]
    shown: NoticeFilter


@dataclass(frozen=True, slots=True)
class MessageFigure:
    """Messages in a state of `NEEDS_PERSON` about which nothing was done yet."""

    state: str
    count: int
    shown: DeliveryQuery


@dataclass(frozen=True, slots=True)
class PaymentData:
    """The last import of open items: its file, the day that it tells of, how many days ago that is."""

    file_name: str
    as_of: date
    days: int
    operator_code: str
    at: int

    @property
    def is_old(self) -> bool:
        """Whether it is older than `OLD_DAYS`."""
        return self.days > OLD_DAYS


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything as of `today`. `due`: what a run would make today and on the days after it, empty when it was not asked
    for or cannot be told (`why_no_due`)."""

    today: date
    ages: tuple[ItemFigure, ...]
    levels: tuple[ItemFigure, ...]
    due: tuple[DueDay, ...]
    why_no_due: str
    prepared: tuple[NoticeFigure, ...]
    issued: tuple[NoticeFigure, ...]
    messages: tuple[MessageFigure, ...]
    last_batch: BatchRow | None
    payments: PaymentData | None
    asked: tuple[Request, ...] = ()
    """Batches that wait for a second operator."""


def overview(today: date, *, due: bool = True) -> Overview:
    """Read everything; without `due` the forecast, which has to ask the rules about every open item, is left out."""
    sums = _item_sums(today)
    days, why = _due(today) if due else ((), "")
    return Overview(
        today,
        _ages(sums, today),
        _levels(sums),
        days,
        why,
        _notices("prepared"),
        _notices("issued"),
        tuple(_messages(state) for state in NEEDS_PERSON),
        next(iter(batches(1)), None),
        _payments(today),
        tuple(asked()),
    )


def _due(today: date) -> tuple[tuple[DueDay, ...], str]:
    """The forecast, or the sentence why there is none."""
    try:
        return forecast(today), ""
    except OpominiError as error:
        return (), str(error)


Key = tuple[int, int, str]
"""Bucket (its place in AGES), level, currency."""


def _item_sums(today: date) -> Mapping[Key, tuple[int, int]]:
    """How many open items, and their sum in cents, by bucket, level and currency: the table is read once."""
    younger = [today - timedelta(days=high) for _low, high in AGES if high is not None]
    buckets = " ".join(f"WHEN due_date >= ? THEN {place}" for place in range(len(younger)))
    rows = run(
        f"SELECT CASE {buckets} ELSE {len(younger)} END, {LEVEL}, currency, COUNT(*), SUM(open_amount) "
        "FROM open_item WHERE open_amount <> 0 GROUP BY 1, 2, 3",
        [day.isoformat() for day in younger],
    ).fetchall()
    return {(int(bucket), int(level), str(money)): (int(n), int(cents)) for bucket, level, money, n, cents in rows}


def _currencies(sums: Iterable[Key]) -> list[str]:
    """The currencies there are, the euro first and always."""
    return ["EUR", *sorted({money for _bucket, _level, money in sums} - {"EUR"})]


def _ages(sums: Mapping[Key, tuple[int, int]], today: date) -> tuple[ItemFigure, ...]:
    """Every bucket, the empty ones too."""
    figures = []
    for currency in _currencies(sums):
        for place, (low, high) in enumerate(AGES):
            count, cents = _added(value for key, value in sums.items() if key[::2] == (place, currency))
            latest = today - timedelta(days=low) if low is not None else None
            earliest = today - timedelta(days=high) if high is not None else None
            shown = ItemFilter(due=Span(earliest, latest), currency=currency)
            figures.append(ItemFigure(currency, count, cents, shown, days=(low, high)))
    return tuple(figures)


def _levels(sums: Mapping[Key, tuple[int, int]]) -> tuple[ItemFigure, ...]:
    """From never dunned to before lawsuit."""
    figures = []
    for currency in _currencies(sums):
        for level in (0, 1, 2, 3, BEFORE_LAWSUIT):
            count, cents = _added(value for key, value in sums.items() if key[1:] == (level, currency))
            shown = ItemFilter(level=level, currency=currency)
            figures.append(ItemFigure(currency, count, cents, shown, level=level))
    return tuple(figures)


def _added(figures: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Counts and sums, each added up."""
    listed = list(figures)
    return sum(count for count, _cents in listed), sum(cents for _count, cents in listed)


def _notices(state: str) -> tuple[NoticeFigure, ...]:
    """The notices in `state`, a figure for each year that has any, the newest first."""
    found: dict[int, list[tuple[str, int, int]]] = {}
    for year, currency, count, cents in run(
        "SELECT year, currency, COUNT(*), SUM(amount) FROM notice WHERE state = ? GROUP BY year, currency "
        "ORDER BY year DESC, currency",
        (state,),
    ).fetchall():
        found.setdefault(int(year), []).append((str(currency), int(count), int(cents)))
    return tuple(
        NoticeFigure(
            year,
            state,
            sum(count for _money, count, _cents in rows),
            tuple((money, cents) for money, _count, cents in rows),
            NoticeFilter(year=year, state=state),
        )
        for year, rows in found.items()
    )


def _messages(state: str) -> MessageFigure:
    shown = DeliveryQuery(state=state, open_only=True)
    return MessageFigure(state, shown.count(), shown)


def _payments(today: date) -> PaymentData | None:
    """The newest snapshot of open items; None when there was none yet."""
    row = run(
        "SELECT file_name, as_of, operator_code, at FROM ledger_import WHERE kind = 'open_items' "
        "AND as_of IS NOT NULL ORDER BY as_of DESC, id DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    name, told, code, at = row
    as_of = as_day(told) or today
    return PaymentData(str(name), as_of, (today - as_of).days, str(code), int(at))
