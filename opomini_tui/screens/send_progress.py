"""A batch on its way: count-down, counts, rate, time left; pause, cancel, come back; at the end the list of results.

The screen holds no state of the batch: it reads the database, whoever is sending (this program, `opomini worker`, another
operator), so it can be left and opened again at any time.
"""

from __future__ import annotations

import time
from collections import deque
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import ProgressBar, Static

from opomini_tui.actions import BY_ID, bindings
from opomini_tui.mail.batches import BatchRow
from opomini_tui.mail.outbox import BatchCounts
from opomini_tui.mail.standing import Standing, approval_wait, pause_sentence
from opomini_tui.models.database import now_ms
from opomini_tui.screens.approvals import ApprovalCommands
from opomini_tui.screens.deliveries import letters_words
from opomini_tui.screens.job import rate_words, time_left
from opomini_tui.screens.outbox import DeliveriesScreen
from opomini_tui.screens.sending import sending_of
from opomini_tui.text import _
from opomini_tui.text.moments import moment

WINDOW_SECONDS = 15
"""The rate is that of the last so many seconds."""
COUNT_DOWN_SECONDS = 600
"""A later start is shown as a moment."""
CLOCK_SECONDS = 0.5


class SendProgressScreen(DeliveriesScreen, ApprovalCommands):
    """One batch, by its name in the outbox."""

    PLACES: ClassVar[tuple[str, ...]] = ("sending", "approval", "outbox", "listed")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("sending"), *bindings("approval")]

    def __init__(self, batch: str) -> None:
        super().__init__()
        self.batch_name = batch
        self.row: BatchRow | None = None
        """The batch as it was last read."""
        self._tried: deque[tuple[float, int]] = deque()

    def batch_meant(self) -> str:
        """The batch that is shown."""
        return self.batch_name

    def title_text(self) -> str:
        """What is sent."""
        return BY_ID["notices.send_batch"].label

    def help_text(self) -> str:
        """What can be done meanwhile."""
        said = _(
            "Until the batch starts, u takes one message back and U all. Sending goes on when you leave; m in the list "
            "of notices and b bring you back. Pause stops every sender after the message in hand. Cancel the rest leaves "
            "unsent what was not yet handed to the server."
        )
        return f"{said} {letters_words()}"

    def content(self) -> ComposeResult:
        """Counts, bar and words above the list of results."""
        yield Static("", id="sending-counts", markup=False)
        yield ProgressBar(total=None, show_eta=False, show_percentage=False, id="sending-bar")
        yield Static("", id="sending-words", markup=False)
        yield from super().content()

    def on_mount(self) -> None:
        """The count-down goes on between two looks at the database."""
        self.set_interval(CLOCK_SECONDS, self._show_words)

    def show_batch(self, batch: BatchRow | None) -> None:
        """Take what was read, and measure how fast it goes."""
        if batch is None:
            return
        self.row = batch
        counts, now = batch.counts, time.monotonic()
        self._tried.append((now, counts.total - counts.queued))
        while len(self._tried) > 2 and self._tried[0][0] < now - WINDOW_SECONDS:
            self._tried.popleft()
        self.query_one("#sending-counts", Static).update(counts_words(counts))
        bar = self.query_one("#sending-bar", ProgressBar)
        bar.update(total=counts.total or None, progress=counts.total - counts.queued)
        self._show_words()

    def show_hindrance(self, hindrance: Standing | None) -> None:
        """A pause of the batch, and that it waits for approval, is said with its counts."""
        super().show_hindrance(hindrance)
        if hindrance is not None and hindrance.kind in ("paused", "approval"):
            self.query_one("#mail-standing").display = False

    def _show_words(self) -> None:
        if self.row is not None:
            self.query_one("#sending-words", Static).update(self._words(self.row))

    def _words(self, row: BatchRow) -> str:
        """What goes on: the count-down, rate and time left, a pause, or how it ended."""
        counts, sending = row.counts, sending_of(self.session, self.batch_name)
        why = sending.why_ended if sending is not None else ""
        if not counts.queued:
            return " ".join(filter(None, (ended_state(counts), why)))
        if row.approval == "asked":
            return approval_wait(row) + " " + _("a approves it, x refuses it.")
        if row.paused_at is not None:
            return pause_sentence(row) + " " + _("p goes on.")
        wait = row.starts_at - now_ms()
        if wait > 0:
            start = start_word(row.starts_at, wait)
            return f"{start[:1].upper()}{start[1:]} · " + _("u takes one back, U all, g starts now")
        if self.hindrance is not None:
            return why
        rate = self._rate(counts)
        if rate or (sending is not None and sending.running):
            return " · ".join([_("Sending …"), *rate])
        return why or _("Nobody here is sending what is left; a worker may be. g sends it from here.")

    def _rate(self, counts: BatchCounts) -> list[str]:
        (then, before), (now, tried) = self._tried[0], self._tried[-1]
        if now - then < 1 or tried <= before:
            return []
        rate = (tried - before) / (now - then)
        return [rate_words(rate), time_left(counts.queued / rate)]

    def action_cancel_rest(self) -> None:
        """Leave the rest unsent, after a question; what is in hand is finished."""
        if self.row is not None:
            counts = self.row.counts
            self._ask_cancel(self.batch_name, counts.queued + counts.deferred + counts.held)


def start_word(starts_at: int, wait: int) -> str:
    """`starts in 27 s` (`wait` in milliseconds), or the moment of a start that is far."""
    if wait > COUNT_DOWN_SECONDS * 1000:
        return _("starts on {when}").format(when=moment(starts_at))
    return _("starts in {count} s").format(count=-(-wait // 1000))


def ended_state(counts: BatchCounts) -> str:
    """That it is over, or that some are tried again later."""
    return _("Finished for now; some are tried again later.") if counts.deferred else _("Finished.")


def counts_words(counts: BatchCounts) -> str:
    """Every count of a batch, the zeros too: so nothing seems forgotten."""
    return " · ".join(
        words.format(count=count)
        for words, count in (
            (_("sent: {count}"), counts.sent),
            (_("refused: {count}"), counts.refused),
            (_("to be retried: {count}"), counts.deferred),
            (_("outcome unknown: {count}"), counts.unknown),
            (_("held back: {count}"), counts.held),
            (_("cancelled: {count}"), counts.cancelled),
            (_("left: {count}"), counts.queued),
        )
    )
