"""How many messages a minute, and at which hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from opomini_tui.config import Config
from opomini_tui.mail import batches
from opomini_tui.mail.hours import Hours, sending_hours
from opomini_tui.mail.outbox import enqueue
from opomini_tui.mail.rate import reserve
from opomini_tui.mail.sender import Delivered, deliver
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import now_ms, run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from tests.mail import builder
from tests.mail.sending import queue
from tests.mail.servers import FaultServer


def test_places_in_the_row_are_given_once(actor: Actor) -> None:
    assert [reserve("server", 30, now) for now in (1_000, 1_000, 1_500)] == [1_000, 3_000, 5_000]
    assert reserve("another", 30, 1_000) == 1_000
    assert reserve("server", 30, 60_000) == 60_000, "time that nobody used is not saved up"


def test_a_limited_server_gets_its_messages_one_after_another(
    actor: Actor, config: Config, server: FaultServer
) -> None:
    Operator.update(smtp_per_minute=300).execute()
    queue(actor, config, 6)
    began = now_ms()
    assert deliver(config) == Delivered(sent=6)
    assert server.connections == 1
    started = [row[0] for row in run("SELECT started_at FROM delivery_attempt ORDER BY started_at").fetchall()]
    assert all(at >= began + 200 * place - 5 for place, at in enumerate(started)), "none before its place in the row"


def at(text: str) -> int:
    """UTC milliseconds of a moment that is given with its offset."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


DAYTIME = Hours(datetime(2012, 1, 1, 8).time(), datetime(2012, 1, 1, 16).time(), "12345", "Europe/Ljubljana")
NIGHT = Hours(datetime(2012, 1, 1, 22).time(), datetime(2012, 1, 1, 6).time(), "5", "Europe/Ljubljana")


@pytest.mark.parametrize(
    ("hours", "now", "opens"),
    [
        (DAYTIME, "2012-08-17T08:00+02:00", "2012-08-17T08:00+02:00"),  # a Friday
        (DAYTIME, "2012-08-17T07:59+02:00", "2012-08-17T08:00+02:00"),
        (DAYTIME, "2012-08-17T15:59+02:00", "2012-08-17T15:59+02:00"),
        (DAYTIME, "2012-08-17T16:00+02:00", "2012-08-20T08:00+02:00"),
        (DAYTIME, "2012-08-18T12:00+02:00", "2012-08-20T08:00+02:00"),
        (DAYTIME, "2012-10-26T17:00+02:00", "2012-10-29T08:00+01:00"),  # the clocks go back in between
        (DAYTIME, "2012-03-23T17:00+01:00", "2012-03-26T08:00+02:00"),  # and forward
        (NIGHT, "2012-08-17T21:00+02:00", "2012-08-17T22:00+02:00"),
        (NIGHT, "2012-08-18T05:59+02:00", "2012-08-18T05:59+02:00"),  # belongs to Friday
        (NIGHT, "2012-08-18T06:00+02:00", "2012-08-24T22:00+02:00"),
    ],
)
def test_when_the_hours_open(hours: Hours, now: str, opens: str) -> None:
    assert hours.opens_at(at(now)) == at(opens)
    assert hours.is_open(at(now)) == (now == opens)


def test_without_hours_there_is_no_limit(sqlite_actor: Actor) -> None:
    assert sending_hours() is None
    Company.update(send_from="08:00").execute()
    found = sending_hours()
    assert found is not None
    assert (found.first, found.end, found.days) == (datetime(2012, 1, 1, 8).time(), None, "12345")


def closed_now() -> None:
    """Set sending hours that are over for today, and not yet those of tomorrow."""
    now = datetime.now(UTC)
    Company.update(
        send_from=f"{now + timedelta(hours=2):%H:%M}",
        send_until=f"{now + timedelta(hours=3):%H:%M}",
        send_days="1234567",
        time_zone="UTC",
    ).execute()


def test_outside_of_the_hours_a_batch_waits_but_not_what_a_person_sends_now(
    actor: Actor, config: Config, server: FaultServer
) -> None:
    closed_now()
    ids = builder.notices(builder.customers(3))
    enqueue(NoticeFilter(ids=tuple(ids[:2])), actor, config, recall_seconds=1)
    single = enqueue(NoticeFilter(ids=(ids[2],)), actor, config, recall_seconds=0).batch
    later = now_ms() + 2_000
    done = deliver(config, clock=lambda: later)
    assert (done.sent, done.left) == (1, 2)
    assert "hours" in done.paused_because
    assert deliver(config, batch=single) == Delivered()
    assert deliver(config, clock=lambda: later + 3_600_000 * 2 + 60_000) == Delivered(sent=2)


def test_a_person_may_start_a_batch_outside_of_the_hours(
    sqlite_actor: Actor, config: Config, server: FaultServer
) -> None:
    closed_now()
    ids = builder.notices(builder.customers(1))
    batch = enqueue(NoticeFilter(ids=tuple(ids)), sqlite_actor, config, recall_seconds=600).batch
    batches.start_now(batch, sqlite_actor)
    assert deliver(config, batch=batch) == Delivered(sent=1)
