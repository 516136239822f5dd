"""One stream of rows, whether the file is CSV or XLSX: line number and cells, in flat memory."""

from __future__ import annotations

import csv
import re
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from opomini_tui.errors import OpominiError
from opomini_tui.ledger.sniff import encoding_of, fingerprint, is_workbook, separator_of, unreadable
from opomini_tui.ledger.values import Cell, clean
from opomini_tui.text import _

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as WorkbookCell
    from openpyxl.cell.cell import MergedCell

Rows = Generator[tuple[int, Sequence[Cell]], None, None]

# Excel numbers are binary floats of 15 digits: what is behind the sixth place is noise of a formula.
_PLACES = Decimal("0.000001")
_ZEROS = re.compile(r"0{2,}")


@dataclass(frozen=True, slots=True)
class Table:
    """A file with columns; `rows` may be called again and again, each call reads from the start.

    `encoding` is "" for a workbook.
    """

    path: Path
    sha256: str
    encoding: str
    separator: str
    skipped: int

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self.path.name

    def headers(self) -> tuple[str, ...]:
        """The cells of the header, which is the first line that is not blank.

        Raises:
            OpominiError: there is none, or the file cannot be read.
        """
        with closing(self.rows()) as rows:
            for _line, cells in rows:
                return tuple(clean(cell) for cell in cells)
        raise OpominiError(_("The file {file} is empty.").format(file=self.name))

    def records(self, lines_per_record: int = 1) -> Rows:
        """The rows behind the header."""
        rows = self.rows(lines_per_record)
        next(rows, None)
        return rows

    def lines(self) -> int:
        """How many lines a CSV file has, for the eye of who waits; 0 for a workbook, which does not tell before its end."""
        if not self.encoding:
            return 0
        with self.path.open("rb") as file:
            return sum(part.count(b"\n") for part in iter(lambda: file.read(1 << 20), b""))

    def rows(self, lines_per_record: int = 1) -> Rows:
        """Each row that is not blank: the line where it begins (from 1, as in the file) and its cells.

        Raises:
            OpominiError: the file cannot be read, or a record takes more than `lines_per_record`
                lines, which means that a quotation mark is not closed.
        """
        return self._text_rows(lines_per_record) if self.encoding else self._workbook_rows()

    def _text_rows(self, lines_per_record: int) -> Rows:
        """The rows of a CSV file."""
        end = self.skipped
        try:
            with self.path.open(encoding=self.encoding, newline="") as file:
                for _number in range(self.skipped):
                    file.readline()
                reader = csv.reader(file, delimiter=self.separator)
                for cells in reader:
                    line, end = end + 1, reader.line_num + self.skipped
                    if end - line >= lines_per_record:
                        raise self._open_quote(line)
                    if any(cells):
                        yield line, cells
        except UnicodeError as error:
            raise unreadable(self.path, self.encoding) from error
        except csv.Error as error:
            raise self._open_quote(end + 1) from error

    def _open_quote(self, line: int) -> OpominiError:
        """The sentence about a quotation mark that swallows the lines behind it."""
        return OpominiError(
            _(
                "In {file} a quotation mark that opens in line {line} is not closed there, so the lines behind it "
                "cannot be read. Correct the line and import the file again."
            ).format(file=self.name, line=line)
        )

    def _workbook_rows(self) -> Rows:
        """The rows of the first sheet of an XLSX file, all as wide as the header."""
        from openpyxl import load_workbook  # slow to load, and most files are CSV

        try:
            # An open file, because by its name openpyxl would judge the ending and not the content.
            with self.path.open("rb") as file, closing(load_workbook(file, read_only=True, data_only=True)) as book:
                sheet = book.worksheets[0]
                sheet.reset_dimensions()
                width = 0
                for line, row in enumerate(sheet.iter_rows(), 1):
                    cells = [_cell(cell) for cell in row]
                    while cells and cells[-1] == "":
                        cells.pop()
                    if cells:
                        width = width or len(cells)
                        yield line, cells + [""] * (width - len(cells))
        except (BadZipFile, KeyError, ValueError, IndexError, OSError) as error:
            raise OpominiError(
                _("{file} is not a workbook that can be read. Save it as .xlsx or CSV and import it again.").format(
                    file=self.name
                )
            ) from error


def _cell(cell: WorkbookCell | MergedCell) -> Cell:
    """What a cell holds: text, or a number as Decimal; dates as ISO text, codes with the zeros of their format."""
    value: object = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        zeros = _ZEROS.fullmatch(cell.number_format or "")
        return f"{value:0{len(zeros[0])}d}" if zeros else Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value)).quantize(_PLACES).normalize() if abs(value) < 1e15 else str(value)
    return str(value)


def open_table(path: Path | str) -> Table:
    """Look at a file: its kind, encoding, separator and fingerprint.

    Raises:
        OpominiError: it cannot be read, or it is not a table.
    """
    file = Path(path)
    sha256 = fingerprint(file)
    if is_workbook(file):
        return Table(file, sha256, "", "", 0)
    encoding = encoding_of(file)
    separator, skipped = separator_of(file, encoding)
    return Table(file, sha256, encoding, separator, skipped)
