"""Modal forms with tabs: fields or a list on each; Alt+1 … Alt+9 show a tab and put the cursor into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, TabbedContent, TabPane, Tabs

from opomini_tui.actions import BY_ID, Action, actions_of, bindings
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.record_pane import RecordPane
from opomini_tui.text import _

ResultT = TypeVar("ResultT")
Tab = tuple[str, str, Callable[[], ComposeResult]]
"""Id, title, and what is on it."""


def beside(*fields: Widget) -> Horizontal:
    """Fields in one line."""
    return Horizontal(*fields, classes="beside")


class TabbedForm(FormScreen[ResultT]):
    """A subclass gives `tabs`; `read_only` forms show everything and confirm nothing."""

    SIZE = "large"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("list", leave_out=("list.close", "list.search", "list.edit"))]

    @property
    def read_only(self) -> bool:
        """Whether nothing may be changed here."""
        return False

    def tabs(self) -> list[Tab]:
        """The tabs in order."""
        raise TypeError(f"{type(self).__name__} has no tabs")

    def first_tab(self) -> str:
        """The id of the tab that is shown first; "" for the first one."""
        return ""

    def body(self) -> ComposeResult:
        """The tabs; fields scroll within theirs."""
        with TabbedContent(initial=self.first_tab(), id="form-tabs"):
            for name, title, content in self.tabs():
                with TabPane(Content(title), id=name):
                    yield from content()

    def buttons(self) -> list[Button]:
        """Leave, then confirm; only leave where nothing may be changed."""
        if self.read_only:
            return [form_button(_("Close"), "cancel", BY_ID["form.cancel"].key, main=True)]
        return super().buttons()

    def offered_actions(self) -> list[Action]:
        """The keys of forms and of lists."""
        offered = actions_of("form", "list", "everywhere")
        return [action for action in offered if action.id not in ("list.close", "list.search")]

    def on_mount(self) -> None:
        """Nothing can be typed into a form that only shows."""
        if self.read_only:
            for field in self.fields():
                field.disabled = True
        self.call_after_refresh(self.enter_tab)

    def enter_tab(self) -> None:
        """Put the cursor into the first field or the list of the tab that is shown."""
        pane = self.query_one("#form-tabs", TabbedContent).active_pane
        if pane is None:
            return
        for widget in pane.query("*"):
            if widget.focusable and widget.display and not isinstance(widget, (VerticalScroll, Tabs)):
                widget.focus()
                return

    @property
    def shown_pane(self) -> RecordPane | None:
        """The list on the tab that is shown, if there is one."""
        pane = self.query_one("#form-tabs", TabbedContent).active_pane
        return pane.query(RecordPane).first() if pane is not None and pane.query(RecordPane) else None

    def action_new(self) -> None:
        """F2: add a record to the list that is shown."""
        if self.shown_pane is not None:
            self.shown_pane.add_new()

    def action_remove(self) -> None:
        """Del: delete the record under the cursor of the list that is shown."""
        if self.shown_pane is not None:
            self.shown_pane.ask_remove()

    @on(TabbedContent.TabActivated, "#form-tabs")
    def _tab_shown(self, event: TabbedContent.TabActivated) -> None:
        """The cursor follows to the tab, unless it was led there or walks along the tabs."""
        focused = self.focused
        if isinstance(focused, Tabs) or (focused is not None and event.pane in focused.ancestors):
            return
        self.call_after_refresh(self.enter_tab)

    def action_confirm(self) -> None:
        """What F9 and the main button do."""
        if not self.read_only:
            super().action_confirm()


@contextmanager
def scrolling() -> Iterator[None]:
    """The part of a tab that scrolls."""
    with VerticalScroll(can_focus=False, classes="tab--fields"):
        yield
