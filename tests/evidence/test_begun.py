"""Work that was begun and not ended is told at the next start, once, and only when its session is really gone."""

from __future__ import annotations

import time

from opomini_tui.evidence.begun import broken_off, note_begun, note_ended
from opomini_tui.evidence.presence import say_here
from opomini_tui.mail.dead_senders import ended, new_sender_id
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import BUSY_SECONDS, database, now_ms, run, without_waiting
from opomini_tui.models.parties import Operator
from tests.models.storing import somebody_stores


def test_only_what_a_session_that_is_gone_did_not_end_is_told_and_only_once(actor: Actor) -> None:
    session = new_sender_id()
    issue = note_begun(actor, session, "notices.issue")
    note_begun(actor, session, "notices.import")
    note_ended(actor, issue)
    assert broken_off(actor) == [], "it is still at it"
    ended(session)
    (found,) = broken_off(actor)
    assert found.action == "notices.import"
    assert abs(found.begun_at - now_ms()) < 60_000
    assert broken_off(actor) == []
    assert run("SELECT COUNT(*) FROM setting WHERE operator_id = ?", (actor.id,)).fetchone() == (0,)


def test_it_is_told_to_the_one_who_began_it(actor: Actor) -> None:
    other = Actor.of(Operator.create(code="007", name="Kos", role="clerk"))
    session = new_sender_id()
    note_begun(actor, session, "notices.issue")
    ended(session)
    assert broken_off(other) == []
    assert len(broken_off(actor)) == 1


def test_a_session_of_another_machine_is_gone_when_it_is_not_here_any_more(actor: Actor) -> None:
    session = "elsewhere:1:2:3"
    note_begun(actor, session, "notices.prepare")
    database.close()
    say_here(session, actor.id, "notices")
    database.connect()
    assert broken_off(actor) == []
    run("UPDATE presence SET seen_at = 0")
    assert [one.action for one in broken_off(actor)] == ["notices.prepare"]


def test_a_start_does_not_wait_for_who_stores_and_tells_it_once_more(sqlite_actor: Actor) -> None:
    session = new_sender_id()
    note_begun(sqlite_actor, session, "notices.issue")
    ended(session)
    with somebody_stores():
        began = time.monotonic()
        assert len(broken_off(sqlite_actor)) == 1
        assert time.monotonic() - began < BUSY_SECONDS / 4
    assert len(broken_off(sqlite_actor)) == 1
    assert broken_off(sqlite_actor) == []


def test_the_end_of_a_work_is_no_failure_of_it_when_the_database_is_busy(sqlite_actor: Actor) -> None:
    session = new_sender_id()
    key = note_begun(sqlite_actor, session, "notices.issue")
    with somebody_stores(), without_waiting():
        note_ended(sqlite_actor, key)
    ended(session)
    assert len(broken_off(sqlite_actor)) == 1
