"""Messages of the outbox as lines: what each shows, everything that is known of one, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from opomini_tui.dunning.addresses import addresses_of
from opomini_tui.mail.delivery_story import returned_to
from opomini_tui.mail.outbox import OutboxRow, outbox_rows
from opomini_tui.models.database import now_ms
from opomini_tui.models.words import arrival_word, delivery_letter, delivery_word
from opomini_tui.text import _, ngettext, pgettext
from opomini_tui.text.moments import clock, moment
from opomini_tui.widgets.record_columns import Column
from opomini_tui.widgets.record_pages import Row

SHOWN_STATES = ("queued", "sent", "deferred", "refused", "unknown", "held", "cancelled", "undelivered")
"""States that a person tells apart; what is in a sender's hands counts as queued, what came back is a state here."""
STYLES = {
    "sent": "good",
    "refused": "bad",
    "unknown": "bad",
    "undelivered": "bad",
    "deferred": "warning",
    "held": "warning",
    "cancelled": "muted",
}


def shown_state(row: OutboxRow) -> str:
    """The state of a message for a person: one that came back is undelivered, whatever the server had said."""
    return "undelivered" if row.arrival == "undelivered" else row.state


def state_word(state: str) -> str:
    """The word for one of SHOWN_STATES."""
    return arrival_word(state) if state == "undelivered" else delivery_word(state)


def letters_words() -> str:
    """What the letter beside each message says, for the help."""
    named = ", ".join(f"{delivery_letter(state)} {state_word(state)}" for state in SHOWN_STATES)
    return _("Letters: {named}.").format(named=named)


def delivery_columns() -> Sequence[Column]:
    """The columns of a list of messages."""
    return (
        Column("notice", _("Notice"), 9, sortable=False),
        Column("customer", _("Customer name"), 14, sortable=False, grows=True),
        Column("to", _("Address"), 19, sortable=False, grows=True),
        Column("state", _("State"), 15, sortable=False),
        Column("tries", _("Tries"), 5, "right", sortable=False),
        Column("next", _("Next try"), 6, "right", sortable=False, short=pgettext("message", "Next")),
    )


def delivery_pages(ids: Sequence[int]) -> Mapping[int, Row]:
    """Rows of the table by id."""
    now = now_ms()
    return {row.id: delivery_line(row, now) for row in outbox_rows(ids=tuple(ids))}


def delivery_line(row: OutboxRow, now: int) -> Row:
    """One message as a line."""
    state = shown_state(row)
    due = clock(row.next_try_at, now) if row.next_try_at is not None and row.next_try_at > now else ""
    name = f"{row.year}/{row.number}"
    cells = (name, row.customer_name, row.to, state_word(state), str(row.attempts or ""), due)
    return Row(cells, style=STYLES.get(state, ""), mark=delivery_letter(state))


def delivery_detail(record: int) -> str:
    """Why the message is in its state, the next step, what the server said, why this address, and what came back."""
    rows = outbox_rows(ids=(record,))
    if not rows:
        return ""
    row = rows[0]
    about = f"{row.year}/{row.number} {row.customer_code} {row.customer_name} <{row.to}>"
    lines = [about, row.reason, next_step(row), _arrival_line(row)]
    lines += [_("Server: {answer}").format(answer=row.answer) if row.answer else "", *_returned_lines(row)]
    return "\n".join(filter(None, [*lines, _times(row), _address_line(row)]))


def _arrival_line(row: OutboxRow) -> str:
    """What the mailbox told of it."""
    return ": ".join(filter(None, (arrival_word(row.arrival).capitalize(), row.arrival_reason))) if row.arrival else ""


def _returned_lines(row: OutboxRow) -> list[str]:
    """The last reply, and how many there are."""
    replies = returned_to(row.notice_id, ("reply",))
    if not replies:
        return []
    last = replies[-1]
    said = _("Reply of {when} from {sender}: {subject}")
    line = said.format(when=moment(last.at), sender=last.sender, subject=last.subject)
    more = len(replies) - 1
    if more:
        line += " " + ngettext("({count} earlier one)", "({count} earlier ones)", more).format(count=more)
    return [line]


def _times(row: OutboxRow) -> str:
    """When it was queued and handed over, and by whom."""
    parts = [_("queued {when} by {operator}").format(when=moment(row.queued_at), operator=row.operator_code)]
    if row.sent_at is not None:
        parts.append(_("handed over {when}").format(when=moment(row.sent_at)))
    said = " · ".join(parts)
    return said[:1].upper() + said[1:]


def _address_line(row: OutboxRow) -> str:
    """Why it goes to this address; or that the contact has another one by now."""
    found = addresses_of([row.notice_id]).get(row.notice_id)
    if found is None:
        return ""
    if row.to.casefold() in found.email.casefold():
        return found.sentence
    return _("The contact's address is now {address}.").format(address=found.email or "—")


def next_step(row: OutboxRow) -> str:
    """What the operator can do about a message; "" when nothing needs to be done."""
    if row.outcome in ("resent", "replaced", "undelivered"):
        return _("It was sent again by a new message.")
    if row.arrival == "undelivered":
        return _("Correct the address of the contact (F3), then t sends it to the new one.")
    waits = row.next_try_at is not None and row.next_try_at > now_ms()
    if row.state == "deferred" and row.next_try_at is not None:
        return _("It is tried again after {time} by itself while a sender runs; t tries now.").format(
            time=moment(row.next_try_at)
        )
    if row.state == "queued" and waits:
        return _("It leaves at {time}; until then u takes it back, g lets the batch start now.").format(
            time=moment(row.next_try_at, seconds=True)
        )
    return {
        "refused": _("Correct the address of the contact (F3), then t tries again."),
        "unknown": _("It may have arrived: ask the customer, then S settles it. It is never sent again by itself."),
        "held": _("Look at the notice; t sends it if nothing stands against it any more, Ctrl+D cancels it."),
        "queued": _("It waits for a sender; g sends it from here."),
        "cancelled": _("It was not sent; the notice can be sent again."),
    }.get(row.state, "")
