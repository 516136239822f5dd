"""A message on its way: whose it is, the commands that announce it, and its bytes as they go on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from opomini_tui.errors import OpominiError
from opomini_tui.mail.addresses import ascii_address
from opomini_tui.mail.answers import Step
from opomini_tui.text import _

_LONGEST_LINE = 998  # RFC 5322 §2.1.1


class Unfit(OpominiError):
    """The message cannot be sent through this server; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message: sender, customer, copies (cc and bcc), its bytes (CRLF, not dot-stuffed), its Message-ID."""

    sender: str
    recipient: str
    copies: tuple[str, ...]
    content: bytes
    message_id: str


class Command(NamedTuple):
    """One command of a transaction; `address` is whom it is about."""

    step: Step
    line: bytes
    address: str = ""


def commands(envelope: Envelope, features: Mapping[str, str]) -> list[Command]:
    """The commands that announce the message to a server with these extensions (lower-case name → parameters).

    The customer comes first, so that nobody gets a copy of what the customer did not get.

    Raises:
        BadAddress: an address could end its command and begin another.
        Unfit: the message is larger than the server takes, or needs SMTPUTF8 and the server does not have it.
    """
    sender, recipient = ascii_address(envelope.sender), ascii_address(envelope.recipient)
    copies = [copy for copy in dict.fromkeys(map(ascii_address, envelope.copies)) if copy != recipient]
    options = _size(envelope, features.get("size")) + _utf8([sender, recipient, *copies], envelope, features)
    return [
        Command("mail", f"MAIL FROM:<{sender}>{options}\r\n".encode(), sender),
        Command("recipient", f"RCPT TO:<{recipient}>\r\n".encode(), recipient),
        *(Command("copy", f"RCPT TO:<{copy}>\r\n".encode(), copy) for copy in copies),
        Command("data", b"DATA\r\n"),
    ]


def wire_form(content: bytes) -> bytes:
    """The bytes between DATA and the final dot: dots at the beginning of a line doubled (RFC 5321 §4.5.2).

    Raises:
        Unfit: bare CR or LF (they could hide a second message), NUL, or a line over 998 bytes.
    """
    ends = content.count(b"\r\n")
    if content.count(b"\n") != ends or content.count(b"\r") != ends or b"\0" in content:
        raise Unfit(_("The message is damaged: its lines do not end as mail demands. Queue it again."))
    if max(map(len, content.split(b"\r\n"))) > _LONGEST_LINE:
        raise Unfit(_("The message is damaged: it has a line of more than 998 characters. Queue it again."))
    whole = content if content.endswith(b"\r\n") else content + b"\r\n"
    stuffed = whole.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed


def _size(envelope: Envelope, limit: str | None) -> str:
    """The option SIZE (RFC 1870) where it is offered."""
    if limit is None:
        return ""
    size = len(envelope.content)
    if limit.isdigit() and 0 < int(limit) < size:
        raise Unfit(
            _(
                "The message has {size} kB, the mail server takes {limit} kB at the most. Send the notice on paper."
            ).format(size=-(-size // 1000), limit=int(limit) // 1000)
        )
    return f" SIZE={size}"


def _utf8(addresses: list[str], envelope: Envelope, features: Mapping[str, str]) -> str:
    """The options for characters outside ASCII in addresses and headers (RFC 6531)."""
    beyond = [address for address in addresses if not address.isascii()]
    if not beyond and envelope.content.isascii():
        return ""
    if "smtputf8" not in features:
        raise Unfit(
            _("The mail server cannot send to {address}: it takes no letters outside ASCII before the @.").format(
                address=", ".join(beyond) or envelope.recipient
            )
        )
    return " BODY=8BITMIME SMTPUTF8"
