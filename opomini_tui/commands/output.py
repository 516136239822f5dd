"""Printing: rows as a table, tab-separated text, CSV or JSON lines; sentences; progress on a terminal."""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, islice

from opomini_tui.text import _, language
from opomini_tui.text.formats import format_date, format_money

Row = Mapping[str, object]
FORMATS = ("table", "csv", "json")
MEASURED = 500
"""Rows from which the widths of a table are taken; later ones stream through."""
WIDEST = 40


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: key of the row, its heading (made when printed), and what it holds."""

    key: str
    title: Callable[[], str]
    kind: str = "text"  # text, notice state, delivery state, number, money, mean, date, tick, list


def add_format(parser: argparse.ArgumentParser) -> None:
    """The option --format."""
    parser.add_argument(
        "--format",
        choices=FORMATS,
        help=_("how to print: table (default on a terminal), csv, or json with one object per line"),
    )


def form_of(args: argparse.Namespace) -> str:
    """The form that is asked for; without --format a terminal gets a table and a pipe tab-separated text."""
    return str(args.format) if args.format else "table" if sys.stdout.isatty() else "tsv"


def say(sentence: str) -> None:
    """A sentence for the reader, on standard output."""
    print(clean(sentence, keep="\t"))


def complain(sentence: str) -> None:
    """A sentence about what went wrong or was left out, on standard error."""
    print(clean(sentence, keep="\t\n"), file=sys.stderr)


def say_json(row: Row) -> None:
    """One JSON object on its own line."""
    print(json.dumps(row, ensure_ascii=False))


def clean(text: str, keep: str = "") -> str:
    """Text without control characters, which could move a terminal's cursor or break a line."""
    return text if text.isprintable() else "".join(c if c.isprintable() or c in keep else " " for c in text)


def print_rows(
    rows: Iterable[Row], keys: Sequence[str], columns: Sequence[Column], form: str, summary: Row | None = None
) -> int:
    """Print rows as they come, in flat memory; how many. `summary` is one more line at the end."""
    count = 0

    def counted() -> Iterator[Row]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    if form == "json":
        for row in chain(counted(), [summary] if summary else []):
            say_json(row)
    elif form == "table":
        _print_table(counted(), columns, summary)
    else:
        _print_separated(counted(), keys, form, summary)
    return count


def _print_separated(rows: Iterable[Row], keys: Sequence[str], form: str, summary: Row | None) -> None:
    """CSV with commas, or tab-separated text; dates ISO, amounts with a point."""
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        write: Callable[[list[str]], object] = writer.writerow
    else:

        def write(cells: list[str]) -> object:
            return print("\t".join(cells))

    write(list(keys))
    for row in rows:
        write([_plain(row.get(key)) for key in keys])
    if summary:
        first = f"rows={summary['rows']}"
        write([first, *(_plain(summary.get(key)) for key in keys[1:])])


def _plain(value: object) -> str:
    """A value for a program: true/false, nothing for null, the count for a list."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(len(value)) if isinstance(value, (list, tuple)) else clean(str(value))


def _print_table(rows: Iterator[Row], columns: Sequence[Column], summary: Row | None) -> None:
    """Aligned columns for the eye, numbers to the right, in the language of the reader."""
    first = [[_shown(row.get(c.key), c.kind) for c in columns] for row in islice(rows, MEASURED)]
    total = [_shown(summary.get(c.key), c.kind) for c in columns] if summary else []
    if summary:
        total[0] = f"{summary['rows']}"
    titles = [column.title() for column in columns]
    widths = [
        min(max(len(cells[place]) for cells in (titles, *first, *([total] if total else []))), WIDEST)
        for place in range(len(columns))
    ]
    print(_bold(_line(titles, columns, widths)))
    rest = ([_shown(row.get(c.key), c.kind) for c in columns] for row in rows)
    for cells in chain(first, rest):
        print(_line(cells, columns, widths))
    if total:
        print(_bold(_line(total, columns, widths)))


def _line(cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    """One line of a table; what is too wide is cut with "…"."""
    pieces = []
    for cell, column, width in zip(cells, columns, widths, strict=True):
        text = cell if len(cell) <= width else cell[: width - 1] + "…"
        right = column.kind in ("number", "money", "list", "mean")
        pieces.append(text.rjust(width) if right else text.ljust(width))
    return "  ".join(pieces).rstrip()


def _shown(value: object, kind: str) -> str:
    """A value for the eye."""
    if value is None or value == "":
        return ""
    if kind == "money" or (kind == "mean" and isinstance(value, str)):
        return format_money(Decimal(str(value)), language())
    if kind == "date":
        return format_date(date.fromisoformat(str(value)), "sl")
    if kind.endswith("state"):
        return _state_word(kind, str(value))
    if kind == "tick":
        return "✓" if value else ""
    return _plain(value)


def _state_word(kind: str, state: str) -> str:
    """A state in the reader's words."""
    from opomini_tui.models.words import delivery_word, notice_word

    return notice_word(state) if kind == "notice state" else delivery_word(state)


def _bold(text: str) -> str:
    """Bold on a terminal that may be coloured (NO_COLOR is honoured)."""
    return f"\033[1m{text}\033[0m" if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else text


def moment(at: int | None) -> str | None:
    """A moment (UTC milliseconds) as ISO 8601 text; None for none."""
    return None if at is None else datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")


class Progress:
    """A line on a terminal that counts what is done; silent elsewhere."""

    def __init__(self) -> None:
        self._on = sys.stderr.isatty()
        self._shown = False

    def show(self, text: str) -> None:
        """Replace the line."""
        if self._on:
            self._shown = True
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
