"""The demo company: packaged data of four dunning runs, made once, with the local catcher as its mail server."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from opomini_tui.config import Config, load_config
from opomini_tui.demo.catcher import Catcher
from opomini_tui.documents.issue import issue
from opomini_tui.dunning.prepare import prepare
from opomini_tui.errors import NothingToDo, OpominiError
from opomini_tui.ledger import import_contacts, import_customers, import_open_items
from opomini_tui.mail.outbox import enqueue
from opomini_tui.mail.plan import HeldBack, plan_sending
from opomini_tui.mail.sender import deliver
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, open_database
from opomini_tui.models.notice_filter import NoticeFilter, Span
from opomini_tui.models.notices import Packet
from opomini_tui.models.parties import Customer, Operator
from opomini_tui.setup.settings_file import apply_settings
from opomini_tui.text import _

DATA = Path(__file__).parent / "data"
RUNS = (date(2012, 8, 17), date(2012, 8, 31), date(2012, 9, 15), date(2012, 9, 26))
PASSWORD = "OPOMINI_DEMO_PASSWORD"
"""The environment variable that the settings name for the mail password; made up where it is not set."""


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo company, ready: its configuration, its operator, and the folder of caught messages."""

    config: Config
    actor: Actor
    mail: Path


@dataclass(frozen=True, slots=True)
class DemoSending:
    """What the demo sent in this run, and which notices could not go."""

    sent: int
    held_back: tuple[HeldBack, ...]


@contextmanager
def demo_company(directory: Path) -> Iterator[Demo]:
    """Open (the first time: make) the demo company in `directory`, with its catcher running.

    It never touches another database than `opomini.db` in that folder, whatever the environment says.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ.setdefault(PASSWORD, secrets.token_urlsafe(12))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("OPOMINI_SECRET")}
    environment |= {
        "OPOMINI_HOME": str(directory),
        "OPOMINI_DATABASE_URL": f"sqlite:///{directory.resolve() / 'opomini.db'}",
        "OPOMINI_OPERATOR": "",
    }
    config = load_config(environment)
    opened = open_database(config.database_url, directory / "backups")
    try:
        with Catcher(directory / "mail", "skrbnik", os.environ[PASSWORD]) as catcher:
            yield Demo(config, _set_up(config, catcher.port), catcher.folder)
    finally:
        opened.close()
        database.obj = None


def _set_up(config: Config, port: int) -> Actor:
    """Settings, customers and contacts, once; the operator's mail server is the catcher of this start, with its password."""
    lines = (DATA / "settings.toml").read_text("utf-8").replace("2525", str(port)).splitlines()
    text = "\n".join(line for line in lines if not line.startswith("pop3"))  # the catcher takes mail and has no mailbox
    operator = Operator.get_or_none()
    known = Actor.of(operator) if operator else None
    apply_settings(text, config, known)
    actor = known or Actor.of(Operator.get())
    if not Customer.select().exists():
        import_customers(DATA / "customers.csv", actor)
    import_contacts(DATA / "contacts.csv", actor)
    return actor


def do_runs(demo: Demo, *, send_last: bool, say: Callable[[str], None]) -> DemoSending:
    """Do what is missing of the four runs: import, prepare, issue, send; a second call finds nothing to do.

    Without `send_last` the fourth run is left issued, for the user to send. `say` gets a sentence per run.
    """
    sent, held_back = 0, []
    for day in RUNS:
        packet = _run(day, demo.actor)
        if day == RUNS[-1] and not send_last:
            break
        plan = plan_sending(NoticeFilter(year=day.year, packet=Span(packet, packet)), demo.actor)
        held_back += [entry for entry in plan.held_back if entry.code != "already_sent"]
        if plan.ready:
            batch = enqueue(plan, demo.actor, demo.config, recall_seconds=0).batch
            done = deliver(demo.config, batch=batch)
            if done.paused_because:
                raise OpominiError(done.paused_because)
            sent += done.sent
        say(_("Run of {day}: packet {packet}.").format(day=f"{day:%d.%m.%Y}", packet=packet))
    return DemoSending(sent, tuple(held_back))


def _run(day: date, actor: Actor) -> int:
    """Import, prepare and issue one run as far as it is not done; its packet."""
    packet = Packet.get_or_none(Packet.date == day)
    if packet is None:
        import_open_items(DATA / f"open_items_{day}.csv", actor, as_of=day)
        number = prepare(day, actor).packet
    else:
        number = packet.number
    try:
        issue(NoticeFilter(year=day.year, packet=Span(number, number)), actor)
    except NothingToDo:
        return number  # issued before
    return number
