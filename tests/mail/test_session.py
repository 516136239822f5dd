"""Opening a session: TLS that is verified, passwords with č, š and ž, and nothing in clear beyond this machine."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from typing import Literal

import pytest

from opomini_tui.mail.session import Server, SessionError, open_session
from opomini_tui.mail.transaction import SmtpSession
from opomini_tui.mail.wire import is_loopback
from tests.mail.certificates import Certificates, make_certificates
from tests.mail.connecting import CONTENT, Commit, client, envelope, opened
from tests.mail.servers import DROP, HANG, HOST, Act, FaultServer, HonestServer, reply

ACCOUNT, PASSWORD = "ana@podjetje.example", "Češnja-šipek-žolca 1€"


pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while")  # aiosmtpd on TLS from the first byte


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


def error_of(server: Server) -> SessionError:
    with pytest.raises(SessionError) as caught:
        open_session(server)
    return caught.value


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("host", [HOST, "localhost"])
def test_a_message_over_tls_with_a_password(certificates: Certificates, security: str, host: str) -> None:
    implicit = security == "tls"
    with HonestServer(tls=certificates.good, implicit=implicit, account=(ACCOUNT, PASSWORD)) as server:
        settings = {"host": host, "security": security, "ca_file": certificates.ca_file, "connect_timeout": 5}
        with opened(server, account=ACCOUNT, password=PASSWORD, **settings) as session:
            assert isinstance(session.sock, ssl.SSLSocket)
            outcomes = [session.hand_over(envelope(), Commit()) for _n in range(2)]
    assert [outcome.state for outcome in outcomes] == ["sent", "sent"]
    assert outcomes[1].answer == "250 2.0.0 queued as H2"
    assert [message.content for message in server.accepted] == [CONTENT, CONTENT]


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("which", "why"), [("other_name", "IP address mismatch"), ("expired", "expired"), ("unknown", "unable to get")]
)
def test_a_wrong_certificate_is_refused(certificates: Certificates, security: str, which: str, why: str) -> None:
    context = certificates.good if which == "unknown" else getattr(certificates, which)
    ca_file = None if which == "unknown" else certificates.ca_file
    with HonestServer(tls=context, implicit=security == "tls", account=(ACCOUNT, PASSWORD)) as server:
        changed = {"security": security, "ca_file": ca_file, "account": ACCOUNT, "password": PASSWORD}
        error = error_of(client(server, connect_timeout=5, **changed))
    assert (error.kind, error.stops_queue) == ("tls", True)
    assert why in str(error)


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (reply("220 go ahead"), "tls"),
        (reply("220 go ahead", then="drop"), "tls"),
        (reply("220 go ahead", then="hang"), "tls"),
        (reply("220 go ahead", "250 more in clear"), "tls"),
        (reply("502 5.5.1 no"), "tls"),
        (reply("454 4.7.0 not now"), "temporary"),
        (DROP, "connection"),
        (HANG, "connection"),
        (reply("zzz"), "tls"),
    ],
    ids=str,
)
def test_starttls_offered_but_broken(act: Act, kind: str) -> None:
    with FaultServer({"starttls": act}, offers=("STARTTLS",), accounts={ACCOUNT: PASSWORD}) as server:
        error = error_of(client(server, security="starttls", account=ACCOUNT, password=PASSWORD))
    assert (error.kind, error.step) == (kind, "starttls")
    assert server.signed_in == []
    assert "AUTH" not in server.verbs


def test_starttls_that_is_not_offered_is_not_done_without() -> None:
    with FaultServer(accounts={ACCOUNT: PASSWORD}) as server:
        error = error_of(client(server, security="starttls", account=ACCOUNT, password=PASSWORD))
    assert (error.kind, error.stops_queue) == ("tls", True)
    assert server.verbs == ["EHLO"]


def test_what_was_offered_in_clear_is_forgotten(certificates: Certificates) -> None:
    offers = ("STARTTLS", "SIZE 100")
    with FaultServer(offers=offers, tls=certificates.good) as server:
        server.acts["hello 2"] = reply("250-fault.example", "250 8BITMIME")
        with opened(server, security="starttls", ca_file=certificates.ca_file) as session:
            assert session.esmtp_features == {"8bitmime": ""}


def test_tls_on_a_port_that_speaks_in_clear() -> None:
    with FaultServer() as server:
        error = error_of(client(server, security="tls"))
    assert (error.kind, error.step) == ("tls", "connect")
    assert "465" in str(error)


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
@pytest.mark.parametrize("password", ["simple", PASSWORD])
def test_every_mechanism_takes_a_password_with_letters_of_ours(mechanism: str, password: str) -> None:
    with FaultServer(accounts={ACCOUNT: password}, mechanisms=[mechanism]) as server:
        opened(server, account=ACCOUNT, password=password).close()
    assert server.signed_in == [(mechanism, ACCOUNT, True)]


def test_a_wrong_password_is_tried_once_only() -> None:
    """Every try counts towards a lock-out, whatever the mechanism."""
    with FaultServer(accounts={ACCOUNT: PASSWORD}) as server:
        error = error_of(client(server, account=ACCOUNT, password="wrong"))
    assert (error.kind, error.code, error.stops_queue) == ("authentication", 535, True)
    assert server.signed_in == [("CRAM-MD5", ACCOUNT, False)]
    assert "wrong account or password" in str(error)


def test_a_mechanism_that_is_offered_but_missing_is_passed_over() -> None:
    with FaultServer({"login 1": reply("504 5.5.4 not implemented")}, accounts={ACCOUNT: PASSWORD}) as server:
        opened(server, account=ACCOUNT, password=PASSWORD).close()
    assert server.signed_in == [("PLAIN", ACCOUNT, True)]


@pytest.mark.parametrize("mechanisms", [["GSSAPI", "NTLM"], []])
def test_no_known_mechanism(mechanisms: list[str]) -> None:
    accounts = {ACCOUNT: PASSWORD} if mechanisms else {}
    with FaultServer(accounts=accounts, mechanisms=mechanisms) as server:
        error = error_of(client(server, account=ACCOUNT, password=PASSWORD))
    assert (error.kind, error.step) == ("authentication", "login")


def test_a_server_without_signing_in_needs_no_account() -> None:
    with FaultServer(offers=("HELP",)) as server:
        opened(server).close()
    assert server.verbs == ["EHLO", "QUIT"]


def test_an_old_server_without_ehlo() -> None:
    with FaultServer({"hello": reply("502 5.5.1 what?")}) as server, opened(server) as session:
        assert session.hand_over(envelope(), Commit()).state == "sent"
    assert server.verbs == ["EHLO", "HELO", "MAIL", "RCPT", "DATA", "QUIT"]


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("LocalHost", True),
        ("127.0.0.1.example", False),
        ("localhost.example", False),
        ("10.0.0.1", False),
        ("0.0.0.0", False),
        ("mail.podjetje.example", False),
        ("", False),
    ],
)
def test_what_this_machine_is(host: str, local: bool) -> None:
    assert is_loopback(host) == local


@pytest.mark.parametrize("host", ["mail.podjetje.example", "192.0.2.1"])
def test_nothing_leaves_this_machine_in_clear(host: str) -> None:
    error = error_of(Server(host, 25, "none", account=ACCOUNT, password=PASSWORD))
    assert (error.kind, error.stops_queue) == ("settings", True)
    assert host in str(error)


def test_a_name_that_leads_elsewhere_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """ "localhost" is believed only when the other end really is here."""
    monkeypatch.setattr(SmtpSession, "peer_is_loopback", lambda _self: False)
    with FaultServer(accounts={ACCOUNT: PASSWORD}) as server:
        error = error_of(client(server, account=ACCOUNT, password=PASSWORD))
    assert error.kind == "settings"
    assert server.commands == []


def test_no_server_is_a_sentence() -> None:
    assert error_of(Server("", 587, "starttls")).kind == "settings"


def test_nobody_listens() -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
    error = error_of(Server(HOST, port, "none"))
    assert (error.kind, error.step, error.stops_queue) == ("connection", "connect", False)
    assert str(port) in str(error)


def test_a_name_that_nobody_knows() -> None:
    error = error_of(Server("mail.invalid", 587, "starttls", connect_timeout=5))
    assert (error.kind, error.step) == ("connection", "connect")
    assert "mail.invalid" in str(error)


@pytest.mark.parametrize("host", ["mail..example.com", f"{'a' * 64}.example.com", ".example.com"])
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_name_that_is_none(host: str, security: Literal["starttls", "tls"]) -> None:
    error = error_of(Server(host, 587, security, connect_timeout=5))
    assert (error.kind, error.step) == ("connection", "connect")
    assert host in str(error)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_authority_that_cannot_be_read(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content)
    error = error_of(Server("mail.podjetje.example", 587, "starttls", ca_file=str(file)))
    assert error.kind == "settings"
    assert str(file) in str(error)


def test_the_password_is_not_shown() -> None:
    server = Server("mail.podjetje.example", 587, "starttls", account=ACCOUNT, password=PASSWORD)
    assert PASSWORD not in repr(server)


def test_small_packets_go_at_once_and_the_machine_has_no_name() -> None:
    with FaultServer() as server, opened(server) as session:
        assert isinstance(session.sock, socket.socket)
        assert session.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert server.commands == ["EHLO [127.0.0.1]"]


def test_a_server_that_hangs_up_while_nothing_is_sent_is_noticed() -> None:
    with FaultServer({"rset": reply("421 4.4.2 idle", then="drop")}) as server, opened(server) as session:
        assert session.is_open()
        session.send(b"RSET\r\n")
        server.settle()
        assert not session.is_open()
        assert not session.is_open()
        assert session.hand_over(envelope(), Commit()).state == "lost"
    assert server.accepted == []
