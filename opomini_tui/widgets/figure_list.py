"""Groups of lines with a label, figures and a bar, each of which can be chosen with the arrows and Enter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from opomini_tui.widgets.block_bar import block_bar
from opomini_tui.widgets.cell_text import fit
from opomini_tui.widgets.readable import ChoiceList

GAP = " "
LEAST_BAR = 6
MOST_BAR = 30


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: `key` is its own in the whole list; `cells` are its figures; `size` is what its bar shows beside the
    others of its group; `style` colours figures and bar; `detail` says the line in full, as a sentence."""

    key: str
    label: str
    cells: tuple[str, ...]
    size: int = 0
    style: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under a heading, with the headings and widths of their figures; `bars`: they have bars."""

    title: str
    columns: tuple[tuple[str, int], ...]
    lines: Sequence[Figure]
    bars: bool = True

    @property
    def widest(self) -> int:
        """The cells of its widest label."""
        return max(cell_len(label) for label in (self.title, *(line.label for line in self.lines)))

    @property
    def largest(self) -> int:
        """What fills a bar."""
        return max((line.size for line in self.lines), default=0)


@dataclass(slots=True)
class _Layout:
    """How the cells of a line are shared out: the label whole, the figures, and a bar where there is room for one."""

    group: Group
    labels: int
    """The widest label of this group and of those whose figures stand below its own."""
    width: int
    label: int = field(init=False)
    bar: int = field(init=False)

    def __post_init__(self) -> None:
        figures = sum(width + len(GAP) for _title, width in self.group.columns)
        room = self.width - figures
        self.bar = min(MOST_BAR, room - self.labels - len(GAP)) if self.group.bars else 0
        if self.bar < LEAST_BAR:
            self.bar = 0
        self.label = max(1, room - (self.bar + len(GAP) if self.bar else 0))

    def heading(self) -> Content:
        """Title and headings of the figures."""
        cells = "".join(GAP + fit(title, width, "right") for title, width in self.group.columns)
        return Content.assemble((fit(self.group.title, self.label), "bold $text-primary"), (cells, "$quiet"))

    def line(self, figure: Figure) -> Content:
        """Label, figures to the right, bar."""
        widths = (width for _title, width in self.group.columns)
        cells = "".join(GAP + fit(cell, width, "right") for cell, width in zip(figure.cells, widths, strict=True))
        bar = GAP + block_bar(figure.size, self.group.largest, self.bar) if self.bar else ""
        style = figure.style or ""
        bar_style = "$quiet" if style == "$quiet" else style or "$primary"
        return Content.assemble(fit(figure.label, self.label), (cells, style), (bar, bar_style))


class FigureList(ChoiceList):
    """The arrows go from line to line, past headings; Home and End to the first and last."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "aside(-1)", show=False),
        Binding("right", "aside(1)", show=False),
    ]

    @dataclass
    class Aside(Message):
        """Left (-1) or right (1) was pressed: to the list beside this one; `line` is the line's height on the screen."""

        step: int
        line: int

    def __init__(self, *, id: str) -> None:  # noqa: A002 - as every widget names it
        super().__init__(id=id, compact=True, markup=False)
        self._groups: Sequence[Group] = ()
        self._drawn_for = 0

    def show(self, groups: Sequence[Group]) -> None:
        """Show these groups; the cursor stays on the line with its key, and the list does not scroll."""
        self._groups = groups
        self._draw()

    def on_mount(self) -> None:
        """A scroll bar that comes or goes takes or gives a cell, and no Resize tells of it."""
        self.watch(self, "show_vertical_scrollbar", self._bar_moved, init=False)

    def _bar_moved(self) -> None:
        self.call_after_refresh(self.on_resize)

    def on_resize(self, _event: events.Resize | None = None) -> None:
        """Share the width out anew."""
        if self.scrollable_content_region.width != self._drawn_for:
            self._draw()

    def figure(self, key: str | None) -> Figure | None:
        """The line with that key."""
        return next((line for group in self._groups for line in group.lines if line.key == key), None)

    @property
    def current(self) -> Figure | None:
        """The line under the cursor."""
        return None if self.highlighted is None else self.figure(self.get_option_at_index(self.highlighted).id)

    def go_to(self, key: str) -> bool:
        """Put the cursor on the line with that key; whether there is one."""
        if self.figure(key) is None:
            return False
        self.highlighted = self.get_option_index(key)
        return True

    def go_near(self, line: int) -> None:
        """Put the cursor on the line that is next to the `line`th one in sight."""
        wanted = line + self.scroll_offset.y
        places = [place for place, option in enumerate(self.options) if not option.disabled]
        if places:
            self.highlighted = min(places, key=lambda place: abs(place - wanted))

    def action_aside(self, step: int) -> None:
        """Left or right."""
        self.post_message(self.Aside(step, (self.highlighted or 0) - self.scroll_offset.y))

    def _draw(self) -> None:
        """Only prompts are exchanged where the lines are the same as before."""
        width = self.scrollable_content_region.width
        if width <= 0:
            return
        self._drawn_for = width
        options = list(self._options_for(width))
        if [option.id for option in options] == [option.id for option in self.options]:
            for place, option in enumerate(options):
                self.replace_option_prompt_at_index(place, option.prompt)
            return
        before, scroll = self.current, self.scroll_y
        self.set_options(options)
        if before is None or not self.go_to(before.key):
            self.action_first()
        self.scroll_to(y=scroll, animate=False)

    def _options_for(self, width: int) -> Iterator[Option]:
        """Headings cannot be chosen; an empty line stands between groups."""
        for place, group in enumerate(self._groups):
            alike = (other for other in self._groups if (other.columns, other.bars) == (group.columns, group.bars))
            layout = _Layout(group, max(other.widest for other in alike), width)
            if place:
                yield Option("", id=f"gap-{place}", disabled=True)
            yield Option(layout.heading(), id=f"group-{place}", disabled=True)
            for line in group.lines:
                yield Option(layout.line(line), id=line.key)
