"""Trouble of accounts and servers, senders that died or were stopped, and the worker."""

from __future__ import annotations

import socket
import threading

import pytest

from opomini_tui import keys
from opomini_tui.config import Config
from opomini_tui.mail import claims, hand_over, sender
from opomini_tui.mail.answers import Answer
from opomini_tui.mail.claims import Claim
from opomini_tui.mail.outbox import BatchCounts, enqueue, resolve
from opomini_tui.mail.outcomes import Verdict, expire, mark_sending, settle
from opomini_tui.mail.sender import Delivered, deliver
from opomini_tui.mail.session import SmtpSession
from opomini_tui.mail.worker import work
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, now_ms, run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Operator
from tests.mail import builder
from tests.mail.sending import attempts, claim_one, must_claim, notice_states, queue, states, until, verbs
from tests.mail.servers import FaultServer, reply


def test_wrong_password_stops_the_queue_and_leaves_the_messages_untouched(sqlite_actor: Actor, config: Config) -> None:
    with FaultServer(accounts={"skrbnik": "right"}) as server:
        secret = keys.encrypt(config, "wrong")
        Operator.update(smtp_port=server.port, account="skrbnik", secret=secret).execute()
        queue(sqlite_actor, config, 3)
        done = deliver(config)
        assert (done.sent, done.left) == (0, 3)
        assert "password" in done.paused_because
        assert len(server.signed_in) == 1
        assert (states(), attempts()) == (["queued"] * 3, [])
        Operator.update(secret=keys.encrypt(config, "right")).execute()
        assert deliver(config) == Delivered(sent=3)


def test_an_unreachable_server_pauses(sqlite_actor: Actor, config: Config) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    Operator.update(smtp_port=port).execute()
    queue(sqlite_actor, config, 2)
    done = deliver(config)
    assert (done.left, states()) == (2, ["queued", "queued"])
    assert done.paused_because


def test_a_lost_key_pauses_and_says_so(sqlite_actor: Actor, config: Config) -> None:
    queue(sqlite_actor, config)
    Operator.update(account="skrbnik", secret=keys.encrypt(config, "geslo")).execute()
    keys.key_file(config).unlink()
    done = deliver(config)
    assert done.left == 1
    assert "secret.key" in done.paused_because


def test_a_sending_limit_pauses_without_blaming_the_message(
    sqlite_actor: Actor, config: Config, server: FaultServer
) -> None:
    queue(sqlite_actor, config, 3)
    server.acts["dot 2"] = reply("550 5.4.5 daily limit reached")
    server.acts["dot"] = reply("250 ok", keep=True)
    done = deliver(config)
    assert (done.sent, done.refused, done.left) == (1, 0, 2)
    assert "5.4.5" in done.paused_because
    assert states() == ["sent", "queued", "queued"]


def test_trouble_of_one_operator_does_not_stop_another(actor: Actor, config: Config, server: FaultServer) -> None:
    queue(actor, config, 2)
    run("UPDATE operator SET smtp_host = ''")
    other = Operator.create(
        code="007", name="Druga", role="clerk", email="druga@podjetje.example", smtp_host="127.0.0.1",
        smtp_port=server.port, smtp_security="none",
    )  # fmt: skip
    queue(Actor.of(other), config, 2)
    done = deliver(config)
    assert (done.sent, done.left) == (2, 2)
    assert "Skrbnik" in done.paused_because


def test_lease_of_a_dead_sender(actor: Actor, config: Config, server: FaultServer) -> None:
    """Claimed only: the message goes on. After the commit before the dot: unknown, until its owner is heard."""
    queue(actor, config, 2)
    now = now_ms()
    first, second = must_claim("dead", now), must_claim("dead", now)
    assert mark_sending(second, now)
    assert deliver(config, clock=lambda: now) == Delivered()
    later = now + claims.LEASE_MS + 1
    assert deliver(config, clock=lambda: later) == Delivered(sent=1, unknown=1)
    assert states() == ["sent", "unknown"]
    assert not mark_sending(first, later)
    assert settle(first, Verdict("sent", "answer", "250 late"), later) == "lost"
    assert settle(second, Verdict("sent", "answer", "250 late"), later) == "sent"
    assert (states(), notice_states()) == (["sent", "sent"], ["sent", "sent"])
    assert len(server.accepted) == 1


def test_a_late_answer_does_not_undo_what_a_person_settled(actor: Actor, config: Config) -> None:
    queue(actor, config)
    now = now_ms()
    found = must_claim("slow", now)
    mark_sending(found, now)
    assert expire(now + claims.LEASE_MS + 1) == 1
    resolve(found.id, "resend", "ni prišlo", actor, config)
    assert settle(found, Verdict("sent", "answer", "250 late"), now) == "lost"
    assert states() == ["unknown", "queued"]
    assert verbs()[-1] == "late answer"


