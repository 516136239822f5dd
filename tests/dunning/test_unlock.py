"""Unlock gives levels back, keeps the PDF in the history; delete takes prepared notices only; numbers stay unique."""

from __future__ import annotations

from datetime import date

import pytest

from opomini_tui.documents.issue import issue
from opomini_tui.dunning.prepare import prepare
from opomini_tui.dunning.unlock import check_unlock, delete_notices, unlock
from opomini_tui.errors import NotAllowed, NothingToDo, OpominiError, Refused
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.journal import JournalEntry
from opomini_tui.models.notice_filter import NoticeFilter, Span
from opomini_tui.models.notices import Notice, NoticeDocument
from opomini_tui.models.receivables import OpenItem
from tests.ledger_rows import add_customer, add_item

FIRST, SECOND = date(2012, 8, 17), date(2012, 8, 31)


@pytest.fixture
def two(actor: Actor) -> Actor:
    """Two customers with one issued notice each (100, 101)."""
    for code in ("0000001", "0000002"):
        add_item(add_customer(code), f"R-{code}", date(2012, 6, 1), "120.00")
    prepare(FIRST, actor)
    issue(NoticeFilter(), actor)
    return actor


def numbers(state: str) -> list[int]:
    """Numbers of the notices in `state`."""
    return [row.number for row in Notice.select().where(Notice.state == state).order_by(Notice.number)]


def test_unlock_restores_levels_and_keeps_the_document(two: Actor) -> None:
    assert [(row.level, row.last_notice_date) for row in OpenItem.select()] == [(1, FIRST), (1, FIRST)]
    done = unlock(NoticeFilter(number=Span(100, 100)), "wrong address", two)
    assert (done.count, done.sent) == (1, 0)
    assert (numbers("prepared"), numbers("issued")) == ([100], [101])
    levels = {row.document: (row.level, row.last_notice_date) for row in OpenItem.select()}
    assert levels == {"R-0000001": (0, None), "R-0000002": (1, FIRST)}
    history = NoticeDocument.get(NoticeDocument.void_reason == "wrong address")
    assert history.voided_at is not None
    assert bytes(history.document.content).startswith(b"%PDF")
    assert JournalEntry.select().where(JournalEntry.verb == "unlock").get().record == "notice 2012/100"


def test_issuing_again_keeps_the_number_and_counts_the_level_once(two: Actor) -> None:
    unlock(NoticeFilter(), "again", two)
    assert issue(NoticeFilter(), two).count == 2
    assert numbers("issued") == [100, 101]
    assert {row.level for row in OpenItem.select()} == {1}


def test_unlock_needs_a_reason_and_the_level_manager(two: Actor) -> None:
    with pytest.raises(OpominiError, match="reason"):
        unlock(NoticeFilter(), "  ", two)
    clerk = Actor(two.id, two.code, two.name, "clerk", "sl")
    with pytest.raises(NotAllowed):
        unlock(NoticeFilter(), "x", clerk)
    assert numbers("issued") == [100, 101]


def test_unlock_is_refused_where_a_later_notice_counts_on_it(two: Actor) -> None:
    prepare(SECOND, two)
    with pytest.raises(Refused) as refusal:
        unlock(NoticeFilter(number=Span(100, 100)), "x", two)
    assert "2012/102" in refusal.value.reasons[0]
    assert numbers("issued") == [100, 101]


def test_a_sent_notice_is_unlocked_only_with_the_warning_confirmed(two: Actor) -> None:
    run("UPDATE notice SET state = 'sent' WHERE number = 101")
    assert check_unlock(NoticeFilter()).sent == ("2012/101",)
    with pytest.raises(Refused) as refusal:
        unlock(NoticeFilter(), "x", two)
    assert len(refusal.value.reasons) == 1
    assert numbers("prepared") == []
    done = unlock(NoticeFilter(), "x", two, even_sent=True)
    assert (done.count, done.sent) == (2, 1)


def test_delete_takes_prepared_only_and_nothing_half_done(two: Actor) -> None:
    unlock(NoticeFilter(number=Span(100, 100)), "x", two)
    with pytest.raises(Refused) as refusal:
        delete_notices(NoticeFilter(), two)
    assert "2012/101" in refusal.value.reasons[0]
    assert Notice.select().count() == 2
    assert delete_notices(NoticeFilter(number=Span(100, 100)), two) == 1
    assert Notice.select().count() == 1


def test_numbers_of_issued_notices_are_never_given_again(two: Actor) -> None:
    unlock(NoticeFilter(), "x", two)
    delete_notices(NoticeFilter(), two)
    assert prepare(FIRST, two).first_number == 102


def test_numbers_of_notices_that_were_never_issued_are_given_again(actor: Actor) -> None:
    add_item(add_customer("0000001"), "R", date(2012, 6, 1), "120.00")
    first = prepare(FIRST, actor)
    delete_notices(NoticeFilter(), actor)
    again = prepare(FIRST, actor)
    assert (first.first_number, again.first_number, again.packet) == (100, 100, 1)


def test_nothing_to_unlock_or_delete(actor: Actor) -> None:
    with pytest.raises(NothingToDo):
        unlock(NoticeFilter(), "x", actor)
    with pytest.raises(NothingToDo):
        delete_notices(NoticeFilter(), actor)


def test_before_lawsuit_ends_dunning_for_its_items(actor: Actor) -> None:
    run("UPDATE dunning_level SET before_lawsuit = ? WHERE level = 1", (True,))
    add_item(add_customer("0000001"), "R", date(2012, 6, 1), "120.00")
    prepare(FIRST, actor)
    issue(NoticeFilter(), actor)
    assert OpenItem.get().lawsuit
    with pytest.raises(NothingToDo):
        prepare(date(2012, 12, 1), actor)
    unlock(NoticeFilter(), "x", actor)
    assert not OpenItem.get().lawsuit


def test_a_notice_that_left_by_post_keeps_its_number_for_good(two: Actor) -> None:
    run("UPDATE notice SET state = 'sent', sent_at = 1 WHERE number = 101")
    unlock(NoticeFilter(), "x", two, even_sent=True)
    with pytest.raises(Refused) as refusal:
        delete_notices(NoticeFilter(), two)
    assert len(refusal.value.reasons) == 1
    assert "2012/101" in refusal.value.reasons[0]
    assert Notice.select().count() == 2


def test_a_credit_note_lowers_one_notice_and_not_the_next_one_too(actor: Actor) -> None:
    customer = add_customer("0000001")
    add_item(customer, "X", date(2012, 6, 1), "120.00")
    add_item(customer, "C", date(2012, 6, 1), "-20.00")
    add_item(customer, "Y", date(2012, 8, 12), "50.00")
    prepare(FIRST, actor)
    issue(NoticeFilter(), actor)
    prepare(date(2012, 8, 21), actor)
    amounts = [str(row.amount) for row in Notice.select().order_by(Notice.number)]
    assert amounts == ["100.00", "50.00"]
    delete_notices(NoticeFilter(state="prepared"), actor)
    unlock(NoticeFilter(), "x", actor)
    assert {row.last_notice_date for row in OpenItem.select()} == {None}
