"""The header of Opominjanje: year, levels, before lawsuit, row limit, and the fields to locate and to filter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.timer import Timer
from textual.widgets import Input, Select, Static

from opomini_tui.models.filter_words import Reading, advice, completed, read_words
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.screens.notice_place import LEVELS, Place
from opomini_tui.screens.session import InSession
from opomini_tui.text import _
from opomini_tui.widgets.line_input import LineInput
from opomini_tui.widgets.tick_box import TickBox

TYPING_SECONDS = 0.15


class FilterSuggester(Suggester):
    """Completes keys and values of the filter line; → takes what it shows."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The line completed, or None."""
        return completed(value)


class NoticeBar(InSession, Vertical):
    """Two lines of filter, a third while its line is typed; it says `Changed` when other rows are wanted and `Locate` when a
    row is looked for."""

    @dataclass
    class Changed(Message):
        """Another year, level, search …: the rows must be read again."""

    @dataclass
    class Locate(Message):
        """Jump to the first row whose sorted column starts with `typed`; `done`: go back to the grid."""

        typed: str
        done: bool = False

    def __init__(self, years: tuple[int, ...], row_limit: int, place: Place) -> None:
        super().__init__()
        self._years = years
        self._row_limit = row_limit
        self._place = place
        self._typing: Timer | None = None

    def compose(self) -> ComposeResult:
        """Line one: what is shown; line two: locate and filter; line three: what can be typed."""
        with Horizontal():
            yield Static(_("Year"), classes="label", markup=False)
            yield Select[int](
                [(Content(str(year)), year) for year in self._years], compact=True, id="notice-year", prompt="—"
            )
            for level, label in zip(LEVELS, (_("Level 1"), _("Level 2"), _("Level 3")), strict=True):
                yield TickBox(label, level in self._place.levels, id=f"notice-level-{level}")
            yield TickBox(_("Lawsuit"), self._place.before_lawsuit, id="notice-lawsuit")
        with Horizontal():
            yield Static("", id="notice-locate-label", classes="label", markup=False)
            yield LineInput(compact=True, id="notice-locate", select_on_focus=False)
            yield Static(_("Filter:"), id="notice-search-label", classes="label", markup=False)
            yield LineInput(
                self._place.words,
                compact=True,
                id="notice-search",
                select_on_focus=False,
                placeholder=_("name, code, no."),
                suggester=FilterSuggester(),
            )
            yield Static(str(self._row_limit), id="notice-limit", classes="label", markup=False)
            yield TickBox(_("All records"), self._place.everything, id="notice-all")
        yield Static("", id="notice-advice", markup=False)

    def on_mount(self) -> None:
        """Begin with the year of the last session, else the newest."""
        self.show_years(self._years)
        if self._place.year in self._years:
            with self.prevent(Select.Changed):
                self.year_select.value = self._place.year
        self._show_reading()

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

    @property
    def reading(self) -> Reading:
        """What the filter line says."""
        return read_words(self.search_input.value, self.session.today)

    def place(self, sort: str, reverse: bool, cursor: int | None = None) -> Place:
        """What the header says, with an order and the notice under the cursor."""
        levels = tuple(level for level in LEVELS if self.box(f"level-{level}").value)
        lawsuit, everything = self.box("lawsuit").value, self.box("all").value
        return Place(self.search_input.value, self.year, levels, lawsuit, everything, sort, reverse, cursor)

    def show(self, place: Place) -> None:
        """Say this filter; the rows are read once."""
        with self.prevent(Input.Changed, Select.Changed, TickBox.Changed):
            self.search_input.value = place.words
            if place.year in self._years:
                self.year_select.value = place.year
            for level in LEVELS:
                self.box(f"level-{level}").value = level in place.levels
            self.box("lawsuit").value, self.box("all").value = place.before_lawsuit, place.everything
        self._show_reading()
        self.post_message(self.Changed())

    def wanted(self, before: NoticeFilter) -> NoticeFilter:
        """The filter that the header says, with the order of `before`."""
        return self.place(before.sort, before.reverse).within(self._row_limit, self.session.today)

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
    def _filter_typed(self, event: Input.Changed) -> None:
        event.stop()
        self._show_reading()
        self._soon(lambda: self.post_message(self.Changed()))

    def _show_reading(self) -> None:
        """What was not understood, else what can be typed; and that there is a filter at all."""
        typed, problems = self.search_input.value, self.reading.problems
        self.set_class(bool(typed.strip()), "-filtered")
        self.set_class(bool(problems), "-problem")
        self.query_one("#notice-advice", Static).update("   ".join(problems) or advice(typed))

    def on_descendant_focus(self) -> None:
        """While the filter line is typed it has the room of the locate field, and a line of advice below."""
        self.set_class(self.search_input.has_focus, "-typing")

    def on_descendant_blur(self) -> None:
        """Back to two lines."""
        self.remove_class("-typing")

    def leave_filter(self) -> bool:
        """Esc in the filter line: empty it; False when it is empty already, so that the grid takes over."""
        if not (self.search_input.has_focus and self.search_input.value):
            return False
        self.search_input.value = ""
        return True

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
