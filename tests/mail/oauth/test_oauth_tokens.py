"""Tokens against a stand-in of the providers: renewed in time and once, rotated, refused, and used to sign in."""

from __future__ import annotations

import base64
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.keys import encrypt
from opomini_tui.mail import oauth
from opomini_tui.mail.account_steps import examine_account
from opomini_tui.mail.answers import SessionError
from opomini_tui.mail.outbox import enqueue
from opomini_tui.mail.sender import deliver
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database
from opomini_tui.models.deliveries import MailTrouble
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Operator
from tests.mail import builder
from tests.mail.certificates import Certificates
from tests.mail.mailbox.pop3_server import Pop3Server
from tests.mail.oauth.accounts import ANA, connected, operator, told
from tests.mail.oauth.stand_in import StandIn
from tests.mail.servers import HOST, HonestServer


def test_a_token_is_renewed_in_time_and_the_new_refresh_token_is_kept(
    actor: Actor, connecting: Config, service: StandIn, at: Callable[[int], None]
) -> None:
    record = operator(actor, connecting)
    connected(record, connecting, service, actor)
    at(3600 - 301)
    assert oauth.access_token(record, connecting) == "secret-access-1"
    at(3600 - 299)
    assert oauth.access_token(record, connecting) == "secret-access-2"
    at(2 * 3600)
    assert (
        oauth.access_token(record, connecting) == "secret-access-3"
    )  # the rotated one was used: a spent one is refused
    service.rotates = False
    at(4 * 3600)
    assert oauth.access_token(record, connecting) == "secret-access-4"
    at(6 * 3600)
    assert oauth.access_token(record, connecting) == "secret-access-5"
    assert service.grants == ["authorization_code", *["refresh_token"] * 4]
    kept = oauth.connection(record, connecting)
    assert kept is not None
    assert kept.signed_in_as == ANA


def test_a_clock_that_jumps_does_no_harm(
    sqlite_actor: Actor, connecting: Config, service: StandIn, at: Callable[[int], None]
) -> None:
    record = operator(sqlite_actor, connecting)
    connected(record, connecting, service, sqlite_actor)
    at(-86_400)
    assert oauth.access_token(record, connecting) == "secret-access-2"
    at(0)
    service.expires_in = "about an hour"
    # What a mail server has refused is not given again, however fresh it looks.
    assert oauth.access_token(record, connecting, refused="secret-access-2") == "secret-access-3"
    assert oauth.access_token(record, connecting, refused="secret-access-2") == "secret-access-3"


def test_many_threads_renew_once(actor: Actor, connecting: Config, service: StandIn, at: Callable[[int], None]) -> None:
    record = operator(actor, connecting)
    connected(record, connecting, service, actor)
    at(7200)
    service.delay = 0.2
    given: list[str] = []

    def use() -> None:
        given.append(oauth.access_token(record, connecting))
        database.obj.close()

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert given == ["secret-access-2"] * 6
    assert service.grants.count("refresh_token") == 1


USE = """
import os
from opomini_tui.config import load_config
from opomini_tui.mail.oauth import access_token
from opomini_tui.models.database import open_database
from opomini_tui.models.deliveries import MailTrouble
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Operator
config = load_config()
open_database(config.database_url)
print(access_token(Operator.get(), config), end="")
"""


def test_several_processes_renew_once(actor: Actor, db: str, connecting: Config, service: StandIn) -> None:
    record = operator(actor, connecting)
    service.expires_in = 1  # less than five minutes: stale at once
    connected(record, connecting, service, actor)
    service.expires_in, service.delay = 3600, 0.5
    values = {**connecting.values, "OPOMINI_DATABASE_URL": db, "PYTHONPATH": str(Path(__file__).parents[3])}
    started = [
        subprocess.Popen([sys.executable, "-c", USE], env=values, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert [process.communicate(timeout=60)[0] for process in started] == ["secret-access-2"] * 3
    assert service.grants.count("refresh_token") == 1


def test_a_renewal_that_fails_says_what_to_do(
    sqlite_actor: Actor, connecting: Config, service: StandIn, at: Callable[[int], None]
) -> None:
    record = operator(sqlite_actor, connecting)
    connected(record, connecting, service, sqlite_actor)
    at(7200)
    for error, kind in (("invalid_grant", "authentication"), ("temporarily_unavailable", "temporary")):
        service.answers = [error]
        with pytest.raises(SessionError) as caught:
            oauth.access_token(record, connecting)
        assert caught.value.kind == kind
        assert "secret-" not in told(caught.value)
    assert oauth.access_token(record, connecting) == "secret-access-2"  # nothing was lost by it
    service.refresh_tokens.clear()
    at(4 * 3600)
    with pytest.raises(SessionError, match="Connect the account again"):
        oauth.access_token(record, connecting)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"<html>secret</html>", "temporary"),
        (200, b"[1]", "temporary"),
        (200, b'{"access_token": ""}', "authentication"),
        (429, b"{}", "temporary"),
        (503, b"secret", "temporary"),
        (302, b"", "temporary"),
        (200, b" " * 300_000, "temporary"),
    ],
)
def test_an_answer_that_makes_no_sense(
    sqlite_actor: Actor,
    connecting: Config,
    service: StandIn,
    at: Callable[[int], None],
    status: int,
    body: bytes,
    kind: str,
) -> None:
    record = operator(sqlite_actor, connecting)
    connected(record, connecting, service, sqlite_actor)
    at(7200)
    service.raw = (status, body)
    with pytest.raises(SessionError) as caught:
        oauth.access_token(record, connecting)
    assert caught.value.kind == kind
    assert "secret-" not in told(caught.value)
    assert len(service.forms) == 2  # no redirect was followed


