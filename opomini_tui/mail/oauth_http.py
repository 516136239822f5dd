"""HTTPS for the sign-in services (OAuth): certificates always verified, every wait bounded, nothing secret in an error.

`msal` is handed this client in place of its own, so that the system's certificate authorities and the company's own
ones count here as they do for mail servers.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import urlencode, urlsplit

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.mail.answers import SessionError
from opomini_tui.mail.authorities import trusting
from opomini_tui.models.settings import Company
from opomini_tui.text import _

SECONDS = 20.0
"""How long one request may take, from connecting to the last byte."""
_LARGEST = 200_000
_CHUNK = 16_384


@dataclass(frozen=True, slots=True)
class Response:
    """An answer in the form that msal's OAuth client reads; the body is a JSON object."""

    status_code: int
    text: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)

    def raise_for_status(self) -> None:
        """Nothing is left to raise: `Https` has turned what is no answer of the protocol into a SessionError."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A token endpoint does not redirect; a secret must not be sent after such a hint."""

    def redirect_request(self, *_anything: Any) -> None:
        """Refuse."""


class Https:
    """Form posts to one sign-in service."""

    def __init__(self, config: Config) -> None:
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=_context(config)), _NoRedirects()
        )

    def post(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Post a form; the answer, be it of success or of an error of the protocol.

        Raises:
            SessionError: kind "connection" or "temporary" (worth trying again), or "tls".
        """
        host = str(urlsplit(url).hostname)
        query = f"?{urlencode(params)}" if params else ""
        body = urlencode({key: value for key, value in (data or {}).items() if value is not None}).encode()
        request = urllib.request.Request(f"{url}{query}", data=body, headers=dict(headers or {}), method="POST")
        try:
            status, text, answered = self._exchange(request)
        except (OSError, http.client.HTTPException) as error:
            raise _unreachable(host, error) from None  # the error's own request would hold the form
        if status == 429 or status >= 500 or not _is_object(text):
            sentence = _(
                "The sign-in service {host} does not answer as it should now (HTTP {status}). Try again later."
            )
            raise SessionError("temporary", "login", sentence.format(host=host, status=status))
        return Response(status, text, dict(answered.items()))

    def _exchange(self, request: urllib.request.Request) -> tuple[int, str, Message]:
        """Status, body and headers of the answer, within SECONDS."""
        until = time.monotonic() + SECONDS
        try:
            response = self._opener.open(request, timeout=SECONDS)
        except urllib.error.HTTPError as error:  # 4xx carries the error of the protocol
            response = error
        with response:
            content = b""
            while len(content) < _LARGEST and (chunk := response.read(_CHUNK)):
                content += chunk
                if time.monotonic() > until:
                    raise TimeoutError
            return int(response.status), content.decode("utf-8", "replace"), response.headers


def _context(config: Config) -> ssl.SSLContext:
    own = Company.get_or_none(Company.id == 1)
    try:
        return trusting(config.get("OPOMINI_CA_FILE"), own.ca_certificates if own else "")
    except OpominiError as error:
        raise SessionError("settings", "settings", str(error)) from error


def _unreachable(host: str, error: Exception) -> SessionError:
    """What kept the service from answering."""
    cause = error.reason if isinstance(error, urllib.error.URLError) and isinstance(error.reason, OSError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        sentence = _("The certificate of the sign-in service {host} cannot be trusted ({why}). Check the network.")
        return SessionError("tls", "login", sentence.format(host=host, why=cause.verify_message))
    if isinstance(cause, TimeoutError):
        why = _("no answer within {seconds} s").format(seconds=f"{SECONDS:g}")
    else:
        why = (cause.strerror if isinstance(cause, OSError) else "") or type(cause).__name__
    sentence = _("The sign-in service {host} cannot be reached ({why}). Check the network.")
    return SessionError("connection", "login", sentence.format(host=host, why=why))


def _is_object(text: str) -> bool:
    """Whether a body is a JSON object, as every answer of the protocol is."""
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
