"""Several connections: only where they are of use, never more than allowed, for all senders together."""

from __future__ import annotations

import threading
from collections import Counter

from opomini_tui.config import Config
from opomini_tui.mail import claims, rate
from opomini_tui.mail.sender import Delivered, deliver
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import now_ms, run
from opomini_tui.models.parties import Operator
from tests.mail.late_server import LateServer
from tests.mail.sending import ids_on_server, queue, states
from tests.mail.servers import FaultServer

FAR = {"mail": 0.02, "data": 0.02, "dot": 0.02}


def test_a_far_server_gets_four_connections_and_each_message_once(
    actor: Actor, config: Config, late: LateServer
) -> None:
    late.late = FAR
    queue(actor, config, 60)
    assert deliver(config) == Delivered(sent=60)
    assert late.connections == 4
    assert late.most_at_once > 1
    assert Counter(ids_on_server(late)).most_common(1)[0][1] == 1
    assert len(late.accepted) == 60
    assert run("SELECT COUNT(*) FROM mail_connection").fetchone()[0] == 0
    assert journal.check_chain().broken_at is None


def test_three_messages_are_not_worth_another_connection(sqlite_actor: Actor, config: Config, late: LateServer) -> None:
    late.late = FAR
    queue(sqlite_actor, config, 3)
    assert deliver(config) == Delivered(sent=3)
    assert late.connections == 1


def test_the_limit_holds_for_all_senders_together(actor: Actor, config: Config, late: LateServer) -> None:
    Operator.update(smtp_connections=2).execute()
    late.late = FAR
    queue(actor, config, 40)
    most = [0]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.01):
            alive = [thread for thread in late.threads[1:] if thread.is_alive()]
            most[0] = max(most[0], len(alive))

    watcher = threading.Thread(target=watch)
    watcher.start()
    both = [threading.Thread(target=deliver, args=(config,)) for _each in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join(60)
    over.set()
    watcher.join(5)
    assert states() == ["sent"] * 40
    assert len(late.accepted) == 40
    assert most[0] == 2


def test_a_place_of_a_dead_sender_is_free_when_its_lease_ends(actor: Actor) -> None:
    now = now_ms()
    assert rate.take_connection("server", 1, "one", now)
    assert rate.take_connection("server", 1, "one", now), "the same sender keeps its place"
    assert not rate.take_connection("server", 1, "two", now)
    assert rate.take_connection("another", 1, "two", now)
    claims.renew(["one"], now + 1_000)
    later = now + claims.LEASE_MS + 500
    assert not rate.take_connection("server", 1, "two", later)
    assert rate.take_connection("server", 1, "two", later + 501)
    rate.free_connections("two")
    assert rate.take_connection("server", 1, "three", later)


def test_a_session_is_opened_anew_after_its_messages(sqlite_actor: Actor, config: Config, server: FaultServer) -> None:
    from opomini_tui.mail import connections

    before, connections.MESSAGES = connections.MESSAGES, 3
    try:
        queue(sqlite_actor, config, 7)
        assert deliver(config) == Delivered(sent=7)
    finally:
        connections.MESSAGES = before
    assert server.connections == 3
