"""A working day over a real SSH line, by keys alone: from the ledger's files to letters sent, with a line that drops."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from opomini_tui.models.database import run
from opomini_tui.models.parties import Operator
from tests.conftest import REFERENCE, set_up_company
from tests.mail.late_server import LateServer
from tests.screens.ssh_desk import PATIENCE, Desk, Office, missing
from tests.screens.working import GUARD, delivery_states, label_of

pytestmark = pytest.mark.real
FILES = (
    ("customers.csv", "Customers and addresses", "94 rows"),
    ("contacts.csv", "Contacts", "124 rows"),
    ("open_items_2012-08-17.csv", "17.08.2012", "252 rows"),
)
PROPOSED, EXCLUDED = 91, 2
SLOW = 0.3
"""Seconds for which the server thinks about a message while the line is lost."""


@dataclass
class Day:
    """The operator at her desk, and the server that takes her messages."""

    desk: Desk
    office: Office
    server: LateServer
    letters: Path

    def confirm(self, question: str, key: str = "F9") -> None:
        """Read the question, and answer it: for a moment it takes no key, so that none is meant for what was there before."""
        self.desk.sees(question)
        time.sleep(GUARD)
        self.desk.press(key)

    def taken(self) -> list[str]:
        """The notices that the server took, in the order in which they came."""
        return [label_of(accepted) for accepted in self.server.accepted]


@pytest.fixture
def day(sqlite_db: str) -> Iterator[Day]:
    """An empty company whose administrator is who runs the tests."""
    if why := missing():
        pytest.skip(why)
    set_up_company()
    folder = Path(tempfile.mkdtemp(prefix="opd"))
    try:
        with LateServer() as server, _office(folder, sqlite_db) as office, Desk(office) as desk:
            me = pwd.getpwuid(os.geteuid()).pw_name
            Operator.update(system_login=me, language="en", smtp_port=server.port, smtp_connections=1).execute()
            yield Day(desk, office, server, folder / "letters.pdf")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _office(folder: Path, url: str) -> Iterator[Office]:
    home = folder / "home"
    home.mkdir()
    environment = {"OPOMINI_HOME": str(home), "OPOMINI_DATABASE_URL": url, "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    with Office(folder, environment) as office:
        yield office


def bring_in(day: Day) -> None:
    """Import the three files of the ledger."""
    desk = day.desk
    desk.sees("There are no notices yet")
    desk.press("i")
    for name, taken_for, rows in FILES:
        desk.sees("What is imported", "Check the file")
        desk.press("C-u")
        desk.sees_no("/")
        desk.types(str(REFERENCE / name))
        desk.sees(name, taken_for, "are recognised")
        desk.press("F9")
        day.confirm("This will happen")
        desk.sees("This was done", rows)
        desk.press("Enter")
        desk.sees_no("This was done")
    desk.press("Escape")
    desk.sees_no("Check the file")


def prepare(day: Day) -> None:
    """Propose as of the snapshot's day, look at the reasons, leave two customers out."""
    desk = day.desk
    desk.press("F6")
    desk.sees("As of")
    desk.press("C-u")
    desk.waits(lambda words: re.search(r"As of \d", words) is None, "the day is still there")
    desk.types("17.8.2012")
    desk.sees(f"{PROPOSED} notices")
    desk.press("Enter", "w")
    desk.sees("252 shown", "Dunned: level 1.")
    desk.press("/")
    desk.types("minimum")
    desk.sees("1 shown", "The notice would be under the minimum of 5.00.")
    desk.press("Escape")
    desk.sees("252 shown")
    desk.press("Escape", "Escape")  # out of the search, out of the list
    desk.sees("F9 Confirm")
    desk.press("Space")
    desk.sees(f"{PROPOSED - 1} notices")
    desk.press("Space")
    desk.sees(f"{PROPOSED - 2} notices")
    desk.press("F9")
    desk.sees("Packet 1: 89 notices, numbers 2012/100 – 2012/188.")
    close(desk)


def issue(day: Day) -> None:
    """All of them."""
    desk = day.desk
    desk.press("F7")
    desk.sees("89 prepared notices will be issued")
    desk.press("F9")
    desk.sees("89 notices were issued.")
    close(desk)


def send_one(day: Day) -> None:
    """Look at the first notice and its letter; then it goes."""
    desk = day.desk
    desk.press("Enter")
    desk.sees("Notice 2012/100", "2012-00009")
    desk.press("M-3")
    desk.sees("MER D.D.", "1.320,00")
    print(desk.picture)
    desk.press("Escape")
    desk.sees("Tick all")
    desk.press("F4")
    day.confirm("racunovodstvo@stranka4.example")
    desk.sees("Server: 250 2.0.0 queued as Q1", "Close Esc")
    close(desk)
    assert day.taken() == ["2012/100"]


def send_the_rest(day: Day) -> None:
    """The batch form; until the server has some of them."""
    desk, server = day.desk, day.server
    desk.press("F8")
    desk.sees("89 notices match", "86 will go", "already sent 1, no contact 2")
    desk.press("F9")
    desk.sees("Type 86 to confirm")
    time.sleep(GUARD)
    desk.types("86")
    desk.sees("86 to confirm, or y: 86")
    server.late = {"dot": SLOW}
    desk.press("F9")
    until(lambda: len(server.accepted) > 8)
    print(desk.picture)


def close(desk: Desk) -> None:
    """What was done has been read."""
    desk.press("Enter")
    desk.sees_no("Close Esc")
    desk.sees("Tick all")


def until(true: Callable[[], bool]) -> None:
    """Wait for what the screen does not say."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.02)


def test_a_day_with_a_line_that_drops(day: Day) -> None:
    desk = day.desk
    bring_in(day)
    prepare(day)
    issue(day)
    send_one(day)
    send_the_rest(day)
    desk.lose_the_line()
    until(lambda: not Path(f"/proc/{day.office.program}").exists())
    print(delivery_states(), len(day.server.accepted))
    day.server.late = {}
    desk.connect_again()
    desk.sees("wait in the outbox")
    print(desk.picture)
    time.sleep(0.5)
    desk.press("F9")
    time.sleep(5)
    print(desk.picture)
    desk.press("Escape"); time.sleep(1); 
    desk.press("m"); time.sleep(2); print(desk.picture)
    desk.press("Escape"); time.sleep(1); 
    desk.press("k"); time.sleep(1); print(desk.picture)
    desk.types("Napaka"); desk.press("F9"); time.sleep(2); print(desk.picture)
    desk.types("1"); desk.press("F9"); time.sleep(2); print(desk.picture)
    desk.press("Enter"); time.sleep(1)
    desk.press("Down"); desk.press("F5"); time.sleep(2); print(desk.picture)
