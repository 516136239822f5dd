"""The record table over a real SQLite table, beside Textual's `DataTable` over the same rows at 10,000 rows.

Run `python -m tests.bench.bench_grid [--rows N] [--repeat N]`. Times of keys are CPU milliseconds until the frame is
drawn (median, headless, 120×40), so other load on the machine changes them little; what a key that does nothing costs in
the test harness ("idle key") is taken off. Only "first paint (wall)" is wall time.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import statistics
import tempfile
import time
from array import array
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.text import Text
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import DataTable

from opomini_tui.widgets.record_table import Column, RecordTable, Row

COLUMNS = (
    Column("year", "Leto", 4, frozen=True),
    Column("number", "Številka", 8, "right", frozen=True),
    Column("date", "Datum", 10, "right"),
    Column("code", "Šifra stranke", 13),
    Column("name", "Naziv stranke", 24, grows=True),
    Column("level", "Stopnja", 7, "center"),
    Column("amount", "Znesek", 12, "right"),
    Column("late", "Zamuda dni", 10, "right"),
    Column("average", "Povp. znesek/dan", 16, "right"),
    Column("cost", "Strošek", 8, "right"),
    Column("defaulter", "Neplačnik", 9, "center"),
    Column("lawsuit", "Tožba", 5, "center"),
)
BASE_ROWS = 10_000
LEVELS = ("#dff0d8", "#fcf3cf", "#f5d5d0")
TOTALS = {"number": "206", "amount": "412.055,10"}
FIELDS = "id, year, number, date, code, name, level, amount, late, average, cost, defaulter, lawsuit"


class BenchApp(App[None]):
    """One table and nothing else."""

    def __init__(self, make: Callable[[], Widget]) -> None:
        """`make` makes the table."""
        super().__init__()
        self._make = make

    def compose(self) -> ComposeResult:
        """The table alone."""
        yield self._make()


def make_database(path: Path, rows: int) -> sqlite3.Connection:
    """A table of `rows` notices in a new SQLite file."""
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE notice (id INTEGER PRIMARY KEY, year, number, date, code, name, level, amount INTEGER, late,"
        " average, cost, defaulter, lawsuit)"
    )
    connection.executemany(
        f"INSERT INTO notice VALUES ({', '.join('?' * 13)})",
        (
            (i, 2012, i, "17.08.2012", f"{i % 9973:07d}", f"Trgovina Žagar {i % 9973} d.o.o.", i % 3 + 1, i * 7919 % 999983,
             i % 90, "12,34", "2,50", "■" if i % 5 else "", "")
            for i in range(1, rows + 1)
        ),
    )  # fmt: skip
    connection.commit()
    return connection


def cells(record: Sequence[object]) -> tuple[str, ...]:
    """One record as texts; the amount is in cents."""
    texts = [str(value) for value in record[1:]]
    texts[6] = f"{int(texts[6]) // 100},{int(texts[6]) % 100:02d}"
    return tuple(texts)


def sorted_ids(connection: sqlite3.Connection, order: str) -> array[int]:
    """Ids of all notices in the order of an SQL expression."""
    return array("q", (record for (record,) in connection.execute(f"SELECT id FROM notice ORDER BY {order}")))


def page_loader(connection: sqlite3.Connection) -> Callable[[Sequence[int]], Mapping[int, Row]]:
    """Reads a page of rows by id."""

    def load(ids: Sequence[int]) -> Mapping[int, Row]:
        marks = ", ".join("?" * len(ids))
        found = connection.execute(f"SELECT {FIELDS} FROM notice WHERE id IN ({marks})", list(ids))
        return {record[0]: Row(cells(record), LEVELS[record[6] - 1], "good") for record in found}

    return load


def resident_mb() -> float:
    """Memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def cpu_ms(pilot: Pilot[Any], act: Callable[[], Awaitable[object] | None], repeat: int) -> float:
    """Median CPU milliseconds of `act` and the frame that follows."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        done = act()
        if done is not None:
            await done
        await pilot.pause()
        times.append((time.process_time() - start) * 1e3)
    return statistics.median(times)


async def measure_keys(pilot: Pilot[Any], repeat: int) -> dict[str, float]:
    """What each key costs in the focused table, beyond what a key that does nothing costs."""
    idle = await cpu_ms(pilot, lambda: pilot.press("f9"), repeat)
    result = {"idle key (harness)": idle}
    for name, first, key in (
        ("down", "ctrl+home", "down"),
        ("up", "up", "up"),
        ("page down", "pagedown", "pagedown"),
        ("page up", "pageup", "pageup"),
        ("up, at the end", "ctrl+end", "up"),
    ):
        await pilot.press(first)
        result[name] = await cpu_ms(pilot, partial(pilot.press, key), repeat) - idle
    return result


async def bench_record_table(connection: sqlite3.Connection, repeat: int) -> dict[str, float]:
    """Every figure of the record table over all rows of `connection`."""
    app = BenchApp(lambda: RecordTable(COLUMNS, tickable=True))
    async with app.run_test(size=(120, 40)) as pilot:
        table = app.query_one(RecordTable)
        table.focus()
        await pilot.pause()
        memory, start, cpu = resident_mb(), time.perf_counter(), time.process_time()
        table.load(sorted_ids(connection, "id"), page_loader(connection))
        table.show_totals(TOTALS)
        await pilot.pause()
        result = {
            "first paint (wall)": (time.perf_counter() - start) * 1e3,
            "first paint": (time.process_time() - cpu) * 1e3,
        }
        result |= await measure_keys(pilot, repeat)
        result["memory growth MB"] = resident_mb() - memory
        result["tick one"] = await cpu_ms(pilot, partial(pilot.press, "space"), repeat) - result["idle key (harness)"]
        result["tick all"] = await cpu_ms(pilot, table.tick_all, 9)
        result["invert"] = await cpu_ms(pilot, table.invert_ticks, 9)
        table.tick_all()
        by_amount = sorted_ids(connection, "amount DESC, id")
        load = page_loader(connection)
        result["load() of another order, all ticked"] = await cpu_ms(pilot, lambda: table.load(by_amount, load), 1)
    return result


async def bench_data_table(connection: sqlite3.Connection, repeat: int) -> dict[str, float]:
    """The same figures of Textual's own table, as far as it has them."""
    app = BenchApp(lambda: DataTable[Text](cursor_type="row", fixed_columns=2))
    async with app.run_test(size=(120, 40)) as pilot:
        table: DataTable[Text] = app.query_one(DataTable)
        table.focus()
        for column in COLUMNS:
            table.add_column(column.title, width=column.width)
        await pilot.pause()
        memory, start, cpu = resident_mb(), time.perf_counter(), time.process_time()
        table.add_rows(
            [Text(text) for text in cells(record)]
            for record in connection.execute(f"SELECT {FIELDS} FROM notice ORDER BY id LIMIT {BASE_ROWS}")
        )
        await pilot.pause()
        result = {
            "first paint (wall)": (time.perf_counter() - start) * 1e3,
            "first paint": (time.process_time() - cpu) * 1e3,
        }
        result |= await measure_keys(pilot, repeat)
        result["memory growth MB"] = resident_mb() - memory
    return result


def report(rows: int, repeat: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        small = make_database(Path(folder) / "small.db", BASE_ROWS)
        large = make_database(Path(folder) / "large.db", rows)
        measured = asyncio.run(bench_record_table(large, repeat))
        same = asyncio.run(bench_record_table(small, repeat))
        textual = asyncio.run(bench_data_table(small, repeat))
        small.close()
        large.close()
    titles = (f"{rows:,} rows", f"{BASE_ROWS:,} rows", f"DataTable {BASE_ROWS:,}", "ratio")
    print(f"{'CPU ms (median), 120×40':36}" + "".join(f"{title:>18}" for title in titles))
    for name, value in measured.items():
        line = f"{name:36}{value:18.2f}{same[name]:18.2f}"
        if name in textual:
            line += f"{textual[name]:18.2f}"
            line += f"{textual[name] / same[name]:17.1f}×" if same[name] > 0 else ""
        print(line)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=25)
    arguments = parser.parse_args()
    report(arguments.rows, arguments.repeat)
