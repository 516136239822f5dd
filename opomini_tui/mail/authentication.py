"""Signing in to a mail server (RFC 4954), with passwords in UTF-8: smtplib's own `login` fails on č, š and ž."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from opomini_tui.mail.answers import Answer
from opomini_tui.mail.wire import Wire

NOT_KNOWN = (500, 502, 504)  # the server offers the mechanism but does not have it: no failed try is counted
_MOST_CHALLENGES = 5


@dataclass(frozen=True, slots=True)
class Credentials:
    """Account and secret of an operator."""

    account: str
    secret: str = field(repr=False)


# What the client says to challenge number n (0 is the initial response); None: it waits for the challenge.
Mechanism = Callable[[Credentials, int, bytes], bytes | None]


def _plain(who: Credentials, number: int, _challenge: bytes) -> bytes:
    """RFC 4616; all in the initial response."""
    return f"\0{who.account}\0{who.secret}".encode()


def _login(who: Credentials, number: int, _challenge: bytes) -> bytes | None:
    """The old way of the Microsoft and Cisco world: asked for the name, then for the password."""
    return None if number == 0 else (who.account if number == 1 else who.secret).encode()


def _cram_md5(who: Credentials, number: int, challenge: bytes) -> bytes | None:
    """RFC 2195; the password itself is not sent."""
    if number == 0:
        return None
    return f"{who.account} {hmac.new(who.secret.encode(), challenge, 'md5').hexdigest()}".encode()


MECHANISMS: Mapping[str, Mechanism] = {"PLAIN": _plain, "LOGIN": _login, "CRAM-MD5": _cram_md5}
# In clear (to this machine only) the one that does not show the password comes first.
IN_CLEAR = ("CRAM-MD5", "PLAIN", "LOGIN")
IN_TLS = ("PLAIN", "LOGIN", "CRAM-MD5")


def sign_in(wire: Wire, who: Credentials, order: tuple[str, ...]) -> Answer | None:
    """Sign in with the first mechanism of `order` that the server offers and knows.

    Returns the server's last answer (235: signed in; 503: it was already), or None when it offers none of them.
    A refused password is not tried again with another mechanism: every try counts towards a lock-out.

    Raises:
        Lost: the connection ended.
    """
    offered = wire.esmtp_features.get("auth", "").upper().split()
    answer = None
    for name in order:
        if name in offered:
            answer = _converse(wire, name, MECHANISMS[name], who)
            if answer.code not in NOT_KNOWN:
                break
    return answer


def _converse(wire: Wire, name: str, mechanism: Mechanism, who: Credentials) -> Answer:
    """The exchange of one mechanism; the server's last answer."""
    first = mechanism(who, 0, b"")
    wire.send(f"AUTH {name}\r\n" if first is None else f"AUTH {name} {base64.b64encode(first).decode()}\r\n")
    code, text = wire.getreply()
    number = 0
    while code == 334:
        number += 1
        try:
            response = mechanism(who, number, base64.b64decode(text))
        except binascii.Error:
            response = None
        if response is None or number > _MOST_CHALLENGES:
            wire.send("*\r\n")  # RFC 4954 §4: the client gives up
            return wire.answer()
        wire.send(base64.b64encode(response) + b"\r\n")
        code, text = wire.getreply()
    return Answer.of(code, text)
