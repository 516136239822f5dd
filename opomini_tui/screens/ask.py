"""Short modals: a question before something that cannot be taken back, a question for a text, an error, a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from opomini_tui.actions import BY_ID
from opomini_tui.errors import OpominiError, Refused
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.guard import Guarded
from opomini_tui.text import _, ngettext
from opomini_tui.text.names import fold
from opomini_tui.widgets.fields import TextField
from opomini_tui.widgets.readable import ChoiceList

REASONS_SHOWN = 200


class ConfirmScreen(Guarded, FormScreen[bool]):
    """Asks before something is done. The focus is on Cancel; F9 or the button confirms, not the key that asked."""

    SIZE = "small"

    def __init__(self, title: str, sentences: Sequence[str | Content], confirm: str, *, danger: bool = True) -> None:
        super().__init__()
        self._title, self._sentences, self._confirm, self._danger = title, sentences, confirm, danger

    def heading(self) -> str:
        """The question's subject."""
        return self._title

    def body(self) -> ComposeResult:
        """What will happen, sentence by sentence."""
        for sentence in self._sentences:
            yield Static(sentence, markup=False, classes="ask--sentence")

    def buttons(self) -> list[Button]:
        """Leave, then the deed by its name."""
        return [
            form_button(self.cancel_label(), "cancel", BY_ID["form.cancel"].key),
            form_button(self._confirm, "confirm", BY_ID["form.confirm"].key, main=True, danger=self._danger),
        ]

    def on_mount(self) -> None:
        """The focus is on the harmless button."""
        self.query_one("#button-cancel").focus()

    def confirmed(self) -> None:
        """Yes, unless the key came from the screen below."""
        if not self.guarded:
            self.dismiss(True)

    def action_cancel(self) -> None:
        """No."""
        self.dismiss(False)


class AskTextScreen(FormScreen[str]):
    """Asks for one line of text, such as a reason; an empty one is not accepted."""

    SIZE = "small"

    def __init__(self, title: str, label: str, sentences: Sequence[str] = (), value: str = "") -> None:
        super().__init__()
        self._title, self._label, self._sentences, self._value = title, label, sentences, value

    def heading(self) -> str:
        """What the text is for."""
        return self._title

    def body(self) -> ComposeResult:
        """The sentences and the field."""
        for sentence in self._sentences:
            yield Static(sentence, markup=False, classes="ask--sentence")
        yield TextField("text", self._label, self._value)

    def confirmed(self) -> None:
        """Give the text."""
        values = self.values()
        if values is None:
            return
        if values["text"]:
            self.dismiss(str(values["text"]))
        else:
            self.show_problems({"text": _("Something must be written here.")})


class ErrorScreen(FormScreen[None]):
    """An error's sentence and the reasons of the records it names; Enter or Esc closes it."""

    SIZE = "small"

    def __init__(self, error: OpominiError) -> None:
        super().__init__()
        self._error = error
        self._reasons = error.reasons if isinstance(error, Refused) else ()

    def heading(self) -> str:
        """That it did not work."""
        return _("This cannot be done")

    def body(self) -> ComposeResult:
        """Sentence and reasons."""
        yield Static(str(self._error), markup=False, classes="ask--sentence")
        for reason in self._reasons[:REASONS_SHOWN]:
            yield Static(f"· {reason}", markup=False, classes="ask--reason")
        more = len(self._reasons) - REASONS_SHOWN
        if more > 0:
            yield Static(ngettext("and {count} more", "and {count} more", more).format(count=more), markup=False)

    def buttons(self) -> list[Button]:
        """Only one."""
        return [form_button(_("Close"), "cancel", BY_ID["form.cancel"].key, main=True)]

    def on_mount(self) -> None:
        """Enter closes."""
        self.query_one("#button-cancel").focus()

    def confirmed(self) -> None:
        """F9 closes too."""
        self.dismiss(None)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list: its id, its text, the key that does the same, and a second line that explains it."""

    id: str
    text: str
    key: str = ""
    help: str = ""


class ListScreen(FormScreen[str]):
    """Choose one entry: type to search, arrows, Enter. Menus, the palette, the choice of a sort column."""

    SIZE = "list"

    def __init__(self, title: str, entries: Sequence[Entry], *, search: bool = True, current: str = "") -> None:
        super().__init__()
        self._title, self._entries, self._search, self._current = title, entries, search, current

    def heading(self) -> str:
        """What is chosen."""
        return self._title

    def body(self) -> ComposeResult:
        """Search field and entries."""
        if self._search:
            yield Input(placeholder=_("Type to search"), compact=True, id="list-search")
        yield ChoiceList(id="list-entries")

    def buttons(self) -> list[Button]:
        """Choosing is Enter, leaving is Esc."""
        return [form_button(self.cancel_label(), "cancel", BY_ID["form.cancel"].key)]

    def on_mount(self) -> None:
        """Show everything, with the cursor on the current entry."""
        self._show("")
        self.query_one("#list-search" if self._search else "#list-entries").focus()

    def _show(self, typed: str) -> None:
        words = fold(typed).split()
        found = [entry for entry in self._entries if all(word in fold(f"{entry.text} {entry.help}") for word in words)]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(entry_line(entry), id=entry.id) for entry in found)
        if not found:
            options.add_option(Option(_("Nothing found."), disabled=True))
            return
        ids = [entry.id for entry in found]
        options.highlighted = ids.index(self._current) if self._current in ids else 0

    @on(Input.Changed, "#list-search")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._show(event.value)

    @on(Input.Submitted, "#list-search")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.confirmed()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id is not None:
            self.dismiss(event.option_id)

    def on_key(self, event: events.Key) -> None:
        """Arrows move in the list while the search field has the focus."""
        moves = {"down": "cursor_down", "up": "cursor_up", "pagedown": "page_down", "pageup": "page_up"}
        if event.key in moves and isinstance(self.focused, Input):
            event.stop()
            getattr(self.query_one(OptionList), f"action_{moves[event.key]}")()

    def confirmed(self) -> None:
        """Take the highlighted entry."""
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            chosen = options.get_option_at_index(options.highlighted).id
            if chosen is not None:
                self.dismiss(chosen)


def entry_line(entry: Entry) -> Content:
    """Text, key, and the explanation dimmed below."""
    key = (f"  {entry.key}", "$hint-key") if entry.key else ""
    below = (f"\n{entry.help}", "$quiet") if entry.help else ""
    return Content.assemble(entry.text, key, below)
