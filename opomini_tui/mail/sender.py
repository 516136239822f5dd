"""Sending: `deliver` runs senders until what is due is handed over. Any number of runs may go on, on any machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import cast

from peewee import PeeweeException

from opomini_tui.config import Config
from opomini_tui.dunning.recheck import today_utc
from opomini_tui.mail import claims, high_water, outcomes
from opomini_tui.mail.board import Board
from opomini_tui.mail.claims import due_count
from opomini_tui.mail.dead_senders import end_leases_of_the_gone
from opomini_tui.mail.durable import own_connection
from opomini_tui.mail.hand_over import Orders, Sender
from opomini_tui.mail.high_water import HighWater
from opomini_tui.mail.outbox_list import BatchCounts
from opomini_tui.models.database import is_postgres, now_ms, run
from opomini_tui.text import _

__all__ = ["Delivered", "deliver", "own_connection"]

PATIENCE = 120.0
"""How many seconds a server that was reached in a run may be away before the run gives up."""
LEAVE_SECONDS = 2.0
"""How long an answer that is on its way is waited for when the program ends."""
EXPIRE_SECONDS = 30.0
"""How often a run looks for messages whose sender died."""
_LOOK_SECONDS = 0.02
_SLOW_SECONDS = 0.005
_NEAR = 2
"""A server that takes less for a message is worth so many connections: one sender waits for the disk or the answer
while the other works; more would only be in each other's way."""
_MESSAGES_EACH = 5
"""So many messages must wait for each further connection."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What one run of a sender did. `left`: messages that still wait to be tried; `paused_because`: the sentence(s) why
    it stopped before the end, or ""."""

    sent: int = 0
    refused: int = 0
    deferred: int = 0
    unknown: int = 0
    held: int = 0
    left: int = 0
    paused_because: str = ""


def deliver(
    config: Config,
    *,
    batch: str | None = None,
    stop: threading.Event | None = None,
    pause: threading.Event | None = None,
    leave: threading.Event | None = None,
    patience: float = PATIENCE,
    progress: Callable[[BatchCounts], None] | None = None,
    clock: Callable[[], int] = now_ms,
    today: Callable[[], date] = today_utc,
) -> Delivered:
    """Hand over every message that is due (of `batch`, or all); the caller's thread waits for the senders.

    The start of `batch` is waited for; other batches whose time has not come, and paused ones, are left. A server that
    goes away in the middle is waited for, `patience` seconds at the most. Trouble with an operator's account stops that
    operator's messages and leaves them waiting, untouched.

    `stop` ends it after the messages in hand; while `pause` is set no message is begun; `leave` ends it at once: an
    answer that is on its way is waited for 2 s, then the message is `unknown`. `progress` gets the counts as they
    change, ten times a second at the most, in another thread.
    """
    events = [given or threading.Event() for given in (stop, pause, leave)]
    with own_connection():
        orders = Orders(config, Clock(clock), today, *events)
        return Run(orders, Board(batch, orders.clock, progress), patience).go()


class Clock:
    """The time that senders use: the database server's, without asking it for every message."""

    def __init__(self, source: Callable[[], int]) -> None:
        self._source = source
        self._asks = source is now_ms and is_postgres()
        self.set()

    def set(self) -> None:
        """Ask the source again."""
        self._set = (self._source(), time.monotonic())  # one store: other threads read it meanwhile

    def __call__(self) -> int:
        """UTC milliseconds."""
        base, at = self._set
        return base + int((time.monotonic() - at) * 1000) if self._asks else self._source()


class Heartbeat:
    """Renews the leases of senders from a thread of its own while a server takes its time."""

    def __init__(self, sender_ids: Callable[[], list[str]], clock: Callable[[], int]) -> None:
        self._sender_ids = sender_ids
        self._clock = clock
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join(LEAVE_SECONDS)

    def _beat(self) -> None:
        while not self._ended.wait(claims.LEASE_MS / 3000):
            try:
                with own_connection():
                    if isinstance(self._clock, Clock):
                        self._clock.set()
                    claims.renew(self._sender_ids(), self._clock())
            except PeeweeException:
                continue  # the next beat tries again; without any, the lease ends, which is the safe side


