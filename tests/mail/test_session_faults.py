"""Every step of a session × every way in which a server fails; the log of the fault server is the truth."""

from __future__ import annotations

import pytest

from opomini_tui.mail.session import SessionError, SmtpSession
from tests.mail.connecting import CONTENT, Commit, envelope, hand_over, opened
from tests.mail.servers import DROP, HANG, Act, FaultServer, reply

PIPELINING = ("SIZE 10000000", "PIPELINING")
ONE_BY_ONE = ("SIZE 10000000",)
LONG = "x" * 8000

REFUSALS = {
    "4xx": (reply("450 4.2.0 later"), "deferred", 450),
    "4xx without text": (reply("451"), "deferred", 451),
    "421": (reply("421 4.3.2 closing", then="drop"), "deferred", 421),
    "5xx": (reply("550 5.1.1 never"), "refused", 550),
    "20 lines": (reply(*["550-5.1.1 never"] * 19, "550 5.1.1 never"), "refused", 550),
    "8 KB": (reply(f"554 5.6.0 {LONG}"), "refused", 554),
    "non-ASCII": (Act("550 5.1.1 naslov ne obstaja, čšž\r\n".encode("cp1250")), "refused", 550),
}
NONSENSE = {
    "drop": DROP,
    "hang": HANG,
    "garbage": reply("hello there"),
    "half an answer": Act(b"250-2.0.0 ok\r\n250 2.0", then="drop"),
    "empty line": reply(""),
    "endless": Act(b"250-ok\r\n" * 20_000, then="hang"),
    "wrong kind": reply("199 what"),
}
STEPS = {"mail": "mail", "rcpt": "recipient", "data": "data", "dot": "answer"}


@pytest.mark.parametrize("offers", [PIPELINING, ONE_BY_ONE], ids=["pipelined", "one by one"])
@pytest.mark.parametrize("fault", REFUSALS)
@pytest.mark.parametrize("step", STEPS)
def test_a_refusal_at_each_step(step: str, fault: str, offers: tuple[str, ...]) -> None:
    act, state, code = REFUSALS[fault]
    with FaultServer({step: act}, offers=offers) as server:
        outcome = hand_over(server)
    assert (outcome.state, outcome.step, outcome.code) == (state, STEPS[step], code)
    assert outcome.answer.startswith(str(code))
    assert len(outcome.answer) <= 1000
    assert outcome.answer.isprintable()
    assert outcome.reason
    # What is refused with the sender's address would be refused with each message of the account.
    assert outcome.pause == (step == "mail" and state == "refused")
    assert server.accepted == []


@pytest.mark.parametrize("offers", [PIPELINING, ONE_BY_ONE], ids=["pipelined", "one by one"])
@pytest.mark.parametrize("fault", NONSENSE)
@pytest.mark.parametrize("step", STEPS)
def test_nonsense_at_each_step(step: str, fault: str, offers: tuple[str, ...]) -> None:
    with FaultServer({step: NONSENSE[fault]}, offers=offers) as server:
        session = opened(server)
        outcome = session.hand_over(envelope(), Commit())
        assert not session.is_open()
    assert outcome.state == ("unknown" if step == "dot" else "lost")
    assert outcome.step == STEPS[step]
    assert outcome.reason
    assert server.accepted == []


@pytest.mark.parametrize("act", [DROP, HANG, reply("what?"), Act(b"250 2.0.0 queued as")], ids=str)
def test_accepted_and_then_no_whole_answer_is_unknown(act: Act) -> None:
    """The only place where nobody on this side can know."""
    with FaultServer({"dot": Act(act.say, act.then if act.then != "go on" else "drop", keep=True)}) as server:
        outcome = hand_over(server)
    assert outcome.state == "unknown"
    assert outcome.answer == act.say.decode().strip()
    assert [message.content for message in server.accepted] == [CONTENT]


def test_accepted_and_dropped_after_the_answer_is_sent() -> None:
    with FaultServer({"dot": reply("250 2.0.0 queued as Q1", then="drop", keep=True)}) as server:
        session = opened(server)
        outcome = session.hand_over(envelope(), Commit())
        server.settle()
        assert not session.is_open()
        session.close()
    assert (outcome.state, outcome.answer) == ("sent", "250 2.0.0 queued as Q1")
    assert len(server.accepted) == 1


@pytest.mark.parametrize("quit_act", [DROP, HANG, reply("500 what"), reply("421 no"), reply("zzz")], ids=str)
def test_an_error_of_quit_is_no_failure(quit_act: Act) -> None:
    with FaultServer({"quit": quit_act}) as server:
        outcome = hand_over(server)
    assert outcome.state == "sent"
    assert len(server.accepted) == 1


