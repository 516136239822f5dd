"""From rows to records: every cell is read by the reader of its column, what cannot be read is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from opomini_tui.ledger.problems import Problems
from opomini_tui.ledger.values import Cell, clean
from opomini_tui.text import _

BATCH = 500


@dataclass(frozen=True, slots=True)
class Reader:
    """How the cells of one column are read.

    read: gives the value or raises ValueError; expected: what to tell then; placeholder: the value
    that stands for a bad one, so that the rest of its line is checked as well; read_all: the same
    for many cells of the column at once, where that is quicker.
    """

    read: Callable[[Cell], Any]
    expected: Callable[[], str]
    placeholder: Any = ""
    read_all: Callable[[Sequence[Cell]], Sequence[Any]] | None = None

    def values(self, cells: Sequence[Cell]) -> Sequence[Any]:
        """The values of many cells.

        Raises:
            ValueError: one of them cannot be read.
        """
        return self.read_all(cells) if self.read_all else list(map(self.read, cells))


@dataclass(frozen=True, slots=True)
class Fields:
    """The columns of a file that are imported: our names, their places in a row, their readers; the file's headers."""

    headers: Sequence[str]
    places: Mapping[str, int]
    readers: Mapping[str, Reader]

    @property
    def names(self) -> tuple[str, ...]:
        """Our names of the columns, in the order of the records' values."""
        return tuple(self.places)

    def header(self, name: str) -> str:
        """The file's own name of our column `name`."""
        return self.headers[self.places[name]]


def read_records(
    rows: Iterable[tuple[int, Sequence[Cell]]],
    fields: Fields,
    problems: Problems,
    told: Callable[[int, int], None] | None = None,
) -> Iterator[tuple[Any, ...]]:
    """Records (line, value, value, …) of `rows`; bad values are noted in `problems` and stand as placeholders.

    `told` is called with how many more rows were read, and the line of the last one.

    Rows are taken some at a time and read column by column, which is several times quicker in
    Python; only where that fails, line by line. It stops when as many problems are found as are
    told at once.
    """
    some = iter(rows)
    while batch := list(islice(some, BATCH)):
        yield from _column_by_column(batch, fields) or _line_by_line(batch, fields, problems)
        if told:
            told(len(batch), batch[-1][0])
        if problems.full:
            return


def _column_by_column(batch: Sequence[tuple[int, Sequence[Cell]]], fields: Fields) -> Iterable[tuple[Any, ...]] | None:
    """The records of some rows; None when one of them is not smooth."""
    lines, table = zip(*batch, strict=True)
    if set(map(len, table)) != {len(fields.headers)}:
        return None
    columns = tuple(zip(*table, strict=True))
    try:
        values = [fields.readers[name].values(columns[place]) for name, place in fields.places.items()]
    except ValueError:
        return None
    return zip(lines, *values, strict=True)


def _line_by_line(
    batch: Iterable[tuple[int, Sequence[Cell]]], fields: Fields, problems: Problems
) -> Iterator[tuple[Any, ...]]:
    """The records of some rows, at least one of which is not smooth."""
    for line, cells in batch:
        record = _read_slowly(line, cells, fields, problems)
        if problems.full:
            return
        if record is not None:
            yield record


def _read_slowly(line: int, cells: Sequence[Cell], fields: Fields, problems: Problems) -> tuple[Any, ...] | None:
    """The record of a row that is not smooth: short, too wide, or with bad cells; None for a blank row."""
    if not any(clean(cell) for cell in cells):
        return None
    width = len(fields.headers)
    if extra := [text for cell in cells[width:] if (text := clean(cell))]:
        problems.add(line, "", " ".join(extra), _("no more than {count} columns, as in the header").format(count=width))
    padded = [*cells, *[""] * (width - len(cells))]
    values: list[Any] = [line]
    for name, place in fields.places.items():
        reader = fields.readers[name]
        try:
            values.append(reader.read(padded[place]))
        except ValueError:
            problems.add(line, fields.headers[place], clean(padded[place]), reader.expected())
            values.append(reader.placeholder)
    return tuple(values)
