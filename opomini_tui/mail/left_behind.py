"""Batches that were left waiting when the line dropped, the power went or the program ended."""

from __future__ import annotations

from opomini_tui.mail.batches import BatchRow, unfinished
from opomini_tui.mail.dead_senders import end_leases_of_the_gone
from opomini_tui.mail.delivery_pages import batches_in_hand
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import now_ms, run


def left_behind(actor: Actor) -> list[BatchRow]:
    """Batches of the actor whose messages are due and that no sender has in hand, as far as the database knows.

    What a program of this machine that has died still seems to have in hand is free first; what it was handing over is
    unknown from now on, so that it is not counted among those that wait.
    """
    now = now_ms()
    end_leases_of_the_gone(now)
    if _handed_over_by_nobody(now):
        from opomini_tui.mail.outcomes import expire  # at a start that finds something broken off, which is rare

        expire(now)
    in_hand = batches_in_hand(now)
    due = [row for row in unfinished(actor) if row.counts.queued and row.starts_at <= now and row.paused_at is None]
    return [row for row in due if row.name not in in_hand and row.approval != "asked"]


def _handed_over_by_nobody(now: int) -> bool:
    found = run("SELECT 1 FROM delivery WHERE live AND state = 'sending' AND lease_until < ? LIMIT 1", (now,))
    return found.fetchone() is not None
