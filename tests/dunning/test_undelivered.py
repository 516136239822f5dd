"""A notice that came back does not count: the next Priprava repeats its level; it counts again once it gets there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from opomini_tui.config import Config
from opomini_tui.documents.issue import issue
from opomini_tui.documents.print_job import print_notices
from opomini_tui.dunning.prepare import prepare
from opomini_tui.dunning.undelivered import counts_again, take_back
from opomini_tui.dunning.unlock import delete_notices, unlock
from opomini_tui.mail.outbox import enqueue
from opomini_tui.mail.outcomes import mark_notice_sent
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.journal import JournalEntry
from opomini_tui.models.notice_filter import NoticeFilter, Span
from opomini_tui.models.notices import Notice
from opomini_tui.models.receivables import OpenItem
from tests.ledger_rows import add_customer, add_item

FIRST, SECOND = date(2012, 8, 17), date(2012, 8, 31)


@pytest.fixture
def sent(actor: Actor, config: Config) -> Actor:
    """Notice 100 of the first run, with two items, sent to two addresses."""
    customer = add_customer("0000001")
    run("UPDATE contact SET email = 'a@kupec.example; b@kupec.example'")
    for document in ("R-1", "R-2"):
        add_item(customer, document, date(2012, 6, 1), "120.00")
    prepare(FIRST, actor)
    issue(NoticeFilter(), actor)
    assert enqueue(NoticeFilter(), actor, config).queued == 1
    assert run("UPDATE delivery SET state = 'sent', sent_at = 5").rowcount == 2
    mark_notice_sent(Notice.get().id, 5)
    return actor


def levels() -> list[tuple[int, date | None]]:
    return [(row.level, row.last_notice_date) for row in OpenItem.select().order_by(OpenItem.id)]


def came_back(*addresses: str) -> None:
    """Mark the live messages to these addresses."""
    for address in addresses:
        run("UPDATE delivery SET arrival = 'undelivered' WHERE to_address = ? AND live", (address,))


def verbs() -> list[str]:
    return [row.verb for row in JournalEntry.select().order_by(JournalEntry.id) if row.verb.startswith("level")]


BOTH = ("a@kupec.example", "b@kupec.example")
ON, BACK = [(1, FIRST), (1, FIRST)], [(0, None), (0, None)]


def test_only_when_every_message_came_back(sent: Actor) -> None:
    number = Notice.get().id
    assert levels() == ON
    assert not take_back(number)
    came_back(BOTH[0])
    assert not take_back(number)
    assert (levels(), verbs()) == (ON, [])
    came_back(BOTH[1])
    assert take_back(number, "006")
    assert (levels(), verbs()) == (BACK, ["level taken back"])
    assert not take_back(number)  # twice is once
    assert (levels(), verbs()) == (BACK, ["level taken back"])
    assert JournalEntry.get(JournalEntry.verb == "level taken back").operator_code == "006"


@pytest.mark.parametrize("state", ["unknown", "sending"])
def test_a_message_that_may_have_arrived_keeps_the_level(state: str, sent: Actor) -> None:
    came_back(BOTH[0])
    run(
        "UPDATE delivery SET state = ?, sender_id = 's', lease_until = 9 WHERE to_address = ?",
        (state, BOTH[1]),
    )
    assert not take_back(Notice.get().id)
    assert levels() == ON


def test_a_posted_notice_keeps_its_level_and_a_printed_one_does_not(sent: Actor, tmp_path: Path) -> None:
    came_back(*BOTH)
    print_notices(NoticeFilter(), sent, output=tmp_path / "look.pdf")
    assert take_back(Notice.get().id), "a letter that was printed to look at has reached nobody"
    print_notices(NoticeFilter(), sent, output=tmp_path / "post.pdf", posted=True)
    assert (levels(), verbs()) == (ON, ["level taken back", "level counts again"])
    assert not take_back(Notice.get().id)
    assert levels() == ON


def test_the_next_run_repeats_the_level(sent: Actor) -> None:
    came_back(*BOTH)
    take_back(Notice.get().id)
    done = prepare(SECOND, sent)
    assert (done.notices, dict(done.levels)) == (1, {1: 1})


def test_without_a_bounce_the_next_run_goes_on(sent: Actor) -> None:
    assert dict(prepare(SECOND, sent).levels) == {2: 1}


def send_again(address: str) -> None:
    """The message to `address` is written anew and sent, to another address."""
    run("UPDATE delivery SET live = ?, outcome = 'undelivered' WHERE to_address = ? AND live", (False, address))
    columns = (
        "notice_id, recipient_no, batch, channel, operator_id, sender_address, skeleton, document_id, content_sha256, "
        "queued_at"
    )
    run(
        f"INSERT INTO delivery ({columns}, to_address, message_id, state, live, sent_at) "
        f"SELECT {columns}, 'new@kupec.example', 'new' || message_id, 'sent', ?, 9 FROM delivery WHERE to_address = ?",
        (True, address),
    )
    mark_notice_sent(Notice.get().id, 9)


def test_a_later_message_makes_it_count_again(sent: Actor) -> None:
    came_back(*BOTH)
    take_back(Notice.get().id)
    send_again(BOTH[0])
    assert (levels(), verbs()) == (ON, ["level taken back", "level counts again"])
    mark_notice_sent(Notice.get().id, 10)
    assert (levels(), verbs()) == (ON, ["level taken back", "level counts again"])
    came_back("new@kupec.example")
    assert take_back(Notice.get().id)
    assert levels() == BACK


def test_nothing_came_back_nothing_to_do(sent: Actor) -> None:
    assert not counts_again(Notice.get().id)
    assert (levels(), verbs()) == (ON, [])


def test_items_on_a_later_notice_are_left(sent: Actor) -> None:
    first = Notice.get().id
    prepare(SECOND, sent)
    issue(NoticeFilter(number=Span(101, 101)), sent)
    assert levels() == [(2, SECOND), (2, SECOND)]
    came_back(*BOTH)
    assert not take_back(first)
    assert levels() == [(2, SECOND), (2, SECOND)]


def test_the_repeated_notice_and_the_late_message(sent: Actor) -> None:
    """The level was repeated by notice 101; that a message of 100 gets there afterwards changes nothing any more."""
    came_back(*BOTH)
    take_back(Notice.get().id)
    prepare(SECOND, sent)
    issue(NoticeFilter(number=Span(101, 101)), sent)
    assert levels() == [(1, SECOND), (1, SECOND)]
    send_again(BOTH[0])
    assert levels() == [(1, SECOND), (1, SECOND)]
    unlock(NoticeFilter(number=Span(101, 101)), "wrong", sent)
    assert levels() == BACK


def test_unlocking_a_taken_back_notice_restores_once(sent: Actor) -> None:
    run("UPDATE open_item SET level = 2, last_notice_date = '2012-07-01' WHERE document = 'R-2'")
    run("UPDATE notice_item SET previous_level = 2, previous_date = '2012-07-01', level = 3 WHERE document = 'R-2'")
    run("UPDATE open_item SET level = 3, last_notice_date = '2012-08-17' WHERE document = 'R-2'")
    before = [(0, None), (2, date(2012, 7, 1))]
    came_back(*BOTH)
    assert take_back(Notice.get().id)
    assert levels() == before
    unlock(NoticeFilter(), "wrong address", sent, even_sent=True)
    assert levels() == before
    assert not counts_again(Notice.get().id)  # it is prepared: nothing counts
    assert not take_back(Notice.get().id)
    assert levels() == before


def test_issuing_again_counts_whatever_came_back_before(sent: Actor) -> None:
    came_back(*BOTH)
    take_back(Notice.get().id)
    unlock(NoticeFilter(), "wrong address", sent, even_sent=True)
    issue(NoticeFilter(), sent)
    assert levels() == ON
    assert not take_back(Notice.get().id)  # the old messages are not its any more
    assert levels() == ON


def test_deleting_the_repeated_notice_leaves_the_level_back(sent: Actor) -> None:
    came_back(*BOTH)
    take_back(Notice.get().id)
    prepare(SECOND, sent)
    assert delete_notices(NoticeFilter(number=Span(101, 101)), sent) == 1
    assert levels() == BACK


def test_a_lawsuit_note_goes_back_too(sent: Actor) -> None:
    run("UPDATE notice SET before_lawsuit = ?", (True,))
    run("UPDATE open_item SET lawsuit = ?", (True,))
    came_back(*BOTH)
    take_back(Notice.get().id)
    assert [row.lawsuit for row in OpenItem.select()] == [False, False]
    send_again(BOTH[0])
    assert [row.lawsuit for row in OpenItem.select()] == [True, True]
