"""A working day over a real SSH line, by keys alone: from the ledger's files to letters sent, with a line that drops."""

from __future__ import annotations

import os
import pwd
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
from opomini_tui.screens.key_order import HELD_SECONDS
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
PROPOSED, EXCLUDED, WITHOUT_ADDRESS = 91, 2, 2
TO_SEND = PROPOSED - EXCLUDED - WITHOUT_ADDRESS - 1
"""What the batch has to send; one has gone before it."""
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
        time.sleep(2 * HELD_SECONDS)  # the same key sooner would be taken for one that is held
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
            yield Day(desk, office, server, folder / "opomini-2012.pdf")
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
    desk.sees("Issued letter", "Številka opomina 2012-100")
    desk.press("Escape")
    desk.sees("Tick all")
    desk.press("F4")
    day.confirm("Attachment: opomin-2012-100.pdf")
    desk.sees("Server: 250 2.0.0 queued as Q1", "Close Esc")
    close(desk)
    assert day.taken() == ["2012/100"]


def send_the_rest(day: Day) -> None:
    """The batch form; until the server has some of them."""
    desk, server = day.desk, day.server
    desk.press("F8")
    desk.sees("89 notices match", "86 will go", "already sent 1, no contact 2")
    desk.insists("F9", "Type 86 to confirm")  # it counts anew when it hears of the message that has just been sent
    time.sleep(GUARD)
    desk.types("86")
    desk.sees("86 to confirm, or y: 86")
    server.late = {"dot": SLOW}
    desk.press("F9")
    until(lambda: len(server.accepted) > 8)


def lose(day: Day, how: str) -> None:
    """The line drops, or the program dies, while the server thinks about a message; what has not left stays where it is."""
    if how == "killed":
        os.kill(day.office.program, signal.SIGKILL)
    else:
        day.desk.lose_the_line()
    until(lambda: not Path(f"/proc/{day.office.program}").exists())
    states = delivery_states()
    assert states["queued"] == TO_SEND + 1 - len(day.server.accepted)
    assert states["sent"] == len(day.server.accepted) - (how == "killed"), "it finishes the message in hand when it can"


def go_on(day: Day) -> None:
    """Sign in again: it says what is unfinished, and finishes it."""
    desk = day.desk
    day.server.late = {}
    waiting = delivery_states()["queued"]  # what was in hand when the program died is named apart
    desk.connect_again()
    day.confirm(f"{waiting} messages of yours still wait in the outbox.")
    desk.sees("Batches –", "Finished.")
    desk.press("Escape")
    desk.sees("Tick all")
    desk.press("m")
    desk.sees("87 messages", "handed over")


def settle_the_unknown(day: Day) -> None:
    """The message that the server had while the program died is named, and is not sent again by itself."""
    desk = day.desk
    ((number,),) = run(
        "SELECT number FROM notice JOIN delivery ON notice_id = notice.id WHERE delivery.state = 'unknown'"
    ).fetchall()
    desk.press("/")
    desk.types(f"2012/{number}")
    desk.sees("1 message", f"2012/{number} 0000", "outcome unknown")
    desk.press("Enter", "s")
    desk.sees(f"Settle 2012/{number}", "It arrived")
    desk.press("Enter")
    desk.sees("How do you know?")
    desk.types("The log of the server has it")
    desk.press("F9")
    desk.sees("It is settled.")
    desk.press("/", "Escape")
    desk.sees("87 messages")
    desk.press("Escape")


def unlock_one(day: Day) -> None:
    """The one under the cursor, which was sent: its count must be typed."""
    desk = day.desk
    desk.press("Escape")
    desk.sees("Tick all", "2012/100 · MER D.D.")
    desk.press("k")
    desk.sees("1 of them was already sent")
    desk.types("Wrong customer")
    desk.press("F9")
    desk.sees("Type 1 to confirm:")
    time.sleep(GUARD)
    desk.types("1")
    desk.sees("Type 1 to confirm: 1")
    desk.press("F9")
    desk.sees("1 notice is prepared again.")
    close(desk)


def print_one(day: Day) -> None:
    """The next one, to a file."""
    desk = day.desk
    desk.press("Down")
    desk.sees("2012/101 · Kupec B")
    desk.press("F5")
    desk.sees("1 notice is chosen; with a letter (issued): 1.")
    desk.sees(day.letters.name)
    desk.press("F9")
    desk.sees("1 notice", "Close Esc")
    close(desk)
    assert day.letters.read_bytes().startswith(b"%PDF")


def leave(day: Day) -> None:
    """The day is over."""
    day.desk.press("C-q")
    until(lambda: not Path(f"/proc/{day.office.program}").exists())


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


@pytest.mark.parametrize("how", ["line lost", "killed"])
def test_a_day_on_a_line_that_drops(day: Day, how: str) -> None:
    bring_in(day)
    prepare(day)
    issue(day)
    send_one(day)
    send_the_rest(day)
    lose(day, how)
    go_on(day)
    if how == "killed":
        settle_the_unknown(day)
    unlock_one(day)
    print_one(day)
    leave(day)

    assert Counter(day.taken()) == Counter({f"2012/{number}": 1 for number in numbers_with_address()})
    assert len(day.server.accepted) == TO_SEND + 1
    assert delivery_states() == {"sent": TO_SEND + 1}
    states = dict(run("SELECT state, COUNT(*) FROM notice GROUP BY state").fetchall())
    assert states == {"prepared": 1, "issued": WITHOUT_ADDRESS, "sent": TO_SEND}
    reasons = run("SELECT COUNT(*) FROM journal_entry WHERE details LIKE '%Wrong customer%'").fetchone()[0]
    assert reasons == 1


def numbers_with_address() -> list[int]:
    """Notices of customers who have an address to be dunned at."""
    return [
        int(number)
        for (number,) in run(
            "SELECT number FROM notice WHERE EXISTS (SELECT 1 FROM contact"
            " WHERE contact.customer_id = notice.customer_id AND type_code = 'OPOM' AND email <> '')"
        ).fetchall()
    ]
