"""Connecting an account against a stand-in of the providers: by a code, by a pasted address, and what goes wrong."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from opomini_tui.config import Config
from opomini_tui.errors import NotAllowed, OpominiError, UsageError
from opomini_tui.mail import oauth, oauth_http
from opomini_tui.mail.answers import SessionError
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.parties import Operator
from tests.mail.certificates import Certificates
from tests.mail.oauth.accounts import ANA, connected, operator, told, with_values
from tests.mail.oauth.stand_in import CODE, DEVICE_GRANT, StandIn


class Impatient(threading.Event):
    """Does not wait, but remembers for how long it was asked to; `after`: set at that many waits."""

    def __init__(self, after: int = 100) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._after = after

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0)
        return len(self.waits) > self._after


@pytest.mark.parametrize("provider", ["microsoft", "google"])
def test_a_code_connects_and_waits_as_it_is_told(
    sqlite_actor: Actor, connecting: Config, service: StandIn, provider: str
) -> None:
    record = operator(sqlite_actor, connecting, provider)
    code = oauth.begin_device(record, connecting)
    assert code.user_code == "ABCD-EFGH"
    assert all(part in code.message for part in (service.url, "ABCD-EFGH", ANA))
    service.answers = ["authorization_pending", "slow_down", "authorization_pending"]
    waiting = Impatient()
    done = oauth.finish_device(record, connecting, code, sqlite_actor, waiting)
    assert (done.signed_in_as, done.warning) == (ANA, "")
    assert waiting.waits == [5, 5, 10, 10]
    assert service.grants == [DEVICE_GRANT] * 4
    path, asked = service.forms[0]
    if provider == "microsoft":
        assert path == "/organizations/oauth2/v2.0/devicecode"
        assert "https://outlook.office.com/SMTP.Send" in asked["scope"].split()
        assert "offline_access" in asked["scope"].split()
    else:
        assert path == "/device/code"
        assert "https://mail.google.com/" in asked["scope"].split()
        assert service.forms[-1][1]["client_secret"] == "secret-of-client"
    assert oauth.access_token(record, connecting) == "secret-access-1"
    stored = run("SELECT oauth_tokens FROM operator").fetchone()[0]
    journal = str(run("SELECT verb, record, details FROM journal_entry").fetchall())
    assert "connect account" in journal
    assert "secret-" not in stored + journal


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("access_denied", "declined"),
        ("expired_token", "not entered in time"),
        ("invalid_client", "client ID"),
        ("interaction_required", "Connect the account again"),
        ("něco", "refuses to sign in"),
    ],
)
def test_a_code_that_leads_nowhere(
    sqlite_actor: Actor, connecting: Config, service: StandIn, error: str, words: str
) -> None:
    record = operator(sqlite_actor, connecting)
    code = oauth.begin_device(record, connecting)
    service.answers = ["authorization_pending", error]
    with pytest.raises(SessionError, match=words) as caught:
        oauth.finish_device(record, connecting, code, sqlite_actor, Impatient())
    assert caught.value.kind == "authentication"
    assert "secret-" not in told(caught.value) + repr(code)
    assert oauth.connection(record, connecting) is None


def test_a_code_that_nobody_enters_ends(
    sqlite_actor: Actor, connecting: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = operator(sqlite_actor, connecting)
    code = oauth.begin_device(record, connecting)
    with pytest.raises(OpominiError, match="Stopped"):
        oauth.finish_device(record, connecting, code, sqlite_actor, Impatient(after=0))
    monkeypatch.setattr("opomini_tui.mail.oauth.time.monotonic", lambda: code.deadline + 1)
    with pytest.raises(SessionError, match="in time"):
        oauth.finish_device(record, connecting, code, sqlite_actor, Impatient())


def test_google_gives_no_code_for_mail_and_the_sentence_says_what_to_do(
    sqlite_actor: Actor, connecting: Config, service: StandIn
) -> None:
    service.answers = ["invalid_scope"]
    with pytest.raises(SessionError, match="pasted address"):
        oauth.begin_device(operator(sqlite_actor, connecting, "google"), connecting)


def test_an_outage_while_waiting_is_waited_out(
    sqlite_actor: Actor, connecting: Config, service: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = operator(sqlite_actor, connecting)
    code = oauth.begin_device(record, connecting)
    waiting = Impatient()
    service.raw = (503, b"<html>busy</html>")
    usual = waiting.wait

    def wait(timeout: float | None = None) -> bool:
        if len(waiting.waits) == 2:
            service.raw = None
        return usual(timeout)

    monkeypatch.setattr(waiting, "wait", wait)
    assert oauth.finish_device(record, connecting, code, sqlite_actor, waiting).signed_in_as == ANA
    assert waiting.waits == [5, 10, 20]


@pytest.mark.parametrize("provider", ["microsoft", "google"])
@pytest.mark.parametrize("form", ["address", "broken lines", "query", "code"])
def test_a_pasted_address_connects(
    sqlite_actor: Actor, connecting: Config, service: StandIn, provider: str, form: str
) -> None:
    record = operator(sqlite_actor, connecting, provider)
    request = oauth.begin_paste(record, connecting)
    assert request.url.startswith(service.url)
    address = service.browse(request.url)
    pasted = {
        "address": address,
        "broken lines": f" {address[:40]}\n  {address[40:]}\n",
        "query": address.partition("?")[2],
        "code": CODE,
    }[form]
    assert oauth.finish_paste(record, connecting, request, pasted, sqlite_actor).warning == ""
    assert oauth.access_token(record, connecting) == "secret-access-1"
    assert "code_verifier" not in repr(request)
    assert service.forms[-1][1]["redirect_uri"] in request.message


def test_a_pasted_address_of_another_sign_in_is_refused(
    sqlite_actor: Actor, connecting: Config, service: StandIn
) -> None:
    record = operator(sqlite_actor, connecting)
    old, new = (oauth.begin_paste(record, connecting) for _ in range(2))
    for pasted in (service.browse(old.url), "", "https://example.com/", "http://localhost:49876/?code=1"):
        with pytest.raises(OpominiError, match="not the address"):
            oauth.finish_paste(record, connecting, new, pasted, sqlite_actor)
    assert service.forms == []
    denied = service.browse(new.url).replace(f"code={CODE}", "error=access_denied")
    with pytest.raises(SessionError, match="declined"):
        oauth.finish_paste(record, connecting, new, denied, sqlite_actor)


def test_somebody_else_signed_in_and_no_lasting_right(
    sqlite_actor: Actor, connecting: Config, service: StandIn
) -> None:
    record = operator(sqlite_actor, connecting)
    service.account = "drugi@podjetje.example"
    request = oauth.begin_paste(record, connecting)
    done = oauth.finish_paste(record, connecting, request, service.browse(request.url), sqlite_actor)
    assert "drugi@podjetje.example" in done.warning
    assert ANA in done.warning
    service.lasting = False
    with pytest.raises(SessionError, match="no lasting right"):
        connected(record, connecting, service, sqlite_actor)


def test_a_service_that_cannot_be_reached_or_trusted(
    sqlite_actor: Actor, connecting: Config, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = operator(sqlite_actor, connecting)
    with StandIn(certificates.other_name) as other:
        config = with_values(connecting, OPOMINI_OAUTH_MICROSOFT_AUTHORITY=other.url)
        with pytest.raises(SessionError, match="cannot be trusted") as caught:
            oauth.begin_device(record, config)
        assert caught.value.kind == "tls"
    with pytest.raises(SessionError, match="cannot be reached") as caught:
        oauth.begin_device(record, config)
    assert caught.value.kind == "connection"
    with StandIn(certificates.good) as slow:
        slow.delay = 0.5
        monkeypatch.setattr(oauth_http, "SECONDS", 0.2)
        config = with_values(connecting, OPOMINI_OAUTH_MICROSOFT_AUTHORITY=slow.url)
        with pytest.raises(SessionError, match=r"no answer within 0\.2 s"):
            oauth.begin_device(record, config)
    with pytest.raises(UsageError, match="https"):
        oauth.begin_device(record, with_values(connecting, OPOMINI_OAUTH_MICROSOFT_AUTHORITY="http://127.0.0.1:1"))


def test_the_companys_own_authority_counts_here_too(
    sqlite_actor: Actor, connecting: Config, certificates: Certificates
) -> None:
    record = operator(sqlite_actor, connecting)
    config = with_values(connecting, OPOMINI_CA_FILE="")
    with pytest.raises(SessionError, match="cannot be trusted"):
        oauth.begin_device(record, config)
    run("UPDATE company SET ca_certificates = ?", (Path(certificates.ca_file).read_text(),))
    assert oauth.begin_device(record, config).user_code
    with pytest.raises(SessionError, match="own certificate authority"):
        oauth.begin_device(record, with_values(connecting, OPOMINI_CA_FILE="/is/not/there.pem"))


def test_forgetting_and_whose_account_it_is(sqlite_actor: Actor, connecting: Config, service: StandIn) -> None:
    record = operator(sqlite_actor, connecting)
    clerk = Actor.of(Operator.create(code="7", name="Bor", role="clerk"))
    with pytest.raises(NotAllowed):
        connected(record, connecting, service, clerk)
    connected(record, connecting, service, sqlite_actor)
    with pytest.raises(NotAllowed):
        oauth.forget(record, clerk)
    assert oauth.forget(record, sqlite_actor)
    assert not oauth.forget(record, sqlite_actor)
    with pytest.raises(SessionError, match="not connected"):
        oauth.access_token(record, connecting)


def test_settings_that_are_not_complete_and_a_missing_extra(
    sqlite_actor: Actor, connecting: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    for changed in ({"oauth_client": ""}, {"oauth_provider": ""}):
        with pytest.raises(SessionError, match="no provider or client ID") as caught:
            oauth.begin_device(operator(sqlite_actor, connecting, **changed), connecting)
        assert caught.value.kind == "settings"
    monkeypatch.setitem(sys.modules, "msal.oauth2cli.oauth2", None)
    with pytest.raises(SessionError, match=r"install opomini\[oauth\]"):
        oauth.begin_device(operator(sqlite_actor, connecting), connecting)
