"""aiosmtpd as a mail server of the tests: an independent reading of the protocol."""

from __future__ import annotations

import asyncio
import ssl
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tests.mail.listening import HOST


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that a server took over (dots unstuffed)."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


class HonestServer:
    """aiosmtpd on a free port of this machine: an independent reading of the protocol; use it with `with`.

    `accepted` is what it took over. With `tls` it offers STARTTLS, or speaks TLS from the first byte (`implicit`).
    """

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        account: tuple[str, str] | None = None,
        smtputf8: bool = True,
        size: int = 10_000_000,
    ) -> None:
        self.accepted: list[Accepted] = []
        self.port = 0
        self._tls, self._implicit, self._account = tls, implicit, account
        self._smtputf8, self._size = smtputf8, size
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(5)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(
            self._protocol, HOST, 0, ssl=self._tls if self._tls and self._implicit else None
        )

    async def _close(self) -> None:
        self._server.close()
        await self._server.wait_closed()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _protocol(self) -> SMTP:
        return SMTP(
            self,
            hostname="honest.example",
            loop=self._loop,
            tls_context=None if self._implicit else self._tls,
            require_starttls=self._tls is not None and not self._implicit,
            auth_required=self._account is not None,
            auth_require_tls=False,
            authenticator=self._authenticate,
            enable_SMTPUTF8=self._smtputf8,
            data_size_limit=self._size,
        )

    def _authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self._account, handled=False)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Called by aiosmtpd with a message."""
        self.accepted.append(Accepted(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
        return f"250 2.0.0 queued as H{len(self.accepted)}"
