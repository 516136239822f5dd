"""Looking into an operator's mailbox: each message once, each written down by itself, the mailbox left as it is."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.mail.mailbox import standing
from opomini_tui.mail.mailbox.account import HEAD_BYTES, mailbox_of
from opomini_tui.mail.mailbox.line import MailboxError
from opomini_tui.mail.mailbox.record import prove_late, record
from opomini_tui.mail.mailbox.session import Pop3Session
from opomini_tui.mail.mailbox.turn import light_commits, only_reader
from opomini_tui.mail.mailbox.understand import Seen, understand
from opomini_tui.mail.outcomes import expire
from opomini_tui.models.database import now_ms, run
from opomini_tui.models.parties import Operator
from opomini_tui.progress import Progress
from opomini_tui.text import _, pgettext

DUE_MS = 5 * 60_000
"""How often a mailbox is looked into by itself, in milliseconds."""
_HEAD_LINES = 60
_WHOLE_BYTES = 1024 * 1024
_WHOLE_LINES = 2_000
_OLD_IN_A_ROW = 50
_LONGEST_UIDL = 200  # RFC 1939 §7 says 70


@dataclass(frozen=True, slots=True)
class Polled:
    """What a look gave: new messages by what they were, and the sentence why it ended early ("" when it did not).

    `proved`: unknown messages that were settled as sent. `busy`: somebody else is reading the mailbox just now.
    """

    looked_at: int = 0
    bounces: int = 0
    delays: int = 0
    delivered: int = 0
    replies: int = 0
    automatic: int = 0
    copies: int = 0
    proved: int = 0
    other: int = 0
    damaged: int = 0
    failure: str = ""
    busy: bool = False


def poll(
    operator: Operator,
    config: Config,
    *,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
) -> Polled:
    """Look at what is new in the operator's mailbox, on the database connection of this thread.

    `progress` is told how many of how many new messages are done, and what they were; `stop` ends it after the message in
    hand. Trouble with the mailbox is the result's `failure`, and stands in the table `mailbox`; so does whatever of its
    settings or of this machine (a lock file that cannot be opened) keeps it from being read, so that the others go on.
    """
    try:
        return _poll(operator, config, progress, stop or threading.Event())
    except (OSError, ValueError) as error:  # ValueError: a name that is none
        why = getattr(error, "strerror", None) or type(error).__name__
        sentence = _("The mailbox of {name} cannot be read here ({why}). Check its settings and the program's folder.")
        failure = sentence.format(name=operator.name, why=why)
        standing.begin(operator.id)
        standing.end(operator.id, failure)
        return Polled(failure=failure)


def _poll(operator: Operator, config: Config, progress: Progress | None, stop: threading.Event) -> Polled:
    """A look, as `poll` says. Raises also what an odd machine or odd settings raise."""
    with only_reader(operator.id) as mine, light_commits():
        if not mine:
            return Polled(busy=True)
        first_scan = standing.begin(operator.id)
        expire(now_ms())
        counts = Counter(proved=prove_late())
        failure = ""
        try:
            with mailbox_of(operator, config) as session:
                _Look(operator, session, counts, first_scan).run(progress, stop)
            standing.trust(operator.id)
        except OpominiError as error:
            failure = str(error)
            if _needs_a_person(error):
                standing.distrust(operator)
        standing.end(operator.id, failure)
        return _polled(counts, failure)


def poll_due(config: Config, now: int, stop: threading.Event | None = None) -> dict[str, Polled]:
    """Look into the mailbox of every active operator who has one and was last looked into `DUE_MS` before `now` (UTC
    milliseconds) or earlier; the results by the operator's code; `stop` as in `poll`.

    A mailbox that refused the password is left until its settings change or a person looks: each try counts towards a
    lock-out.
    """
    stop = stop or threading.Event()
    return {
        operator.code: poll(operator, config, stop=stop) for operator in standing.due(now - DUE_MS) if not stop.is_set()
    }


def _needs_a_person(error: OpominiError) -> bool:
    """Whether trying again by itself does harm. (The errors of OAuth have a `kind` as well.)"""
    return getattr(error, "kind", "") == "authentication"


def _polled(counts: Counter[str], failure: str) -> Polled:
    return Polled(
        looked_at=counts["looked_at"],
        bounces=counts["bounce"],
        delays=counts["delay"],
        delivered=counts["delivered"],
        replies=counts["reply"],
        automatic=counts["auto"],
        copies=counts["copy"],
        proved=counts["proved"],
        other=counts["other"],
        damaged=counts["damaged"],
        failure=failure,
    )


def told(counts: Mapping[str, int]) -> dict[str, int]:
    """What was found so far, for the eye of who waits: undelivered ones and replies always, of the rest what there is."""
    words = {
        "bounce": pgettext("mails", "undelivered"),
        "reply": pgettext("mails", "replies"),
        "delay": pgettext("mails", "delayed"),
        "delivered": pgettext("mails", "receipts"),
        "copy": pgettext("mails", "own copies"),
        "auto": pgettext("mails", "automatic answers"),
        "damaged": pgettext("mails", "unreadable"),
        "other": pgettext("mails", "other"),
    }
    always = ("bounce", "reply")
    return {word: counts.get(kind, 0) for kind, word in words.items() if kind in always or counts.get(kind)}


class _Look:
    """One session's look at a mailbox."""

    def __init__(self, operator: Operator, session: Pop3Session, counts: Counter[str], first_scan: int) -> None:
        self._operator, self._session, self._counts = operator, session, counts
        self._first_scan = first_scan
        self._known = {uidl for (uidl,) in run(_KNOWN, (operator.id,)).fetchall()}

    def run(self, progress: Progress | None, stop: threading.Event) -> None:
        """Look at every message that is not known yet, the newest first."""
        uidls = self._session.uidls()
        sizes = self._session.sizes()
        new = list(_new(uidls, sizes, self._known))
        since = standing.relevant_since(self._operator.id, self._first_scan) if len(new) > _OLD_IN_A_ROW else 0
        old_in_a_row = 0
        for done, (number, uidl) in enumerate(new):
            if stop.is_set():
                return
            seen = self._look(number, uidl, sizes.get(number, 0))
            # What came before anything of ours was sent cannot be about it: a mailbox of ten years is not read through.
            if seen is not None and (seen.moment is not None or seen.ours is not None):
                old_in_a_row = old_in_a_row + 1 if seen.moment is not None and seen.moment < since else 0
            if old_in_a_row >= _OLD_IN_A_ROW:
                standing.leave_aside(self._operator.id, [name for _number, name in new[done + 1 :] if name])
                return
            if progress:
                progress(done + 1, len(new), told(self._counts))

    def _look(self, number: int, uidl: str, size: int) -> Seen | None:
        """Look at one message and write it down; None when it is known, or cannot be had just now."""
        session = self._session
        head = session.top(number, _HEAD_LINES, HEAD_BYTES)
        complete = head is None
        if head is None and not session.later and size <= _WHOLE_BYTES:  # a server without TOP
            head = session.retrieve(number, _WHOLE_BYTES)
        if head is None and session.later:
            return None
        uidl = uidl or _digest(head or b"")
        if uidl in self._known:
            return None
        if head is None:
            seen = Seen(
                "damaged", summary=_("The server does not give it out: “{answer}”.").format(answer=session.said)
            )
        else:
            seen = self._understood(head, number, uidl, size, complete=complete)
        self._write(uidl, seen)
        return seen

    def _understood(self, head: bytes, number: int, uidl: str, size: int, *, complete: bool) -> Seen:
        """What the message is; one on which the connection breaks is written down first, so that it breaks only one."""

        def whole() -> bytes | None:
            if complete:
                return head
            if size <= _WHOLE_BYTES:
                return self._session.retrieve(number, _WHOLE_BYTES)
            return self._session.top(number, _WHOLE_LINES, _WHOLE_BYTES)

        try:
            return understand(head, whole)
        except MailboxError:
            if size > _WHOLE_BYTES:
                self._write(uidl, Seen("damaged", summary=_("It is too large to be read.")))
            raise

    def _write(self, uidl: str, seen: Seen) -> None:
        done = record(self._operator.id, self._operator.code, uidl, seen)
        self._known.add(uidl)
        if done.new:
            self._counts["looked_at"] += 1
            self._counts[seen.kind] += 1
            self._counts["proved"] += done.proved


