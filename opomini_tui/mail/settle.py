"""What a person does with messages of the outbox: take them back, try them again, settle unknown ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from opomini_tui.config import Config
from opomini_tui.documents.letter_data import notice_letters
from opomini_tui.dunning.addresses import addresses_of
from opomini_tui.dunning.recheck import today_utc
from opomini_tui.errors import NothingToDo, OpominiError, Refused
from opomini_tui.mail.attachments import is_locked, password_rule
from opomini_tui.mail.claims import addressees, obstacle
from opomini_tui.mail.eml_folder import open_folder
from opomini_tui.mail.messages import delivery_row, insert_deliveries, letters_of, texts_of, writer
from opomini_tui.mail.outbox_list import TAKEABLE, OutboxRow, outbox_rows
from opomini_tui.mail.outcomes import expire, mark_notice_sent
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, is_postgres, now_ms, run
from opomini_tui.models.notices import Document
from opomini_tui.models.parties import Operator
from opomini_tui.text import _


@dataclass(frozen=True, slots=True)
class Retried:
    """How many messages wait again, and a sentence for each that does not."""

    queued: int
    left: tuple[str, ...]


def cancel(which: Iterable[int] | str, actor: Actor) -> int:
    """Take back messages (ids, or a batch by its name) that were not yet handed over; how many were.

    What is in a sender's hands, sent or unknown is passed over. A cancelled notice can be queued again. Of a batch that is
    still being queued nothing more is queued.

    Raises:
        NothingToDo: none of them can be taken back.
    """
    actor.require("send")
    if isinstance(which, str):
        scope, values = "batch = ?", [which]
    else:
        scope, values = f"id IN ({','.join(str(int(number)) for number in which) or 'NULL'})", []
    with database.atomic():
        if isinstance(which, str):  # first of all: whoever queues it has the batch locked until its messages are there
            run("UPDATE batch SET cancelled_at = ? WHERE name = ?", (now_ms(), which))
        count = take_back(scope, values, actor)
    if not count:
        raise NothingToDo(_("None of these messages waits in the outbox, so none can be taken back."))
    return count


def take_back(scope: str, values: Sequence[object], actor: Actor, reason: str = "") -> int:
    """Cancel the waiting messages of `scope` (SQL with its values), in the caller's transaction; how many."""
    rows = run(
        f"UPDATE delivery SET state = 'cancelled', live = ?, reason = ?, next_try_at = NULL WHERE {scope} AND live "
        f"AND state IN {TAKEABLE} RETURNING id",
        [False, reason, *values],
    ).fetchall()
    if rows:
        taken = outbox_rows(ids=tuple(number for (number,) in rows))
        journal.write_many(actor.code, "cancel", [(_record(row), _named(row)) for row in taken])
    return len(rows)


def retry(ids: Iterable[int], actor: Actor, *, today: date | None = None, same_address: bool = False) -> Retried:
    """Try messages again now: deferred, held, refused and cancelled ones, and sent ones that came back undelivered.

    What stands against each is judged again; one whose contact has another address by now is written anew, with the
    same subject and text, to the new address. One that came back goes to another address only, unless `same_address`
    says that a person wants it to go there once more. No address gets a second message of a notice otherwise. The day
    after which a deferred message is given up begins anew. A batch that a second operator decided about is asked about
    anew when what was taken back of it is to go.
    """
    actor.require("send")
    today, queued, left = today or today_utc(), 0, list[str]()
    for row in outbox_rows(ids=tuple(ids)):
        try:
            with database.atomic():
                _again(row, actor, today, same_address=same_address)
            queued += 1
        except OpominiError as error:
            left.append(f"{row.year}/{row.number}: {error}")
    return Retried(queued, tuple(left))


