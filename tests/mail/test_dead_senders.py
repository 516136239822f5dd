"""What a killed sender had in hand is free at once on its own machine; a living or a foreign one keeps its lease."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from opomini_tui.config import Config
from opomini_tui.mail import dead_senders
from opomini_tui.mail.dead_senders import end_leases_of_the_gone, is_gone, new_sender_id
from opomini_tui.mail.left_behind import left_behind
from opomini_tui.mail.outbox import enqueue
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import now_ms, run
from opomini_tui.models.notice_filter import NoticeFilter
from tests.mail import builder

SAY_ID = "from opomini_tui.mail.dead_senders import new_sender_id; print(new_sender_id(), flush=True); input()"


@pytest.fixture
def killed_sender() -> str:
    """The id of a sender whose process was killed."""
    process = subprocess.Popen([sys.executable, "-c", SAY_ID], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.readline().strip()
    assert not is_gone(said)
    process.kill()
    process.communicate()
    return said


def test_a_killed_sender_is_gone_and_a_living_one_is_not(killed_sender: str) -> None:
    assert is_gone(killed_sender)
    assert not is_gone(new_sender_id())
    assert new_sender_id() != new_sender_id()


def test_a_process_with_the_same_number_is_another_sender() -> None:
    place, pid, begun, token = new_sender_id().split(":")
    assert int(pid) == os.getpid()
    assert is_gone(f"{place}:{pid}:{int(begun) - 1}:{token}")


def test_a_process_of_another_user_that_the_system_hides_is_not_taken_for_dead(
    monkeypatch: pytest.MonkeyPatch, killed_sender: str
) -> None:
    place, _pid, begun, token = new_sender_id().split(":")
    living = f"{place}:1:{begun}:{token}"
    assert is_gone(living), "the first process began earlier"
    read = dead_senders._read
    monkeypatch.setattr(dead_senders, "_read", lambda path: "" if path == "/proc/1/stat" else read(path))
    assert not is_gone(living)
    assert is_gone(killed_sender)


def test_senders_of_other_machines_are_judged_by_their_leases_alone(killed_sender: str) -> None:
    assert not is_gone(f"elsewhere-{killed_sender}")
    assert not is_gone("")


def test_only_the_leases_of_the_gone_end(actor: Actor, config: Config, killed_sender: str) -> None:
    builder.notices(builder.customers(2))
    enqueue(NoticeFilter(), actor, config, today=builder.DAY)
    first, second = (number for (number,) in run("SELECT id FROM delivery ORDER BY id").fetchall())
    for number, sender in ((first, killed_sender), (second, new_sender_id())):
        run("UPDATE delivery SET state = 'claimed', sender_id = ?, lease_until = 5000 WHERE id = ?", (sender, number))
    assert end_leases_of_the_gone(1000) == 1
    assert [row[0] for row in run("SELECT lease_until FROM delivery ORDER BY id").fetchall()] == [999, 5000]


def test_a_batch_whose_sender_was_killed_is_left_behind_at_once(
    actor: Actor, config: Config, killed_sender: str
) -> None:
    builder.notices(builder.customers(2))
    batch = enqueue(NoticeFilter(), actor, config, today=builder.DAY).batch
    for sender, offered in ((new_sender_id(), []), (killed_sender, [batch])):
        run(
            "UPDATE delivery SET state = 'claimed', sender_id = ?, lease_until = ? WHERE id = (SELECT MIN(id) FROM delivery)",
            (sender, now_ms() + 600_000),
        )
        assert [row.name for row in left_behind(actor)] == offered


def test_what_a_killed_sender_was_handing_over_is_unknown_and_not_counted_as_waiting(
    actor: Actor, config: Config, killed_sender: str
) -> None:
    builder.notices(builder.customers(4))
    enqueue(NoticeFilter(), actor, config, today=builder.DAY)
    first, second, *_others = (number for (number,) in run("SELECT id FROM delivery ORDER BY id").fetchall())
    for number, state in ((first, "sending"), (second, "claimed")):
        run(
            "UPDATE delivery SET state = ?, sender_id = ?, lease_until = ? WHERE id = ?",
            (state, killed_sender, now_ms() + 600_000, number),
        )
    (row,) = left_behind(actor)
    assert (row.counts.queued, row.counts.unknown) == (3, 1), "what was only reserved still waits"
    assert run("SELECT state FROM delivery WHERE id = ?", (first,)).fetchone() == ("unknown",)
    assert [(one.counts.queued, one.counts.unknown) for one in left_behind(actor)] == [(3, 1)]
