"""One finding of `opomini doctor`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one part; `state` is "ok", "warn", "fail" or "skipped"."""

    state: str
    subject: str
    sentence: str