_KNOWN = "SELECT uidl FROM mailbox_message WHERE operator_id = ?"


def _new(uidls: dict[int, bytes] | None, sizes: dict[int, int], known: set[str]) -> Iterator[tuple[int, str]]:
    """Numbers and names of the messages that are not known, the newest (highest number) first.

    Without UIDL the name is "", and the message has to be read to know it again. Copies that share a name are
    told apart by their place.
    """
    if uidls is None:
        yield from ((number, "") for number in sorted(sizes, reverse=True))
        return
    names: dict[int, str] = {}
    seen: Counter[str] = Counter()
    for number in sorted(uidls):
        name = _uidl(uidls[number])
        seen[name] += 1
        names[number] = name if seen[name] == 1 or not name else f"{name}#{seen[name]}"
    for number in sorted(names, reverse=True):
        if names[number] not in known or not names[number]:
            yield number, names[number]


def _uidl(raw: bytes) -> str:
    """A name as it is stored: visible characters, of bounded length."""
    text = raw.decode("ascii", "backslashreplace")
    if text.isprintable() and len(text) <= _LONGEST_UIDL:
        return text
    return _digest(raw)


def _digest(raw: bytes) -> str:
    """A name made of what a message begins with, or of a name that is too odd."""
    return "sha256:" + hashlib.sha256(raw).hexdigest()
