"""Mail servers for the tests: aiosmtpd as the honest one, and one that fails wherever it is told to.

The fault server writes down what it accepted; in every test its log is the truth about what was sent.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Act:
    """What the fault server does at a step instead of its own answer: says these bytes (none for silence), and then
    goes on, drops the connection or hangs. `keep`: at the dot it keeps the message whatever it says.
    """

    say: bytes = b""
    then: Literal["go on", "drop", "hang"] = "go on"
    keep: bool = False


DROP = Act(then="drop")
HANG = Act(then="hang")


def reply(*lines: str, then: Literal["go on", "drop", "hang"] = "go on", keep: bool = False) -> Act:
    """An act that says the lines, each ended by CRLF."""
    return Act("".join(f"{line}\r\n" for line in lines).encode(), then, keep)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that a server took over (dots unstuffed)."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


@dataclass
class _Dialogue:
    """One connection to the fault server."""

    server: FaultServer
    connection: socket.socket
    reader: Any = None
    counts: Counter[str] = field(default_factory=Counter)
    sender: str = ""
    recipients: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Greet and answer commands until one side has had enough."""
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.connection.makefile("rb")
        if not self.say("greeting", "220 fault.example ESMTP"):
            return
        while line := self.reader.readline():
            self.server.commands.append(line.decode().rstrip("\r\n"))
            verb = line.split(maxsplit=1)[0].upper().decode() if line.strip() else ""
            answer = getattr(self, f"on_{verb.lower()}", self.on_anything)
            if not answer(line.decode().strip()):
                return

    def say(self, step: str, usual: str, *, good: bool = True) -> bool:
        """Do the act of the step, or answer as usual; whether the conversation goes on."""
        self.counts[step] += 1
        act = self.server.acts.get(f"{step} {self.counts[step]}") or self.server.acts.get(step)
        if act is None:
            self.connection.sendall(f"{usual}\r\n".encode())
            return True
        if act.say:
            self.connection.sendall(act.say)
        if act.then == "hang":
            self.server.stopping.wait(30)
        return act.then == "go on"

    def changed(self, step: str) -> bool:
        """Whether the next answer at this step is not the usual one."""
        return f"{step} {self.counts[step] + 1}" in self.server.acts or step in self.server.acts

    def on_anything(self, _line: str) -> bool:
        return self.say("unknown", "500 5.5.1 what?")

    def on_ehlo(self, _line: str) -> bool:
        offers = list(self.server.offers)
        if self.server.accounts:
            offers.append("AUTH " + " ".join(self.server.mechanisms))
        lines = ["fault.example", *offers]
        return self.say("hello", "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"]))

    def on_helo(self, _line: str) -> bool:
        return self.say("helo", "250 fault.example")

    def on_starttls(self, _line: str) -> bool:
        if not self.say("starttls", "220 go ahead"):
            return False
        if self.server.tls is None:
            return not self.changed("starttls")
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.reader = self.connection.makefile("rb")
        return True

    def on_auth(self, line: str) -> bool:
        if self.changed("login"):
            return self.say("login", "")
        _verb, mechanism, *initial = line.split()
        account, right = self.credentials(mechanism.upper(), initial)
        self.server.signed_in.append((mechanism.upper(), account, right))
        return self.say("signed in", "235 2.7.0 welcome" if right else "535 5.7.8 wrong account or password")

    def credentials(self, mechanism: str, initial: list[str]) -> tuple[str, bool]:
        """The account that signs in, and whether its password is right."""
        if mechanism == "PLAIN":
            _identity, account, password = self.ask(b"", initial).split("\0")
            return account, self.server.accounts.get(account) == password
        if mechanism == "LOGIN":
            account = self.ask(b"Username:", [])
            return account, self.server.accounts.get(account) == self.ask(b"Password:", [])
        challenge = b"<1896.697170952@fault.example>"
        account, digest = self.ask(challenge, []).rsplit(" ", 1)
        password = self.server.accounts.get(account, "")
        return account, hmac.new(password.encode(), challenge, "md5").hexdigest() == digest

    def ask(self, challenge: bytes, initial: list[str]) -> str:
        """One response of the client, decoded."""
        if initial:
            return base64.b64decode(initial[0]).decode()
        self.connection.sendall(b"334 " + base64.b64encode(challenge) + b"\r\n")
        return base64.b64decode(self.reader.readline()).decode()

    def on_mail(self, line: str) -> bool:
        self.sender, self.recipients = "" if self.changed("mail") else _path(line), []
        return self.say("mail", "250 2.1.0 ok")

    def on_rcpt(self, line: str) -> bool:
        if not self.sender:
            return self.say("rcpt", "503 5.5.1 MAIL first")
        if not self.changed("rcpt"):
            self.recipients.append(_path(line))
        return self.say("rcpt", "250 2.1.5 ok")

    def on_data(self, _line: str) -> bool:
        if not self.recipients and not self.changed("data"):
            return self.say("data", "503 5.5.1 RCPT first")
        takes = not self.changed("data") or self.server.acts["data"].say.startswith(b"354")
        if not self.say("data", "354 go on"):
            return False
        return not takes or self.body()

    def body(self) -> bool:
        """Read the body to its dot; what has no dot is unfinished and not accepted."""
        lines: list[bytes] = []
        try:
            while (line := self.reader.readline()) != b".\r\n":
                if not line:
                    raise ConnectionResetError
                lines.append(line)
                self.server.last_line = line
                if len(lines) == 1 and self.changed("body") and not self.say("body", ""):
                    raise ConnectionResetError
        except OSError:
            self.server.unfinished.append(b"".join(lines))
            return False
        content = b"".join(line[1:] if line.startswith(b".") else line for line in lines)
        message = Accepted(self.sender, tuple(self.recipients), content)
        if not self.changed("dot") or self.server.acts["dot"].keep:
            self.server.accepted.append(message)
        return self.say("dot", f"250 2.0.0 queued as Q{len(self.server.accepted)}")

    def on_rset(self, _line: str) -> bool:
        self.sender, self.recipients = "", []
        return self.say("rset", "250 2.0.0 ok")

    def on_quit(self, _line: str) -> bool:
        self.say("quit", "221 2.0.0 bye")
        return False


