"""What stands below the path of the import screen: the entries of a folder, or the first rows of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from opomini_tui.actions import bindings
from opomini_tui.ledger import Preview
from opomini_tui.screens.copying import CopiesRows
from opomini_tui.screens.import_run import Look, column_names
from opomini_tui.text import _, ngettext
from opomini_tui.widgets.readable import ChoiceList
from opomini_tui.widgets.record_columns import Column
from opomini_tui.widgets.record_pages import Row
from opomini_tui.widgets.record_table import RecordTable

WIDEST = 26
UP = "../"


class ImportView(CopiesRows, Vertical):
    """Words, and below them the folder's list or the file's table."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("rows")]

    @dataclass
    class Chosen(Message):
        """An entry of the folder was chosen: the path as it is to be typed."""

        typed: str

    def __init__(self) -> None:
        super().__init__(id="import-view")
        self._folder = Path()
        self._names: list[str] = []

    def compose(self) -> ComposeResult:
        """Words and list; a table comes with each file."""
        yield Static("", id="import-words", markup=False)
        yield ChoiceList(id="import-files")
        yield Vertical(id="import-rows")

    @property
    def files(self) -> OptionList:
        """The folder's list."""
        return self.query_one("#import-files", OptionList)

    def copied_table(self) -> RecordTable | None:
        """The file's rows, while one is shown."""
        return next(iter(self.query(RecordTable)), None)

    async def show(self, look: Look) -> None:
        """Show what was found."""
        words, kind = _words(look)
        said = self.query_one("#import-words", Static)
        said.update(words)
        said.set_classes(kind)
        self.files.display = look.folder is not None
        rows = self.query_one("#import-rows", Vertical)
        rows.display = look.preview is not None
        await rows.remove_children()
        if look.folder is not None:
            self._list(look.folder, look.entries)
        if look.preview is not None:
            table = RecordTable(_columns(look.preview), empty_text=_("The file has no rows."))
            await rows.mount(table)
            lines = [_recognised(look.preview), *(Row(row) for row in look.preview.rows)]
            table.load(range(len(lines)), lambda ids: {number: lines[number] for number in ids})
            table.move_to_index(1)

    def _list(self, folder: Path, entries: Sequence[Path]) -> None:
        """The folder above, then folders and files."""
        self._folder = folder
        names = [UP] if folder != folder.parent else []
        names += [entry.name + ("/" if entry.is_dir() else "") for entry in entries]
        self.files.clear_options()
        self.files.add_options(Option(Content(name), id=f"{number}") for number, name in enumerate(names))
        if names:
            self.files.highlighted = min(1, len(names) - 1) if names[0] == UP else 0
        self._names = names

    @on(OptionList.OptionSelected, "#import-files")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        name = self._names[event.option_index]
        place = self._folder.absolute()
        path = place.parent if name == UP else place / name
        self.post_message(self.Chosen(f"{path}".rstrip("/") + ("/" if name.endswith("/") else "")))


def _words(look: Look) -> tuple[str, str]:
    """What is said above the list or table, and the class of its colour."""
    if look.preview is None:
        if look.sentence:
            return look.sentence, "-bad"
        return (_("No CSV or XLSX file here."), "") if not look.entries else (f"{look.folder}/", "")
    found = look.preview
    if found.missing:
        names = ", ".join(column_names()[name] for name in found.missing)
        return _("Not found in the file: {columns}. F6 says where they stand.").format(columns=names), "-bad"
    count = sum(1 for name in found.mapping.values() if name)
    said = ngettext(
        "First rows of the file; {count} column is recognised.",
        "First rows of the file; {count} columns are recognised.",
        count,
    ).format(count=count)
    wrong = len(found.problems)
    if wrong:
        more = ngettext("{count} value in them is wrong (F2).", "{count} values in them are wrong (F2).", wrong)
        return f"{said} {more.format(count=wrong)}", "-bad"
    return said, ""


def _recognised(found: Preview) -> Row:
    """The first line: what each column is taken for."""
    names = column_names()
    cells = (found.mapping.get(header, "") for header in found.columns)
    return Row(tuple(names[name] if name else _("not imported") for name in cells), style="good")


def _columns(found: Preview) -> list[Column]:
    """The file's columns, as wide as their texts."""
    first = _recognised(found).cells
    columns = []
    for place, header in enumerate(found.columns):
        texts = [header, first[place], *(row[place] for row in found.rows if place < len(row))]
        width = min(WIDEST, max(3, *map(cell_len, texts)))
        columns.append(Column(f"{place}", header, width, sortable=False))
    return columns
