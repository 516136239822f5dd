"""Batches that this program is sending: they belong to the application, not to a screen, and can be come back to."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from opomini_tui.mail.outbox import BatchCounts
from opomini_tui.mail.sender import Delivered, deliver
from opomini_tui.screens.job import Job, start_job
from opomini_tui.screens.session import SessionApp
from opomini_tui.text import _, ngettext


@dataclass
class Sending:
    """One batch that is being sent, or was, by this program. `delivered` and `error` tell how it ended."""

    batch: str
    pause: threading.Event = field(default_factory=threading.Event)
    job: Job[Delivered] | None = None
    delivered: Delivered | None = None
    error: BaseException | None = None

    @property
    def running(self) -> bool:
        """Whether a thread of this program is at it."""
        return self.job is not None and not self.job.over

    @property
    def why_ended(self) -> str:
        """Why it ended before everything was tried; "" when it did not."""
        if self.error is not None:
            return str(self.error)
        return self.delivered.paused_because if self.delivered else ""


_known: WeakKeyDictionary[SessionApp, dict[str, Sending]] = WeakKeyDictionary()


def sending_of(session: SessionApp, batch: str) -> Sending | None:
    """The batch if this program is sending it or has sent it."""
    return _known.get(session, {}).get(batch)


def start_sending(session: SessionApp, batch: str) -> Sending:
    """Send what is due of the batch in a thread of the application; one that runs already is left to it."""
    known = _known.setdefault(session, {})
    before = known.get(batch)
    if before is not None and before.running:
        return before
    sending = known[batch] = Sending(batch)

    def work(job: Job[Delivered]) -> Delivered:
        def told(counts: BatchCounts) -> None:
            job.progress(counts.total - counts.queued, counts.total)

        return deliver(session.config, batch=batch, stop=job.stop, pause=sending.pause, progress=told)

    def done(delivered: Delivered) -> None:
        sending.delivered = delivered
        session.notices_changed()
        session.tell(ended_words(delivered), problem=bool(delivered.paused_because))

    def failed(error: BaseException) -> None:
        sending.error = session.explained(error)
        session.notices_changed()
        session.show_error(error)

    sending.job = start_job(session, _("Sending"), work, done, failed)
    return sending


def ended_words(delivered: Delivered) -> str:
    """How a batch ended, in one line."""
    sent = ngettext("{count} message was sent", "{count} messages were sent", delivered.sent)
    parts = [sent.format(count=delivered.sent)]
    for count, words in (
        (delivered.refused, _("refused: {count}")),
        (delivered.deferred, _("to be retried: {count}")),
        (delivered.unknown, _("outcome unknown: {count}")),
        (delivered.held, _("held back: {count}")),
        (delivered.left, _("left: {count}")),
    ):
        if count:
            parts.append(words.format(count=count))
    return ", ".join(parts) + "."
