"""The review of a batch: every notice that will go, one by one, with its recipient, message and letter as they will go."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from opomini_tui.actions import bindings
from opomini_tui.mail.plan import Ready, plan_sending
from opomini_tui.models.actor import Actor
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.screens.letter_actions import LetterActions
from opomini_tui.screens.notice_view import money, read_email, read_letter_text
from opomini_tui.screens.session import NoticesChanged, read
from opomini_tui.text import _
from opomini_tui.widgets.bars import TitleBar

AROUND_CELLS = 3
"""The padding of the text and its scroll bar."""


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """What the operator typed for the batch; empty texts come from the templates."""

    subject: str
    body: str
    cc: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AsItGoes:
    """Recipient, subject and text of a notice, and the text of its letter."""

    message: Content
    letter: str


class BatchReviewScreen(LetterActions):
    """The notices of a batch in the order in which they will go; nothing can be changed here."""

    PLACES = ("review",)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("review")]

    def __init__(self, chosen: NoticeFilter, texts: OwnTexts) -> None:
        super().__init__()
        self._chosen, self._texts = chosen, texts
        self._ready: tuple[Ready, ...] = ()
        self._place = 0
        self._as_it_goes = AsItGoes(Content(""), "")

    def title_text(self) -> str:
        """Until the notices are known."""
        return _("Review")

    def help_text(self) -> str:
        """What is shown."""
        return _(
            "Each notice that will go, as it will go: to whom and why to this address, subject and text, then the letter that is "
            "attached, as text. Those that will not go are in the batch form behind F2."
        )

    def content(self) -> ComposeResult:
        """Who gets it, and what."""
        yield Static("…", id="review-head", markup=False)
        with VerticalScroll(id="review-scroll"):
            yield Static("", id="review-message", markup=False)
            yield Static("", id="review-letter", markup=False)

    def on_mount(self) -> None:
        """Find the notices."""
        self.query_one("#review-scroll").focus()
        self._find()

    def _find(self) -> None:
        read(self, "batch", lambda: plan_sending(self._chosen, self.session.actor).ready, self._found)

    def _found(self, ready: tuple[Ready, ...]) -> None:
        """Show the notice that was shown, or the first."""
        shown = self.shown_notice()
        self._ready = ready
        self._place = next((place for place, one in enumerate(ready) if one.notice_id == shown), 0)
        self._show()

    def _show(self) -> None:
        head = self.query_one("#review-head", Static)
        if not self._ready:
            head.update(_("None of these notices can go; F2 in the batch form says why."))
            self._show_text(AsItGoes(Content(""), ""))
            return
        one = self._ready[self._place]
        place = _("notice {label}, {place} of {count}").format(
            label=one.label, place=self._place + 1, count=len(self._ready)
        )
        self.query_one(TitleBar).title = f"{_('Review')}: {place}"
        head.update(
            Content.assemble((one.customer_code, "$quiet"), "  ", (one.customer_name, "bold"), f"  {money(one.total)}")
        )
        width = self.session.size.width - AROUND_CELLS
        read(
            self,
            "text",
            partial(read_as_it_goes, one.notice_id, self.session.actor, self._texts, width),
            self._show_text,
        )

    def _show_text(self, found: AsItGoes) -> None:
        self._as_it_goes = found
        self.query_one("#review-message", Static).update(found.message)
        self.query_one("#review-letter", Static).update(found.letter)

    def on_resize(self, event: events.Resize) -> None:
        """Set the letter anew for the width of the window."""
        if self._ready:
            self._show()

    @on(NoticesChanged)
    def _notices_changed(self, event: NoticesChanged) -> None:
        event.stop()
        self._find()

    def shown_notice(self) -> int | None:
        """The notice under review."""
        return self._ready[self._place].notice_id if self._ready else None

    def action_next(self) -> None:
        """The next notice."""
        self._step(1)

    def action_previous(self) -> None:
        """The notice before."""
        self._step(-1)

    def _step(self, step: int) -> None:
        if 0 <= self._place + step < len(self._ready):
            self._place += step
            self.query_one("#review-scroll").scroll_home(animate=False)
            self._show()
        elif self._ready:
            self.session.tell(_("This is the last notice.") if step > 0 else _("This is the first notice."))

    def action_copy(self) -> None:
        """Copy the message and the letter."""
        self.session.copy_to_clipboard(f"{self._as_it_goes.message.plain}\n\n{self._as_it_goes.letter}")
        self.session.tell(_("Copied."))

    def action_close(self) -> None:
        """Back to the batch."""
        self.dismiss()


def read_as_it_goes(notice_id: int, actor: Actor, texts: OwnTexts, width: int) -> AsItGoes:
    """The message with the texts of the batch and the letter, `width` characters wide; called in a thread."""
    message = read_email(notice_id, actor, texts.subject, texts.body, texts.cc)
    rule = Content.styled(f"── {_('Letter')} ".ljust(width, "─"), "$quiet")
    return AsItGoes(Content("\n").join([message, Content(""), rule, Content("")]), read_letter_text(notice_id, width))
