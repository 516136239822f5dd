"""Why each open item is, or is not, on a notice of a day; and the proposals of a run for review. Nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from opomini_tui.dunning.candidates import candidates, read_rules
from opomini_tui.dunning.prepare import Proposal, Tally, proposals
from opomini_tui.dunning.reasons import sentence
from opomini_tui.dunning.rules import Customer, Item, Reason, Rules, judge_customer
from opomini_tui.models.notice_filter import Span
from opomini_tui.text import _, language
from opomini_tui.text.formats import amount_of


@dataclass(frozen=True, slots=True)
class Judgement:
    """One item and what the rules say of it; `reason` is "" for an item that is taken at `level`."""

    customer_code: str
    customer_name: str
    document: str
    due_date: date
    open_amount: Decimal
    currency: str
    days_late: int
    level: int
    taken: bool
    reason: str
    sentence: str


def explain(on: date, customers: Span[str] | None = None, *, paid: bool = True) -> Iterator[Judgement]:
    """Every open item (with `paid` also the paid ones), in the order of customer codes, with its reason."""
    rules = read_rules(on)
    for customer, items in candidates(customers or Span(), paid=paid):
        yield from _explain_customer(customer, items, rules)


def _explain_customer(customer: Customer, items: list[Item], rules: Rules) -> Iterator[Judgement]:
    """The judgements on one customer's items."""
    for verdict in judge_customer(customer, items, rules):
        for entry in verdict.taken:
            why = _("Credit note, set against the receivables.")
            if entry.level:
                why = _("Dunned: level {level}.").format(level=entry.level)
            yield _judgement(customer, entry.item, rules, level=entry.level, reason=None, why=why)
        for left in verdict.left:
            why = sentence(left.item, left.reason, rules, language())
            yield _judgement(customer, left.item, rules, level=left.item.level, reason=left.reason, why=why)


def _judgement(
    customer: Customer, item: Item, rules: Rules, *, level: int, reason: Reason | None, why: str
) -> Judgement:
    """One judgement."""
    return Judgement(
        customer.code,
        customer.name,
        item.document,
        date.fromordinal(item.due_day),
        amount_of(item.open),
        item.currency,
        max(rules.day - item.due_day, 0) if item.open > 0 else 0,
        level,
        reason is None,
        reason or "",
        why,
    )


@dataclass(frozen=True, slots=True)
class Review:
    """The proposals of a run, to be looked at before they are accepted with `fingerprint`."""

    proposals: tuple[Proposal, ...]
    left: Mapping[Reason, int]
    fingerprint: str


def propose(on: date, customers: Span[str] | None = None, excluded: frozenset[str] = frozenset()) -> Review:
    """All proposals of the day `on`; `excluded` are codes of customers that are left out."""
    rules, tally = read_rules(on), Tally()
    found = tuple(proposals(on, rules, customers or Span(), tally, excluded))
    return Review(found, dict(tally.left), tally.digest.hexdigest())
