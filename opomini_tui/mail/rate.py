"""Messages a minute and connections at a time, per server and account: shared by all senders through the database."""

from __future__ import annotations

from opomini_tui.mail import claims
from opomini_tui.models.database import is_postgres, run
from opomini_tui.models.parties import Operator

MOST_IN_ROW = 100
"""Messages that may wait in a row for one server: more than there are ever senders."""


def server_key(operator: Operator) -> str:
    """Under which name the limits of the operator's server and account are kept."""
    return f"{operator.smtp_host.lower()}:{operator.smtp_port}/{operator.account}"


def reserve(server: str, per_minute: int, now: int) -> int:
    """Take the next place in the row of messages to a server that takes `per_minute`; the moment (UTC milliseconds) at
    which the message may go. Nothing is claimed meanwhile, so nobody's message waits in a sender's hands."""
    step = -(-60_000 // per_minute)
    latest = now + MOST_IN_ROW * step  # a later place was taken by a clock that was wrong
    with claims.short_write():
        row = run(
            "INSERT INTO mail_rate (server, next_at) VALUES (?, ?) ON CONFLICT (server) DO UPDATE SET "
            "next_at = CASE WHEN mail_rate.next_at < ? OR mail_rate.next_at > ? THEN excluded.next_at "
            "ELSE mail_rate.next_at + ? END RETURNING next_at",
            (server, now + step, now, latest, step),
        ).fetchone()
    return int(row[0]) - step


def take_connection(server: str, limit: int, sender_id: str, now: int) -> bool:
    """Take one of the `limit` connections that all senders together may have to a server, under a lease as long as
    that of a claim; False when all are taken. A sender has one at the most for each server."""
    with claims.short_write():
        if is_postgres():
            run("SELECT pg_advisory_xact_lock(hashtext(?))", (f"opomini connections {server}",))
        held = run("SELECT 1 FROM mail_connection WHERE server = ? AND sender_id = ?", (server, sender_id)).fetchone()
        taken = run("SELECT slot FROM mail_connection WHERE server = ? AND lease_until >= ?", (server, now)).fetchall()
        free = set(range(limit)) - {int(slot) for (slot,) in taken}
        if held or not free:
            return held is not None
        run(
            "INSERT INTO mail_connection (server, slot, sender_id, lease_until) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (server, slot) DO UPDATE SET sender_id = excluded.sender_id, lease_until = excluded.lease_until",
            (server, min(free), sender_id, now + claims.LEASE_MS),
        )
        return True


def free_connections(sender_id: str, server: str | None = None) -> None:
    """Give back the sender's connection to a server, or all that it has."""
    scope, values = ("", []) if server is None else (" AND server = ?", [server])
    with claims.short_write():
        run(f"DELETE FROM mail_connection WHERE sender_id = ?{scope}", [sender_id, *values])
