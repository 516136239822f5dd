"""Who is here and who works on what: told by every session, gone with it, never in the way of those who write."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import pytest

from opomini_tui.evidence.presence import (
    GONE_MS,
    colleagues,
    held_by_others,
    let_go,
    say_gone,
    say_here,
    session_is_gone,
)
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, is_postgres, now_ms, run
from opomini_tui.models.parties import Operator
from tests.mail import builder

T = TypeVar("T")


def aside(work: Callable[[], T]) -> T:
    """What `work` gives in a thread of its own, as the interface calls it."""
    found = list[T]()
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join(60)
    return found[0]


def here(session: str, actor: Actor, place: str = "notices", held: tuple[int, ...] = ()) -> bool:
    return aside(lambda: say_here(session, actor.id, place, held))


@pytest.fixture
def second(actor: Actor) -> Actor:
    return Actor.of(Operator.create(code="007", name="Kos", role="clerk"))


def grow_old(session: str) -> None:
    """The session was not seen for more than a minute."""
    run("UPDATE presence SET seen_at = seen_at - ? WHERE session = ?", (GONE_MS + 1000, session))


def test_sessions_see_each_other_and_not_themselves(actor: Actor, second: Actor) -> None:
    assert here("a", actor)
    assert here("b", second, "notices.unlock")
    (other,) = colleagues("a")
    assert (other.operator_code, other.operator_name, other.place) == ("007", "Kos", "notices.unlock")
    assert abs(other.started_at - now_ms()) < 60_000
    assert [one.session for one in colleagues("b")] == ["a"]
    here("b", second, "notices")
    (moved,) = colleagues("a")
    assert (moved.place, moved.started_at) == ("notices", other.started_at)
    assert aside(lambda: say_gone("b"))
    assert colleagues("a") == ()


def test_a_session_that_died_is_not_shown_and_ends_with_the_next_look(actor: Actor, second: Actor) -> None:
    (notice,) = builder.notices(builder.customers(1))
    here("b", second, held=(notice,))
    here("a", actor)
    assert held_by_others("a") == {notice: "007 Kos"}
    grow_old("b")
    assert colleagues("a") == ()
    assert held_by_others("a") == {}
    here("a", actor, held=(notice,))
    assert run("SELECT session FROM row_lock").fetchall() == [("a",)], "the notice is free for others"
    assert run("SELECT session FROM presence").fetchall() == [("a",)]
    here("b", second, held=(notice,))
    assert held_by_others("a") == {}, "it slept, and somebody else has the notice by now"


def test_a_session_of_this_machine_that_was_killed_is_gone_at_once(actor: Actor, second: Actor) -> None:
    (notice,) = builder.notices(builder.customers(1))
    say = "from opomini_tui.mail.dead_senders import new_sender_id; print(new_sender_id(), flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", say], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as one:
        assert one.stdout is not None
        killed = one.stdout.readline().strip()
        here(killed, second, held=(notice,))
        assert [each.session for each in colleagues("a")] == [killed]
        assert held_by_others("a") == {notice: "007 Kos"}
        assert not session_is_gone(killed)
        one.kill()
    assert colleagues("a") == ()
    assert held_by_others("a") == {}
    assert session_is_gone(killed)
    here("a", actor, held=(notice,))
    assert run("SELECT session FROM presence").fetchall() == [("a",)]
    assert run("SELECT session FROM row_lock").fetchall() == [("a",)]


def test_who_comes_first_holds_the_notice(actor: Actor, second: Actor) -> None:
    first, other = builder.notices(builder.customers(2))
    assert here("a", actor, held=(first,))
    assert here("b", second, held=(first, other, 999_999))
    assert held_by_others("b") == {first: "006 Skrbnik"}
    assert held_by_others("a") == {other: "007 Kos"}
    assert aside(lambda: let_go("b", [first, other]))
    assert held_by_others("a") == {}
    assert held_by_others("b") == {first: "006 Skrbnik"}, "only one's own is let go"
    aside(lambda: say_gone("a"))
    assert held_by_others("b") == {}
    assert run("SELECT session FROM row_lock").fetchall() == []


def test_a_notice_that_is_deleted_is_held_by_nobody(actor: Actor) -> None:
    (notice,) = builder.notices(builder.customers(1), state="prepared")
    here("a", actor, held=(notice,))
    run("DELETE FROM notice_item WHERE notice_id = ?", (notice,))
    run("DELETE FROM notice WHERE id = ?", (notice,))
    assert run("SELECT COUNT(*) FROM row_lock").fetchone() == (0,)


def test_nobody_waits_for_a_long_write(sqlite_actor: Actor) -> None:
    """An import holds SQLite's writer: nothing is said then, and nobody is kept waiting."""
    began = time.monotonic()
    with database.atomic():
        run("UPDATE company SET name = 'x'")
        assert not here("a", sqlite_actor)
        assert not aside(lambda: let_go("a", [1]))
        assert not aside(lambda: say_gone("a"))
    assert time.monotonic() - began < 5
    assert here("a", sqlite_actor)


def test_a_verb_at_the_notice_is_not_waited_for(actor: Actor, second: Actor) -> None:
    (notice,) = builder.notices(builder.customers(1))
    began = time.monotonic()
    with database.atomic():
        run(f"SELECT id FROM notice WHERE id = ?{' FOR UPDATE' if is_postgres() else ''}", (notice,)).fetchall()
        assert not here("a", actor, held=(notice,))
    assert time.monotonic() - began < 5
    assert here("a", actor, held=(notice,))
    assert held_by_others("b") == {notice: "006 Skrbnik"}


def test_another_process_is_seen_and_its_death_is_noticed(db: str, actor: Actor) -> None:
    """Killed in the middle, it leaves a ghost for a minute at the most."""
    script = (
        "import sys, threading, time\n"
        "from opomini_tui.models.database import open_database\n"
        "from opomini_tui.evidence.presence import say_here\n"
        f"open_database({db!r})\n"
        f"t = threading.Thread(target=say_here, args=('other', {actor.id}, 'notices')); t.start(); t.join()\n"
        "print('here', flush=True); time.sleep(60)\n"
    )
    other = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "here\n"
        assert [one.session for one in colleagues("me")] == ["other"]
    finally:
        other.kill()
        other.wait(60)
    assert [one.session for one in colleagues("me")] == ["other"]
    grow_old("other")
    assert colleagues("me") == ()
