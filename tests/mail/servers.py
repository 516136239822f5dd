"""Mail servers for the tests: the honest one, and one that fails wherever it is told to.

The fault server writes down what it accepted; in every test its log is the truth about what was sent.
"""

from __future__ import annotations

import base64
import hmac
import socket
import ssl
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.mail.honest_server import Accepted, HonestServer
from tests.mail.listening import HOST, Listening

__all__ = ["DROP", "HANG", "HOST", "Accepted", "Act", "FaultServer", "HonestServer", "reply"]


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


@dataclass
class Dialogue:
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
        act = self.act(step)
        self.counts[step] += 1
        self.server.totals[step] += 1
        if act is None:
            self.connection.sendall(f"{usual}\r\n".encode())
            return True
        if act.say:
            self.connection.sendall(act.say)
        self.server.done.add(step)
        if act.then == "hang":
            self.server.stopping.wait(30)
        return act.then == "go on"

    def act(self, step: str) -> Act | None:
        """What is done at this step the next time, other than usual."""
        acts = self.server.acts
        names = (f"{step} #{self.server.totals[step] + 1}", f"{step} {self.counts[step] + 1}", step)
        return next((acts[name] for name in names if name in acts), None)

    def changed(self, step: str) -> bool:
        """Whether the next answer at this step is not the usual one."""
        return self.act(step) is not None

    def says_yes(self, step: str, code: bytes = b"2") -> bool:
        """Whether the next answer at this step begins as a good one does."""
        act = self.act(step)
        return act is None or (act.say.startswith(code) and act.then == "go on")

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
        if mechanism == "XOAUTH2":
            user, bearer, *_empty = self.ask(b"", initial).split("\1")
            account, token = user.removeprefix("user="), bearer.removeprefix("auth=Bearer ")
            right = self.server.accounts.get(account) == token
            if not right:
                self.server.responses.append(self.ask(self.server.token_refusal, []))
            return account, right
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
        self.sender, self.recipients = _path(line) if self.says_yes("mail") else "", []
        return self.say("mail", "250 2.1.0 ok")

    def on_rcpt(self, line: str) -> bool:
        if not self.sender:
            return self.say("rcpt", "503 5.5.1 MAIL first")
        if self.says_yes("rcpt"):
            self.recipients.append(_path(line))
        return self.say("rcpt", "250 2.1.5 ok")

    def on_data(self, _line: str) -> bool:
        if not self.recipients and not self.changed("data"):
            return self.say("data", "503 5.5.1 RCPT first")
        takes = self.says_yes("data", b"354")
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
        act = self.act("dot")
        if act is None or act.keep:
            self.server.accepted.append(message)
        return self.say("dot", f"250 2.0.0 queued as Q{len(self.server.accepted)}")

    def on_rset(self, _line: str) -> bool:
        self.sender, self.recipients = "", []
        return self.say("rset", "250 2.0.0 ok")

    def on_quit(self, _line: str) -> bool:
        self.say("quit", "221 2.0.0 bye")
        return False


class FaultServer(Listening):
    """An SMTP server on a free port of this machine that fails as it is told; use it with `with`.

    `acts`: step → act; steps are greeting, hello, helo, starttls, login, signed in, mail, rcpt, data, body (after its
    first line), dot, rset, quit; "rcpt 2" is the second one of a connection only, "rcpt #2" of all connections.
    `offers` are the extensions; `accounts` are their passwords or tokens, `token_refusal` what is said about a wrong one.
    Afterwards: `accepted` messages, `unfinished` bodies, `commands`, `signed_in` (mechanism, account, right?), what was
    said to a `token_refusal` (`responses`), and at which steps an act was `done`.
    """

    def __init__(
        self,
        acts: Mapping[str, Act] | None = None,
        *,
        offers: Sequence[str] = ("SIZE 10000000", "PIPELINING", "ENHANCEDSTATUSCODES"),
        tls: ssl.SSLContext | None = None,
        accounts: Mapping[str, str] | None = None,
        mechanisms: Sequence[str] = ("PLAIN", "LOGIN", "CRAM-MD5"),
        token_refusal: bytes = b'{"status":"400","schemes":"Bearer","scope":"https://mail.example/"}',
    ) -> None:
        self.acts = dict(acts or {})
        self.offers = tuple(offers)
        self.tls = tls
        self.accounts = dict(accounts or {})
        self.mechanisms = tuple(mechanisms)
        self.token_refusal = token_refusal
        self.accepted: list[Accepted] = []
        self.unfinished: list[bytes] = []
        self.commands: list[str] = []
        self.signed_in: list[tuple[str, str, bool]] = []
        self.responses: list[str] = []
        self.done: set[str] = set()
        self.totals: Counter[str] = Counter()
        self.last_line = b""
        self.take_port()

    @property
    def verbs(self) -> list[str]:
        """The commands without their values."""
        return [line.split()[0].upper() for line in self.commands]

    def settle(self) -> None:
        """Wait until the conversations that the client has ended are written down."""
        for thread in self.threads[1:]:
            thread.join(5)

    def settle_one(self) -> None:
        """Wait until a conversation has ended, but not for one that hangs."""
        for thread in self.threads[1:]:
            thread.join(0.3)

    def wait_for_bytes(self, line: bytes) -> None:
        """Wait until this line of a body has come.

        Raises:
            TimeoutError: it does not come.
        """
        until = time.monotonic() + 30
        while self.last_line != line:
            if time.monotonic() > until:
                raise TimeoutError(f"the last line is {self.last_line!r}")
            time.sleep(0.005)

    def dialogue(self, connection: socket.socket) -> Dialogue:
        """One connection of a client."""
        return Dialogue(self, connection)

    def converse(self, connection: socket.socket) -> None:
        """Answer until the client is gone."""
        dialogue = self.dialogue(connection)
        try:
            dialogue.run()
        except (OSError, ValueError):
            return  # the client is gone, or spoke nonsense: both belong to the tests
        finally:
            if dialogue.reader is not None:
                dialogue.reader.close()
            dialogue.connection.close()


def _path(line: str) -> str:
    """The address between < and > of a command."""
    return line.partition("<")[2].partition(">")[0]
