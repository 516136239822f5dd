"""Stolpci: which column of the file is which of ours; what is chosen is remembered for the next files of the kind."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widgets import Static

from opomini_tui.ledger import Preview
from opomini_tui.ledger.columns import LAYOUTS, plain
from opomini_tui.screens.form import FormScreen
from opomini_tui.screens.import_run import column_names
from opomini_tui.text import _
from opomini_tui.widgets.fields import SelectField

SAMPLE = 24
"""Cells of a value that stands beside its header."""


class MappingScreen(FormScreen[dict[str, str]]):
    """Ends with header of the file → our column ("": not imported), for every header."""

    def __init__(self, kind: str, found: Preview) -> None:
        super().__init__()
        self._layout, self._found = LAYOUTS[kind], found
        self._places = _named(found.columns)

    def heading(self) -> str:
        """What is chosen here."""
        return _("Columns of the file")

    def help_text(self) -> str:
        """What the sign means, and that it is remembered."""
        return _(
            "Choose for each of our columns the column of the file from which it is read. Those with * must be there. "
            "The choice is remembered for the next files of the same kind once the file is imported."
        )

    def body(self) -> ComposeResult:
        """What is missing, then a choice for each of our columns."""
        labels = column_names()
        if self._found.missing:
            names = ", ".join(labels[name] for name in self._found.missing)
            yield Static(_("Not found in the file: {columns}.").format(columns=names), markup=False, classes="missing")
        options = [("", _("not imported")), *((str(place), self._shown(place)) for place in self._places)]
        now = {name: str(place) for place in self._places if (name := self._found.mapping[self._found.columns[place]])}
        for column in self._layout.columns:
            label = labels[column.name] + (" *" if column.required else "")
            yield SelectField(column.name, label, options, now.get(column.name, ""))

    def _shown(self, place: int) -> str:
        """A header of the file with its first value."""
        values = (row[place] for row in self._found.rows if place < len(row) and row[place])
        value = next(values, "")
        value = value if len(value) <= SAMPLE else value[:SAMPLE] + "…"
        return f"{self._found.columns[place]}: {value}" if value else self._found.columns[place]

    def on_mount(self) -> None:
        """Begin with what is missing."""
        first = self._found.missing[0] if self._found.missing else self._layout.columns[0].name
        self.field(first).focus_control()

    def confirmed(self) -> None:
        """Every needed column once, no column of the file twice."""
        values = self.values() or {}
        problems: dict[str, str] = {}
        chosen: dict[str, str] = {}
        for column in self._layout.columns:
            place = values[column.name]
            if not place and column.required:
                problems[column.name] = _("This column is needed: choose where it stands in the file.")
            elif place in chosen:
                problems[column.name] = _("This column of the file is chosen for {column} already.").format(
                    column=column_names()[chosen[place]]
                )
            elif place:
                chosen[place] = column.name
        self.show_problems(problems)
        if not problems:
            self.dismiss({self._found.columns[place]: chosen.get(str(place), "") for place in self._places})


def _named(headers: Sequence[str]) -> list[int]:
    """Places of the headers by which a column can be named: not blank, and the first of those that are alike."""
    seen: dict[str, int] = {}
    for place, header in enumerate(headers):
        if plain(header):
            seen.setdefault(plain(header), place)
    return list(seen.values())
