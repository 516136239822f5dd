"""Copying from a list: one cell or whole rows, of the row under the cursor or of all that are ticked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from opomini_tui.actions import Action, actions_of
from opomini_tui.screens.session import InSession
from opomini_tui.text import _, ngettext
from opomini_tui.widgets.record_table import Column, RecordTable

COPIED_AT_MOST = 5_000
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class CopiesRows(InSession):
    """The actions of place "rows": whoever has a table of records says which."""

    _copied_key = ""
    """The column that was copied last."""

    def copied_table(self) -> RecordTable | None:
        """The table that is copied from; None while there is none."""
        raise TypeError(f"{type(self).__name__} has nothing to copy")

    def action_copy(self) -> None:
        """Choose a column of the row under the cursor; with ticks it is copied of all ticked rows."""
        from opomini_tui.screens.ask import Entry, ListScreen

        table = self.copied_table()
        row = table.cursor_row if table is not None else None
        if table is None or row is None:
            return
        cells = {column.key: cell_of(row.cells, place, column) for place, column in enumerate(table.columns)}
        entries = [Entry(one.key, f"{one.title}: {cells[one.key]}") for one in table.columns if cells[one.key]]
        title = _("Copy a column of the ticked rows") if table.tick_count else _("Copy a cell")
        self.session.push_screen(ListScreen(title, entries, current=self._copied_key), self._copy_column)

    def _copy_column(self, key: str | None) -> None:
        table = self.copied_table()
        if key is None or table is None:
            return
        self._copied_key = key
        self._copy(table, [(place, one) for place, one in enumerate(table.columns) if one.key == key], heading=False)

    def action_copy_rows(self) -> None:
        """Ticked rows with headings, else the row under the cursor, as lines with tabs."""
        table = self.copied_table()
        if table is not None:
            self._copy(table, list(enumerate(table.columns)), heading=bool(table.tick_count))

    def _copy(self, table: RecordTable, columns: Sequence[tuple[int, Column]], *, heading: bool) -> None:
        """Copy these columns of the ticked rows, else of the row under the cursor, and say what was copied."""
        ticked = table.ticked_ids()
        ids = ticked[:COPIED_AT_MOST] or [number for number in (table.cursor_id,) if number is not None]
        lines = [[cell_of(row.cells, place, column) for place, column in columns] for row in table.rows(ids)]
        count = len(lines)
        if not count:
            return
        if heading:
            lines.insert(0, [column.title for _place, column in columns])
        text = "\n".join(map("\t".join, lines))
        if len(ticked) > COPIED_AT_MOST:
            said = _("The first {count} of {ticked} ticked rows copied.").format(count=count, ticked=len(ticked))
        elif count == 1 and len(columns) == 1:
            said = _("Copied: {text}").format(text=text)
        else:
            said = ngettext("{count} row copied.", "{count} rows copied.", count).format(count=count)
        if self.session.copy(text):
            self.session.tell(said)


def with_copying(offered: Sequence[Action]) -> list[Action]:
    """What is `offered`, and copying from the list where it has no action of its own for that."""
    own = {action.run for action in offered}
    return [*offered, *(action for action in actions_of("rows") if action.run not in own)]


def cell_of(cells: Sequence[str], place: int, column: Column) -> str:
    """The text of the column at this place as it may stand between tabs: no tab, line break or other control character."""
    source = place if column.cell is None else column.cell
    return _CONTROLS.sub(" ", cells[source]) if source < len(cells) else ""
