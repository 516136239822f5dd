"""One sender: a thread with a database connection and mail sessions of its own that claims, hands over and stores."""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from peewee import PeeweeException

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.mail.addresses import BadAddress, split_addresses
from opomini_tui.mail.board import Board
from opomini_tui.mail.claims import Claim, addressees, claim, obstacle, release
from opomini_tui.mail.compose import content, letter_place
from opomini_tui.mail.connections import AllTaken, Connections
from opomini_tui.mail.dead_senders import ended, new_sender_id
from opomini_tui.mail.durable import light_connection, make_light
from opomini_tui.mail.eml_folder import open_folder, write_eml
from opomini_tui.mail.high_water import HighWater
from opomini_tui.mail.outcomes import Verdict, mark_sending, requeue, settle, was_lost_before
from opomini_tui.mail.rate import reserve
from opomini_tui.mail.session import Envelope, Outcome, SessionError
from opomini_tui.mail.trouble import LimitReached, NotAllowedNow
from opomini_tui.mail.work_list import Work
from opomini_tui.models.database import database, run
from opomini_tui.text import _

HANDFUL = 24
HANDFUL_SECONDS = 0.5
"""Up to how many messages, and messages of how much time, are claimed at once: what stands against a message is judged
when it is claimed, so it must be handed over soon after."""
STALE_SECONDS = 2.0
"""A claimed message that has waited so long behind a slow one is given back and judged anew; one whose own server was
so slow is judged again before its dot."""
IN_A_ROW = 3
"""So many messages one after another whose line broke, or whose answer never came, are the server's trouble."""
RESULT_SECONDS = 600.0
STOPPED_RESULT_SECONDS = 10.0
"""For how long the result of a message is tried to be stored when the database fails; the second, after a stop."""


@dataclass(frozen=True)
class Orders:
    """What a run tells its senders. `stop`: finish the message in hand; `pause`: begin none; `leave`: the program ends,
    nothing is waited for; `failed`: another sender of the run met something that ends it."""

    config: Config
    clock: Callable[[], int]
    today: Callable[[], date]
    stop: threading.Event
    pause: threading.Event
    leave: threading.Event = field(default_factory=threading.Event)
    failed: threading.Event = field(default_factory=threading.Event)

    @property
    def ended(self) -> bool:
        """Whether no further message may be begun, ever."""
        return self.stop.is_set() or self.leave.is_set() or self.failed.is_set()


@dataclass(frozen=True, slots=True)
class _Handed:
    """How handing over ended: `again`: the message waits again at once; `stops`: why the account stops; `seconds`: what
    the wire took, None when the server did not answer."""

    verdict: Verdict
    again: bool = False
    stops: OpominiError | None = None
    seconds: float | None = None


