"""Batches: the recall window, the pause that every sender obeys, and what a sender looks for."""

from __future__ import annotations

import threading
import time

import pytest

from opomini_tui.config import Config
from opomini_tui.errors import NotAllowed, NothingToDo, OpominiError
from opomini_tui.mail import batches
from opomini_tui.mail.claims import claim
from opomini_tui.mail.outbox import cancel, enqueue, outbox_rows
from opomini_tui.mail.sender import Delivered, deliver
from opomini_tui.mail.work_list import work_list
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import bulk_insert, database, is_postgres, now_ms, run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.settings import Company
from tests.mail import builder
from tests.mail.late_server import LateServer
from tests.mail.sending import states, until, verbs
from tests.mail.servers import FaultServer


def batch_of(actor: Actor, config: Config, count: int, recall_seconds: int | None = 0) -> str:
    """The name of a batch of so many messages."""
    ids = builder.notices(builder.customers(count), items=1)
    return enqueue(NoticeFilter(ids=tuple(ids)), actor, config, recall_seconds=recall_seconds).batch


def test_a_batch_can_be_recalled_until_it_starts(actor: Actor, config: Config, server: FaultServer) -> None:
    Company.update(recall_seconds=30).execute()
    before = now_ms()
    batch = batch_of(actor, config, 3, None)
    row = batches.batch_row(batch)
    assert row is not None
    assert before + 30_000 <= row.starts_at <= now_ms() + 30_000
    assert (row.operator_code, row.counts.queued, row.paused_at) == ("006", 3, None)
    assert {message.next_try_at for message in outbox_rows()} == {row.starts_at}
    assert deliver(config) == Delivered(left=3)
    first, *_rest = outbox_rows()
    assert cancel([first.id], actor) == 1
    assert cancel(batch, actor) == 2
    assert deliver(config, batch=batch, clock=lambda: row.starts_at) == Delivered()
    assert server.accepted == []


def test_the_start_is_waited_for_and_can_be_hurried(actor: Actor, config: Config, server: FaultServer) -> None:
    batch, results = batch_of(actor, config, 2, 600), list[Delivered]()
    thread = threading.Thread(target=lambda: results.append(deliver(config, batch=batch)))
    thread.start()
    thread.join(0.4)
    assert thread.is_alive()
    batches.start_now(batch, actor)
    thread.join(60)
    assert results == [Delivered(sent=2)]
    assert verbs()[:2] == ["queue", "start now"]
    with pytest.raises(NothingToDo):
        batches.start_now(batch, actor)


def test_a_short_window_passes_by_itself(sqlite_actor: Actor, config: Config, server: FaultServer) -> None:
    batch = batch_of(sqlite_actor, config, 1, 1)
    began = time.monotonic()
    assert deliver(config, batch=batch) == Delivered(sent=1)
    assert time.monotonic() - began > 0.5


def test_stop_ends_the_waiting_for_the_start(sqlite_actor: Actor, config: Config) -> None:
    batch, stop = batch_of(sqlite_actor, config, 1, 600), threading.Event()
    threading.Timer(0.2, stop.set).start()
    assert deliver(config, batch=batch, stop=stop) == Delivered(left=1)


def test_no_sender_begins_a_message_of_a_paused_batch(actor: Actor, config: Config, server: FaultServer) -> None:
    paused, other = batch_of(actor, config, 3), batch_of(actor, config, 2)
    batches.pause(paused, actor, "počakaj")
    assert claim("someone", now_ms(), builder.DAY, paused).messages == ()
    assert deliver(config).sent == 2
    done = deliver(config, batch=paused)
    assert (done.sent, done.left) == (0, 3)
    assert "počakaj" in done.paused_because
    row = batches.batch_row(paused)
    assert row is not None
    assert (row.paused_by, row.pause_reason, row.paused_at is None) == ("006", "počakaj", False)
    with pytest.raises(NothingToDo):
        batches.pause(paused, actor)
    assert batches.resume(paused, actor) == 1
    with pytest.raises(NothingToDo):
        batches.resume(paused, actor)
    assert deliver(config, batch=paused) == Delivered(sent=3)
    assert [verb for verb in verbs() if verb in ("pause", "resume")] == ["pause", "resume"]
    finished = batches.batch_row(other)
    assert finished is not None
    assert (finished.counts.sent, finished.counts.queued) == (2, 0)


