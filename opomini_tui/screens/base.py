"""Full screens: a title bar, their own content, the hint line and the status line; and how one opens another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, ClassVar, Self

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import Screen

from opomini_tui.actions import BY_ID, Action, actions_of
from opomini_tui.errors import OpominiError
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.session import InSession, keep_first_styles, set_width_class
from opomini_tui.widgets.bars import HintBar, StatusBar, TitleBar


class OpominiScreen(InSession, Screen[None]):
    """A full screen. A subclass sets `PLACES` (places of the registry), `BINDINGS = bindings(place)`, and gives `title_text`
    and `content`."""

    PLACES: ClassVar[tuple[str, ...]] = ()
    BINDINGS: ClassVar[list[BindingType]] = []
    _given: tuple[Any, ...] = ()
    _named: Mapping[str, Any] = MappingProxyType({})

    def __new__(cls, *given: Any, **named: Any) -> Self:
        """Remember what the screen was opened with, so that it can be opened again."""
        screen = super().__new__(cls)
        screen._given, screen._named = given, named
        return screen

    def once_more(self) -> OpominiScreen:
        """The same screen anew, as after another language was chosen."""
        return type(self)(*self._given, **self._named)

    def kept(self) -> object:
        """What the operator did here that `once_more` does not know by itself, such as ticks; for `keep`."""
        return None

    def keep(self, kept: Any) -> None:
        """Take over what was `kept`; the screen is mounted."""

    def title_text(self) -> str:
        """What the title bar says before the company's name, in the current language."""
        raise TypeError(f"{type(self).__name__} has no title")

    def help_text(self) -> str:
        """A few sentences for F1, in the current language; the keys are added from the registry."""
        return ""

    def content(self) -> ComposeResult:
        """The widgets between title bar and hint line."""
        yield from ()

    def compose(self) -> ComposeResult:
        """Bars and content. Few direct children: Textual draws each of them for every change anywhere on the screen."""
        yield TitleBar(self.title_text())
        yield from self.content()
        with Vertical(classes="bottom-bars"):
            yield HintBar(self.offered_actions())
            yield StatusBar()

    def on_compose(self) -> None:
        """Before the widgets are made."""
        set_width_class(self)

    @on(events.ScreenResume)
    def _shown_first(self, event: events.ScreenResume) -> None:
        keep_first_styles(self, event)

    def offered_actions(self) -> list[Action]:
        """What can be done here and the operator's level allows: for hints, palette and help."""
        return [action for action in actions_of(*self.PLACES, "everywhere") if self.session.may(action.needs)]

    def choice(self) -> Choice:
        """What is chosen here, for a screen that is opened from here."""
        return Choice(NoticeFilter())

    def action_open(self, action_id: str) -> None:
        """Open the screen of an action, if the operator's level allows it."""
        open_action(self, BY_ID[action_id], self.choice())


def open_action(opener: InSession, action: Action, choice: Choice) -> None:
    """Import the screen of `action` and push it; what the operator may not do is said instead."""
    session = opener.session
    try:
        if action.needs:
            session.actor.require(action.needs)
        screen = screen_class(action.opens)(choice)
    except OpominiError as error:
        session.show_error(error)
        return
    session.push_screen(screen)


def screen_class(dotted: str) -> Callable[[Choice], Screen[Any]]:
    """The class "module:Class"; imported here so that a start does not pay for screens nobody opens."""
    module, _sep, name = dotted.partition(":")
    found: Callable[[Choice], Screen[Any]] = getattr(import_module(module), name)
    return found
