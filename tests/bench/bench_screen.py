"""Opominjanje as its operator has it, over any number of notices in a real SQLite file.

Run `python -m tests.bench.bench_screen [--rows N] [--repeat N]`. "wall" is what the operator waits, from pressing the key
until rows or footer are on the screen (median of a few); keys are CPU milliseconds each, drawing included (headless, 120×40),
less what a key that does nothing costs. Memory grows from when the first rows are shown. Goals at 1,000,000: opening ≤ 1 s,
footer ≤ 0.3 s, a cursor key ≤ 4 ms, growth with all records ≤ 15 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from textual.app import App
from textual.events import Key
from textual.pilot import Pilot

from opomini_tui.app import OpominiApp
from opomini_tui.config import load_config
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, open_database, run, run_many
from opomini_tui.models.parties import Operator
from opomini_tui.screens.notice_rows import NoticePages
from opomini_tui.screens.notices import NoticesScreen
from tests.bench.bench_grid import cpu_ms, resident_mb
from tests.bench.ledger_data import customers
from tests.conftest import set_up_company

PER_CUSTOMER = 4
HELD_SECONDS = 0.03
"""A held key comes so often."""
SINGLE_SECONDS = 0.25
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


class Waited(NamedTuple):
    """What the operator waits and what the processor works, in milliseconds."""

    wall: float
    cpu: float

    @classmethod
    def median(cls, several: Sequence[Waited]) -> Waited:
        """Of each the median."""
        return cls(statistics.median(one.wall for one in several), statistics.median(one.cpu for one in several))

    def named(self, name: str) -> dict[str, float]:
        """Both under their names."""
        return {f"{name}, wall": self.wall, f"{name}, CPU": self.cpu}


async def waited(pilot: Pilot[int], act: Callable[[], object], ready: Callable[[], bool]) -> Waited:
    """From `act` until it is `ready` and drawn."""
    start, cpu = time.perf_counter(), time.process_time()
    act()
    while not ready():
        await asyncio.sleep(0.01)
    await pilot.pause()
    return Waited((time.perf_counter() - start) * 1e3, (time.process_time() - cpu) * 1e3)


async def measure(folder: Path, rows: int, repeat: int) -> dict[str, float]:
    """Every figure, by name."""
    url = f"sqlite:///{folder / 'bench.db'}"
    open_database(url)
    config = load_config({"OPOMINI_HOME": str(folder), "OPOMINI_DATABASE_URL": url, "OPOMINI_THEME": "dark"})
    app = OpominiApp(config, Actor.of(Operator.get()), today=lambda: date(2012, 10, 1))
    app.animation_level = "none"
    start, cpu = time.perf_counter(), time.process_time()
    async with app.run_test(size=(120, 40)) as pilot:
        screen = app.screen
        assert isinstance(screen, NoticesScreen)
        await waited(pilot, lambda: None, lambda: screen.table.row_count > 0)
        opened = Waited((time.perf_counter() - start) * 1e3, (time.process_time() - cpu) * 1e3)
        result = opened.named("start of the program to first rows")
        memory = resident_mb()
        result |= await measure_all_records(pilot, screen, rows)
        result |= await measure_keys(pilot, repeat)
        result["tick all, CPU"] = await cpu_ms(pilot, screen.table.tick_all, WAITS)
        screen.table.untick_all()
        for key in ("amount", "customer_name"):
            sort, loaded = partial(screen.sort_by, key), partial(_loaded_again, screen, screen.pages)
            result |= (await waited(pilot, sort, loaded)).named(f"sort by {key}")
        result["memory growth after all that, MB"] = resident_mb() - memory
    return result


async def measure_keys(pilot: Pilot[int], repeat: int) -> dict[str, float]:
    """CPU milliseconds of keys: held down, and single ones, after which the line about the notice follows."""
    result = {}
    for title, first, pair, seconds in (
        ("cursor key, held", "ctrl+home", ("down", "up"), HELD_SECONDS),
        ("cursor key at the end, held", "ctrl+end", ("up", "down"), HELD_SECONDS),
        ("page key, held", "ctrl+home", ("pagedown", "pageup"), HELD_SECONDS),
        ("cursor key and the line below", "ctrl+home", ("down", "up"), SINGLE_SECONDS),
        ("tick one and the footer", "ctrl+home", ("space", "up"), SINGLE_SECONDS),
    ):
        await pilot.press(first)
        await pilot.pause(SINGLE_SECONDS)
        idle = await pressed(pilot.app, ("f9", "f9"), repeat, seconds)
        result[f"{title}, CPU"] = await pressed(pilot.app, pair, repeat, seconds) - idle
    return result


async def pressed(app: App[int], pair: tuple[str, str], repeat: int, seconds: float) -> float:
    """CPU milliseconds per key when the two keys are pressed in turn, one every so many seconds."""
    cpu = time.process_time()
    for _round in range(repeat):
        for key in pair:
            app.post_message(Key(key, None))
            await asyncio.sleep(seconds)
    return (time.process_time() - cpu) / (2 * repeat) * 1e3


async def measure_all_records(pilot: Pilot[int], screen: NoticesScreen, rows: int) -> dict[str, float]:
    """Switch `Vsi zapisi` on and off; at the end it is on."""
    until_rows, until_footer, growth = [], [], 0.0
    memory = resident_mb()
    for round_number in range(WAITS):
        until_rows.append(await waited(pilot, screen.action_all_records, lambda: screen.table.row_count == rows))
        until_footer.append(await waited(pilot, lambda: None, lambda: screen.footer is not None))
        growth = growth or resident_mb() - memory
        if round_number < WAITS - 1:
            await waited(pilot, screen.action_all_records, lambda: screen.table.row_count < rows)
    opened, counted = Waited.median(until_rows), Waited.median(until_footer)
    return (
        opened.named("all records: rows")
        | counted.named("then footer")
        | {"memory growth with all records, MB": growth}
    )


def _loaded_again(screen: NoticesScreen, before: NoticePages) -> bool:
    """Whether the grid was loaded since `before` read its rows."""
    return screen.pages is not before


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
