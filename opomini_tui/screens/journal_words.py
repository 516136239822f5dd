"""The journal in words: what its verbs and the keys of its details are called, amounts and days as people write them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from opomini_tui.models.words import delivery_word, notice_word
from opomini_tui.text import _, language, pgettext
from opomini_tui.text.formats import format_cents, format_date, format_money

HASH_SHOWN = 12
"""Digits of a SHA-256 that are enough to tell two documents apart."""


def verb_name(verb: str) -> str:
    """What was done, as people say it; a verb that has no word here as the journal has it."""
    names = {
        "prepare": pgettext("journal", "prepared"),
        "issue": _("issued"),
        "unlock": _("unlocked"),
        "print": _("printed"),
        "post": _("sent by post"),
        "sent": _("sent by e-mail"),
        "late answer": _("the answer came late"),
        "refused": _("refused by the server"),
        "deferred": _("will be retried"),
        "unknown": _("outcome unknown"),
        "held": _("held back"),
        "cancel": _("sending cancelled"),
        "retry": _("sent again"),
        "approve": _("approved by a second operator"),
        "refuse": _("refused by a second operator"),
        "resolve": _("settled by hand"),
        "undelivered": _("came back undelivered"),
        "delayed": _("delayed on its way"),
        "delivered": pgettext("journal", "delivered"),
        "proved": _("proved to have arrived"),
        "level taken back": _("its level does not count any more"),
        "level counts again": _("its level counts again"),
        "delete": pgettext("journal", "deleted"),
    }
    return names.get(verb, verb)


def details_line(text: str) -> str:
    """Those details of an entry (JSON) that have a name here, in one line; what only the program needs is left out."""
    details: dict[str, object] = json.loads(text)
    names = _names()
    return ", ".join(f"{names[key]}: {_shown(key, str(value))}" for key, value in details.items() if key in names)


def _names() -> dict[str, str]:
    return {
        "amount": pgettext("journal", "amount"),
        "total": pgettext("journal", "to pay"),
        "date": pgettext("journal", "to the day"),
        "notices": pgettext("journal", "notices"),
        "numbers": pgettext("journal", "numbers"),
        "reason": pgettext("journal", "reason"),
        "state": pgettext("journal", "was"),
        "was": pgettext("journal", "was"),
        "where": pgettext("journal", "where"),
        "to": pgettext("journal", "to"),
        "answer": pgettext("journal", "answer"),
        "customer": pgettext("journal", "customer"),
        "cents": pgettext("journal", "amount"),
        "signed_by": pgettext("journal", "signed by"),
    }


def _shown(key: str, value: str) -> str:
    """A value as its key asks for; what does not fit is shown as it is."""
    ways: dict[str, Callable[[str], str]] = {
        "amount": lambda text: format_money(Decimal(text), language()),
        "total": lambda text: format_money(Decimal(text), language()),
        "cents": lambda text: format_cents(int(text), language()),
        "date": lambda text: format_date(date.fromisoformat(text)),
        "state": notice_word,
        "was": delivery_word,
    }
    try:
        return ways.get(key, str)(value)
    except (ValueError, ArithmeticError):  # written by an older or newer program
        return value
