"""The journal in words: what its verbs and the keys of its details are called, amounts and days as people write them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from opomini_tui.dunning.reasons import reason_name
from opomini_tui.dunning.rules import Reason
from opomini_tui.models.words import notice_word
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
        "resolve": _("settled by hand"),
    }
    return names.get(verb, verb)


def details_line(text: str) -> str:
    """An entry's details (JSON) in one line."""
    details: dict[str, object] = json.loads(text)
    return ", ".join(f"{_key(key)}: {_shown(key, value)}" for key, value in details.items() if key not in UNSAID)


UNSAID = frozenset({"delivery"})
"""Keys that only the program can do something with."""


def _key(key: str) -> str:
    names = {
        "amount": pgettext("journal", "amount"),
        "total": pgettext("journal", "to pay"),
        "date": pgettext("journal", "to the day"),
        "notices": pgettext("journal", "notices"),
        "numbers": pgettext("journal", "numbers"),
        "left": pgettext("journal", "left out"),
        "reason": pgettext("journal", "reason"),
        "state": pgettext("journal", "was"),
        "was": pgettext("journal", "was"),
        "where": pgettext("journal", "where"),
        "to": pgettext("journal", "to"),
        "answer": pgettext("journal", "answer"),
        "message_id": "Message-ID",
        "sha256": pgettext("journal", "document"),
        "customer": pgettext("journal", "customer"),
        "cents": pgettext("journal", "amount"),
    }
    return names.get(key, key)


def _shown(key: str, value: object) -> str:
    """A value as its key asks for; what does not fit is shown as it is."""
    ways: dict[str, Callable[[str], str]] = {
        "amount": lambda text: format_money(Decimal(text), language()),
        "total": lambda text: format_money(Decimal(text), language()),
        "cents": lambda text: format_cents(int(text), language()),
        "date": lambda text: format_date(date.fromisoformat(text)),
        "state": notice_word,
        "left": lambda text: reason_name(Reason(text)),
    }
    way = ways.get(key, _plain)
    try:
        if isinstance(value, dict):
            return "(" + ", ".join(f"{way(name)} {part}" for name, part in value.items()) + ")"
        return ", ".join(map(way, map(str, value))) if isinstance(value, list) else way(str(value))
    except (ValueError, ArithmeticError, KeyError):  # written by an older or newer program
        return str(value)


def _plain(text: str) -> str:
    return f"{text[:HASH_SHOWN]}…" if re.fullmatch("[0-9a-f]{64}", text) else text
