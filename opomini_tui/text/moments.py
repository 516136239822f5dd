"""Moments (UTC milliseconds) as the clock on the wall shows them."""

from __future__ import annotations

from datetime import UTC, datetime


def local(at: int) -> datetime:
    """The moment on the clock of this machine."""
    return datetime.fromtimestamp(at // 1000, UTC).astimezone()


def moment(at: int | None, *, seconds: bool = False) -> str:
    """`24.11.2026 14:05`, with `seconds` `24.11.2026 14:05:09`; "" for none."""
    return "" if at is None else local(at).strftime("%d.%m.%Y %H:%M:%S" if seconds else "%d.%m.%Y %H:%M")


def clock(at: int, now: int) -> str:
    """`14:05` when it is on the same day as `now`, else `25.11.`: what fits into a narrow column."""
    then = local(at)
    return then.strftime("%H:%M" if then.date() == local(now).date() else "%d.%m.")
