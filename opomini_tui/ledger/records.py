"""From rows to records: every cell is read by the reader of its column, what cannot be read is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opomini_tui.ledger.problems import Problems
from opomini_tui.ledger.values import Cell, clean
from opomini_tui.text import _


@dataclass(frozen=True, slots=True)
class Reader:
    """How the cells of one column are read.

    read: gives the value or raises ValueError; expected: what to tell then; placeholder: the value
    that stands for a bad one, so that the rest of its line is checked as well.
    """

    read: Callable[[Cell], Any]
    expected: Callable[[], str]
    placeholder: Any = ""


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
    rows: Iterable[tuple[int, Sequence[Cell]]], fields: Fields, problems: Problems
) -> Iterator[tuple[Any, ...]]:
    """Records (line, value, value, …) of `rows`; bad values are noted in `problems` and stand as placeholders.

    It stops when as many problems are found as are told at once.
    """
    readers = [(fields.readers[name].read, place) for name, place in fields.places.items()]
    width = len(fields.headers)
    for line, cells in rows:
        try:
            if len(cells) != width:
                raise ValueError(cells)
            record = (line, *[read(cells[place]) for read, place in readers])
        except ValueError:
            slowly = _read_slowly(line, cells, fields, problems)
            if slowly is None:
                continue
            if problems.full:
                return
            record = slowly
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
