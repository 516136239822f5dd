"""A full screen with one searchable list: what is found is read in a thread as the operator types."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer
from textual.widgets import Input, Static

from opomini_tui.actions import Action, bindings
from opomini_tui.screens.ask import Entry, ListScreen
from opomini_tui.screens.base import OpominiScreen
from opomini_tui.screens.copying import CopiesRows, with_copying
from opomini_tui.screens.session import read
from opomini_tui.text import _
from opomini_tui.text.names import fold
from opomini_tui.widgets.record_columns import Column
from opomini_tui.widgets.record_pages import PageLoader, Row
from opomini_tui.widgets.record_table import RecordTable

EVERYTHING = "all"
TYPING_SECONDS = 0.15
"""How long the operator must pause before what he typed is looked for."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list that is at hand: its cells, the whole text of what may not fit into them, a letter beside it."""

    cells: tuple[str, ...]
    detail: str = ""
    style: str = ""
    mark: str = ""
    words: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", fold(" ".join((*self.cells, self.detail))))

    def holds(self, wanted: Sequence[str]) -> bool:
        """Whether every wanted word (folded) stands somewhere in it."""
        return all(word in self.words for word in wanted)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought: ids in order, how their rows are read, and what one says in full.

    `more`: there would have been more; `summary`: a line above the list, by default the number of lines.
    """

    ids: Sequence[int] = ()
    load: PageLoader = field(default=lambda _ids: {})
    detail: Callable[[int], str] = field(default=lambda _record: "")
    more: bool = False
    summary: str = ""

    @classmethod
    def of(cls, lines: Mapping[int, Listed], *, more: bool = False, summary: str = "") -> Found:
        """Lines that are at hand."""

        def load(ids: Sequence[int]) -> Mapping[int, Row]:
            return {
                number: Row(lines[number].cells, style=lines[number].style, mark=lines[number].mark)
                for number in ids
                if number in lines
            }

        return cls(tuple(lines), load, lambda record: lines[record].detail, more, summary)


class ListedScreen(CopiesRows, OpominiScreen):
    """A subclass gives `columns` and `find` (called in a thread), and adds its own actions."""

    PLACES: ClassVar[tuple[str, ...]] = ("listed",)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("listed"), *bindings("rows")]
    TICKABLE: ClassVar[bool] = False
    TICK_TITLE: ClassVar[str] = ""
    """The heading of the ticks; as wide as what stands below it, such as a tick and a letter."""

    _typing: Timer | None = None
    found: Found = Found()
    """What is shown now."""

    def columns(self) -> Sequence[Column]:
        """The columns, with headings in the current language."""
        raise TypeError(f"{type(self).__name__} has no columns")

    def find(self, wanted: Sequence[str]) -> Found:
        """What holds every wanted word (folded); called in a thread, with a database connection."""
        raise TypeError(f"{type(self).__name__} finds nothing")

    def content(self) -> ComposeResult:
        """Summary, search field, list, and the detail of the line under the cursor."""
        yield Static("", id="listed-summary", markup=False)
        yield Input(placeholder=_("Type to search"), compact=True, id="listed-search")
        yield RecordTable(
            self.columns(),
            tickable=self.TICKABLE,
            tick_title=self.TICK_TITLE,
            empty_text=_("Nothing found."),
            id="listed-table",
        )
        yield Static("", id="listed-detail", markup=False)

    @property
    def table(self) -> RecordTable:
        """The list."""
        return self.query_one("#listed-table", RecordTable)

    def copied_table(self) -> RecordTable:
        """The list."""
        return self.table

    def offered_actions(self) -> list[Action]:
        """Those of its places, and copying."""
        return with_copying(super().offered_actions())

    def on_mount(self) -> None:
        """Read everything; the cursor stands in the list."""
        self.table.focus()
        self.search()

    def kept(self) -> str:
        """What was searched for."""
        return self.query_one("#listed-search", Input).value

    def keep(self, kept: str) -> None:
        """Search for it again."""
        self.query_one("#listed-search", Input).value = kept

    def search(self) -> None:
        """Read what holds the words typed."""
        wanted = fold(self.query_one("#listed-search", Input).value).split()
        read(self, "find", lambda: self.find(wanted), self.show)

    def show(self, found: Found) -> None:
        """Show what was found."""
        self.found = found
        self.table.load(found.ids, found.load)
        self.query_one("#listed-summary", Static).update(found.summary or self._counted(found))
        self._show_detail(self.table.cursor_id)

    def _counted(self, found: Found) -> str:
        shown = _("{count} shown").format(count=len(found.ids))
        return shown + " · " + _("there are more: search to narrow the list") if found.more else shown

    @on(Input.Changed, "#listed-search")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPING_SECONDS, self.search)

    @on(Input.Submitted, "#listed-search")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.table.focus()

    @on(RecordTable.RowHighlighted)
    def _moved(self, event: RecordTable.RowHighlighted) -> None:
        self._show_detail(event.id)

    def _show_detail(self, record: int | None) -> None:
        self.query_one("#listed-detail", Static).update("" if record is None else self.found.detail(record))

    def narrow(self, title: str, kinds: Mapping[str, str], current: str, chosen: Callable[[str], None]) -> None:
        """Ask which of `kinds` (names by id; "" is everything) the list shows, and search again."""
        entries = [Entry(kind or EVERYTHING, name) for kind, name in kinds.items()]

        def narrowed(kind: str | None) -> None:
            if kind is not None:
                chosen("" if kind == EVERYTHING else kind)
                self.search()

        self.session.push_screen(ListScreen(title, entries, search=False, current=current or EVERYTHING), narrowed)

    def action_search(self) -> None:
        """To the search field."""
        self.query_one("#listed-search", Input).focus()

    def action_close(self) -> None:
        """Out of the search first (what was typed is forgotten), then back."""
        box = self.query_one("#listed-search", Input)
        if self.focused is box and box.value:
            box.value = ""
        elif self.focused is box:
            self.table.focus()
        else:
            self.dismiss(None)


class ReasonsScreen(ListedScreen):
    """A list that is at hand, such as the notices that will not be sent, each with its reason."""

    def __init__(self, title: str, columns: Sequence[Column], lines: Sequence[Listed], summary: str = "") -> None:
        super().__init__()
        self._heading, self._columns, self._lines, self._summary = title, columns, lines, summary

    def title_text(self) -> str:
        """What is listed."""
        return self._heading

    def columns(self) -> Sequence[Column]:
        """As given."""
        return self._columns

    def find(self, wanted: Sequence[str]) -> Found:
        """The lines with those words."""
        lines = {place: line for place, line in enumerate(self._lines) if line.holds(wanted)}
        return Found.of(lines, summary="" if wanted else self._summary)
