"""The header of Opominjanje: year, levels, before lawsuit, row limit, and the fields to locate and to search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Select, Static

from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.text import _
from opomini_tui.widgets.tick_box import TickBox

TYPING_SECONDS = 0.15
LEVELS = (1, 2, 3)


class NoticeBar(Vertical):
    """Two lines of filter; it says `Changed` when other rows are wanted and `Locate` when a row is looked for."""

    @dataclass
    class Changed(Message):
        """Another year, level, search …: the rows must be read again."""

    @dataclass
    class Locate(Message):
        """Jump to the first row whose sorted column starts with `typed`; `done`: go back to the grid."""

        typed: str
        done: bool = False

    def __init__(self, years: tuple[int, ...], row_limit: int) -> None:
        super().__init__()
        self._years = years
        self._row_limit = row_limit
        self._typing: Timer | None = None

    def compose(self) -> ComposeResult:
        """Line one: what is shown; line two: locate and search."""
        with Horizontal():
            yield Static(_("Year"), classes="label", markup=False)
            yield Select[int](
                [(Content(str(year)), year) for year in self._years], compact=True, id="notice-year", prompt="—"
            )
            for level, label in zip(LEVELS, (_("Level 1"), _("Level 2"), _("Level 3")), strict=True):
                yield TickBox(label, True, id=f"notice-level-{level}")
            yield TickBox(_("Lawsuit"), id="notice-lawsuit")
        with Horizontal():
            yield Static("", id="notice-locate-label", classes="label", markup=False)
            yield Input(compact=True, id="notice-locate", select_on_focus=False)
            yield Static(_("Search:"), classes="label", markup=False)
            yield Input(compact=True, id="notice-search", select_on_focus=True, placeholder=_("name, code or number"))
            yield Static(str(self._row_limit), id="notice-limit", classes="label", markup=False)
            yield TickBox(_("All records"), id="notice-all")

    def on_mount(self) -> None:
        """Begin with the newest year."""
        self.show_years(self._years)

    def show_years(self, years: tuple[int, ...], row_limit: int | None = None) -> None:
        """Offer these years, newest first; the year shown stays when it is among them."""
        self._row_limit = row_limit or self._row_limit
        self.query_one("#notice-limit", Static).update(str(self._row_limit))
        select, shown = self.year_select, self.year
        if years != self._years:
            self._years = years
            with self.prevent(Select.Changed):
                select.set_options([(Content(str(year)), year) for year in years])
        if years:
            with self.prevent(Select.Changed):
                select.value = shown if shown in years else years[0]

    @property
    def year_select(self) -> Select[int]:
        """The select of years."""
        return self.query_one("#notice-year", Select)

    @property
    def year(self) -> int | None:
        """The year chosen; None when there are no notices at all."""
        value = self.year_select.value
        return value if isinstance(value, int) else None

    def box(self, name: str) -> TickBox:
        """A tick box by the end of its id: "level-1", "lawsuit", "all"."""
        return self.query_one(f"#notice-{name}", TickBox)

    @property
    def locate_input(self) -> Input:
        """The field that is named after the sorted column."""
        return self.query_one("#notice-locate", Input)

    @property
    def search_input(self) -> Input:
        """The search field."""
        return self.query_one("#notice-search", Input)

    def wanted(self, before: NoticeFilter) -> NoticeFilter:
        """The filter that the header says, with the order of `before`."""
        levels = frozenset(level for level in LEVELS if self.box(f"level-{level}").value)
        return replace(
            before,
            year=self.year,
            levels=None if len(levels) == len(LEVELS) else levels,
            before_lawsuit=self.box("lawsuit").value,
            search=self.search_input.value.strip(),
            limit=None if self.box("all").value else self._row_limit,
        )

    def name_sorted_column(self, title: str) -> None:
        """Put the heading of the sorted column before the locate field."""
        self.query_one("#notice-locate-label", Static).update(f"{title}:")

    def step_year(self, step: int) -> None:
        """One year newer (1) or older (-1), as far as there are notices."""
        if self.year in self._years:
            place = self._years.index(self.year) - step
            if 0 <= place < len(self._years):
                self.year_select.value = self._years[place]

    @on(Select.Changed)
    @on(TickBox.Changed)
    def _chosen(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Changed())

    @on(Input.Changed, "#notice-search")
    def _searched(self, event: Input.Changed) -> None:
        event.stop()
        self._soon(lambda: self.post_message(self.Changed()))

    @on(Input.Changed, "#notice-locate")
    def _located(self, event: Input.Changed) -> None:
        event.stop()
        typed = event.value
        self._soon(lambda: self.post_message(self.Locate(typed)))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        typed = event.value if event.input.id == "notice-locate" else ""
        self.post_message(self.Locate(typed, done=True))

    def on_key(self, event: events.Key) -> None:
        """Arrows leave the fields for the grid."""
        if event.key in ("down", "up") and self.screen.focused in (self.locate_input, self.search_input):
            event.stop()
            self.post_message(self.Locate("", done=True))

    def _soon(self, then: Callable[[], object]) -> None:
        """Call it when nothing was typed for a moment."""
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPING_SECONDS, then)
