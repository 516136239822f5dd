"""The list of a field's known values: searched as one types; what is chosen is put into the field."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from opomini_tui.screens.ask import ListScreen
from opomini_tui.screens.session import read
from opomini_tui.text import _
from opomini_tui.text.names import fold
from opomini_tui.widgets.field_values import Value, Values

TYPING_SECONDS = 0.15
"""How long the operator must pause before what he typed is looked for."""


class ValuesScreen(ListScreen):
    """Ends with the text of the chosen value."""

    _typing: Timer | None = None

    def __init__(self, title: str, values: Values, current: str) -> None:
        """`current`: what stands in the field; the cursor begins there."""
        super().__init__(title, (), current=current)
        self._values = values
        self._found: Sequence[Value] = ()

    def _show(self, typed: str) -> None:
        wanted = fold(typed).split()
        read(self, "values", lambda: self._values(wanted), self._read)

    def _read(self, found: Sequence[Value]) -> None:
        """Show what was found."""
        self._found = found
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(_line(value), id=str(place)) for place, value in enumerate(found))
        if not found:
            options.add_option(Option(_("Nothing found."), disabled=True))
            return
        texts = [value.text for value in found]
        options.highlighted = texts.index(self._current) if self._current in texts else 0

    @on(Input.Changed, "#list-search")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPING_SECONDS, lambda: self._show(event.value))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.confirmed()

    def confirmed(self) -> None:
        """Take the highlighted value."""
        place = self.query_one(OptionList).highlighted
        if place is not None and place < len(self._found):
            self.dismiss(self._found[place].text)


def _line(value: Value) -> Content:
    """The value, and dimmed what it stands for."""
    about = (f"  {value.about}", "dim") if value.about else ""
    return Content.assemble(value.text, about)
