"""Handing one message over: the commit before the dot, copies, limits, and the bytes that arrive."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from opomini_tui.mail.wire import Wire
from tests.mail.connecting import CONTENT, Commit, envelope, hand_over, opened
from tests.mail.servers import Accepted, FaultServer, HonestServer, reply

PIPELINING = ("SIZE 10000000", "PIPELINING")
ONE_BY_ONE = ("SIZE 10000000",)
both_ways = pytest.mark.parametrize("offers", [PIPELINING, ONE_BY_ONE], ids=["pipelined", "one by one"])


@both_ways
def test_a_message_arrives_once_and_byte_for_byte(offers: tuple[str, ...]) -> None:
    commit = Commit()
    with FaultServer(offers=offers) as server:
        outcome = hand_over(server, commit, copies=("sef@podjetje.example",))
    assert (outcome.state, outcome.step, outcome.code) == ("sent", "answer", 250)
    assert outcome.answer == "250 2.0.0 queued as Q1"
    assert commit.calls == ["commit"]
    recipients = ("kupec@stranka1.example", "sef@podjetje.example")
    assert server.accepted == [Accepted("skrbnik@podjetje.example", recipients, CONTENT)]


@both_ways
def test_one_session_takes_many_messages(offers: tuple[str, ...]) -> None:
    with FaultServer({"rcpt 2": reply("550 5.1.1 unknown")}, offers=offers) as server, opened(server) as session:
        states = [session.hand_over(envelope(), Commit()).state for _n in range(4)]
        assert session.is_open()
    assert states == ["sent", "refused", "sent", "sent"]
    assert server.connections == 1
    assert len(server.accepted) == 3


@both_ways
def test_the_commands_go_in_one_write_where_that_is_offered(
    offers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []
    send = Wire.send

    def noted(self: Wire, data: bytes | str) -> None:
        written.append(data.encode() if isinstance(data, str) else data)
        send(self, data)

    monkeypatch.setattr(Wire, "send", noted)
    with FaultServer(offers=offers) as server:
        session = opened(server)
        written.clear()
        assert session.hand_over(envelope(), Commit()).state == "sent"
        assert len(written) == (3 if offers == PIPELINING else 5)
        assert written[-1] == b".\r\n"
        session.cut()


@both_ways
@pytest.mark.parametrize("raises", [False, True])
def test_without_the_commit_the_server_gets_no_message(offers: tuple[str, ...], raises: bool) -> None:
    def fail() -> None:
        raise OSError("disk full")

    commit = Commit(answer=False, meanwhile=fail if raises else None)
    with FaultServer(offers=offers) as server:
        session = opened(server)
        if raises:
            with pytest.raises(OSError, match="disk full"):
                session.hand_over(envelope(), commit)
        else:
            outcome = session.hand_over(envelope(), commit)
            assert (outcome.state, outcome.step) == ("lost", "commit")
        assert session.sock is None
        server.settle()
        assert server.accepted == []
        assert len(server.unfinished) == 1


def test_the_whole_body_is_handed_to_the_network_before_the_commit() -> None:
    with FaultServer() as server:
        commit = Commit(meanwhile=lambda: server.wait_for_bytes(b"konec\r\n"))
        assert hand_over(server, commit).state == "sent"
    assert commit.calls == ["commit"]


@pytest.mark.parametrize("copy_fate", ["250 2.1.5 ok", "550 5.1.1 unknown", "450 4.2.0 later"])
@pytest.mark.parametrize("refusal", ["550 5.1.1 unknown", "450 4.2.0 later"])
@both_ways
def test_a_refused_customer_means_no_copy_for_anybody(offers: tuple[str, ...], refusal: str, copy_fate: str) -> None:
    acts = {"rcpt 1": reply(refusal)} | ({} if copy_fate.startswith("250") else {"rcpt 2": reply(copy_fate)})
    commit = Commit()
    with FaultServer(acts, offers=offers) as server:
        outcome = hand_over(server, commit, copies=("sef@podjetje.example",))
    assert server.accepted == []
    assert b"".join(server.unfinished) == b""
    assert (outcome.state, outcome.step) == ("refused" if refusal.startswith("5") else "deferred", "recipient")
    assert outcome.answer == refusal
    assert "kupec@stranka1.example" in outcome.reason or outcome.state == "deferred"
    assert commit.calls == []


@both_ways
def test_a_refused_copy_does_not_stop_the_customers_message(offers: tuple[str, ...]) -> None:
    copies = ("sef@podjetje.example", "bcc@podjetje.example")
    with FaultServer({"rcpt 2": reply("550 5.1.1 unknown")}, offers=offers) as server:
        outcome = hand_over(server, copies=copies)
    assert outcome.state == "sent"
    assert outcome.reason == "Sent, but not the copy to sef@podjetje.example (550 5.1.1 unknown)."
    assert server.accepted[0].recipients == ("kupec@stranka1.example", "bcc@podjetje.example")


def test_nobody_is_named_twice() -> None:
    with FaultServer() as server:
        hand_over(server, copies=("sef@podjetje.example", "kupec@stranka1.example", "sef@podjetje.example"))
    assert server.accepted[0].recipients == ("kupec@stranka1.example", "sef@podjetje.example")


@both_ways
def test_421_for_a_copy_ends_the_connection_not_the_message(offers: tuple[str, ...]) -> None:
    with FaultServer({"rcpt 2": reply("421 4.7.0 slow down")}, offers=offers) as server:
        outcome = hand_over(server, copies=("sef@podjetje.example",))
    assert (outcome.state, outcome.step) == ("deferred", "copy")
    assert server.accepted == []


@both_ways
def test_a_server_that_wants_the_body_for_nobody(offers: tuple[str, ...]) -> None:
    """All recipients refused and DATA answered 354 nevertheless: cut, because a dot would end an empty message."""
    acts = {"rcpt": reply("550 5.1.1 unknown"), "data": reply("354 go on")}
    with FaultServer(acts, offers=offers) as server, opened(server) as session:
        outcome = session.hand_over(envelope(), Commit())
        assert session.is_open() == (offers == ONE_BY_ONE)
    assert outcome.state == "refused"
    assert server.accepted == []


@pytest.mark.parametrize(
    ("step", "answer", "state", "pause", "authentication"),
    [
        ("rcpt", "552 5.2.2 too many", "deferred", False, False),
        ("dot", "552 5.2.2 mailbox full", "refused", False, False),
        ("mail", "552 5.3.4 too big", "refused", False, False),
        ("rcpt", "550 5.4.5 daily quota exceeded", "deferred", True, False),
        ("dot", "554 5.2.0 outbound limit", "deferred", True, False),
        ("dot", "550 5.7.1 looks like spam", "refused", True, False),
        ("mail", "550 5.7.60 may not send as this sender", "refused", True, False),
        ("mail", "530 5.7.0 authentication required", "deferred", True, True),
        ("mail", "534 5.7.9 app password needed", "deferred", True, True),
        ("rcpt", "535 5.7.8 signed out", "deferred", True, True),
        ("dot", "421 4.7.0 rate", "deferred", False, False),
        ("dot", "450 4.7.1 greylisted", "deferred", False, False),
    ],
)
def test_what_an_answer_means(step: str, answer: str, state: str, pause: bool, authentication: bool) -> None:
    with FaultServer({step: reply(answer)}) as server:
        outcome = hand_over(server)
    assert (outcome.state, outcome.pause, outcome.authentication) == (state, pause, authentication)
    assert answer in outcome.reason
    assert server.accepted == []


CASES: dict[str, bytes] = {
    "dots": b".\r\n..\r\n.a\r\n\r\n.\r\n",
    "no last line end": b"a\r\n.b",
    "a line of 998": b"a" * 998 + b"\r\n",
    "one dot": b".",
    "empty": b"",
    "looks like the end": b"a\r\n.\r\nMAIL FROM:<b@x.si>\r\n",
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("make", [FaultServer, HonestServer])
def test_the_bytes_arrive_as_they_were(case: str, make: Callable[[], FaultServer | HonestServer]) -> None:
    content = CASES[case]
    with make() as server:
        outcome = hand_over(server, content=content)
    assert outcome.state == "sent"
    assert len(server.accepted) == 1
    assert server.accepted[0].content == (content if content.endswith(b"\r\n") else content + b"\r\n")


@pytest.mark.parametrize(
    "content",
    [b"a\nb\r\n", b"a\rb\r\n", b"a\r\n.\nMAIL FROM:<x@y.si>\r\n", b"a\0b\r\n", b"a" * 999 + b"\r\n", b"a\r\r\nb\n"],
    ids=["bare LF", "bare CR", "smuggled", "NUL", "long line", "mixed"],
)
def test_damaged_bytes_are_not_sent(content: bytes) -> None:
    with FaultServer() as server:
        outcome = hand_over(server, content=content)
    assert (outcome.state, outcome.step) == ("refused", "check")
    assert server.accepted == []
    assert server.verbs == ["EHLO", "QUIT"]


@pytest.mark.parametrize(
    ("limit", "state"),
    [("SIZE 20", "refused"), ("SIZE 0", "sent"), ("SIZE", "sent"), ("SIZE many", "sent"), ("SIZE 500000", "sent")],
)
def test_the_size_limit_is_asked_before_a_word_is_said(limit: str, state: str) -> None:
    with FaultServer(offers=(limit,)) as server:
        outcome = hand_over(server)
    assert outcome.state == state
    assert len(server.accepted) == (state == "sent")
    said = [line for line in server.commands if line.startswith("MAIL")]
    assert said == ([f"MAIL FROM:<skrbnik@podjetje.example> SIZE={len(CONTENT)}"] if state == "sent" else [])


@pytest.mark.parametrize("field", ["sender", "recipient", "copies"])
@pytest.mark.parametrize("address", ["a@x.si> NOTIFY=NEVER", "a@x.si>\r\nRCPT TO:<b@x.si", "a b@x.si", "", "a@x.si\0"])
def test_an_address_cannot_bring_anything_along(field: str, address: str) -> None:
    with FaultServer() as server:
        values: dict[str, Any] = {field: (address,) if field == "copies" else address}
        outcome = hand_over(server, **values)
    assert (outcome.state, outcome.step) == ("refused", "check")
    assert server.verbs == ["EHLO", "QUIT"]


def test_a_local_part_outside_ascii_goes_only_where_it_can() -> None:
    with HonestServer(smtputf8=True) as server:
        assert hand_over(server, recipient="žiga@stranka1.example").state == "sent"
    assert server.accepted[0].recipients == ("žiga@stranka1.example",)
    with HonestServer(smtputf8=False) as server:
        outcome = hand_over(server, recipient="žiga@stranka1.example")
    assert (outcome.state, outcome.step) == ("refused", "check")
    assert "žiga@stranka1.example" in outcome.reason
    assert server.accepted == []


def test_a_domain_outside_ascii_goes_everywhere() -> None:
    with HonestServer(smtputf8=False) as server:
        assert hand_over(server, recipient="ana@žaga.si").state == "sent"
    assert server.accepted[0].recipients == ("ana@xn--aga-b3a.si",)
