"""What was handed over, noted outside of the database, so that a restored older database does not send again.

A small file per company in the data folder keeps, for the latest messages, that this program was about to write their
final dot. A note is written after the commit that says so in the database and before the dot: in the database that was
written with it, every noted try is known. One that is not known means that the database is older than the file.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from opomini_tui.config import Config
from opomini_tui.errors import NothingToDo, OpominiError
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, run
from opomini_tui.text import _

SLOTS = 256
"""How many messages are kept: enough that concurrent senders never overwrite each other's last ones."""
_SLOT_BYTES = 256


@dataclass(frozen=True, slots=True)
class Note:
    """A try that was about to be finished: the delivery's id, its try, its Message-ID, when (UTC milliseconds)."""

    delivery: int
    attempt: int
    message_id: str
    at: int


@dataclass(frozen=True, slots=True)
class Behind:
    """The database is older than what was sent: the sentence, the last message known, when it left."""

    sentence: str
    message_id: str
    at: int


def path_of(config: Config) -> Path:
    """The file of this company."""
    row = run("SELECT uuid FROM company WHERE id = 1").fetchone()
    name = "".join(letter for letter in str(row[0]) if letter.isalnum() or letter == "-") if row else "none"
    return config.home / "high-water" / f"{name}.json"


class HighWater:
    """Writes the notes of one run; safe to use from several threads and processes at once."""

    def __init__(self, config: Config) -> None:
        self._path = path_of(config)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = os.open(self._path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unwritable(self._path, error) from error

    def note(self, delivery: int, attempt: int, message_id: str, at: int) -> None:
        """Keep that a message is about to be finished. Not synced: a process that dies loses nothing of it.

        Raises:
            OpominiError: it cannot be written, so the message may not be finished.
        """
        line = json.dumps([delivery, attempt, message_id, at]).encode()[: _SLOT_BYTES - 1]
        try:
            os.pwrite(self._file, line.ljust(_SLOT_BYTES - 1) + b"\n", delivery % SLOTS * _SLOT_BYTES)
        except OSError as error:
            raise _unwritable(self._path, error) from error

    def close(self) -> None:
        """Let the file go."""
        os.close(self._file)


def _unwritable(path: Path, error: OSError) -> OpominiError:
    """The sentence for a file that cannot be used."""
    return OpominiError(
        _("The file {path} cannot be read or written: {why}. Make room or give the right to write, then go on.").format(
            path=path, why=error.strerror or type(error).__name__
        )
    )


def notes(path: Path) -> list[Note]:
    """What the file says; a damaged line says nothing.

    Raises:
        OpominiError: the file cannot be read, so nobody knows what left.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unwritable(path, error) from error
    found = []
    for start in range(0, len(content), _SLOT_BYTES):
        try:
            found.append(Note(*json.loads(content[start : start + _SLOT_BYTES].strip(b"\0 \n"))))
        except (ValueError, TypeError):
            continue  # an empty place, or one that a full disk cut off
    return found


def unknown_notes(config: Config) -> list[Note]:
    """The noted tries of which this database knows nothing, the latest last."""
    noted = {note.delivery: note for note in notes(path_of(config))}
    if not noted:
        return []
    listed = ",".join(map(str, noted))
    known = {
        (number, message_id)
        for number, message_id, attempts, state in run(
            f"SELECT id, message_id, attempts, state FROM delivery WHERE id IN ({listed})"
        ).fetchall()
        if state in ("sending", "unknown", "sent", "refused") and attempts >= noted[number].attempt
    }
    tried = run(
        f"SELECT delivery_id, number, message_id FROM delivery_attempt JOIN delivery ON delivery.id = delivery_id "
        f"WHERE delivery_id IN ({listed}) AND ended_at IS NOT NULL"
    ).fetchall()
    known |= {(number, message_id) for number, attempt, message_id in tried if attempt == noted[number].attempt}
    return sorted(
        (note for note in noted.values() if (note.delivery, note.message_id) not in known), key=lambda note: note.at
    )


def behind(config: Config) -> Behind | None:
    """Whether the database is older than what was sent from this data folder; None when it is not."""
    missing = unknown_notes(config)
    if not missing:
        return None
    last = missing[-1]
    sentence = _(
        "This database is older than what was sent: message {message_id} left on {when}, and the database does not know "
        "it. Was a backup restored? Nothing is sent until a manager has looked: opomini outbox resume --restored"
    ).format(message_id=last.message_id, when=f"{datetime.fromtimestamp(last.at / 1000, UTC):%Y-%m-%d %H:%M} UTC")
    return Behind(sentence, last.message_id, last.at)


def accept(config: Config, actor: Actor, reason: str) -> int:
    """Let a restored database send again; how many waiting messages became unknown, because they had left already.

    Raises:
        NotAllowed: it needs the level manager. OpominiError: no reason. NothingToDo: the database is not older.
    """
    actor.require("resolve")
    if not reason.strip():
        raise OpominiError(_("Sending again from a restored database needs a reason."))
    missing = unknown_notes(config)
    if not missing:
        raise NothingToDo(_("The database is not older than what was sent."))
    why = _("It had left before the database was restored: nobody here can know whether it arrived.")
    count = 0
    with database.atomic():
        for note in missing:
            done = run(
                "UPDATE delivery SET state = 'unknown', reason = ?, sender_id = '', lease_until = NULL, "
                "next_try_at = NULL WHERE id = ? AND message_id = ? AND live "
                "AND state IN ('queued', 'claimed', 'deferred', 'held')",
                (why, note.delivery, note.message_id),
            )
            count += max(0, int(done.rowcount))
        details = {"reason": reason.strip(), "messages": len(missing), "unknown": count, "last": missing[-1].message_id}
        journal.write(actor.code, "accept restored", "database", details)
    os.truncate(path_of(config), 0)  # not removed: a running sender goes on writing into it
    return count
