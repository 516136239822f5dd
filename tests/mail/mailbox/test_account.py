"""The test of the account: each step named, and a message found again."""

from __future__ import annotations

import threading
import time

import pytest

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.mail import oauth
from opomini_tui.mail.mailbox.account import find_message, pop3_server_of, test_mailbox
from opomini_tui.models.actor import Actor
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from tests.mail.mailbox import mails
from tests.mail.mailbox.boxes import use
from tests.mail.mailbox.pop3_server import Act, Pop3Server

WANTED = "<opomini.test.1@podjetje.example>"


def steps(config: Config) -> list[tuple[str, str]]:
    return [(found.step, found.state) for found in test_mailbox(Operator.get(), config)]


def test_a_good_mailbox_passes_every_step(mailbox: Pop3Server, sqlite_actor: Actor, config: Config) -> None:
    mailbox.mails += [mails.STRANGER % 1, mails.STRANGER % 2]
    found = list(test_mailbox(Operator.get(), config))
    assert [(one.step, one.state) for one in found] == [
        ("connection", "ok"),
        ("encryption", "ok"),
        ("sign-in", "ok"),
        ("mailbox", "ok"),
    ]
    assert "2 messages" in found[-1].sentence
    assert not {"RETR", "DELE"} & set(mailbox.verbs)


def test_what_a_server_cannot_do_is_said(mailbox: Pop3Server, sqlite_actor: Actor, config: Config) -> None:
    mailbox.mails.append(mails.STRANGER % 1)
    mailbox.without = ("UIDL", "TOP")
    assert steps(config)[-2:] == [("mailbox", "warn"), ("mailbox", "warn")]


def test_the_step_that_fails_is_named(mailbox: Pop3Server, sqlite_actor: Actor, config: Config) -> None:
    mailbox.account = ("skrbnik", "another")
    assert steps(config) == [("sign-in", "fail")]
    mailbox.acts["greeting"] = Act(b"-ERR busy\r\n")
    assert steps(config) == [("connection", "fail")]
    Operator.update(pop3_security="starttls").execute()
    del mailbox.acts["greeting"]
    assert steps(config) == [("encryption", "fail")]
    Operator.update(pop3_host="").execute()
    assert steps(config) == [("settings", "fail")]


def test_a_message_is_found_when_it_comes(mailbox: Pop3Server, sqlite_actor: Actor, config: Config) -> None:
    operator = Operator.get()
    mailbox.mails.append(mails.STRANGER % 1)
    assert not find_message(operator, config, WANTED, 0)

    def arrive() -> None:
        time.sleep(0.5)
        mailbox.mails.append(b"From: a@x.example\r\nMessage-ID: " + WANTED.encode() + b"\r\n\r\nx\r\n")

    thread = threading.Thread(target=arrive)
    thread.start()
    assert find_message(operator, config, WANTED, 10)
    thread.join()
    assert find_message(operator, config, WANTED, 0)
    assert "DELE" not in mailbox.verbs


def test_the_settings_of_operator_and_company_are_used(
    mailbox: Pop3Server, sqlite_actor: Actor, config: Config
) -> None:
    Operator.update(pop3_security="tls", plain_allowed=True).execute()
    Company.update(ca_certificates="PEM").execute()
    server = pop3_server_of(Operator.get(), config)
    assert (server.host, server.port, server.security) == ("127.0.0.1", mailbox.port, "tls")
    assert (server.account, server.password, server.ca_certificates) == ("skrbnik", "geslo-čšž", "PEM")
    assert server.plain_allowed
    assert "geslo" not in repr(server)


def test_a_token_is_used_when_the_account_has_one(
    sqlite_actor: Actor, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []

    def access_token(_operator: Operator, _config: Config, *, refused: str = "") -> str:
        given.append(refused)
        return "new" if refused else "old"

    monkeypatch.setattr(oauth, "access_token", access_token)
    with Pop3Server(account=("skrbnik@podjetje.example", "new"), offers=("SASL XOAUTH2",)) as server:
        use(server, config)
        Operator.update(authentication="xoauth2").execute()
        assert ("sign-in", "ok") in steps(config)
    assert given == ["", "old"]  # the first was refused, so another is fetched
    assert server.signed_in == [("XOAUTH2", False), ("XOAUTH2", True)]


def test_a_server_that_is_silent_is_an_error(mailbox: Pop3Server, sqlite_actor: Actor, config: Config) -> None:
    mailbox.acts["LIST"] = Act(b"", "drop")
    with pytest.raises(OpominiError, match="list of messages"):
        find_message(Operator.get(), config, WANTED, 0)
