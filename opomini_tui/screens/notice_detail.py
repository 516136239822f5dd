"""Podrobno: everything about one notice, in tabs; the next and the previous one without going back."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static, TabbedContent, TabPane

from opomini_tui.actions import bindings
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.letter_actions import LetterActions
from opomini_tui.screens.notice_view import (
    Head,
    item_columns,
    item_rows,
    read_deliveries,
    read_email,
    read_head,
    read_journal,
    read_letter,
    read_texts,
)
from opomini_tui.screens.print_now import PrintsNow
from opomini_tui.screens.session import NoticesChanged, read
from opomini_tui.text import _
from opomini_tui.widgets.bars import TitleBar
from opomini_tui.widgets.record_table import RecordTable

ITEMS = "items"
LETTER = "letter"
AROUND_CELLS = 3
"""The padding of a text and its scroll bar."""


class NoticeDetailScreen(LetterActions, PrintsNow):
    """The notice under the grid's cursor; each tab is read when it is first shown."""

    PLACES = ("detail",)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("detail")]

    def __init__(self, choice: Choice) -> None:
        super().__init__()
        self._rows = choice.rows
        self._notice = choice.cursor if choice.cursor is not None else 0
        self._texts: dict[str, Content] = {}

    def title_text(self) -> str:
        """The form's name, until the notice is read."""
        return _("Details")

    def help_text(self) -> str:
        """What the tabs are."""
        whole = _(
            "Everything about one notice: its items, the texts of the letter, the letter itself, the e-mail as it would "
            "go now, what was sent and how the servers answered, and who did what. A digit shows the tab of that number."
        )
        letter = _(
            "The letter is the text of the PDF itself: D compares it with the customer's previous one, V opens the PDF."
        )
        return f"{whole} {letter}"

    def content(self) -> ComposeResult:
        """Head and tabs."""
        yield Static("", id="detail-head", markup=False)
        with TabbedContent(id="detail-tabs"):
            with TabPane(Content(f"1 {_('Items')}"), id=ITEMS):
                yield RecordTable(item_columns(), id="detail-items")
            for number, (name, title) in enumerate(self._text_tabs(), start=2):
                with TabPane(Content(f"{number} {title}"), id=name), VerticalScroll(id=f"detail-{name}-scroll"):
                    yield Static("…", id=f"detail-{name}", markup=False)

    @staticmethod
    def _text_tabs() -> list[tuple[str, str]]:
        return [
            ("texts", _("Texts")),
            (LETTER, _("Letter")),
            ("email", _("E-mail")),
            ("deliveries", _("Deliveries")),
            ("journal", _("Journal")),
        ]

    def on_mount(self) -> None:
        """Read the notice."""
        self._show_notice()
        self.query_one(RecordTable).focus()

    def _show_notice(self) -> None:
        self._texts.clear()
        read(self, "head", partial(read_head, self._notice), self._show_head)
        self._read_tab(self.query_one(TabbedContent).active)

    def _show_head(self, head: Head) -> None:
        self.query_one(TitleBar).title = head.title
        self.query_one("#detail-head", Static).update(head.lines)
        table = self.query_one(RecordTable)
        table.load(array("q", head.items), partial(item_rows, self._notice))
        table.show_totals(head.sums)

    def _reader(self, name: str) -> Callable[[int], Content]:
        readers: dict[str, Callable[[int], Content]] = {
            "texts": read_texts,
            LETTER: partial(read_letter, width=self.session.size.width - AROUND_CELLS),
            "email": partial(read_email, actor=self.session.actor),
            "deliveries": read_deliveries,
            "journal": read_journal,
        }
        return readers[name]

    def _read_tab(self, name: str) -> None:
        """Read what a tab of text shows, unless it was read for this notice."""
        if name in self._texts or name not in dict(self._text_tabs()):
            return
        reader, notice = self._reader(name), self._notice
        self.query_one(f"#detail-{name}", Static).update("…")
        read(self, "tab", lambda: reader(notice), partial(self._show_tab, name))

    def _show_tab(self, name: str, text: Content) -> None:
        self._texts[name] = text
        self.query_one(f"#detail-{name}", Static).update(text)

    def on_resize(self) -> None:
        """Set the letter anew for the width of the window."""
        if self._texts.pop(LETTER, None) is not None:
            self._read_tab(self.query_one(TabbedContent).active)

    @on(TabbedContent.TabActivated)
    def _tab_activated(self, event: TabbedContent.TabActivated) -> None:
        self._read_tab(str(event.pane.id))

    @on(NoticesChanged)
    def _changed(self, event: NoticesChanged) -> None:
        """It was sent, issued or unlocked meanwhile."""
        event.stop()
        self._show_notice()

    def action_tab(self, number: int) -> None:
        """Show the tab of that number and put the focus into it."""
        names = [ITEMS, *(name for name, _title in self._text_tabs())]
        if number <= len(names):
            name = names[number - 1]
            self.query_one(TabbedContent).active = name
            self.query_one(f"#{name}").query_one("RecordTable, VerticalScroll").focus()

    def on_key(self, event: events.Key) -> None:
        """Digits, alone or with Alt, change the tab."""
        digit = event.key.removeprefix("alt+")
        if len(digit) == 1 and digit.isdecimal() and digit != "0":
            event.stop()
            self.action_tab(int(digit))

    def action_next(self) -> None:
        """The next notice of the list."""
        self._step(1)

    def action_previous(self) -> None:
        """The notice before."""
        self._step(-1)

    def _step(self, step: int) -> None:
        try:
            place = self._rows.index(self._notice) + step
        except ValueError:
            return
        if 0 <= place < len(self._rows):
            self._notice = self._rows[place]
            self._show_notice()

    def action_copy(self) -> None:
        """Copy the text of the tab, or the items as lines with tabs."""
        name = self.query_one(TabbedContent).active
        if name in self._texts:
            text = self._texts[name].plain
        else:
            head = read_head(self._notice)
            rows = item_rows(self._notice, head.items)
            lines = [tuple(column.title for column in item_columns()), *(rows[item].cells for item in head.items)]
            text = "\n".join("\t".join(line) for line in lines)
        self.session.copy_to_clipboard(text)
        self.session.tell(_("Copied."))

    def action_close(self) -> None:
        """Back to the list."""
        self.dismiss()

    def shown_notice(self) -> int:
        """The notice."""
        return self._notice

    def choice(self) -> Choice:
        """This notice alone."""
        return Choice(NoticeFilter(ids=(self._notice,)), self._notice, (), array("q", (self._notice,)))
