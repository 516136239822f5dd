"""The smallest Textual application with a `DataTable` of 500 rows: what a start is measured against."""

from __future__ import annotations

from rich.text import Text
from textual.app import App, ComposeResult
from textual.widgets import DataTable, Footer, Header

ROWS = 500
TITLES = (
    "Leto",
    "Številka",
    "Datum",
    "Šifra stranke",
    "Naziv stranke",
    "Stopnja",
    "Znesek",
    "Zamuda dni",
    "Strošek",
    "Skupaj",
)


class BareApp(App[None]):
    """Header, table, footer."""

    def compose(self) -> ComposeResult:
        """The three."""
        yield Header()
        yield DataTable[Text](cursor_type="row")
        yield Footer()

    def on_mount(self) -> None:
        """Fill the table."""
        table: DataTable[Text] = self.query_one(DataTable)
        table.add_columns(*TITLES)
        for n in range(1, ROWS + 1):
            row = (
                "2012",
                n,
                "17.08.2012",
                f"{n:07d}",
                f"Kupec {n} d.o.o.",
                n % 3 + 1,
                "12,34",
                n % 90,
                "2,00",
                "14,34",
            )
            table.add_row(*(Text(str(value)) for value in row))


if __name__ == "__main__":
    BareApp().run()