class Sender:
    """Works until the board has nothing for it; `in_hand` are the messages that it has claimed, `error` what ended it."""

    def __init__(self, orders: Orders, board: Board, high_water: HighWater) -> None:
        self.id = new_sender_id()
        self.in_hand: list[Claim] = []
        self.error: BaseException | None = None
        self._orders, self._board, self._high_water = orders, board, high_water
        self._connections = Connections(orders.config, self.id, orders.clock)
        self._intended = 0  # the last message that was committed as `sending`
        self._committing = 0.0  # seconds that the commit before the dot took
        self._claimed_at = 0.0
        self._broken = self._silent = 0  # messages in a row whose line broke, or whose dot was not answered

    def work(self) -> None:
        """The body of the thread."""
        try:
            with light_connection():
                try:
                    self._work()
                finally:
                    self._connections.close()
        except BaseException as error:  # the run tells it, from its own thread
            self.error = error
        finally:
            ended(self.id)

    def _work(self) -> None:
        """Claim and hand over until nothing is left or an order says stop."""
        orders, board = self._orders, self._board
        while not orders.ended:
            if orders.pause.is_set():
                orders.stop.wait(0.05)
                continue
            work = board.next()
            if work is None:
                return
            most = self._pace(work)
            if not most:
                continue
            found = claim(self.id, orders.clock(), orders.today(), work.batch, most)
            board.count("held", found.held)
            if not found.messages and not found.held:
                board.rest(work.batch)
            self.in_hand = list(found.messages)
            self._hand_over()
            board.tell()

    def _pace(self, work: Work) -> int:
        """Wait until the server's rate lets another message go; how many may be claimed, 0 when an order came."""
        per_minute, server = self._connections.rate(work.operator_id)
        if not per_minute:
            return max(1, min(HANDFUL, int(HANDFUL_SECONDS / (self._board.seconds or HANDFUL_SECONDS))))
        now = self._orders.clock()
        until = time.monotonic() + (reserve(server, per_minute, now) - now) / 1000
        while (left := until - time.monotonic()) > 0:
            if self._orders.ended or self._orders.pause.is_set():
                return 0
            self._orders.stop.wait(min(left, 0.1))
        return 1

    def _hand_over(self) -> None:
        """Hand over what was claimed, one after another; what cannot go now is given back."""
        self._claimed_at, orders = time.monotonic(), self._orders
        first = True
        while self.in_hand:
            late = time.monotonic() - self._claimed_at > STALE_SECONDS
            if not first and (late or orders.ended or orders.pause.is_set()):
                self._give_back()
                return
            first = False
            found = self.in_hand[0]
            try:
                handed = self._write(found) if found.channel == "file" else self._send(found)
            except (Damaged, BadAddress) as error:
                handed = _Handed(Verdict("refused", "check", reason=str(error)))
            except AllTaken:
                self._give_back()
                self._board.no_connection(found.operator_id)
                return
            except OpominiError as error:  # nothing was handed over: trouble of the account, the server or the folder
                self._give_back()
                self._board.stop_account(found.operator_id, error)
                return
            except BaseException:
                self._abandon()
                raise
            self._settle(found, handed)

    def _settle(self, found: Claim, handed: _Handed) -> None:
        """Store what became of a message first of all, and then what it says about the account."""
        if handed.again:
            self._persist(lambda: requeue(found, handed.verdict, self._orders.clock()))
        else:
            state = self._persist(lambda: settle(found, handed.verdict, self._orders.clock()))
            self._board.count(str(state))
        self.in_hand.pop(0)
        if handed.stops is not None:
            self._board.stop_account(found.operator_id, handed.stops)
            self._give_back()
        elif handed.seconds is not None:
            self._board.answered(found.operator_id, handed.seconds)
        self._board.tell()

    def _give_back(self) -> None:
        """Release every message in hand: nothing of them was handed over. One that was about to be is noted beside the
        database, so its try stays on record."""
        for found in self.in_hand:
            if found.id == self._intended:
                requeue(found, Verdict("lost", "commit"), self._orders.clock())
            else:
                release(found, self._orders.clock())
        self.in_hand = []

    def _abandon(self) -> None:
        """The program is failing or being ended: say what is certain about the messages in hand."""
        found = self.in_hand[0]
        with contextlib.suppress(PeeweeException):  # without a database the leases end, which says the same
            self._say_what_is_certain(found)

    def _say_what_is_certain(self, found: Claim) -> None:
        """`unknown` for a message whose dot is on its way; the others were not handed over."""
        if self._intended == found.id and self._connections.phase(found.operator_id) == "answer":
            why = _("The program was stopped before the server answered: nobody here can know whether it arrived.")
            settle(found, Verdict("unknown", "answer", reason=why), self._orders.clock())
            self.in_hand.pop(0)
        self._give_back()

    def _send(self, found: Claim) -> _Handed:
        """Hand a message to its server.

        Raises:
            OpominiError: no session; nothing was handed over.
        """
        message = message_of(found)
        copies = (*split_addresses(found.cc), *split_addresses(found.bcc))
        place = letter_place(found.skeleton, message)
        envelope = Envelope(found.sender_address, found.to_address, copies, message, found.message_id, letter=place)
        began, self._committing = time.monotonic(), 0.0
        outcome = self._connections.hand_over(found.operator_id, envelope, lambda: self._intend(found))
        seconds = time.monotonic() - began - self._committing
        # The line broke, or the server is leaving: the next session tells which; a message that does it twice waits.
        broken = outcome.state == "lost" or outcome.code == 421
        taken_away = outcome.state == "lost" and outcome.step == "commit"
        self._broken = self._broken + 1 if broken and not taken_away else 0
        self._silent = self._silent + 1 if outcome.state == "unknown" else 0
        limited = outcome.pause and outcome.state == "deferred"
        again = limited or taken_away or (broken and not was_lost_before(found))
        state = "lost" if again else "deferred" if broken else outcome.state
        return _Handed(
            Verdict(state, outcome.step, outcome.answer, outcome.reason),
            again=again,
            stops=_stopped(outcome) if outcome.pause else self._server_fails(outcome),
            seconds=None if broken or outcome.state == "unknown" else seconds,
        )

    def _server_fails(self, outcome: Outcome) -> OpominiError | None:
        """The server breaks off or keeps silent again and again: it is left alone before more messages suffer from it."""
        if self._silent >= IN_A_ROW:
            self._silent = 0
            return NotAllowedNow(
                _(
                    "The mail server takes messages and then does not answer; several are of unknown outcome. "
                    "Ask the mail provider, settle them in the outbox, then go on."
                )
            )
        if self._broken >= IN_A_ROW:
            self._broken = 0
            return SessionError("connection", outcome.step, outcome.reason)
        return None

    def _intend(self, found: Claim) -> bool:
        """Commit that the message is about to be finished; False when it is no longer this sender's."""
        began = time.monotonic()
        now = self._orders.clock()
        if self._orders.leave.is_set() or self._changed(found) or not mark_sending(found, now):
            return False
        self._high_water.note(found.id, found.attempts, found.message_id, now)
        self._intended = found.id
        self._committing = time.monotonic() - began
        return True

    def _changed(self, found: Claim) -> bool:
        """Whether something stands against the message that did not when it was claimed: its server took its time. It
        waits again then, and the next claim says why."""
        if time.monotonic() - self._claimed_at <= STALE_SECONDS:
            return False
        if obstacle(found.notice_id, found.document_id, self._orders.today()):
            return True
        return found.to_address not in addressees(found.notice_id)[0]

    def _persist(self, store: Callable[[], object]) -> object:
        """Store a result, again and again when the database fails: nobody else knows what the server said.

        Raises:
            PeeweeException: the database failed for too long; the message will be `unknown`.
        """
        began, wait = time.monotonic(), 0.1
        while True:
            try:
                return store()
            except PeeweeException:
                patience = STOPPED_RESULT_SECONDS if self._orders.ended else RESULT_SECONDS
                if time.monotonic() - began > patience:
                    raise
            self._orders.leave.wait(wait)
            wait = min(5.0, 2 * wait)
            _reconnect()

    def _write(self, found: Claim) -> _Handed:
        """Write a message as a file; the same intent is stored before, so that only its owner writes it.

        Raises:
            OpominiError: the folder cannot be written.
        """
        folder = open_folder(self._orders.config, found.operator_code)
        message = message_of(found)
        if not mark_sending(found, self._orders.clock()):
            return _Handed(Verdict("lost", "commit"), again=True)
        year, number = found.label.split("/")
        suffix = f"-{found.recipient_no + 1}" if found.recipient_no else ""
        path = write_eml(folder, f"{year}-{number}{suffix}", message)
        return _Handed(Verdict("sent", "file", _("file {path}").format(path=path)), seconds=0.0)


def _reconnect() -> None:
    """Give the thread another connection to the database: it may have lost its own."""
    try:
        if not database.obj.is_closed():
            database.obj.close()
        database.obj.connect()
        make_light()
    except PeeweeException:
        return  # still away; the next try says so


def _stopped(outcome: Outcome) -> OpominiError:
    """Why an answer stops the operator's queue, as an error that knows who can mend it."""
    if outcome.authentication:
        return SessionError("authentication", outcome.step, outcome.reason)
    return LimitReached(outcome.reason) if outcome.state == "deferred" else NotAllowedNow(outcome.reason)


class Damaged(OpominiError):
    """The bytes of a queued message are not those that were fixed."""


def message_of(found: Claim) -> bytes:
    """The bytes of a queued message, which are what was fixed when it was queued.

    Raises:
        Damaged: they are not: somebody changed the database.
    """
    (pdf,) = run("SELECT content FROM document WHERE id = ?", (found.attachment_id or found.document_id,)).fetchone()
    message = content(found.skeleton, bytes(pdf))
    if hashlib.sha256(message).hexdigest() != found.content_sha256:
        raise Damaged(
            _("The message of notice {label} is not what was queued: cancel it and send the notice again.").format(
                label=found.label
            )
        )
    return message
