"""The sign-in services of Microsoft 365 and Google: addresses, rights asked for, and the client that speaks to them.

The protocol (RFC 6749, 7636, 8628) is that of `msal`'s own OAuth client, which is not bound to Microsoft: one
well-kept implementation serves both services. It comes with the extra `oauth` and is imported only when used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from opomini_tui import keys
from opomini_tui.config import Config
from opomini_tui.errors import UsageError
from opomini_tui.mail.answers import Kind, SessionError
from opomini_tui.mail.oauth_http import Https
from opomini_tui.models.parties import Operator
from opomini_tui.text import _

MICROSOFT = "https://login.microsoftonline.com"
MICROSOFT_MAIL = "https://outlook.office.com"
GOOGLE = "https://accounts.google.com"
GOOGLE_TOKENS = "https://oauth2.googleapis.com"
REDIRECT_PORT = 49_876
"""Of the address that the browser ends at; nothing listens there, the person copies it."""
_TO_BE_SIGNED_IN_ANEW = (
    "invalid_grant",
    "interaction_required",
    "login_required",
    "consent_required",
    "access_denied",
    "expired_token",
)


@dataclass(frozen=True, slots=True)
class Service:
    """A sign-in service. `scopes`: the rights asked for; `refresh_scopes`: those named again at a renewal."""

    name: str
    endpoints: Mapping[str, str]
    scopes: tuple[str, ...]
    refresh_scopes: tuple[str, ...]
    redirect: str
    extra: Mapping[str, str] = field(default_factory=dict)


def service_of(operator: Operator, config: Config) -> Service:
    """The service that the operator's account signs in with.

    The addresses can be others, for a national cloud: OPOMINI_OAUTH_MICROSOFT_AUTHORITY,
    OPOMINI_OAUTH_MICROSOFT_MAIL and OPOMINI_OAUTH_GOOGLE_AUTHORITY.

    Raises:
        SessionError: (settings) no provider or client ID is set. UsageError: such an address is not https://.
    """
    if operator.oauth_provider not in ("microsoft", "google") or not operator.oauth_client:
        sentence = _(
            "Operator {name} signs in by XOAUTH2 but has no provider or client ID. Set both in the form Operator."
        )
        raise SessionError("settings", "settings", sentence.format(name=operator.name))
    return _microsoft(operator, config) if operator.oauth_provider == "microsoft" else _google(config)


def _microsoft(operator: Operator, config: Config) -> Service:
    """Microsoft's identity platform, version 2.0."""
    base = f"{_address(config, 'MICROSOFT_AUTHORITY', MICROSOFT)}/{quote(operator.oauth_tenant or 'organizations', safe='')}"
    mail = _address(config, "MICROSOFT_MAIL", MICROSOFT_MAIL)
    scopes = (f"{mail}/SMTP.Send", f"{mail}/POP.AccessAsUser.All", "offline_access", "openid", "profile")
    return Service(
        "Microsoft 365",
        {
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
        },
        scopes,
        scopes,
        f"http://localhost:{REDIRECT_PORT}",  # the form in which Microsoft registers it, any port
        {"prompt": "select_account"},
    )


def _google(config: Config) -> Service:
    """Google; without `access_type` and `prompt` no lasting right is given."""
    return Service(
        "Google",
        {
            "authorization_endpoint": f"{_address(config, 'GOOGLE_AUTHORITY', GOOGLE)}/o/oauth2/v2/auth",
            "device_authorization_endpoint": f"{_address(config, 'GOOGLE_AUTHORITY', GOOGLE_TOKENS)}/device/code",
            "token_endpoint": f"{_address(config, 'GOOGLE_AUTHORITY', GOOGLE_TOKENS)}/token",
        },
        ("https://mail.google.com/", "openid", "email"),
        (),
        f"http://127.0.0.1:{REDIRECT_PORT}",
        {"access_type": "offline", "prompt": "consent"},
    )


def _address(config: Config, name: str, usual: str) -> str:
    """The base address of a service, without a slash at its end; always https."""
    variable = f"OPOMINI_OAUTH_{name}"
    address = (config.get(variable) or usual).rstrip("/")
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname:
        raise UsageError(_("{variable} must begin with https://.").format(variable=variable))
    return address


def client_of(operator: Operator, config: Config) -> tuple[Service, Any]:
    """The service and msal's OAuth client for it (untyped), with the client's secret when one is stored.

    Raises:
        SessionError: the settings are not complete, or the extra package is missing. KeyProblem: the key does not fit.
    """
    service = service_of(operator, config)
    try:
        from msal.oauth2cli.oauth2 import Client  # type: ignore[import-untyped]  # msal has no type information
    except ImportError as error:
        sentence = _("Signing in by XOAUTH2 needs the extra package: install opomini[oauth] and start again.")
        raise SessionError("settings", "settings", sentence) from error
    secret = keys.decrypt(config, operator.oauth_secret)
    body = {"client_secret": secret} if secret else {}
    return service, Client(dict(service.endpoints), operator.oauth_client, http_client=Https(config), default_body=body)


def refusal(service: Service, answer: Mapping[str, Any], account: str) -> SessionError:
    """The error for an answer of the protocol that is none of success. Only the error's code is repeated: a description
    may hold what was sent.
    """
    code = re.sub(r"[^a-z_]", "", str(answer.get("error", "")))[:40] or "?"
    number = re.search(r"AADSTS\d{3,8}", str(answer.get("error_description", "")))
    values = {"service": service.name, "account": account, "code": f"{code} {number[0]}" if number else code}
    kind: Kind = "authentication"
    if code == "access_denied":
        sentence = _("{service}: the request was declined, so the account {account} is not connected.")
    elif code == "expired_token":
        sentence = _("{service}: the code was not entered in time. Begin again.")
    elif code in _TO_BE_SIGNED_IN_ANEW:
        sentence = _(
            "{service} does not accept the connection of the account {account} any more. Connect the account again."
        )
    elif code == "invalid_scope":
        sentence = _(
            "{service} does not give the right to mail by a code. Connect the account with a pasted address "
            "(opomini account connect --paste)."
        )
    elif code in ("invalid_client", "unauthorized_client"):
        sentence = _("{service} refuses the client ID or its secret ({code}). Check both in the form Operator.")
    elif code in ("temporarily_unavailable", "server_error", "slow_down"):
        kind, sentence = "temporary", _("{service} cannot sign in now ({code}). Try again later.")
    else:
        sentence = _("{service} refuses to sign in ({code}). Connect the account {account} again.")
    return SessionError(kind, "login", sentence.format(**values))


def asked(service: Service, ask: Callable[[], Any]) -> Mapping[str, Any]:
    """What msal's client reads from the service's answer.

    Raises:
        SessionError: "temporary", for an answer that it cannot read; its own error may repeat what was sent.
    """
    try:
        answer: Mapping[str, Any] = ask()
    except (ValueError, KeyError, TypeError, AttributeError):
        raise refusal(service, {"error": "server_error"}, "") from None
    return answer
