"""Batches that this program is sending: each in a thread that belongs to the application, not to a screen.

The thread only does what any sender does: it looks at the database and hands over what is due. It waits through the
recall window, a pause and the time until the next try. When a person closes the program it ends at once: a message that a
server has not answered by then is settled by whoever looks next (`unknown`), never sent twice. When the line is lost or
the system ends the program, the messages in hand are finished, for which the process outlives the screen.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from opomini_tui.mail.batches import batch_row
from opomini_tui.mail.claims import due_count
from opomini_tui.mail.outbox import BatchCounts, batch_counts
from opomini_tui.mail.sender import deliver
from opomini_tui.mail.standing import standing
from opomini_tui.models.database import database, now_ms
from opomini_tui.screens.session import SessionApp
from opomini_tui.text import _, ngettext

POLL_SECONDS = 0.5
"""How often a thread that waits looks whether something is due."""
IDLE_SECONDS = 3.0
"""How long it waits when there was nothing for it to do."""
LEAVE_SECONDS = 3.0
"""How long the process outlives the screen, so that senders can say what became of the messages in hand."""
FINISH_SECONDS = 660.0
"""As long as that where nobody waits for the program to close: as a server may take for its answer, and a little."""


@dataclass
class Sending:
    """One batch that is being sent, or was, by this program. `error` tells how it ended when it failed."""

    batch: str
    stop: threading.Event = field(default_factory=threading.Event)
    """No further message is begun; those in hand are finished."""
    leave: threading.Event = field(default_factory=threading.Event)
    """The program ends: an answer that is on its way is waited for a moment, then it is left behind."""
    thread: threading.Thread | None = None
    error: BaseException | None = None

    @property
    def running(self) -> bool:
        """Whether a thread of this program is at it, or waits for something to be due."""
        return self.thread is not None and self.thread.is_alive()

    @property
    def why_ended(self) -> str:
        """Why it ended before everything was tried; "" when it did not."""
        return str(self.error) if self.error is not None else ""


def sending_of(session: SessionApp, batch: str) -> Sending | None:
    """The batch if this program is sending it or has sent it."""
    found = session.senders.get(batch)
    return found if isinstance(found, Sending) else None


def start_sending(session: SessionApp, batch: str) -> Sending:
    """Send what is due of the batch, now and as it falls due; one that runs already is left to it."""
    before = sending_of(session, batch)
    if before is not None and before.running and not before.stop.is_set():
        return before
    sending = session.senders[batch] = Sending(batch)
    sending.thread = threading.Thread(target=_in_thread, args=(session, sending), name=f"sending {batch}", daemon=True)
    sending.thread.start()
    return sending


def finish_in_hand(session: SessionApp) -> None:
    """The program ends: no message is begun any more; those in hand are finished."""
    for sending in _senders(session):
        sending.stop.set()


def leave_behind(session: SessionApp) -> None:
    """The program ends: no message is begun any more, and nothing is waited for."""
    for sending in _senders(session):
        sending.stop.set()
        sending.leave.set()


def wait_for_senders(session: SessionApp, *, patiently: bool) -> None:
    """After the screen has closed: give senders `LEAVE_SECONDS` to store how the messages in hand ended, or (`patiently`)
    `FINISH_SECONDS` to finish them first."""
    if patiently:
        _join(session, FINISH_SECONDS)
        leave_behind(session)
    _join(session, LEAVE_SECONDS)


def _join(session: SessionApp, seconds: float) -> None:
    until = time.monotonic() + seconds
    for sending in _senders(session):
        if sending.thread is not None:
            sending.thread.join(max(0.0, until - time.monotonic()))


def _senders(session: SessionApp) -> list[Sending]:
    return [sending for sending in session.senders.values() if isinstance(sending, Sending)]


def _in_thread(session: SessionApp, sending: Sending) -> None:
    """Send with a database connection of its own; tell the interface how it ended."""
    try:
        with database.connection_context():
            _send(session, sending)
            counts = batch_counts(sending.batch)
    except Exception as error:  # shown to the operator by the interface's thread
        sending.error = error
        _tell(session, _failed, session, sending, error)
    else:
        _tell(session, _ended, session, sending, counts)


def _send(session: SessionApp, sending: Sending) -> None:
    """Until nothing of the batch waits any more, or the program ends."""
    while not sending.stop.is_set():
        row = batch_row(sending.batch)
        if row is None or not row.counts.queued + row.counts.deferred:
            return
        wait = POLL_SECONDS
        if due_count(now_ms(), batch=sending.batch) and _may_go(session, sending.batch):
            session.jobs.add(sending.stop)
            try:
                done = deliver(session.config, batch=sending.batch, stop=sending.stop, leave=sending.leave)
            finally:
                session.jobs.discard(sending.stop)
            if done.sent + done.refused + done.deferred + done.unknown + done.held:
                _tell(session, session.notices_changed)
            else:  # others have it in hand, or keep all connections
                wait = IDLE_SECONDS
        sending.stop.wait(wait)


def _may_go(session: SessionApp, batch: str) -> bool:
    """Whether nothing hinders it that only time or a person takes away; the sender itself keeps to the hours."""
    hindrance = standing(session.config, batch)
    return hindrance is None or hindrance.kind == "hours"


def _tell(session: SessionApp, call: Any, *values: Any) -> None:
    """Let the interface's thread do it, if there is an interface any more."""
    with suppress(RuntimeError):  # its loop has ended
        if session.is_running:
            session.call_later(call, *values)


def _failed(session: SessionApp, sending: Sending, error: BaseException) -> None:
    sending.error = session.explained(error)
    session.notices_changed()
    session.show_error(error)


def _ended(session: SessionApp, sending: Sending, counts: BatchCounts) -> None:
    session.notices_changed()
    if not sending.stop.is_set():
        problem = bool(counts.refused or counts.unknown or counts.held)
        session.tell(ended_words(counts), problem=problem)


def ended_words(counts: BatchCounts) -> str:
    """How a batch ended, in one line."""
    sent = ngettext("{count} message was sent", "{count} messages were sent", counts.sent)
    parts = [sent.format(count=counts.sent)]
    for count, words in (
        (counts.refused, _("refused: {count}")),
        (counts.deferred, _("to be retried: {count}")),
        (counts.unknown, _("outcome unknown: {count}")),
        (counts.held, _("held back: {count}")),
        (counts.cancelled, _("cancelled: {count}")),
        (counts.queued, _("left: {count}")),
    ):
        if count:
            parts.append(words.format(count=count))
    return ", ".join(parts) + "."
