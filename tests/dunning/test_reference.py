"""The four runs of the reference give exactly its notices and the original's footer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from opomini_tui.documents.issue import issue
from opomini_tui.dunning.explain import explain, propose
from opomini_tui.dunning.prepare import prepare
from opomini_tui.errors import NothingToDo
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, Span, notice_totals
from opomini_tui.models.notices import Notice
from opomini_tui.text.formats import format_date, format_money
from tests.conftest import RUNS
from tests.ledger_rows import load_reference_customers, load_reference_snapshot, reference_rows

EXPECTED_RUNS = {
    RUNS[0]: (1, 91, 100, 190, {1: 91}),
    RUNS[1]: (2, 42, 191, 232, {2: 42}),
    RUNS[2]: (3, 42, 233, 274, {3: 41, 1: 1}),
    RUNS[3]: (4, 31, 275, 305, {3: 31}),
}


def do_run(day: date, actor: Actor) -> None:
    """Load the day's snapshot, prepare as reviewed, and issue."""
    load_reference_snapshot(day)
    prepared = prepare(day, actor, expected=propose(day).fingerprint)
    found = (prepared.packet, prepared.notices, prepared.first_number, prepared.last_number, dict(prepared.levels))
    assert found == EXPECTED_RUNS[day]
    assert issue(NoticeFilter(packet=Span(prepared.packet, prepared.packet)), actor).count == prepared.notices


def test_four_runs_give_the_expected_notices(actor: Actor) -> None:
    load_reference_customers()
    for day in RUNS:
        do_run(day, actor)
    found = [
        {
            "leto": str(row.year),
            "stevilka": str(row.number),
            "datum": format_date(row.date),
            "sifra_stranke": row.customer_code,
            "naziv_stranke": row.customer_name,
            "stopnja": str(row.level),
            "znesek": format_money(row.amount),
            "zamuda_dni": str(row.days_late),
            "povp_znesek_dan": format_money(row.average_per_day),
            "strosek": format_money(row.cost),
        }
        for row in Notice.select().order_by(Notice.customer_code, Notice.number)
    ]
    assert found == reference_rows("expected_notices.csv")
    first = notice_totals(NoticeFilter(year=2012, limit=50))
    assert (first.rows, first.amount, first.days_late, first.average_per_day, first.cost) == (
        50,
        Decimal("78466.31"),
        Decimal("320.98"),
        Decimal("1.41"),
        Decimal("100.00"),
    )
    everything = notice_totals(NoticeFilter(year=2012))
    assert (everything.amount, everything.days_late, everything.average_per_day, everything.cost) == (
        Decimal("415593.69"),
        Decimal("224.22"),
        Decimal("6.89"),
        Decimal("412.00"),
    )


def test_the_two_without_a_notice_have_a_reason_that_can_be_read(sqlite_actor: Actor) -> None:
    load_reference_customers()
    do_run(RUNS[0], sqlite_actor)
    reasons = {row.customer_code: (row.reason, row.sentence) for row in explain(RUNS[0], Span("0000048", "0000087"))}
    assert reasons["0000048"] == ("under_minimum_notice", "The notice would be under the minimum of 5.00.")
    assert reasons["0000087"][0] == "not_due"
    assert "26 October 2012" in reasons["0000087"][1]


def test_every_item_is_explained_once(sqlite_actor: Actor) -> None:
    load_reference_customers()
    load_reference_snapshot(RUNS[0])
    judged = list(explain(RUNS[0]))
    assert len(judged) == run("SELECT COUNT(*) FROM open_item").fetchone()[0]
    assert sum(row.taken for row in judged) == 249
    assert all(row.sentence for row in judged)


def test_preparing_again_finds_nothing(actor: Actor) -> None:
    load_reference_customers()
    load_reference_snapshot(RUNS[0])
    prepare(RUNS[0], actor)
    with pytest.raises(NothingToDo):
        prepare(RUNS[0], actor)
    reasons = {row.reason for row in explain(RUNS[0])}
    assert reasons == {"on_prepared", "not_due", "under_minimum_notice"}
    issue(NoticeFilter(), actor)
    with pytest.raises(NothingToDo):
        prepare(RUNS[0], actor)
    assert Notice.select().count() == 91
