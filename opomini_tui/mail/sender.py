"""The sender: claims what is due, hands it over, stores what became of it. Any number may run, on any machine."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from types import TracebackType

from peewee import PeeweeException

from opomini_tui.config import Config
from opomini_tui.dunning.recheck import today_utc
from opomini_tui.errors import OpominiError
from opomini_tui.mail import claims
from opomini_tui.mail.addresses import split_addresses
from opomini_tui.mail.claims import Claim, Held, claim, due_count, release, renew
from opomini_tui.mail.compose import content
from opomini_tui.mail.connections import Connections
from opomini_tui.mail.dead_senders import end_leases_of_the_gone, new_sender_id
from opomini_tui.mail.eml_folder import open_folder, write_eml
from opomini_tui.mail.outbox_list import BatchCounts, batch_counts
from opomini_tui.mail.outcomes import Verdict, expire, mark_sending, settle
from opomini_tui.mail.session import Envelope, Outcome, SessionError
from opomini_tui.models.database import database, now_ms, run
from opomini_tui.models.parties import Operator
from opomini_tui.text import _

EXPIRE_SECONDS = 30.0
"""How often a sender looks for messages whose sender died."""
OPERATOR_SECONDS = 5.0


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
    progress: Callable[[BatchCounts], None] | None = None,
    clock: Callable[[], int] = now_ms,
    today: Callable[[], date] = today_utc,
) -> Delivered:
    """Hand over every message that is due (of `batch`, or all), one after another, in the calling thread.

    `stop` ends it after the message in hand; while `pause` is set no message is begun. `progress` gets the counts as
    they change, ten times a second at the most. Trouble with an operator's account or server stops that operator's
    messages and leaves them waiting, untouched.
    """
    sender = Sender(config, batch=batch, clock=clock, today=today, progress=progress)
    with own_connection():
        return sender.run(stop or threading.Event(), pause or threading.Event())


@contextmanager
def own_connection() -> Iterator[None]:
    """The database connection of this thread, closed at the end when it was opened here."""
    opened = bool(database.obj.is_closed())
    if opened:
        database.obj.connect()
    try:
        yield
    finally:
        if opened:
            database.obj.close()


class Heartbeat:
    """Renews the leases of a sender from a thread of its own while a server takes its time."""

    def __init__(self, sender_id: str, clock: Callable[[], int]) -> None:
        self._sender_id = sender_id
        self._clock = clock
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._ended.wait(claims.LEASE_MS / 3000):
            try:
                with own_connection():
                    renew(self._sender_id, self._clock())
            except PeeweeException:
                continue  # the next beat tries again; without any, the lease ends, which is the safe side


class Sender:
    """One sender with its sessions; `paused` holds the operators that it stopped for, with the sentence why."""

    def __init__(
        self,
        config: Config,
        *,
        batch: str | None = None,
        clock: Callable[[], int] = now_ms,
        today: Callable[[], date] = today_utc,
        progress: Callable[[BatchCounts], None] | None = None,
    ) -> None:
        self.id = new_sender_id()
        self.paused: dict[int, OpominiError] = {}
        self._config = config
        self._batch = batch
        self._clock = clock
        self._today = today
        self._progress = progress
        self._connections = Connections(config)
        self._operators: dict[int, tuple[float, Operator | None]] = {}
        self._counts: Counter[str] = Counter()
        self._intended = 0  # the last message that was committed as `sending`
        self._told_at, self._told_cost, self._expired_at = 0.0, 0.0, -EXPIRE_SECONDS

    def run(self, stop: threading.Event, pause: threading.Event) -> Delivered:
        """Hand over until nothing that is due is left for it, or `stop` is set."""
        self._counts.clear()
        try:
            with Heartbeat(self.id, self._clock):
                while not stop.is_set():
                    if pause.is_set():
                        stop.wait(0.1)
                        continue
                    if not self._one():
                        break
                    self._tell()
        finally:
            self._connections.close()
        self._tell(last=True)
        return Delivered(
            sent=self._counts["sent"],
            refused=self._counts["refused"],
            deferred=self._counts["deferred"],
            unknown=self._counts["unknown"],
            held=self._counts["held"],
            left=due_count(self._clock(), batch=self._batch),
            paused_because=" ".join(dict.fromkeys(str(error) for error in self.paused.values())),
        )

    def _one(self) -> bool:
        """Deal with one message; False when none is due."""
        if time.monotonic() - self._expired_at >= EXPIRE_SECONDS:
            self._expired_at = time.monotonic()
            end_leases_of_the_gone(self._clock())
            self._counts["unknown"] += expire(self._clock())
        found = claim(self.id, self._clock(), self._today(), batch=self._batch, without=self.paused)
        if found is None:
            return False
        if isinstance(found, Held):
            self._counts["held"] += 1
            return True
        try:
            verdict = self._write(found) if found.channel == "file" else self._send(found)
        except Damaged as error:
            verdict = Verdict("refused", "check", reason=str(error))
        except OpominiError as error:  # nothing was handed over: trouble of the account, the server or the folder
            release(found, self._clock())
            self.paused[found.operator_id] = error
            return True
        except BaseException:
            self._abandon(found)
            raise
        if verdict is not None:
            self._counts[settle(found, verdict, self._clock())] += 1
        return True

    def _abandon(self, found: Claim) -> None:
        """The program is failing or being ended: say what is certain about the message in hand."""
        if self._intended == found.id and self._connections.phase(found.operator_id) == "answer":
            why = _("The program was stopped before the server answered: nobody here can know whether it arrived.")
            settle(found, Verdict("unknown", "answer", reason=why), self._clock())
        else:
            release(found, self._clock())

    def _send(self, found: Claim) -> Verdict | None:
        """Hand a message to its server; None when it went back to the queue.

        Raises:
            OpominiError: no session; nothing was handed over.
        """
        message = message_of(found)
        copies = (*split_addresses(found.cc), *split_addresses(found.bcc))
        envelope = Envelope(found.sender_address, found.to_address, copies, message, found.message_id)
        outcome = self._connections.hand_over(self._operator(found.operator_id), envelope, lambda: self._intend(found))
        if outcome.pause:
            self.paused[found.operator_id] = _stopped(outcome)
            if outcome.state == "deferred":
                release(found, self._clock())
                return None
        # Lost: the connection broke before the dot; as safe to repeat as an answer 4xx.
        state = "deferred" if outcome.state == "lost" else outcome.state
        return Verdict(state, outcome.step, outcome.answer, outcome.reason)

    def _intend(self, found: Claim) -> bool:
        """Commit that the message is about to be finished; False when it is no longer this sender's."""
        marked = mark_sending(found, self._clock())
        if marked:
            self._intended = found.id
        return marked

    def _operator(self, number: int) -> Operator:
        """The operator's record, at most `OPERATOR_SECONDS` old: his account may be changed while messages go."""
        read_at, operator = self._operators.get(number, (-OPERATOR_SECONDS, None))
        if operator is None or time.monotonic() - read_at >= OPERATOR_SECONDS:
            operator = Operator.get_by_id(number)
            self._operators[number] = (time.monotonic(), operator)
        return operator

    def _write(self, found: Claim) -> Verdict | None:
        """Write a message as a file; the same intent is stored before, so that only its owner writes it.

        Raises:
            OpominiError: the folder cannot be written.
        """
        folder = open_folder(self._config, found.operator_code)
        message = message_of(found)
        if not mark_sending(found, self._clock()):
            return None
        year, number = found.label.split("/")
        suffix = f"-{found.recipient_no + 1}" if found.recipient_no else ""
        path = write_eml(folder, f"{year}-{number}{suffix}", message)
        return Verdict("sent", "file", _("file {path}").format(path=path))

    def _tell(self, last: bool = False) -> None:
        """Report the counts, at most ten times a second and never for more than a tenth of the time."""
        if self._progress is None:
            return
        began = time.monotonic()
        if last or began - self._told_at >= max(0.1, 10 * self._told_cost):
            self._progress(batch_counts(self._batch))
            self._told_at = time.monotonic()
            self._told_cost = self._told_at - began


def _stopped(outcome: Outcome) -> OpominiError:
    """Why an answer stops the operator's queue, as an error that knows whether a person must act."""
    return SessionError("authentication" if outcome.authentication else "temporary", outcome.step, outcome.reason)


class Damaged(OpominiError):
    """The bytes of a queued message are not those that were fixed."""


def message_of(found: Claim) -> bytes:
    """The bytes of a queued message, which are what was fixed when it was queued.

    Raises:
        Damaged: they are not: somebody changed the database.
    """
    (pdf,) = run("SELECT content FROM document WHERE id = ?", (found.document_id,)).fetchone()
    message = content(found.skeleton, bytes(pdf))
    if hashlib.sha256(message).hexdigest() != found.content_sha256:
        raise Damaged(
            _("The message of notice {label} is not what was queued: cancel it and send the notice again.").format(
                label=found.label
            )
        )
    return message
