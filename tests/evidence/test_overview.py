"""The overview: every figure against sums that are made another way, and what its line opens holds exactly that."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from opomini_tui.config import Config
from opomini_tui.documents.issue import issue
from opomini_tui.dunning.prepare import prepare
from opomini_tui.evidence.overview import AGES, Overview, overview
from opomini_tui.ledger.item_filter import BEFORE_LAWSUIT
from opomini_tui.mail.outbox import enqueue
from opomini_tui.mail.settle import cancel, resolve, retry
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, Span, notice_ids, notice_totals
from opomini_tui.models.parties import Contact
from opomini_tui.models.receivables import LedgerImport, OpenItem
from opomini_tui.models.settings import DunningLevel
from tests.conftest import RUNS
from tests.dunning.test_forecast import TODAY as LEDGER_DAY
from tests.dunning.test_forecast import some_ledger
from tests.ledger_rows import add_customer, add_item, load_reference_customers, load_reference_snapshot

TODAY = RUNS[0]


def runs(actor: Actor) -> None:
    """The reference's first run issued, its second prepared."""
    load_reference_customers()
    load_reference_snapshot(RUNS[0])
    prepare(RUNS[0], actor)
    issue(NoticeFilter(), actor)
    load_reference_snapshot(RUNS[1])
    prepare(RUNS[1], actor)


def open_items() -> list[OpenItem]:
    return list(OpenItem.select().where(OpenItem.open_amount != 0))


def cents(amount: Decimal) -> int:
    return int(amount * 100)


def test_ages_are_those_of_the_items(actor: Actor) -> None:
    some_ledger(5, 40)
    customer = add_customer("9999999")
    for late in (-1, 0, 1, 30, 31, 60, 61, 90, 91, 180, 181, 365, 366, 2000):
        add_item(customer, f"L{late}", LEDGER_DAY - timedelta(days=late), "10.00")
    seen = overview(LEDGER_DAY, due=False)
    for figure in seen.ages:
        low, high = figure.days
        expected = [
            item
            for item in open_items()
            if item.currency == figure.currency
            and (low is None or (LEDGER_DAY - item.due_date).days >= low)
            and (high is None or (LEDGER_DAY - item.due_date).days <= high)
        ]
        assert figure.count == len(expected)
        assert figure.cents == sum(cents(item.open_amount) for item in expected)
    assert [figure.days for figure in seen.ages] == [*AGES, *AGES]
    assert sum(figure.count for figure in seen.ages) == len(open_items())
    assert all(figure.count >= 2 for figure in seen.ages if figure.currency == "EUR")


def test_levels_are_those_of_the_items(actor: Actor) -> None:
    some_ledger(6, 40)
    seen = overview(LEDGER_DAY, due=False)
    counted: Counter[tuple[int, str]] = Counter()
    for item in open_items():
        counted[BEFORE_LAWSUIT if item.lawsuit else item.level, item.currency] += 1
    assert {(figure.level, figure.currency): figure.count for figure in seen.levels if figure.count} == dict(counted)


def test_every_line_opens_exactly_what_it_counts(actor: Actor) -> None:
    runs(actor)
    seen = overview(TODAY, due=False)
    for items in (*seen.ages, *seen.levels):
        assert len(items.shown.ids()) == items.count
        assert items.shown.total() == items.cents
    assert sum(figure.count for figure in seen.levels) == len(open_items())
    for notices in (*seen.prepared, *seen.issued):
        assert len(notice_ids(notices.shown)) == notices.count
        assert [("EUR", cents(notice_totals(notices.shown).amount))] == list(notices.amounts)
    assert [figure.count for figure in seen.issued] == [91]
    assert seen.prepared[0].count > 0


def test_what_is_due_today_is_what_a_run_makes(actor: Actor) -> None:
    load_reference_customers()
    load_reference_snapshot(TODAY)
    seen = overview(TODAY)
    made = prepare(TODAY, actor, dry_run=True)
    assert made.notices == 91
    assert (seen.due[0].notices, seen.due[0].items) == (made.notices, made.items)
    assert seen.due[0].amounts() == (("EUR", cents(made.amount)),)
    assert {one.level: one.notices for one in seen.due[0].levels} == dict(made.levels)


