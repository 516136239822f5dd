"""The connection to a mail server: deadlines for whole answers, nothing sent in clear, and a cut that is a cut."""

from __future__ import annotations

import contextlib
import ipaddress
import smtplib
import socket
import ssl
import struct
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from opomini_tui.mail.answers import Answer
from opomini_tui.text import _

_CHUNK = 65_536
_ANSWER = 4_096
"""How many bytes are written, and read, at once."""
_LONGEST_ANSWER = 65_536


class Lost(smtplib.SMTPServerDisconnected):
    """The connection is gone or no use any more; the message is a translated phrase that says why."""


def is_loopback(host: str) -> bool:
    """Whether `host` names this machine, so that nothing leaves it (127.0.0.0/8, ::1, [::1], localhost)."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def socket_phrase(error: OSError, patience: float) -> str:
    """The phrase for an error of a socket that was waited for `patience` seconds."""
    if isinstance(error, TimeoutError):
        return _("no answer within {seconds} s").format(seconds=f"{patience:g}")
    if isinstance(error, ConnectionRefusedError):
        return _("nothing listens there")
    if isinstance(error, ConnectionError):
        return _("the server closed the connection")
    return error.strerror or type(error).__name__


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and who signs in to it; times in seconds.

    `account` "" means without signing in; with a `token` (OAuth) the password is not used. `ca_file` is a PEM file with
    own certificate authorities, `ca_certificates` the same as text; both count beside the system's. `plain_allowed`:
    without TLS mail may go beyond this machine, password and all. `dsn`: ask for reports on the customer's copy where
    the server offers them. The answer to the final dot is waited for as long as Postfix does: a short wait makes
    "unknown" out of sent messages.
    """

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    account: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    ca_file: str | None = None
    ca_certificates: str = field(default="", repr=False)
    plain_allowed: bool = False
    dsn: bool = True
    connect_timeout: float = 20.0
    command_timeout: float = 60.0
    body_timeout: float = 180.0
    answer_timeout: float = 600.0


class Wire(smtplib.SMTP):
    """`smtplib.SMTP` on a socket of our own.

    `patience` is how many seconds the next write or the whole next answer may take. smtplib's own file would wait that
    long for every piece of an answer, and it does not tell a closed connection from a slow one.
    """

    ehlo_msg = "EHLO"

    def __init__(self, server: Server) -> None:
        # This machine's name is not asked for (getfqdn may hang); the address literal follows after connecting.
        super().__init__(local_hostname="[127.0.0.1]", timeout=server.connect_timeout)
        self.server = server
        self.patience = server.connect_timeout
        self._received = bytearray()

    def dial(self, context: ssl.SSLContext | None) -> None:
        """Connect, with TLS from the first byte when there is a context.

        Raises:
            OSError: no connection, or no TLS (ssl.SSLError).
        """
        host = self.server.host
        connection = socket.create_connection((host, self.server.port), self.patience)
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            own = connection.getsockname()[0].partition("%")[0]
            self.local_hostname = f"[IPv6:{own}]" if ":" in own else f"[{own}]"
            self.sock = context.wrap_socket(connection, server_hostname=host) if context else connection
        except BaseException:
            connection.close()
            raise

    def wrap(self, context: ssl.SSLContext) -> None:
        """Go on in TLS; what the server offered before is forgotten (RFC 3207 §4.2).

        Raises:
            OSError: no TLS (ssl.SSLError).
            Lost: the server sent something in clear after it had agreed to TLS.
        """
        if self._received:
            raise Lost(_("it spoke in clear after it had agreed to TLS"))
        connection = self._socket()
        connection.settimeout(self.patience)
        self.sock = context.wrap_socket(connection, server_hostname=self.server.host)
        self.esmtp_features.clear()

    def peer_is_loopback(self) -> bool:
        """Whether the other end really is on this machine, whatever its name was."""
        return is_loopback(self._socket().getpeername()[0])

    def send(self, s: Any) -> None:
        """Write all of `s` (bytes, or ASCII text); each 64 kB have the patience.

        Raises:
            Lost: the connection broke or the other end does not read.
        """
        data = memoryview(s.encode(self.command_encoding) if isinstance(s, str) else s)
        connection = self._socket()
        try:
            connection.settimeout(self.patience)
            for start in range(0, len(data), _CHUNK):
                connection.sendall(data[start : start + _CHUNK])
        except OSError as error:
            raise Lost(self.why(error)) from error

    def getreply(self) -> tuple[int, bytes]:
        """The next answer: its code, and its lines without codes. Code -1 when it does not begin with three digits.

        Raises:
            Lost: it did not come whole within the patience, or does not end.
        """
        deadline = time.monotonic() + self.patience
        lines: list[bytes] = []
        start = 0
        while True:
            end = self._line_end(start, deadline)
            line = bytes(self._received[start:end]).rstrip(b"\r")
            start = end + 1
            understood = len(line) >= 3 and line[:3].isdigit() and line[3:4] in (b"", b" ", b"-")
            lines.append(line[4:].strip() if understood else line.strip())
            if not understood or line[3:4] != b"-":
                del self._received[:start]
                return int(line[:3]) if understood else -1, b"\n".join(lines)

    def answer(self) -> Answer:
        """The next answer, as it is judged and stored. Raises as `getreply`."""
        return Answer.of(*self.getreply())

    def listen(self) -> bool:
        """Take in what the server has sent unasked, without waiting; whether there is anything.

        Raises:
            Lost: it has closed the connection.
        """
        connection = self._socket()
        try:
            connection.settimeout(0)
            data = connection.recv(_ANSWER)
        except (BlockingIOError, ssl.SSLWantReadError):
            return bool(self._received)
        except OSError as error:
            raise Lost(self.why(error)) from error
        self._received += data
        if not data and not self._received:
            raise Lost(_("the server closed the connection"))
        return True

    @property
    def heard(self) -> str:
        """What has come of an answer that is not whole, as it is stored."""
        return Answer.of(0, bytes(self._received)).text

    def cut(self) -> None:
        """Break the connection off (a reset, no orderly end), so that an unfinished message has to be discarded."""
        if self.sock is not None:
            with contextlib.suppress(OSError):  # already broken, which is what is wanted
                self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.hang_up()

    def hang_up(self) -> None:
        """Close the connection in order."""
        self._received.clear()
        super().close()

    def _line_end(self, start: int, deadline: float) -> int:
        """Where the line that begins at `start` ends; waits for it. What was received stays until it is whole."""
        connection = self._socket()
        while (end := self._received.find(b"\n", start)) < 0:
            if len(self._received) > _LONGEST_ANSWER:
                raise Lost(_("its answer does not end"))
            try:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                connection.settimeout(left)
                data = connection.recv(_ANSWER)
            except OSError as error:
                raise Lost(self.why(error)) from error
            if not data:
                raise Lost(_("the server closed the connection"))
            self._received += data
        return end

    def _socket(self) -> socket.socket:
        if self.sock is None:
            raise Lost(_("the connection is closed"))
        return self.sock

    def why(self, error: OSError) -> str:
        """The phrase for an error of the socket."""
        return socket_phrase(error, self.patience)
