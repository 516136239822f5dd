"""Pregled: what waits for the operator, how old and how far dunned the open items are, what is due, how sending went."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import OptionList, Static

from opomini_tui.actions import BY_ID, bindings
from opomini_tui.dunning.forecast import DueDay, forecast
from opomini_tui.evidence.overview import Overview, overview
from opomini_tui.mail.delivery_pages import DeliveryQuery
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.preferences import FIRST_SCREEN
from opomini_tui.models.settings import Company
from opomini_tui.screens.base import open_action
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.dashboard_lines import Lines, Target, lines_of
from opomini_tui.screens.following import FollowsOthers
from opomini_tui.screens.notices import NoticesScreen
from opomini_tui.screens.open_items import OpenItemsScreen
from opomini_tui.screens.session import NoticesChanged, read
from opomini_tui.text import _
from opomini_tui.text.formats import format_date
from opomini_tui.widgets.bars import TitleBar
from opomini_tui.widgets.cell_text import drawable
from opomini_tui.widgets.figure_list import FigureList

TWO_COLUMNS = 110
"""From so many cells on, the groups stand in two columns."""


class DashboardScreen(FollowsOthers):
    """Every line is a key: Enter opens exactly what it counts."""

    PLACES: ClassVar[tuple[str, ...]] = ("dashboard",)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("dashboard")]
    AUTO_FOCUS = "#figures-first"

    first = getters.query_one("#figures-first", FigureList)
    second = getters.query_one("#figures-second", FigureList)

    def __init__(self, choice: Choice) -> None:
        """`choice` of the grid does not matter."""
        super().__init__()
        self._choice = choice
        self.seen: Overview | None = None
        self.forecast_known = False
        """Whether what is due has been asked for; it takes a moment longer than the rest."""
        self.lines: Lines | None = None

    def title_text(self) -> str:
        """The action's name, the day, and whether the program begins here."""
        begins = _("the program begins here") if self._is_first() else ""
        day = f"{BY_ID['notices.dashboard'].label} {format_date(self.session.today())}"
        return " · ".join(filter(None, (day, begins)))

    def help_text(self) -> str:
        """How the figures are to be read."""
        return _(
            "Every line opens what it counts. What is due for dunning is what Prepare would make on that day, as the rules "
            "and the open items are now: what is not dunned on one day is due on the next one too. Credit notes lower sums. "
            "Colours only repeat what the words say."
        )

    def content(self) -> ComposeResult:
        """The lines, in one or two columns, and the line under the cursor in full."""
        with Horizontal(id="dashboard-figures"):
            yield FigureList(id="figures-first")
            yield FigureList(id="figures-second")
        yield Static("", id="dashboard-line", markup=False)

    def on_mount(self) -> None:
        """Read; follow what others do."""
        self.session.sub_title = Company.current().name
        self.reload()
        self.follow()

    def on_resize(self) -> None:
        """One column or two."""
        self._show()

    def reload(self) -> None:
        """Read everything again: first what is quick, then the forecast."""
        self.query_one(TitleBar).title = self.title_text()
        began, today = time.monotonic(), self.session.today()
        read(self, "overview", partial(overview, today, due=False), partial(self._overview_read, began))

    def _overview_read(self, began: float, seen: Overview) -> None:
        if self.seen is not None:  # the forecast of a moment ago stays until the new one is there
            seen = replace(seen, due=self.seen.due, why_no_due=self.seen.why_no_due)
        self.seen = seen
        self._show()
        read(
            self,
            "forecast",
            partial(forecast, seen.today),
            partial(self._forecast_read, began),
            partial(self._forecast_failed, began),
        )

    def _forecast_read(self, began: float, due: tuple[DueDay, ...], why: str = "") -> None:
        if self.seen is not None:
            self.seen, self.forecast_known = replace(self.seen, due=due, why_no_due=why), True
        self.rest(time.monotonic() - began)
        self._show()

    def _forecast_failed(self, began: float, error: BaseException) -> None:
        """The sentence stands in the lines, where it is looked for."""
        self._forecast_read(began, (), str(self.session.explained(error)))

    def _show(self) -> None:
        """Put the lines into one or two columns."""
        if self.seen is None:
            return
        self.lines = lines_of(self.seen, forecast_known=self.forecast_known)
        wide, current = self.size.width >= TWO_COLUMNS, self.figures.current
        moved = self.second.has_focus and not wide
        self.set_class(wide, "-two")
        first, second = self.lines.columns(wide)
        self.first.show(first)
        self.second.show(second)
        if moved:
            self.first.focus()
            if current is not None:
                self.first.go_to(current.key)
        self._show_line()

    @property
    def figures(self) -> FigureList:
        """The column in which the cursor is."""
        return self.second if self.second.has_focus else self.first

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show_line()

    def on_descendant_focus(self) -> None:
        """The other column."""
        self._show_line()

    def _show_line(self) -> None:
        current = self.figures.current
        self.query_one("#dashboard-line", Static).update(drawable(current.detail) if current else "")

    @on(FigureList.Aside)
    def _aside(self, event: FigureList.Aside) -> None:
        """To the other column, at the same height."""
        event.stop()
        target = self.second if event.step > 0 else self.first
        if self.has_class("-two") and target is not self.figures:
            target.focus()
            target.go_near(event.line)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_open_line()

    def read_changed(self) -> None:
        """All figures."""
        self.reload()

    def on_notices_changed(self, event: NoticesChanged) -> None:
        """Read at once what this program itself changed."""
        event.stop()
        self.reload()

    def action_open_line(self) -> None:
        """What the line under the cursor counts."""
        current = self.figures.current
        if current is not None and self.lines is not None:
            self._open(self.lines.targets[current.key])

    def _open(self, target: Target) -> None:
        if target.items is not None:
            self.session.push_screen(OpenItemsScreen(target.items, target.title))
        elif target.notices is not None:
            self._open_grid(target.notices)
        elif target.messages is not None:
            self._open_messages(target.messages)
        elif target.batches:
            self._open_batches()
        elif target.day is not None:
            open_action(self, BY_ID["notices.prepare"], Choice(day=target.day))
        else:
            open_action(self, BY_ID["notices.import"], self.choice())

    def _open_grid(self, chosen: NoticeFilter) -> None:
        """Back to the grid, which shows these notices."""
        grid = next(screen for screen in self.session.screen_stack if isinstance(screen, NoticesScreen))
        self.dismiss(None)
        grid.show_filter(chosen)

    def _open_messages(self, chosen: DeliveryQuery) -> None:
        """The batch, or the outbox, narrowed to them."""
        from opomini_tui.screens.outbox import OutboxScreen
        from opomini_tui.screens.send_progress import SendProgressScreen

        screen = SendProgressScreen(chosen.batch) if chosen.batch else OutboxScreen(self.choice())
        screen.state, screen.open_only = chosen.state, chosen.open_only
        self.session.push_screen(screen)

    def _open_batches(self) -> None:
        from opomini_tui.screens.batches import BatchesScreen

        self.session.push_screen(BatchesScreen())

    def action_reload(self) -> None:
        """Read everything again."""
        self.reload()

    def _is_first(self) -> bool:
        return self.session.chosen.recall(self.session.actor, FIRST_SCREEN) == "dashboard"

    def action_begin_here(self) -> None:
        """Begin with the overview at the next sign-in, or with the grid again."""
        first = not self._is_first()
        self.session.chosen.keep(self.session.actor, FIRST_SCREEN, "dashboard" if first else "")
        self.query_one(TitleBar).title = self.title_text()
        here, grid = _("From now on the program begins here."), _("From now on the program begins with the notices.")
        self.session.tell(here if first else grid)

    def action_close(self) -> None:
        """To the grid."""
        self.dismiss(None)
