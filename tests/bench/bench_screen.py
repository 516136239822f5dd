"""Opominjanje as its operator has it, over a million notices in a real SQLite file, beside Textual's `DataTable` at 10,000.

Run `python -m tests.bench.bench_screen [--rows N] [--repeat N] [--size 120x40]`. All times are CPU milliseconds (other load
on the machine changes them by a third, wall times by many times that). A key is pressed when nothing moves, and counts until
all that it brings is drawn: rows, footer, the line below, what a worker reads for it (median; headless; what a key that does
nothing costs in the test harness is taken off, and printed). Memory grows from when the first rows are shown.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

from rich.text import Text
from textual.coordinate import Coordinate
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import DataTable

from opomini_tui.app import OpominiApp
from opomini_tui.config import load_config
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, open_database, run, run_many
from opomini_tui.models.parties import Operator
from opomini_tui.screens.notice_bar import TYPING_SECONDS
from opomini_tui.screens.notice_rows import NoticePages
from opomini_tui.screens.notices import NoticesScreen
from tests.bench.bench_grid import BASE_ROWS, COLUMNS, FIELDS, BenchApp, cells, cpu_ms, make_database, resident_mb
from tests.bench.ledger_data import customers
from tests.conftest import set_up_company

PER_CUSTOMER = 4
REST_SECONDS = 0.15
"""A key has brought all that it brings (the pane in a wide window aside)."""
WAITS = 5
"""How often what is waited for is measured."""
FILTER_ROUNDS = 3
IDLE = "key that does nothing (taken off)"
KEYS = (
    ("down", "ctrl+home", "down"),
    ("up", "ctrl+end", "up"),
    ("tick one, and the footer", "ctrl+home", "space"),
    ("tick a range", "ctrl+home", "shift+down"),
    ("page down", "ctrl+home", "pagedown"),
    ("page up", "ctrl+end", "pageup"),
)
TURNS = (("last and first row", "ctrl+end", "ctrl+home"), ("first and last column", "end", "home"))
"""Keys that do something only in turn: two that are pressed one after the other; the second is measured."""
DATA_TABLE_KEYS = ("down", "up", "pagedown", "pageup", "ctrl+home")
SORTED = ("amount", "customer_name", "days_late", "number", "level")
FILTERS = (
    "late:>260",
    "kupec 12",
    "123",
    "amount:>5000",
    "amount:100..110",
    "number:100..191",
    "state:issued",
    "level:2",
    "due:<1.7.2012",
    "due:10.7.2012..20.7.2012",
    "kupec amount:>500 due:<1.7.2012 state:prepared",
)
GOALS = {
    "down": 4,
    "up": 4,
    "tick one": 4,
    "tick a range": 4,
    "letter": 4,
    "first and last column": 4,
    "last and first row": 20,
    "page": 20,
    "tick all": 50,
    "sort by amount": 500,
    "sort by customer_name": 500,
    "sort by days_late": 500,
    "sort by number": 500,
    "filter": 400,
    "open": 1000,
    "memory growth with": 15,
}
"""By the beginning of a figure's name."""
_CUSTOMER = "INSERT INTO customer (id, code, name, name_sort, name_fold) VALUES (?, ?, ?, ?, ?)"
_CONTACT = "INSERT INTO contact (customer_id, type_code, name, email) SELECT id, 'OPOM', 'R', code || '@a.example' FROM customer"
_PACKET = "INSERT INTO packet (id, year, number, date, kind, notices, operator_code, at) VALUES (1, 2012, 1, '2012-08-17', ?, ?, '006', 0)"
_NOTICE = """INSERT INTO notice (year, number, date, customer_id, customer_code, customer_name, name_sort, name_fold, level,
    amount, days_late, average_per_day, cost, total, deadline, packet_id, packet_number, item_count, first_due, last_due)
    SELECT 2012, ?, '2012-08-17', id, code, name, name_sort, name_fold, ?, ?, ?, ?, 200, ?, '2012-08-25', 1, 1, 1, ?, ?
    FROM customer WHERE id = ?"""
_FIRST_DUE = date(2012, 6, 15)


