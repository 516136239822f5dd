"""Opening a mailbox: every way of signing in, verified TLS, and one sentence for every failure."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from opomini_tui.mail.mailbox.line import MailboxError
from opomini_tui.mail.mailbox.line import Pop3Server as Settings
from opomini_tui.mail.mailbox.opening import open_mailbox
from tests.mail.certificates import Certificates, make_certificates
from tests.mail.mailbox.pop3_server import DROP, HANG, Act, Pop3Server

PASSWORD = "geslo čšž €"


def settings(server: Pop3Server, **changes: object) -> Settings:
    """How the operator's form has the server."""
    account, password = server.account
    base = Settings("127.0.0.1", server.port, "none", account, password, command_timeout=5.0)
    return replace(base, **changes)  # type: ignore[arg-type]  # the fields of Pop3Server


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """An authority of our own."""
    return make_certificates(tmp_path_factory.mktemp("pop3"))


@pytest.mark.parametrize(
    ("offers", "apop", "way"),
    [
        (("USER",), False, "PASS"),
        (("USER", "SASL PLAIN LOGIN"), False, "PLAIN"),
        (("USER", "SASL PLAIN"), True, "APOP"),
        (("SASL CRAM-MD5", "USER"), False, "PASS"),
    ],
)
def test_signs_in_with_a_password_in_utf8(offers: tuple[str, ...], apop: bool, way: str) -> None:
    with Pop3Server(account=("skrbnik", PASSWORD), offers=offers, apop=apop) as server:
        session = open_mailbox(settings(server))
        assert session.count() == 0
        session.finish()
    assert server.signed_in == [(way, True)]
    assert server.verbs[-2:] == ["RSET", "QUIT"]


def test_signs_in_with_a_token_only() -> None:
    with Pop3Server(account=("skrbnik@podjetje.example", "token-1"), offers=("USER", "SASL PLAIN XOAUTH2")) as server:
        open_mailbox(settings(server, password="", token="token-1")).finish()
        with pytest.raises(MailboxError, match="Connect the account again") as caught:
            open_mailbox(settings(server, password="", token="token-2"))
    assert server.signed_in == [("XOAUTH2", True), ("XOAUTH2", False)]
    assert caught.value.kind == "authentication"


@pytest.mark.parametrize("offers", [("USER",), ("SASL PLAIN", "USER")])
def test_a_refused_password_is_tried_one_way_only(offers: tuple[str, ...]) -> None:
    with Pop3Server(offers=offers) as server, pytest.raises(MailboxError) as caught:
        open_mailbox(settings(server, password="secret-ž"))
    assert len(server.signed_in) == 1
    assert (caught.value.kind, caught.value.step) == ("authentication", "login")
    assert "[AUTH] Authentication failed." in str(caught.value)
    assert "secret" not in str(caught.value) + repr(settings(server, password="secret-ž"))


def test_tls_from_the_first_byte_and_by_stls(certificates: Certificates) -> None:
    pem = Path(certificates.ca_file).read_text()
    with Pop3Server(tls=certificates.good, implicit=True) as server:
        open_mailbox(settings(server, security="tls", ca_file=certificates.ca_file)).finish()
        open_mailbox(settings(server, security="tls", ca_certificates=pem)).finish()
    with Pop3Server(tls=certificates.good, offers=("USER",)) as server:
        open_mailbox(settings(server, security="starttls", ca_certificates=pem)).finish()
    assert server.verbs[:3] == ["CAPA", "STLS", "CAPA"]  # what was offered in clear is asked again
    assert server.signed_in == [("PASS", True)]


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize("fault", ["unknown authority", "other name", "expired"])
def test_a_certificate_that_is_not_right_ends_it(fault: str, security: str, certificates: Certificates) -> None:
    chosen = {"other name": certificates.other_name, "expired": certificates.expired}.get(fault, certificates.good)
    ca_file = None if fault == "unknown authority" else certificates.ca_file
    with (
        Pop3Server(tls=chosen, implicit=security == "tls") as server,
        pytest.raises(MailboxError, match="cannot be trusted") as caught,
    ):
        open_mailbox(settings(server, security=security, ca_file=ca_file))
    assert caught.value.kind == "tls"
    assert not {"USER", "PASS", "AUTH"} & set(server.verbs)


def test_without_stls_nothing_is_said_in_clear() -> None:
    with Pop3Server() as server, pytest.raises(MailboxError, match="offers no secure connection"):
        open_mailbox(settings(server, security="starttls"))
    assert server.verbs == ["CAPA"]


def test_what_is_said_in_clear_after_stls_is_no_answer(certificates: Certificates) -> None:
    acts = {"STLS": Act(b"+OK begin\r\n+OK injected\r\n")}
    with Pop3Server(tls=certificates.good, acts=acts) as server, pytest.raises(MailboxError, match="spoke in clear"):
        open_mailbox(settings(server, security="starttls", ca_file=certificates.ca_file))


