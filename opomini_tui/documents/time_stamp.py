"""Time stamps from a server (RFC 3161) over HTTP: one question, one answer, and a reason in plain words when none comes.

Imports pyHanko, so it is imported only when something is to be signed.
"""

from __future__ import annotations

import hashlib
import http.client
import urllib.request
from typing import Any
from urllib.error import HTTPError, URLError

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError

from opomini_tui.text import _

SECONDS = 15.0
"""How long a server may take to answer."""
_MOST_BYTES = 1_000_000
_MALFORMED = (ValueError, KeyError, TypeError, AttributeError)
"""What pyHanko raises of an answer that is something else than it expects."""
_TYPES = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


class ServerStamps(TimeStamper):
    """The stamps of the server at `url` (http or https); TimestampRequestError with the reason when it gives none."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library has no types
        self._url = url
        self._first: Any = None

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> Any:
        """The server's answer; whoever signs waits for it."""
        question = urllib.request.Request(self._url, req.dump(), _TYPES)
        try:
            with urllib.request.urlopen(question, timeout=SECONDS) as answer:
                return tsp.TimeStampResp.load(answer.read(_MOST_BYTES))
        except (OSError, http.client.HTTPException) as error:
            raise TimestampRequestError(_reason(error)) from error

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        """The stamp for a digest, and for no other."""
        try:
            stamp = await super().async_timestamp(message_digest, md_algorithm)
            told = stamp["content"]["encap_content_info"]["content"].parsed
            if told["message_imprint"]["hashed_message"].native != message_digest:
                raise ValueError("another digest")
        except _MALFORMED as error:
            raise TimestampRequestError(_("its answer is no time stamp")) from error
        return stamp

    async def async_dummy_response(self, md_algorithm: str) -> Any:
        """A stamp for nothing, asked for once: by it the room for the others is measured."""
        self._first = self._first or await self.async_timestamp(hashlib.new(md_algorithm).digest(), md_algorithm)
        return self._first


def _reason(error: Exception) -> str:
    """What went wrong on the way to the server, in a few words."""
    if isinstance(error, HTTPError):
        return f"HTTP {error.code}"
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, TimeoutError):
        return _("no answer in {seconds} seconds").format(seconds=f"{SECONDS:g}")
    return _("no connection")
