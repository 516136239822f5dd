"""Senders, and sessions, of this machine whose process is gone: what they had need not wait for the end of its lease.

A sender's id names the machine, the process and when it began. A process that is gone cannot hand anything over any
more, so its leases end at once; senders of other machines are judged by their leases alone. Should two machines have
the same name and number, nothing is doubled: whoever lost his lease is refused the commit before the final dot.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
from contextlib import suppress
from functools import cache
from pathlib import Path

from opomini_tui.models.database import database, run

_living: set[str] = set()  # the senders of this process


def new_sender_id() -> str:
    """An id for a sender, or a session, of this process, never given twice."""
    pid = os.getpid()
    sender_id = f"{_place()}:{pid}:{_begun(pid)}:{secrets.token_hex(4)}"
    _living.add(sender_id)
    return sender_id


def ended(sender_id: str) -> None:
    """A sender of this process has ended: what it could not give back (the database failed) is free."""
    _living.discard(sender_id)


@cache
def _place() -> str:
    """This machine, and in it the space in which process numbers count (a container has its own)."""
    space = Path("/proc/self/ns/pid")
    parts = [socket.gethostname(), _read("/etc/machine-id"), os.readlink(space) if space.exists() else ""]
    return f"{parts[0]}-{hashlib.sha256(':'.join(parts).encode()).hexdigest()[:8]}"


def _read(path: str) -> str:
    """The text of a small file; "" when there is none on this system."""
    try:
        return Path(path).read_text("ascii").strip()
    except OSError:
        return ""


def _begun(pid: int) -> str:
    """When the process began, in the kernel's own count; "" when it is gone or the system does not say."""
    # The command's name stands in brackets and may hold anything; the fields are counted behind it.
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 and fields[0] != "Z" else ""


def _is_hidden(pid: int) -> bool:
    """Whether there is a process of which the system does not tell: another user's, where `/proc` keeps those to itself."""
    if _read(f"/proc/{pid}/stat"):
        return False
    try:
        with suppress(PermissionError):
            os.kill(pid, 0)  # no signal is sent by that
    except (ProcessLookupError, OverflowError):
        return False
    return True


def is_of_this_machine(sender_id: str) -> bool:
    """Whether `is_gone` can know of it."""
    return sender_id.partition(":")[0] == _place()


def is_gone(sender_id: str) -> bool:
    """Whether the sender ran on this machine, and it or its process has ended."""
    place, _sep, rest = sender_id.partition(":")
    pid, _sep, rest = rest.partition(":")
    begun = rest.partition(":")[0]
    if place != _place() or not begun or not pid.isdecimal():
        return False
    if int(pid) == os.getpid() and _begun(int(pid)) == begun:
        return sender_id not in _living
    return _begun(int(pid)) != begun and not _is_hidden(int(pid))


def end_leases_of_the_gone(now: int) -> int:
    """End, at `now` (milliseconds), the leases of this machine's senders that are gone, those of their connections too;
    how many senders."""
    rows = run(
        "SELECT sender_id FROM delivery WHERE live AND state IN ('claimed', 'sending') AND lease_until >= ? "
        "UNION SELECT sender_id FROM mail_connection WHERE lease_until >= ?",
        (now, now),
    ).fetchall()
    gone = [sender_id for (sender_id,) in rows if is_gone(sender_id)]
    if gone:
        with database.atomic():
            for sender_id in gone:
                run(
                    "UPDATE delivery SET lease_until = ? WHERE sender_id = ? AND state IN ('claimed', 'sending')",
                    (now - 1, sender_id),
                )
                run("DELETE FROM mail_connection WHERE sender_id = ?", (sender_id,))
    return len(gone)
