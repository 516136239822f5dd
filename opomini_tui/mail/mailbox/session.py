"""A POP3 session (RFC 1939, 2449): what is asked of a mailbox that must stay as it is. There is no DELE here."""

from __future__ import annotations

import base64

from opomini_tui.mail.authentication import without
from opomini_tui.mail.mailbox.line import MailboxError, Pop3Line, Pop3Server, step_name
from opomini_tui.text import _

_LONGEST_LIST = 32 * 1024 * 1024
_LONGEST_CAPA = 65_536
_SHOWN = 300
_LATER = (b"[IN-USE]", b"[LOGIN-DELAY]", b"[SYS/TEMP]")  # RFC 2449 §8, RFC 3206


class Pop3Session(Pop3Line):
    """The commands; `capabilities` are those of CAPA, or None when the server has no CAPA."""

    def __init__(self, server: Pop3Server) -> None:
        super().__init__(server)
        self.capabilities: dict[str, str] | None = None
        self._confidential = list[bytes]()

    def confide(self, *said: bytes) -> None:
        """What the server is about to be told in confidence: it is never shown, also when the server repeats it."""
        self._confidential += [*said, *map(base64.b64encode, said)]

    def ask(self, command: bytes) -> bytes | None:
        """Send a command; what follows +OK, or None when the answer is -ERR (`last` holds it)."""
        self.send(command)
        return self.answer()

    def answer(self) -> bytes | None:
        """One status line: what follows +OK, or None for -ERR. Raises MailboxError when it is neither."""
        self.last = self.line()
        if self.last.startswith(b"+OK"):
            return self.last[3:].strip()
        if self.last.startswith(b"-ERR"):
            return None
        message = _("The mailbox server {host} speaks no POP3 (step: {step}): “{answer}”. Check server and port.")
        raise MailboxError(
            "connection", self.step, message.format(host=self.server.host, step=step_name(self.step), answer=self.said)
        )

    last: bytes = b""

    @property
    def said(self) -> str:
        """The last status line as it is shown: without what was told in confidence, cleaned and cut."""
        last = without(self.last, self._confidential)
        try:
            text = last.decode()
        except UnicodeDecodeError:
            text = last.decode("cp1250", "replace")
        text = text.removeprefix("-ERR").strip() or text
        return "".join(letter if letter.isprintable() else " " for letter in text).strip()[:_SHOWN]

    @property
    def later(self) -> bool:
        """Whether the last refusal is one that passes."""
        return any(code in self.last.upper() for code in _LATER)

    def learn(self) -> None:
        """Ask what the server can do."""
        if self.ask(b"CAPA") is None:
            self.capabilities = None
            return
        lines = self.body(_LONGEST_CAPA).decode("ascii", "replace").splitlines()
        pairs = (line.strip().partition(" ") for line in lines)
        self.capabilities = {name.upper(): rest for name, _space, rest in pairs if name}

    def offers(self, name: str) -> bool:
        """Whether CAPA names it."""
        return name in (self.capabilities or {})

    def count(self) -> int:
        """How many messages the mailbox holds (STAT). Raises MailboxError."""
        self.step = "list"
        said = self.ask(b"STAT")
        first = (said or b"").split()[:1]
        if not first or not first[0].isdigit():
            raise self._refused()
        return int(first[0][:9])

    def uidls(self) -> dict[int, bytes] | None:
        """The lasting names of the messages by number; None when the server has no UIDL."""
        self.step = "list"
        if self.ask(b"UIDL") is None:
            return None
        return dict(_numbered(self.body(_LONGEST_LIST)))

    def sizes(self) -> dict[int, int]:
        """Octets of the messages by number, as the server has them (LIST). Raises MailboxError."""
        self.step = "list"
        if self.ask(b"LIST") is None:
            raise self._refused()
        pairs = ((number, rest.split()) for number, rest in _numbered(self.body(_LONGEST_LIST)))
        return {number: int(words[0][:15]) if words and words[0].isdigit() else 0 for number, words in pairs}

    def top(self, number: int, lines: int, limit: int) -> bytes | None:
        """Headers and the first `lines` lines, `limit` bytes at the most; None when the server refuses."""
        self.step = "message"
        return None if self.ask(f"TOP {number} {lines}".encode()) is None else self.body(limit)

    def retrieve(self, number: int, limit: int) -> bytes | None:
        """The message, of which the first `limit` bytes are kept; None when the server refuses."""
        self.step = "message"
        return None if self.ask(f"RETR {number}".encode()) is None else self.body(limit)

    def finish(self) -> None:
        """End politely, with nothing changed: RSET takes back what a proxy between might have marked."""
        try:
            self.ask(b"RSET")
            self.ask(b"QUIT")
        except MailboxError:
            self.last = b""  # it has gone before we did: everything that counts is read
        finally:
            self.close()

    def _refused(self) -> MailboxError:
        message = _("The mailbox on {host} cannot be listed: “{answer}”. It will be read again later.")
        return MailboxError("temporary", self.step, message.format(host=self.server.host, answer=self.said))


def _numbered(body: bytes) -> list[tuple[int, bytes]]:
    """Lines of "number value"; others are left out."""
    pairs = (line.strip().partition(b" ") for line in body.split(b"\n"))
    return [(int(number), rest.strip()) for number, _space, rest in pairs if number.isdigit() and len(number) < 10]