def _again(row: OutboxRow, actor: Actor, today: date, *, same_address: bool) -> None:
    """Let one message wait again, in the transaction of the caller.

    Raises:
        Refused: it may not, and why.
    """
    if is_postgres():  # as whoever cancels or approves the batch: first the batch, then its messages
        run("SELECT 1 FROM batch WHERE name = ? FOR UPDATE", (row.batch,)).fetchone()
    stored = _locked(row.id)
    undelivered = stored.state == "sent" and stored.arrival == "undelivered"
    if not undelivered and stored.state not in ("deferred", "held", "refused", "cancelled"):
        raise Refused(_not_again(stored.state))
    if not stored.live and _has_live(stored):
        raise Refused(_("Another message of this notice is in the outbox already."))
    if why := obstacle(stored.notice_id, stored.document_id, today):
        raise Refused(why)
    to, now = _target(stored), now_ms()
    if undelivered and to.casefold() == stored.to_address.casefold() and not same_address:
        said = _("It came back from {address}. Correct the address of the contact first, then try again.")
        raise Refused(said.format(address=to))
    if undelivered:
        _write_anew(stored, to, "undelivered")
    elif to != stored.to_address:
        _write_anew(stored, to, "replaced")
    else:
        run(
            "UPDATE delivery SET state = 'queued', live = ?, reason = '', outcome = '', next_try_at = ?, queued_at = ? "
            "WHERE id = ?",
            (True, now, now, stored.id),
        )
    if stored.state == "cancelled":
        _ask_anew(stored.batch)
    journal.write(actor.code, "retry", _record(row), {**_named(row), "was": stored.state})


def _ask_anew(batch: str) -> None:
    """What was taken back was in nobody's mind when the batch was approved: a second operator is asked again."""
    run(
        "UPDATE batch SET approval = 'asked', approved_by = '', approved_at = NULL, cancelled_at = NULL "
        "WHERE name = ? AND approval IN ('approved', 'refused')",
        (batch,),
    )


def _not_again(state: str) -> str:
    """Why a message in `state` is not tried again."""
    return {
        "sent": _("It is sent."),
        "unknown": _("It is not known whether it arrived: settle it first (sent, or send again)."),
    }.get(state, _("It is in the outbox and will be sent without this."))


class _Stored(NamedTuple):
    """A message as it is now."""

    id: int
    notice_id: int
    recipient_no: int
    batch: str
    channel: str
    operator_id: int
    to_address: str
    cc: str
    skeleton: str
    document_id: int
    attachment_id: int | None
    state: str
    live: bool
    arrival: str


def _locked(number: int) -> _Stored:
    """The message with that id; until the end of the transaction nobody else settles a message of its notice."""
    if is_postgres():  # SQLite locks the file
        run(
            "SELECT id FROM delivery WHERE notice_id = (SELECT notice_id FROM delivery WHERE id = ?) "
            "ORDER BY id FOR UPDATE",
            (number,),
        ).fetchall()
    return _Stored(*run(f"SELECT {', '.join(_Stored._fields)} FROM delivery WHERE id = ?", (number,)).fetchone())


def _has_live(stored: _Stored) -> bool:
    """Whether a live message to this recipient of the notice exists."""
    found = run(
        "SELECT 1 FROM delivery WHERE notice_id = ? AND recipient_no = ? AND live",
        (stored.notice_id, stored.recipient_no),
    ).fetchone()
    return found is not None


def _target(stored: _Stored) -> str:
    """Where `stored` is to go now: to its own address, or to the one that took its place in the contact.

    Raises:
        Refused: there is no such address, or it has a message of this notice already.
    """
    addresses, why = addressees(stored.notice_id)
    if why:
        raise Refused(why)
    if stored.to_address in addresses:
        to = stored.to_address
    elif stored.recipient_no < len(addresses):
        to = addresses[stored.recipient_no]
    else:
        raise Refused(_("The contact has fewer addresses now, so none is left for this message."))
    # A sent message stays live, unless its notice was unlocked: then it does not count any more.
    others = run(
        "SELECT to_address FROM delivery WHERE notice_id = ? AND id <> ? AND live", (stored.notice_id, stored.id)
    ).fetchall()
    if to.casefold() in {other.casefold() for (other,) in others}:
        raise Refused(_("A message of this notice to {address} is sent or in the outbox already.").format(address=to))
    return to