class Run:
    """One run: starts as many senders as are of use, waits with them, and tells what was done."""

    def __init__(self, orders: Orders, board: Board, patience: float) -> None:
        self._orders, self._board, self._patience = orders, board, patience
        self._senders: list[tuple[Sender, threading.Thread]] = []
        self._expired_at = -EXPIRE_SECONDS
        self._why = ""

    def go(self) -> Delivered:
        """Run until nothing that is due is left, or an order ends it."""
        restored = high_water.behind(self._orders.config)
        if restored is not None:
            return self._delivered(restored.sentence)
        file = HighWater(self._orders.config)
        try:
            with Heartbeat(self._ids, self._orders.clock):
                try:
                    self._go(file)
                except PeeweeException as error:
                    self._why = database_sentence(error)
                    self._orders.failed.set()
                except BaseException:
                    self._orders.leave.set()
                    raise
                finally:
                    self._end()
        finally:
            if not self._ids():  # one that is left behind may still be about to write
                file.close()
        self._raise()
        self._board.tell(last=True)
        return self._delivered(self._why)

    def _go(self, file: HighWater) -> None:
        """Keep senders at work while there is any."""
        orders, board = self._orders, self._board
        while not orders.ended:
            self._expire()
            alive = [pair for pair in self._senders if pair[1].is_alive()]
            if any(sender.error for sender, _thread in self._senders):
                orders.failed.set()
                return
            if alive:
                self._grow(alive, file)
                alive[0][1].join(_LOOK_SECONDS)
                continue
            wait: float | None = 0.0
            if self._senders:
                self._senders = []
                wait, self._why = board.waits(self._patience)
            if wait is None:
                return
            if not orders.stop.wait(wait) and not orders.leave.is_set():
                self._start(file)

    def _grow(self, alive: list[tuple[Sender, threading.Thread]], file: HighWater) -> None:
        """Another sender, once the server has taken a message, while there are enough for it."""
        board = self._board
        if not board.seconds or time.monotonic() < board.crowded_until or self._orders.pause.is_set():
            return
        if len(alive) >= _NEAR and board.seconds < _SLOW_SECONDS:
            return
        if len(alive) < self._most() and board.waits_for(_MESSAGES_EACH * len(alive)):
            self._start(file)

    def _most(self) -> int:
        """How many connections are of use: as many as are allowed, but not more than a limited rate can fill."""
        rows = run("SELECT smtp_connections, smtp_per_minute FROM operator WHERE active AND direct").fetchall()
        filled = [1 + int(rate / 60 * self._board.seconds) if rate else most for most, rate in rows]
        return max((min(most, full) for (most, _rate), full in zip(rows, filled, strict=True)), default=1)

    def _start(self, file: HighWater) -> None:
        """Start a sender. Its thread never keeps the program from ending."""
        sender = Sender(self._orders, self._board, file)
        thread = threading.Thread(target=sender.work, name=f"sender {len(self._senders) + 1}", daemon=True)
        self._senders.append((sender, thread))
        thread.start()

    def _ids(self) -> list[str]:
        return [sender.id for sender, thread in self._senders if thread.is_alive()]

    def _expire(self) -> None:
        """Look for what dead senders left."""
        if time.monotonic() - self._expired_at >= EXPIRE_SECONDS:
            self._expired_at = time.monotonic()
            end_leases_of_the_gone(self._orders.clock())
            self._board.count("unknown", outcomes.expire(self._orders.clock()))

    def _end(self) -> None:
        """Wait for the messages in hand, but not when the program leaves (or this thread was interrupted)."""
        while any(thread.is_alive() for _sender, thread in self._senders):
            if self._orders.leave.is_set():
                self._leave()
                return
            for _sender, thread in self._senders:
                thread.join(_LOOK_SECONDS)

    def _leave(self) -> None:
        """Say what is certain about the messages in hand; a late answer may still turn `unknown` into `sent`."""
        deadline = time.monotonic() + LEAVE_SECONDS
        for _sender, thread in self._senders:
            thread.join(max(0.0, deadline - time.monotonic()))
        for sender, thread in self._senders:
            if thread.is_alive():
                for found in list(sender.in_hand):
                    self._board.count(outcomes.abandon(found, self._orders.clock()))

    def _raise(self) -> None:
        """Raise what ended a sender; trouble with the database is a sentence instead."""
        for sender, _thread in self._senders:
            if isinstance(sender.error, PeeweeException):
                self._why = database_sentence(sender.error)
            elif sender.error is not None:
                raise sender.error

    def _delivered(self, why: str) -> Delivered:
        """The result."""
        counts, left = self._board.counts, 0
        try:
            left = due_count(self._orders.clock(), batch=self._board.batch)
        except PeeweeException as error:
            why = why or database_sentence(error)
        return Delivered(
            sent=counts["sent"],
            refused=counts["refused"],
            deferred=counts["deferred"],
            unknown=counts["unknown"],
            held=counts["held"],
            left=left,
            paused_because=why,
        )


def database_sentence(error: PeeweeException) -> str:
    """What a failing database means for sending, and what to do."""
    chain, one = list[str](), cast("BaseException | None", error)
    while one is not None:  # a rollback that fails as well says nothing; what failed first comes last
        chain.append((str(one).strip().splitlines() or [type(one).__name__])[0])
        one = one.__context__
    said = " ".join(chain)
    if "full" in said or "No space" in said:
        return _("The disk of the database is full. Make room and send again; nothing is sent twice.")
    if "locked" in said:
        return _("The database is locked by another program. End it and send again; nothing is sent twice.")
    return _("The database cannot be written ({why}). Mend it and send again; nothing is sent twice.").format(
        why=chain[-1]
    )
