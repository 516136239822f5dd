"""Files for the tests of imports: one table written in every form that ledgers export."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

CUSTOMERS = (
    ("sifra", "naziv", "ulica", "posta", "kraj", "drzava", "davcna", "jezik"),
    ("0000001", "Žiga Čuček s.p.", "Šolska ulica 1", "1000", "Ljubljana", "SI", "SI12345678", "sl"),
    ("0000002", "Kupec d.o.o.", "Cesta 2", "6000", "Koper", "SI", "SI22222222", "sl"),
    ("0000003", "Ana Đurić", "Čopova 3", "9020", "Klagenfurt", "AT", "", "de"),
)
ITEMS = (
    ("sifra_stranke", "dokument", "datum", "zapadlost", "znesek", "odprto", "valuta", "sklic"),
    ("0000001", "2012-1", "09.07.2012", "08.08.2012", "3.008,89", "1.008,89", "EUR", "SI00 1-1"),
    ("0000001", "2012-2", "9.7.2012", "8.8.2012", "500,00", "500,00", "EUR", "SI00 1-2"),
    ("0000002", "2012-3", "2012-07-09", "2012-08-08", "-120,50", "-120,50", "EUR", "SI00 2-3"),
)

Row = Sequence[object]


def text_of(rows: Sequence[Row], separator: str = ";", end: str = "\r\n") -> str:
    """The table as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=end).writerows(rows)
    return out.getvalue()


def write_csv(
    path: Path, rows: Sequence[Row], separator: str = ";", encoding: str = "utf-8", end: str = "\r\n"
) -> Path:
    """The table as a CSV file; its path."""
    path.write_bytes(text_of(rows, separator, end).encode(encoding))
    return path


def write_xlsx(path: Path, rows: Sequence[Row], formats: dict[str, str] | None = None) -> Path:
    """The table as a workbook; `formats` sets number formats of cells by their names; its path."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for name, number_format in (formats or {}).items():
        sheet[name].number_format = number_format
    book.save(path)
    return path


def with_cells(rows: Sequence[Row], changes: dict[tuple[int, int], object]) -> list[list[object]]:
    """The table with some cells changed: (line from 1, column from 0) → value."""
    copy = [list(row) for row in rows]
    for (line, column), value in changes.items():
        copy[line - 1][column] = value
    return copy
