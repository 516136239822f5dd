"""An import that is killed in the middle leaves the old state, and runs through when it is started again."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from opomini_tui.ledger import import_customers, import_open_items
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from tests.bench.ledger_data import write_customers, write_open_items

ROWS = 3_000
ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys
import time
from datetime import date
from opomini_tui.ledger import import_open_items, open_items
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import open_database

url, path, where = sys.argv[1:]
open_database(url)
step = getattr(open_items, where)

def tell_and_wait(*values):
    step(*values)
    print("here", flush=True)
    time.sleep(60)

setattr(open_items, where, tell_and_wait)
import_open_items(path, Actor(1, "006", "Skrbnik", "administrator", "sl"), as_of=date(2012, 8, 20))
"""


@pytest.mark.parametrize("where", ["stage", "_update_known", "finish"])
def test_a_killed_import_leaves_the_old_state(db: str, actor: Actor, tmp_path: Path, where: str) -> None:
    import_customers(write_customers(tmp_path / "customers.csv", ROWS // 3), actor)
    old = write_open_items(tmp_path / "old.csv", 3)
    import_open_items(old, actor, as_of=date(2012, 8, 17))
    new = write_open_items(tmp_path / "new.csv", ROWS)
    new.write_text(new.read_text(encoding="utf-8").replace("EUR", "CHF", 3).replace("2012-0000003", "2012-X"), "utf-8")
    before = state()
    command = [sys.executable, "-c", SCRIPT, db, str(new), where]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert state() == before
    result = import_open_items(new, actor, as_of=date(2012, 8, 20))
    assert (result.added, result.unchanged + result.changed) == (ROWS - 3 + result.closed, 3 - result.closed)
    assert run("SELECT count(*) FROM open_item WHERE closed_on IS NULL").fetchone()[0] == ROWS


def state() -> list[tuple[object, ...]]:
    """What an import of open items changes."""
    tables = ("open_item", "ledger_import", "journal_entry")
    return [row for table in tables for row in run(f"SELECT * FROM {table} ORDER BY id").fetchall()]
