"""A server that fails in the same way again and again is left alone before the whole batch suffers from it."""

from __future__ import annotations

from pathlib import Path
from threading import Timer

import pytest

from opomini_tui.config import Config
from opomini_tui.mail import hand_over
from opomini_tui.mail.durable import own_connection
from opomini_tui.mail.outbox import enqueue, outbox_rows
from opomini_tui.mail.rate import reserve
from opomini_tui.mail.sender import deliver
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import open_database, run
from opomini_tui.models.deliveries import MailTrouble
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Operator
from tests.mail import builder
from tests.mail.late_server import LateServer
from tests.mail.servers import Act, FaultServer, reply

ALL = NoticeFilter(year=2012)


def queued(actor: Actor, config: Config, count: int, port: int) -> None:
    builder.notices(builder.customers(count), items=1)
    enqueue(ALL, actor, config)
    Operator.update(smtp_port=port, smtp_connections=1).execute()


def count(state: str) -> int:
    return sum(row.state == state for row in outbox_rows())


def test_a_server_that_takes_messages_and_keeps_silent_stops_after_three(actor: Actor, config: Config) -> None:
    with FaultServer({"dot": Act(then="drop")}) as server:
        queued(actor, config, 20, server.port)
        done = deliver(config, patience=0.2)
    assert (done.unknown, done.left) == (hand_over.IN_A_ROW, 20 - hand_over.IN_A_ROW)
    assert MailTrouble.get().until is None
    assert "settle them in the outbox" in done.paused_because


def test_a_server_that_breaks_off_is_not_asked_for_every_message(actor: Actor, config: Config) -> None:
    with FaultServer({"mail": reply("421 4.7.0 go away", then="drop")}) as server:
        queued(actor, config, 30, server.port)
        done = deliver(config, patience=0.2)
        connections = server.connections
    assert (done.sent, done.refused, done.unknown) == (0, 0, 0)
    assert connections <= 2 * hand_over.IN_A_ROW + 2
    assert MailTrouble.get().until is not None, "it is tried again by itself"
    assert count("queued") >= 25, "the others have not used up a try"


def test_a_refused_sender_costs_one_message_not_the_batch(actor: Actor, config: Config) -> None:
    with FaultServer({"mail": reply("550 no such sender")}) as server:
        queued(actor, config, 10, server.port)
        done = deliver(config)
    assert (done.refused, done.left) == (1, 9)
    assert "operator's form" in outbox_rows(state="refused")[0].reason


def test_what_was_paid_while_the_server_took_its_time_is_held(
    sqlite_actor: Actor, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand_over, "STALE_SECONDS", 0.1)
    with LateServer(mail=0.6) as server:
        queued(sqlite_actor, config, 1, server.port)

        def pay() -> None:
            with own_connection():
                run("UPDATE open_item SET open_amount = 0")

        payment = Timer(0.3, pay)
        payment.start()
        done = deliver(config)
        payment.join()
        assert server.accepted == []
    assert (done.sent, done.held) == (0, 1)


def test_a_clock_that_was_wrong_does_not_stop_a_limited_server(db: str) -> None:
    now = 1_800_000_000_000
    assert reserve("mail.example:25/a", 30, now + 3_600_000) == now + 3_600_000
    assert reserve("mail.example:25/a", 30, now) == now
    assert reserve("mail.example:25/a", 30, now) == now + 2_000


def test_a_database_behind_a_link_sends_too(sqlite_actor: Actor, config: Config, tmp_path: Path) -> None:
    real = Path(str(run("PRAGMA database_list").fetchone()[2]))
    with FaultServer() as server:
        queued(sqlite_actor, config, 2, server.port)
        link = tmp_path / "link.db"
        link.symlink_to(real)
        open_database(f"sqlite:///{link}")
        done = deliver(config)
    assert (done.sent, done.paused_because) == (2, "")
