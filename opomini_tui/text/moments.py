"""Moments (UTC milliseconds) as the clock on the wall shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_zone: ZoneInfo | None = None


def use_zone(name: str) -> None:
    """Show moments in the time zone `name` from now on: the company's, wherever the machine stands."""
    global _zone
    _zone = ZoneInfo(name) if name else None


def local(at: int) -> datetime:
    """The moment on the company's clock; on this machine's before it is known."""
    return datetime.fromtimestamp(at // 1000, UTC).astimezone(_zone)


def moment(at: int | None, *, seconds: bool = False) -> str:
    """`24.11.2026 14:05`, with `seconds` `24.11.2026 14:05:09`; "" for none."""
    return "" if at is None else local(at).strftime("%d.%m.%Y %H:%M:%S" if seconds else "%d.%m.%Y %H:%M")


def clock(at: int, now: int) -> str:
    """`14:05` when it is on the same day as `now`, else `25.11.`: what fits into a narrow column."""
    then = local(at)
    return then.strftime("%H:%M" if then.date() == local(now).date() else "%d.%m.")
