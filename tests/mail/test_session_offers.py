"""What a server offers is used, and what it does not offer is done without: reports, 8 bits, sizes, authorities."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from opomini_tui.mail import session as session_module
from opomini_tui.mail.answers import step_name
from opomini_tui.mail.envelope import wire_form
from opomini_tui.mail.session import Limits, Server, SessionError, SmtpSession, open_session
from tests.mail.certificates import Certificates, make_certificates
from tests.mail.connecting import Commit, client, envelope, opened
from tests.mail.servers import FaultServer, reply

DSN = ("SIZE 10000000", "PIPELINING", "DSN")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


def announced(server: FaultServer, *, dsn: bool = True, **changed: object) -> list[str]:
    """The commands of one message up to DATA."""
    with opened(server, command_timeout=5, dsn=dsn) as session:
        assert session.hand_over(envelope(**changed), Commit()).state == "sent"
    return [line for line in server.commands if line.split()[0] in ("MAIL", "RCPT")]


def test_a_report_is_asked_for_the_customer_only() -> None:
    with FaultServer(offers=DSN) as server:
        mail, customer, *copies = announced(
            server, copies=("sef@podjetje.example", "b@x.si"), envelope_id="2012/276+1=x"
        )
    assert mail.endswith(" RET=HDRS ENVID=2012/276+2B1+3Dx")
    assert customer == ("RCPT TO:<kupec@stranka1.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;kupec@stranka1.example")
    assert copies == ["RCPT TO:<sef@podjetje.example> NOTIFY=NEVER", "RCPT TO:<b@x.si> NOTIFY=NEVER"]


def test_without_an_id_the_message_id_comes_back() -> None:
    with FaultServer(offers=DSN) as server:
        assert announced(server)[0].endswith(" RET=HDRS ENVID=1@podjetje.example")


def test_an_id_that_is_too_long_is_left_out() -> None:
    with FaultServer(offers=DSN) as server:
        assert announced(server, envelope_id="x" * 101)[0].endswith(" RET=HDRS")


@pytest.mark.parametrize(("offers", "wanted"), [(("SIZE 10000000",), True), (DSN, False)])
def test_no_report_where_it_is_not_offered_or_not_wanted(offers: tuple[str, ...], wanted: bool) -> None:
    with FaultServer(offers=offers) as server:
        lines = announced(server, dsn=wanted, copies=("b@x.si",))
    assert all(word not in line for line in lines for word in ("RET=", "NOTIFY", "ORCPT", "ENVID"))


@pytest.mark.parametrize("answer", ["555 5.5.4 unknown option", "501 5.5.4 syntax", "504 5.5.4 no"])
@pytest.mark.parametrize("step", ["mail 1", "rcpt 1"])
def test_a_server_that_stumbles_over_reports_gets_the_message_without(step: str, answer: str) -> None:
    with FaultServer({step: reply(answer)}, offers=DSN) as server, opened(server, command_timeout=5) as session:
        outcomes = [session.hand_over(envelope(), Commit()).state for _n in range(2)]
        assert not session.has_extn("dsn")
    assert outcomes == ["sent", "sent"]
    assert len(server.accepted) == 2
    assert [("RET=" in line) for line in server.commands if line.startswith("MAIL")] == [True, False, False]


def test_what_is_offered() -> None:
    with FaultServer(offers=(*DSN, "8BITMIME", "SMTPUTF8"), accounts={"a": "b"}) as server, opened(server) as session:
        assert session.limits == Limits(10_000_000, ("PLAIN", "LOGIN", "CRAM-MD5"))
    with FaultServer(offers=("SIZE 0",)) as server, opened(server) as session:
        assert session.limits == Limits(None, ())


def test_eight_bits_are_announced_and_not_sent_without() -> None:
    content = "Subject: x\r\n\r\nŠe enkrat\r\n".encode()
    with FaultServer(offers=("8BITMIME",)) as server:
        assert announced(server, content=content)[0].endswith(" BODY=8BITMIME")
    assert server.accepted[0].content == content
    with FaultServer(offers=()) as server, opened(server) as session:
        outcome = session.hand_over(envelope(content=content), Commit())
    assert (outcome.state, outcome.step, server.verbs) == ("refused", "check", ["EHLO", "QUIT"])


def test_an_authority_as_text(certificates: Certificates) -> None:
    pem = Path(certificates.ca_file).read_text()
    with FaultServer(tls=certificates.good, offers=("STARTTLS",)) as server:
        values = {"security": "starttls", "connect_timeout": 5, "command_timeout": 5}
        with opened(server, ca_certificates=f"# naš overitelj\n{pem}\n", **values) as session:
            assert isinstance(session.sock, ssl.SSLSocket)


@pytest.mark.parametrize("text", ["no certificate", "-----BEGIN CERTIFICATE-----\nčšž\n-----END CERTIFICATE-----"])
def test_an_authority_that_is_none(text: str) -> None:
    with pytest.raises(SessionError) as caught:
        open_session(Server("mail.podjetje.example", 587, "starttls", ca_certificates=text))
    assert caught.value.kind == "settings"
    assert "BEGIN CERTIFICATE" in str(caught.value)


def test_in_clear_beyond_this_machine_only_where_it_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "is_loopback", lambda _host: False)
    monkeypatch.setattr(SmtpSession, "peer_is_loopback", lambda _self: False)
    with FaultServer(accounts={"ana": "geslo"}) as server:
        with pytest.raises(SessionError, match="STARTTLS or TLS"):
            open_session(client(server))
        assert server.connections == 0
        opened(server, plain_allowed=True, account="ana", password="geslo", command_timeout=5).close()
    assert server.signed_in == [("CRAM-MD5", "ana", True)]  # the one that does not show the password


LETTER = b"--x\r\nContent-Transfer-Encoding: base64\r\n\r\n"


@pytest.mark.parametrize(
    ("content", "sent"),
    [
        (LETTER + b"A" * 76 + b"\r\n" + b"B" * 8 + b"\r\n--x--\r\n", None),
        (
            b".a\r\n" + LETTER + b"A" * 76 + b"\r\n--x--\r\n.\r\n",
            b"..a\r\n" + LETTER + b"A" * 76 + b"\r\n--x--\r\n..\r\n",
        ),
        (LETTER + b".AAA\r\n--x--", LETTER + b"..AAA\r\n--x--\r\n"),
        (LETTER + b"A" * 10 + b"\r\n.B\r\n--x--\r\n", LETTER + b"A" * 10 + b"\r\n..B\r\n--x--\r\n"),
        (
            LETTER + b"A" * 76 + b"\r\n" + b"B" * 76 + b"\r\n.\r\n--x",
            LETTER + b"A" * 76 + b"\r\n" + b"B" * 76 + b"\r\n..\r\n--x\r\n",
        ),
    ],
)
def test_dots_are_doubled_also_around_a_letter(content: bytes, sent: bytes | None) -> None:
    assert wire_form(content) == (content if sent is None else sent)


@pytest.mark.parametrize("damage", [b"\n", b"\r", b"\0", b"\r\n" + b"C" * 1000])
@pytest.mark.parametrize("at", [3, len(LETTER) + 5, len(LETTER) + 76, len(LETTER) + 77, len(LETTER) + 90, -9])
def test_a_damaged_message_is_not_sent(damage: bytes, at: int) -> None:
    whole = LETTER + (b"A" * 76 + b"\r\n") * 3 + b"B" * 8 + b"\r\n--x--\r\n"
    with FaultServer() as server, opened(server) as session:
        outcome = session.hand_over(envelope(content=whole[:at] + damage + whole[at:]), Commit())
    assert (outcome.state, outcome.step) == ("refused", "check")
    assert "damaged" in outcome.reason
    assert server.accepted == []


@pytest.mark.parametrize("step", ["dot", "commit", "check", "settings", "file", "answer", "connect", "login"])
def test_every_step_has_a_name_in_words(step: str) -> None:
    assert step_name(step) not in ("", "dot", "commit", "check", "file", "answer", "connect", "login")
