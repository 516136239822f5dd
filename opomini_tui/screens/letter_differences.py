"""What a letter says otherwise than the customer's previous one: both in one text, what was added and what was taken out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from opomini_tui.actions import bindings
from opomini_tui.documents.differences import Line, letter_differences
from opomini_tui.documents.shown_letter import letter_before, shown_letter
from opomini_tui.screens.base import OpominiScreen
from opomini_tui.screens.marked_lines import marked
from opomini_tui.screens.session import read
from opomini_tui.text import _
from opomini_tui.text.formats import format_date
from opomini_tui.widgets.bars import TitleBar

MARK_CELLS = 2
AROUND_CELLS = 3
"""The padding of the text and its scroll bar."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The title, the sentence above the lines, and the lines (none without a previous notice)."""

    title: str
    head: str
    lines: tuple[Line, ...] = ()

    def changes(self) -> list[int]:
        """The numbers of the lines at which a change begins."""
        marks = [line.mark != " " for line in self.lines]
        return [place for place, changed in enumerate(marks) if changed and (place == 0 or not marks[place - 1])]


class LetterDifferencesScreen(OpominiScreen):
    """The differences to the customer's previous notice."""

    PLACES = ("differences",)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("differences")]

    def __init__(self, notice_id: int) -> None:
        super().__init__()
        self._notice_id = notice_id
        self._compared = Compared("", "")
        self._at = -1

    def title_text(self) -> str:
        """Until the letters are read."""
        return _("Differences")

    def help_text(self) -> str:
        """How to read it."""
        return _(
            "Lines with + are only in this letter, lines with − only in the letter of the customer's previous notice that was "
            "issued. The lines without a mark are in both."
        )

    def content(self) -> ComposeResult:
        """What is compared, and the lines."""
        yield Static("…", id="differences-head", markup=False)
        with VerticalScroll(id="differences-scroll"):
            yield Static("", id="differences-lines", markup=False)

    def on_mount(self) -> None:
        """Read both letters."""
        self.query_one("#differences-scroll").focus()
        self._read()

    def _read(self) -> None:
        width = self.session.size.width - AROUND_CELLS - MARK_CELLS
        read(self, "letters", partial(read_differences, self._notice_id, width), self._show)

    def on_resize(self, event: events.Resize) -> None:
        """Set the lines anew."""
        if self._compared.title:
            self._read()

    def _show(self, compared: Compared) -> None:
        self._compared = compared
        self.query_one(TitleBar).title = compared.title
        self.query_one("#differences-head", Static).update(compared.head)
        self.query_one("#differences-lines", Static).update(marked(compared.lines))

    def action_next(self) -> None:
        """Bring the next change to the top; after the last one the first."""
        self._go(1)

    def action_previous(self) -> None:
        """The change before."""
        self._go(-1)

    def _go(self, step: int) -> None:
        places = self._compared.changes()
        if places:
            self._at = (self._at + step) % len(places) if self._at >= 0 or step > 0 else len(places) - 1
            self.query_one("#differences-scroll").scroll_to(y=places[self._at], animate=False)

    def action_copy(self) -> None:
        """Copy the lines with their marks."""
        self.session.copy_to_clipboard(marked(self._compared.lines).plain)
        self.session.tell(_("Copied."))

    def action_close(self) -> None:
        """Back."""
        self.dismiss()


def read_differences(notice_id: int, width: int) -> Compared:
    """Compare the letter with the customer's previous one; called in a thread.

    Raises:
        OpominiError: the notice is gone or its letter cannot be drawn.
    """
    letter, before = shown_letter(notice_id), letter_before(notice_id)
    title = _("Differences of notice {label}").format(label=letter.label)
    if before is None:
        return Compared(
            title, _("This customer has no earlier notice that was issued, so there is nothing to compare.")
        )
    lines = letter_differences(before.content, letter.content, width)
    added, removed = (sum(line.mark == mark for line in lines) for mark in "+−")
    head = _("Compared with notice {label} of {date}: + {added}, − {removed} lines").format(
        label=before.label, date=format_date(before.date), added=added, removed=removed
    )
    return Compared(title, head, lines)
