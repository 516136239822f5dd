"""Senders that are killed, and two that send the same: the log of the server is the truth about what was sent."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from opomini_tui.config import Config
from opomini_tui.mail import claims
from opomini_tui.mail.mailbox.poll import poll
from opomini_tui.mail.outbox import enqueue, outbox_rows
from opomini_tui.mail.sender import deliver
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Operator
from tests.mail import builder, crash_sender
from tests.mail.mailbox.boxes import use
from tests.mail.mailbox.pop3_server import Pop3Server
from tests.mail.servers import Act, FaultServer

ALL = NoticeFilter(year=2012)


class Slow(dict[str, Act]):
    """No acts, but a moment's thought (`seconds` at the most) before each answer, so that a kill can fall anywhere."""

    def __init__(self, chance: random.Random, seconds: float = 0.004) -> None:
        super().__init__()
        self._chance, self.seconds = chance, seconds
        self.asked = 0

    def __contains__(self, step: object) -> bool:
        if step in ("dot", "data", "mail"):
            time.sleep(self._chance.uniform(0, self.seconds))
            self.asked += 1
        return False


def accepted_ids(server: FaultServer) -> Counter[str]:
    """How often the server took each Message-ID over."""
    heads = [message.content.split(b"\r\n\r\n", 1)[0].decode() for message in server.accepted]
    lines = [line for head in heads for line in head.split("\r\n") if line.startswith("Message-ID: ")]
    return Counter(line.removeprefix("Message-ID: ") for line in lines)


@dataclass(frozen=True, slots=True)
class Crash:
    """How the crash test goes: so many messages and kills, the pauses between kills and the server's thought, in seconds."""

    messages: int
    kills: int
    seed: int
    pauses: tuple[float, float] = (0.05, 0.4)
    thought: float = 0.004
    senders: int = 3
    connections: int = 20


def wait_for_claim(process: ForkServerProcess, seconds: float) -> None:
    """Wait until a sender has a message in hand: to kill one that still begins would prove little. Others may have taken
    all there is, so it is not waited for long."""
    deadline = time.monotonic() + seconds
    mine = "SELECT 1 FROM delivery WHERE live AND state IN ('claimed', 'sending') AND sender_id LIKE ?"
    while time.monotonic() < deadline and run(mine, (f"%:{process.pid}:%",)).fetchone() is None:
        time.sleep(0.005)


def kill_senders(url: str, home: Path, how: Crash, chance: random.Random, server: FaultServer, slow: Slow) -> int:
    """Keep the senders sending and kill one after another at random moments; how many were killed. The server takes its
    time so that the messages last until the last kill."""
    context = crash_sender.processes()
    running: list[tuple[ForkServerProcess, Event]] = []
    killed = 0
    while running or killed < how.kills:
        while len(running) < how.senders and killed + len(running) < how.kills:
            ready = context.Event()
            process = context.Process(target=crash_sender.send_all, args=(url, str(home), ready), daemon=True)
            process.start()
            running.append((process, ready))
        victim, ready = running.pop(chance.randrange(len(running)))
        assert ready.wait(30), "a sender does not begin"
        wait_for_claim(victim, 1.0)
        time.sleep(chance.uniform(*how.pauses))
        assert victim.is_alive(), "a sender failed by itself"
        victim.kill()
        victim.join()
        killed += 1
        ahead = len(server.accepted) / how.messages > 0.85 * killed / how.kills
        slow.seconds = min(2.0, max(0.002, slow.seconds * (1.5 if ahead else 0.7)))
    return killed


def crash(url: str, home: Path, actor: Actor, config: Config, how: Crash) -> tuple[FaultServer, int]:
    """The crash test: what the database says afterwards, beside what the server wrote down. The server, stopped; how many
    messages were left for the sender that was not killed."""
    chance = random.Random(how.seed)
    builder.notices(builder.customers(how.messages), items=1)
    enqueue(ALL, actor, config)
    with FaultServer() as server:
        server.acts = slow = Slow(chance, how.thought)
        Operator.update(smtp_port=server.port, smtp_connections=how.connections).execute()
        killed = kill_senders(url, home, how, chance, server, slow)
        assert server.accepted, "the killed senders sent nothing, so this proves nothing"
        assert slow.asked > len(server.accepted), "the server did not think, so few kills fell into a message"
        left = how.messages - len(server.accepted)
        slow.seconds = 0.0
        time.sleep(crash_sender.LEASE_MS / 1000 + 0.1)
        finished = deliver(config)
        server.settle()
    assert finished.left == 0
    log = accepted_ids(server)
    states = {row.message_id: row.state for row in outbox_rows()}
    assert max(log.values()) == 1, "doubled"
    assert set(states.values()) <= {"sent", "unknown"}
    assert {number for number, state in states.items() if state == "sent"} <= set(log), "lost"
    assert list(states.values()).count("unknown") <= killed * how.connections
    undecided = run("SELECT COUNT(*) FROM delivery_attempt WHERE outcome = 'unknown' AND step = 'dot'").fetchone()[0]
    assert undecided == list(states.values()).count("unknown"), "only a sender that died leaves an unknown"
    sent = run("SELECT COUNT(*) FROM notice WHERE state = 'sent'").fetchone()[0]
    assert sent == list(states.values()).count("sent")
    assert journal.check_chain().broken_at is None
    return server, left


def test_twenty_kills(actor: Actor, config: Config, database_url: str, tmp_path: Path) -> None:
    crash(database_url, tmp_path / "home", actor, config, Crash(150, 20, 20121, pauses=(0.0, 0.3)))


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_a_thousand_kills(actor: Actor, config: Config, database_url: str, tmp_path: Path, seed: int) -> None:
    """With all seeds 1,000 kills over 5,000 messages on each database; the operator's own copies settle the unknown."""
    Operator.update(bcc_self=True).execute()
    how = Crash(1_000, 200, seed, pauses=(0.0, 0.12), thought=0.1)
    server, left = crash(database_url, tmp_path / "home", actor, config, how)
    assert left, "the last kills found nothing to do"
    log = set(accepted_ids(server))
    before = Counter(row.state for row in outbox_rows())
    arrived = sum(row.state == "unknown" and row.message_id in log for row in outbox_rows())
    copies = [one.content for one in server.accepted if Operator.get().email in one.recipients]
    with Pop3Server(list(copies)) as mailbox:
        use(mailbox, config)
        done = poll(Operator.get(), config)
    assert (done.failure, done.copies, done.proved) == ("", len(log), arrived)
    unknown = {row.message_id for row in outbox_rows() if row.state == "unknown"}
    assert not unknown & log, "every unknown message that the server took is proved by its copy"
    senders = run("SELECT COUNT(DISTINCT sender_id) FROM delivery_attempt").fetchone()[0]
    print(f"{before}, senders that claimed: {senders}, proved by copy: {arrived}, never arrived: {len(unknown)}")
    assert senders > how.kills / 2, "most senders were killed before they had begun"


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
