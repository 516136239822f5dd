"""A one-widget application for the tests of the record table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from textual import on
from textual.app import App, ComposeResult

from opomini_tui.widgets.record_table import Column, RecordTable, Row

COLUMNS = (
    Column("year", "Year", 4, frozen=True),
    Column("number", "Number", 7, "right", frozen=True),
    Column("name", "Name", 20, grows=True),
    Column("amount", "Amount", 12, "right"),
    Column("note", "Note", 30),
    Column("mail", "E-mail", 30, sortable=False),
)


def record(number: int, name: str = "") -> Row:
    """The row of the record `number`."""
    return Row(("2012", str(number), name or f"Customer {number}", f"{number},50", f"note {number}", f"a{number}@x.si"))


class Records:
    """Rows by id that can be changed, deleted and made unreadable; counts how often pages are read."""

    def __init__(self, rows: Mapping[int, Row]) -> None:
        """Start with `rows`."""
        self.rows = dict(rows)
        self.reads: list[list[int]] = []
        self.broken = False

    @classmethod
    def numbered(cls, ids: Iterable[int]) -> Records:
        """Records that show their own id."""
        return cls({number: record(number) for number in ids})

    def __call__(self, ids: Sequence[int]) -> Mapping[int, Row]:
        """The page loader."""
        if self.broken:
            raise ConnectionError("the database is away")
        self.reads.append(list(ids))
        return {number: self.rows[number] for number in ids if number in self.rows}


class TableApp(App[None]):
    """One focused table over records numbered from 1, and what it has said."""

    def __init__(self, count: int = 1000, columns: Sequence[Column] = COLUMNS, tickable: bool = True) -> None:
        """A table of `count` records."""
        super().__init__()
        self.records = Records.numbered(range(1, count + 1))
        self.table = RecordTable(columns, tickable=tickable, empty_text="No notices.", id="table")
        self.said: list[tuple[str, object]] = []

    def compose(self) -> ComposeResult:
        """The table alone."""
        yield self.table

    def on_mount(self) -> None:
        """Load it."""
        self.table.load(list(self.records.rows), self.records)
        self.table.focus()

    @on(RecordTable.RowHighlighted, "#table")
    def _highlighted(self, event: RecordTable.RowHighlighted) -> None:
        self.said.append(("highlighted", event.id))

    @on(RecordTable.RowSelected, "#table")
    def _selected(self, event: RecordTable.RowSelected) -> None:
        self.said.append(("selected", event.id))

    @on(RecordTable.TicksChanged, "#table")
    def _ticks(self, event: RecordTable.TicksChanged) -> None:
        self.said.append(("ticks", event.table.ticks.hidden))

    @on(RecordTable.SortRequested, "#table")
    def _sort(self, event: RecordTable.SortRequested) -> None:
        self.said.append(("sort", event.key))

    @on(RecordTable.LoadFailed, "#table")
    def _failed(self, event: RecordTable.LoadFailed) -> None:
        self.said.append(("failed", str(event.error)))

    def lines(self) -> list[str]:
        """Every line of the table as text."""
        return [self.table.render_line(y).text for y in range(self.table.size.height)]

    def line_of(self, number: int) -> str:
        """The line that shows the record with this number."""
        return next(line for line in self.lines() if f" Customer {number} " in line)
