"""The lines of the overview: what each figure is called, how it is written, and what it opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from opomini_tui.dunning.forecast import DAYS, DueDay
from opomini_tui.evidence.overview import ItemFigure, MessageFigure, NoticeFigure, Overview, PaymentData
from opomini_tui.evidence.overview_words import (
    age_name,
    amounts_text,
    asked_name,
    day_name,
    level_name,
    message_name,
    notice_name,
    short_day,
)
from opomini_tui.ledger.item_filter import ItemFilter
from opomini_tui.mail.approval import Request
from opomini_tui.mail.batches import BatchRow
from opomini_tui.mail.delivery_pages import DeliveryQuery
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.words import delivery_word
from opomini_tui.screens.deliveries import state_word
from opomini_tui.text import _, ngettext, pgettext
from opomini_tui.text.formats import cents_of, format_date
from opomini_tui.text.moments import moment
from opomini_tui.widgets.cell_text import fit
from opomini_tui.widgets.figure_list import Figure, Group

AMOUNT, COUNT = 16, 8
DUE_COLUMNS = (7, 5, 5, 5, 15)
"""Widths of notices, those of each level, and the amount: narrower, so that the label stays whole in two columns."""
LATE_STYLES = {91: "$text-warning", 181: "$text-warning", 366: "$text-error"}
"""From so many days late on, the colour of a bucket."""
UNKNOWN = "…"
FILE_NAME = 40
"""So many cells of a file's name are shown."""
BATCH_STATES = ("sent", "refused", "deferred", "unknown", "held", "cancelled", "queued")


@dataclass(frozen=True, slots=True)
class Target:
    """What a line opens: open items, notices in the grid, messages, the batches, a run of a day, or the import of open
    items (none of the others)."""

    items: ItemFilter | None = None
    notices: NoticeFilter | None = None
    messages: DeliveryQuery | None = None
    batches: bool = False
    day: date | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """The groups of the overview, and what each line (by its key) opens."""

    waiting: Group
    ages: Group
    levels: Group
    due: Group
    batch: Group | None
    targets: Mapping[str, Target]

    def columns(self, wide: bool) -> Sequence[Sequence[Group]]:
        """One list of groups, or two beside each other."""
        last = [self.due, *([self.batch] if self.batch else [])]
        first = [self.waiting, self.ages, self.levels]
        return [first, last] if wide else [[*first, *last], []]


