"""`opomini overview`: what waits, how old the open items are, what is due for dunning, how sending went."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from opomini_tui.commands.call import Call, Exit
from opomini_tui.commands.output import moment, say
from opomini_tui.commands.verbs import Verbs
from opomini_tui.text import _
from opomini_tui.text.formats import amount_of, cents_of, format_date

if TYPE_CHECKING:
    from opomini_tui.dunning.forecast import DueDay
    from opomini_tui.evidence.overview import ItemFigure, NoticeFigure, Overview

Line = tuple[str, int, str]
"""What is counted, how many, and their sum."""
JSON_BATCH_STATES = ("queued", "sent", "refused", "deferred", "unknown", "held", "cancelled")


def add_verbs(verbs: Verbs) -> None:
    """Add `overview`."""
    parser = verbs.add("overview", _("show open items by age, what is due for dunning, and what waits"))
    parser.add_argument(
        "--format",
        choices=("table", "json"),
        default="table",
        help=_("how to print: table (default), or one json object"),
    )
    parser.set_defaults(verb=show_overview)


def show_overview(call: Call) -> int:
    """Print the overview of today."""
    from opomini_tui.evidence.overview import overview

    call.actor.require("view")
    seen = overview(date.today())
    if call.args.format == "json":
        print(json.dumps(as_json(seen), ensure_ascii=False, indent=2))
    else:
        for sentence in as_text(seen):
            say(sentence)
    return Exit.DONE


def as_json(seen: Overview) -> dict[str, object]:
    """The overview for a program: amounts as text with two places, moments in UTC."""
    from opomini_tui.ledger.item_filter import BEFORE_LAWSUIT

    row, data = seen.last_batch, seen.payments
    return {
        "date": seen.today.isoformat(),
        "open_items_by_age": [
            {"days_from": figure.days[0], "days_to": figure.days[1], **_json_items(figure)} for figure in seen.ages
        ],
        "open_items_by_level": [
            {"level": figure.level, "before_lawsuit": figure.level == BEFORE_LAWSUIT, **_json_items(figure)}
            for figure in seen.levels
        ],
        "due": [_json_day(day) for day in seen.due],
        "due_problem": seen.why_no_due or None,
        "prepared": [_json_notices(figure) for figure in seen.prepared],
        "issued_not_sent": [_json_notices(figure) for figure in seen.issued],
        "messages": {figure.state: figure.count for figure in seen.messages},
        "to_approve": [
            {"batch": one.batch, "operator": one.operator_code, "messages": one.messages, "total": str(one.total)}
            for one in seen.asked
        ],
        "last_batch": None
        if row is None
        else {
            "batch": row.name,
            "operator": row.operator_code,
            "queued_at": moment(row.queued_at),
            **{state: getattr(row.counts, state) for state in JSON_BATCH_STATES},
        },
        "payments": None
        if data is None
        else {
            "file": data.file_name,
            "as_of": data.as_of.isoformat(),
            "days_ago": data.days,
            "old": data.is_old,
            "operator": data.operator_code,
            "imported_at": moment(data.at),
        },
    }


def _json_items(figure: ItemFigure) -> dict[str, object]:
    return {"currency": figure.currency, "count": figure.count, "amount": str(amount_of(figure.cents))}


def _json_amounts(amounts: Iterable[tuple[str, int]]) -> dict[str, str]:
    return {currency: str(amount_of(cents)) for currency, cents in amounts}


def _json_notices(figure: NoticeFigure) -> dict[str, object]:
    return {"year": figure.year, "count": figure.count, "amounts": _json_amounts(figure.amounts)}


def _json_day(day: DueDay) -> dict[str, object]:
    return {
        "date": day.day.isoformat(),
        "notices": day.notices,
        "customers": day.customers,
        "items": day.items,
        "levels": [
            {
                "level": one.level,
                "currency": one.currency,
                "notices": one.notices,
                "items": one.items,
                "amount": str(amount_of(one.cents)),
            }
            for one in day.levels
        ],
    }


def as_text(seen: Overview) -> Iterator[str]:
    """The overview for a person, a line for each figure, figures to the right."""
    from opomini_tui.evidence.overview_words import (
        age_name,
        amounts_text,
        asked_name,
        day_name,
        level_name,
        message_name,
        notice_name,
    )

    yield _("As of {day}").format(day=format_date(seen.today))
    waiting: list[Line] = [
        (notice_name(one), one.count, amounts_text(one.amounts)) for one in (*seen.prepared, *seen.issued)
    ]
    waiting += [(message_name(one.state), one.count, "") for one in seen.messages]
    if seen.asked:
        cents = sum(cents_of(one.total) for one in seen.asked)
        waiting.append((asked_name(), len(seen.asked), amounts_text([("EUR", cents)])))
    yield from _section(_("Waiting for you"), waiting)
    if seen.payments is not None:
        yield "  " + _("Payments as of {day}").format(day=format_date(seen.payments.as_of))
    ages = [(age_name(one.days), one) for one in seen.ages]
    levels = [(level_name(one.level or 0), one) for one in seen.levels]
    for title, figures in ((_("Items by age"), ages), (_("Items by notices"), levels)):
        shown = [(name, one) for name, one in figures if one.count or one.currency == "EUR"]
        yield from _section(
            title, [(name, one.count, amounts_text([(one.currency, one.cents)])) for name, one in shown]
        )
    if seen.why_no_due:
        yield seen.why_no_due
    yield from _section(
        _("Due for dunning"), [(day_name(one.day), one.notices, amounts_text(one.amounts())) for one in seen.due]
    )
    yield from _batch_lines(seen)


def _batch_lines(seen: Overview) -> Iterator[str]:
    """The last batch, its states that have any messages."""
    from opomini_tui.models.words import delivery_word
    from opomini_tui.text.moments import moment as clock

    row = seen.last_batch
    if row is not None:
        title = _("Last batch: {when}, {operator}").format(when=clock(row.queued_at), operator=row.operator_code)
        counts = [(delivery_word(state), getattr(row.counts, state), "") for state in JSON_BATCH_STATES]
        yield from _section(title, [line for line in counts if line[1]])


def _section(title: str, lines: Sequence[Line]) -> Iterator[str]:
    """A title and its lines, aligned."""
    if not lines:
        return
    yield title
    names, counts, sums = (max(len(str(line[place])) for line in lines) for place in range(3))
    for name, count, amount in lines:
        yield f"  {name:<{names}}  {count:>{counts}}  {amount:>{sums}}".rstrip()
