"""What came of a verb: a few sentences, and one line for each record that was left out."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.widgets import Button, Static

from opomini_tui.actions import BY_ID
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.text import _, ngettext
from opomini_tui.widgets.reasons import ReasonList


class OutcomeScreen(FormScreen[None]):
    """Stays until it is closed: what was done must not vanish like a toast."""

    SIZE = "small"

    def __init__(self, title: str, sentences: Sequence[str], reasons: Sequence[str] = ()) -> None:
        """`reasons`: a sentence for each record that was left out; they can be scrolled, however many there are."""
        super().__init__()
        self._title, self._sentences, self._reasons = title, sentences, reasons

    def heading(self) -> str:
        """What was done."""
        return self._title

    def body(self) -> ComposeResult:
        """The sentences, then the reasons."""
        for sentence in self._sentences:
            yield Static(sentence, markup=False, classes="outcome--sentence")
        if self._reasons:
            count = len(self._reasons)
            said = ngettext("{count} was left out:", "{count} were left out:", count).format(count=count)
            yield Static(said, markup=False, classes="outcome--left")
            yield ReasonList(self._reasons)

    def buttons(self) -> list[Button]:
        """Only one."""
        return [form_button(_("Close"), "cancel", BY_ID["form.cancel"].key, main=True)]

    def on_mount(self) -> None:
        """Reasons can be scrolled at once; without any, Enter closes."""
        self.query_one(ReasonList if self._reasons else "#button-cancel").focus()

    def on_key(self, event: events.Key) -> None:
        """Enter closes from anywhere."""
        if event.key == "enter":
            event.stop()
            self.confirmed()

    def confirmed(self) -> None:
        """F9 closes too."""
        self.dismiss(None)
