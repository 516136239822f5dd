"""A batch on its way: counts, rate, time left; pause, cancel, come back; at the end the list of results.

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
from opomini_tui.mail.outbox import BatchCounts, batch_counts
from opomini_tui.screens.ask import ConfirmScreen
from opomini_tui.screens.job import time_left
from opomini_tui.screens.outbox import DeliveriesScreen
from opomini_tui.screens.sending import sending_of, start_sending
from opomini_tui.screens.session import read
from opomini_tui.text import _, ngettext

LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 10
"""A question that is not answered after this time is asked again."""
WINDOW_SECONDS = 15
"""The rate is that of the last so many seconds."""


class SendProgressScreen(DeliveriesScreen):
    """One batch, by its name in the outbox."""

    PLACES: ClassVar[tuple[str, ...]] = ("sending", "outbox", "listed")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("sending")]

    def __init__(self, batch: str) -> None:
        super().__init__()
        self.batch_name = batch
        self.counts = BatchCounts()
        self._seen: deque[tuple[float, int]] = deque()
        self._asked_at = 0.0

    def title_text(self) -> str:
        """What is sent."""
        return BY_ID["notices.send_batch"].label

    def help_text(self) -> str:
        """What can be done meanwhile."""
        return _(
            "Sending goes on when you leave; M in the list of notices and B bring you back. Pause stops after the message in "
            "hand. Cancel the rest leaves unsent what was not yet handed to the server."
        )

    def content(self) -> ComposeResult:
        """Counts, bar and words above the list of results."""
        yield Static("", id="sending-counts", markup=False)
        yield ProgressBar(total=None, show_eta=False, show_percentage=False, id="sending-bar")
        yield Static("", id="sending-words", markup=False)
        yield from super().content()

    def on_mount(self) -> None:
        """Look twice a second."""
        self.set_interval(LOOK_SECONDS, self._look)
        self._look()

    def _look(self) -> None:
        """Ask the database, unless it is still busy with the last question."""
        now = time.monotonic()
        if (self.is_current or not self._seen) and now - self._asked_at >= PATIENCE_SECONDS:
            self._asked_at = now
            read(self, "counts", lambda: batch_counts(self.batch_name), self._show_counts)

    def _show_counts(self, counts: BatchCounts) -> None:
        self._asked_at = 0.0
        tried = counts.total - counts.queued
        now = time.monotonic()
        self._seen.append((now, tried))
        while len(self._seen) > 2 and self._seen[0][0] < now - WINDOW_SECONDS:
            self._seen.popleft()
        self.query_one("#sending-counts", Static).update(counts_words(counts))
        self.query_one("#sending-bar", ProgressBar).update(total=counts.total or None, progress=tried)
        self.query_one("#sending-words", Static).update(self._words(counts))
        if counts != self.counts:
            self.counts = counts
            self.table.invalidate()
            self.search()

    def _words(self, counts: BatchCounts) -> str:
        """What goes on: rate and time left, pause, or how it ended."""
        sending = sending_of(self.session, self.batch_name)
        if sending is not None and sending.running:
            if sending.job is not None and sending.job.stop.is_set():
                return _("Stopping after the message in hand …")
            if sending.pause.is_set():
                return _("Paused. P goes on.")
            return " · ".join([_("Sending …"), *self._rate(counts)])
        why = sending.why_ended if sending is not None else ""
        if counts.queued:
            return why or _("Nobody here is sending what is left; a worker may be. G sends it from here.")
        return " ".join(filter(None, (_("Finished."), why)))

    def _rate(self, counts: BatchCounts) -> list[str]:
        (then, before), (now, tried) = self._seen[0], self._seen[-1]
        if now - then < 1 or tried <= before:
            return []
        rate = (tried - before) / (now - then)
        shown = f"{rate:.0f}" if rate >= 10 else f"{rate:.1f}".replace(".", ",")
        return [_("{rate} a second").format(rate=shown), time_left(counts.queued / rate)]

    def action_pause(self) -> None:
        """Pause, or go on."""
        sending = sending_of(self.session, self.batch_name)
        if sending is None or not sending.running:
            self.session.tell(_("This program is not sending the batch."), problem=True)
        elif sending.pause.is_set():
            sending.pause.clear()
        else:
            sending.pause.set()
        self._look()

    def action_resume(self) -> None:
        """Send what still waits; also ends a pause."""
        sending = sending_of(self.session, self.batch_name)
        if sending is not None and sending.running:
            sending.pause.clear()
        elif self.session.may("send"):
            start_sending(self.session, self.batch_name)
        self._look()

    def action_cancel_rest(self) -> None:
        """Leave the rest unsent, after a question; what is in hand is finished."""
        waiting = self.counts.queued + self.counts.deferred + self.counts.held
        if not waiting:
            self.session.tell(_("Nothing of this batch waits any more."))
            return
        said = ngettext("{count} message will not be sent.", "{count} messages will not be sent.", waiting)
        ask = ConfirmScreen(
            BY_ID["sending.cancel_rest"].label, [said.format(count=waiting)], BY_ID["sending.cancel_rest"].label
        )
        self.session.push_screen(ask, lambda yes: self._cancel(self.batch_name) if yes else None)


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
