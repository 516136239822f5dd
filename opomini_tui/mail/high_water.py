"""What was handed over, noted outside of the database, so that a restored older database does not send again.

A small file per company in the data folder keeps, for the latest messages, that this program was about to write their
final dot. A note is written after the commit that says so in the database and before the dot: in the database that was
written with it, every noted try is known. One that is not known means that the database is older than the file.

Who has sent nothing since the backup notices it by the journal (`journal_mark`).
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from peewee import PeeweeException

from opomini_tui.config import Config
from opomini_tui.errors import NothingToDo, OpominiError
from opomini_tui.mail import journal_mark
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, run
from opomini_tui.text import _
from opomini_tui.text.moments import moment

SLOTS = 256
"""How many messages are kept: enough that concurrent senders never overwrite each other's last ones."""
_SLOT_BYTES = 256
MARK_SECONDS = 5.0
"""How often a run looks at the end of the journal."""


@dataclass(frozen=True, slots=True)
class Note:
    """A try that was about to be finished: the delivery's id, its try, its Message-ID, when (UTC milliseconds)."""

    delivery: int
    attempt: int
    message_id: str
    at: int


@dataclass(frozen=True, slots=True)
class Behind:
    """The database is older than what was sent or seen: the sentence, the last message known ("" when it is the journal
    that tells), and when it left, or the last entry seen was written (UTC milliseconds)."""

    sentence: str
    message_id: str
    at: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """How many messages became unknown because they had left before the database was restored, and how many are held
    because they may have."""

    unknown: int
    held: int


def path_of(config: Config) -> Path:
    """The file of this company."""
    row = run("SELECT uuid FROM company WHERE id = 1").fetchone()
    name = "".join(letter for letter in str(row[0]) if letter.isalnum() or letter == "-") if row else "none"
    return config.home / "high-water" / f"{name}.json"


def mark_path_of(config: Config) -> Path:
    """The file with the last entry seen of this company's journal."""
    return path_of(config).with_suffix(".journal")


class HighWater:
    """Writes the notes of one run; safe to use from several threads and processes at once."""

    def __init__(self, config: Config) -> None:
        self._path, self._mark_path = path_of(config), mark_path_of(config)
        self._marked_at = time.monotonic()  # `behind` has just looked
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
        if time.monotonic() - self._marked_at >= MARK_SECONDS:
            self._marked_at = time.monotonic()
            self._mark()
        line = json.dumps([delivery, attempt, message_id, at]).encode()[: _SLOT_BYTES - 1]
        try:
            os.pwrite(self._file, line.ljust(_SLOT_BYTES - 1) + b"\n", delivery % SLOTS * _SLOT_BYTES)
        except OSError as error:
            raise _unwritable(self._path, error) from error

    def close(self) -> None:
        """Let the file go."""
        self._mark()
        os.close(self._file)

    def _mark(self) -> None:
        """Keep the end of the journal. An old mark tells less, never anything wrong; so nothing fails for want of it."""
        with contextlib.suppress(OSError, OpominiError, PeeweeException):
            journal_mark.look(self._mark_path)


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
    deleted = run(
        f"SELECT delivery_id, message_id, attempts FROM deleted_delivery WHERE delivery_id IN ({listed})"
    ).fetchall()
    known |= {(number, message_id) for number, message_id, attempts in deleted if attempts >= noted[number].attempt}
    return sorted(
        (note for note in noted.values() if (note.delivery, note.message_id) not in known), key=lambda note: note.at
    )


def behind(config: Config) -> Behind | None:
    """Whether the database is older than what was sent from this data folder, or what was seen from it of the journal;
    None when it is not.

    Raises:
        OpominiError: nobody knows, because the files cannot be read or written.
    """
    missing = unknown_notes(config)
    if not missing:
        return _behind_journal(_lost_mark(config))
    last = missing[-1]
    sentence = _(
        "Nothing is sent: this database is older than what was sent (it does not know a message of {when}). "
        "A manager looks into it: opomini outbox resume --restored --reason TEXT"
    ).format(when=moment(last.at))
    return Behind(sentence, last.message_id, last.at)


def _behind_journal(mark: journal_mark.Mark | None) -> Behind | None:
    """The sentence on a journal that went back."""
    if mark is None:
        return None
    sentence = _(
        "Nothing is sent: this database is older than it was (its journal lacks entry {number} of {when}). "
        "A manager looks into it: opomini outbox resume --restored --reason TEXT"
    ).format(number=mark.id, when=moment(mark.at))
    return Behind(sentence, "", mark.at)


def _lost_mark(config: Config) -> journal_mark.Mark | None:
    """The last entry seen, when the database does not have it."""
    path = mark_path_of(config)
    try:
        return journal_mark.look(path)
    except OSError as error:
        raise _unwritable(path, error) from error


def accept(config: Config, actor: Actor, reason: str) -> Accepted:
    """Let a restored database send again.

    What is noted as left becomes unknown. The notes are few, and of this data folder alone; so every other message that
    waited when the last one left is held: it may have left too, and a person releases it after a look.

    Raises:
        NotAllowed: it needs the level manager. OpominiError: no reason. NothingToDo: the database is not older.
    """
    actor.require("resolve")
    if not reason.strip():
        raise OpominiError(_("Sending again from a restored database needs a reason."))
    missing, mark = unknown_notes(config), _lost_mark(config)
    if not missing and mark is None:
        raise NothingToDo(_("The database is not older than what was sent."))
    last = max([note.at for note in missing] + ([mark.at] if mark else []))
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
        held = _hold(last)
        details = {"reason": reason.strip(), "messages": len(missing), "unknown": count, "held": held}
        details["last"] = missing[-1].message_id if missing else ""
        journal.write(actor.code, journal_mark.ACCEPTED, "database", details)
    if missing:
        os.truncate(path_of(config), 0)  # not removed: a running sender goes on writing into it
    mark_path_of(config).unlink(missing_ok=True)
    return Accepted(count, held)


def _hold(last: int) -> int:
    """Hold what waited at `last` (UTC milliseconds), when the restored database was still behind; how many."""
    why = _(
        "It may have left after the backup was made: look in the mailbox and with the customer whether it arrived, then "
        "try it again or cancel it."
    )
    done = run(
        "UPDATE delivery SET state = 'held', reason = ?, sender_id = '', lease_until = NULL "
        "WHERE live AND state IN ('queued', 'claimed', 'deferred') AND queued_at <= ?",
        (why, last),
    )
    return max(0, int(done.rowcount))
