"""The connection to a POP3 server: deadlines for whole answers, and messages of any size in flat memory."""

from __future__ import annotations

import re
import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import Literal

from opomini_tui.errors import OpominiError
from opomini_tui.mail import answers
from opomini_tui.mail.wire import is_loopback, socket_phrase
from opomini_tui.text import _

Kind = Literal["settings", "connection", "tls", "authentication", "temporary"]

_CHUNK = 65_536
_LONGEST_LINE = 8_192
_LONGEST_BODY_SECONDS = 600.0
_MOST_READ = 256 * 1024 * 1024
_END = re.compile(rb"(?:\A|\n)\.\r?\n")
_KEPT_BACK = 4  # bytes at the end of a piece that may be the begin of the end


class MailboxError(OpominiError):
    """The mailbox cannot be read; `kind` says why, `step` where, the sentence both and what to do."""

    def __init__(self, kind: Kind, step: str, message: str) -> None:
        super().__init__(message)
        self.kind: Kind = kind
        self.step = step


@dataclass(frozen=True, slots=True)
class Pop3Server:
    """A POP3 server and who signs in to it; times in seconds. `token`: OAuth access token, then XOAUTH2 is the only way.

    `ca_file` (path) and `ca_certificates` (PEM) name own authorities; `plain_allowed`: without TLS over the network too.
    """

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    account: str
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    ca_file: str | None = None
    ca_certificates: str = ""
    plain_allowed: bool = False
    connect_timeout: float = 20.0
    command_timeout: float = 60.0


class Pop3Line:
    """One connection. `step` names what it is busy with, for the sentence when it breaks."""

    def __init__(self, server: Pop3Server) -> None:
        self.server = server
        self.step = "connect"
        self._socket: socket.socket | None = None
        self._received = bytearray()

    def dial(self, context: ssl.SSLContext | None) -> None:
        """Connect, with TLS from the first byte when there is a context. Raises OSError."""
        host = self.server.host
        connection = socket.create_connection((host, self.server.port), self.server.connect_timeout)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = context.wrap_socket(connection, server_hostname=host) if context else connection
        except BaseException:
            connection.close()
            raise

    def wrap(self, context: ssl.SSLContext) -> None:
        """Go on in TLS. Raises OSError; MailboxError when the server had already said more in clear."""
        if self._received:
            raise self.lost(_("it spoke in clear after it had agreed to TLS"))
        connection = self._open()
        connection.settimeout(self.server.command_timeout)
        self._socket = context.wrap_socket(connection, server_hostname=self.server.host)

    @property
    def connection(self) -> socket.socket | None:
        """The socket, for a look at its certificate; None when closed."""
        return self._socket

    def peer_is_loopback(self) -> bool:
        """Whether the other end really is on this machine, whatever its name was."""
        return is_loopback(self._open().getpeername()[0])

    def send(self, command: bytes) -> None:
        """Send one line. Raises MailboxError."""
        connection = self._open()
        try:
            connection.settimeout(self.server.command_timeout)
            connection.sendall(command + b"\r\n")
        except OSError as error:
            raise self.lost(self.why(error)) from error

    def line(self) -> bytes:
        """The next line without its end. Raises MailboxError: it does not come in time, or does not end."""
        deadline = time.monotonic() + self.server.command_timeout
        while (end := self._received.find(b"\n")) < 0:
            if len(self._received) > _LONGEST_LINE:
                raise self.lost(_("its answer does not end"))
            self._receive(deadline)
        line = bytes(self._received[:end]).rstrip(b"\r")
        del self._received[: end + 1]
        return line

    def body(self, limit: int) -> bytes:
        """The lines up to the final dot, dots unstuffed; of more than `limit` bytes the rest is read and forgotten.

        Raises:
            MailboxError: it does not end.
        """
        kept = bytearray()
        deadline = time.monotonic() + _LONGEST_BODY_SECONDS
        scanned = read = 0
        first = True  # only the very first line may be the dot without a line end before it
        while True:
            found = _END.search(self._received, scanned) if first else _END_LATER.search(self._received, scanned)
            if found:
                end = found.start() + (1 if self._received[found.start()] == 0x0A else 0)
                kept += self._received[: max(0, min(end, limit - len(kept)))]
                del self._received[: found.end()]
                return _unstuffed(bytes(kept))
            scanned = max(0, len(self._received) - _KEPT_BACK)
            if len(self._received) > _CHUNK:
                done = len(self._received) - _KEPT_BACK
                kept += self._received[: max(0, min(done, limit - len(kept)))]
                del self._received[:done]
                read, scanned, first = read + done, 0, False
            if read > _MOST_READ:
                raise self.lost(_("its answer does not end"))
            self._receive(min(deadline, time.monotonic() + self.server.command_timeout))

    def close(self) -> None:
        """Close the connection."""
        self._received.clear()
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _receive(self, deadline: float) -> None:
        """Take in what comes next."""
        connection = self._open()
        try:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            connection.settimeout(left)
            data = connection.recv(_CHUNK)
        except OSError as error:
            raise self.lost(self.why(error)) from error
        if not data:
            raise self.lost(_("the server closed the connection"))
        self._received += data

    def _open(self) -> socket.socket:
        if self._socket is None:
            raise self.lost(_("the connection is closed"))
        return self._socket

    def why(self, error: OSError) -> str:
        """The phrase for an error of the socket."""
        return socket_phrase(error, self.server.command_timeout)

    def lost(self, why: str) -> MailboxError:
        """The error for a connection that is no use any more."""
        message = _("The connection to the mailbox on {host} broke (step: {step}; {why}). It will be read again later.")
        return MailboxError(
            "connection", self.step, message.format(host=self.server.host, step=step_name(self.step), why=why)
        )


_END_LATER = re.compile(rb"\n\.\r?\n")


def _unstuffed(body: bytes) -> bytes:
    """Without the dot that stands before each line that begins with one (RFC 1939 §3)."""
    return (body[1:] if body.startswith(b"..") else body).replace(b"\n..", b"\n.")


def step_name(step: str) -> str:
    """A step as a person reads it."""
    own = {"list": _("list of messages"), "message": _("reading a message")}
    return own.get(step) or answers.step_name(step)