class FaultServer:
    """An SMTP server on a free port of this machine that fails as it is told; use it with `with`.

    `acts`: step → act; steps are greeting, hello, helo, starttls, login, signed in, mail, rcpt, data, body (after its
    first line), dot, rset, quit; "rcpt 2" is the second one of a connection only. `offers` are the extensions.
    Afterwards: `accepted` messages, `unfinished` bodies, `commands`, `signed_in` (mechanism, account, right?).
    """

    def __init__(
        self,
        acts: Mapping[str, Act] | None = None,
        *,
        offers: Sequence[str] = ("SIZE 10000000", "PIPELINING", "ENHANCEDSTATUSCODES"),
        tls: ssl.SSLContext | None = None,
        accounts: Mapping[str, str] | None = None,
        mechanisms: Sequence[str] = ("PLAIN", "LOGIN", "CRAM-MD5"),
    ) -> None:
        self.acts = dict(acts or {})
        self.offers = tuple(offers)
        self.tls = tls
        self.accounts = dict(accounts or {})
        self.mechanisms = tuple(mechanisms)
        self.accepted: list[Accepted] = []
        self.unfinished: list[bytes] = []
        self.commands: list[str] = []
        self.signed_in: list[tuple[str, str, bool]] = []
        self.connections = 0
        self.last_line = b""
        self.stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._start(self._listen)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop listening and wait for the conversations to end, so that the log is whole."""
        self.stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    @property
    def verbs(self) -> list[str]:
        """The commands without their values."""
        return [line.split()[0].upper() for line in self.commands]

    def settle(self) -> None:
        """Wait until the conversations that the client has ended are written down."""
        for thread in self._threads[1:]:
            thread.join(5)

    def settle_one(self) -> None:
        """Wait until a conversation has ended, but not for one that hangs."""
        for thread in self._threads[1:]:
            thread.join(0.3)

    def wait_for_bytes(self, line: bytes) -> None:
        """Wait until this line of a body has come.

        Raises:
            TimeoutError: it does not come.
        """
        until = time.monotonic() + 2
        while self.last_line != line:
            if time.monotonic() > until:
                raise TimeoutError(f"the last line is {self.last_line!r}")
            time.sleep(0.005)

    def _start(self, work: Any, *values: Any) -> None:
        thread = threading.Thread(target=work, args=values, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _peer = self._listener.accept()
            except OSError:
                return  # stopped
            self.connections += 1
            self._start(self._converse, connection)

    def _converse(self, connection: socket.socket) -> None:
        dialogue = _Dialogue(self, connection)
        try:
            dialogue.run()
        except (OSError, ValueError):
            return  # the client is gone, or spoke nonsense: both belong to the tests
        finally:
            if dialogue.reader is not None:
                dialogue.reader.close()
            dialogue.connection.close()


class HonestServer:
    """aiosmtpd on a free port of this machine: an independent reading of the protocol; use it with `with`.

    `accepted` is what it took over. With `tls` it offers STARTTLS, or speaks TLS from the first byte (`implicit`).
    """

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        account: tuple[str, str] | None = None,
        smtputf8: bool = True,
        size: int = 10_000_000,
    ) -> None:
        self.accepted: list[Accepted] = []
        self.port = 0
        self._tls, self._implicit, self._account = tls, implicit, account
        self._smtputf8, self._size = smtputf8, size
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(5)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(
            self._protocol, HOST, 0, ssl=self._tls if self._tls and self._implicit else None
        )

    async def _close(self) -> None:
        self._server.close()
        await self._server.wait_closed()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _protocol(self) -> SMTP:
        return SMTP(
            self,
            hostname="honest.example",
            loop=self._loop,
            tls_context=None if self._implicit else self._tls,
            require_starttls=self._tls is not None and not self._implicit,
            auth_required=self._account is not None,
            auth_require_tls=False,
            authenticator=self._authenticate,
            enable_SMTPUTF8=self._smtputf8,
            data_size_limit=self._size,
        )

    def _authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self._account, handled=False)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Called by aiosmtpd with a message."""
        self.accepted.append(Accepted(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
        return f"250 2.0.0 queued as H{len(self.accepted)}"


def _path(line: str) -> str:
    """The address between < and > of a command."""
    return line.partition("<")[2].partition(">")[0]