def test_without_a_level_it_says_why_nothing_is_due(sqlite_actor: Actor) -> None:
    DunningLevel.update(enabled=False).execute()
    seen = overview(TODAY)
    assert seen.due == ()
    assert "No level of dunning is switched on" in seen.why_no_due


def messages(seen: Overview) -> dict[str, int]:
    """Open messages by state; each figure's list is as long as it says."""
    for figure in seen.messages:
        assert len(figure.shown.ids()) == figure.count
    return {figure.state: figure.count for figure in seen.messages if figure.count}


def put(message: int, state: str, live: bool = True, arrival: str = "") -> None:
    """Make the message one that ended like that."""
    values = (state, live, arrival, message)
    run("UPDATE delivery SET state = ?, live = ?, arrival = ?, sent_at = queued_at WHERE id = ?", values)


def test_messages_wait_until_something_is_done_about_them(actor: Actor, config: Config) -> None:
    load_reference_customers()
    load_reference_snapshot(TODAY)
    prepare(TODAY, actor)
    issue(NoticeFilter(), actor)
    batch = enqueue(NoticeFilter(number=Span(100, 105)), actor, config, today=TODAY)
    assert batch.queued == 6
    refused, held, unknown, back, posted, _queued = (number for (number,) in run("SELECT id FROM delivery").fetchall())
    put(refused, "refused", live=False)
    put(held, "held")
    put(unknown, "unknown")
    put(back, "sent", arrival="undelivered")
    put(posted, "refused", live=False)
    seen = overview(TODAY, due=False)
    assert messages(seen) == {"undelivered": 1, "unknown": 1, "held": 1, "refused": 2}
    assert seen.last_batch is not None
    assert (seen.last_batch.name, seen.last_batch.operator_code) == (batch.batch, "006")
    counts = seen.last_batch.counts
    assert (counts.refused, counts.held, counts.unknown, counts.sent, counts.queued) == (2, 1, 1, 1, 1)

    run("UPDATE notice SET posted_at = 1 WHERE id = (SELECT notice_id FROM delivery WHERE id = ?)", (posted,))
    cancel([held], actor)
    resolve(unknown, "sent", "they rang", actor, config)
    Contact.update(email="new@example.com").execute()
    assert retry([refused, back], actor, today=TODAY).queued == 2
    assert messages(overview(TODAY, due=False)) == {}


def test_payments_are_as_old_as_the_last_snapshot(actor: Actor) -> None:
    assert overview(TODAY, due=False).payments is None
    for place, as_of in enumerate((TODAY - timedelta(days=30), TODAY - timedelta(days=8))):
        imported(f"snapshot-{place}.csv", as_of)
    imported("customers.csv", None, kind="customers")
    data = overview(TODAY, due=False).payments
    assert data is not None
    assert (data.file_name, data.days, data.is_old) == ("snapshot-1.csv", 8, True)
    imported("today.csv", TODAY - timedelta(days=7))
    data = overview(TODAY, due=False).payments
    assert data is not None
    assert (data.file_name, data.days, data.is_old) == ("today.csv", 7, False)


def imported(name: str, as_of: date | None, kind: str = "open_items") -> None:
    LedgerImport.create(
        kind=kind,
        file_name=name,
        sha256="",
        as_of=as_of,
        rows=1,
        added=1,
        changed=0,
        closed=0,
        operator_code="006",
        at=1,
    )


def test_an_empty_company_has_an_overview(actor: Actor) -> None:
    seen = overview(TODAY)
    assert [figure.count for figure in seen.ages] == [0] * len(AGES)
    assert (seen.prepared, seen.issued, seen.last_batch, seen.payments) == ((), (), None, None)
    assert len(seen.due) == 15
