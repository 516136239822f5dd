"""Handing over: what each answer of a server makes of a message, and what is held, paused, or left for a person."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from opomini_tui import keys
from opomini_tui.config import Config
from opomini_tui.mail import claims, sender
from opomini_tui.mail.claims import Claim, claim
from opomini_tui.mail.outbox import BatchCounts, OutboxRow, enqueue, outbox_rows, resolve
from opomini_tui.mail.outcomes import BACKOFF, GIVE_UP, Verdict, expire, mark_sending, settle
from opomini_tui.mail.sender import Delivered, deliver
from opomini_tui.mail.worker import work
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, now_ms, run
from opomini_tui.models.journal import JournalEntry
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.notices import Notice
from opomini_tui.models.parties import Contact, Operator
from tests.mail import builder
from tests.mail.servers import DROP, FaultServer, HonestServer, reply

ALL = NoticeFilter(year=2012)
MINUTE = 60_000


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[FaultServer]:
    """A server that takes everything; that of the operator of `actor` or `sqlite_actor`, whichever the test has."""
    request.getfixturevalue("sqlite_actor" if "sqlite_actor" in request.fixturenames else "actor")
    with FaultServer() as running:
        Operator.update(smtp_port=running.port).execute()
        yield running


def queue(actor: Actor, config: Config, count: int = 1) -> list[int]:
    """Queued messages of `count` notices; the ids of the notices."""
    ids = builder.notices(builder.customers(count))
    assert enqueue(NoticeFilter(ids=tuple(ids)), actor, config).queued == count
    return ids


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


def test_sent_once_over_one_connection_with_the_answer_kept(actor: Actor, config: Config, server: FaultServer) -> None:
    queue(actor, config, 5)
    assert deliver(config) == Delivered(sent=5)
    assert ids_on_server(server) == [row.message_id for row in outbox_rows()]
    assert server.connections == 1
    assert notice_states() == ["sent"] * 5
    row = outbox_rows()[0]
    assert (row.state, row.attempts, row.answer) == ("sent", 1, "250 2.0.0 queued as Q1")
    assert row.sent_at == Notice.get_by_id(row.notice_id).sent_at
    assert attempts()[0] == (1, "answer", "sent")
    assert verbs() == ["queue"] + ["sent"] * 5
    assert deliver(config) == Delivered()
    assert len(server.accepted) == 5
    assert journal.check_chain().broken_at is None


def test_copies_go_to_the_server_only(sqlite_actor: Actor, config: Config, server: FaultServer) -> None:
    Operator.update(bcc_self=True).execute()
    builder.notices(builder.customers(1))
    enqueue(ALL, sqlite_actor, config, cc=("cc@kupec.example",))
    deliver(config)
    (message,) = server.accepted
    assert message.recipients == (only().to, "cc@kupec.example", "skrbnik@podjetje.example")
    assert b"Bcc" not in message.content
    assert b"Cc: cc@kupec.example" in message.content


def test_an_honest_server_with_sign_in(sqlite_actor: Actor, config: Config) -> None:
    with HonestServer(account=("skrbnik", "geslo-čšž")) as honest:
        secret = keys.encrypt(config, "geslo-čšž")
        Operator.update(smtp_port=honest.port, account="skrbnik", secret=secret).execute()
        queue(sqlite_actor, config, 2)
        assert deliver(config) == Delivered(sent=2)
        assert len(honest.accepted) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE open_item SET open_amount = 0", "paid"),
        ("UPDATE open_item SET open_amount = 1", "R-1"),
        ("UPDATE customer SET no_dunning = TRUE, no_dunning_reason = 'stečaj'", "stečaj"),
        ("UPDATE open_item SET hold = 'disputed'", "disputed"),
        ("UPDATE contact SET email = 'nov@kupec.example'", "nov@kupec.example"),
        ("DELETE FROM contact", "contact"),
        ("UPDATE notice SET state = 'sent'", "already sent"),
        ("UPDATE notice SET state = 'prepared', document_id = NULL", "issue"),
    ],
)
def test_held_when_something_changed(
    sqlite_actor: Actor, config: Config, server: FaultServer, change: str, said: str
) -> None:
    queue(sqlite_actor, config)
    run(change)
    assert deliver(config) == Delivered(held=1)
    assert (only().state, only().attempts) == ("held", 0)
    assert said in only().reason
    assert server.accepted == []
    assert verbs() == ["queue", "held"]
    assert deliver(config) == Delivered()


def test_held_when_a_later_notice_exists(actor: Actor, config: Config, server: FaultServer) -> None:
    queue(actor, config)
    builder.notices([1], day=builder.DAY.replace(day=31))
    assert deliver(config) == Delivered(held=1)
    assert "2012/2" in only().reason


def test_refused_address_is_final_and_can_be_sent_again_after_correction(
    actor: Actor, config: Config, server: FaultServer
) -> None:
    queue(actor, config, 2)
    server.acts["rcpt 1"] = reply("550 5.1.1 no such user")
    assert deliver(config) == Delivered(sent=1, refused=1)
    row = outbox_rows()[0]
    assert (row.state, row.answer) == ("refused", "550 5.1.1 no such user")
    assert row.to in row.reason
    assert notice_states() == ["issued", "sent"]
    server.acts.clear()
    Contact.update(email="prav@kupec.example").where(Contact.customer == 1).execute()
    assert enqueue(ALL, actor, config).queued == 1
    assert deliver(config) == Delivered(sent=1)
    assert notice_states() == ["sent", "sent"]


def test_deferred_backs_off_and_is_given_up_after_a_day(
    sqlite_actor: Actor, config: Config, server: FaultServer
) -> None:
    queue(sqlite_actor, config)
    server.acts["rcpt"] = reply("451 4.7.1 greylisted")
    began = now_ms()
    moments = [began]

    def clock() -> int:
        return moments[-1]

    while (done := deliver(config, clock=clock)) == Delivered(deferred=1):
        assert deliver(config, clock=clock) == Delivered()
        moments.append(only().next_try_at or 0)
    assert done == Delivered(refused=1)
    waits = [after - before for before, after in pairwise(moments)]
    now = moments[-1]
    assert waits[:6] == [*BACKOFF, BACKOFF[-1], BACKOFF[-1]]
    assert GIVE_UP - 2 * BACKOFF[-1] < now - began <= GIVE_UP
    assert (only().state, server.accepted) == ("refused", [])
    assert "451 4.7.1 greylisted" in only().reason
    assert verbs() == ["queue", "refused"]


def test_deferred_is_sent_when_its_time_comes(actor: Actor, config: Config, server: FaultServer) -> None:
    queue(actor, config)
    server.acts["dot"] = reply("452 4.3.1 disk full")
    now = now_ms()
    assert deliver(config, clock=lambda: now) == Delivered(deferred=1)
    server.acts.clear()
    assert deliver(config, clock=lambda: now + MINUTE - 1) == Delivered()
    assert deliver(config, clock=lambda: now + MINUTE) == Delivered(sent=1)
    assert [outcome for _number, _step, outcome in attempts()] == ["deferred", "sent"]


def test_a_connection_that_breaks_before_the_dot_is_tried_again(
    sqlite_actor: Actor, config: Config, server: FaultServer
) -> None:
    queue(sqlite_actor, config)
    server.acts["data"] = DROP
    assert deliver(config) == Delivered(deferred=1)
    server.acts.clear()
    assert deliver(config, clock=lambda: now_ms() + MINUTE) == Delivered(sent=1)
    assert len(server.accepted) == 1


def test_accepted_and_then_cut_is_unknown_and_never_sent_again_by_itself(
    actor: Actor, config: Config, server: FaultServer
) -> None:
    queue(actor, config)
    server.acts["dot"] = reply(then="drop", keep=True)
    assert deliver(config) == Delivered(unknown=1)
    server.acts.clear()
    for hours in (0, 1, 25, 1000):
        later = now_ms() + hours * 60 * MINUTE
        assert deliver(config, clock=partial(int, later)) == Delivered()
    assert enqueue(ALL, actor, config).queued == 0
    assert (only().state, len(server.accepted), notice_states()) == ("unknown", 1, ["issued"])
    resolve(only().id, "resend", "stranka ni dobila", actor, config)
    assert deliver(config) == Delivered(sent=1)
    assert len(set(ids_on_server(server))) == 2


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


def test_without_direct_sending_a_file_is_written(sqlite_actor: Actor, config: Config) -> None:
    Operator.update(direct=False, smtp_host="").execute()
    (notice,) = queue(sqlite_actor, config)
    assert deliver(config) == Delivered(sent=1)
    path = config.home / "outbox" / "006" / f"2012-{notice}.eml"
    assert (only().state, only().answer) == ("sent", f"file {path}")
    assert f"X-Opomini-Notice: 2012/{notice}".encode() in path.read_bytes()
    assert [child.name for child in path.parent.iterdir()] == [path.name]
    assert notice_states() == ["sent"]


def test_a_file_whose_sender_died_is_written_again_once(actor: Actor, config: Config) -> None:
    Operator.update(direct=False).execute()
    queue(actor, config)
    found = claim("dead", now_ms(), builder.DAY)
    assert isinstance(found, Claim)
    assert mark_sending(found, now_ms())
    later = now_ms() + claims.LEASE_MS + 1
    assert deliver(config, clock=lambda: later) == Delivered(sent=1)
    assert len(list((config.home / "outbox" / "006").iterdir())) == 1


def test_a_folder_that_cannot_be_written_pauses(sqlite_actor: Actor, config: Config) -> None:
    Operator.update(direct=False).execute()
    queue(sqlite_actor, config)
    folder = config.home / "outbox" / "006"
    folder.rmdir()
    Path(folder).write_text("a file in its place")
    done = deliver(config)
    assert (done.left, states()) == (1, ["queued"])
    assert str(folder) in done.paused_because


def test_a_damaged_message_is_refused_and_the_others_go(
    sqlite_actor: Actor, config: Config, server: FaultServer
) -> None:
    queue(sqlite_actor, config, 2)
    run("UPDATE delivery SET skeleton = REPLACE(skeleton, 'Subject: ', 'Subject: x') WHERE id = 1")
    assert deliver(config) == Delivered(sent=1, refused=1)
    assert len(server.accepted) == 1


def test_lease_of_a_dead_sender(actor: Actor, config: Config, server: FaultServer) -> None:
    """Claimed only: the message goes on. After the commit before the dot: unknown, until its owner is heard."""
    queue(actor, config, 2)
    now = now_ms()
    first, second = claim("dead", now, builder.DAY), claim("dead", now, builder.DAY)
    assert isinstance(first, Claim)
    assert isinstance(second, Claim)
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
    found = claim("slow", now, builder.DAY)
    assert isinstance(found, Claim)
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

    monkeypatch.setattr(sender, "mark_sending", taken_over)
    assert deliver(config) == Delivered()
    assert (server.accepted, states()) == ([], ["claimed"])


def test_a_cancelled_or_unlocked_message_is_not_finished(actor: Actor, config: Config, server: FaultServer) -> None:
    queue(actor, config)
    found = claim("one", now_ms(), builder.DAY)
    assert isinstance(found, Claim)
    run("UPDATE delivery SET live = ?, outcome = 'unlocked'", (False,))
    assert not mark_sending(found, now_ms())


def test_heartbeat_keeps_the_message_while_the_server_is_slow(
    actor: Actor, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "LEASE_MS", 300)
    queue(actor, config)
    with sender.own_connection():
        found = claim("slow", now_ms(), builder.DAY)
        assert isinstance(found, Claim)
        with sender.Heartbeat("slow", now_ms):
            threading.Event().wait(1.0)
            assert claim("other", now_ms(), builder.DAY) is None
        threading.Event().wait(0.4)
        assert isinstance(claim("other", now_ms(), builder.DAY), Claim)


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
    thread.join(20)
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
    thread.join(20)
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
        thread.join(20)
    assert not thread.is_alive()
    assert "password" in reports[0].paused_because
    assert states() == ["sent", "sent"]


def until(condition: Callable[[], bool]) -> None:
    """Wait for the condition, 15 seconds at the most."""
    for _turn in range(300):
        if condition():
            return
        threading.Event().wait(0.05)
    raise AssertionError("waited 15 seconds in vain")
