"""Who is here: every session of the interface says so now and then, and is taken for gone when it has not for a minute;
one of this machine at once when its process has ended.

It is only told, never relied upon: what protects the data are the verbs. So it never waits for the database's writer; what
could not be written now is written a moment later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from opomini_tui.mail.dead_senders import is_gone, is_of_this_machine
from opomini_tui.models.database import DatabaseBusy, database, is_postgres, now_ms, run

GONE_MS = 60_000
"""A session that was not seen for so long is taken for gone, and what it held is free."""
TELL_SECONDS = 20.0
"""How often a session says that it is there, while it stays at the same place."""
_PATIENCE_MS = 200


@dataclass(frozen=True, slots=True)
class Colleague:
    """Another session: whose, at which place (an id of the registry of actions), since when (UTC milliseconds)."""

    session: str
    operator_code: str
    operator_name: str
    place: str
    started_at: int


@contextmanager
def impatient() -> Iterator[None]:
    """A short transaction on a connection of this thread of its own: it does not wait for others, nor for the disk.

    Raises:
        DatabaseBusy: somebody else is writing.
    """
    with database.connection_context():
        if not is_postgres():
            run(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
            run("PRAGMA synchronous = 1")  # lost with the power, it would be worth nothing anyway
        with database.atomic():
            if is_postgres():  # shorter than a deadlock is waited for: a verb is never the one that has to give way
                run(f"SET LOCAL lock_timeout = {_PATIENCE_MS}")
            yield


def say_here(session: str, operator_id: int, place: str, held: Iterable[int] = ()) -> bool:
    """Say that the session is at `place` and works on the notices `held`; whether it could be written now.

    Also ends what sessions left behind that are gone. For a thread without a connection.
    """
    try:
        with impatient():
            now = now_ms()
            run(
                "INSERT INTO presence (session, operator_id, place, started_at, seen_at) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (session) DO UPDATE SET place = excluded.place, seen_at = excluded.seen_at",
                (session, operator_id, place, now, now),
            )
            run("DELETE FROM presence WHERE seen_at < ?", (now - GONE_MS,))
            _forget_the_killed()
            _hold(session, held, now)
    except DatabaseBusy:  # somebody writes; the next look says it again
        return False
    return True


def say_gone(session: str) -> bool:
    """The session ends, and with it what it held; whether it could be written now. For a thread without a connection."""
    try:
        with impatient():
            run("DELETE FROM presence WHERE session = ?", (session,))
    except DatabaseBusy:  # it is taken for gone in a minute
        return False
    return True


def colleagues(session: str) -> tuple[Colleague, ...]:
    """The other sessions that are here, by operator."""
    rows = run(
        "SELECT presence.session, operator.code, operator.name, presence.place, presence.started_at FROM presence "
        "JOIN operator ON operator.id = presence.operator_id WHERE presence.session <> ? AND presence.seen_at >= ? "
        "ORDER BY operator.code, presence.started_at, presence.session",
        (session, now_ms() - GONE_MS),
    ).fetchall()
    return tuple(Colleague(*row) for row in rows if not is_gone(row[0]))


def session_is_gone(session: str) -> bool:
    """Whether it has ended: one of this machine by its process, one of another when it is not here any more."""
    if is_of_this_machine(session):
        return is_gone(session)
    here = run("SELECT 1 FROM presence WHERE session = ? AND seen_at >= ?", (session, now_ms() - GONE_MS)).fetchone()
    return here is None


def _forget_the_killed() -> None:
    for (session,) in run("SELECT session FROM presence").fetchall():
        if is_gone(session):
            run("DELETE FROM presence WHERE session = ?", (session,))


def _hold(session: str, notice_ids: Iterable[int], now: int) -> None:
    listed = ",".join(str(int(number)) for number in notice_ids)
    if listed:
        run(
            "INSERT INTO row_lock (notice_id, session, at) SELECT notice.id, presence.session, ? FROM notice, presence "
            f"WHERE notice.id IN ({listed}) AND presence.session = ? ON CONFLICT (notice_id) DO NOTHING",
            (now, session),
        )


def let_go(session: str, notice_ids: Iterable[int]) -> bool:
    """The session does not work on these notices any more; whether it could be written now."""
    listed = ",".join(str(int(number)) for number in notice_ids)
    try:
        with impatient():
            if listed:
                run(f"DELETE FROM row_lock WHERE session = ? AND notice_id IN ({listed})", (session,))
    except DatabaseBusy:  # they end with the session
        return False
    return True


def held_by_others(session: str) -> dict[int, str]:
    """Who else works on which notice: `007 Kos` by its id; one query, whatever the grid shows."""
    rows = run(
        "SELECT row_lock.notice_id, operator.code || ' ' || operator.name, row_lock.session FROM row_lock "
        "JOIN presence ON presence.session = row_lock.session JOIN operator ON operator.id = presence.operator_id "
        "WHERE row_lock.session <> ? AND presence.seen_at >= ?",
        (session, now_ms() - GONE_MS),
    ).fetchall()
    gone = {session for session in {row[2] for row in rows} if is_gone(session)}
    return {int(number): str(who) for number, who, held_by in rows if held_by not in gone}
