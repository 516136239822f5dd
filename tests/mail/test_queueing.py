"""What happens to a batch while it is being queued, and which messages a person may not simply send again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from opomini_tui.config import Config
from opomini_tui.errors import NothingToDo
from opomini_tui.mail import batches, outbox
from opomini_tui.mail.messages import Writer
from opomini_tui.mail.outbox import cancel, enqueue, outbox_rows, retry
from opomini_tui.mail.plan import Ready, plan_sending
from opomini_tui.mail.sender import Delivered, deliver
from opomini_tui.mail.work_list import work_list
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.parties import Contact
from opomini_tui.models.settings import Company
from tests.mail import builder
from tests.mail.sending import ALL, only, queue, states
from tests.mail.servers import FaultServer


def test_a_batch_that_is_taken_back_while_it_is_queued_stays_taken_back(
    actor: Actor, config: Config, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder.notices(builder.customers(5))
    real, names = outbox._queue_chunk, list[str]()

    def chunk(
        chosen: Sequence[Ready], by: Writer, batch: outbox._Batch, who: Actor, pace: outbox._Pace
    ) -> outbox._Chunk | str:
        done = real(chosen, by, batch, who, pace)
        if not names:
            names.append(batch.name)
            assert cancel(batch.name, who) == 2
        return done

    monkeypatch.setattr(outbox, "_queue_chunk", chunk)
    monkeypatch.setattr(outbox, "CHUNK", 2)
    queued = enqueue(ALL, actor, config, recall_seconds=0)
    assert (queued.batch, queued.queued) == (names[0], 2)
    assert [one.label for one in queued.held_back] == ["2012/3", "2012/4", "2012/5"]
    assert "taken back" in queued.held_back[0].sentence
    assert states() == ["cancelled"] * 2
    assert deliver(config) == Delivered()
    assert enqueue(ALL, actor, config).queued == 5


def test_a_batch_is_taken_back_for_good_even_when_nothing_waits_just_now(
    sqlite_actor: Actor, config: Config, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sender is quicker than queueing."""
    builder.notices(builder.customers(2))
    real = outbox._queue_chunk

    def chunk(
        chosen: Sequence[Ready], by: Writer, batch: outbox._Batch, who: Actor, pace: outbox._Pace
    ) -> outbox._Chunk | str:
        done = real(chosen, by, batch, who, pace)
        if isinstance(done, outbox._Chunk):
            deliver(config)
            with pytest.raises(NothingToDo):
                cancel(batch.name, who)
        return done

    monkeypatch.setattr(outbox, "_queue_chunk", chunk)
    monkeypatch.setattr(outbox, "CHUNK", 1)
    assert enqueue(ALL, sqlite_actor, config, recall_seconds=0).queued == 1
    assert states() == ["sent"]


def test_an_address_that_became_bad_holds_back_its_own_notice_only(actor: Actor, config: Config) -> None:
    builder.notices(builder.customers(3))
    plan = plan_sending(ALL, actor)
    Contact.update(email="brez-afne").where(Contact.id == 2).execute()
    Contact.update(email="").where(Contact.id == 3).execute()
    queued = enqueue(plan, actor, config)
    assert queued.queued == 1
    assert [(one.label, one.code) for one in queued.held_back] == [("2012/2", "bad_address"), ("2012/3", "no_contact")]
    assert "brez-afne" in queued.held_back[0].sentence
    assert len(outbox_rows()) == 1


def test_a_company_without_a_recall_window_keeps_its_sending_hours(
    actor: Actor, config: Config, server: FaultServer
) -> None:
    now = datetime.now(UTC)
    Company.update(
        recall_seconds=0,
        send_from=f"{now + timedelta(hours=2):%H:%M}",
        send_until=f"{now + timedelta(hours=3):%H:%M}",
        send_days="1234567",
        time_zone="UTC",
    ).execute()
    queue(actor, config, 1)
    (work,) = work_list()
    assert not work.any_hour
    done = deliver(config)
    assert (done.sent, done.left) == (0, 1)
    assert "hours" in done.paused_because
    batches.start_now(work.batch, actor)
    assert deliver(config) == Delivered(sent=1)


def came_back(actor: Actor, config: Config) -> int:
    """A message that was sent and came back; its id."""
    queue(actor, config, 1)
    run("UPDATE delivery SET state = 'sent', arrival = 'undelivered'")
    run("UPDATE notice SET state = 'sent', sent_at = 1")
    return only().id


def test_what_came_back_is_not_sent_to_the_same_address_by_accident(actor: Actor, config: Config) -> None:
    number, address = came_back(actor, config), only().to
    done = retry([number], actor)
    assert done.queued == 0
    assert address in done.left[0]
    Contact.update(email=address.upper()).execute()
    assert retry([number], actor).queued == 0
    Contact.update(email=address).execute()
    assert retry([number], actor, same_address=True).queued == 1
    assert [row.to for row in outbox_rows(state="queued")] == [address]


def test_what_came_back_goes_to_a_corrected_address(actor: Actor, config: Config) -> None:
    number = came_back(actor, config)
    Contact.update(email="prav@kupec.example").execute()
    assert retry([number], actor).queued == 1
    assert [row.to for row in outbox_rows(state="queued")] == ["prav@kupec.example"]


def test_what_came_back_and_went_by_post_is_not_mailed_too(actor: Actor, config: Config, server: FaultServer) -> None:
    number = came_back(actor, config)
    Contact.update(email="prav@kupec.example").execute()
    assert retry([number], actor).queued == 1
    run("UPDATE notice SET posted_at = 5")
    assert deliver(config) == Delivered(held=1)
    assert cancel([row.id for row in outbox_rows(state="held")], actor) == 1
    assert "sent" in retry([number], actor).left[0]
    assert server.accepted == []
