"""Reports on delivery: RFC 3464 first, then the free forms that `flufl.bounce` knows.

What happened is told by the field Action, not by the class of the status: a message that expired says `failed` with a
4.x.x status.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from typing import Literal

from flufl.bounce import all_failures

from opomini_tui.mail.mailbox.headers import address_of, clean, decode, ids_of, parse, text_of

Action = Literal["failed", "delayed", "delivered", "passed on"]

_ACTIONS: Mapping[str, Action] = {  # RFC 3464 §2.3.3; "error" is what OpenSMTPD writes
    "fail": "failed",
    "error": "failed",
    "delay": "delayed",
    "deliver": "delivered",
    "relay": "passed on",
    "expand": "passed on",
}
_STATUS = "message/delivery-status", "message/global-delivery-status"
_RETURNED = (
    *("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"),
    *("message/global", "message/global-headers"),
)
_OWN_ID = re.compile(r"opomin\.\d{4}\.\d{1,9}\.[0-9a-f]{32}@[\w.-]{1,253}")
_ID_LINE = re.compile(r"^[> \t|]{0,20}Message-ID:\s{0,3}(\S{1,500})", re.I | re.M)
_LONGEST_TEXT = 200_000
_LONGEST_REASON = 300
_FREE_FORM_BYTES = 32 * 1024  # explanations come first, and the detectors take their time over long texts


@dataclass(frozen=True, slots=True)
class Recipient:
    """What a report says of one address: all names it has for it (none when hidden), what happened and why."""

    addresses: tuple[str, ...]
    action: Action
    status: str = ""
    diagnostic: str = ""

    @property
    def reason(self) -> str:
        """Status and the other server's words, in one line."""
        status = "" if self.status in self.diagnostic else self.status
        return f"{status} {self.diagnostic}".strip()


@dataclass(frozen=True, slots=True)
class Returned:
    """The headers of a message that a report gives back."""

    message_id: str
    notice: str
    sender: str
    recipient: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its recipients, and by what the message that it is about can be known."""

    recipients: tuple[Recipient, ...]
    envelope_id: str
    returned: tuple[Returned, ...]
    ids_in_text: tuple[str, ...]


def read_report(raw: bytes) -> Report | None:
    """What the message `raw` tells of the delivery of another one; None when it is no report that is understood.

    Raises what the parsers raise on hostile messages.
    """
    message = parse(raw)
    envelope_id, recipients = _rfc3464(message)
    if not recipients:
        recipients = _free_form(message if len(raw) <= _FREE_FORM_BYTES else parse(raw[:_FREE_FORM_BYTES]))
    if not recipients:
        return None
    return Report(recipients, envelope_id, tuple(_returned(message)), _ids_in_text(message))


def _rfc3464(message: Message) -> tuple[str, tuple[Recipient, ...]]:
    """The envelope id and the recipients of the first part that is a delivery status, however deep it lies."""
    for part in message.walk():
        if part.get_content_type() in _STATUS:
            blocks = list(_blocks(part))
            envelope = next(
                (str(block["Original-Envelope-Id"]) for block in blocks if block["Original-Envelope-Id"]), ""
            )
            found = tuple(one for one in map(_recipient, blocks) if one is not None)
            if found:
                return clean(_xtext(envelope), 500), found
    return "", ()


def _blocks(part: Message) -> Iterator[Message]:
    """The groups of fields of a delivery status; also where they are encoded, which the parser does not expect."""
    payload = part.get_payload()
    inner = payload if isinstance(payload, list) else []
    encoded = str(part.get("Content-Transfer-Encoding", "")).strip().lower() in ("base64", "quoted-printable")
    if not encoded and part.get_content_type() == _STATUS[0]:
        yield from (block for block in inner if isinstance(block, Message))
        return
    holder = Message()
    holder["Content-Transfer-Encoding"] = str(part.get("Content-Transfer-Encoding", "8bit"))
    holder.set_payload(payload if isinstance(payload, str) else "\n\n".join(str(b) for b in inner).strip())
    raw = holder.get_payload(decode=True)
    text = decode(raw, "utf-8") if isinstance(raw, bytes) else ""
    yield from (message_from_string(group) for group in re.split(r"\r?\n\r?\n+", text[:_LONGEST_TEXT]) if group.strip())


def _recipient(block: Message) -> Recipient | None:
    """The recipient of a group of fields; None for the group about the message, and for unknown actions."""
    said = str(block.get("Action", "")).strip().lower()
    action = next((action for word, action in _ACTIONS.items() if said.startswith(word)), None)
    if action is None:
        return None
    original, final = (_address(text_of(block, name, 400)) for name in ("Original-Recipient", "Final-Recipient"))
    names = (original, _xtext(original), final)  # a "+20" may be a code (RFC 3461 §4) or a part of the name
    status = re.search(r"\b[245]\.\d{1,3}\.\d{1,3}\b", str(block.get("Status", "")))
    diagnostic = text_of(block, "Diagnostic-Code", _LONGEST_REASON)
    return Recipient(
        tuple(dict.fromkeys(name for name in names if "@" in name)),
        action,
        status[0] if status else "",
        re.sub(r"\A(?:smtp|x-[\w-]+)\s*;\s*", "", diagnostic, flags=re.I),
    )


def _address(field: str) -> str:
    """The address of a field like `rfc822; <name@domain>`."""
    kind, semicolon, rest = field.partition(";")
    value = rest if semicolon and "@" not in kind else field.rstrip(";")
    return value.partition("(")[0].strip().strip("<>\"' ")


def _xtext(text: str) -> str:
    """Without the +XX of RFC 3461 §4; what is no such code (name+tag@…) stays."""
    return re.sub(r"\+([2-7][0-9A-F])", lambda found: chr(int(found[1], 16)), text)


def _free_form(message: Message) -> tuple[Recipient, ...]:
    """What `flufl.bounce` finds in the many forms that are no standard."""
    temporary, permanent = all_failures(message)
    said = _first_line_with_code(message) if temporary or permanent else ""
    pairs = [(address, "failed") for address in sorted(permanent)] + [
        (address, "delayed") for address in sorted(temporary - permanent)
    ]
    return tuple(
        Recipient((decode(address, "ascii"),), "failed" if action == "failed" else "delayed", "", said)
        for address, action in pairs
    )


def _first_line_with_code(message: Message) -> str:
    """The line of a free-form report that names the server's answer; "" without one."""
    for text in _texts(message):
        found = re.search(r"^.{0,200}\b(?:[45]\d\d[ -](?!\d{3})|[45]\.\d\.\d{1,3}\b).{0,300}$", text[:20_000], re.M)
        if found:
            return clean(found[0], _LONGEST_REASON)
    return ""