def test_a_sender_that_lost_its_message_cuts_the_connection(
    actor: Actor, config: Config, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another sender took the lease over while this one was at the body: the server discards what has no dot."""
    queue(actor, config)
    marked = mark_sending

    def taken_over(given: Claim, now: int) -> bool:
        run("UPDATE delivery SET sender_id = 'another' WHERE id = ?", (given.id,))
        return marked(given, now)

    monkeypatch.setattr(hand_over, "mark_sending", taken_over)
    assert deliver(config) == Delivered()
    assert (server.accepted, states()) == ([], ["claimed"])


def test_a_cancelled_or_unlocked_message_is_not_finished(actor: Actor, config: Config, server: FaultServer) -> None:
    queue(actor, config)
    found = must_claim("one", now_ms())
    run("UPDATE delivery SET live = ?, outcome = 'unlocked'", (False,))
    assert not mark_sending(found, now_ms())


def test_heartbeat_keeps_the_message_while_the_server_is_slow(
    actor: Actor, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "LEASE_MS", 1_000)
    queue(actor, config)
    with sender.own_connection():
        must_claim("slow", now_ms())
        with sender.Heartbeat(lambda: ["slow"], now_ms):
            threading.Event().wait(1.5)
            assert claim_one("other", now_ms()) is None
        assert claim_one("other", now_ms() + claims.LEASE_MS + 1) is not None


def test_stop_finishes_the_message_in_hand(sqlite_actor: Actor, config: Config, server: FaultServer) -> None:
    queue(sqlite_actor, config, 5)
    stop = threading.Event()
    seen: list[BatchCounts] = []

    def progress(counts: BatchCounts) -> None:
        seen.append(counts)
        stop.set()

    done = deliver(config, stop=stop, progress=progress)
    assert done == Delivered(sent=1, left=4)
    assert (len(server.accepted), states().count("queued")) == (1, 4)
    assert (seen[0].sent, seen[0].queued) == (1, 4)


def test_pause_holds_until_it_is_lifted(sqlite_actor: Actor, config: Config, server: FaultServer) -> None:
    queue(sqlite_actor, config, 2)
    pause, results = threading.Event(), list[Delivered]()
    pause.set()
    thread = threading.Thread(target=lambda: results.append(deliver(config, pause=pause)))
    thread.start()
    thread.join(0.4)
    assert thread.is_alive()
    assert server.accepted == []
    pause.clear()
    thread.join(60)
    assert results == [Delivered(sent=2)]


def test_only_the_batch_that_is_asked_for(actor: Actor, config: Config, server: FaultServer) -> None:
    queue(actor, config, 2)
    ids = builder.notices(builder.customers(1))
    batch = enqueue(NoticeFilter(ids=tuple(ids)), actor, config).batch
    assert deliver(config, batch=batch) == Delivered(sent=1)
    assert states() == ["queued", "queued", "sent"]


def test_the_connection_of_a_thread_is_closed_and_that_of_the_caller_kept(
    actor: Actor, config: Config, server: FaultServer
) -> None:
    queue(actor, config)
    closed: list[bool] = []

    def in_thread() -> None:
        deliver(config)
        closed.append(bool(database.obj.is_closed()))

    thread = threading.Thread(target=in_thread)
    thread.start()
    thread.join(60)
    assert closed == [True]
    assert not database.obj.is_closed()
    assert states() == ["sent"]


def test_the_worker_sends_what_comes_and_leaves_a_locked_account_alone(actor: Actor, config: Config) -> None:
    with FaultServer(accounts={"skrbnik": "right"}) as server:
        Operator.update(smtp_port=server.port, account="skrbnik", secret=keys.encrypt(config, "wrong")).execute()
        queue(actor, config, 2)
        stop, reports = threading.Event(), list[Delivered]()
        thread = threading.Thread(target=work, args=(config, stop, 0.05), kwargs={"report": reports.append})
        thread.start()
        until(lambda: bool(reports))
        thread.join(0.5)
        assert len(server.signed_in) == 1
        Operator.update(secret=keys.encrypt(config, "right")).execute()
        until(lambda: len(server.accepted) == 2)
        stop.set()
        thread.join(60)
    assert not thread.is_alive()
    assert "password" in reports[0].paused_because
    assert states() == ["sent", "sent"]


def test_a_failure_before_anything_was_said_gives_the_message_back(
    sqlite_actor: Actor, config: Config, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first message was answered, the second fails within the program: it is certainly not sent."""
    queue(sqlite_actor, config, 3)
    whole = hand_over.message_of

    def failing(found: Claim) -> bytes:
        if found.id == 2:
            raise RuntimeError("disk on fire")
        return whole(found)

    monkeypatch.setattr(hand_over, "message_of", failing)
    with pytest.raises(RuntimeError, match="fire"):
        deliver(config)
    assert states() == ["sent", "queued", "queued"]
    monkeypatch.undo()
    assert deliver(config) == Delivered(sent=2)
    assert len(server.accepted) == 3


def test_an_end_while_the_server_thinks_leaves_the_message_unknown(
    sqlite_actor: Actor, config: Config, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C between the dot and its answer: nobody can know, and it is not sent again by itself."""
    queue(sqlite_actor, config)
    answer = SmtpSession.answer

    def interrupted(session: SmtpSession) -> Answer:
        if session.phase == "answer":
            raise KeyboardInterrupt
        return answer(session)

    monkeypatch.setattr(SmtpSession, "answer", interrupted)
    with pytest.raises(KeyboardInterrupt):
        deliver(config)
    assert states() == ["unknown"]
    monkeypatch.undo()
    assert deliver(config) == Delivered()
