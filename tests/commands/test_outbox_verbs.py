"""`opomini send`, `opomini outbox` and `opomini worker`: recall, pause, resume, start, restore, and signals."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from opomini_tui.demo.catcher import Catcher
from opomini_tui.mail import batches
from opomini_tui.models.database import run
from tests.commands.conftest import Command, prepare_some, set_up


@pytest.fixture
def issued(opomini: Command, tmp_path: Path, catcher: Catcher) -> Command:
    """The command, with three issued notices and a mail server."""
    set_up(opomini, tmp_path, catcher.port)
    prepare_some(opomini)
    assert opomini("issue", "--number", "100..102").code == 0
    return opomini


def mails(catcher: Catcher) -> int:
    return len(list(catcher.folder.iterdir()))


def waiting_for_recall() -> tuple[subprocess.Popen[str], str]:
    """A process that has queued the notices and gives ten minutes to take them back; what it said of that."""
    sending = subprocess.Popen(
        [sys.executable, "-m", "opomini_tui", "send", "--number", "100..102", "--recall", "600"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert sending.stderr is not None
    return sending, sending.stderr.readline()


def test_a_recalled_batch_waits_and_can_be_taken_back(issued: Command, catcher: Catcher) -> None:
    sending, said = waiting_for_recall()
    (row,) = batches.batches()
    assert row.name in said
    assert row.counts.queued == 3
    listed = issued("outbox", "list", "--format", "json").rows
    assert {message["batch"] for message in listed} == {row.name}
    assert all(message["next_try_at"] and message["arrival"] == "" for message in listed)
    assert issued("outbox", "cancel", "2012/102").code == 0
    assert issued("outbox", "start", row.name).code == 0
    assert sending.wait(60) == 3  # one of them was taken back
    sending.communicate()
    assert mails(catcher) == 2
    assert issued("outbox", "start", row.name).code == 5
    assert issued("outbox", "start", "nobody").code == 1


def test_a_hang_up_leaves_the_rest_to_the_next_call(issued: Command, catcher: Catcher) -> None:
    sending, _said = waiting_for_recall()
    sending.send_signal(signal.SIGHUP)
    assert sending.wait(60) == 3
    sending.communicate()
    assert mails(catcher) == 0
    (row,) = batches.batches()
    assert issued("outbox", "start", row.name).code == 0
    assert issued("send", "--number", "100..102").code == 0
    assert mails(catcher) == 3


def test_a_paused_batch_is_not_sent_until_it_is_resumed(issued: Command, catcher: Catcher) -> None:
    assert issued("send", "--number", "100..102", "--recall", "1", "--dry-run").code == 0
    run("UPDATE operator SET smtp_port = 1")
    assert issued("send", "--number", "100..102").code == 3
    run("UPDATE operator SET smtp_port = ?", (catcher.port,))
    (row,) = batches.batches()
    assert issued("outbox", "pause", row.name, "--reason", "počakaj na direktorja").code == 0
    assert issued("outbox", "pause", row.name).code == 5
    held = issued("send", "--number", "100..102")
    assert held.code == 3
    assert "počakaj na direktorja" in held.err
    assert issued("outbox", "resume").code == 0
    assert issued("outbox", "resume").code == 5
    assert issued("send", "--number", "100..102").code == 0
    assert mails(catcher) == 3


def test_what_came_back_goes_again_only_when_it_is_named(issued: Command, catcher: Catcher) -> None:
    assert issued("send", "--number", "100..101").code == 0
    run("UPDATE delivery SET arrival = 'undelivered'")
    (label,) = {f"{row['year']}/{row['number']}" for row in issued("outbox", "list", "--format", "json").rows[:1]}
    assert issued("outbox", "retry", "--all").code == 5
    assert issued("outbox", "retry", "--all", "--same-address").code == 2
    assert issued("outbox", "retry", label).code == 1
    assert issued("outbox", "retry", label, "--same-address").code == 0
    states = [row["state"] for row in issued("outbox", "list", "--format", "json").rows]
    assert sorted(states) == ["queued", "sent", "sent"]


def test_a_restored_database_asks_first(issued: Command, catcher: Catcher, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    assert issued("backup", backup).code == 0
    assert issued("send", "--number", "100..102").code == 0
    file = tmp_path / "data" / "opomini.db"
    for ending in ("-wal", "-shm"):
        Path(f"{file}{ending}").unlink(missing_ok=True)
    shutil.copy(backup, file)
    again = issued("send", "--number", "100..102")
    assert again.code == 3
    assert "--restored" in again.err
    assert mails(catcher) == 3
    assert issued("outbox", "resume", "--restored").code == 1
    assert issued("outbox", "resume", "--restored", "--reason", "vem").code == 0
    assert issued("outbox", "cancel", "--all").code == 0


def test_the_worker_stops_politely(issued: Command, catcher: Catcher) -> None:
    run("UPDATE operator SET smtp_port = 1")
    assert issued("send", "--number", "100").code == 3
    run("UPDATE operator SET smtp_port = ?", (catcher.port,))
    worker = subprocess.Popen([sys.executable, "-m", "opomini_tui", "worker"], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    assert "sent 1" in worker.stdout.readline()
    worker.send_signal(signal.SIGHUP)
    assert worker.wait(60) == 0
    worker.communicate()
    assert mails(catcher) == 1
