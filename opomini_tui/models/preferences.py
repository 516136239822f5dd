"""Small preferences of one operator, such as his colours, kept in table `setting`; the journal knows of those that matter."""

from __future__ import annotations

from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, run
from opomini_tui.models.settings import Setting

FIRST_SCREEN = "first screen"
"""With which screen the operator begins: "dashboard" for the overview, else the grid."""
LOW_TRAFFIC = "low traffic"
"""Whether few bytes are to be sent to the operator's terminal: "on", or ""."""


def recall(actor: Actor, key: str) -> str:
    """What the operator chose; "" when nothing yet."""
    found = Setting.get_or_none((Setting.operator_id == actor.id) & (Setting.key == key))
    return str(found.value) if found else ""


def remember(actor: Actor, key: str, value: str, *, journaled: bool = True) -> None:
    """Keep what the operator chose; `journaled` False: without an entry, for what changes all the time."""
    with database.atomic():
        before = recall(actor, key)
        run(
            "INSERT INTO setting (operator_id, key, value) VALUES (?, ?, ?) "
            "ON CONFLICT (operator_id, key) DO UPDATE SET value = excluded.value",
            (actor.id, key, value),
        )
        if journaled:
            journal.write(actor.code, "prefer", f"operator {actor.code}", {key: [before, value]})


def recall_all(actor: Actor, beginning: str) -> dict[str, str]:
    """What is kept of the operator under keys that begin so."""
    rows = run("SELECT key, value FROM setting WHERE operator_id = ?", (actor.id,)).fetchall()
    return {str(key): str(value) for key, value in rows if key.startswith(beginning)}


def forget(actor: Actor, key: str) -> None:
    """Keep it no longer; not in the journal."""
    run("DELETE FROM setting WHERE operator_id = ? AND key = ?", (actor.id, key))