def test_tokens_belong_to_the_account_they_were_given_for(
    sqlite_actor: Actor, connecting: Config, service: StandIn
) -> None:
    record = operator(sqlite_actor, connecting)
    connected(record, connecting, service, sqlite_actor)
    Operator.update(oauth_tokens=encrypt(connecting, '{"access": "x"}')).execute()  # of another version
    assert oauth.connection(record, connecting) is None
    connected(record, connecting, service, sqlite_actor)
    record.account = "drugi@podjetje.example"  # as in the form, not saved
    with pytest.raises(SessionError, match="not connected"):
        oauth.access_token(record, connecting)
    with pytest.raises(OpominiError, match="Confirm the changes"):
        oauth.begin_paste(record, connecting)
    with pytest.raises(OpominiError, match="Confirm the changes"):
        oauth.begin_device(Operator(code="9", name="Nov"), connecting)


def test_a_mailbox_is_opened_with_the_token_and_with_a_new_one_when_it_is_refused(
    sqlite_actor: Actor, connecting: Config, service: StandIn
) -> None:
    with Pop3Server([], (ANA, "secret-access-1")) as box:
        record = operator(
            sqlite_actor, connecting, direct=False, pop3_host=HOST, pop3_port=box.port, pop3_security="none"
        )
        connected(record, connecting, service, sqlite_actor)
        steps = list(examine_account(record, connecting))
        assert [step.state for step in steps[6:10]] == ["ok"] * 4
        box.account = (ANA, "secret-access-2")
        steps = list(examine_account(record, connecting))
        assert [step.state for step in steps[6:10]] == ["ok"] * 4
        assert box.signed_in == [("XOAUTH2", True), ("XOAUTH2", False), ("XOAUTH2", True)]
        oauth.forget(record, sqlite_actor)
        steps = list(examine_account(record, connecting))
    assert steps[6].state == "fail"
    assert "not connected" in steps[6].sentence
    assert "secret-" not in str(steps)


class TokenServer(HonestServer):
    """A mail server that lets in whoever has the token of today."""

    token = ""

    async def auth_XOAUTH2(self, _server: object, args: list[str]) -> AuthResult:
        """Called by aiosmtpd for AUTH XOAUTH2."""
        given = base64.b64decode(args[1]).decode()
        return AuthResult(success=given == f"user={ANA}\1auth=Bearer {self.token}\1\1", handled=False)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while")  # aiosmtpd; TLS is required before
def test_a_message_is_sent_with_the_token_and_with_a_renewed_one(
    sqlite_actor: Actor,
    connecting: Config,
    service: StandIn,
    certificates: Certificates,
    at: Callable[[int], None],
) -> None:
    with TokenServer(tls=certificates.good, account=("nobody", "nothing")) as server:
        record = operator(
            sqlite_actor, connecting, smtp_host=HOST, smtp_port=server.port, smtp_security="starttls", email=ANA
        )
        connected(record, connecting, service, sqlite_actor)
        server.token = "secret-access-1"
        steps = list(examine_account(record, connecting, mail=True))
        assert [step.state for step in steps[:6]] == ["ok", "ok", "warn", "ok", "ok", "ok"]
        assert ANA in steps[3].sentence
        server.token = "secret-access-2"
        at(3600)
        steps = list(examine_account(record, connecting, mail=True))
        assert [step.state for step in steps[:6]] == ["ok", "ok", "warn", "ok", "ok", "ok"]
        assert len(server.accepted) == 2
        server.token = "another"
        steps = list(examine_account(record, connecting, mail=True))
    assert [step.state for step in steps[:6]] == ["ok", "ok", "warn", "fail", "skipped", "skipped"]
    assert "Connect the account again" in steps[3].sentence
    assert "secret-" not in str(steps)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while")
def test_a_sender_fetches_another_token_when_his_is_refused(
    sqlite_actor: Actor, connecting: Config, service: StandIn, certificates: Certificates
) -> None:
    with TokenServer(tls=certificates.good, account=("nobody", "nothing")) as server:
        record = operator(
            sqlite_actor, connecting, smtp_host=HOST, smtp_port=server.port, smtp_security="starttls", email=ANA
        )
        connected(record, connecting, service, sqlite_actor)
        builder.notices(builder.customers(2), items=1)
        enqueue(NoticeFilter(year=2012), Actor.of(record), connecting)
        server.token = "secret-access-2"  # the first one has just been revoked
        done = deliver(connecting)
        assert (done.sent, done.paused_because) == (2, "")
        assert len(server.accepted) == 2
        server.token = "another"
        builder.notices(builder.customers(1), items=1)
        enqueue(NoticeFilter(year=2012), Actor.of(record), connecting)
        stopped = deliver(connecting)
    assert (stopped.sent, stopped.left) == (0, 1)
    assert "secret-" not in stopped.paused_because
    assert MailTrouble.get().until is None, "a person has to connect the account again"
