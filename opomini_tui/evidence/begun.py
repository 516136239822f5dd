"""Long work that is noted when it begins: what is still noted when its session is gone was broken off.

A verb stores its work whole or in whole parts, so nothing is half done then; it only has to be known that it is unfinished.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from opomini_tui.evidence.presence import session_is_gone
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import DatabaseBusy, DatabaseTrouble, now_ms, without_waiting
from opomini_tui.models.preferences import forget, recall_all, remember

_KEY = "begun"


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """What was broken off (the id of its action), and when it was begun (UTC milliseconds)."""

    action: str
    begun_at: int


def note_begun(actor: Actor, session: str, action: str) -> str:
    """Note that `session` begins the work of `action`; the key with which its end is noted."""
    now = now_ms()
    key = f"{_KEY} {action} {now} {session}"
    remember(actor, key, "", journaled=False)
    return key


def note_ended(actor: Actor, key: str) -> None:
    """It is over, however it ended: the operator knows.

    What came of the work is not lost for a database that does not answer now: then the note stays, and is told once.
    """
    with suppress(DatabaseTrouble):
        forget(actor, key)


def broken_off(actor: Actor) -> list[BrokenOff]:
    """The work of the actor that sessions which are gone left unfinished, the oldest first; each is told once."""
    found = []
    for key in recall_all(actor, f"{_KEY} "):
        _begun, action, at, session = key.split(" ", 3)
        if session_is_gone(session):
            # Who starts does not wait for an import: it is told once more then.
            with suppress(DatabaseBusy), without_waiting():
                forget(actor, key)
            found.append(BrokenOff(action, int(at)))
    return sorted(found, key=lambda one: one.begun_at)
