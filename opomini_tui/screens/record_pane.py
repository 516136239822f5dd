"""A list within a form: records in a small table with its own buttons, such as the contacts of a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Static

from opomini_tui.actions import BY_ID, bindings
from opomini_tui.screens.ask import ConfirmScreen
from opomini_tui.screens.copying import CopiesRows
from opomini_tui.screens.form import form_button
from opomini_tui.screens.session import read
from opomini_tui.text import _
from opomini_tui.widgets.record_columns import Column
from opomini_tui.widgets.record_pages import Row
from opomini_tui.widgets.record_table import RecordTable


@dataclass(frozen=True, slots=True)
class Line:
    """One record of the list: its key for the verbs, and its cells."""

    key: Any
    cells: tuple[str, ...]
    style: str = ""


class RecordPane(CopiesRows, Vertical):
    """A subclass gives `columns`, `find` (called in a thread) and what New, Open and Delete do."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("rows")]
    TICKABLE: ClassVar[bool] = False
    FIXED: ClassVar[bool] = False
    """Records can be neither added nor deleted here."""

    lines: Sequence[Line] = ()
    """What is listed now."""
    read_only: bool = False

    def __init__(self, *, read_only: bool = False) -> None:
        super().__init__(classes="pane")
        self.read_only = read_only

    def columns(self) -> Sequence[Column]:
        """The columns, with headings in the current language."""
        raise TypeError(f"{type(self).__name__} has no columns")

    def find(self) -> Sequence[Line]:
        """The records; called in a thread, with a database connection."""
        raise TypeError(f"{type(self).__name__} finds nothing")

    def empty_text(self) -> str:
        """What stands there when there are no records."""
        return _("Nothing here yet.") if self.read_only or self.FIXED else _("Nothing here yet. F2 adds the first.")

    def above(self) -> ComposeResult:
        """What stands above the list."""
        yield from ()

    def tools(self) -> list[Button]:
        """The buttons below the list."""
        if self.read_only or self.FIXED:
            return []
        named = (("new", "list.new"), ("open", "list.edit"), ("remove", "list.remove"))
        return [form_button(BY_ID[action].label, f"pane-{name}", BY_ID[action].key) for name, action in named]

    def compose(self) -> ComposeResult:
        """List, words, buttons."""
        yield from self.above()
        yield RecordTable(self.columns(), tickable=self.TICKABLE, empty_text=self.empty_text())
        yield Static("", classes="pane--words", markup=False)
        with Horizontal(classes="pane--tools"):
            yield from self.tools()

    @property
    def table(self) -> RecordTable:
        """The list itself."""
        return self.query_one(RecordTable)

    def copied_table(self) -> RecordTable:
        """The list."""
        return self.table

    @property
    def current(self) -> Line | None:
        """The record under the cursor."""
        place = self.table.cursor_id
        return self.lines[place] if place is not None and place < len(self.lines) else None

    def on_mount(self) -> None:
        """Read the records."""
        self.reload()

    def reload(self) -> None:
        """Read the records again."""
        read(self.screen, f"pane-{type(self).__name__}", self.find, self.show)

    def show(self, lines: Sequence[Line]) -> None:
        """Show the records."""
        if not self.is_mounted:
            return
        self.lines = lines

        def load(ids: Sequence[int]) -> Mapping[int, Row]:
            return {place: Row(lines[place].cells, style=lines[place].style) for place in ids if place < len(lines)}

        self.table.load(range(len(lines)), load)
        self.say(self.words())

    def words(self) -> str:
        """The words below the list."""
        return ""

    def say(self, words: str) -> None:
        """Put words below the list."""
        place = self.query_one(".pane--words", Static)
        place.update(words)
        place.display = bool(words)

    def new(self) -> None:
        """Add a record."""

    def edit(self, line: Line) -> None:
        """Open a record."""

    def remove_sentence(self, line: Line) -> str:
        """What is asked before a record is deleted."""
        return _("“{record}” will be deleted.").format(record=line.cells[0])

    def delete(self, line: Line) -> None:
        """Delete a record; the question was asked."""

    def add_new(self) -> None:
        """F2 or its button."""
        if not self.read_only and not self.FIXED:
            self.new()

    def ask_remove(self) -> None:
        """Del or its button: delete after a question."""
        line = self.current
        if line is None or self.read_only or self.FIXED:
            return
        title = BY_ID["list.remove"].label
        screen = ConfirmScreen(title, [self.remove_sentence(line)], title)
        self.session.push_screen(screen, lambda yes: self._remove(line) if yes else None)

    def _remove(self, line: Line) -> None:
        try:
            self.delete(line)
        except Exception as error:  # shown to the operator: the list stays as it is
            self.session.show_error(error)
        self.reload()

    def open_current(self) -> None:
        """Enter or its button."""
        line = self.current
        if line is not None and not self.read_only:
            self.edit(line)

    @on(RecordTable.RowSelected)
    def _selected(self, event: RecordTable.RowSelected) -> None:
        event.stop()
        self.open_current()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        acts = {
            "button-pane-new": self.add_new,
            "button-pane-open": self.open_current,
            "button-pane-remove": self.ask_remove,
        }
        if act := acts.get(str(event.button.id)):
            event.stop()
            act()
