"""The clients that the bench of sending compares: Postfix's `smtp-source`, a bare smtplib loop, and Opomini's sender."""

from __future__ import annotations

import os
import smtplib
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from opomini_tui.config import Config, load_config
from opomini_tui.keys import encrypt
from opomini_tui.mail.hand_over import message_of
from opomini_tui.mail.outbox import enqueue
from opomini_tui.mail.sender import deliver
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, open_database, run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from tests.bench.mail_servers import HOST, sink_program
from tests.conftest import set_up_company
from tests.mail import builder
from tests.mail.sending import must_claim

PDF_BYTES = 60_000
ACCOUNT, PASSWORD = "skrbnik", "geslo-čšž"
SENDER, RECIPIENT = "skrbnik@podjetje.example", "stranka@kupec.example"


@dataclass(frozen=True, slots=True)
class Way:
    """A server, and the authority of its certificate when it wants STARTTLS and signing in."""

    port: int
    ca_file: str = ""


def smtp_source(way: Way, messages: int, size: int) -> float:
    """Messages a second of the C client: one session, `size` bytes each."""
    command = [sink_program("smtp-source"), "-d", "-s", "1", "-l", str(size), "-m", str(messages), f"{HOST}:{way.port}"]
    begun = time.perf_counter()
    subprocess.run(command, check=True)
    return messages / (time.perf_counter() - begun)


def bare_loop(way: Way, ready: Sequence[bytes], messages: int) -> float:
    """Messages a second of smtplib on one reused connection with bytes that are ready: what everybody writes at best."""
    with smtplib.SMTP(HOST, way.port, local_hostname="localhost") as client:
        client.ehlo()
        if way.ca_file:
            client.starttls(context=ssl.create_default_context(cafile=way.ca_file))
            client.ehlo()
            client.docmd("AUTH PLAIN", "AHgAeA==")
        begun = time.perf_counter()
        for number in range(messages):
            client.sendmail(SENDER, [RECIPIENT], ready[number % len(ready)])
        return messages / (time.perf_counter() - begun)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a run of the sender took; rates are messages a second, times milliseconds a message."""

    rate: float
    enqueue_rate: float
    cpu_ms: float
    database_ms: float = 0.0
    statements: float = 0.0


@dataclass
class Company2012:
    """A fresh company in a database, with notices that wait to be sent."""

    folder: Path
    url: str
    config: Config = field(init=False)
    actor: Actor = field(init=False)

    def __post_init__(self) -> None:
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        self.config = load_config({"OPOMINI_HOME": str(home), "OPOMINI_DATABASE_URL": self.url})
        open_database(self.url)
        self.actor = Actor.of(Operator.get()) if Operator.select().exists() else set_up_company()

    def use(self, way: Way, connections: int) -> None:
        """The operator sends there, over so many connections at the most."""
        secured: dict[str, object] = {"smtp_security": "none", "account": "", "secret": ""}
        if way.ca_file:
            secured = {"smtp_security": "starttls", "account": ACCOUNT, "secret": encrypt(self.config, PASSWORD)}
            Company.update(ca_certificates=Path(way.ca_file).read_text("ascii")).execute()
        Operator.update(smtp_host=HOST, smtp_port=way.port, smtp_connections=connections, **secured).execute()

    def queue(self, messages: int, letters: int = 0) -> tuple[str, float]:
        """Queue so many messages, each with a letter of its own (or `letters` different ones): the batch, and how many a
        second were queued."""
        letters = min(letters or messages, messages)
        customers = builder.customers(messages)
        ids = builder.notices(customers, items=1)
        with database.atomic():
            for number in range(letters):
                pdf = builder.document(b"%PDF-1.7\n" + os.urandom(PDF_BYTES))
                part = ids[number::letters]
                for start in range(0, len(part), 500):
                    listed = ",".join(map(str, part[start : start + 500]))
                    run(f"UPDATE notice SET document_id = ? WHERE id IN ({listed})", (pdf,))
        begun = time.perf_counter()
        queued = enqueue(NoticeFilter(year=2012, state="issued"), self.actor, self.config)
        seconds = time.perf_counter() - begun
        assert queued.queued == messages, queued.held_back[:3]
        return queued.batch, messages / seconds

    def send(self, way: Way, messages: int, *, connections: int = 4, watched: bool = False) -> Sent:
        """Queue and send; `watched`: measure the database too, which slows it down a little."""
        self.use(way, connections)
        batch, enqueue_rate = self.queue(messages)
        with watch_database() if watched else _nothing() as seen:
            begun, cpu = time.perf_counter(), time.process_time()
            done = deliver(self.config, batch=batch)
            seconds, used = time.perf_counter() - begun, time.process_time() - cpu
        assert done.sent == messages, done
        each = 1000 / messages
        return Sent(messages / seconds, enqueue_rate, used * each, seen.seconds * each, seen.statements / messages)

    def ready(self, messages: int) -> list[bytes]:
        """The bytes of messages as they would be sent."""
        self.queue(messages)
        found = []
        for _number in range(messages):
            claimed = must_claim("bench", 2**62)
            found.append(message_of(claimed))
            run("UPDATE delivery SET state = 'cancelled', live = FALSE WHERE id = ?", (claimed.id,))
        return found

    def close(self) -> None:
        """Close the database."""
        database.obj.close()


@dataclass
class Seen:
    """Time spent in the database (all threads together), and the statements."""

    seconds: float = 0.0
    statements: int = 0


@contextmanager
def _nothing() -> Iterator[Seen]:
    yield Seen()


@contextmanager
def watch_database() -> Iterator[Seen]:
    """Measure what statements, commits and waiting for the disk take while this lasts."""
    seen = Seen()

    def timed(function: Callable[..., Any], statements: int) -> Callable[..., Any]:
        def measured(*values: Any, **named: Any) -> Any:
            begun = time.perf_counter()
            try:
                return function(*values, **named)
            finally:
                seen.seconds += time.perf_counter() - begun
                seen.statements += statements

        return measured

    opened = database.obj
    with ExitStack() as patches:
        for owner, name, counts in (
            (opened, "execute_sql", 1),
            (opened, "begin", 1),
            (opened, "commit", 1),
            (os, "fdatasync", 0),
        ):
            patches.enter_context(patch.object(owner, name, timed(getattr(owner, name), counts)))
        yield seen
