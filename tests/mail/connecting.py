"""What the session tests share: a patient-for-a-moment client and a message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from opomini_tui.mail.session import Envelope, Outcome, Server, SmtpSession, open_session
from tests.mail.servers import HOST, FaultServer, HonestServer

SHORT = 0.2
"""Seconds that a client of the tests waits for an answer."""

CONTENT = b"Subject: Opomin\r\n\r\nSpo=C5=A1tovani,\r\n.pika\r\n..\r\nkonec\r\n"


def client(server: FaultServer | HonestServer, **changed: Any) -> Server:
    """How to reach the server: in clear on this machine, and with short waits, unless told otherwise."""
    values: dict[str, Any] = {
        "host": HOST,
        "port": server.port,
        "security": "none",
        "connect_timeout": SHORT,
        "command_timeout": SHORT,
        "body_timeout": SHORT,
        "answer_timeout": SHORT,
    }
    return Server(**{**values, **changed})


def envelope(**changed: Any) -> Envelope:
    """A message to one customer."""
    values: dict[str, Any] = {
        "sender": "skrbnik@podjetje.example",
        "recipient": "kupec@stranka1.example",
        "copies": (),
        "content": CONTENT,
        "message_id": "<1@podjetje.example>",
    }
    return Envelope(**{**values, **changed})


@dataclass
class Commit:
    """Stands for the commit before the dot: counts its calls and answers as told."""

    answer: bool = True
    calls: list[str] = field(default_factory=list)
    meanwhile: Callable[[], object] | None = None

    def __call__(self) -> bool:
        self.calls.append("commit")
        if self.meanwhile:
            self.meanwhile()
        return self.answer


def hand_over(server: FaultServer | HonestServer, commit: Commit | None = None, **changed: Any) -> Outcome:
    """One message over one session."""
    session = open_session(client(server))
    with session:
        return session.hand_over(envelope(**changed), commit or Commit())


def opened(server: FaultServer | HonestServer, **changed: Any) -> SmtpSession:
    """A session with the server."""
    return open_session(client(server, **changed))
