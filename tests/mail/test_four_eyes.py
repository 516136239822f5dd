"""Four eyes: a batch above the sum leaves only after a second operator has agreed to what he saw."""

from __future__ import annotations

import random
import threading
from decimal import Decimal

import pytest

from opomini_tui.config import Config
from opomini_tui.errors import NotAllowed, NothingToDo, OpominiError, Refused
from opomini_tui.evidence.doctor_mail import _held_back
from opomini_tui.mail import batches, outbox
from opomini_tui.mail.approval import approve, approvers, asked, asked_count, needs_approval, refuse, request_of
from opomini_tui.mail.claims import claim
from opomini_tui.mail.outbox import Enqueued, cancel, enqueue, outbox_rows, retry
from opomini_tui.mail.sender import Delivered, deliver
from opomini_tui.mail.standing import standing
from opomini_tui.mail.worker import work
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import now_ms
from opomini_tui.models.journal import JournalEntry
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from tests.mail import builder
from tests.mail.sending import ids_on_server, states, until, verbs
from tests.mail.servers import FaultServer

EACH = Decimal("12.00")
"""What a notice of `queue_many` claims."""


def second(role: str = "clerk", code: str = "007") -> Actor:
    """Another operator, who may send unless the `role` says otherwise."""
    return Actor.of(Operator.create(code=code, name="Druga", role=role, email="druga@podjetje.example"))


def queue_many(actor: Actor, config: Config, count: int) -> Enqueued:
    """A batch of so many notices, to leave at once."""
    ids = builder.notices(builder.customers(count), items=1)
    return enqueue(NoticeFilter(ids=tuple(ids)), actor, config, recall_seconds=0)


@pytest.fixture
def other(actor: Actor) -> Actor:
    """The second operator; batches of more than three notices need him."""
    Company.update(four_eyes_sum=3 * EACH).execute()
    return second()


def test_below_the_sum_nothing_changes(actor: Actor, other: Actor, config: Config, server: FaultServer) -> None:
    queued = queue_many(actor, config, 3)
    assert not queued.asks
    assert asked() == []
    assert deliver(config) == Delivered(sent=3)


def test_above_the_sum_nothing_leaves_before_the_second_operator(
    actor: Actor, other: Actor, config: Config, server: FaultServer
) -> None:
    queued = queue_many(actor, config, 4)
    assert queued.asks
    assert claim("someone", now_ms(), builder.DAY, queued.batch).messages == ()
    for done in (deliver(config), deliver(config, batch=queued.batch)):
        assert (done.sent, done.left) == (0, 4)
        assert "second operator" in done.paused_because
    with pytest.raises(NothingToDo):
        batches.resume(queued.batch, actor)
    assert deliver(config).sent == 0
    hindrance = standing(config, queued.batch)
    assert hindrance is not None
    assert (hindrance.kind, hindrance.batch) == ("approval", queued.batch)

    (request,) = asked(other)
    assert (request.batch, request.operator_code, request.notices, request.messages) == (queued.batch, "006", 4, 4)
    assert request.total == 4 * EACH
    assert (asked(actor), asked_count(actor), asked_count(other)) == ([], 0, 1)
    assert approve(queued.batch, other, request) == request
    row = batches.batch_row(queued.batch)
    assert row is not None
    assert (row.approval, row.approved_by, asked_count(other)) == ("approved", "007", 0)
    assert deliver(config) == Delivered(sent=4)
    assert len(server.accepted) == 4
    assert verbs()[:2] == ["queue", "approve"]


def test_only_a_second_active_operator_who_may_send_decides(actor: Actor, other: Actor, config: Config) -> None:
    batch = queue_many(actor, config, 4).batch
    onlooker = second("view", "008")
    gone = second("manager", "009")
    Operator.update(active=False).where(Operator.code == "009").execute()
    assert approvers(actor) == ["007"]
    for stranger in (actor, onlooker, gone):
        with pytest.raises(NotAllowed):
            approve(batch, stranger)
        with pytest.raises(NotAllowed):
            refuse(batch, stranger, "ne")
    with pytest.raises(OpominiError):
        approve("no such batch", other)
    with pytest.raises(OpominiError):
        refuse(batch, other, "  ")
    assert claim("someone", now_ms(), builder.DAY, batch).messages == ()
    assert states() == ["queued"] * 4


def test_a_refused_batch_is_cancelled_with_the_reason(
    actor: Actor, other: Actor, config: Config, server: FaultServer
) -> None:
    batch = queue_many(actor, config, 4).batch
    assert refuse(batch, other, "napačna obdobja").messages == 4
    assert {(row.state, row.reason) for row in outbox_rows()} == {("cancelled", "Refused by 007: napačna obdobja")}
    with pytest.raises(NothingToDo):
        approve(batch, other)
    with pytest.raises(NothingToDo):
        refuse(batch, other, "x")
    assert deliver(config) == Delivered()
    entry = JournalEntry.select().order_by(JournalEntry.id.desc()).get()
    assert (entry.verb, entry.operator_code, "napačna obdobja" in entry.details) == ("refuse", "007", True)
    assert server.accepted == []


