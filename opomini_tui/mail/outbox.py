"""E-pošiljanje: notices become messages of the outbox. All that acts on the outbox is found here."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from threading import Event

from opomini_tui.config import Config
from opomini_tui.documents.letter_data import notice_letters
from opomini_tui.dunning.addresses import Recipient, addresses_of
from opomini_tui.errors import NothingToDo, OpominiError, Refused, Stopped
from opomini_tui.mail.addresses import split_addresses
from opomini_tui.mail.approval import needs_approval
from opomini_tui.mail.attachments import Attachments, is_locked
from opomini_tui.mail.compose import attachment_name
from opomini_tui.mail.eml_folder import open_folder
from opomini_tui.mail.messages import Writer, delivery_row, insert_deliveries, letters_of, writer
from opomini_tui.mail.outbox_list import BatchCounts, OutboxRow, batch_counts, outbox_rows
from opomini_tui.mail.plan import NO_PASSWORD, NO_SIGNATURE, HeldBack, Ready, SendPlan, address_reason, plan_sending
from opomini_tui.mail.settle import Retried, cancel, resolve, retry
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import DatabaseTrouble, database, is_postgres, now_ms, run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.progress import Course, Progress
from opomini_tui.text import _, ngettext, pgettext

__all__ = [
    "BatchCounts",
    "Enqueued",
    "MessagePreview",
    "OutboxRow",
    "Retried",
    "batch_counts",
    "cancel",
    "enqueue",
    "outbox_rows",
    "preview_message",
    "resolve",
    "retry",
]

CHUNK = 200
"""Notices that are queued in one transaction."""
_QUEUEING_MS, _LOCKING_MS = 10, 500
"""How long it takes at the most to queue one message, and one whose letter is locked, perhaps signed and stamped."""
_WAIT_MS = 60_000
"""So much longer what can be stopped waits for the rest, on whatever machine it is queued."""


@dataclass(frozen=True, slots=True)
class Enqueued:
    """The batch (its name in the outbox), how many notices were queued, and those that were not, with the reason.

    A batch that was taken back meanwhile has the notices that were queued before: their messages are cancelled.
    `asks`: nothing leaves before a second operator has approved it.
    """

    batch: str
    queued: int
    held_back: tuple[HeldBack, ...]
    asks: bool = False


@dataclass(frozen=True, slots=True)
class MessagePreview:
    """A message as it will go; addresses joined by a comma, the attachment's size in bytes. When nothing can be sent,
    `to` is empty and `why_address` says why. `locked`: the attachment opens with a password only, as the body tells."""

    to: str
    to_name: str
    why_address: str
    cc: str
    bcc: str
    subject: str
    body: str
    attachment_name: str
    attachment_size: int
    locked: bool = False


def enqueue(
    what: SendPlan | NoticeFilter,
    actor: Actor,
    config: Config,
    *,
    subject: str = "",
    body: str = "",
    cc: Sequence[str] = (),
    notice_ids: Collection[int] | None = None,
    recall_seconds: int | None = None,
    today: date | None = None,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> Enqueued:
    """Queue a message for every notice of the plan (or filter) that can go; `notice_ids` keeps to those of them.

    No sender begins before `recall_seconds` (None: the company's setting) have passed since all were queued; until
    then everything can be taken back. A 0 given here: a person wants them to go at once, whatever the sending hours.

    Works in chunks, each one transaction: after a crash, the same call queues the rest. A notice that somebody else
    queues at the same time is queued once, and is `waiting` for the other; one whose address became bad meanwhile is held
    back; and when the batch is taken back or decided about, the rest is not queued. A batch above the company's sum of
    four eyes waits for a second operator. `subject` and `body` override the templates for this batch; `cc` gets a copy
    of each message. Sending itself is the sender's work. When nothing can go, nothing is queued and the batch is "".

    `progress` counts notices. `stop` takes back what was queued by then; nothing of a batch that can be stopped starts
    before all of it is queued.

    Raises:
        OpominiError: a placeholder is unknown, a copy address wrong, or the operator cannot send; nothing was queued.
        Stopped: a person stopped it; none of its messages waits.
    """
    actor.require("send")
    plan = what if isinstance(what, SendPlan) else plan_sending(what, actor, today=today)
    ready, held_back = _wanted(plan, notice_ids)
    by = writer(actor.record(), subject, body, cc)
    if by.channel == "file":
        open_folder(config, actor.code)
    if not ready:
        return Enqueued("", 0, tuple(held_back))
    by.check(NoticeFilter(ids=tuple(one.notice_id for one in ready)))
    asks = needs_approval(one.notice_id for one in ready)
    attachments = Attachments(by.rule, by.operator, config)
    batch = _new_batch(len(ready), recall_seconds, attachments, asks=asks, wait_for_all=stop is not None)
    queued, not_queued = _queue_whole(ready, by, batch, actor, _Pace(Course(progress, stop), len(ready)))
    return Enqueued(batch.name if queued else "", queued, (*held_back, *not_queued), asks and queued > 0)


def _wanted(plan: SendPlan, notice_ids: Collection[int] | None) -> tuple[list[Ready], list[HeldBack]]:
    """What goes and what does not, of the notices that were asked for (None: of all)."""
    ids = None if notice_ids is None else set(notice_ids)
    ready = [one for one in plan.ready if ids is None or one.notice_id in ids]
    return ready, [one for one in plan.held_back if ids is None or one.notice_id in ids]


@dataclass(frozen=True, slots=True)
class _Batch:
    """A batch that is being queued: its name, its recall window in milliseconds, when it may start at the latest,
    what locks its attachments, and whether it asks for a second operator."""

    name: str
    recall: int
    queued_at: int
    starts_at: int
    any_hour: bool
    attachments: Attachments
    asks: bool


@dataclass(slots=True)
class _Pace:
    """How far queueing is: of `total` notices so many are queued, and so many do not go after all."""

    course: Course
    total: int
    queued: int = 0
    left: int = 0

    def tell(self, written: int = 0) -> None:
        """So many more are written, but not stored yet.

        Raises:
            Stopped: a person wants it to stop.
        """
        counts = {pgettext("notices", "queued"): self.queued, pgettext("notices", "left out"): self.left}
        self.course.tell(self.queued + self.left + written, self.total, counts)
        self.course.go_on()


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What queueing a few notices did: the ids of those that this call queued, and those that cannot go after all."""

    ids: set[int]
    bad: dict[int, HeldBack]


def _new_batch(
    messages: int, recall_seconds: int | None, attachments: Attachments, *, asks: bool, wait_for_all: bool
) -> _Batch:
    """A batch of about so many messages; `wait_for_all`: without a recall window too, none starts before all are there."""
    any_hour = recall_seconds == 0
    if recall_seconds is None:
        (recall_seconds,) = run("SELECT recall_seconds FROM company").fetchone()
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    now, recall = now_ms(), 1000 * int(recall_seconds or 0)
    queueing = messages * (_LOCKING_MS if attachments.rule else _QUEUEING_MS)
    # Nothing starts while the rest is being queued; should queueing be killed, what was queued starts a little later.
    if wait_for_all:
        queueing += _WAIT_MS
    starts_at = now + recall + (queueing if recall or wait_for_all else 0)
    return _Batch(name, recall, now, starts_at, any_hour, attachments, asks)


def _set_start(batch: _Batch, starts_at: int) -> None:
    """All is queued: the recall window begins."""
    with database.atomic():
        run("UPDATE batch SET starts_at = ? WHERE name = ? AND starts_at = ?", (starts_at, batch.name, batch.starts_at))
        run(
            "UPDATE delivery SET next_try_at = ? WHERE batch = ? AND live AND state = 'queued' AND next_try_at = ?",
            (starts_at, batch.name, batch.starts_at),
        )


def _queue_whole(
    ready: Sequence[Ready], by: Writer, batch: _Batch, actor: Actor, pace: _Pace
) -> tuple[int, list[HeldBack]]:
    """As `_queue_all`; what is stopped is taken back, and the time to recall it begins when all is queued."""
    try:
        queued, not_queued = _queue_all(ready, by, batch, actor, pace)
    except Stopped as stopped:
        raise _taken_back(batch, actor, pace, stopped) from None
    if queued and batch.starts_at > batch.queued_at:
        _set_start(batch, now_ms() + batch.recall)
    return queued, not_queued


def _queue_all(
    ready: Sequence[Ready], by: Writer, batch: _Batch, actor: Actor, pace: _Pace
) -> tuple[int, list[HeldBack]]:
    """Queue chunk after chunk until the batch is over: how many were queued, and those that were not after all."""
    not_queued = list[HeldBack]()
    for start in range(0, len(ready), CHUNK):
        chunk = ready[start : start + CHUNK]
        done = _queue_chunk(chunk, by, batch, actor, pace)
        if isinstance(done, str):
            not_queued += [_held_back(one, "waiting", done) for one in ready[start:]]
            break
        pace.queued += len(done.ids)
        pace.left += len(chunk) - len(done.ids)
        not_queued += [done.bad.get(one.notice_id) or _already(one) for one in chunk if one.notice_id not in done.ids]
        pace.tell()
    return pace.queued, not_queued


def _taken_back(batch: _Batch, actor: Actor, pace: _Pace, stopped: Stopped) -> Stopped:
    """Take back what was queued before a person stopped it; the exception that says so.

    Raises:
        OpominiError: the database does not let it.
    """
    if not pace.queued:
        return stopped
    try:
        count = cancel(batch.name, actor)
    except NothingToDo:
        count = 0
    except DatabaseTrouble as error:
        said = _("It was stopped, but its messages could not be taken back: take batch {name} back in the outbox.")
        raise OpominiError(said.format(name=batch.name)) from error
    said = ngettext(
        "It was stopped; {count} message that waited was taken back.",
        "It was stopped; {count} messages that waited were taken back.",
        count,
    ).format(count=count)
    (gone,) = run("SELECT COUNT(*) FROM delivery WHERE batch = ? AND live", (batch.name,)).fetchone()
    more = ngettext("{count} was on its way already.", "{count} were on their way already.", gone).format(count=gone)
    return Stopped(f"{said} {more}" if gone else said)


def _queue_chunk(chunk: Sequence[Ready], by: Writer, batch: _Batch, actor: Actor, pace: _Pace) -> _Chunk | str:
    """Queue the messages of a few notices in one transaction, when all is ready; a sentence when the batch is over."""
    to = addresses_of([one.notice_id for one in chunk])
    bad = {one.notice_id: held for one in chunk if (held := _badly_addressed(one, to[one.notice_id]))}
    ids = [one.notice_id for one in chunk if one.notice_id not in bad]
    made = _messages(ids, to, by, batch, pace)
    bad |= {
        one.notice_id: _held_back(one, *made.refused[one.notice_id]) for one in chunk if one.notice_id in made.refused
    }
    with database.atomic():
        if why := _over(batch):
            return why
        insert_deliveries(made.rows, made.locked)
        listed = ",".join(map(str, ids)) or "NULL"
        found = run(f"SELECT notice_id FROM delivery WHERE batch = ? AND notice_id IN ({listed})", (batch.name,))
        done = {int(number) for (number,) in found.fetchall()}
        if done:
            run(
                "INSERT INTO batch (name, operator_id, queued_at, starts_at, any_hour, approval) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
                (batch.name, by.operator.id, batch.queued_at, batch.starts_at, batch.any_hour, _approval(batch)),
            )
            labels = [one.label for one in chunk if one.notice_id in done]
            details: dict[str, object] = {"notices": labels, "from": by.operator.email, "channel": by.channel}
            details |= {"approval": "asked"} if batch.asks else {}
            journal.write(actor.code, "queue", f"batch {batch.name}", details)
    return _Chunk(done, bad)


@dataclass(slots=True)
class _Messages:
    """Rows of the outbox, the locked letters among their attachments, and code and sentence of what cannot be locked."""

    rows: list[tuple[object, ...]] = field(default_factory=list)
    locked: list[bytes] = field(default_factory=list)
    refused: dict[int, tuple[str, str]] = field(default_factory=dict)


def _messages(ids: Sequence[int], to: Mapping[int, Recipient], by: Writer, batch: _Batch, pace: _Pace) -> _Messages:
    """The messages of the notices."""
    letters, now, made = letters_of(ids), now_ms(), _Messages()
    for written, entry in enumerate(notice_letters(ids)):
        pace.tell(written)
        number = entry.notice.id
        if number not in letters:  # unlocked since the plan was made
            continue
        try:
            locked = batch.attachments.locked(entry, letters[number][1])
        except OpominiError as error:
            made.refused[number] = NO_SIGNATURE if isinstance(error, Refused) else NO_PASSWORD, str(error)
            continue
        if locked is not None:
            made.locked.append(locked)
        texts, recipient = by.text(entry), to[number]
        made.rows += [
            delivery_row(
                entry,
                by,
                address,
                recipient.name,
                letters[number],
                texts,
                batch=batch.name,
                recipient_no=place,
                now=now,
                next_try_at=max(now, batch.starts_at),
                locked=locked,
            )
            for place, address in enumerate(split_addresses(recipient.email))
        ]
    return made


def _approval(batch: _Batch) -> str:
    return "asked" if batch.asks else ""


def _over(batch: _Batch) -> str:
    """Why nothing more is queued for the batch: a person took it back, or decided about it, while it is being queued; ""
    when nobody did. Who does it later finds the messages of now."""
    lock = " FOR UPDATE" if is_postgres() else ""
    row = run(f"SELECT cancelled_at, approval FROM batch WHERE name = ?{lock}", (batch.name,)).fetchone()
    if row is None:
        return ""
    if row[1] not in ("", "asked"):
        return _("A second operator decided about the batch while it was being queued, so it was not queued.")
    return _("The batch was taken back while it was being queued, so it was not queued.") if row[0] is not None else ""


def _held_back(one: Ready, code: str, why: str, email: str = "") -> HeldBack:
    """A notice of the plan that does not go after all."""
    return HeldBack(one.notice_id, one.label, one.customer_code, one.customer_name, one.customer_id, code, why, email)


def _badly_addressed(one: Ready, recipient: Recipient) -> HeldBack | None:
    """A notice whose contact lost its address, or got a wrong one, after the plan was made."""
    code, why = address_reason(recipient)
    return _held_back(one, code, why, recipient.email) if code else None


def _already(one: Ready) -> HeldBack:
    """A notice that somebody else queued, sent or unlocked while this batch was being queued."""
    return _held_back(one, "waiting", _("Somebody else has just queued, sent or unlocked it."))


def preview_message(
    notice_id: int, actor: Actor, subject: str = "", body: str = "", cc: Sequence[str] = ()
) -> MessagePreview:
    """The message of a notice as it would be queued now; nothing is changed.

    Raises:
        OpominiError: a text cannot be filled in, or the operator cannot send.
        Refused: the notice does not exist.
    """
    by = writer(actor.record(), subject, body, cc)
    entry = next(iter(notice_letters([notice_id])), None)
    if entry is None:
        raise Refused(_("This notice does not exist any more."))
    recipient = addresses_of([notice_id])[notice_id]
    notice = entry.notice
    size = 0
    if notice.document_id is not None:
        (size,) = run("SELECT LENGTH(content) FROM document WHERE id = ?", (notice.document_id,)).fetchone()
    texts = by.text(entry)
    return MessagePreview(
        to=recipient.email,
        to_name=recipient.name,
        why_address=recipient.sentence,
        cc=", ".join(by.cc),
        bcc=by.bcc,
        subject=texts[0],
        body=texts[1],
        attachment_name=attachment_name(notice.year, notice.number),
        attachment_size=int(size),
        locked=is_locked(entry, by.rule),
    )
