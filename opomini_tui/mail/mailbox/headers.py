"""What the headers of somebody else's message say, read so that nothing in them can do harm."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}@[^<>\s]{1,250}>")
_MOST_IDS = 50
_LONGEST_HEADER = 4_000
_LONGEST_ADDRESS = 254
_REPORTERS = re.compile(
    r"\A(?:mailer[-_.]?daemon|postmaster|mdaemon|mail[-_.]delivery[-_.]?(?:sub)?system|microsoftexchange\w*)\b", re.I
)
_SUBJECTS = re.compile(
    r"undeliver|non-?deliver|not (?:be(?:en)? )?deliver|deliver|return(?:ed|ing)|fail|mail error|reject|delay|warning"
    r"|bounce|nedostav|ni (?:bil[oa] )?(?:mogoče )?dostav|zavrnjen|unzustellbar|nicht zugestellt|mancat[ao]",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Heads:
    """Headers of a message: addresses without names, moments in UTC milliseconds, Message-IDs with < >.

    `answers_to`: the messages it replies to, the nearest first. `by_machine`: it says that no person wrote it (RFC 3834).
    `reports`: it is a program's message about another one's delivery, or an automatic answer; `sounds_like_report`: only
    its subject says so. The whole of it has to tell.
    """

    message_id: str
    answers_to: tuple[str, ...]
    sender: str
    subject: str
    sent_at: int | None
    received_at: int | None
    by_machine: bool
    reports: bool
    sounds_like_report: bool


def parse(raw: bytes) -> Message:
    """The message of `raw`, broken or not. Raises what the parser of `email` raises on hostile ones."""
    return message_from_bytes(raw)


def heads_of(message: Message) -> Heads:
    """The headers of `message`."""
    sender = address_of(message, "From")
    subject = text_of(message, "Subject", 500)
    answers = ids_of(message, "In-Reply-To") + tuple(reversed(ids_of(message, "References")))
    return Heads(
        message_id=next(iter(ids_of(message, "Message-ID")), ""),
        answers_to=tuple(dict.fromkeys(answers)),
        sender=sender,
        subject=subject,
        sent_at=moment_of(_raw(message, "Date")),
        received_at=moment_of(_raw(message, "Received").rpartition(";")[2]),
        by_machine=_by_machine(message),
        reports=_reports(message, sender),
        sounds_like_report=_SUBJECTS.search(subject) is not None,
    )


def _by_machine(message: Message) -> bool:
    """Whether it is an automatic answer, such as out of office."""
    submitted = _raw(message, "Auto-Submitted").strip().lower()
    return (
        submitted.startswith("auto")
        or any(message[name] is not None for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponse"))
        or _raw(message, "Precedence").strip().lower() in ("auto_reply", "auto-reply")
    )


def _reports(message: Message, sender: str) -> bool:
    """Whether a program wrote about another message, as far as headers can tell."""
    return (
        message.get_content_type() == "multipart/report"
        or message["X-Failed-Recipients"] is not None
        or _raw(message, "Return-Path").strip() == "<>"
        or not sender
        or _REPORTERS.search(sender) is not None
    )


def ids_of(message: Message, name: str) -> tuple[str, ...]:
    """The Message-IDs in that header, in their order."""
    return tuple(_MESSAGE_ID.findall(_raw(message, name))[:_MOST_IDS])


def address_of(message: Message, name: str) -> str:
    """The address in that header, without its name; "" when there is none."""
    return clean(parseaddr(_raw(message, name))[1], _LONGEST_ADDRESS)


def text_of(message: Message, name: str, limit: int) -> str:
    """The header as text on one line: encoded words decoded, whatever their charset."""
    raw = _raw(message, name)
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, ValueError):
        return clean(raw, limit)
    return clean("".join(p if isinstance(p, str) else decode(p, charset or "ascii") for p, charset in pieces), limit)


def moment_of(text: str) -> int | None:
    """A date of a header in UTC milliseconds; None when it is none, or not of our time."""
    try:
        parsed = parsedate_to_datetime(text.strip())
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        year = aware.astimezone(UTC).year
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return int(aware.timestamp() * 1000) if 1990 <= year <= datetime.now(UTC).year + 1 else None


def decode(raw: bytes, charset: str) -> str:
    """`raw` in its charset, or in what it then must be: UTF-8, else windows-1250."""
    for name in (charset, "utf-8"):
        try:
            return raw.decode(name)
        except (LookupError, ValueError):
            continue
    return raw.decode("cp1250", "replace")


def clean(text: str, limit: int) -> str:
    """`text` on one line, without control characters and halves of characters, `limit` characters at the most."""
    whole = text[: limit * 4].encode("utf-8", "replace").decode()
    return " ".join("".join(c if c.isprintable() else " " for c in whole).split())[:limit]


def _raw(message: Message, name: str) -> str:
    """The header's value, cut; bytes outside ASCII are decoded."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            text = str(value)[:_LONGEST_HEADER]
            if text.isascii():
                return text
            return decode(text.encode("utf-8", "surrogateescape"), "utf-8")
    return ""