def test_plain_only_to_this_machine() -> None:
    server = Settings("192.0.2.1", 110, "none", "skrbnik", "geslo", connect_timeout=0.2)
    with pytest.raises(MailboxError, match="Without a secure connection") as caught:
        open_mailbox(server)
    assert caught.value.kind == "settings"
    with pytest.raises(MailboxError) as caught:
        open_mailbox(replace(server, plain_allowed=True))
    assert caught.value.kind == "connection"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"host": ""}, "No mailbox"),
        ({"account": ""}, "needs an account and a password"),
        ({"password": ""}, "needs an account and a password"),
        ({"password": "a\r\nDELE 1"}, "holds a line break"),
        ({"account": "a\nDELE 1"}, "holds a line break"),
        ({"host": "mail..example"}, "is not known"),
        ({"port": 1}, "does not answer on port 1"),
        ({"security": "tls", "ca_certificates": "no PEM"}, "own authority"),
        ({"security": "tls", "ca_file": "/nowhere.pem"}, "own certificate authority"),
    ],
)
def test_settings_that_cannot_work(changes: dict[str, object], sentence: str) -> None:
    with Pop3Server() as server, pytest.raises(MailboxError, match=sentence):
        open_mailbox(settings(server, **{"security": "none", **changes}, plain_allowed=True))
    assert server.commands == []


STEPS: dict[str, Callable[[Pop3Server], object]] = {
    "greeting": lambda server: open_mailbox(settings(server, command_timeout=0.1)),
    "CAPA": lambda server: open_mailbox(settings(server, command_timeout=0.1)),
    "USER": lambda server: open_mailbox(settings(server, command_timeout=0.1)),
    "PASS": lambda server: open_mailbox(settings(server, command_timeout=0.1)),
    "STAT": lambda server: open_mailbox(settings(server, command_timeout=0.1)).count(),
    "UIDL": lambda server: open_mailbox(settings(server, command_timeout=0.1)).uidls(),
    "LIST": lambda server: open_mailbox(settings(server, command_timeout=0.1)).sizes(),
    "TOP": lambda server: open_mailbox(settings(server, command_timeout=0.1)).top(1, 0, 1000),
    "RETR": lambda server: open_mailbox(settings(server, command_timeout=0.1)).retrieve(1, 1000),
}
FAULTS = {
    "drop": DROP,
    "hang": HANG,
    "drop in the line": Act(b"+O", "drop"),
    "hang in the line": Act(b"+O", "hang"),
    "garbage": Act(b"HTTP/1.1 400 Bad Request\r\n"),
    "no end": Act(b"x" * 20_000, "hang"),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_at_every_step_is_one_sentence(step: str, fault: str) -> None:
    begin = time.monotonic()
    with Pop3Server(acts={step: FAULTS[fault]}) as server, pytest.raises(MailboxError) as caught:
        STEPS[step](server)
    assert time.monotonic() - begin < 30
    assert caught.value.kind == "connection"
    assert str(caught.value).count("127.0.0.1") == 1


@pytest.mark.parametrize("step", ["UIDL", "LIST", "TOP", "RETR"])
def test_a_long_answer_that_is_cut(step: str) -> None:
    acts = {step: Act(b"+OK\r\n1 abc\r\n", "drop")}
    with Pop3Server(acts=acts) as server, pytest.raises(MailboxError, match="closed the connection"):
        STEPS[step](server)


@pytest.mark.parametrize("step", ["greeting", "STAT", "LIST"])
def test_a_refusal_is_told_with_the_servers_words(step: str) -> None:
    acts = {step: Act("-ERR strežnik je zaseden\r\n".encode())}
    with Pop3Server(acts=acts) as server, pytest.raises(MailboxError, match="strežnik je zaseden"):
        STEPS[step](server)


def test_bodies_come_whole_at_every_seam() -> None:
    """The end is found wherever the pieces of the network lie, and dots come back as they were."""
    body = b".one\r\n..two\r\n.\rx\r\n\r\n.\r\n" + b"y" * 70_000 + b"\r\n.z\r\n"
    stuffed = (b"\n" + body).replace(b"\n.", b"\n..")[1:]
    whole = b"+OK\r\n" + stuffed + b".\r\n"
    for mails in ([body], [b""], [b"\r\n"], [b"x"]):
        with Pop3Server(mails=list(mails)) as server:
            session = open_mailbox(settings(server))
            got = session.retrieve(1, 1_000_000)
            assert got == (mails[0] if not mails[0] or mails[0].endswith(b"\n") else mails[0] + b"\r\n")
            assert session.count() == 1  # nothing is left over
            session.finish()
    for limit in (0, 1, 65_536, 70_000):
        with Pop3Server(acts={"RETR": Act(whole)}) as server:
            session = open_mailbox(settings(server))
            kept = session.retrieve(1, limit)
            assert kept is not None
            assert len(kept) <= limit
            assert body.startswith(kept)
            assert session.count() == 0
            session.finish()


def test_an_error_at_the_end_is_none() -> None:
    for step in ("RSET", "QUIT"):
        with Pop3Server(acts={step: DROP}) as server:
            session = open_mailbox(settings(server))
            session.finish()
            assert session.connection is None