@pytest.mark.parametrize("decision", ["approved", "refused"])
def test_what_was_taken_back_asks_anew(
    actor: Actor, other: Actor, config: Config, server: FaultServer, decision: str
) -> None:
    """Nobody agreed to the messages that were cancelled when the batch was approved."""
    batch = queue_many(actor, config, 4).batch
    first, second_one, *_rest = outbox_rows()
    cancel([first.id, second_one.id], actor)
    if decision == "approved":
        assert approve(batch, other).messages == 2
        assert deliver(config).sent == 2
    else:
        refuse(batch, other, "ne")
    assert retry([first.id, second_one.id], actor, today=builder.DAY).queued == 2
    assert deliver(config).sent == 0
    (request,) = asked(other)
    assert (request.messages, request.total) == (2, 2 * EACH)
    approve(batch, other)
    assert deliver(config).sent == 2


def test_what_was_shown_is_what_is_approved(actor: Actor, other: Actor, config: Config) -> None:
    batch = queue_many(actor, config, 5).batch
    seen = request_of(batch)
    cancel([outbox_rows()[0].id], actor)
    with pytest.raises(Refused):
        approve(batch, other, seen)
    assert asked_count(other) == 1
    cancel(batch, actor)
    with pytest.raises(NothingToDo):
        approve(batch, other)
    assert asked() == []


def test_nothing_is_added_to_a_batch_that_was_decided_about(
    actor: Actor, other: Actor, config: Config, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second operator is quick: he agrees while the rest is being queued."""
    monkeypatch.setattr(outbox, "CHUNK", 2)
    queue_chunk, decided = outbox._queue_chunk, list[str]()

    def quick(*given: object) -> object:
        done = queue_chunk(*given)  # type: ignore[arg-type]  # passed on as they are
        for request in asked(other):
            approve(request.batch, other, request)
            decided.append(request.batch)
        return done

    monkeypatch.setattr(outbox, "_queue_chunk", quick)
    queued = queue_many(actor, config, 5)
    assert decided == [queued.batch]
    assert (queued.queued, len(queued.held_back)) == (2, 3)
    assert "second operator" in queued.held_back[0].sentence
    assert deliver(config).sent == 2


def test_a_queueing_that_is_killed_leaves_nothing_unasked(
    actor: Actor, other: Actor, config: Config, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch asks from its first message on, not when all are there."""
    monkeypatch.setattr(outbox, "CHUNK", 2)
    queue_chunk, calls = outbox._queue_chunk, list[int]()

    def killed(*given: object) -> object:
        calls.append(1)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return queue_chunk(*given)  # type: ignore[arg-type]  # passed on as they are

    monkeypatch.setattr(outbox, "_queue_chunk", killed)
    with pytest.raises(KeyboardInterrupt):
        queue_many(actor, config, 5)
    assert states() == ["queued"] * 2
    assert deliver(config).sent == 0
    (request,) = asked(other)
    assert request.messages == 2


def test_doctor_tells_of_a_limit_without_a_second_operator(actor: Actor, config: Config) -> None:
    Company.update(four_eyes_sum=EACH).execute()
    assert "Four eyes" in {finding.subject for finding in _held_back(config)}
    second()
    assert "Four eyes" not in {finding.subject for finding in _held_back(config)}


def test_the_sum_decides(actor: Actor, other: Actor) -> None:
    ids = builder.notices(builder.customers(4), items=1)
    assert [needs_approval(ids[:count]) for count in (0, 3, 4)] == [False, False, True]
    Company.update(four_eyes_sum=0).execute()
    assert not needs_approval(ids)


@pytest.mark.parametrize("seed", range(2))
def test_no_message_leaves_before_approval(
    actor: Actor, other: Actor, config: Config, server: FaultServer, seed: int
) -> None:
    """A worker runs beside while batches are queued, taken back, refused, approved and tried again at random."""
    choose, stop = random.Random(seed), threading.Event()
    worker = threading.Thread(target=work, args=(config, stop, 0.01))
    worker.start()
    agreed = set[str]()
    try:
        for _step in range(25):
            waiting = asked()
            closed = {row.message_id for one in waiting for row in outbox_rows(batch=one.batch)} - agreed
            assert not closed & set(ids_on_server(server))
            move = choose.choice(("queue", "queue", "approve", "cancel", "refuse", "retry"))
            if move == "queue" or not waiting:
                queued = queue_many(actor, config, choose.randint(2, 6))
                if not queued.asks:
                    agreed |= {row.message_id for row in outbox_rows(batch=queued.batch)}
                continue
            batch = choose.choice(waiting).batch
            of_batch = outbox_rows(batch=batch)
            match move:
                case "approve":
                    agreed |= {row.message_id for row in of_batch if row.state == "queued"}
                    approve(batch, other)
                case "cancel":
                    cancel([choose.choice([row.id for row in of_batch if row.state == "queued"])], actor)
                case "refuse":
                    refuse(batch, other, "ne")
                case _:
                    retry([row.id for row in outbox_rows() if row.state == "cancelled"], actor, today=builder.DAY)
        until(lambda: not any(row.counts.queued for row in batches.batches(100) if row.approval != "asked"))
    finally:
        stop.set()
        worker.join(60)
    arrived = ids_on_server(server)
    assert len(arrived) == len(set(arrived))
    assert set(arrived) <= agreed
