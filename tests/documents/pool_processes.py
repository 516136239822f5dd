"""The helper processes of a letter pool, as a test looks at them from outside."""

from __future__ import annotations

from typing import Any

from opomini_tui.documents.issue_pool import LetterPool


def process_ids(pool: LetterPool[Any]) -> list[int]:
    """Of the helpers that live."""
    return [helper.process.pid for helper in pool._in_hand]
