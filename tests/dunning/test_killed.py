"""Prepare and issue are killed with SIGKILL at random moments: doing it again finishes, nothing is doubled or lost."""

from __future__ import annotations

import random
from pathlib import Path

from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, run
from opomini_tui.models.notices import Notice, NoticeItem
from tests.conftest import RUNS
from tests.forks import Forks, forks
from tests.ledger_rows import load_reference_customers, load_reference_snapshot

KILLS = 20


def kill_until_enough(workers: Forks, verb: str, url: str, words: list[str], longest: float) -> int:
    """Start and kill the verb KILLS times at random moments; how many of them died before they could say anything."""
    moments = random.Random(7)
    died = 0
    for _number in range(KILLS):
        pid = workers.start(verb, url, *words)
        workers.kill(pid, moments.uniform(0, longest))
        died += not workers.wait(pid)
    return died


def test_prepare_is_whole_or_not_at_all(db: str, actor: Actor, tmp_path: Path) -> None:
    load_reference_customers()
    load_reference_snapshot(RUNS[0])
    database.obj.close()
    with forks(tmp_path) as workers:
        assert kill_until_enough(workers, "prepare", db, [RUNS[0].isoformat()], 0.25) > 0
        workers.wait(workers.start("prepare", db, RUNS[0].isoformat()))
    database.obj.connect()
    numbers = [row.number for row in Notice.select().order_by(Notice.number)]
    assert numbers == list(range(100, 191))
    assert NoticeItem.select().count() == 249
    assert run("SELECT COUNT(*) FROM packet").fetchone()[0] == 1
    assert run("SELECT COUNT(*) FROM journal_entry WHERE verb = 'prepare'").fetchone()[0] == 1
    assert journal.check_chain().broken_at is None


def test_issue_goes_on_where_it_was_killed(db: str, actor: Actor, tmp_path: Path) -> None:
    load_reference_customers()
    load_reference_snapshot(RUNS[0])
    database.obj.close()
    with forks(tmp_path) as workers:
        workers.wait(workers.start("prepare", db, RUNS[0].isoformat()))
        assert kill_until_enough(workers, "issue", db, [], 0.4) > 0
        workers.wait(workers.start("issue", db))
    database.obj.connect()
    assert Notice.select().where(Notice.state == "issued").count() == 91
    assert run("SELECT COUNT(*) FROM notice_document").fetchone()[0] == 91
    assert run("SELECT COUNT(*) FROM journal_entry WHERE verb = 'issue'").fetchone()[0] == 91
    levels = run("SELECT level, COUNT(*) FROM open_item GROUP BY level ORDER BY level").fetchall()
    assert [tuple(row) for row in levels] == [(0, 3), (1, 249)]
    assert journal.check_chain().broken_at is None
