"""What is remembered of a mailbox: when it was looked into, what went wrong, and whether its password is refused."""

from __future__ import annotations

import hashlib

from opomini_tui.mail.claims import short_write
from opomini_tui.models.database import bulk_insert, now_ms, run
from opomini_tui.models.parties import Operator

_DAY_MS = 86_400_000
_SLACK_MS = 2 * _DAY_MS  # clocks and time zones of the servers on the way
_CHUNK = 1_000
_REFUSED = "mailbox.refused"
_SETTINGS = (
    "pop3_host pop3_port pop3_security account secret authentication oauth_provider oauth_tenant oauth_client "
    "oauth_secret oauth_tokens"
).split()


def begin(operator_id: int) -> int:
    """Note the first look; when it was (UTC milliseconds)."""
    run(
        "INSERT INTO mailbox (operator_id, first_scan_at) VALUES (?, ?) ON CONFLICT (operator_id) DO NOTHING",
        (operator_id, now_ms()),
    )
    return int(run("SELECT first_scan_at FROM mailbox WHERE operator_id = ?", (operator_id,)).fetchone()[0])


def end(operator_id: int, failure: str) -> None:
    """Note that the mailbox was looked into now, and the sentence why it failed ("": it did not)."""
    run("UPDATE mailbox SET polled_at = ?, failure = ? WHERE operator_id = ?", (now_ms(), failure, operator_id))


def relevant_since(operator_id: int, first_scan: int) -> int:
    """From when on something in the mailbox can be about a message of ours (UTC milliseconds)."""
    (oldest,) = run("SELECT MIN(queued_at) FROM delivery WHERE operator_id = ?", (operator_id,)).fetchone()
    return min(first_scan, int(oldest or first_scan)) - _SLACK_MS


def leave_aside(operator_id: int, uidls: list[str]) -> None:
    """Remember messages that are too old to be about anything of ours, without looking at them."""
    now = now_ms()
    for start in range(0, len(uidls), _CHUNK):
        with short_write():
            rows = ((operator_id, uidl, now, "other") for uidl in uidls[start : start + _CHUNK])
            bulk_insert("mailbox_message", ("operator_id", "uidl", "first_seen_at", "kind"), rows)


def with_mailbox() -> list[Operator]:
    """The active operators who have a mailbox."""
    chosen = Operator.select().where(Operator.active & (Operator.pop3_host != "")).order_by(Operator.code)
    return list(chosen)


def due(before: int) -> list[Operator]:
    """Those of `with_mailbox` not looked into since `before`, without those whose sign-in is refused."""
    looked = dict(run("SELECT operator_id, COALESCE(polled_at, 0) FROM mailbox").fetchall())
    refused = dict(run("SELECT operator_id, value FROM setting WHERE key = ?", (_REFUSED,)).fetchall())
    return [
        operator
        for operator in with_mailbox()
        if looked.get(operator.id, 0) <= before and refused.get(operator.id) != _settings(operator)
    ]


def distrust(operator: Operator) -> None:
    """The mailbox refuses these settings: it is not tried again by itself with them."""
    run(
        "INSERT INTO setting (operator_id, key, value) VALUES (?, ?, ?) "
        "ON CONFLICT (operator_id, key) DO UPDATE SET value = excluded.value",
        (operator.id, _REFUSED, _settings(operator)),
    )


def trust(operator_id: int) -> None:
    """The mailbox can be read."""
    run("DELETE FROM setting WHERE operator_id = ? AND key = ?", (operator_id, _REFUSED))


def _settings(operator: Operator) -> str:
    """A digest of all that signing in depends on."""
    values = "\0".join(str(getattr(operator, name)) for name in _SETTINGS)
    return hashlib.sha256(values.encode()).hexdigest()
