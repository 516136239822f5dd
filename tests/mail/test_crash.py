"""Senders that are killed, and two that send the same: the log of the server is the truth about what was sent."""

from __future__ import annotations

import random
import time
from collections import Counter
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from opomini_tui.config import Config
from opomini_tui.mail import claims
from opomini_tui.mail.outbox import enqueue, outbox_rows
from opomini_tui.mail.sender import deliver
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Operator
from tests.mail import builder, crash_sender
from tests.mail.servers import Act, FaultServer

ALL = NoticeFilter(year=2012)


class Slow(dict[str, Act]):
    """No acts, but a moment's thought before each answer, so that a kill can fall anywhere."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance

    def get(self, step: str, default: object = None) -> None:  # type: ignore[override]  # knows no acts
        if step in ("dot", "data", "mail"):
            time.sleep(self._chance.uniform(0, 0.004))


def accepted_ids(server: FaultServer) -> Counter[str]:
    """How often the server took each Message-ID over."""
    heads = [message.content.split(b"\r\n\r\n", 1)[0].decode() for message in server.accepted]
    lines = [line for head in heads for line in head.split("\r\n") if line.startswith("Message-ID: ")]
    return Counter(line.removeprefix("Message-ID: ") for line in lines)


def kill_senders(url: str, home: Path, kills: int, senders: int, chance: random.Random) -> int:
    """Keep `senders` processes sending and kill one after another at random moments; how many were at work then."""
    context = crash_sender.processes()
    running: list[ForkServerProcess] = []
    killed = 0
    while killed < kills:
        while len(running) < senders:
            process = context.Process(target=crash_sender.send_all, args=(url, str(home)), daemon=True)
            process.start()
            running.append(process)
        time.sleep(chance.uniform(0.05, 0.4))
        victim = running.pop(chance.randrange(len(running)))
        assert victim.is_alive(), "a sender failed by itself"
        victim.kill()
        victim.join()
        killed += 1
    for process in running:
        process.kill()
        process.join()
    return killed + len(running)


def crash(url: str, home: Path, actor: Actor, config: Config, *, messages: int, kills: int, seed: int) -> None:
    """The crash test: what the database says afterwards, beside what the server wrote down."""
    chance = random.Random(seed)
    builder.notices(builder.customers(messages), items=1)
    enqueue(ALL, actor, config)
    with FaultServer() as server:
        server.acts = Slow(chance)
        Operator.update(smtp_port=server.port).execute()
        killed = kill_senders(url, home, kills, 3, chance)
        assert server.accepted, "the killed senders sent nothing, so this proves nothing"
        time.sleep(crash_sender.LEASE_MS / 1000 + 0.1)
        finished = deliver(config)
        server.settle()
    assert finished.left == 0
    log = accepted_ids(server)
    states = {row.message_id: row.state for row in outbox_rows()}
    assert max(log.values()) == 1, "doubled"
    assert set(states.values()) <= {"sent", "unknown"}
    assert {number for number, state in states.items() if state == "sent"} <= set(log), "lost"
    assert list(states.values()).count("unknown") <= killed
    undecided = run("SELECT COUNT(*) FROM delivery_attempt WHERE outcome = 'unknown' AND step = 'dot'").fetchone()[0]
    assert undecided == list(states.values()).count("unknown"), "only a sender that died leaves an unknown"
    sent = run("SELECT COUNT(*) FROM notice WHERE state = 'sent'").fetchone()[0]
    assert sent == list(states.values()).count("sent")
    assert journal.check_chain().broken_at is None


def test_twenty_kills(actor: Actor, config: Config, database_url: str, tmp_path: Path) -> None:
    crash(database_url, tmp_path / "home", actor, config, messages=150, kills=20, seed=20121)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_many_kills(actor: Actor, config: Config, database_url: str, tmp_path: Path, seed: int) -> None:
    crash(database_url, tmp_path / "home", actor, config, messages=1_000, kills=170, seed=seed)


def test_two_processes_send_the_same_batch(
    actor: Actor, config: Config, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "LEASE_MS", crash_sender.LEASE_MS)
    builder.notices(builder.customers(60), items=1)
    context = crash_sender.processes()
    start, results = context.Barrier(2), context.Queue()
    with FaultServer() as server:
        Operator.update(smtp_port=server.port).execute()
        both = [
            context.Process(target=crash_sender.send_batch, args=(database_url, str(tmp_path / "home"), start, results))
            for _each in range(2)
        ]
        for process in both:
            process.start()
        found = [results.get(timeout=60) for _each in both]
        for process in both:
            process.join(20)
            assert process.exitcode == 0
        deliver(config)
    log = accepted_ids(server)
    assert (len(log), set(log.values())) == (60, {1})
    assert sum(queued.queued for queued, _done in found) == 60
    held_back = [one.code for queued, _done in found for one in queued.held_back]
    assert held_back == ["waiting"] * 60
    assert {row.state for row in outbox_rows()} == {"sent"}
