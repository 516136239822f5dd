"""A POP3 server for the tests: honest by default, and wrong wherever it is told to be. It writes down what it was asked."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.mail.listening import Listening

STAMP = "<1896.697170952@pop3.example>"


@dataclass(frozen=True, slots=True)
class Act:
    """What the server does at a command instead of its answer: says these bytes, then goes on, drops or hangs."""

    say: bytes = b""
    then: Literal["go on", "drop", "hang"] = "go on"


DROP = Act(then="drop")
HANG = Act(then="hang")


@dataclass(frozen=True, slots=True)
class Large:
    """A message of headers and so many bytes of lines, made while it is sent."""

    head: bytes
    size: int

    def pieces(self) -> Iterator[bytes]:
        """The message, in pieces of about 64 kB."""
        yield self.head + b"\r\n"
        line = b"x" * 76 + b"\r\n"
        for _turn in range(self.size // (len(line) * 800)):
            yield line * 800


Mail = bytes | Large


@dataclass
class _Dialogue:
    """One connection."""

    server: Pop3Server
    connection: socket.socket
    reader: Any = None
    account: str = ""

    def run(self) -> None:
        """Greet and answer until one side has had enough."""
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.connection.makefile("rb")
        if not self.say("greeting", f"+OK ready {STAMP if self.server.apop else ''}"):
            return
        while line := self.reader.readline():
            text = line.decode().rstrip("\r\n")
            self.server.commands.append(text)
            verb, _space, rest = text.partition(" ")
            if not self._answer(verb.upper(), rest):
                return

    def hang_up(self) -> None:
        """End it, wherever it is."""
        with contextlib.suppress(OSError):  # it has ended by itself
            self.connection.shutdown(socket.SHUT_RDWR)

    def _answer(self, verb: str, rest: str) -> bool:
        """Answer one command; whether the conversation goes on."""
        act = self.server.acts.get(f"{verb} {rest}") or self.server.acts.get(verb)
        if act is not None:
            return self._act(act)
        method = getattr(self, f"on_{verb.lower()}", None)
        if method is None or verb in self.server.without:
            return self.say(verb, "-ERR unknown command")
        return bool(method(rest))

    def _act(self, act: Act) -> bool:
        if act.say:
            self.connection.sendall(act.say)
        if act.then == "hang":
            self.server.stopping.wait(30)
        return act.then == "go on"

    def say(self, step: str, usual: str) -> bool:
        """Say the usual line, unless something else is planned at the step."""
        act = self.server.acts.get(step)
        if act is not None:
            return self._act(act)
        self.connection.sendall(usual.encode() + b"\r\n")
        return True

    def lines(self, lines: Sequence[str]) -> bool:
        """A whole multi-line answer."""
        self.connection.sendall("".join(f"{line}\r\n" for line in ("+OK", *lines, ".")).encode())
        return True

    def on_capa(self, _rest: str) -> bool:
        """CAPA"""
        tls = isinstance(self.connection, ssl.SSLSocket)
        offers = [*self.server.offers, *(["STLS"] if self.server.tls and not tls else [])]
        return self.lines([offer for offer in offers if offer.split()[0] not in self.server.without])

    def on_stls(self, _rest: str) -> bool:
        """STLS"""
        if self.server.tls is None:
            return self.say("STLS", "-ERR no TLS")
        self.connection.sendall(b"+OK begin\r\n")
        self.reader.close()
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.reader = self.connection.makefile("rb")
        return True

    def on_user(self, rest: str) -> bool:
        """USER"""
        self.account = rest
        return self.say("USER", "+OK")

    def on_pass(self, rest: str) -> bool:
        """PASS"""
        return self._signed("PASS", (self.account, rest), f"PASS {rest}")

    def on_apop(self, rest: str) -> bool:
        """APOP"""
        account, _space, digest = rest.partition(" ")
        password = self.server.account[1]
        right = hashlib.md5((STAMP + password).encode()).hexdigest()
        return self._signed("APOP", (account, password if digest == right else ""), digest)

    def on_auth(self, rest: str) -> bool:
        """AUTH PLAIN and XOAUTH2, with the response on a line of its own"""
        self.connection.sendall(b"+ \r\n")
        line = self.reader.readline().decode().strip()
        response = base64.b64decode(line).decode()
        if rest.upper() == "PLAIN":
            _nothing, account, password = response.split("\0")
            return self._signed("PLAIN", (account, password), line)
        account, token = response.split("\x01")[:2]
        given = (account.removeprefix("user="), token.removeprefix("auth=Bearer "))
        if given != self.server.account:  # the real ones explain first, and wait for an empty line
            self.connection.sendall(b"+ " + base64.b64encode(b'{"status":"400"}') + b"\r\n")
            assert self.reader.readline() == b"\r\n"
        return self._signed("XOAUTH2", given, line)

    def _signed(self, how: str, given: tuple[str, str], told: str) -> bool:
        right = given == self.server.account
        self.server.signed_in.append((how, right))
        if self.server.repeats:
            self.server.repeated.append(told)
            return self.say("login", f"-ERR unknown command {told}")
        return self.say("login", "+OK signed in" if right else "-ERR [AUTH] Authentication failed.")

    def on_stat(self, _rest: str) -> bool:
        """STAT"""
        return self.say("STAT", f"+OK {len(self.server.mails)} 1000")

    def on_list(self, _rest: str) -> bool:
        """LIST"""
        return self.lines([f"{n} {self.server.size_of(mail)}" for n, mail in enumerate(self.server.mails, 1)])

    def on_uidl(self, _rest: str) -> bool:
        """UIDL"""
        return self.lines([f"{number} {name}" for number, name in enumerate(self.server.uidls, 1)])

    def on_top(self, rest: str) -> bool:
        """TOP"""
        number, _space, lines = rest.partition(" ")
        mail = self.server.mails[int(number) - 1]
        if isinstance(mail, Large):
            mail = mail.head + b"\r\n" + (b"x" * 76 + b"\r\n") * int(lines)
        head, empty, body = mail.partition(b"\r\n\r\n")
        cut = b"".join(line + b"\r\n" for line in body.split(b"\r\n")[: int(lines)])
        return self._mail(head + empty + cut)

    def on_retr(self, rest: str) -> bool:
        """RETR"""
        return self._mail(self.server.mails[int(rest) - 1])

    def _mail(self, mail: Mail) -> bool:
        self.connection.sendall(b"+OK\r\n")
        if isinstance(mail, Large):
            for piece in mail.pieces():
                self.connection.sendall(piece)
                self.server.large_bytes += len(piece)
        else:
            stuffed = (b"\n" + mail).replace(b"\n.", b"\n..")[1:]
            self.connection.sendall(stuffed if not stuffed or stuffed.endswith(b"\n") else stuffed + b"\r\n")
        self.connection.sendall(b".\r\n")
        return True

    def on_rset(self, _rest: str) -> bool:
        """RSET"""
        return self.say("RSET", "+OK")

    def on_quit(self, _rest: str) -> bool:
        """QUIT"""
        self.say("QUIT", "+OK bye")
        return False


@dataclass
class Pop3Server(Listening):
    """A server on a free port of this machine; use it with `with`.

    `acts` by command ("TOP", "TOP 2 60") or step ("greeting", "login"); `without`: commands it does not know; `lies`: the
    sizes that LIST tells, by number; `repeats`: it lets nobody in and says what it was told, which is in `repeated`.
    """

    mails: list[Mail] = field(default_factory=list)
    account: tuple[str, str] = ("skrbnik", "geslo-čšž")
    acts: dict[str, Act] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    offers: tuple[str, ...] = ("TOP", "UIDL", "USER", "RESP-CODES")
    apop: bool = False
    tls: ssl.SSLContext | None = None
    implicit: bool = False
    own_uidls: list[str] | None = None
    lies: dict[int, int] = field(default_factory=dict)
    repeats: bool = False
    repeated: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    signed_in: list[tuple[str, bool]] = field(default_factory=list)
    large_bytes: int = 0

    def __post_init__(self) -> None:
        self._dialogues: list[_Dialogue] = []
        self.take_port()

    @property
    def uidls(self) -> list[str]:
        """The lasting names of the messages."""
        if self.own_uidls is not None:
            return self.own_uidls
        heads = (mail.head if isinstance(mail, Large) else mail for mail in self.mails)
        return [hashlib.sha256(head).hexdigest()[:16] for head in heads]

    @property
    def verbs(self) -> list[str]:
        """The commands without their values."""
        return [line.split(" ")[0].upper() for line in self.commands]

    def size_of(self, mail: Mail) -> int:
        """What LIST says of a message."""
        number = self.mails.index(mail) + 1 if self.lies else 0
        return self.lies.get(number) or (mail.size if isinstance(mail, Large) else len(mail))

    def stop_listening(self) -> None:
        """Nobody gets in any more, and who is in is thrown out."""
        super().stop_listening()
        for dialogue in self._dialogues:
            dialogue.hang_up()

    def converse(self, connection: socket.socket) -> None:
        """Answer until the client is gone."""
        dialogue: _Dialogue | None = None
        try:
            if self.implicit and self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            dialogue = _Dialogue(self, connection)
            self._dialogues.append(dialogue)
            dialogue.run()
        except (OSError, ValueError):
            return  # the client is gone, or spoke nonsense: both belong to the tests
        finally:
            if dialogue is not None and dialogue.reader is not None:
                dialogue.reader.close()
            (dialogue.connection if dialogue else connection).close()
