"""Handing over: what each answer of a server makes of a message, and what is held back."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from opomini_tui import keys
from opomini_tui.config import Config
from opomini_tui.mail import claims, settle
from opomini_tui.mail.outbox import enqueue, outbox_rows, resolve, retry
from opomini_tui.mail.outcomes import BACKOFF, FEWEST_TRIES, GIVE_UP, mark_sending
from opomini_tui.mail.sender import Delivered, deliver
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import now_ms, run
from opomini_tui.models.notices import Notice
from opomini_tui.models.parties import Contact, Operator
from tests.mail import builder
from tests.mail.sending import (
    ALL,
    MINUTE,
    attempts,
    ids_on_server,
    must_claim,
    notice_states,
    only,
    queue,
    states,
    verbs,
)
from tests.mail.servers import DROP, FaultServer, HonestServer, reply


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


def test_a_weekend_without_a_sender_is_no_day_of_trying(actor: Actor, config: Config, server: FaultServer) -> None:
    queue(actor, config)
    server.acts["rcpt"] = reply("451 4.7.1 greylisted")
    friday = now_ms()
    monday = friday + 3 * GIVE_UP
    assert deliver(config, clock=lambda: friday) == Delivered(deferred=1)
    for number in range(FEWEST_TRIES - 2):
        assert deliver(config, clock=partial(int, monday + number * BACKOFF[-1])) == Delivered(deferred=1)
    assert deliver(config, clock=lambda: monday + FEWEST_TRIES * BACKOFF[-1]) == Delivered(refused=1)


def test_a_retry_by_hand_begins_the_day_anew(
    actor: Actor, config: Config, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(actor, config)
    server.acts["rcpt"] = reply("451 4.7.1 greylisted")
    now = now_ms()
    while deliver(config, clock=partial(int, now)) == Delivered(deferred=1):
        now = only().next_try_at or 0
    assert only().state == "refused"
    now += 1
    monkeypatch.setattr(settle, "now_ms", lambda: now)
    assert retry([only().id], actor).queued == 1
    assert deliver(config, clock=lambda: now) == Delivered(deferred=1)
    assert only().next_try_at == now + BACKOFF[0]


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
    found = must_claim("dead", now_ms())
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
