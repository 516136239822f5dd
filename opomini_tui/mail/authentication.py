"""Signing in to a mail server (RFC 4954), with passwords in UTF-8: smtplib's own `login` fails on č, š and ž.

Nothing of a password or token comes into what is kept of an answer, also when the server repeats what it was told.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from opomini_tui.mail.answers import Answer
from opomini_tui.mail.wire import Wire

NOT_KNOWN = (500, 502, 504)  # the server offers the mechanism but does not have it: no failed try is counted
_MOST_CHALLENGES = 5
_SHORTEST_SECRET = 6  # a shorter one is not looked for in answers: it would be found in every word
_NO_MORE = ("400", "401")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Account and secret of an operator: a password, or an access token (OAuth) when `by_token`."""

    account: str
    secret: str = field(repr=False)
    by_token: bool = False


class SignedIn(NamedTuple):
    """How it ended: the server's last answer (235: signed in; 503: it was already). `run_out`: the server says that the
    token is no longer good."""

    answer: Answer
    run_out: bool


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


def _xoauth2(who: Credentials, number: int, _challenge: bytes) -> bytes:
    """Google's and Microsoft's way for OAuth: all in the initial response; the challenge that tells what was wrong gets
    an empty response, and then the refusal comes."""
    return f"user={who.account}\1auth=Bearer {who.secret}\1\1".encode() if number == 0 else b""


MECHANISMS: Mapping[str, Mechanism] = {
    "PLAIN": _plain,
    "LOGIN": _login,
    "CRAM-MD5": _cram_md5,
    "XOAUTH2": _xoauth2,
}
# In clear the one that does not show the password comes first.
IN_CLEAR = ("CRAM-MD5", "PLAIN", "LOGIN")
IN_TLS = ("PLAIN", "LOGIN", "CRAM-MD5")
BY_TOKEN = ("XOAUTH2",)


def sign_in(wire: Wire, who: Credentials, *, in_clear: bool) -> SignedIn | None:
    """Sign in with the first mechanism that the server offers and knows; None when it offers none of ours.

    A token has one mechanism only. A refused password is not tried again with another mechanism: every try counts
    towards a lock-out.

    Raises:
        Lost: the connection ended.
    """
    offered = wire.esmtp_features.get("auth", "").upper().split()
    order = BY_TOKEN if who.by_token else IN_CLEAR if in_clear else IN_TLS
    ended = None
    for name in order:
        if name in offered:
            ended = _converse(wire, name, MECHANISMS[name], who)
            if ended.answer.code not in NOT_KNOWN:
                break
    return ended


def _converse(wire: Wire, name: str, mechanism: Mechanism, who: Credentials) -> SignedIn:
    """The exchange of one mechanism."""
    first = mechanism(who, 0, b"")
    said = [] if first is None else [base64.b64encode(first)]
    wire.send(b" ".join([b"AUTH", name.encode(), *said]) + b"\r\n")
    code, text = wire.getreply()
    number, challenge = 0, b""
    while code == 334:
        number += 1
        try:
            challenge = base64.b64decode(text)
            response = mechanism(who, number, challenge)
        except binascii.Error:
            response = None
        if response is None or number > _MOST_CHALLENGES:
            wire.send("*\r\n")  # RFC 4954 §4: the client gives up
            code, text = wire.getreply()
            break
        said.append(base64.b64encode(response))
        wire.send(said[-1] + b"\r\n")
        code, text = wire.getreply()
    return SignedIn(Answer.of(code, without(text, [*said, who.secret.encode()])), who.by_token and _run_out(challenge))


def without(text: bytes, secrets: Iterable[bytes]) -> bytes:
    """An answer without what was told to the server in confidence."""
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, b"***")
    return text


def _run_out(challenge: bytes) -> bool:
    """Whether the challenge (JSON, RFC 7628 §3.2.2 and Google's and Microsoft's like of it) says that the token is no
    longer good, and not that the account may not send."""
    try:
        told = json.loads(challenge)
    except ValueError:
        return False
    status = str(told.get("status", "")) if isinstance(told, dict) else ""
    return status in _NO_MORE or status == "invalid_token"
