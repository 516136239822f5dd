"""A database that is full, locked or gone in the middle of a batch: a sentence, and afterwards nothing is doubled."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from opomini_tui.config import Config
from opomini_tui.mail import claims, durable, hand_over, outcomes
from opomini_tui.mail.claims import Claim
from opomini_tui.mail.outcomes import Verdict
from opomini_tui.mail.sender import Delivered, deliver
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, now_ms, run
from tests.mail.late_server import LateServer
from tests.mail.sending import ids_on_server, queue, states, until
from tests.mail.servers import FaultServer

LOCK = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
held.execute("ROLLBACK")
"""


@contextmanager
def locked(path: str) -> Iterator[None]:
    """Another process holds the writer's lock of the database file."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOCK, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "held"
    try:
        yield
    finally:
        process.communicate("\n", timeout=10)


@pytest.fixture
def impatient(sqlite_actor: Actor) -> str:
    """Connections wait for a lock a moment only; the path of the database."""
    database.obj.timeout = 0.2
    database.obj.close()
    database.obj.connect()
    return str(database.obj.database)


def settled(server: FaultServer, messages: int) -> None:
    """All arrived once, but for what nobody can know, and the journal is whole."""
    arrived = Counter(ids_on_server(server))
    assert max(arrived.values()) == 1, "doubled"
    assert set(states()) <= {"sent", "unknown"}
    assert len(arrived) == messages
    assert journal.check_chain().broken_at is None


def until_one_is_taken(config: Config, late: LateServer) -> tuple[threading.Thread, list[Delivered]]:
    """Send in a thread until the server has a message that it has not answered yet: the thread, and where its result comes."""
    results: list[Delivered] = []
    thread = threading.Thread(target=lambda: results.append(deliver(config)))
    thread.start()
    until(lambda: bool(late.accepted))
    return thread, results


def test_a_locked_database_stops_the_batch_with_a_sentence(
    impatient: str, sqlite_actor: Actor, config: Config, server: FaultServer
) -> None:
    queue(sqlite_actor, config, 10)
    with locked(impatient):
        done = deliver(config)
    assert (done.sent, done.left, server.accepted) == (0, 10, [])
    assert "locked" in done.paused_because
    assert deliver(config) == Delivered(sent=10)
    settled(server, 10)


def test_a_database_that_is_locked_when_the_answer_comes_is_tried_until_it_is_free(
    impatient: str, sqlite_actor: Actor, config: Config, late: LateServer
) -> None:
    """The server has taken the message and the database cannot be written for longer than its time-out."""
    late.late = {"dot": 0.3}
    queue(sqlite_actor, config, 2)
    thread, results = until_one_is_taken(config, late)
    with locked(impatient):
        thread.join(1.5)
        assert thread.is_alive()
    thread.join(60)
    assert results[0].unknown == 0
    while deliver(config).left:
        pass
    assert states() == ["sent", "sent"]
    settled(late, 2)


def test_a_result_that_cannot_be_stored_for_long_is_unknown(
    impatient: str, sqlite_actor: Actor, config: Config, late: LateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand_over, "RESULT_SECONDS", 0.5)
    late.late = {"dot": 0.3}
    queue(sqlite_actor, config, 3)
    thread, results = until_one_is_taken(config, late)
    with locked(impatient):
        thread.join(60)
    assert "locked" in results[0].paused_because
    assert states() == ["sending", "queued", "queued"]
    later = now_ms() + claims.LEASE_MS + 1
    assert deliver(config, clock=lambda: later) == Delivered(sent=2, unknown=1)
    settled(late, 3)


def test_a_full_disk_stops_the_batch_and_room_lets_it_go_on(
    sqlite_actor: Actor, config: Config, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's own limit of pages stands for the disk: it gives the same error, at the same places."""
    queue(sqlite_actor, config, 60)
    (pages,) = run("PRAGMA page_count").fetchone()
    limits = [int(pages) + 3]

    @contextmanager
    def small() -> Iterator[None]:
        with durable.light_connection():
            run(f"PRAGMA max_page_count = {limits[0]}")
            yield

    monkeypatch.setattr(hand_over, "light_connection", small)
    monkeypatch.setattr(hand_over, "make_light", lambda: run(f"PRAGMA max_page_count = {limits[0]}"))
    monkeypatch.setattr(hand_over, "RESULT_SECONDS", 0.3)
    done = deliver(config)
    assert 0 < done.sent < 60
    assert "full" in done.paused_because
    assert "Make room" in done.paused_because
    limits[0] = 1_000_000
    later = now_ms() + claims.LEASE_MS + 1
    rest = deliver(config, clock=lambda: later)
    assert rest.sent + done.sent + rest.unknown == 60
    assert rest.unknown <= 4, "one for each connection that was waiting for its answer"
    settled(server, 60)


def test_a_lost_connection_to_the_database_costs_no_answer(
    actor: Actor, config: Config, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection breaks between the server's answer and its commit; another one stores it."""
    queue(actor, config, 3)
    whole, broken = outcomes.settle, list[int]()

    def breaking(given: Claim, verdict: Verdict, now: int) -> str:
        if given.id == 2 and not broken:
            broken.append(given.id)
            database.obj.connection().close()
        return whole(given, verdict, now)

    monkeypatch.setattr(hand_over, "settle", breaking)
    assert deliver(config) == Delivered(sent=3)
    assert broken == [2]
    settled(server, 3)