def test_a_pause_in_the_middle_holds_for_every_sender(actor: Actor, config: Config, late: LateServer) -> None:
    late.late = {"dot": 0.05}
    batch, results = batch_of(actor, config, 60), list[Delivered]()
    thread = threading.Thread(target=lambda: results.append(deliver(config, batch=batch)))
    thread.start()
    until(lambda: len(late.accepted) > 3)
    batches.pause(batch, actor)
    thread.join(60)
    assert 0 < results[0].left < 60
    assert "paused" in results[0].paused_because
    assert set(states()) == {"sent", "queued"}
    batches.resume(None, actor)
    assert deliver(config).left == 0
    assert len(late.accepted) == 60


def test_lists_of_batches(actor: Actor, config: Config, server: FaultServer) -> None:
    first, second = batch_of(actor, config, 1), batch_of(actor, config, 1, 600)
    deliver(config, batch=first)
    assert [row.name for row in batches.batches()] == [second, first]
    assert [row.name for row in batches.batches(limit=1)] == [second]
    assert [row.name for row in batches.batches(only_live=True)] == [second]
    assert [row.name for row in batches.unfinished(actor)] == [second]
    stranger = Actor(actor.id + 1, "007", "Druga", "view", "sl")
    assert batches.unfinished(stranger) == []
    for verb in (batches.pause, batches.resume, batches.start_now):
        with pytest.raises(NotAllowed):
            verb(second, stranger)
        with pytest.raises(OpominiError):
            verb("no such batch", actor)


def test_batches_take_turns(actor: Actor, config: Config, server: FaultServer) -> None:
    """A single message does not wait behind a hundred of another batch."""
    batch_of(actor, config, 60)
    single = batch_of(actor, config, 1)
    deliver(config)
    places = [row.message_id for row in outbox_rows(batch=single)]
    order = [message.content.decode().split("Message-ID: ")[1].split("\r\n")[0] for message in server.accepted]
    assert order.index(places[0]) < 20


@pytest.mark.long
def test_a_hundred_thousand_paused_messages_cost_nothing(actor: Actor, config: Config) -> None:
    paused, waiting = batch_of(actor, config, 1), batch_of(actor, config, 1)
    columns = (
        "notice_id recipient_no batch channel operator_id sender_address to_address message_id skeleton document_id "
        "content_sha256 state live next_try_at queued_at"
    ).split()
    rows = (
        (1, 0, paused, "smtp", actor.id, "a@b.example", "c@d.example", f"<{n}>", "x", 1, "y", "queued", True, n, 1)
        for n in range(100_000)
    )
    with database.atomic():
        run("DROP INDEX delivery_live")  # many messages of one notice, which only a test writes
        bulk_insert("delivery", columns, rows)
    run("ANALYZE")
    batches.pause(paused, actor)
    began = time.monotonic()
    assert {work.batch: bool(work.paused) for work in work_list()} == {paused: True, waiting: False}
    assert claim("someone", now_ms(), builder.DAY, paused, 8).messages == ()
    assert len(claim("someone", now_ms(), builder.DAY, waiting, 8).messages) == 1
    assert time.monotonic() - began < 0.25
    plan = str(run(f"EXPLAIN {'' if is_postgres() else 'QUERY PLAN '}{_PROBE}", (waiting,)).fetchall())
    assert "delivery_due" in plan


_PROBE = """SELECT id FROM delivery WHERE live AND state IN ('queued', 'claimed', 'deferred') AND batch = ?
    AND state = 'queued' AND next_try_at <= 9 ORDER BY next_try_at, id LIMIT 8"""
