"""Signing in to Microsoft 365 and Google without a password (XOAUTH2): connect an account, use it, forget it.

Two ways to connect, both of which work over SSH: a code that is typed on the service's page (device code, RFC 8628), or
a page whose final address is pasted back (authorization code with PKCE). Google gives the right to mail only by the
second.
"""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.mail.answers import SessionError
from opomini_tui.mail.oauth_service import Service, asked, client_of, refusal
from opomini_tui.mail.oauth_tokens import Tokens, bound_to, encrypted, load, not_connected, renew, tokens_from, visible
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, exclusive, now_ms
from opomini_tui.models.parties import Operator
from opomini_tui.text import _

__all__ = [
    "Connected",
    "DeviceCode",
    "PasteRequest",
    "Tokens",
    "access_token",
    "begin_device",
    "begin_paste",
    "connection",
    "finish_device",
    "finish_paste",
    "forget",
]

_SLOWER = 5  # seconds more between two questions after `slow_down` (RFC 8628 §3.5)
_WAIT_ON = ("authorization_pending", "slow_down")


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What a person does to connect: opens `verification_uri` anywhere, types `user_code`. `expires_at` in UTC
    milliseconds; `message` says it in one sentence."""

    verification_uri: str
    user_code: str
    expires_at: int
    message: str
    interval: float = field(repr=False)
    deadline: float = field(repr=False)
    flow: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PasteRequest:
    """What a person does to connect: opens `url` anywhere, signs in, and copies the address of the page that then
    cannot be shown. The rest belongs to the one sign-in that was begun."""

    url: str
    message: str
    flow: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Connected:
    """The account is connected. `warning` is a sentence when somebody else signed in than the account names."""

    signed_in_as: str
    warning: str = ""


def access_token(operator: Operator, config: Config, *, refused: str = "") -> str:
    """The token to sign in with, renewed when less than five minutes are left of it. Call it outside of transactions: a
    renewed token must be stored whatever becomes of the caller.

    `refused`: a token that a mail server has just refused; another is fetched then, for clocks that jumped.

    Raises:
        SessionError: "authentication": the account must be connected again; "connection" or "temporary": try later.
        KeyProblem: the tokens were stored with another key.
    """
    assert not database.obj.in_transaction(), "a renewed token would be lost with the transaction"
    tokens, _stored = load(operator, config)
    if tokens is None:
        raise not_connected(operator)
    if not tokens.fresh(now_ms()) or tokens.access == refused:
        tokens = renew(operator, config, refused)
    return tokens.access


def connection(operator: Operator, config: Config) -> Tokens | None:
    """The stored connection of the operator's account as it is set now; None when it is not connected.

    Raises:
        KeyProblem: it was stored with another key.
    """
    return load(operator, config)[0]


def begin_device(operator: Operator, config: Config) -> DeviceCode:
    """Ask the service for a code to connect the account with.

    Raises:
        SessionError: it gives none; the sentence says why. OpominiError: the operator is not saved like this.
    """
    _check_saved(operator)
    service, client = client_of(operator, config)
    flow = asked(service, lambda: client.initiate_device_flow(scope=list(service.scopes)))
    address = visible(flow.get("verification_uri") or flow.get("verification_url"))  # the second is Google's old name
    user_code = visible(flow.get("user_code"))
    if "error" in flow or not address or not user_code or not flow.get("device_code"):
        raise refusal(service, flow, operator.account)
    sentence = _("Open {address} in a browser on any machine, enter the code {code} and sign in as {account}.")
    message = sentence.format(address=address, code=user_code, account=operator.account)
    lasts = int(flow["expires_in"])
    until = time.monotonic() + lasts
    return DeviceCode(address, user_code, now_ms() + lasts * 1000, message, flow["interval"], until, flow)


def finish_device(
    operator: Operator, config: Config, code: DeviceCode, actor: Actor, stop: threading.Event | None = None
) -> Connected:
    """Wait until the person has signed in, and store the connection.

    Raises:
        SessionError: declined, too late, or refused. OpominiError: `stop` was set; not his account.
    """
    _check_actor(operator, actor)
    service, client = client_of(operator, config)
    stop, interval = stop or threading.Event(), max(code.interval, 1)
    answer: Mapping[str, Any] = {"error": "expired_token"}
    while time.monotonic() < code.deadline:
        if stop.wait(interval):
            raise OpominiError(_("Stopped; the account is not connected."))
        try:
            answer = asked(service, partial(_ask_once, client, code.flow))
        except SessionError as error:
            if error.stops_queue:
                raise
            interval *= 2  # RFC 8628 §3.5: after a time-out ask less often
            continue
        if answer.get("error") not in _WAIT_ON:
            return _store(operator, config, service, answer, actor)
        interval += _SLOWER if answer["error"] == "slow_down" else 0
    raise refusal(service, {"error": "expired_token"}, operator.account)


def _ask_once(client: Any, flow: Mapping[str, Any]) -> Any:
    """One question for the tokens. On a copy with an interval of its own: msal would wait by itself."""
    return client.obtain_token_by_device_flow({**flow, "interval": 1}, lambda _flow: True)


def begin_paste(operator: Operator, config: Config) -> PasteRequest:
    """The page where the person signs in. Raises as `begin_device`; nothing is sent yet."""
    _check_saved(operator)
    service, client = client_of(operator, config)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # msal would rather have a web server that the answer is posted to
        flow = client.initiate_auth_code_flow(
            scope=list(service.scopes), redirect_uri=service.redirect, login_hint=operator.account, **service.extra
        )
    message = _(
        "Open the address in a browser on any machine and sign in as {account}. The browser then shows a page that "
        "cannot be opened ({start}…): copy its whole address and paste it here."
    )
    return PasteRequest(flow["auth_uri"], message.format(account=operator.account, start=service.redirect), flow)


def finish_paste(operator: Operator, config: Config, request: PasteRequest, pasted: str, actor: Actor) -> Connected:
    """Redeem the pasted address (or only its code) and store the connection.

    Raises:
        SessionError: declined or refused. OpominiError: it is not the address of this sign-in; not his account.
    """
    _check_actor(operator, actor)
    service, client = client_of(operator, config)
    given = _pasted(pasted, str(request.flow["state"]))
    if given.get("state") != request.flow["state"] or not (given.get("code") or given.get("error")):
        raise OpominiError(
            _("This is not the address of the sign-in that was begun. Copy the whole address, or begin again.")
        )
    answer = asked(service, lambda: client.obtain_token_by_auth_code_flow(dict(request.flow), given))
    return _store(operator, config, service, answer, actor)


def _pasted(text: str, state: str) -> dict[str, str]:
    """Fields of a pasted address; a bare code counts as of this sign-in, which PKCE makes sure of. Terminals break long
    lines, so white space is dropped."""
    text = "".join(text.split())
    if "code=" not in text and "error=" not in text:
        return {"code": text, "state": state} if text and "://" not in text else {}
    fields = parse_qs(urlsplit(text).query or text.rpartition("?")[2])
    return {name: values[0] for name, values in fields.items() if name in ("code", "state", "error")}


def forget(operator: Operator, actor: Actor) -> bool:
    """Forget the connection of the operator's account; whether there was one.

    Raises:
        NotAllowed: it is another's account and the actor is no administrator.
    """
    _check_actor(operator, actor)
    with exclusive("settings"):
        had = Operator.update(oauth_tokens="").where((Operator.id == operator.id) & (Operator.oauth_tokens != ""))
        forgotten = bool(had.execute())
        if forgotten:
            journal.write(actor.code, "forget account", f"operator {operator.code}", {"account": operator.account})
    return forgotten


def _store(operator: Operator, config: Config, service: Service, answer: Mapping[str, Any], actor: Actor) -> Connected:
    """Store what the service gave, or say why it gave nothing."""
    if not answer.get("access_token"):
        raise refusal(service, answer, operator.account)
    if not answer.get("refresh_token"):
        sentence = _("{service} gave no lasting right, so the account is not connected. Begin again.")
        raise SessionError("authentication", "login", sentence.format(service=service.name))
    tokens = tokens_from(answer, operator)
    who = tokens.signed_in_as or operator.account
    with exclusive("settings"):
        _check_saved(operator)
        Operator.update(oauth_tokens=encrypted(tokens, config)).where(Operator.id == operator.id).execute()
        details = {"provider": operator.oauth_provider, "account": operator.account, "signed in as": who}
        journal.write(actor.code, "connect account", f"operator {operator.code}", details)
    if who.casefold() == operator.account.casefold():
        return Connected(who)
    sentence = _("{who} signed in, but the account is {account}: if this is no shared mailbox, connect again.")
    return Connected(who, sentence.format(who=who, account=operator.account))


def _check_saved(operator: Operator) -> None:
    """Tokens are given for what is stored; a form's unsaved changes would make them worthless."""
    stored = Operator.get_or_none(Operator.id == operator.id) if operator.id is not None else None
    if stored is None or bound_to(stored) != bound_to(operator):
        raise OpominiError(_("Confirm the changes of the operator first; then connect the account."))


def _check_actor(operator: Operator, actor: Actor) -> None:
    """Each connects his own account; an administrator every one."""
    if operator.id != actor.id:
        actor.require("operators")
