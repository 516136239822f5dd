"""An operator's mailbox as his settings have it, and the tests of the account."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, cast

from opomini_tui import keys
from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.mail.mailbox.headers import ids_of, parse
from opomini_tui.mail.mailbox.line import MailboxError, Pop3Server
from opomini_tui.mail.mailbox.opening import open_mailbox
from opomini_tui.mail.mailbox.session import Pop3Session
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from opomini_tui.text import _, ngettext

HEAD_BYTES = 256 * 1024
"""Bytes of a message that are kept of its headers and first lines."""
_LOOK_AGAIN_SECONDS = 2.0
_NEWEST = 50


def pop3_server_of(operator: Operator, config: Config, *, refused: str = "") -> Pop3Server:
    """The operator's mailbox, with the password decrypted or the access token fetched.

    `refused`: a token that the server has just refused; another is fetched then.

    Raises:
        OpominiError: there is none, the key does not fit, or there is no token.
    """
    if not operator.pop3_host:
        raise MailboxError(
            "settings",
            "settings",
            _("Operator {name} has no mailbox (POP3) yet. Set it in the form Operator.").format(name=operator.name),
        )
    by_token = operator.authentication == "xoauth2"
    company = Company.get_or_none()
    return Pop3Server(
        host=operator.pop3_host,
        port=operator.pop3_port,
        security=cast(Literal["none", "starttls", "tls"], operator.pop3_security),
        account=operator.account,
        password="" if by_token else keys.decrypt(config, operator.secret),
        token=_token(operator, config, refused) if by_token else "",
        ca_file=config.get("OPOMINI_CA_FILE") or None,
        ca_certificates=company.ca_certificates if company else "",
        plain_allowed=operator.plain_allowed,
    )


def _token(operator: Operator, config: Config, refused: str) -> str:
    from opomini_tui.mail.oauth import access_token  # an optional extra, and slow to load

    return access_token(operator, config, refused=refused)


@contextmanager
def mailbox_of(operator: Operator, config: Config) -> Iterator[Pop3Session]:
    """The operator's mailbox, signed in; ended politely.

    Raises:
        OpominiError: as `pop3_server_of` and `open_mailbox`.
    """
    server = pop3_server_of(operator, config)
    try:
        session = open_mailbox(server)
    except MailboxError as error:
        if error.kind != "authentication" or not server.token:
            raise
        session = open_mailbox(pop3_server_of(operator, config, refused=server.token))
    try:
        yield session
        session.finish()
    finally:
        session.close()


@dataclass(frozen=True, slots=True)
class MailboxStep:
    """One step of the test: "settings", "connection", "encryption", "sign-in" or "mailbox", and a sentence."""

    state: Literal["ok", "warn", "fail"]
    step: str
    sentence: str


_STEPS = {
    "settings": "settings",
    "connect": "connection",
    "greeting": "connection",
    "starttls": "encryption",
    "login": "sign-in",
    "list": "mailbox",
    "message": "mailbox",
}


def test_mailbox(operator: Operator, config: Config) -> Iterator[MailboxStep]:
    """Open the operator's mailbox and look what it holds; the first step that fails is the last one."""
    try:
        with mailbox_of(operator, config) as session:
            server = session.server
            yield MailboxStep(
                "ok", "connection", _("{host} answers on port {port}.").format(host=server.host, port=server.port)
            )
            yield _encryption(session)
            yield MailboxStep("ok", "sign-in", _("Signed in as {account}.").format(account=server.account))
            yield from _contents(session)
    except MailboxError as error:
        yield MailboxStep("fail", "encryption" if error.kind == "tls" else _STEPS[error.step], str(error))
    except OpominiError as error:
        yield MailboxStep("fail", "settings", str(error))


test_mailbox.__test__ = False  # type: ignore[attr-defined]  # pytest takes it for a test of its own


def _encryption(session: Pop3Session) -> MailboxStep:
    server = session.server
    if server.security == "none" and not session.peer_is_loopback():
        sentence = _("The mailbox on {host} is read without encryption: others on the way can read the password.")
        return MailboxStep("warn", "encryption", sentence.format(host=server.host))
    if server.security == "none":
        return MailboxStep("ok", "encryption", _("none, as the settings say"))
    return MailboxStep("ok", "encryption", _("The connection is encrypted, the certificate is trusted."))


def _contents(session: Pop3Session) -> Iterator[MailboxStep]:
    """How many messages, and what the server cannot do."""
    count = session.count()
    said = ngettext("The mailbox holds {n} message.", "The mailbox holds {n} messages.", count).format(n=count)
    yield MailboxStep("ok", "mailbox", said)
    if session.uidls() is None:
        sentence = _("The server gives messages no lasting names (UIDL), so every look reads all headers.")
        yield MailboxStep("warn", "mailbox", sentence)
    if count and session.top(count, 0, HEAD_BYTES) is None:
        yield MailboxStep(
            "warn", "mailbox", _("The server gives out whole messages only (no TOP), so looking is slow.")
        )


def find_message(operator: Operator, config: Config, message_id: str, seconds: float) -> bool:
    """Whether the message with that Message-ID (with < >) is among the newest of the mailbox, or comes within `seconds`.

    Raises:
        OpominiError: the mailbox cannot be read.
    """
    until = time.monotonic() + seconds
    while True:
        with mailbox_of(operator, config) as session:  # a session sees only what had come before it
            if any(message_id in found for found in _newest_ids(session)):
                return True
        if time.monotonic() + _LOOK_AGAIN_SECONDS > until:
            return False
        time.sleep(_LOOK_AGAIN_SECONDS)


def _newest_ids(session: Pop3Session) -> Iterator[tuple[str, ...]]:
    """The Message-IDs of the newest messages, the last one first."""
    numbers = sorted(session.sizes(), reverse=True)[:_NEWEST]
    for number in numbers:
        head = session.top(number, 0, HEAD_BYTES) or session.retrieve(number, HEAD_BYTES)
        if head is not None:
            yield ids_of(parse(head), "Message-ID")
