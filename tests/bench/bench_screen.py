"""Opominjanje as its operator has it, over any number of notices in a real SQLite file.

Run `python -m tests.bench.bench_screen [--rows N] [--repeat N]`. "wall" is what the operator waits, from pressing the key
until rows or footer are on the screen (median of a few); keys are CPU milliseconds until the frame is drawn (median,
headless, 120×40), less what a key that does nothing costs in the test harness. Memory grows from before the grid is
opened until after everything was done in it. Goals: opening ≤ 1 s, footer ≤ 0.3 s, a cursor key ≤ 4 ms, growth ≤ 15 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import tempfile
import time
from array import array
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from textual.pilot import Pilot

from opomini_tui.app import OpominiApp
from opomini_tui.config import load_config
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, open_database, run, run_many
from opomini_tui.models.parties import Operator
from opomini_tui.screens.notices import NoticesScreen
from tests.bench.bench_grid import cpu_ms, measure_keys, resident_mb
from tests.bench.ledger_data import customers
from tests.conftest import set_up_company

PER_CUSTOMER = 4
WAITS = 5
"""How often what is waited for is measured."""
_CUSTOMER = "INSERT INTO customer (id, code, name, name_sort, name_fold) VALUES (?, ?, ?, ?, ?)"
_CONTACT = "INSERT INTO contact (customer_id, type_code, name, email) SELECT id, 'OPOM', 'R', code || '@a.example' FROM customer"
_PACKET = "INSERT INTO packet (id, year, number, date, kind, notices, operator_code, at) VALUES (1, 2012, 1, '2012-08-17', ?, ?, '006', 0)"
_NOTICE = """INSERT INTO notice (year, number, date, customer_id, customer_code, customer_name, name_sort, name_fold, level,
    amount, days_late, average_per_day, cost, total, deadline, packet_id, packet_number, item_count)
    SELECT 2012, ?, '2012-08-17', id, code, name, name_sort, name_fold, ?, ?, ?, ?, 200, ?, '2012-08-25', 1, 1, 1
    FROM customer WHERE id = ?"""


def make_notices(url: str, rows: int) -> None:
    """A company with `rows` prepared notices, four for each customer, in a new database."""
    open_database(url)
    set_up_company()
    count = -(-rows // PER_CUSTOMER)
    with database.atomic():
        named = enumerate(customers(count), start=1)
        run_many(_CUSTOMER, ((number, code, name, name.lower(), name.lower()) for number, (code, name) in named))
        run(_CONTACT)
        run(_PACKET, ("graded", rows))
        amounts = ((number, 1000 + number * 7919 % 999_983) for number in range(1, rows + 1))
        run_many(
            _NOTICE,
            (
                (n, n % 3 + 1, amount, n % 400 + 1, amount // (n % 400 + 1), amount + 200, n * 7919 % count + 1)
                for n, amount in amounts
            ),
        )
    database.close()


async def waited(pilot: Pilot[int], act: Callable[[], object], ready: Callable[[], bool]) -> float:
    """Milliseconds from `act` until `ready` and drawn."""
    start = time.perf_counter()
    act()
    while not ready():
        await asyncio.sleep(0.002)
    await pilot.pause()
    return (time.perf_counter() - start) * 1e3


async def measure(folder: Path, rows: int, repeat: int) -> dict[str, float]:
    """Every figure, by name."""
    url = f"sqlite:///{folder / 'bench.db'}"
    open_database(url)
    config = load_config({"OPOMINI_HOME": str(folder), "OPOMINI_DATABASE_URL": url, "OPOMINI_THEME": "dark"})
    app = OpominiApp(config, Actor.of(Operator.get()), today=lambda: date(2012, 10, 1))
    app.animation_level = "none"
    memory, start = resident_mb(), time.perf_counter()
    result: dict[str, float] = {}
    async with app.run_test(size=(120, 40)) as pilot:
        screen = app.screen
        assert isinstance(screen, NoticesScreen)
        table = screen.table
        result["start of the program to first rows, wall"] = (time.perf_counter() - start) * 1e3 + await waited(
            pilot, lambda: None, lambda: table.row_count > 0
        )
        started = resident_mb()
        every: dict[str, list[float]] = {"all records: rows, wall": [], "all records: footer, wall": []}
        for _round in range(WAITS):
            rows_ready, footer_ready = (lambda: table.row_count == rows), (lambda: screen.footer is not None)
            begin = time.perf_counter()
            every["all records: rows, wall"].append(await waited(pilot, screen.action_all_records, rows_ready))
            await waited(pilot, lambda: None, footer_ready)
            every["all records: footer, wall"].append((time.perf_counter() - begin) * 1e3)
            await waited(pilot, screen.action_all_records, lambda: table.row_count < rows and screen.footer is not None)
        result |= {name: statistics.median(times) for name, times in every.items()}
        await waited(pilot, screen.action_all_records, lambda: table.row_count == rows and screen.footer is not None)
        result |= {f"{name}, CPU": value for name, value in (await measure_keys(pilot, repeat)).items()}
        idle = result["idle key (harness), CPU"]
        result["tick one, CPU"] = await cpu_ms(pilot, partial(pilot.press, "space"), repeat) - idle
        result["tick all, CPU"] = await cpu_ms(pilot, table.tick_all, WAITS)
        table.untick_all()
        for key in ("amount", "customer_name"):
            before = screen.choice().rows
            sort = partial(screen.sort_by, key)
            result[f"sort by {key}, wall"] = await waited(pilot, sort, partial(_others, screen, before))
        result["memory growth since the start, MB"] = resident_mb() - started
        result["memory growth with the program's own, MB"] = resident_mb() - memory
    return result


def _others(screen: NoticesScreen, before: array[int]) -> bool:
    """Whether other rows than `before` are shown."""
    return screen.choice().rows is not before


def report(rows: int, repeat: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        context = multiprocessing.get_context("spawn")  # what making the rows takes must not count as the grid's memory
        maker = context.Process(target=make_notices, args=(f"sqlite:///{folder / 'bench.db'}", rows))
        maker.start()
        maker.join()
        print(f"{f'{rows:,} notices, 120×40':44}{'ms':>10}")
        for title, value in asyncio.run(measure(folder, rows, repeat)).items():
            print(f"{title:44}{value:10.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=25)
    arguments = parser.parse_args()
    report(arguments.rows, arguments.repeat)
