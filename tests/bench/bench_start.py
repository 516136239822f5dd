"""How soon the program shows its grid, and how much memory it takes, beside a bare Textual application with a `DataTable`.

Run `python -m tests.bench.bench_start [--rows N] [--rounds N]`. Both are real processes in a terminal of their own (120×40,
256 colours), started in turn; the clock stops when all the rows of the first page are drawn. "CPU" is what the process has
worked by then, "wall" what the operator waits, "at rest" the CPU when nothing more is drawn. Then every screen is opened once.
Goals: CPU ≤ 1.5 × the bare one, memory (RSS) ≤ 70 MB.
"""

from __future__ import annotations

import argparse
import fcntl
import multiprocessing
import os
import pwd
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Self

from opomini_tui.models.database import database, open_database
from opomini_tui.models.parties import Operator
from tests.bench.bench_screen import make_notices

LINES, COLUMNS = 40, 120
FIRST_PAGE = 25
"""So many names of customers at least are on the screen when the grid is drawn."""
NAME = b"Kupec "
AT_REST_SECONDS = 0.8
"""Nothing was drawn for so long."""
LONGEST_REST = 4.0
PATIENCE = 120
ESCAPES = re.compile(rb"\x1b\[[0-9;?<>=]*[a-zA-Z]")
F = {1: b"\x1bOP", 3: b"\x1bOR", 4: b"\x1bOS", 5: b"\x1b[15~", 6: b"\x1b[17~", 7: b"\x1b[18~", 8: b"\x1b[19~"}
ROUND_TRIP = (*(F[key] for key in (1, 3, 4, 5, 6, 7, 8)), b"\r", b"d", b"m", b"x", b"i", b"n", b"p", b"e", b"c", b"s")
"""Help, customers, send one, print, prepare, issue, batch, detail, overview, outbox, export, import, settings, …"""


class Started(NamedTuple):
    """Milliseconds until the grid was drawn, and memory in MB."""

    cpu: float
    wall: float
    at_rest: float
    memory: float


class Terminal:
    """A program in a terminal of its own; use it with `with`: it is killed at the end."""

    def __init__(self, words: list[str], environment: Mapping[str, str]) -> None:
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            words, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env=environment
        )
        os.close(slave)
        self.drawn = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        os.close(self._master)

    def take(self, seconds: float) -> bool:
        """Read what is drawn within so many seconds; False when it is nothing."""
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            self.drawn += os.read(self._master, 65_536)
        except OSError as error:
            raise RuntimeError(f"it has ended: {self.drawn[-2000:]!r}") from error
        return True

    def take_page(self) -> None:
        """Read until a page of rows is drawn.

        Raises:
            TimeoutError: it is not.
        """
        until = time.monotonic() + PATIENCE
        while ESCAPES.sub(b"", self.drawn).count(NAME) < FIRST_PAGE:
            if time.monotonic() > until:
                raise TimeoutError(self.drawn[-2000:])
            self.take(0.5)

    def rest(self) -> None:
        """Read until nothing more is drawn, but not for ever: some screens count the seconds."""
        until = time.monotonic() + LONGEST_REST
        while time.monotonic() < until and self.take(AT_REST_SECONDS):
            pass

    def press(self, keys: bytes) -> None:
        """Type, and wait until it is shown."""
        os.write(self._master, keys)
        self.rest()

    def cpu_ms(self) -> float:
        """What the process has worked: its CPU clock (see clock_getcpuclockid(3))."""
        return time.clock_gettime((~self._process.pid << 3) | 2) * 1e3

    def memory_mb(self) -> float:
        """Its resident memory."""
        status = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def start(terminal: Terminal) -> Started:
    """Wait for the first page."""
    terminal.take_page()
    cpu, wall = terminal.cpu_ms(), (time.perf_counter() - terminal.began) * 1e3
    terminal.rest()
    return Started(cpu, wall, terminal.cpu_ms(), terminal.memory_mb())


def open_everything(terminal: Terminal) -> float:
    """Open each screen once and come back; the memory then."""
    for key in ROUND_TRIP:
        terminal.press(key)
        for _time in range(3):
            terminal.press(b"\x1b")
    return terminal.memory_mb()


def make_company(url: str, rows: int) -> None:
    """Notices of an operator who is known by the login of the system."""
    make_notices(url, rows)
    open_database(url)
    Operator.update(system_login=pwd.getpwuid(os.geteuid()).pw_name).execute()
    database.close()


def report(rows: int, rounds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name) / 'bench.db'}"
        maker = multiprocessing.get_context("spawn").Process(target=make_company, args=(url, rows))
        maker.start()
        maker.join()
        environment = {
            key: value for key, value in os.environ.items() if key not in ("PYTHONDONTWRITEBYTECODE", "COLORTERM")
        }
        environment |= {"TERM": "xterm-256color", "PYTHONPYCACHEPREFIX": f"{name}/cache", "PYTHONPATH": os.getcwd()}
        environment |= {"OPOMINI_HOME": name, "OPOMINI_DATABASE_URL": url}
        programs = {
            "bare Textual, DataTable of 500": "tests.bench.bare_table",
            f"Opomini, {rows:,} notices": "opomini_tui",
        }
        measured: dict[str, list[Started]] = {title: [] for title in programs}
        used = 0.0
        for number in range(rounds + 1):  # in the first one everything is compiled
            for title, module in programs.items():
                with Terminal([sys.executable, "-m", module], environment) as terminal:
                    measured[title].append(start(terminal))
                    if module == "opomini_tui" and number == rounds:
                        used = open_everything(terminal)
    bare, ours = (summary(found[1:]) for found in measured.values())
    print(f"{'median of ' + str(rounds):24}" + "".join(f"{title:>34}" for title in measured) + f"{'ratio':>8}")
    for title, one, other in zip(("CPU, ms", "wall, ms", "CPU at rest, ms", "memory, MB"), bare, ours, strict=True):
        print(f"{title:24}{one:34.1f}{other:34.1f}{other / one:7.2f}×")
    print(f"{'memory after use, MB':24}{'':34}{used:34.1f}")


def summary(several: list[Started]) -> Started:
    """Of each figure the median."""
    return Started(*(statistics.median(values) for values in zip(*several, strict=True)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    report(arguments.rows, arguments.rounds)
