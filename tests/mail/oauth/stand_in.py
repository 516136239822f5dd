"""A sign-in service for the tests: both providers' token endpoints over TLS on this machine, which keeps a log."""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, parse_qsl, urlsplit

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
CODE = "4/0A-code"


def id_token(name: str) -> str:
    """An unsigned ID token of somebody."""
    claims = base64.urlsafe_b64encode(json.dumps({"preferred_username": name}).encode()).decode().rstrip("=")
    return f"e30.{claims}.x"


class StandIn:
    """Use it with `with`. `answers` are errors that the token endpoint gives first, in order; then it gives tokens, each
    refresh token good for one use. `forms` are the posts as (path, fields)."""

    def __init__(self, tls: ssl.SSLContext, *answers: str, account: str = "ana@podjetje.example") -> None:
        self.answers = list(answers)
        self.account = account
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.expires_in: Any = 3600
        self.interval = 5
        self.delay = 0.0
        self.rotates = True
        self.lasting = True
        self.raw: tuple[int, bytes] | None = None
        self.challenge = ""
        self.refresh_tokens: set[str] = set()
        self.access_tokens: list[str] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.url = f"https://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    @property
    def grants(self) -> list[str]:
        """The grants that the token endpoint was asked for."""
        return [form["grant_type"] for _path, form in self.forms if "grant_type" in form]

    def browse(self, url: str) -> str:
        """What a person's browser does with the address of the sign-in page: the address it ends at."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        self.challenge = asked["code_challenge"]
        return f"{asked['redirect_uri']}/?code={CODE}&state={asked['state']}&scope=x"

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Status and content of the answer to a post."""
        with self._lock:
            self.forms.append((path, form))
            if self.answers:
                error = self.answers.pop(0)
                if error:
                    # A careless service repeats what it was sent.
                    return 400, {"error": error, "error_description": f"AADSTS70008: {json.dumps(form)}"}
            if path.endswith(("devicecode", "/device/code")):
                page = {"verification_uri": f"{self.url}/device", "interval": self.interval, "expires_in": 900}
                return 200, {"device_code": "secret-device-code", "user_code": "ABCD-EFGH", **page}
            if not self._right(form):
                return 400, {"error": "invalid_grant", "error_description": json.dumps(form)}
            return 200, self._tokens(form)

    def _right(self, form: dict[str, str]) -> bool:
        """Whether what a token is asked for with is good."""
        grant = form["grant_type"]
        if grant == "refresh_token":
            return form["refresh_token"] in self.refresh_tokens
        if grant == "authorization_code":
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            matches = base64.urlsafe_b64encode(digest).decode().rstrip("=") == self.challenge
            return matches and form["code"] == CODE
        return grant == DEVICE_GRANT and form["device_code"] == "secret-device-code"

    def _tokens(self, form: dict[str, str]) -> dict[str, Any]:
        """Fresh tokens; the refresh token that was used is spent."""
        number = len(self.access_tokens) + 1
        self.access_tokens.append(f"secret-access-{number}")
        given = {"access_token": self.access_tokens[-1], "token_type": "Bearer", "expires_in": self.expires_in}
        if form["grant_type"] == "refresh_token" and not self.rotates:
            return given
        if self.lasting:
            self.refresh_tokens = {f"secret-refresh-{number}"}
            given["refresh_token"] = f"secret-refresh-{number}"
        return {**given, "id_token": id_token(self.account)}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status, content = stand_in.answer(self.path, dict(parse_qsl(body)))
                time.sleep(stand_in.delay)
                raw = json.dumps(content).encode()
                if stand_in.raw:
                    status, raw = stand_in.raw
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                if status == 302:
                    self.send_header("Location", f"{stand_in.url}/elsewhere")
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_anything: Any) -> None:
                """Quiet."""

        return Handler
