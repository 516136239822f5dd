"""A notice that follows one that never left carries a warning; what is prepared is the same with and without it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from opomini_tui.documents.issue import issue
from opomini_tui.documents.print_job import print_notices
from opomini_tui.dunning.explain import propose
from opomini_tui.dunning.prepare import prepare
from opomini_tui.dunning.unsent import items_unsent, unsent_before
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, Span
from opomini_tui.models.notices import Notice
from opomini_tui.models.receivables import OpenItem
from tests.ledger_rows import add_customer, add_item

RUNS = date(2012, 8, 17), date(2012, 8, 31), date(2012, 9, 15)


@pytest.fixture
def issued(actor: Actor) -> Actor:
    """Notices 100 and 101 of the first run, issued; neither left."""
    for code in ("0000001", "0000002"):
        add_item(add_customer(code), f"R-{code}", date(2012, 6, 1), "120.00")
    prepare(RUNS[0], actor)
    issue(NoticeFilter(), actor)
    return actor


def left(code: str, how: str) -> None:
    """The customer's notice leaves in this way."""
    run(f"UPDATE notice SET {how} WHERE customer_code = ?", (code,))


def test_the_proposal_names_the_notice_that_never_left(issued: Actor) -> None:
    before = propose(RUNS[1])
    assert [one.unsent for one in before.proposals] == ["2012/100", "2012/101"]
    left("0000001", "printed_at = 5")
    left("0000002", "state = 'sent'")
    after = propose(RUNS[1])
    assert [one.unsent for one in after.proposals] == ["", ""]
    assert after.fingerprint == before.fingerprint


def test_the_run_says_it_once_and_numbers_them(issued: Actor) -> None:
    dry = prepare(RUNS[1], issued, dry_run=True)
    made = prepare(RUNS[1], issued)
    assert dict(made.unsent) == dict(dry.unsent) == {102: "2012/100", 103: "2012/101"}
    assert made.warnings[-1:] == (
        "2 notices follow one that was issued but neither e-mailed nor printed, such as 2012/100.",
    )
    assert unsent_before([row.id for row in Notice.select()]) == {
        Notice.get(Notice.number == number).id: label for number, label in made.unsent.items()
    }


def test_only_the_last_notice_counts(issued: Actor, tmp_path: Path) -> None:
    prepare(RUNS[1], issued)
    issue(NoticeFilter(), issued)
    print_notices(NoticeFilter(date=Span(RUNS[1], RUNS[1])), issued, output=tmp_path / "letters.pdf")
    assert items_unsent(Span()) == {}
    assert prepare(RUNS[2], issued).unsent == {}


def test_the_bounds_of_a_run_bound_what_is_looked_for(issued: Actor) -> None:
    second = OpenItem.get(OpenItem.document == "R-0000002").id
    assert items_unsent(Span("0000002", None)) == {second: "2012/101"}
    assert prepare(RUNS[1], issued, customers=Span("0000002", "0000002")).unsent == {102: "2012/101"}


@pytest.mark.parametrize(("state", "warned"), [("queued", True), ("held", True), ("sent", False), ("unknown", False)])
def test_a_message_that_may_have_arrived_is_no_warning(state: str, warned: bool, issued: Actor) -> None:
    columns = "notice_id, channel, operator_id, sender_address, to_address, message_id, skeleton, document_id"
    run(
        f"INSERT INTO delivery ({columns}, content_sha256, state, queued_at, live, recipient_no, batch, cc, bcc, attempts, "
        "answer, reason, sender_id, outcome, arrival, arrival_reason) "
        "SELECT id, 'smtp', ?, 'a@b.example', 'c@d.example', 'm', 's', document_id, 'x', ?, 1, ?, 0, '', '', '', 0, "
        "'', '', '', '', '', '' FROM notice WHERE number = 100",
        (issued.id, state, True),
    )
    assert prepare(RUNS[1], issued).unsent == ({102: "2012/100", 103: "2012/101"} if warned else {103: "2012/101"})
