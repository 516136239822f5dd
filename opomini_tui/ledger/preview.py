"""A first look at a file, for the screen: its columns, what they are taken for, the first rows."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from opomini_tui.ledger.columns import LAYOUTS, find_columns, missing_columns
from opomini_tui.ledger.mapping import remembered_mapping
from opomini_tui.ledger.problems import Problem, Problems
from opomini_tui.ledger.readers import readers_of
from opomini_tui.ledger.records import Fields, read_records
from opomini_tui.ledger.table import open_table
from opomini_tui.ledger.values import clean

FIRST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a file.

    columns: the headers of the file; mapping: header → our column ("" when it is not imported);
    rows: at most 20, as text; problems: bad values in them; missing: our required columns that no
    header is mapped to; fields: all our columns that a header can be mapped to.
    """

    columns: tuple[str, ...]
    mapping: dict[str, str]
    rows: tuple[tuple[str, ...], ...]
    problems: tuple[Problem, ...]
    missing: tuple[str, ...]
    fields: tuple[str, ...]


def preview(path: Path | str, kind: str, mapping: Mapping[str, str] | None = None) -> Preview:
    """Look at the first rows of a file of `kind` ("customers", "contacts", "open_items"); nothing is changed.

    Raises:
        OpominiError: the file cannot be read.
        UsageError: `mapping` names what does not exist.
    """
    table = open_table(path)
    layout = LAYOUTS[kind]
    headers = table.headers()
    places = find_columns(layout, headers, mapping, remembered_mapping(kind))
    with closing(table.records(layout.lines_per_record)) as records:
        rows = list(islice(records, FIRST_ROWS))
    problems = Problems()
    for _record in read_records(rows, Fields(headers, places, readers_of(kind, table, places)), problems):
        pass
    names = {place: name for name, place in places.items()}
    return Preview(
        columns=headers,
        mapping={header: names.get(place, "") for place, header in enumerate(headers)},
        rows=tuple(tuple(clean(cell) for cell in cells) for _line, cells in rows),
        problems=tuple(problems.found),
        missing=tuple(column.name for column in missing_columns(layout, places)),
        fields=tuple(column.name for column in layout.columns),
    )
