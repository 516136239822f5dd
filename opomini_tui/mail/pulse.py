"""What may have changed meanwhile, by this program, another operator or a sender: cheap queries, every two seconds."""

from __future__ import annotations

from dataclasses import dataclass

from opomini_tui.config import Config
from opomini_tui.mail.approval import asked_count
from opomini_tui.mail.standing import standing
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run

PULSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """Deliveries that are not done: going out, in doubt, held back; why those that could go do not (""); and the batches
    that this operator may approve."""

    queued: int = 0
    unknown: int = 0
    held: int = 0
    why: str = ""
    to_approve: int = 0


@dataclass(frozen=True, slots=True)
class Pulse:
    """The newest journal entry, the newest message of the mailboxes and the deliveries that wait; another value means
    that something happened."""

    journal: int
    mailbox: int = 0
    waiting: Waiting = Waiting()


def read_pulse(config: Config, actor: Actor | None = None) -> Pulse:
    """Read now, for this operator."""
    journal = run("SELECT COALESCE(MAX(id), 0) FROM journal_entry").fetchone()[0]
    mailbox = run("SELECT COALESCE(MAX(id), 0) FROM mailbox_message").fetchone()[0]
    counts = dict(
        run(
            "SELECT state, COUNT(*) FROM delivery WHERE live AND state IN "
            "('queued', 'claimed', 'sending', 'deferred', 'unknown', 'held') GROUP BY state"
        ).fetchall()
    )
    queued = sum(int(counts.get(state, 0)) for state in ("queued", "claimed", "sending", "deferred"))
    found = standing(config) if queued else None
    why = found.short if found else ""
    mine = asked_count(actor) if actor is not None and queued else 0
    waiting = Waiting(queued, int(counts.get("unknown", 0)), int(counts.get("held", 0)), why, mine)
    return Pulse(int(journal), int(mailbox), waiting)
