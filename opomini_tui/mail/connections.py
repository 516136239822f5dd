"""The sessions of one sender: one per operator, opened when needed, used for many messages."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

from opomini_tui import keys
from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.mail.session import Envelope, Outcome, Server, SmtpSession, open_session
from opomini_tui.models.parties import Operator
from opomini_tui.text import _

MESSAGES = 200
"""Messages after which a session is opened anew; many servers allow no more."""
IDLE_SECONDS = 240.0


def server_of(operator: Operator, config: Config) -> Server:
    """The operator's outgoing server, with the password decrypted.

    Raises:
        OpominiError: there is none, it signs in another way, or the key does not fit.
    """
    if not operator.smtp_host:
        raise OpominiError(
            _("Operator {name} has no mail server (SMTP) yet. Set it in the form Operator.").format(name=operator.name)
        )
    if operator.authentication != "password" and operator.account:
        raise OpominiError(
            _("Operator {name} is set to sign in by XOAUTH2, which is not set up. Choose password.").format(
                name=operator.name
            )
        )
    return Server(
        host=operator.smtp_host,
        port=operator.smtp_port,
        security=cast(Literal["none", "starttls", "tls"], operator.smtp_security),
        account=operator.account if operator.secret else "",
        password=keys.decrypt(config, operator.secret),
        ca_file=config.get("OPOMINI_CA_FILE") or None,
    )


@dataclass(slots=True)
class _Line:
    """An open session, what it is for, how often and when it was used last."""

    session: SmtpSession
    server: Server
    messages: int = 0
    used_at: float = 0.0


class Connections:
    """Sessions by operator; `close` ends them all."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._lines: dict[int, _Line] = {}

    def hand_over(self, operator: Operator, envelope: Envelope, before_dot: Callable[[], bool]) -> Outcome:
        """Hand one message to the operator's server. A session that the server had dropped since the last message is
        opened anew once, because nothing of this message was said yet.

        Raises:
            SessionError: no session can be opened.
            OpominiError: the operator's settings do not do.
        """
        line, reused = self._line(operator)
        outcome = self._use(line, envelope, before_dot)
        if reused and outcome.state == "lost" and outcome.step == "mail":
            line, _reused = self._line(operator)
            outcome = self._use(line, envelope, before_dot)
        return outcome

    def _use(self, line: _Line, envelope: Envelope, before_dot: Callable[[], bool]) -> Outcome:
        """One message over one session."""
        try:
            return line.session.hand_over(envelope, before_dot)
        finally:
            line.messages += 1
            line.used_at = time.monotonic()

    def _line(self, operator: Operator) -> tuple[_Line, bool]:
        """An open session to the operator's server, and whether it was used before."""
        server = server_of(operator, self._config)
        line = self._lines.get(operator.id)
        if line is not None:
            fresh = line.messages < MESSAGES and time.monotonic() - line.used_at < IDLE_SECONDS
            if fresh and line.server == server and line.session.is_open():
                return line, True
            self._lines.pop(operator.id).session.close()
        line = _Line(open_session(server), server, used_at=time.monotonic())
        self._lines[operator.id] = line
        return line, False

    def phase(self, operator_id: int) -> str:
        """How far the message in hand has got with the operator's server; "" without a session."""
        line = self._lines.get(operator_id)
        return line.session.phase if line else ""

    def close(self) -> None:
        """End every session politely."""
        for line in self._lines.values():
            line.session.close()
        self._lines.clear()
