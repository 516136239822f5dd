"""What may have changed meanwhile, by this program, another operator or a sender: two cheap queries every two seconds."""

from __future__ import annotations

from dataclasses import dataclass

from opomini_tui.models.database import run
from opomini_tui.widgets.bars import Waiting

PULSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Pulse:
    """The newest journal entry and the deliveries that wait; another value means that something happened."""

    journal: int
    waiting: Waiting


def read_pulse() -> Pulse:
    """Read now."""
    journal = run("SELECT COALESCE(MAX(id), 0) FROM journal_entry").fetchone()[0]
    counts = dict(
        run(
            "SELECT state, COUNT(*) FROM delivery WHERE live AND state IN "
            "('queued', 'claimed', 'sending', 'deferred', 'unknown', 'held') GROUP BY state"
        ).fetchall()
    )
    queued = sum(int(counts.get(state, 0)) for state in ("queued", "claimed", "sending", "deferred"))
    return Pulse(int(journal), Waiting(queued, int(counts.get("unknown", 0)), int(counts.get("held", 0))))