def make_notices(url: str, rows: int) -> None:
    """A company with `rows` prepared notices, four for each customer, in a new database.

    Customers come in no order, so the indexes of notices are made when all are there: each is sorted once then.
    """
    open_database(url)
    set_up_company()
    count = -(-rows // PER_CUSTOMER)
    indexes = run(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'notice' AND type = 'index' AND sql > ''"
    ).fetchall()
    with database.atomic():
        for name, _sql in indexes:
            run(f"DROP INDEX {name}")
        named = enumerate(customers(count), start=1)
        run_many(_CUSTOMER, ((number, code, name, name.lower(), name.lower()) for number, (code, name) in named))
        run(_CONTACT)
        run(_PACKET, ("graded", rows))
        run_many(_NOTICE, _notices(rows, count))
        for _name, sql in indexes:
            run(sql)
    database.close()


def _notices(rows: int, count: int) -> Iterator[tuple[object, ...]]:
    """The values of each notice, for `count` customers."""
    for number, due in zip(range(1, rows + 1), cycle(_due_days()), strict=False):
        amount, days = 1000 + number * 7919 % 999_983, number % 400 + 1
        yield number, number % 3 + 1, amount, days, amount // days, amount + 200, due, due, number * 7919 % count + 1


def _due_days() -> list[str]:
    return [(_FIRST_DUE + timedelta(days=day)).isoformat() for day in range(60)]


class Waited(NamedTuple):
    """What the operator waits and what the processor works, in milliseconds."""

    wall: float
    cpu: float

    @classmethod
    def median(cls, several: Sequence[Waited]) -> Waited:
        """Of each the median."""
        return cls(statistics.median(one.wall for one in several), statistics.median(one.cpu for one in several))


async def waited(pilot: Pilot[int], act: Callable[[], object], ready: Callable[[], bool]) -> Waited:
    """From `act` until it is `ready`; it is drawn then, and what goes on beside is not counted."""
    start, cpu = time.perf_counter(), time.process_time()
    act()
    while not ready():
        await asyncio.sleep(0.01)
    taken = Waited((time.perf_counter() - start) * 1e3, (time.process_time() - cpu) * 1e3)
    await pilot.pause()
    return taken


async def measure(folder: Path, rows: int, repeat: int, size: tuple[int, int]) -> dict[str, float]:
    """Every figure, by name."""
    url = f"sqlite:///{folder / 'bench.db'}"
    open_database(url)
    config = load_config({"OPOMINI_HOME": str(folder), "OPOMINI_DATABASE_URL": url, "OPOMINI_THEME": "dark"})
    app = OpominiApp(config, Actor.of(Operator.get()), today=lambda: date(2012, 10, 1))
    app.animation_level = "none"
    cpu = time.process_time()
    async with app.run_test(size=size) as pilot:
        screen = app.screen
        assert isinstance(screen, NoticesScreen)
        await waited(pilot, lambda: None, lambda: screen.table.row_count > 0)
        result = {"open: the program, to first rows": (time.process_time() - cpu) * 1e3}
        memory = resident_mb()
        result |= await measure_all_records(pilot, screen, rows)
        screen.table.focus()
        result |= await measure_keys(pilot, KEYS, repeat, turns=TURNS)
        located = await measure_locating(pilot, screen, repeat)
        result |= located | {"letter to locate": located["letter to locate"] - result[IDLE]}
        screen.table.focus()
        result["tick all"] = await cpu_ms(pilot, screen.table.tick_all, WAITS)
        result["invert"] = await cpu_ms(pilot, screen.table.invert_ticks, WAITS)
        screen.table.untick_all()
        for key in SORTED:
            sort, loaded = partial(screen.sort_by, key), partial(_loaded_again, screen, screen.pages)
            result[f"sort by {key}"] = (await waited(pilot, sort, loaded)).cpu
        screen.sort_by("customer_code")
        result |= await measure_filters(pilot, screen)
        result["memory growth after all that, MB"] = resident_mb() - memory
    return result


async def measure_keys(
    pilot: Pilot[Any], keys: Sequence[tuple[str, str, str]], repeat: int, turns: Sequence[tuple[str, str, str]] = ()
) -> dict[str, float]:
    """What each key costs, beyond one that does nothing; `keys`: name, key to begin with, key."""
    idle = await one_key(pilot, "f9", repeat)
    result = {IDLE: idle}
    for name, first, key in keys:
        await pilot.press(first)
        await asyncio.sleep(REST_SECONDS)
        result[name] = await one_key(pilot, key, repeat) - idle
    for name, first, key in turns:
        result[name] = await one_key(pilot, key, repeat, before=first) - idle
    return result


async def one_key(pilot: Pilot[Any], key: str, repeat: int, before: str = "") -> float:
    """Median CPU milliseconds of the key, with all that follows until nothing moves; `before`: pressed before each time."""
    times = []
    for _round in range(repeat):
        if before:
            pilot.app.post_message(Key(before, None))
            await asyncio.sleep(REST_SECONDS)
        cpu = time.process_time()
        pilot.app.post_message(Key(key, None))
        await asyncio.sleep(REST_SECONDS)
        times.append((time.process_time() - cpu) * 1e3)
    return statistics.median(times)


async def measure_locating(pilot: Pilot[int], screen: NoticesScreen, repeat: int) -> dict[str, float]:
    """A digit typed into the locate field: the key itself, and the search that comes when no other follows."""
    field, typed, searched = screen.bar.locate_input, [], []
    for _round in range(repeat):
        field.value = ""
        field.focus()
        await asyncio.sleep(REST_SECONDS + TYPING_SECONDS)
        cpu = time.process_time()
        pilot.app.post_message(Key("0", "0"))
        await asyncio.sleep(TYPING_SECONDS / 2)
        typed.append((time.process_time() - cpu) * 1e3)
        await asyncio.sleep(REST_SECONDS + TYPING_SECONDS)
        searched.append((time.process_time() - cpu) * 1e3)
    field.value = ""
    key, whole = statistics.median(typed), statistics.median(searched)
    return {"letter to locate": key, "then the search": whole - key}


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
    return {
        "open: all records, rows": Waited.median(until_rows).cpu,
        "then the footer": Waited.median(until_footer).cpu,
        "memory growth with all records, MB": growth,
    }


async def measure_filters(pilot: Pilot[int], screen: NoticesScreen) -> dict[str, float]:
    """Each filter typed into the line, until its rows are drawn."""
    result, field = {}, screen.bar.search_input

    def known() -> bool:
        return screen.footer is not None

    for line in FILTERS:
        several = []
        for _round in range(FILTER_ROUNDS):
            loaded = partial(_loaded_again, screen, screen.pages)
            several.append(await waited(pilot, partial(setattr, field, "value", line), loaded))
            rows = screen.table.row_count
            await waited(pilot, lambda: None, known)
            loaded = partial(_loaded_again, screen, screen.pages)
            await waited(pilot, partial(setattr, field, "value", ""), loaded)
            await waited(pilot, lambda: None, known)
        result[f"filter {line} ({rows:,})"] = Waited.median(several).cpu
    return result


def _loaded_again(screen: NoticesScreen, before: NoticePages) -> bool:
    """Whether the grid was loaded since `before` read its rows."""
    return screen.pages is not before


async def measure_data_table(path: Path, repeat: int, size: tuple[int, int]) -> dict[str, float]:
    """The same figures of Textual's own table at 10,000 rows, as far as it has them."""
    connection = make_database(path, BASE_ROWS)
    app = BenchApp(lambda: DataTable[Text](cursor_type="row", fixed_columns=2))
    async with app.run_test(size=size) as pilot:
        table: DataTable[Text] = app.query_one(DataTable)
        table.focus()
        for column in COLUMNS:
            table.add_column(column.title, width=column.width, key=column.key)
        await pilot.pause()
        memory = resident_mb()
        rows = [
            [Text(text) for text in cells(record)]
            for record in connection.execute(f"SELECT {FIELDS} FROM notice ORDER BY id LIMIT {BASE_ROWS}")
        ]
        result = {"open: all records, rows": await cpu_ms(pilot, partial(_fill, table, rows), 1)}
        result["memory growth with all records, MB"] = resident_mb() - memory
        result |= await measure_keys(pilot, [key for key in KEYS if key[2] in DATA_TABLE_KEYS], repeat, turns=TURNS[:1])
        result["tick one, and the footer"] = await cpu_ms(pilot, partial(_tick, table), 3)
        result["sort by amount"] = await cpu_ms(pilot, partial(_sort, table), 1)
        result[f"filter {FILTERS[0]}"] = await cpu_ms(pilot, partial(_fill, table, rows[::3]), 1)
    connection.close()
    return result


def _fill(table: DataTable[Text], rows: list[list[Text]]) -> None:
    table.clear()
    table.add_rows(rows)


def _tick(table: DataTable[Text]) -> None:
    table.update_cell_at(Coordinate(5, 0), Text("■"))


def _sort(table: DataTable[Text]) -> None:
    table.sort("amount", key=str)


def report(rows: int, repeat: int, size: tuple[int, int]) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        context = multiprocessing.get_context("spawn")  # what making the rows takes must not count as the grid's memory
        maker = context.Process(target=make_notices, args=(f"sqlite:///{folder / 'bench.db'}", rows))
        maker.start()
        maker.join()
        ours = asyncio.run(measure(folder, rows, repeat, size))
        textual = asyncio.run(measure_data_table(folder / "table.db", repeat, size))
    head = (f"{rows:,} notices", "goal", f"DataTable {BASE_ROWS:,}", "ratio")
    print(f"{f'CPU ms (median), {size[0]}×{size[1]}':62}" + "".join(f"{title:>18}" for title in head))
    for title, value in ours.items():
        goal = next((goal for start, goal in GOALS.items() if title.startswith(start)), None)
        base = textual.get(title, textual.get(title.rpartition(" (")[0]))
        ratio = "" if base is None or value <= 0 else f"{base / value:17.1f}×"
        print(f"{title:62}{value:18.2f}{goal or '':>18}{'' if base is None else f'{base:.2f}':>18}{ratio}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=25)
    parser.add_argument("--size", default="120x40")
    arguments = parser.parse_args()
    width, height = map(int, arguments.size.split("x"))
    report(arguments.rows, arguments.repeat, (width, height))
