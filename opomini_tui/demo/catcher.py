"""The demo's mail server: takes every message on 127.0.0.1 and keeps it as a file; nothing leaves the machine."""

from __future__ import annotations

import logging
import os
import re
import socket
from email import message_from_bytes
from pathlib import Path
from types import TracebackType
from typing import Any

HOST = "127.0.0.1"
USUAL_PORT = 2525


class Catcher:
    """A running catcher; use it with `with`. Each message becomes one `.eml` file in `folder`, never overwritten."""

    def __init__(self, folder: Path, account: str = "", password: str = "") -> None:
        self.folder = folder
        self.port = free_port(USUAL_PORT)
        self._account, self._password = account, password
        self._controller: Any = None

    def __enter__(self) -> Catcher:
        from aiosmtpd.controller import Controller  # 60 ms that only the demo pays

        # What the server logs must not be painted over the screen, which lives on standard error.
        logging.getLogger("mail").addHandler(logging.NullHandler())
        self.folder.mkdir(parents=True, exist_ok=True)
        self._controller = Controller(
            self,
            hostname=HOST,
            port=self.port,
            ident="Opomini demo",
            authenticator=self._sign_in,
            auth_require_tls=False,
            data_size_limit=50_000_000,
        )
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    def _sign_in(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> Any:
        """Whether account and password are the demo's."""
        from aiosmtpd.smtp import AuthResult

        given = (getattr(data, "login", b""), getattr(data, "password", b""))
        return AuthResult(success=given == (self._account.encode(), self._password.encode()), handled=False)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep the message; the answer names its file."""
        content: bytes = envelope.content
        path = self._keep(message_from_bytes(content).get("X-Opomini-Notice", "message").partition(" ")[0], content)
        return f"250 2.0.0 Ok: kept as {path.name}"

    def _keep(self, label: str, content: bytes) -> Path:
        """Write the message under the first free name: `2012-100.eml`, `2012-100 (2).eml`, …"""
        base = re.sub(r"[^\w.-]+", "-", label)[:60]
        number = 1
        while True:
            path = self.folder / (f"{base}.eml" if number == 1 else f"{base} ({number}).eml")
            try:
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                number += 1
                continue
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            return path


def free_port(wanted: int) -> int:
    """`wanted` when it is free on this machine, else any free port."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"no free port on {HOST}")
