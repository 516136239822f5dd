"""Queueing that is followed, and stopped at any moment: nothing of the batch waits, and the same notices go another time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from peewee import OperationalError

from opomini_tui.config import Config
from opomini_tui.dunning.recheck import today_utc
from opomini_tui.errors import OpominiError, Stopped
from opomini_tui.mail import batches, outbox, plan
from opomini_tui.mail.outbox import enqueue
from opomini_tui.mail.plan import plan_sending
from opomini_tui.mail.sender import Delivered, deliver
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import now_ms, run
from opomini_tui.models.parties import Contact
from opomini_tui.models.settings import Company
from tests.mail import builder
from tests.mail.sending import ALL, ids_on_server, states
from tests.mail.servers import FaultServer
from tests.test_progress import Watcher

NOTICES = 5


@pytest.fixture
def chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two notices."""
    monkeypatch.setattr(outbox, "CHUNK", 2)


def stopped_at(moment: int, actor: Actor, config: Config) -> Stopped | None:
    """Queue everything, stopped after it has told so often; None when it ran through before."""
    watcher = Watcher(moment)
    try:
        enqueue(ALL, actor, config, progress=watcher, stop=watcher.stop)
    except Stopped as stopped:
        return stopped
    return None


@pytest.mark.usefixtures("chunks")
def test_stopped_at_any_moment_no_half_batch_is_left(actor: Actor, config: Config, server: FaultServer) -> None:
    builder.notices(builder.customers(NOTICES))
    said, moment = list[str](), 1
    while (stopped := stopped_at(moment, actor, config)) is not None:
        said.append(str(stopped))
        assert set(states()) <= {"cancelled"}
        assert run("SELECT COUNT(*) FROM delivery WHERE live").fetchone() == (0,)
        assert deliver(config) == Delivered(), "nothing of it leaves"
        moment += 1
    assert said[:2] == ["It was stopped; nothing was changed."] * 2
    assert said[2] == "It was stopped; 2 messages that waited were taken back."
    assert said[-1] == "It was stopped; 5 messages that waited were taken back."
    assert states().count("queued") == NOTICES, "the same notices, once each"
    assert deliver(config).sent == NOTICES
    assert len(set(ids_on_server(server))) == len(ids_on_server(server)) == NOTICES


@pytest.mark.usefixtures("chunks")
def test_it_tells_how_many_are_queued_and_left_out(sqlite_actor: Actor, config: Config) -> None:
    builder.notices(builder.customers(NOTICES))
    ready = plan_sending(ALL, sqlite_actor)
    Contact.update(email="").where(Contact.id == 2).execute()
    watcher = Watcher()
    assert enqueue(ready, sqlite_actor, config, progress=watcher).queued == NOTICES - 1
    assert [done for done, _total, _counts, _note in watcher.told] == [0, 2, 2, 3, 4, 4, 5]
    assert watcher.told[-1] == (5, 5, {"queued": 4, "left out": 1}, "")


@pytest.mark.usefixtures("chunks")
def test_what_can_be_stopped_does_not_start_before_all_of_it_is_queued(
    actor: Actor, config: Config, server: FaultServer
) -> None:
    """Without a recall window too."""
    builder.notices(builder.customers(NOTICES))
    Company.update(recall_seconds=0).execute()
    tried = list[Delivered]()

    class Sender(Watcher):
        def __call__(self, *told: object) -> None:
            tried.append(deliver(config, patience=0))

    queued = enqueue(ALL, actor, config, progress=Sender(), stop=Sender().stop)
    assert len(tried) > NOTICES
    assert not any(done.sent for done in tried)
    row = batches.batch_row(queued.batch)
    assert row is not None
    assert row.starts_at <= now_ms(), "then it does at once"
    assert deliver(config).sent == NOTICES


@pytest.mark.usefixtures("chunks")
def test_what_has_left_meanwhile_is_said(actor: Actor, config: Config, server: FaultServer) -> None:
    """Somebody starts the batch by hand while it is being queued."""
    builder.notices(builder.customers(NOTICES))

    class Starter(Watcher):
        def __call__(self, *told: object) -> None:
            if states() == ["queued"] * 2:
                (batch,) = run("SELECT name FROM batch").fetchone()
                batches.start_now(batch, actor)
                deliver(config)
            if len(states()) == 4:
                self.stop.set()

    watcher = Starter()
    with pytest.raises(Stopped, match=r"2 messages that waited were taken back\. 2 were on their way already\."):
        enqueue(ALL, actor, config, progress=watcher, stop=watcher.stop)
    assert sorted(states()) == ["cancelled"] * 2 + ["sent"] * 2
    assert enqueue(ALL, actor, config, recall_seconds=0).queued == 3


@pytest.mark.usefixtures("chunks")
def test_a_batch_that_cannot_be_taken_back_is_named(
    sqlite_actor: Actor, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder.notices(builder.customers(NOTICES))

    def locked(_batch: str, _actor: Actor) -> int:
        raise OperationalError("database is locked")

    monkeypatch.setattr(outbox, "cancel", locked)
    watcher = Watcher(3)
    with pytest.raises(OpominiError, match="could not be taken back") as refusal:
        enqueue(ALL, sqlite_actor, config, progress=watcher, stop=watcher.stop)
    assert run("SELECT name FROM batch").fetchone()[0] in str(refusal.value)


def test_the_plan_tells_how_many_can_go_and_is_stopped(
    actor: Actor, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "TOLD", 2)
    builder.notices(builder.customers(NOTICES))
    Contact.update(email="").where(Contact.id == 2).execute()
    whole = plan_sending(ALL, actor, today=today_utc() - timedelta(days=1))
    watcher = Watcher()
    assert plan_sending(ALL, actor, config=config, progress=watcher) == whole, "whatever the pieces are"
    assert watcher.told == [
        (2, 5, {"ready": 1, "left out": 1}, ""),
        (4, 5, {"ready": 3, "left out": 1}, ""),
        (5, 5, {"ready": 4, "left out": 1}, ""),
    ]
    watcher = Watcher(1)
    with pytest.raises(Stopped, match="nothing was changed"):
        plan_sending(ALL, actor, progress=watcher, stop=watcher.stop)
    assert len(watcher.told) == 1