BIG = b"Subject: x\r\n\r\n" + b"y" * 70 + b"\r\n" + (b"z" * 76 + b"\r\n") * 100_000


@pytest.mark.parametrize("content", [CONTENT, BIG], ids=["small", "8 MB"])
@pytest.mark.parametrize(
    ("act", "states"),
    [
        (DROP, {"lost"}),
        (reply("421 4.3.2 shutting down", then="drop"), {"deferred", "lost"}),
        (reply("552 5.3.4 too big", then="drop"), {"refused", "lost"}),
        (reply("250 2.0.0 thank you", then="hang"), {"lost"}),
    ],
    ids=["drop", "421", "552", "250 before the dot"],
)
def test_a_server_that_speaks_or_leaves_during_the_body(act: Act, states: set[str], content: bytes) -> None:
    """A reset may swallow what the server said; never is it unknown, because the dot was not sent."""
    with FaultServer({"body": act}) as server:
        session = opened(server)
        outcome = session.hand_over(envelope(content=content), Commit(meanwhile=server.settle_one))
        assert not session.is_open()
    assert outcome.state in states
    assert outcome.step == "body"
    assert server.accepted == []


def test_a_server_that_does_not_read_the_body() -> None:
    with FaultServer({"body": HANG}) as server:
        outcome = hand_over(server, content=BIG)
    assert (outcome.state, outcome.step) == ("lost", "body")
    assert "0.2 s" in outcome.reason
    assert server.accepted == []


OPENING = {
    "greeting 4xx": ({"greeting": reply("421 4.3.2 busy", then="drop")}, "temporary", "greeting"),
    "greeting 5xx": ({"greeting": reply("554 5.7.1 go away")}, "connection", "greeting"),
    "greeting drop": ({"greeting": DROP}, "connection", "greeting"),
    "greeting hang": ({"greeting": HANG}, "connection", "greeting"),
    "greeting garbage": ({"greeting": reply("HTTP/1.1 400 Bad Request")}, "connection", "greeting"),
    "greeting endless": ({"greeting": Act(b"220-hi\r\n" * 20_000, then="hang")}, "connection", "greeting"),
    "hello 4xx": ({"hello": reply("451 4.3.0 later")}, "temporary", "hello"),
    "hello 5xx": ({"hello": reply("550 no"), "helo": reply("550 no")}, "connection", "hello"),
    "hello drop": ({"hello": DROP}, "connection", "hello"),
    "hello hang": ({"hello": HANG}, "connection", "hello"),
    "hello garbage": ({"hello": reply("hi")}, "connection", "hello"),
    "hello nothing": ({"hello": reply("")}, "connection", "hello"),
    "login 4xx": ({"signed in": reply("454 4.7.0 later")}, "temporary", "login"),
    "login 535": ({"signed in": reply("535 5.7.8 wrong")}, "authentication", "login"),
    "login 534": ({"signed in": reply("534 5.7.9 app password needed")}, "authentication", "login"),
    "login 530": ({"login": reply("530 5.7.0 STARTTLS first")}, "authentication", "login"),
    "login drop": ({"login": DROP}, "connection", "login"),
    "login hang": ({"login": HANG}, "connection", "login"),
    "login challenges": ({"login": reply("334 bm8=")}, "authentication", "login"),
    "login bad challenge": ({"login": reply("334 %%%a")}, "authentication", "login"),
}


@pytest.mark.parametrize("fault", OPENING)
def test_a_session_that_does_not_open(fault: str) -> None:
    acts, kind, step = OPENING[fault]
    with FaultServer(acts, accounts={"ana": "geslo"}) as server, pytest.raises(SessionError) as caught:
        opened(server, account="ana", password="geslo")
    error = caught.value
    assert (error.kind, error.step) == (kind, step)
    assert error.stops_queue == (kind == "authentication")
    assert "127.0.0.1" in str(error)
    assert error.answer in str(error)
    assert "geslo" not in str(error)
    assert "\n" not in str(error)


def test_a_trickling_answer_does_not_stretch_the_wait() -> None:
    """The wait is for the whole answer, not for each piece of it."""
    with FaultServer({"mail": Act(b"250-still\r\n" * 3, then="hang")}, offers=ONE_BY_ONE) as server:
        session: SmtpSession = opened(server)
        outcome = session.hand_over(envelope(), Commit())
    assert outcome.state == "lost"
    assert outcome.answer.startswith("250-still")
