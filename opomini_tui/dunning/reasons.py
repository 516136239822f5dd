"""The sentence behind each reason, as the operator reads it."""

from __future__ import annotations

from datetime import date

from opomini_tui.dunning.rules import Item, Reason, Rules
from opomini_tui.text import _, ngettext
from opomini_tui.text.formats import format_cents, format_date


def reason_name(reason: Reason) -> str:
    """A short name, for counts."""
    return {
        Reason.PAID: _("paid"),
        Reason.NOT_DUE: _("not due"),
        Reason.TOO_YOUNG: _("too young"),
        Reason.UNDER_MINIMUM_ITEM: _("item under the minimum"),
        Reason.UNDER_MINIMUM_NOTICE: _("notice under the minimum"),
        Reason.TOO_RECENT: _("dunned too recently"),
        Reason.DISPUTED: _("disputed"),
        Reason.BLOCKED: _("blocked"),
        Reason.CUSTOMER_BLOCKED: _("customer not to be dunned"),
        Reason.LAWSUIT_DONE: _("notice before lawsuit was issued"),
        Reason.ON_PREPARED: _("on a prepared notice"),
        Reason.CREDIT_ALONE: _("credit note without a receivable to dun"),
        Reason.CREDIT_OUTWEIGHS: _("credit notes outweigh the receivables"),
        Reason.EXCLUDED: _("left out by the operator"),
    }[reason]


def sentence(item: Item, reason: Reason, rules: Rules, language: str = "sl") -> str:
    """Why the item is not on a notice, with the figures that decided."""
    on = format_date(date.fromordinal(rules.day), language)
    late = rules.day - item.due_day
    if reason is Reason.NOT_DUE:
        due = date.fromordinal(item.due_day if item.open > 0 else item.document_day)
        return _("Not due on {day}: due on {due}.").format(day=on, due=format_date(due, language))
    if reason is Reason.TOO_YOUNG:
        needed = rules.next_rules[item.level].days_late
        return ngettext(
            "Too young: {n} day late, {needed} are needed.", "Too young: {n} days late, {needed} are needed.", late
        ).format(n=late, needed=needed)
    if reason is Reason.TOO_RECENT:
        wanted = max(rules.next_rules[item.level].days_since_previous, 1)
        last = format_date(date.fromordinal(item.last_day), language)
        return _("Dunned too recently: the last notice is of {last}, {wanted} days must pass.").format(
            last=last, wanted=wanted
        )
    if reason is Reason.UNDER_MINIMUM_ITEM:
        return _("Under the minimum: {open} is open, the minimum of an item is {minimum}.").format(
            open=format_cents(item.open, language), minimum=format_cents(rules.minimum_item, language)
        )
    if reason is Reason.UNDER_MINIMUM_NOTICE:
        return _("The notice would be under the minimum of {minimum}.").format(
            minimum=format_cents(rules.minimum_notice, language)
        )
    return _hold_sentence(item, reason, language)


def _hold_sentence(item: Item, reason: Reason, language: str) -> str:
    """The sentences of holds and of what is on other notices."""
    if reason in (Reason.DISPUTED, Reason.BLOCKED) and item.hold_until:
        until = format_date(date.fromordinal(item.hold_until), language)
        disputed = _("Disputed until {day}.").format(day=until)
        return disputed if reason is Reason.DISPUTED else _("Blocked until {day}.").format(day=until)
    return {
        Reason.PAID: _("Paid: nothing is open."),
        Reason.DISPUTED: _("Disputed."),
        Reason.BLOCKED: _("Blocked."),
        Reason.CUSTOMER_BLOCKED: _("The customer is marked as not to be dunned."),
        Reason.LAWSUIT_DONE: _("A notice before lawsuit was issued for it; it is not dunned any more."),
        Reason.ON_PREPARED: _("Already on the prepared notice {label}.").format(label=item.prepared),
        Reason.CREDIT_ALONE: _("A credit note, but no receivable of the customer is dunned now."),
        Reason.CREDIT_OUTWEIGHS: _("The customer's credit notes are as high as what would be dunned."),
        Reason.EXCLUDED: _("Left out by the operator."),
    }[reason]
