"""Signing in: passwords in any script by every mechanism, tokens, and nothing secret in what is kept or shown."""

from __future__ import annotations

import base64

import pytest

from opomini_tui.mail.session import Server, SessionError, open_session
from tests.mail.connecting import Commit, client, envelope, opened
from tests.mail.servers import FaultServer, HonestServer, reply

ACCOUNT = "ana.žagar@podjetje.example"
PASSWORDS = ["preprosto", "Češnja-šipek-žolca 1€", "z : dvopičjem", " presledki ", "a" * 300, "=\\\"'%\t"]
TOKEN = "ya29.A0ARrdaM-žeton_0123456789"


def refusal(server: FaultServer, **changed: str) -> SessionError:
    with pytest.raises(SessionError) as caught:
        opened(server, account=ACCOUNT, **changed)
    return caught.value


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
@pytest.mark.parametrize("password", PASSWORDS)
def test_every_password_by_every_mechanism(mechanism: str, password: str) -> None:
    values = {"account": ACCOUNT, "password": password, "command_timeout": 5}
    with (
        FaultServer(accounts={ACCOUNT: password}, mechanisms=[mechanism]) as server,
        opened(server, **values) as session,
    ):
        assert session.limits.auth == (mechanism,)
        assert session.hand_over(envelope(), Commit()).state == "sent"
    assert server.signed_in == [(mechanism, ACCOUNT, True)]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while")
@pytest.mark.parametrize("password", PASSWORDS)
def test_another_implementation_understands_the_password(password: str) -> None:
    with (
        HonestServer(account=(ACCOUNT, password)) as server,
        opened(server, account=ACCOUNT, password=password, command_timeout=5) as session,
    ):
        assert session.hand_over(envelope(), Commit()).state == "sent"


@pytest.mark.parametrize("mark", ["\0", "\1"])
@pytest.mark.parametrize("field", ["account", "password", "token"])
def test_a_mark_that_would_end_the_password_is_refused(mark: str, field: str) -> None:
    values = {"account": ACCOUNT, "password": "geslo", "token": "", field: f"a{mark}b"}
    with FaultServer(accounts={ACCOUNT: "a"}) as server, pytest.raises(SessionError) as caught:
        open_session(client(server, **values))
    assert (caught.value.kind, server.connections) == ("settings", 0)
    assert "invisible" in str(caught.value)


def test_a_token_signs_in() -> None:
    with FaultServer(accounts={ACCOUNT: TOKEN}, mechanisms=["PLAIN", "LOGIN", "XOAUTH2"]) as server:
        opened(server, account=ACCOUNT, token=TOKEN, password="is not used", command_timeout=5).close()
    assert server.signed_in == [("XOAUTH2", ACCOUNT, True)]
    (line,) = [line for line in server.commands if line.startswith("AUTH")]
    assert base64.b64decode(line.split()[2]).decode() == f"user={ACCOUNT}\1auth=Bearer {TOKEN}\1\1"


@pytest.mark.parametrize(
    ("told", "run_out"),
    [
        (b'{"status":"400","schemes":"Bearer","scope":"https://mail.example/"}', True),
        (b'{"status":"401","schemes":"bearer mac"}', True),
        (b'{"status":"invalid_token","scope":"x"}', True),
        (b'{"status":400}', True),
        (b'{"status":"insufficient_scope"}', False),
        (b"[]", False),
        (b"no json", False),
        (b"", False),
    ],
)
def test_a_token_that_has_run_out_is_told_apart(told: bytes, run_out: bool) -> None:
    with FaultServer(accounts={ACCOUNT: TOKEN}, mechanisms=["XOAUTH2"], token_refusal=told) as server:
        error = refusal(server, token="an-old-token")
    assert (error.kind, error.step, error.code) == ("authentication", "login", 535)
    assert server.signed_in == [("XOAUTH2", ACCOUNT, False)]
    assert server.responses == [""]
    assert "Connect the account again" in str(error)
    assert ("has run out" in str(error)) == run_out
    assert ACCOUNT in str(error)
    assert "an-old-token" not in str(error)


def test_a_refusal_without_a_challenge() -> None:
    """Microsoft answers 535 at once, and says why in its text."""
    answer = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant"
    with FaultServer({"signed in": reply(answer)}, accounts={ACCOUNT: TOKEN}, mechanisms=["XOAUTH2"]) as server:
        error = refusal(server, token=TOKEN)
    assert error.kind == "authentication"
    assert "ask the administrator" in str(error)


def test_a_token_is_not_given_to_a_server_that_knows_passwords_only() -> None:
    with FaultServer(accounts={ACCOUNT: TOKEN}, mechanisms=["PLAIN", "LOGIN"]) as server:
        error = refusal(server, token=TOKEN)
    assert (error.kind, server.verbs) == ("authentication", ["EHLO"])


def test_a_busy_sign_in_service_is_no_wrong_token() -> None:
    with FaultServer(
        {"signed in": reply("454 4.7.0 later")}, accounts={ACCOUNT: TOKEN}, mechanisms=["XOAUTH2"]
    ) as server:
        assert refusal(server, token=TOKEN).kind == "temporary"


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2"])
def test_a_server_that_repeats_what_it_was_told(mechanism: str) -> None:
    """Neither the secret nor its base64 is kept, whatever a server writes into its answer."""
    secret, plain = "Skrivno-geslo-9", base64.b64encode(f"\0{ACCOUNT}\0Skrivno-geslo-9".encode()).decode()
    asked = base64.b64encode(b"Skrivno-geslo-9").decode()
    acts = {"signed in": reply(f"535 5.7.8 wrong: {secret} {plain} {asked if mechanism == 'LOGIN' else ''}")}
    values = {"token": secret} if mechanism == "XOAUTH2" else {"password": secret}
    with FaultServer(acts, accounts={ACCOUNT: "other"}, mechanisms=[mechanism]) as server:
        error = refusal(server, **values)
    shown = [secret, *([plain] if mechanism == "PLAIN" else []), *([asked] if mechanism == "LOGIN" else [])]
    assert all(word not in text for word in shown for text in (str(error), error.answer, repr(error)))
    assert "wrong: ***" in error.answer


def test_nothing_secret_is_shown() -> None:
    server = Server("mail.podjetje.example", 587, "starttls", account=ACCOUNT, password="geslo-123", token=TOKEN)
    assert "geslo-123" not in repr(server)
    assert TOKEN not in repr(server)