def _returned(message: Message) -> Iterator[Returned]:
    """The headers of every message that is given back."""
    for part in message.walk():
        if part.get_content_type() not in _RETURNED or part is message:
            continue
        payload = part.get_payload()
        if isinstance(payload, list):
            inner = next((one for one in payload if isinstance(one, Message)), None)
        else:
            raw = part.get_payload(decode=True)
            inner = (
                message_from_string(decode(raw, "utf-8")[:_LONGEST_TEXT].lstrip()) if isinstance(raw, bytes) else None
            )
        if inner is not None:
            yield Returned(
                next(iter(ids_of(inner, "Message-ID")), ""),
                text_of(inner, "X-Opomini-Notice", 30),
                address_of(inner, "From"),
                address_of(inner, "To"),
            )


def _ids_in_text(message: Message) -> tuple[str, ...]:
    """Our Message-IDs in the text. Where the text quotes headers, only those of the quoted Message-ID count: a reply of
    ours to a customer names the notice too, and its bounce is none of the notice's."""
    headed, found = list[str](), list[str]()
    for text in _texts(message):
        headed += _ID_LINE.findall(text)
        found += _OWN_ID.findall(text)
    if headed:
        found = [own for value in headed for own in _OWN_ID.findall(value)]
    return tuple(dict.fromkeys(f"<{own}>" for own in found))


def _texts(message: Message) -> Iterator[str]:
    """The texts of the message, each cut."""
    for part in message.walk():
        if part.get_content_maintype() == "text" and part.get_content_type() not in _RETURNED:
            raw = part.get_payload(decode=True)
            if isinstance(raw, bytes):
                yield decode(raw[:_LONGEST_TEXT], str(part.get_param("charset", "utf-8")))


def own_id_in(raw: bytes) -> bool:
    """Whether one of our Message-IDs stands anywhere in these bytes."""
    return _OWN_ID.search(raw.decode("latin-1")) is not None


def own_ids(raw: bytes) -> tuple[str, ...]:
    """Our Message-IDs (with < >) that stand in these bytes."""
    return tuple(dict.fromkeys(f"<{own}>" for own in _OWN_ID.findall(raw.decode("latin-1"))))


def is_own(message_id: str) -> bool:
    """Whether a Message-ID looks like one of ours."""
    return _OWN_ID.fullmatch(message_id.strip("<>")) is not None
