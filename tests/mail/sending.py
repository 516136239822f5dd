"""What the tests of sending share: queueing some notices, and reading what became of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date

from opomini_tui.config import Config
from opomini_tui.mail.claims import Claim, claim
from opomini_tui.mail.outbox import OutboxRow, enqueue, outbox_rows
from opomini_tui.mail.work_list import work_list
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.journal import JournalEntry
from opomini_tui.models.notice_filter import NoticeFilter
from tests.mail import builder
from tests.mail.servers import FaultServer

ALL = NoticeFilter(year=2012)
MINUTE = 60_000


def queue(actor: Actor, config: Config, count: int = 1) -> list[int]:
    """Queued messages of `count` notices; the ids of the notices."""
    ids = builder.notices(builder.customers(count))
    assert enqueue(NoticeFilter(ids=tuple(ids)), actor, config).queued == count
    return ids


def claim_one(sender_id: str, now: int, day: date = builder.DAY) -> Claim | None:
    """One message that is due, whatever its batch."""
    for work in work_list():
        for found in claim(sender_id, now, day, work.batch).messages:
            return found
    return None


def must_claim(sender_id: str, now: int, day: date = builder.DAY) -> Claim:
    """`claim_one` where there is one."""
    found = claim_one(sender_id, now, day)
    assert found is not None
    return found


def states() -> list[str]:
    return [row.state for row in outbox_rows()]


def notice_states() -> list[str]:
    return [state for (state,) in run("SELECT state FROM notice ORDER BY id").fetchall()]


def only() -> OutboxRow:
    (row,) = outbox_rows()
    return row


def attempts() -> list[tuple[int, str, str]]:
    return list(run("SELECT number, step, outcome FROM delivery_attempt ORDER BY id").fetchall())


def verbs() -> list[str]:
    return [row.verb for row in JournalEntry.select().order_by(JournalEntry.id)]


def ids_on_server(server: FaultServer) -> list[str]:
    """The Message-IDs that the server took over."""
    found = []
    for message in server.accepted:
        (line,) = [line for line in message.content.split(b"\r\n") if line.startswith(b"Message-ID: ")]
        found.append(line.decode().removeprefix("Message-ID: "))
    return found


def until(condition: Callable[[], bool]) -> None:
    """Wait for the condition, a minute at the most."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "waited a minute in vain"
        threading.Event().wait(0.02)