def _write_anew(stored: _Stored, to: str, outcome: str) -> None:
    """End `stored` and queue a message with its subject, text and attachment to the address `to`.

    Raises:
        OpominiError: the notice has no letter now, or another one, or its operator cannot send.
    """
    letter = letters_of([stored.notice_id]).get(stored.notice_id)
    entry = next(iter(notice_letters([stored.notice_id])), None)
    if letter is None or entry is None:
        raise Refused(_("The notice is not issued any more."))
    locked = None
    if stored.attachment_id is None and is_locked(entry, password_rule()):
        raise Refused(
            _("Letters to natural persons leave locked now, and this one was queued open: cancel it and send it anew.")
        )
    if stored.attachment_id is not None:  # the text tells how it is opened
        locked = bytes(Document.get_by_id(stored.attachment_id).content)
        if letter[0] != stored.document_id:
            raise Refused(_("The notice was unlocked or issued anew after it was queued."))
    state = "cancelled" if stored.state in ("deferred", "held") else stored.state
    run(
        "UPDATE delivery SET state = ?, live = ?, outcome = ?, next_try_at = NULL WHERE id = ?",
        (state, False, outcome, stored.id),
    )
    by = writer(Operator.get_by_id(stored.operator_id), cc=stored.cc.split(", ") if stored.cc else ())
    name = addresses_of([stored.notice_id])[stored.notice_id].name
    texts, now = texts_of(stored.skeleton), now_ms()
    place = stored.recipient_no
    row = delivery_row(
        entry, by, to, name, letter, texts, batch=stored.batch, recipient_no=place, now=now, locked=locked
    )
    insert_deliveries([row])


def resolve(number: int, how: str, reason: str, actor: Actor, config: Config) -> None:
    """Settle the unknown message with id `number`: `how` is "sent" (it arrived) or "resend" (send it once more).

    Raises:
        NotAllowed: it needs the level manager.
        OpominiError: no reason, not unknown, or it cannot be sent again; nothing was changed.
    """
    actor.require("resolve")
    if how not in ("sent", "resend"):
        raise OpominiError(_("An unknown message is settled as sent or by sending it again."))
    if not reason.strip():
        raise OpominiError(_("Settling an unknown message needs a reason. Type how you know."))
    expire(now_ms())
    with database.atomic():
        rows = outbox_rows(ids=(number,))
        stored = _locked(number) if rows else None
        if stored is None or stored.state != "unknown" or not stored.live:
            raise Refused(_("This message is not unknown, so there is nothing to settle."))
        if how == "sent":
            _settle_as_sent(stored, reason.strip())
        else:
            if stored.channel == "file":
                open_folder(config, rows[0].operator_code)
            run("UPDATE delivery SET reason = ? WHERE id = ?", (reason.strip(), number))
            _write_anew(stored, _target(stored), "resent")
        details = {**_named(rows[0]), "how": how, "reason": reason.strip()}
        journal.write(actor.code, "resolve", _record(rows[0]), details)


def _settle_as_sent(stored: _Stored, reason: str) -> None:
    """A person knows that it arrived."""
    (started,) = run("SELECT MAX(started_at) FROM delivery_attempt WHERE delivery_id = ?", (stored.id,)).fetchone()
    at = int(started or now_ms())
    run(
        "UPDATE delivery SET state = 'sent', outcome = 'marked as sent', reason = ?, sent_at = ?, sender_id = '' "
        "WHERE id = ?",
        (reason, at, stored.id),
    )
    mark_notice_sent(stored.notice_id, at)


def _record(row: OutboxRow) -> str:
    """The notice as the journal names it."""
    return f"notice {row.year}/{row.number}"


def _named(row: OutboxRow) -> dict[str, object]:
    """The message as the journal names it."""
    return {"delivery": row.id, "message_id": row.message_id, "to": row.to}
