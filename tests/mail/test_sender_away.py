"""Servers that go away and come back, and accounts that are left alone until a person acts."""

from __future__ import annotations

import threading
from collections import Counter
from functools import partial

import pytest

from opomini_tui import keys
from opomini_tui.config import Config
from opomini_tui.errors import NothingToDo
from opomini_tui.mail import batches, trouble
from opomini_tui.mail.sender import Delivered, deliver
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import now_ms, run
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from tests.mail.mortal_server import MortalServer
from tests.mail.sending import ids_on_server, queue, states, verbs
from tests.mail.servers import DROP, FaultServer, reply

WAITS = (100, 200, 400)


@pytest.fixture
def mortal(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> MortalServer:
    """The operator's server; senders look after it every few tenths of a second."""
    monkeypatch.setattr(trouble, "WAITS", WAITS)
    return MortalServer()


def away(actor: Actor, config: Config, mortal: MortalServer, messages: int, seconds: float) -> None:
    """The server dies in the middle and comes back: all arrive once, without anybody doing anything."""
    with mortal:
        Operator.update(smtp_port=mortal.port).execute()
        queue(actor, config, messages)
        fate = mortal.be_away(messages // 2, seconds)
        done = deliver(config)
        fate.join(60)
        mortal.settle()
    arrived = Counter(ids_on_server(mortal))
    assert max(arrived.values()) == 1, "doubled"
    # Where the answer to a dot was cut off, nobody can know: at the most once for each connection that was open.
    assert done.unknown <= 4
    assert (done.sent, done.deferred, done.left) == (messages - done.unknown, 0, 0)
    assert len(arrived) >= done.sent
    assert trouble.troubles() == []


def test_a_server_that_comes_back_gets_the_rest(actor: Actor, config: Config, mortal: MortalServer) -> None:
    away(actor, config, mortal, 60, 1.0)


@pytest.mark.long
def test_six_hundred_and_five_seconds(
    actor: Actor, config: Config, mortal: MortalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trouble, "WAITS", (5_000, 10_000))
    away(actor, config, mortal, 600, 5.0)


def test_a_server_that_stays_away_is_given_up(actor: Actor, config: Config, mortal: MortalServer) -> None:
    with mortal:
        Operator.update(smtp_port=mortal.port).execute()
        queue(actor, config, 30)
        fate = mortal.be_away(3)
        done = deliver(config, patience=0.5)
        assert done.left + done.sent + done.unknown == 30
        assert done.left > 0
        assert "127.0.0.1" in done.paused_because
        (held,) = trouble.troubles()
        assert (held.operator_code, held.until is None) == ("006", False)
        fate.join(60)
        mortal.rise()
        assert deliver(config, patience=60).left == 0
    assert max(Counter(ids_on_server(mortal)).values()) == 1
    assert "queued" not in states()


def test_another_sender_leaves_the_server_alone_as_long_as_the_first_said(
    actor: Actor, config: Config, server: FaultServer
) -> None:
    queue(actor, config)
    now = now_ms()
    run(
        "INSERT INTO mail_trouble (operator_id, at, until, reason, settings) VALUES (?, ?, ?, 'strežnik počiva', ?)",
        (actor.id, now, now + 60_000, trouble.digest(actor.id)),
    )
    done = deliver(config, patience=0)
    assert (done.left, done.paused_because, server.connections) == (1, "strežnik počiva", 0)
    assert deliver(config, clock=lambda: now + 60_001) == Delivered(sent=1)
    assert trouble.troubles() == []


def test_a_locked_account_is_not_tried_again_by_anybody(actor: Actor, config: Config) -> None:
    with FaultServer(accounts={"skrbnik": "right"}) as server:
        secret = keys.encrypt(config, "wrong")
        Operator.update(smtp_port=server.port, account="skrbnik", secret=secret).execute()
        queue(actor, config, 2)
        for _start in range(3):
            assert "password" in deliver(config).paused_because
        assert len(server.signed_in) == 1
        assert verbs() == ["queue", "account stopped"]
        (held,) = trouble.troubles()
        assert (held.operator_name, held.until) == ("Skrbnik", None)
        assert batches.resume(None, actor) == 1
        assert "password" in deliver(config).paused_because
        assert len(server.signed_in) == 2
        Operator.update(secret=keys.encrypt(config, "right")).execute()
        assert deliver(config) == Delivered(sent=2)
        assert trouble.troubles() == []
    with pytest.raises(NothingToDo):
        batches.resume(None, actor)


def test_an_own_authority_in_the_settings_counts_as_mended(sqlite_actor: Actor) -> None:
    before = trouble.digest(sqlite_actor.id)
    Company.update(ca_certificates="-----BEGIN…").execute()
    assert trouble.digest(sqlite_actor.id) != before


def test_a_used_up_limit_rests_for_an_hour(sqlite_actor: Actor, config: Config, server: FaultServer) -> None:
    queue(sqlite_actor, config, 2)
    server.acts["rcpt"] = reply("550 5.4.5 daily quota exceeded")
    now = now_ms()
    assert deliver(config, clock=lambda: now).left == 2
    (held,) = trouble.troubles()
    assert held.until == now + trouble.LIMIT_WAIT
    server.acts.clear()
    assert deliver(config, clock=lambda: now + trouble.LIMIT_WAIT) == Delivered(sent=2)


def test_a_policy_that_refuses_everything_stops_the_rest(
    sqlite_actor: Actor, config: Config, server: FaultServer
) -> None:
    queue(sqlite_actor, config, 5)
    server.acts["dot"] = reply("550 5.7.1 looks like spam")
    done = deliver(config)
    assert (done.refused, done.left) == (1, 4)
    assert trouble.troubles()[0].until is None
    assert deliver(config).refused == 0


def test_waits_grow(sqlite_actor: Actor, config: Config) -> None:
    Operator.update(smtp_port=1).execute()
    queue(sqlite_actor, config)
    now, untils = now_ms(), []
    for _try in range(6):
        deliver(config, clock=partial(int, now))
        (held,) = trouble.troubles()
        assert held.until is not None
        untils.append(held.until - now)
        now = held.until
    assert untils == [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]


@pytest.mark.parametrize("act", [DROP, reply("421 4.7.0 too many messages on this connection")])
def test_a_line_that_breaks_once_does_not_cost_a_minute(
    actor: Actor, config: Config, server: FaultServer, act: object
) -> None:
    """The server ends the connection at the third message; the next one takes it."""
    queue(actor, config, 4)
    server.acts["mail 3"] = act  # type: ignore[assignment]  # parametrized
    assert deliver(config) == Delivered(sent=4)
    assert len(set(ids_on_server(server))) == len(server.accepted) == 4
    outcomes = Counter(row[0] for row in run("SELECT outcome FROM delivery_attempt").fetchall())
    assert outcomes["sent"] == 4


def test_stop_ends_the_waiting(actor: Actor, config: Config, mortal: MortalServer) -> None:
    with mortal:
        Operator.update(smtp_port=mortal.port).execute()
        queue(actor, config, 20)
        stop, results = threading.Event(), list[Delivered]()
        mortal.be_away(3)
        thread = threading.Thread(target=lambda: results.append(deliver(config, stop=stop)))
        thread.start()
        while not trouble.troubles():
            threading.Event().wait(0.05)
        stop.set()
        thread.join(60)
        assert not thread.is_alive()
        mortal.rise()
    assert results[0].left > 0
