"""Accounts and servers that take no messages now: remembered in the database, so that no other sender and no restart
tries again and again (a wrong password tried often locks the account)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from opomini_tui.errors import OpominiError
from opomini_tui.mail.answers import SessionError
from opomini_tui.models import journal
from opomini_tui.models.database import database, run

WAITS = (5_000, 10_000, 20_000, 40_000, 60_000)
"""Waits after the 1st, 2nd, … failed try to reach a server, in milliseconds; the last one repeats."""
LIMIT_WAIT = 3_600_000
"""How long an account rests whose sending limit is used up, in milliseconds."""

# What a person changes to get an operator's mail going: when one of these is another one, the account is tried anew.
_SETTINGS = (
    "smtp_host smtp_port smtp_security account secret authentication direct plain_allowed "
    "oauth_provider oauth_tenant oauth_client oauth_secret oauth_tokens"
).split()


class LimitReached(OpominiError):
    """The server takes no more messages from this account for some time."""


class NotAllowedNow(OpominiError):
    """The server refuses this account's messages by policy; a person has to speak to the mail provider."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """An operator whose messages wait: since when and until when (UTC milliseconds; None: until a person acts, or his
    settings change), and the sentence why."""

    operator_id: int
    operator_code: str
    operator_name: str
    at: int
    until: int | None
    tries: int
    reason: str


def troubles() -> list[Trouble]:
    """All operators whose messages wait because of their account or server."""
    rows = run(
        "SELECT operator_id, operator.code, operator.name, at, until, tries, reason FROM mail_trouble "
        "JOIN operator ON operator.id = operator_id ORDER BY operator.code"
    ).fetchall()
    return [Trouble(*row) for row in rows]


def holding(now: int) -> dict[int, Trouble]:
    """The troubles that hold at `now` (UTC milliseconds), by operator; those whose settings changed are forgotten."""
    found = troubles()
    if not found:
        return {}
    changed = [one.operator_id for one in found if _stored_digest(one.operator_id) != digest(one.operator_id)]
    if changed:
        forget(changed)
    return {
        one.operator_id: one
        for one in found
        if one.operator_id not in changed and (one.until is None or now < one.until)
    }


def remember(operator_id: int, error: OpominiError, now: int) -> None:
    """Write down that the operator's account or server failed with `error` at `now` (UTC milliseconds)."""
    settings = digest(operator_id)
    with database.atomic():
        before = run("SELECT tries, until FROM mail_trouble WHERE operator_id = ?", (operator_id,)).fetchone()
        tries = int(before[0]) + 1 if before else 1
        wait = _wait(error, tries)
        run(
            "INSERT INTO mail_trouble (operator_id, at, until, tries, reason, settings) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (operator_id) DO UPDATE SET until = excluded.until, tries = excluded.tries, "
            "reason = excluded.reason, settings = excluded.settings",
            (operator_id, now, None if wait is None else now + wait, tries, str(error), settings),
        )
        if wait is None and not (before and before[1] is None):
            (code,) = run("SELECT code FROM operator WHERE id = ?", (operator_id,)).fetchone()
            journal.write(code, "account stopped", f"operator {code}", {"reason": str(error)})


def _wait(error: OpominiError, tries: int) -> int | None:
    """Milliseconds until the next try; None when only a person can mend it."""
    if isinstance(error, NotAllowedNow) or (isinstance(error, SessionError) and error.stops_queue):
        return None
    if isinstance(error, LimitReached):
        return LIMIT_WAIT
    return WAITS[min(tries, len(WAITS)) - 1]


def forget(operator_ids: Iterable[int]) -> int:
    """The accounts work, or a person says so: they are tried again at once; how many were in trouble."""
    listed = ",".join(str(int(number)) for number in operator_ids)
    return max(0, int(run(f"DELETE FROM mail_trouble WHERE operator_id IN ({listed or 'NULL'})").rowcount))


def digest(operator_id: int) -> str:
    """A digest of the settings that decide whether the operator's mail can go."""
    columns = ", ".join(_SETTINGS)
    row = run(f"SELECT {columns} FROM operator WHERE id = ?", (operator_id,)).fetchone()
    authorities = run("SELECT ca_certificates FROM company WHERE id = 1").fetchone()
    return hashlib.sha256(repr((row and tuple(row), authorities and authorities[0])).encode()).hexdigest()


def _stored_digest(operator_id: int) -> str:
    """The settings with which the account failed."""
    row = run("SELECT settings FROM mail_trouble WHERE operator_id = ?", (operator_id,)).fetchone()
    return str(row[0]) if row else ""
