"""How fast and in how much memory a snapshot of open items is imported and prepared, beside the bare `executemany` of its rows.

    python -m tests.bench.bench_ledger --rows 1000000 [--url postgresql://…]

Each measure runs in a process of its own, so that its peak of memory is its own. With `--url` the
database must be empty; without it a new SQLite file is used.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from opomini_tui.dunning.prepare import prepare
from opomini_tui.ledger import Imported, import_customers, import_open_items
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, open_database, run, run_many
from tests.bench.ledger_data import AS_OF, ITEMS_PER_CUSTOMER, open_items, write_customers, write_open_items
from tests.conftest import set_up_company

ACTOR = Actor(1, "006", "Skrbnik", "administrator", "sl")
_INSERT = """INSERT INTO open_item (customer_id, document, document_date, due_date, amount, open_amount, reference)
    VALUES (?, ?, ?, ?, ?, ?, ?)"""


@dataclass(frozen=True, slots=True)
class Measure:
    """Seconds, CPU seconds and peak memory in megabytes of one step; what it says of itself."""

    seconds: float
    cpu: float
    megabytes: int
    note: str = ""


def measured(step: Callable[..., str], *values: object) -> Measure:
    """Run `step` in a process of its own and measure it."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, (step, values))


def _measure(step: Callable[..., str], values: tuple[object, ...]) -> Measure:
    """Run `step` here; it gives the seconds that count as the first word of its note, or nothing."""
    begun, cpu = time.perf_counter(), time.process_time()
    note = step(*values)
    seconds, used = time.perf_counter() - begun, time.process_time() - cpu
    return Measure(seconds, used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, note)


def set_up(url: str) -> str:
    """The settings of the reference."""
    open_database(url)
    return set_up_company().code


def load_customers(url: str, path: Path) -> str:
    """Import the customers."""
    open_database(url)
    return _note(import_customers(path, ACTOR))


def bare(url: str, rows: int) -> str:
    """Insert the same rows with one `executemany` and take them out again; the seconds of the insert alone."""
    open_database(url)
    known = dict(run("SELECT code, id FROM customer").fetchall())
    ready = [
        (known[code], document, written.isoformat(), due.isoformat(), amount, open_amount, reference)
        for code, document, written, due, amount, open_amount, reference in open_items(rows)
    ]
    begun = time.perf_counter()
    with database.atomic():
        run_many(_INSERT, ready)
    seconds = time.perf_counter() - begun
    run("DELETE FROM open_item")
    return str(seconds)


def load_open_items(url: str, path: Path) -> str:
    """Import the snapshot."""
    open_database(url)
    return _note(import_open_items(path, ACTOR, as_of=AS_OF))


def prepare_notices(url: str) -> str:
    """Prepare the notices of the day."""
    open_database(url)
    done = prepare(AS_OF, ACTOR)
    return f"notices {done.notices}, items {done.items}"


def _note(result: Imported) -> str:
    """What an import did, in a few words."""
    return f"added {result.added}, changed {result.changed}, closed {result.closed}, unchanged {result.unchanged}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=15_000)
    parser.add_argument("--url", default="")
    options = parser.parse_args()
    rows: int = options.rows
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{folder}/bench.db"
        measured(set_up, url)
        customer_file = write_customers(Path(folder, "customers.csv"), -(-rows // ITEMS_PER_CUSTOMER))
        snapshot = write_open_items(Path(folder, "open_items.csv"), rows)
        _show("customers", -(-rows // ITEMS_PER_CUSTOMER), measured(load_customers, url, customer_file))
        plain = float(measured(bare, url, rows).note)
        print(f"{'bare executemany':20} {plain:8.2f} s  {rows / plain:10,.0f} rows/s")
        imported = measured(load_open_items, url, snapshot)
        _show("import", rows, imported, plain)
        _show("import again", rows, measured(load_open_items, url, snapshot), plain)
        prepared = measured(prepare_notices, url)
        _show("prepare", rows, prepared, plain)
        print(f"{'import + prepare':20} {(imported.seconds + prepared.seconds) / plain:.2f} × bare")


def _show(name: str, rows: int, measure: Measure, plain: float | None = None) -> None:
    """Print one line."""
    ratio = f"{measure.seconds / plain:5.2f} × bare  " if plain else ""
    print(
        f"{name:20} {measure.seconds:8.2f} s  {rows / measure.seconds:10,.0f} rows/s  {ratio}"
        f"CPU {measure.cpu:.2f} s  peak {measure.megabytes} MB  {measure.note}"
    )


if __name__ == "__main__":
    main()
