"""What the senders of one run know together: which batches have work, which accounts are stopped, what was done."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

from opomini_tui.errors import OpominiError
from opomini_tui.mail import trouble
from opomini_tui.mail.claims import due_count
from opomini_tui.mail.hours import sending_hours
from opomini_tui.mail.outbox_list import BatchCounts, batch_counts
from opomini_tui.mail.trouble import Trouble
from opomini_tui.mail.work_list import Work, work_list
from opomini_tui.text import _

FRESH_SECONDS = 0.5
"""How old the list of work may be."""
BUSY_SECONDS = 0.2
"""How long a batch rests that gave nothing, or an operator whose server has all its connections."""

CROWDED_SECONDS = 5.0
"""How long no further sender is started when all connections were taken."""


class Board:
    """Shared by the threads of one run; every method may be called from any of them."""

    def __init__(
        self, batch: str | None, clock: Callable[[], int], progress: Callable[[BatchCounts], None] | None
    ) -> None:
        self.batch = batch
        self.counts: Counter[str] = Counter()
        self.stopped: dict[int, str] = {}  # operators whose account failed in this run, with the sentence
        self.crowded_until = 0.0  # until then no further sender is started
        self.seconds = 0.0  # how long the wire takes for a message, a moving average
        self._clock, self._progress = clock, progress
        self._lock, self._telling = threading.Lock(), threading.Lock()
        self._work: list[Work] = []
        self._read_at, self._turn = -FRESH_SECONDS, 0
        self._rests: dict[object, float] = {}
        self._failing_since: dict[int, float] = {}
        self._reached: set[int] = set()
        self._told_at, self._told_cost = 0.0, 0.0

    def next(self) -> Work | None:
        """The batch whose turn it is, of those with messages that may go now; None when there is none."""
        with self._lock:
            if time.monotonic() - self._read_at >= FRESH_SECONDS or not self._work:
                self._work = self._free_work()
                self._read_at = time.monotonic()
            found = [work for work in self._work if not self._rests_now(work)]
            if not found:
                return None
            self._turn += 1
            return found[self._turn % len(found)]

    def _free_work(self) -> list[Work]:
        """The batches that nothing stands against now: no pause, no trouble, no hour of the day."""
        now = self._clock()
        found = [work for work in work_list(self.batch) if not work.paused and work.due_at <= now]
        if not found:
            return []
        held, hours = trouble.holding(now), sending_hours()
        closed = hours is not None and not hours.is_open(now)
        return [work for work in found if work.operator_id not in held and (work.any_hour or not closed)]

    def _rests_now(self, work: Work) -> bool:
        """Whether the batch gave nothing, or its server had no connection, a moment ago."""
        moment = time.monotonic()
        return any(self._rests.get(key, 0.0) > moment for key in (work.batch, work.operator_id))

    def rest(self, key: str | int) -> None:
        """Leave a batch (its name) or an operator (his id) alone for a moment."""
        with self._lock:
            self._rests[key] = time.monotonic() + BUSY_SECONDS

    def no_connection(self, operator_id: int) -> None:
        """Other senders have all connections of the operator's server: another sender here would be of no use."""
        self.rest(operator_id)
        self.crowded_until = time.monotonic() + CROWDED_SECONDS

    def stop_account(self, operator_id: int, error: OpominiError) -> None:
        """The operator's account or server does not take messages: all senders, everywhere, leave it alone."""
        with self._lock:
            if trouble.holding(self._clock()).get(operator_id) is None:  # else another sender has just said so
                trouble.remember(operator_id, error, self._clock())
            self.stopped[operator_id] = str(error)
            self._failing_since.setdefault(operator_id, time.monotonic())
            self._work = [work for work in self._work if work.operator_id != operator_id]

    def answered(self, operator_id: int, seconds: float) -> None:
        """The operator's server took a message, or said what is wrong with it, in so many seconds."""
        with self._lock:
            if operator_id not in self._reached or operator_id in self.stopped:
                if any(one.operator_id == operator_id for one in trouble.troubles()):
                    trouble.forget([operator_id])
                self._reached.add(operator_id)
                self.stopped.pop(operator_id, None)
                self._failing_since.pop(operator_id, None)
            self.seconds = seconds if not self.seconds else 0.7 * self.seconds + 0.3 * seconds

    def count(self, state: str, number: int = 1) -> None:
        """So many messages came to be in `state`."""
        with self._lock:
            self.counts[state] += number

    def waits(self, patience: float) -> tuple[float | None, str]:
        """When the senders have run out of work: in how many seconds there may be some again (None: nothing to wait
        for), and the sentences on what holds the rest.

        `patience`: seconds for which a server that was reached in this run may be away.
        """
        now = self._clock()
        with self._lock:
            self._read_at = -FRESH_SECONDS
            held = trouble.holding(now)
            waits, reasons = list[float](), dict(self.stopped)
            for work in work_list(self.batch):
                wait, why = self._wait(work, now, held.get(work.operator_id), patience)
                if wait is not None:
                    waits.append(wait)
                if why:
                    reasons[work.operator_id] = why
        return min(waits, default=None), " ".join(dict.fromkeys(reasons.values()))

    def _wait(self, work: Work, now: int, held: Trouble | None, patience: float) -> tuple[float | None, str]:
        """For one batch: the seconds to wait, and what holds it."""
        if work.paused:
            return None, work.paused
        if work.due_at > now:
            # Only the start of the batch that is asked for is waited for, not every retry of an hour.
            soon = self.batch is not None and work.starts_at is not None
            return (min(FRESH_SECONDS, (work.due_at - now) / 1000) if soon else None), ""
        hours = None if work.any_hour else sending_hours()
        if hours is not None and not hours.is_open(now):
            return None, _("It is outside of the sending hours. The messages wait; a worker sends them in time.")
        if held is None:
            return BUSY_SECONDS / 4, ""
        if held.until is None:
            return None, held.reason
        wait = max(0.05, (held.until - now) / 1000)
        failing = time.monotonic() - self._failing_since.get(work.operator_id, time.monotonic())
        tried = work.operator_id in self._failing_since and work.operator_id not in self._reached
        return (None if tried or failing + wait > patience else min(wait, FRESH_SECONDS)), held.reason

    def waits_for(self, messages: int) -> bool:
        """Whether so many messages of the batch (or of all) are still to be tried."""
        return due_count(self._clock(), batch=self.batch, at_most=messages) >= messages

    def tell(self, last: bool = False) -> None:
        """Report the counts, at most ten times a second and never for more than a tenth of the time."""
        if self._progress is None or not self._telling.acquire(blocking=last):
            return
        try:
            began = time.monotonic()
            if last or began - self._told_at >= max(0.1, 10 * self._told_cost):
                self._progress(batch_counts(self.batch))
                self._told_at = time.monotonic()
                self._told_cost = self._told_at - began
        finally:
            self._telling.release()
