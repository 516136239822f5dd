"""Handing one message over, on a session that at every moment knows how far the message has got.

`smtplib.SMTP.sendmail` and `send_message` are not used: they report "cut before anything was sent" and "accepted, but
the answer was lost" alike. Here a message counts as handed over from the moment its final dot is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Self

from opomini_tui.errors import OpominiError
from opomini_tui.mail import answers
from opomini_tui.mail.answers import Answer, Outcome, RefusedCopy, Step
from opomini_tui.mail.envelope import Command, Envelope, commands, wire_form
from opomini_tui.mail.wire import Lost, Server, Wire

_QUIT_SECONDS = 5.0
_OPTION_UNKNOWN = (501, 504, 555)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a server offers: the largest message in bytes (None: no limit told), and ways of signing in."""

    size: int | None
    auth: tuple[str, ...]


class SmtpSession(Wire):
    """A signed-in session; made by `open_session`, good for many messages, ended by `close` or at the end of `with`.

    `phase` is the step that it is at. After an outcome the session may be closed (`is_open` tells): the server ended
    it, or the only safe way to stop was to cut it. Another is opened for the next message then.
    """

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self.phase: Step = "connect"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @property
    def limits(self) -> Limits:
        """What the server said that it offers, last of all (in TLS where there is one)."""
        size = self.esmtp_features.get("size", "")
        return Limits(
            size=int(size) if size.isdigit() and int(size) > 0 else None,
            auth=tuple(self.esmtp_features.get("auth", "").upper().split()),
        )

    def is_open(self) -> bool:
        """Whether the server still holds the line (asks nothing; a server that has hung up meanwhile is noticed)."""
        if self.sock is None:
            return False
        try:
            spoke = self.listen()
        except Lost:
            spoke = True
        if spoke:  # all that a server says unasked is that it is leaving
            self.cut()
        return not spoke

    def close(self) -> None:
        """End the session with QUIT; what goes wrong there is of no account, every message has its answer."""
        if self.sock is not None:
            self.patience = min(_QUIT_SECONDS, self.server.command_timeout)
            try:
                self.docmd("QUIT")
            except Lost:
                self.cut()
        self.hang_up()

    def hand_over(self, envelope: Envelope, before_dot: Callable[[], bool]) -> Outcome:
        """Give the server one message and say what became of it.

        `before_dot` is called when the whole body is on the wire and only the final dot is missing; it commits that the
        message is being sent. When it gives False (or raises) the connection is cut and the server has to discard the
        message. An outcome other than "unknown" is certain, also after `before_dot` gave True.
        """
        try:
            announced = commands(envelope, self.esmtp_features, dsn=self.server.dsn)
            body = wire_form(envelope.content, envelope.letter)
        except OpominiError as error:
            return answers.unsendable(str(error))
        try:
            self.phase, self.patience = "mail", self.server.command_timeout
            ended, copies = self._announce(announced)
            if ended and self._knows_no_reports(ended):
                ended, copies = self._announce(commands(envelope, self.esmtp_features, dsn=False))
                if not ended:
                    del self.esmtp_features["dsn"]
            if ended:
                return ended
            return self._write(body, before_dot) or self._finish(envelope.recipient, copies)
        except Lost as lost:
            heard = self.heard
            self.cut()
            return answers.broken_off(self.phase, str(lost), heard)
        except BaseException:
            self.cut()
            raise

    def _knows_no_reports(self, ended: Outcome) -> bool:
        """Whether the server offers reports on delivery, but stumbles over asking for them (RFC 5321 §4.1.1.11)."""
        asked = self.server.dsn and self.has_extn("dsn") and ended.step in ("mail", "recipient")
        return asked and ended.code in _OPTION_UNKNOWN and self.sock is not None

    def _announce(self, announced: list[Command]) -> tuple[Outcome | None, tuple[RefusedCopy, ...]]:
        """Say from whom and to whom: what ended it (None: the server waits for the body), and the refused copies."""
        if self.listen():
            return self._interrupted(), ()
        failure: Outcome | None = None
        waits_for_body = False
        refused: list[RefusedCopy] = []
        pipelined = self.has_extn("pipelining")
        try:
            for command, answer in self._ask(announced, pipelined):
                expected = 300 if command.step == "data" else 200
                if expected <= answer.code < expected + 100:
                    waits_for_body = command.step == "data"
                elif command.step == "copy" and 400 <= answer.code < 600 and answer.code != 421:
                    refused.append(RefusedCopy(command.address, str(answer)))
                else:
                    failure = failure or self._failed(command.step, answer, command.address)
                    if self.sock is None or not pipelined:
                        break
            if failure:
                self._abandon(waits_for_body)
        except Lost:
            if failure is None:
                raise
            self.cut()
        return failure, tuple(refused)

    def _ask(self, announced: list[Command], pipelined: bool) -> Iterator[tuple[Command, Answer]]:
        """Each command with its answer: sent one by one, or all at once where the server takes them so (RFC 2920)."""
        if pipelined:
            self.send(b"".join(command.line for command in announced))
        for command in announced:
            self.phase = command.step
            if not pipelined:
                self.send(command.line)
            yield command, self.answer()

    def _write(self, body: bytes, before_dot: Callable[[], bool]) -> Outcome | None:
        """Put the body on the wire and commit; an outcome when it must not be finished.

        The line is listened to before and after the commit: a server that has given up by then would otherwise make
        an "unknown" of a message that it cannot have taken.
        """
        self.phase, self.patience = "body", self.server.body_timeout
        try:
            self.send(body)
        except Lost:
            if not self.listen():
                raise
        if self.listen():
            return self._interrupted()
        if not before_dot():
            self.cut()
            return answers.given_up()
        return self._interrupted() if self.listen() else None

    def _finish(self, recipient: str, copies: tuple[RefusedCopy, ...]) -> Outcome:
        """The dot and its answer: from here on silence means that nobody on this side knows."""
        self.phase, self.patience = "answer", self.server.answer_timeout
        self.send(b".\r\n")
        answer = self.answer()
        if 200 <= answer.code < 300:
            return answers.sent(answer, copies)
        return self._failed("answer", answer, recipient)

    def _failed(self, step: Step, answer: Answer, address: str = "") -> Outcome:
        """The outcome of an answer that is not a yes; cuts where the server is leaving or cannot be understood."""
        understood = 400 <= answer.code < 600
        outcome = answers.judge(step, answer, address) if understood else answers.odd(step, answer)
        if answer.code == 421 or not understood:
            self.cut()
        return outcome

    def _abandon(self, waits_for_body: bool) -> None:
        """Leave a transaction that came to nothing.

        Where DATA was pipelined and the server now waits for a body, only cutting is safe: a dot would send an empty
        message to the copies.
        """
        if self.sock is not None and (waits_for_body or self.docmd("RSET")[0] != 250):
            self.cut()

    def _interrupted(self) -> Outcome:
        """The outcome when the server spoke before its turn (it closes, or the message is too big); no dot was sent."""
        self.patience = min(self.patience, _QUIT_SECONDS)
        outcome = self._failed(self.phase, self.answer())
        self.cut()
        return outcome
