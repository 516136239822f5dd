"""The message of a notice: headers, text and a place for its letter, fixed once and filled in when it is sent.

The skeleton is written here and not by `email.message`, whose folding takes a long name with a comma apart and turns
a domain with č into an encoded word; the parser of `email` reads every message back in the tests.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
import textwrap
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime
from urllib.parse import quote

from opomini_tui.mail.addresses import ascii_address
from opomini_tui.mail.html_text import html_of

# SUB: every C0 character is cleaned out of fields and encoded in the text, so it stands in a skeleton only once.
PDF_PLACE = "\x1a"
_BASE64_LINE = 76  # RFC 2045 §6.8
_FOLD = 76  # RFC 5322 §2.1.1: 78 with room for the separator
_NEEDS_QUOTES = re.compile(r"[^A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]")  # RFC 5322 §3.2.3 atext
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_LIKE_D = str.maketrans("đĐ", "dD")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a message is made of; `date` is an aware moment, the addresses as `check_address` gives them.

    `message_id` "" makes a new one; `attachment_name` "" names the letter by its notice; `reply_to` "" means the
    sender; `html`: the text goes in HTML as well. Blind copies are no part of a message: they are named to the server only.
    """

    sender_name: str
    sender_address: str
    recipient_name: str
    recipient_address: str
    subject: str
    body: str
    language: str
    year: int
    number: int
    date: datetime
    cc: tuple[str, ...] = ()
    reply_to: str = ""
    message_id: str = ""
    attachment_name: str = ""
    html: bool = False


@dataclass(frozen=True, slots=True)
class Composed:
    """A message that is ready but for its letter: the skeleton (about 2 kB of text) and its Message-ID (with < >)."""

    skeleton: str
    message_id: str


def new_message_id(sender_address: str, year: int, number: int) -> str:
    """A Message-ID in the sender's own domain that nobody has had before."""
    domain = ascii_address(sender_address).rpartition("@")[2]
    return f"<opomin.{year}.{number}.{uuid.uuid4().hex}@{domain}>"


def notice_tag(message_id: str) -> str:
    """Eight letters and digits that only those know who have the message with that Message-ID, made from its random
    part: they tell a report on it from one that somebody made up, also where a server has replaced the Message-ID."""
    digest = hashlib.sha256(b"notice tag " + message_id.encode("utf-8", "replace")).digest()
    return base64.b32encode(digest)[:8].decode().lower()


def attachment_name(year: int, number: int) -> str:
    """The file name of a notice's letter."""
    return f"opomin-{year}-{number}.pdf"


def compose(draft: Draft) -> Composed:
    """Write the message of `draft`; the same draft with the same Message-ID gives the same text.

    Raises:
        BadAddress: an address cannot stand in a header.
        ValueError: the date has no time zone.
    """
    if draft.date.tzinfo is None:
        raise ValueError("the date of a message needs a time zone")
    message_id = _line(draft.message_id) or new_message_id(draft.sender_address, draft.year, draft.number)
    # "=_" never comes out of quoted-printable and base64, so no text can look like the boundary.
    boundary = f"=_{hashlib.sha256(message_id.encode('utf-8', 'replace')).hexdigest()[:32]}"
    lines = [
        f"From: {_mailbox(draft.sender_name, draft.sender_address)}",
        f"To: {_mailbox(draft.recipient_name, draft.recipient_address)}",
        *([_copies(draft.cc)] if draft.cc else []),
        f"Subject: {_free_text(draft.subject, 'Subject')}",
        f"Date: {format_datetime(draft.date.astimezone(UTC))}",
        f"Message-ID: {message_id}",
        f"Reply-To: {ascii_address(draft.reply_to or draft.sender_address)}",
        "Auto-Submitted: no",
        f"X-Opomini-Notice: {draft.year}/{draft.number} {notice_tag(message_id)}",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/mixed; boundary="{boundary}"',
        "",
        f"--{boundary}",
        *(_both_texts(draft, boundary) if draft.html else _text_part("plain", draft.body, draft.language)),
        f"--{boundary}",
        *_letter_part(draft.attachment_name or attachment_name(draft.year, draft.number)),
        f"--{boundary}--",
        "",
    ]
    return Composed("\r\n".join(lines), message_id)


def content(skeleton: str, pdf: bytes) -> bytes:
    """The whole message: the letter set into its place, lines ended by CRLF, without dot-stuffing.

    The result is the same every time, so a hash taken at queueing proves it later.

    Raises:
        ValueError: the skeleton has not exactly one place for the letter.
    """
    head, *tails = skeleton.encode().split(PDF_PLACE.encode())
    if len(tails) != 1:
        raise ValueError(f"a skeleton needs one place for the letter, this one has {len(tails)}")
    encoded = binascii.b2a_base64(pdf, newline=False)
    lines, rest = divmod(len(encoded), _BASE64_LINE)
    # One call cuts all lines (the format of a length is kept by `struct`): twice as fast as a loop of slices.
    cut = struct.unpack(f"{f'{_BASE64_LINE}s' * lines}{rest}s", encoded)
    letter = b"\r\n".join(cut if rest else cut[:-1])
    return b"".join((head, letter, tails[0]))


