"""A message on its way: whose it is, the commands that announce it, and its bytes as they go on the wire."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from opomini_tui.errors import OpominiError
from opomini_tui.mail.addresses import ascii_address
from opomini_tui.mail.answers import Step
from opomini_tui.text import _

_LONGEST_LINE = 998  # RFC 5322 §2.1.1
_LONGEST_ENVELOPE_ID = 100  # RFC 3461 §4.4
_NOT_XTEXT = re.compile(r"[^!-*,-<>-~]")  # RFC 3461 §4: all that is printable but + and =
_LETTER = b"Content-Transfer-Encoding: base64\r\n\r\n"
_LETTER_LINE = 76 + len(b"\r\n")


class Unfit(OpominiError):
    """The message cannot be sent through this server; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message: sender, customer, copies (cc and bcc), its bytes (CRLF, not dot-stuffed), its Message-ID.

    `envelope_id` is what reports on its delivery carry (DSN ENVID); "" means the Message-ID without its brackets.
    `letter`: where `content` has nothing but whole lines of base64 that were just made; (0, 0): it is looked for.
    """

    sender: str
    recipient: str
    copies: tuple[str, ...]
    content: bytes
    message_id: str
    envelope_id: str = ""
    letter: tuple[int, int] = (0, 0)


class Command(NamedTuple):
    """One command of a transaction; `address` is whom it is about."""

    step: Step
    line: bytes
    address: str = ""


def commands(envelope: Envelope, features: Mapping[str, str], *, dsn: bool = True) -> list[Command]:
    """The commands that announce the message to a server with these extensions (lower-case name → parameters).

    The customer comes first, so that nobody gets a copy of what the customer did not get. Where reports on delivery are
    offered (RFC 3461) and wanted (`dsn`), they are asked for the customer's copy, and never for others.

    Raises:
        BadAddress: an address could end its command and begin another.
        Unfit: the message is larger than the server takes, or has letters that the server does not take.
    """
    sender, recipient = ascii_address(envelope.sender), ascii_address(envelope.recipient)
    copies = [copy for copy in dict.fromkeys(map(ascii_address, envelope.copies)) if copy != recipient]
    options = _size(envelope, features.get("size")) + _letters([sender, recipient, *copies], envelope, features)
    report = silent = ""
    if dsn and "dsn" in features:
        options += _envelope_id(envelope)
        report, silent = f" NOTIFY=FAILURE,DELAY{_original(recipient)}", " NOTIFY=NEVER"
    return [
        Command("mail", f"MAIL FROM:<{sender}>{options}\r\n".encode(), sender),
        Command("recipient", f"RCPT TO:<{recipient}>{report}\r\n".encode(), recipient),
        *(Command("copy", f"RCPT TO:<{copy}>{silent}\r\n".encode(), copy) for copy in copies),
        Command("data", b"DATA\r\n"),
    ]


def _envelope_id(envelope: Envelope) -> str:
    """The options of MAIL for reports: the headers are enough, and our id comes back (RFC 3461 §4.3 and §4.4)."""
    ours = _xtext(envelope.envelope_id or envelope.message_id.strip("<>"))
    return f" RET=HDRS ENVID={ours}" if 0 < len(ours) <= _LONGEST_ENVELOPE_ID else " RET=HDRS"


def _original(recipient: str) -> str:
    """The option ORCPT (RFC 3461 §4.2): whom the report is about, also when the server sends the message on."""
    return f" ORCPT=rfc822;{_xtext(recipient)}" if recipient.isascii() else ""


def _xtext(text: str) -> str:
    """`text` as the value of an option: what could end it, or is no ASCII, as +XX."""
    ascii_text = text.encode("ascii", "replace").decode()
    return _NOT_XTEXT.sub(lambda found: f"+{ord(found[0]):02X}", ascii_text)


def wire_form(content: bytes, letter: tuple[int, int] = (0, 0)) -> bytes:
    """The bytes between DATA and the final dot: dots at the beginning of a line doubled (RFC 5321 §4.5.2).

    `letter`: as in `Envelope`.

    Raises:
        Unfit: bare CR or LF (they could hide a second message), NUL, or a line over 998 bytes.
    """
    start, end = letter if any(letter) else _letter(content)
    head, tail = _stuffed(content[:start]), _stuffed(content[end:])
    ended = b"" if content.endswith(b"\r\n") else b"\r\n"
    # The tail goes on in the letter's last line; only a line's first dot is doubled.
    return b"".join((head, content[start:end], tail, ended))


def _letter(content: bytes) -> tuple[int, int]:
    """Where the letter's lines are, so that 80 kB of base64 are not searched for what cannot be in them; (0, 0) when
    there is no letter or it is not as `compose` writes it: lines of 76 and no dot."""
    start = content.find(_LETTER) + len(_LETTER)
    end = content.rfind(b"\r\n--")
    if start < len(_LETTER) or end <= start:
        return 0, 0
    letter = content[start:end]
    returns, feeds = letter[_LETTER_LINE - 2 :: _LETTER_LINE], letter[_LETTER_LINE - 1 :: _LETTER_LINE]
    regular = (
        returns.count(b"\r") == letter.count(b"\r") == len(returns)
        and feeds.count(b"\n") == letter.count(b"\n") == len(feeds) == len(returns)
        and b"." not in letter
        and b"\0" not in letter
    )
    return (start, end) if regular else (0, 0)


def _stuffed(content: bytes) -> bytes:
    """`content` with the dots at the beginning of its lines doubled. Raises as `wire_form`."""
    lines = content.split(b"\r\n")
    if content.count(b"\n") != len(lines) - 1 or content.count(b"\r") != len(lines) - 1 or b"\0" in content:
        raise Unfit(_("The message is damaged: its lines do not end as mail demands. Queue it again."))
    if max(map(len, lines)) > _LONGEST_LINE:
        raise Unfit(_("The message is damaged: it has a line of more than 998 characters. Queue it again."))
    stuffed = content.replace(b"\r\n.", b"\r\n..")
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


def _letters(addresses: list[str], envelope: Envelope, features: Mapping[str, str]) -> str:
    """The options for letters outside ASCII in addresses and headers (RFC 6531), and in the text (RFC 6152)."""
    beyond = [address for address in addresses if not address.isascii()]
    if not beyond and envelope.content.isascii():
        return ""
    if not beyond and envelope.content.partition(b"\r\n\r\n")[0].isascii():
        if "8bitmime" not in features:
            raise Unfit(_("The mail server takes only plain ASCII in a message. Queue it again."))
        return " BODY=8BITMIME"
    if "smtputf8" not in features:
        raise Unfit(
            _("The mail server cannot send to {address}: it takes no letters outside ASCII before the @.").format(
                address=", ".join(beyond) or envelope.recipient
            )
        )
    return " BODY=8BITMIME SMTPUTF8"
