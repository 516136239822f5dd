"""The sessions of one sender: one per operator, opened when needed, used for many messages."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, cast

from opomini_tui import keys
from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.mail.rate import free_connections, server_key, take_connection
from opomini_tui.mail.session import Envelope, Outcome, Server, SessionError, SmtpSession, open_session
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from opomini_tui.text import _

MESSAGES = 200
"""Messages after which a session is opened anew; many servers allow no more."""
IDLE_SECONDS = 240.0
ACCOUNT_SECONDS = 5.0
"""How old what is known of an account may be: it may be changed while messages go."""


class AllTaken(OpominiError):
    """All connections that the server may have are taken by other senders."""


def server_of(operator: Operator, config: Config) -> Server:
    """The operator's outgoing server, with the password decrypted or the access token fetched.

    Raises:
        OpominiError: there is none, the key does not fit, or there is no token.
    """
    if not operator.smtp_host:
        raise OpominiError(
            _("Operator {name} has no mail server (SMTP) yet. Set it in the form Operator.").format(name=operator.name)
        )
    by_token = operator.authentication == "xoauth2" and bool(operator.account)
    company = Company.get_or_none()
    return Server(
        host=operator.smtp_host,
        port=operator.smtp_port,
        security=cast(Literal["none", "starttls", "tls"], operator.smtp_security),
        account=operator.account if operator.secret or by_token else "",
        password="" if by_token else keys.decrypt(config, operator.secret),
        ca_file=config.get("OPOMINI_CA_FILE") or None,
        ca_certificates=company.ca_certificates if company else "",
        plain_allowed=operator.plain_allowed,
        token=_token(operator, config) if by_token else "",
    )


def _token(operator: Operator, config: Config, refused: str = "") -> str:
    """The operator's access token of today (XOAUTH2), another one than `refused`."""
    from opomini_tui.mail.oauth import access_token  # an optional extra, and slow to load

    return access_token(operator, config, refused=refused)


@dataclass(frozen=True, slots=True)
class _Account:
    """An operator's server as it was read, the name of its limits, and how many connections it may have."""

    server: Server
    key: str
    most: int
    read_at: float


@dataclass(slots=True)
class _Line:
    """An open session, what it is for, how often and when it was used last."""

    session: SmtpSession
    account: _Account
    messages: int = 0
    used_at: float = 0.0


class Connections:
    """Sessions by operator, counted with those of all other senders; `close` ends them all."""

    def __init__(self, config: Config, sender_id: str, clock: Callable[[], int]) -> None:
        self._config, self._sender_id, self._clock = config, sender_id, clock
        self._lines: dict[int, _Line] = {}
        self._accounts: dict[int, _Account] = {}
        self._rates: dict[int, tuple[float, int, str]] = {}

    def hand_over(self, operator_id: int, envelope: Envelope, before_dot: Callable[[], bool]) -> Outcome:
        """Hand one message to the operator's server. A session that the server had dropped since the last message is
        opened anew once, because nothing of this message was said yet.

        Raises:
            AllTaken: the server may not have another connection now.
            SessionError: no session can be opened.
            OpominiError: the operator's settings do not do.
        """
        line, reused = self._line(operator_id)
        outcome = self._use(line, envelope, before_dot)
        if reused and outcome.state == "lost" and outcome.step == "mail":
            line, _reused = self._line(operator_id)
            outcome = self._use(line, envelope, before_dot)
        return outcome

    def _use(self, line: _Line, envelope: Envelope, before_dot: Callable[[], bool]) -> Outcome:
        """One message over one session."""
        try:
            return line.session.hand_over(envelope, before_dot)
        finally:
            line.messages += 1
            line.used_at = time.monotonic()

    def _line(self, operator_id: int) -> tuple[_Line, bool]:
        """An open session to the operator's server, and whether it was used before."""
        account = self._account(operator_id)
        line = self._lines.get(operator_id)
        if line is not None:
            fresh = line.messages < MESSAGES and time.monotonic() - line.used_at < IDLE_SECONDS
            if fresh and line.account.server == account.server and line.session.is_open():
                return line, True
            self._end(operator_id)
        if not take_connection(account.key, account.most, self._sender_id, self._clock()):
            raise AllTaken(_("All connections to the mail server are taken by other senders."))
        line = _Line(self._open(operator_id, account), account, used_at=time.monotonic())
        self._lines[operator_id] = line
        return line, False

    def _open(self, operator_id: int, account: _Account) -> SmtpSession:
        """A new session. A token that the server refuses is fetched anew once: the clocks may not agree on its end."""
        try:
            return open_session(account.server)
        except SessionError as error:
            if not account.server.token or error.kind != "authentication":
                raise
            token = _token(Operator.get_by_id(operator_id), self._config, refused=account.server.token)
            if token == account.server.token:
                raise
            self._accounts.pop(operator_id, None)
            return open_session(replace(account.server, token=token))

    def _account(self, operator_id: int) -> _Account:
        """The operator's server as his settings have it, at most `ACCOUNT_SECONDS` old."""
        known = self._accounts.get(operator_id)
        if known is None or time.monotonic() - known.read_at >= ACCOUNT_SECONDS:
            operator = Operator.get_by_id(operator_id)
            server = server_of(operator, self._config)
            known = _Account(server, server_key(operator), operator.smtp_connections, time.monotonic())
            self._accounts[operator_id] = known
        return known

    def rate(self, operator_id: int) -> tuple[int, str]:
        """How many messages a minute the operator's server takes from all senders (0: no limit), and the name of that
        limit."""
        read_at, per_minute, key = self._rates.get(operator_id, (-ACCOUNT_SECONDS, 0, ""))
        if time.monotonic() - read_at >= ACCOUNT_SECONDS:
            operator = Operator.get_by_id(operator_id)
            per_minute, key = (operator.smtp_per_minute if operator.direct else 0), server_key(operator)
            self._rates[operator_id] = (time.monotonic(), per_minute, key)
        return per_minute, key

    def phase(self, operator_id: int) -> str:
        """How far the message in hand has got with the operator's server; "" without a session."""
        line = self._lines.get(operator_id)
        return line.session.phase if line else ""

    def _end(self, operator_id: int) -> None:
        """End a session politely; its place is free for other senders."""
        line = self._lines.pop(operator_id)
        line.session.close()
        free_connections(self._sender_id, line.account.key)

    def close(self) -> None:
        """End every session politely, and give back every place."""
        for line in self._lines.values():
            line.session.close()
        self._lines.clear()
        free_connections(self._sender_id)