def letter_place(skeleton: str, message: bytes) -> tuple[int, int]:
    """Where the lines of the letter begin and end in a message that `content` made of the skeleton."""
    head, _mark, tail = skeleton.partition(PDF_PLACE)
    return len(head.encode()), len(message) - len(tail.encode())


def _both_texts(draft: Draft, outer: str) -> list[str]:
    """The text as it is and in HTML: a mail program shows the last one that it can (RFC 2046 §5.1.4)."""
    boundary = outer.replace("=_", "=_2", 1)  # neither begins with the other: some programs read only the beginning
    return [
        f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"',
        "",
        f"--{boundary}",
        *_text_part("plain", draft.body, draft.language),
        f"--{boundary}",
        *_text_part("html", html_of(_clean(draft.body), draft.language), draft.language),
        f"--{boundary}--",
    ]


def _clean(body: str) -> str:
    """The text with one kind of line ends, without control characters, ended by one line end."""
    unix = re.sub(r"\r\n?|[\u0085\u2028\u2029]", "\n", body)
    return "\n".join(_visible(line) for line in unix.split("\n")).rstrip() + "\n"


def _text_part(kind: str, text: str, language: str) -> list[str]:
    """Headers and lines of a text (plain or html), quoted-printable: 7-bit whatever the server offers."""
    encoded = binascii.b2a_qp(_clean(text).replace("\n", "\r\n").encode(), istext=True).decode("ascii")
    return [
        f'Content-Type: text/{kind}; charset="utf-8"',
        "Content-Transfer-Encoding: quoted-printable",
        *([f"Content-Language: {language}"] if re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", language) else []),
        "",
        encoded.removesuffix("\r\n"),
    ]


def _letter_part(file_name: str) -> list[str]:
    """Headers of the PDF and the mark where its base64 goes."""
    name = _line(file_name).replace("/", "-").replace("\\", "-") or "opomin.pdf"
    plain = unicodedata.normalize("NFKD", name.translate(_LIKE_D)).encode("ascii", "ignore").decode()
    plain = re.sub(r'["%]', "", plain)[-100:] or "opomin.pdf"
    named = [f' filename="{plain}"']
    if plain != name:
        named.append(f" filename*=utf-8''{quote(name[-100:], safe='')}")  # RFC 2231 beside the folded name
    return [
        "Content-Type: application/pdf;",
        f' name="{plain}"',
        "Content-Disposition: attachment;",
        ";\r\n".join(named),
        "Content-Transfer-Encoding: base64",
        "",
        PDF_PLACE,
    ]


def _copies(addresses: tuple[str, ...]) -> str:
    return "Cc: " + ",\r\n ".join(ascii_address(address) for address in addresses)


def _mailbox(name: str, address: str) -> str:
    """`name <address>` as headers have it: the name quoted or encoded where it must be."""
    path = f"<{ascii_address(address)}>"
    clean = _line(name)
    if not clean:
        return path[1:-1]
    phrase = _phrase(clean, "From")
    if phrase == clean and _NEEDS_QUOTES.search(clean):
        phrase = '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{phrase}\r\n {path}" if len(phrase) + len(path) > _FOLD - len("From: ") else f"{phrase} {path}"


def _free_text(text: str, header: str) -> str:
    """Text of a header without a structure: ASCII is folded between words, the rest goes in encoded words."""
    clean = _line(text)
    if clean.isascii() and "=?" not in clean:
        words = textwrap.TextWrapper(_FOLD, break_long_words=False, break_on_hyphens=False)
        words.initial_indent = "x" * len(f"{header}: ")  # the place that the header's name takes
        lines = words.wrap(clean) or [words.initial_indent]
        if max(map(len, lines)) <= _FOLD:
            return "\r\n ".join(lines)[len(words.initial_indent) :]
    return _phrase(clean, header)


def _phrase(text: str, header: str) -> str:
    """Free text of a header: as it is where ASCII and short, else in encoded words (RFC 2047), folded."""
    clean = _line(text)
    if clean.isascii() and "=?" not in clean and len(clean) <= _FOLD - len(header) - 2:
        return clean
    return Header(clean, "utf-8", maxlinelen=_FOLD, header_name=header).encode(linesep="\r\n")


def _line(text: str) -> str:
    """`text` on one line: control characters and line ends are spaces, and spaces are single."""
    return " ".join(_visible(re.sub(r"[\t\u2028\u2029]", " ", text)).split())


def _visible(text: str) -> str:
    """`text` with a space for each control character (but the tab), and "?" for halves of characters."""
    return _CONTROL.sub(" ", text.encode("utf-8", "replace").decode())
