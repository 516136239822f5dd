"""What the processes of the crash tests do: send until nothing is due, or until they are killed."""

from __future__ import annotations

import multiprocessing
import time
from datetime import date
from multiprocessing.context import ForkServerContext
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path

from opomini_tui import text
from opomini_tui.config import Config, load_config
from opomini_tui.mail import claims, sender, worker
from opomini_tui.mail.outbox import Enqueued, enqueue
from opomini_tui.mail.plan import plan_sending
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import open_database
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Operator

LEASE_MS = 1_500
TODAY = date(2012, 9, 1)


def processes() -> ForkServerContext:
    """Starts processes within milliseconds: real ones, which a signal kills, with the program imported already."""
    context = multiprocessing.get_context("forkserver")
    # pytest is the main program, which every process imports; the others are imported late.
    late = ["pytest", "playhouse.migrations", "opomini_tui.mail.mailbox.poll", "psycopg", "email_validator"]
    context.set_forkserver_preload(["tests.mail.crash_sender", *late])
    return context


def prepare(url: str, home: str) -> Config:
    """Open the database of the test, with leases that are short enough to wait for."""
    text.use_language("en")
    claims.LEASE_MS = LEASE_MS
    open_database(url)
    Path(home).mkdir(exist_ok=True)
    return load_config({"OPOMINI_HOME": home, "OPOMINI_DATABASE_URL": url})


def send_all(url: str, home: str, ready: Event | None = None) -> None:
    """Deliver again and again (`ready`: set before); ended by a kill."""
    config = prepare(url, home)
    sender._MESSAGES_EACH = 200  # so that no process takes the connections of all others
    if ready is not None:
        ready.set()
    while True:
        sender.deliver(config)
        time.sleep(0.02)


def send_batch(url: str, home: str, start: Barrier, results: Queue[tuple[Enqueued, sender.Delivered]]) -> None:
    """Plan, queue and send all notices at the same moment as another process does."""
    config = prepare(url, home)
    actor = Actor.of(Operator.get(Operator.code == "006"))
    plan = plan_sending(NoticeFilter(year=2012), actor, today=TODAY)
    start.wait(30)
    queued = enqueue(plan, actor, config)
    results.put((queued, sender.deliver(config)))


def work_until(url: str, home: str, stop: Event) -> None:
    """What `opomini worker` does, until it is told to stop."""
    worker.work(prepare(url, home), stop, 0.05)  # type: ignore[arg-type]  # an event of processes does the same
