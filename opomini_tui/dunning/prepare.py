"""Priprava: computes notices from the open items, numbers them in the order of customer codes, and stores them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from threading import Event
from typing import Any, NamedTuple

from opomini_tui.dunning.candidates import candidates, read_rates, read_rules
from opomini_tui.dunning.figures import Figures, figures
from opomini_tui.dunning.guard import Rule, deadline_days, guard_sentences
from opomini_tui.dunning.interest import first_unconfirmed, interest
from opomini_tui.dunning.rules import Customer, Reason, Rules, Taken, Verdict, judge_customer
from opomini_tui.dunning.unsent import first_unsent, items_unsent, unsent_words
from opomini_tui.errors import NothingToDo, OpominiError
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import bulk_insert, exclusive, is_postgres, now_ms, run
from opomini_tui.models.notice_filter import Span
from opomini_tui.models.notices import Packet
from opomini_tui.models.settings import Company, NumberSeries
from opomini_tui.progress import Course, Progress
from opomini_tui.text import _, pgettext
from opomini_tui.text.formats import amount_of, format_date

CHUNK = 500
"""Notices that are written together."""
TOLD = 50
"""After so many notices it is told how far the run is, and looked whether it is to stop."""


class Proposal(NamedTuple):
    """A notice that would be made: its customer, what it holds, its figures (cents).

    `unsent`: the label of the notice before it, where that one never left.
    """

    customer: Customer
    verdict: Verdict
    figures: Figures
    unsent: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a run made (or, dry, would make): packet 0 and numbers as they would be given.

    `left` counts the items that stayed, by reason; `items` those that were taken; `warnings` are sentences.
    `unsent`: notices whose previous one never left, number → label of that one.
    """

    packet: int
    year: int
    notices: int
    first_number: int
    last_number: int
    amount: Decimal
    items: int
    levels: Mapping[int, int]
    left: Mapping[Reason, int]
    fingerprint: str
    warnings: tuple[str, ...] = ()
    unsent: Mapping[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Tally:
    """Counts that grow while a run goes through the customers."""

    items: int = 0
    amount: int = 0
    notices: int = 0
    levels: Counter[int] = field(default_factory=Counter)
    left: Counter[Reason] = field(default_factory=Counter)
    broken: Counter[Rule] = field(default_factory=Counter)
    unconfirmed: date | None = None
    unsent: dict[int, str] = field(default_factory=dict)
    """The place of a proposal in the run → `Proposal.unsent`."""
    digest: Any = field(default_factory=hashlib.sha256)

    def told(self) -> dict[str, int]:
        """The notices so far by level, and the items that stay, for the eye of who waits."""
        levels = {_("level {level}").format(level=level): self.levels[level] for level in sorted(self.levels)}
        return {**levels, pgettext("items", "left"): self.left.total()}

    def add(self, proposal: Proposal) -> None:
        """Count a proposal."""
        self.notices += 1
        self.items += len(proposal.verdict.taken)
        self.amount += proposal.figures.amount
        self.levels[proposal.figures.level] += 1
        self.broken.update(proposal.figures.broken)
        if proposal.unsent:
            self.unsent[self.notices - 1] = proposal.unsent
        ids = [entry.item.id for entry in proposal.verdict.taken]
        row = proposal.figures
        self.digest.update(
            f"{proposal.customer.code};{row.level};{row.amount};{row.days_late};{row.total};{ids}\n".encode()
        )


def proposals(
    on: date, rules: Rules, customers: Span[str], tally: Tally, excluded: frozenset[str] = frozenset()
) -> Iterator[Proposal]:
    """The notices of a run on the day `on`, in the order of customer codes; what stays is counted in `tally`.

    `excluded`: codes of customers that the operator left out.
    """
    rates = read_rates() if any(rule.interest for rule in rules.levels.values()) else []
    cap = Company.current().interest_cap
    unsent = items_unsent(customers)

    def interest_of(entry: Taken) -> int:
        due = date.fromordinal(entry.item.due_day)
        doubtful = first_unconfirmed(due, on, rates)
        if doubtful is not None and (tally.unconfirmed is None or doubtful < tally.unconfirmed):
            tally.unconfirmed = doubtful
        return interest(entry.item.open, due, on, rates, cap=cap)

    for customer, items in candidates(customers):
        for verdict in judge_customer(customer, items, rules):
            if verdict.taken and customer.code in excluded:
                tally.left[Reason.EXCLUDED] += len(verdict.taken)
                continue
            tally.left.update(entry.reason for entry in verdict.left)
            if verdict.taken:
                before = first_unsent((entry.item.id for entry in verdict.taken), unsent) if unsent else ""
                proposal = Proposal(customer, verdict, figures(customer, verdict, rules, interest_of), before)
                tally.add(proposal)
                yield proposal


def prepare(
    on: date,
    actor: Actor,
    *,
    customers: Span[str] | None = None,
    excluded: frozenset[str] = frozenset(),
    expected: str = "",
    dry_run: bool = False,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> Prepared:
    """Prepare the notices of the day `on` as one packet, in one transaction.

    `customers`: only these codes; `excluded`: without these; `expected`: the fingerprint of the dry run that was
    reviewed; `progress` is told the number of notices so far; `stop` ends it as if it had never begun.

    Raises:
        NothingToDo: no item is to be dunned; the message counts the reasons.
        OpominiError: the proposals are not the reviewed ones any more.
        Stopped: a person stopped it.
    """
    actor.require("prepare")
    course = Course(progress, stop)
    rules = read_rules(on)
    tally = Tally()
    with exclusive("notices"):
        first = next_number(on.year)
        writer = Writer(on, rules, first, dry_run=dry_run)
        for proposal in proposals(on, rules, customers or Span(), tally, excluded):
            writer.write(proposal)
            if tally.notices % TOLD == 0:
                course.go_on()
                course.tell(tally.notices, 0, tally.told())
        _check(tally, on, expected)
        packet = writer.finish(actor, tally)
        course.go_on()
    return Prepared(
        packet=packet,
        year=on.year,
        notices=tally.notices,
        first_number=first,
        last_number=first + tally.notices - 1,
        amount=amount_of(tally.amount),
        items=tally.items,
        levels=dict(tally.levels),
        left=dict(tally.left),
        fingerprint=tally.digest.hexdigest(),
        warnings=_warnings(tally, rules.guard),
        unsent={first + place: label for place, label in tally.unsent.items()},
    )


def _check(tally: Tally, on: date, expected: str) -> None:
    """Refuse a run that would make nothing, or other notices than those that were reviewed."""
    if not tally.notices:
        raise NothingToDo(_("Nothing to prepare for {day}: no open item is to be dunned.").format(day=format_date(on)))
    if expected and expected != tally.digest.hexdigest():
        raise OpominiError(
            _("The open items changed since the proposals were made. Nothing was prepared; look at the new proposals.")
        )


def _warnings(tally: Tally, guard: str) -> tuple[str, ...]:
    """Sentences on what a person should look at."""
    said = guard_sentences(tally.broken, guard)
    if tally.unsent:
        said = (*said, unsent_words(tally.unsent))
    if tally.unconfirmed is None:
        return said
    day = format_date(tally.unconfirmed)
    return (_("The interest rate from {day} on is not confirmed: check it in the settings.").format(day=day), *said)


def next_number(year: int) -> int:
    """The number that the next notice of `year` gets: never one that was ever issued."""
    series = NumberSeries.get_or_none(NumberSeries.year == year)
    highest = int(run("SELECT COALESCE(MAX(number), 0) FROM notice WHERE year = ?", (year,)).fetchone()[0])
    if series is None:
        return highest + 1
    return int(max(series.first_number, series.last_issued + 1, highest + 1))


NOTICE_COLUMNS = (
    "id year number date customer_id customer_code customer_name name_sort name_fold level amount days_late "
    "average_per_day cost interest compensation total currency deadline defaulter before_lawsuit state packet_id "
    "packet_number item_count first_due last_due"
).split()
ITEM_COLUMNS = (
    "notice_id open_item_id position document document_date due_date amount open_amount days_late level interest "
    "previous_level previous_date previous_lawsuit"
).split()


class _IsoDays(dict[int, str | None]):
    """ISO text of day ordinals, each made once; 0 stands for no day."""

    def __missing__(self, day: int) -> str:
        text = self[day] = date.fromordinal(day).isoformat()
        return text


class Writer:
    """Stores proposals in chunks: packet, notices with consecutive ids and numbers, and their items."""

    def __init__(self, on: date, rules: Rules, first_number: int, *, dry_run: bool) -> None:
        self._on, self._rules, self._number, self._dry_run = on, rules, first_number, dry_run
        self._notices: list[tuple[Any, ...]] = []
        self._items: list[tuple[Any, ...]] = []
        self._packet: Packet | None = None
        self._id = 0
        self._iso = _IsoDays({0: None})

    def write(self, proposal: Proposal) -> None:
        """Take one proposal."""
        if self._dry_run:
            return
        if self._packet is None:
            self._packet = self._open_packet()
            self._id = _next_notice_id()
        self._add_notice(proposal, self._packet)
        self._add_items(proposal)
        self._id += 1
        self._number += 1
        if len(self._notices) >= CHUNK:
            self._flush()

    def _open_packet(self) -> Packet:
        """The packet of this run."""
        number = run("SELECT COALESCE(MAX(number), 0) + 1 FROM packet WHERE year = ?", (self._on.year,)).fetchone()[0]
        return Packet.create(
            year=self._on.year,
            number=int(number),
            date=self._on,
            kind=self._rules.kind,
            notices=0,
            operator_code="",
            at=now_ms(),
        )

    def _add_notice(self, proposal: Proposal, packet: Packet) -> None:
        """The row of the notice."""
        customer, verdict, row = proposal.customer, proposal.verdict, proposal.figures
        rule = self._rules.levels[row.level]
        due = [item.due_day for item, _level, _late in verdict.taken]
        self._notices.append(
            (
                self._id,
                self._on.year,
                self._number,
                self._iso[self._rules.day],
                customer.id,
                customer.code,
                customer.name,
                customer.name_sort,
                customer.name_fold,
                row.level,
                row.amount,
                row.days_late,
                row.average_per_day,
                row.cost,
                row.interest,
                row.compensation,
                row.total,
                verdict.currency,
                self._iso[self._rules.day + deadline_days(customer, rule, self._rules)],
                customer.defaulter,
                rule.before_lawsuit,
                "prepared",
                packet.id,
                packet.number,
                len(verdict.taken),
                self._iso[min(due)],
                self._iso[max(due)],
            )
        )

    def _add_items(self, proposal: Proposal) -> None:
        """The rows of its items."""
        iso, notice_id = self._iso, self._id
        self._items += [
            (
                notice_id,
                item.id,
                position,
                item.document,
                iso[item.document_day],
                iso[item.due_day],
                item.amount,
                item.open,
                days_late,
                level,
                charge,
                item.level,
                iso[item.last_day],
                item.lawsuit,
            )
            for position, ((item, level, days_late), charge) in enumerate(
                zip(proposal.verdict.taken, proposal.figures.item_interest, strict=True), 1
            )
        ]

    def _flush(self) -> None:
        """Write what has gathered."""
        bulk_insert("notice", NOTICE_COLUMNS, self._notices)
        bulk_insert("notice_item", ITEM_COLUMNS, self._items)
        self._notices, self._items = [], []

    def finish(self, actor: Actor, tally: Tally) -> int:
        """Write the rest and the journal; the packet's number (0 for a dry run)."""
        if self._packet is None:
            return 0
        self._flush()
        if is_postgres():
            run("SELECT setval(pg_get_serial_sequence('notice', 'id'), ?)", (self._id - 1,))
        self._packet.notices, self._packet.operator_code = tally.notices, actor.code
        self._packet.save()
        last = self._number - 1
        journal.write(
            actor.code,
            "prepare",
            f"packet {self._on.year}/{self._packet.number}",
            {
                "date": self._on.isoformat(),
                "notices": tally.notices,
                "numbers": f"{last - tally.notices + 1}..{last}",
                "amount": str(amount_of(tally.amount)),
                "left": dict(tally.left),
            },
        )
        return int(self._packet.number)


def _next_notice_id() -> int:
    """The first id of the run; ids are never used again."""
    if is_postgres():
        return int(run("SELECT nextval(pg_get_serial_sequence('notice', 'id'))").fetchone()[0])
    row = run("SELECT seq FROM sqlite_sequence WHERE name = 'notice'").fetchone()
    return int(row[0]) + 1 if row else 1