def lines_of(seen: Overview, *, forecast_known: bool) -> Lines:
    """Everything that was read; the forecast may still be in the making."""
    targets: dict[str, Target] = {}
    due = seen.due if forecast_known else None
    return Lines(
        _waiting(seen, due, targets),
        _items(_("Items by age"), seen.ages, targets),
        _items(_("Items by notices"), seen.levels, targets),
        _due(seen, due, targets),
        _batch(seen.last_batch, targets) if seen.last_batch else None,
        targets,
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(*parts: str) -> str:
    """The line under the list."""
    return " · ".join(filter(None, parts))


# What waits for the operator


def _waiting(seen: Overview, due: Sequence[DueDay] | None, targets: dict[str, Target]) -> Group:
    lines = [_due_today(seen, due, targets)]
    lines += [_notices(figure, targets) for figure in (*seen.prepared, *seen.issued)]
    lines += [_messages(figure, targets) for figure in seen.messages]
    lines += [_asked(seen.asked, targets)] if seen.asked else []
    lines.append(_payments(seen.payments, targets))
    return Group(_("Waiting for you"), ((_("Count"), COUNT), (_("Amount"), AMOUNT)), lines, bars=False)


def _due_today(seen: Overview, due: Sequence[DueDay] | None, targets: dict[str, Target]) -> Figure:
    title = _("Due for dunning today")
    targets["due-today"] = Target(day=seen.today)
    if due is None:
        return Figure("due-today", title, (UNKNOWN, UNKNOWN), style="$quiet", detail=_("Asking the rules …"))
    if not due:
        return Figure("due-today", title, ("–", "–"), style="$quiet", detail=seen.why_no_due)
    today = due[0]
    return Figure(
        "due-today",
        title,
        (str(today.notices), amounts_text(today.amounts())),
        style="bold" if today.notices else "$quiet",
        detail=_due_sentence(today),
    )


def _notices(figure: NoticeFigure, targets: dict[str, Target]) -> Figure:
    key = f"{figure.state}-{figure.year}"
    title = notice_name(figure)
    targets[key] = Target(notices=figure.shown)
    amounts = amounts_text(figure.amounts)
    count = ngettext("{count} notice", "{count} notices", figure.count).format(count=figure.count)
    opens = _("Enter shows them in the grid.")
    return Figure(key, title, (str(figure.count), amounts), detail=_sentence(title, count, amounts, opens))


def _asked(waiting: Sequence[Request], targets: dict[str, Target]) -> Figure:
    """Batches above the sum of four eyes."""
    title, count = asked_name(), len(waiting)
    targets["asked"] = Target(batches=True)
    sums = amounts_text([("EUR", sum(cents_of(one.total) for one in waiting))])
    opens = _("Enter lists the batches; a approves one there.")
    return Figure("asked", title, (str(count), sums), style="bold $text-warning", detail=_sentence(title, sums, opens))


def _messages(figure: MessageFigure, targets: dict[str, Target]) -> Figure:
    key = f"messages-{figure.state}"
    title = message_name(figure.state)
    targets[key] = Target(messages=figure.shown)
    count = ngettext("{count} message", "{count} messages", figure.count).format(count=figure.count)
    opens = _("Enter lists them with their reasons.") if figure.count else ""
    style = "bold $text-warning" if figure.count else "$quiet"
    return Figure(key, title, (str(figure.count), ""), style=style, detail=_sentence(title, count, opens))


def _payments(data: PaymentData | None, targets: dict[str, Target]) -> Figure:
    targets["payments"] = Target()
    opens = _("Enter imports newer ones.")
    if data is None:
        said = _("There are no open items. Import a snapshot first.")
        return Figure("payments", _("Payments never read"), ("–", ""), style="bold $text-warning", detail=said)
    title = _("Payments as of {day}").format(day=format_date(data.as_of))
    age = ngettext("{count} day ago", "{count} days ago", data.days).format(count=data.days)
    by = _("read {when} by {operator}").format(when=moment(data.at), operator=data.operator_code)
    old = _("They are old: somebody may have paid meanwhile.") if data.is_old else ""
    style = "bold $text-warning" if data.is_old else ""
    detail = _sentence(title, fit(data.file_name, FILE_NAME).rstrip(), by, old, opens)
    return Figure("payments", title, ("!" if data.is_old else "", age), style=style, detail=detail)


# Open items


def _items(title: str, figures: Sequence[ItemFigure], targets: dict[str, Target]) -> Group:
    shown = [figure for figure in figures if figure.count or figure.currency == "EUR"]
    columns = ((pgettext("column", "Items"), COUNT), (_("Open amount"), AMOUNT))
    return Group(title, columns, [_item_line(figure, targets) for figure in shown])


def _item_line(figure: ItemFigure, targets: dict[str, Target]) -> Figure:
    by_age = figure.level is None
    name = age_name(figure.days) if figure.level is None else level_name(figure.level)
    key = f"age-{figure.days[0]}-{figure.currency}" if by_age else f"level-{figure.level}-{figure.currency}"
    targets[key] = Target(items=figure.shown, title=name)
    amount = amounts_text([(figure.currency, figure.cents)])
    count = ngettext("{count} open item", "{count} open items", figure.count).format(count=figure.count)
    style = LATE_STYLES.get(figure.days[0] or 0, "") if figure.count else "$quiet"
    detail = _sentence(_capital(name), count, amount, _("Enter lists them."))
    return Figure(key, _capital(name), (str(figure.count), amount), figure.cents, style, detail)


# What is due for dunning


def _due(seen: Overview, due: Sequence[DueDay] | None, targets: dict[str, Target]) -> Group:
    days = [seen.today + timedelta(days=place) for place in range(1, DAYS)]
    lines = []
    for place, day in enumerate(days, start=1):
        targets[f"due-{day}"] = Target(day=day)
        if due:
            lines.append(_due_line(due[place]))
        else:
            mark = UNKNOWN if due is None else "–"
            detail = _("Asking the rules …") if due is None else seen.why_no_due
            lines.append(Figure(f"due-{day}", short_day(day), (mark,) * 5, style="$quiet", detail=detail))
    titles = (_("Notices"), *(f"{level}." for level in (1, 2, 3)), _("Amount"))
    return Group(_("Due for dunning"), tuple(zip(titles, DUE_COLUMNS, strict=True)), lines)


def _due_line(day: DueDay) -> Figure:
    by_level = {level: sum(one.notices for one in day.levels if one.level == level) for level in (1, 2, 3)}
    cells = (str(day.notices), *(str(by_level[level] or "") for level in (1, 2, 3)), amounts_text(day.amounts()))
    style = "" if day.notices else "$quiet"
    return Figure(f"due-{day.day}", short_day(day.day), cells, day.notices, style, _due_sentence(day))


def _due_sentence(day: DueDay) -> str:
    """What a run of that day would make."""
    if not day.notices:
        return _sentence(day_name(day.day), _("No open item is to be dunned."))
    notices = ngettext("{count} notice", "{count} notices", day.notices).format(count=day.notices)
    customers = ngettext("{count} customer", "{count} customers", day.customers).format(count=day.customers)
    items = ngettext("{count} open item", "{count} open items", day.items).format(count=day.items)
    levels = [
        _("level {level}: {count} ({amount})").format(
            level=one.level, count=one.notices, amount=amounts_text([(one.currency, one.cents)])
        )
        for one in day.levels
    ]
    return _sentence(day_name(day.day), notices, customers, items, *levels, _("Enter prepares them."))


# The last batch


def _batch(row: BatchRow, targets: dict[str, Target]) -> Group:
    title = _("Last batch: {when}, {operator}").format(when=moment(row.queued_at), operator=row.operator_code)
    lines = []
    for state in BATCH_STATES:
        count = getattr(row.counts, state)
        if not count and state != "sent":
            continue
        key = f"batch-{state}"
        targets[key] = Target(messages=DeliveryQuery(batch=row.name, state=state))
        said = ngettext("{count} message", "{count} messages", count).format(count=count)
        bad = state in ("refused", "unknown", "held")
        word = _capital(delivery_word(state))
        detail = _sentence(title, f"{state_word(state)}: {said}", _("Enter opens the batch."))
        lines.append(Figure(key, word, (str(count),), count, "$text-warning" if bad else "", detail))
    return Group(title, ((_("Messages"), 9),), lines)
