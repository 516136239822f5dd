"""Two processes prepare the same day or issue the same packet at once: each notice once, the other says what happened."""

from __future__ import annotations

from pathlib import Path

from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, run
from opomini_tui.models.notices import Notice
from tests.conftest import RUNS
from tests.forks import forks
from tests.ledger_rows import load_reference_customers, load_reference_snapshot


def test_three_prepare_the_same_day(db: str, actor: Actor, tmp_path: Path) -> None:
    load_reference_customers()
    load_reference_snapshot(RUNS[0])
    database.obj.close()
    with forks(tmp_path) as workers:
        pids = [workers.start("prepare", db, RUNS[0].isoformat()) for _number in range(3)]
        said = sorted(workers.wait(pid) for pid in pids)
    database.obj.connect()
    nothing = "NothingToDo: Nothing to prepare for 17.08.2012: no open item is to be dunned."
    assert said == [nothing, nothing, "prepared 91"]
    assert [row.number for row in Notice.select().order_by(Notice.number)] == list(range(100, 191))


def test_three_issue_the_same_packet(db: str, actor: Actor, tmp_path: Path) -> None:
    load_reference_customers()
    load_reference_snapshot(RUNS[0])
    database.obj.close()
    with forks(tmp_path) as workers:
        workers.wait(workers.start("prepare", db, RUNS[0].isoformat()))
        pids = [workers.start("issue", db) for _number in range(3)]
        said = [workers.wait(pid) for pid in pids]
    database.obj.connect()
    counts = [[int(word) for word in line.split() if word.isdecimal()] for line in said if line.startswith("issued")]
    assert sum(count for count, _refused in counts) == 91
    assert all(line.startswith(("issued", "NothingToDo")) for line in said)
    assert run("SELECT COUNT(*) FROM journal_entry WHERE verb = 'issue'").fetchone()[0] == 91
    assert run("SELECT COUNT(*) FROM notice_document").fetchone()[0] == 91
    assert journal.check_chain().broken_at is None
