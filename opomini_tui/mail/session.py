"""One session with the operator's mail server, which at every moment knows how far a message has got.

`smtplib.SMTP.sendmail` and `send_message` are not used: they report "cut before anything was sent" and "accepted, but
the answer was lost" alike. Here the message counts as handed over from the moment its final dot is written.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Self

from opomini_tui.mail import answers
from opomini_tui.mail.addresses import BadAddress, ascii_address
from opomini_tui.mail.answers import Answer, Outcome, RefusedCopy, SessionError, State, Step
from opomini_tui.mail.wire import Lost, Wire
from opomini_tui.text import _

__all__ = ["Envelope", "Outcome", "RefusedCopy", "Server", "SessionError", "SmtpSession", "State", "open_session"]

_LONGEST_LINE = 998  # RFC 5322 §2.1.1
_QUIT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and who signs in to it; times in seconds.

    `account` "" means without signing in. `ca_file` is a PEM file with an own certificate authority, accepted beside
    the system's. The answer to the final dot is waited for as long as Postfix does: a short wait makes "unknown" out
    of sent messages.
    """

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    account: str = ""
    password: str = field(default="", repr=False)
    ca_file: str | None = None
    connect_timeout: float = 20.0
    command_timeout: float = 60.0
    body_timeout: float = 180.0
    answer_timeout: float = 600.0


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message on its way: sender, customer, copies (cc and bcc), and its bytes (CRLF, not dot-stuffed)."""

    sender: str
    recipient: str
    copies: tuple[str, ...]
    content: bytes
    message_id: str


class _Command(NamedTuple):
    """One command of a transaction; `address` is whom it is about."""

    step: Step
    line: bytes
    address: str = ""


class SmtpSession(Wire):
    """A signed-in session; made by `open_session`, good for many messages, ended by `close` or at the end of `with`.

    `phase` is the step that it is at. After an outcome the session may be closed (`is_open` tells): the server ended
    it, or the only safe way to stop was to cut it. Another is opened for the next message then.
    """

    def __init__(self, server: Server) -> None:
        super().__init__(server.connect_timeout)
        self.server = server
        self.phase: Step = "connect"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def is_open(self) -> bool:
        """Whether the server still holds the line (asks nothing; a server that has hung up meanwhile is noticed)."""
        if self.sock is None:
            return False
        try:
            spoke = self.listen()
        except Lost:
            spoke = True
        if spoke:  # unasked it says nothing but that it will close
            self.cut()
        return not spoke

    def close(self) -> None:
        """End the session with QUIT; what goes wrong there is of no account, every message has its answer."""
        if self.sock is not None:
            self.phase, self.patience = "quit", min(_QUIT_SECONDS, self.server.command_timeout)
            try:
                self.docmd("QUIT")
            except Lost:
                self.cut()
        self.hang_up()

    def hand_over(self, envelope: Envelope, before_dot: Callable[[], bool]) -> Outcome:
        """Give the server one message and say what became of it.

        `before_dot` is called when the whole body is on the wire and only the final dot is missing; it commits that the
        message is being sent. When it gives False (or raises) the connection is cut and the server has to discard the
        message. An outcome other than "unknown" is certain, also after `before_dot` gave True. The customer's address
        comes first: when it is refused nobody gets a copy.
        """
        try:
            obstacle = _obstacle(envelope, self)
            return answers.unsendable(obstacle) if obstacle else self._transaction(envelope, before_dot)
        except Lost as lost:
            heard = self.heard
            self.cut()
            return answers.broken_off(self.phase, str(lost), heard)
        except BaseException:
            self.cut()
            raise

    def _transaction(self, envelope: Envelope, before_dot: Callable[[], bool]) -> Outcome:
        """MAIL, RCPT, DATA, the body and the dot."""
        self.phase, self.patience = "mail", self.server.command_timeout
        if self.listen():
            return self._interrupted(envelope)
        ended, copies = self._introduce(envelope)
        if ended:
            return ended
        self.phase, self.patience = "body", self.server.body_timeout
        try:
            self.send(_stuffed(envelope.content))
        except Lost:
            if not self.heard:
                raise
        if self.listen():
            return self._interrupted(envelope)
        if not before_dot():
            self.cut()
            return answers.given_up()
        if self.listen():
            return self._interrupted(envelope)
        self.phase, self.patience = "answer", self.server.answer_timeout
        self.send(b".\r\n")
        answer = self.answer()
        if 200 <= answer.code < 300:
            return answers.sent(answer, copies)
        return self._failed(_Command("answer", b"", envelope.recipient), answer)

    def _introduce(self, envelope: Envelope) -> tuple[Outcome | None, tuple[RefusedCopy, ...]]:
        """The commands before the body: what ended the transaction (None: the server waits for the body), and the
        copies that it refused.
        """
        failure: Outcome | None = None
        refused: list[RefusedCopy] = []
        pipelined = self.has_extn("pipelining")
        try:
            for command, answer in self._ask(_commands(envelope, self), pipelined):
                expected = 300 if command.step == "data" else 200
                if expected <= answer.code < expected + 100:
                    continue
                if command.step == "copy" and 400 <= answer.code < 600 and answer.code != 421:
                    refused.append(RefusedCopy(command.address, str(answer)))
                    continue
                failure = failure or self._failed(command, answer)
                if self.sock is None or not pipelined:
                    break
            if failure:
                self._reset()
        except Lost:
            if failure is None:
                raise
            self.cut()
        return failure, tuple(refused)

    def _ask(self, commands: list[_Command], pipelined: bool) -> Iterator[tuple[_Command, Answer]]:
        """Each command with its answer: sent one by one, or all at once where the server takes them so (RFC 2920)."""
        if pipelined:
            self.send(b"".join(command.line for command in commands))
        for command in commands:
            self.phase = command.step
            if not pipelined:
                self.send(command.line)
            yield command, self.answer()

    def _failed(self, command: _Command, answer: Answer) -> Outcome:
        """The outcome of an answer that is not a yes; cuts where the server is leaving or cannot be understood."""
        if 400 <= answer.code < 600:
            outcome = answers.judge(command.step, answer, command.address)
        else:
            outcome = answers.odd(command.step, answer)
        if answer.code == 421 or outcome.state in ("lost", "unknown"):
            self.cut()
        return outcome

    def _reset(self) -> None:
        """Leave a transaction that came to nothing.

        Where DATA was pipelined and the server now waits for a body, only cutting is safe: a dot would send an empty
        message to the copies.
        """
        if self.sock is None:
            return
        if self.phase == "data":
            self.cut()
        elif self.docmd("RSET")[0] != 250:
            self.cut()

    def _interrupted(self, envelope: Envelope) -> Outcome:
        """The outcome when the server spoke before its turn (busy, closing, message too big) and the dot was not sent."""
        self.patience = min(self.patience, _QUIT_SECONDS)
        outcome = self._failed(_Command(self.phase, b"", envelope.recipient), self.answer())
        self.cut()
        return outcome


def _commands(envelope: Envelope, session: SmtpSession) -> list[_Command]:
    """The commands that introduce a message; every address was made safe by `ascii_address`."""
    sender, recipient, copies = _paths(envelope)
    size = f" SIZE={len(envelope.content)}" if session.has_extn("size") else ""
    utf8 = " BODY=8BITMIME SMTPUTF8" if _needs_utf8(envelope) else ""
    return [
        _Command("mail", f"MAIL FROM:<{sender}>{size}{utf8}\r\n".encode(), sender),
        _Command("recipient", f"RCPT TO:<{recipient}>\r\n".encode(), recipient),
        *(_Command("copy", f"RCPT TO:<{copy}>\r\n".encode(), copy) for copy in copies),
        _Command("data", b"DATA\r\n"),
    ]
