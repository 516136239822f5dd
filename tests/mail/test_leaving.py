"""Leaving while a server takes its time: at once, and the message is `unknown` or sent, never waiting again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from opomini_tui.config import Config
from opomini_tui.mail import sender
from opomini_tui.mail.sender import Delivered, deliver
from opomini_tui.models.actor import Actor
from tests.mail.late_server import LateServer
from tests.mail.sending import queue, states, until
from tests.mail.servers import HANG

SEND = """
import sys, threading
from opomini_tui import text
from opomini_tui.config import load_config
from opomini_tui.commands.call import stop_on_signal
from opomini_tui.mail.sender import deliver
from opomini_tui.models.database import open_database
text.use_language("en")
open_database(sys.argv[1])
with stop_on_signal() as stop:
    print(deliver(load_config({"OPOMINI_HOME": sys.argv[2]}), stop=stop).left, flush=True)
"""


def thinking(late: LateServer) -> None:
    """Wait until the server has a whole message and does not answer."""
    until(lambda: len(late.accepted) > 0)


def left_while_thinking(config: Config, late: LateServer) -> Delivered:
    """Send, and leave as soon as the server thinks about a message."""
    leave, results = threading.Event(), list[Delivered]()
    thread = threading.Thread(target=lambda: results.append(deliver(config, leave=leave)))
    thread.start()
    thinking(late)
    leave.set()
    thread.join(60)
    (done,) = results
    return done


def test_leaving_while_the_server_thinks(
    actor: Actor, config: Config, late: LateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer comes too late; the run ends before, and what is heard later still counts."""
    monkeypatch.setattr(sender, "LEAVE_SECONDS", 0.3)
    late.late = {"dot": 3.0}
    queue(actor, config, 3)
    done = left_while_thinking(config, late)
    assert states() == ["unknown", "queued", "queued"]
    assert done == Delivered(unknown=1, left=2)
    until(lambda: only_first() == "sent")
    assert len(late.accepted) == 1


def only_first() -> str:
    return states()[0]


def test_an_answer_within_two_seconds_is_waited_for(actor: Actor, config: Config, late: LateServer) -> None:
    late.late = {"dot": 0.5}
    queue(actor, config, 2)
    done = left_while_thinking(config, late)
    assert done == Delivered(sent=1, left=1)


def test_leaving_before_the_dot_lets_the_message_wait(
    actor: Actor, config: Config, late: LateServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "LEAVE_SECONDS", 0.3)
    late.acts["data"] = HANG
    queue(actor, config, 2)
    leave = threading.Event()
    thread = threading.Thread(target=deliver, args=(config,), kwargs={"leave": leave})
    thread.start()
    until(lambda: "DATA" in late.verbs)
    leave.set()
    thread.join(60)
    assert not thread.is_alive()
    assert states() == ["queued", "queued"]
    assert late.accepted == []


@pytest.fixture
def sending_process(actor: Actor, config: Config, db: str, late: LateServer) -> subprocess.Popen[str]:
    """A process that sends three messages to a server which takes two seconds for each."""
    late.late = {"dot": 2.0}
    queue(actor, config, 3)
    process = subprocess.Popen([sys.executable, "-c", SEND, db, str(config.home)], stdout=subprocess.PIPE, text=True)
    thinking(late)
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_finishes_the_message_in_hand(
    sending_process: subprocess.Popen[str], late: LateServer, number: signal.Signals
) -> None:
    sending_process.send_signal(number)
    out, _err = sending_process.communicate(timeout=60)
    assert (sending_process.returncode, out.strip()) == (0, "2")
    assert states() == ["sent", "queued", "queued"]
    assert len(late.accepted) == 1


def test_what_a_killed_program_left_is_unknown_at_the_next_start(
    sending_process: subprocess.Popen[str], config: Config, late: LateServer
) -> None:
    os.kill(sending_process.pid, signal.SIGKILL)
    sending_process.wait(10)
    late.late = {"dot": 0}
    done = deliver(config)
    assert (done.sent, done.unknown) == (2, 1)
    assert states() == ["unknown", "sent", "sent"]
    assert len(late.accepted) == 3


def test_pausing_lets_go_of_what_was_claimed_ahead(sqlite_actor: Actor, config: Config, late: LateServer) -> None:
    """A pause gives messages back within a moment, so that they can be cancelled."""
    queue(sqlite_actor, config, 30)
    pause, stop = threading.Event(), threading.Event()

    def progress(_counts: object) -> None:
        pause.set()

    thread = threading.Thread(
        target=deliver, args=(config,), kwargs={"pause": pause, "stop": stop, "progress": progress}
    )
    thread.start()
    until(pause.is_set)
    until(lambda: set(states()) == {"sent", "queued"})
    stop.set()
    thread.join(60)
    assert "claimed" not in states()
    assert only_first() == "sent"
