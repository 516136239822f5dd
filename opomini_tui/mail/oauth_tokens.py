"""The tokens of an operator's mail account: stored encrypted, renewed in time, by one thread of one process at once."""

from __future__ import annotations

import base64
import fcntl
import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from peewee import SqliteDatabase

from opomini_tui import keys
from opomini_tui.config import Config
from opomini_tui.mail.answers import SessionError
from opomini_tui.mail.oauth_service import asked, client_of, refusal
from opomini_tui.models.database import database, now_ms, run
from opomini_tui.models.parties import Operator
from opomini_tui.text import _

EARLY_MS = 5 * 60_000
"""A token with less than this left is renewed before it is used."""
_LIFETIME = 3600  # seconds, when the service does not say (RFC 6749 §5.1 lets it)
BOUND_TO = ("account", "oauth_provider", "oauth_tenant", "oauth_client")
"""Fields of an operator for which the tokens were given; with others they are worth nothing."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in service gave. Moments in UTC milliseconds; `signed_in_as` is who signed in there ("": not told);
    `bound_to` are the values of BOUND_TO."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    obtained_at: int
    expires_at: int
    signed_in_as: str
    bound_to: tuple[str, ...]

    def fresh(self, now: int) -> bool:
        """Whether the access token can be used now. A clock that went back behind the day it was given makes it stale:
        a renewal too many does no harm."""
        return self.obtained_at <= now < self.expires_at - EARLY_MS


def tokens_from(answer: Mapping[str, Any], operator: Operator, before: Tokens | None = None) -> Tokens:
    """The tokens in a service's answer; what it leaves out at a renewal stays as it was `before`."""
    now = now_ms()
    try:
        lifetime = int(answer.get("expires_in") or _LIFETIME)
    except (TypeError, ValueError):
        lifetime = _LIFETIME
    return Tokens(
        access=str(answer["access_token"]),
        refresh=str(answer.get("refresh_token") or (before.refresh if before else "")),
        obtained_at=now,
        expires_at=now + lifetime * 1000,
        signed_in_as=_who(answer.get("id_token")) or (before.signed_in_as if before else ""),
        bound_to=bound_to(operator),
    )


def bound_to(operator: Operator) -> tuple[str, ...]:
    """What tokens of this operator's account are given for."""
    return tuple(str(getattr(operator, name)) for name in BOUND_TO)


def _who(id_token: object) -> str:
    """Who signed in, as the ID token names him. It came over verified TLS from the service itself, so its signature
    need not be checked (OpenID Connect Core §3.1.3.7, 6), and it is only shown."""
    try:
        payload = str(id_token).split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        named = claims.get("preferred_username") or claims.get("email") or ""
    except (IndexError, ValueError, AttributeError):
        return ""
    return visible(named)


def visible(told: object) -> str:
    """What a service told, as it is shown: without control characters, of bounded length."""
    return "".join(letter for letter in str(told or "") if letter.isprintable())[:254]


def load(operator: Operator, config: Config) -> tuple[Tokens | None, str]:
    """The operator's tokens as they stand in the database now, and the text that is stored; None when there are none
    for the account as `operator` has it (he may be unsaved: the form's).

    Raises:
        KeyProblem: they were stored with another key.
    """
    stored = Operator.select(Operator.oauth_tokens).where(Operator.id == operator.id).scalar() or ""
    if not stored:
        return None, ""
    content = json.loads(keys.decrypt(config, stored))
    try:
        tokens = Tokens(**{**content, "bound_to": tuple(content["bound_to"])})
    except (KeyError, TypeError):  # stored by another version of the program
        return None, stored
    return (tokens if tokens.bound_to == bound_to(operator) else None), stored


def encrypted(tokens: Tokens, config: Config) -> str:
    """The tokens as they are stored."""
    return keys.encrypt(config, json.dumps(asdict(tokens)))


def renew(operator: Operator, config: Config, refused: str) -> Tokens:
    """Tokens that can be used, renewed unless another thread or process has just done it. A new refresh token is stored
    before anything is used, because the service may forget the old one at once.

    `refused`: an access token that must not be given again.

    Raises:
        SessionError: the account must be connected again, or the service does not answer.
    """
    with _alone(operator.id):
        tokens, stored = load(operator, config)
        if tokens is None:
            raise not_connected(operator)
        if tokens.fresh(now_ms()) and tokens.access != refused:
            return tokens
        service, client = client_of(operator, config)
        if not tokens.refresh:
            raise refusal(service, {"error": "invalid_grant"}, operator.account)
        spent, scopes = tokens.refresh, list(service.refresh_scopes)
        answer = asked(service, lambda: client.obtain_token_by_refresh_token(spent, scope=scopes))
        if not answer.get("access_token"):
            raise refusal(service, answer, operator.account)
        fresh = tokens_from(answer, operator, tokens)
        changed = Operator.update(oauth_tokens=encrypted(fresh, config)).where(
            (Operator.id == operator.id) & (Operator.oauth_tokens == stored)
        )
        if not changed.execute():  # the connection was forgotten meanwhile
            raise not_connected(operator)
        return fresh


def not_connected(operator: Operator) -> SessionError:
    """The error of an account without tokens."""
    sentence = _("The mail account {account} of operator {name} is not connected. Connect the account in his form.")
    return SessionError("authentication", "login", sentence.format(account=operator.account, name=operator.name))


@contextmanager
def _alone(operator_id: int) -> Iterator[None]:
    """No other thread or process renews this operator's tokens meanwhile. The database itself is not locked: the
    service may take its time."""
    opened = database.obj
    if isinstance(opened, SqliteDatabase):
        with Path(f"{opened.database}.oauth-{operator_id}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    key = zlib.crc32(f"opomini oauth {operator_id}".encode())
    run("SELECT pg_advisory_lock(?)", (key,))
    try:
        yield
    finally:
        run("SELECT pg_advisory_unlock(?)", (key,))
