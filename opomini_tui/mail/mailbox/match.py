"""Which of our messages something in the mailbox is about: by ids only, never by guessing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from opomini_tui.errors import OpominiError
from opomini_tui.mail.addresses import ascii_address
from opomini_tui.mail.mailbox.bounces import Recipient, Report, Returned, is_own
from opomini_tui.models.database import run

_COLUMNS = """delivery.id, delivery.notice_id, delivery.message_id, delivery.sender_address, delivery.to_address,
    delivery.cc, delivery.bcc, notice.year, notice.number"""
_FROM = "FROM delivery JOIN notice ON notice.id = delivery.notice_id"
_HANDED_OVER = "('sending', 'sent', 'unknown')"


@dataclass(frozen=True, slots=True)
class Ours:
    """One of our messages, as far as it is needed to know it again."""

    id: int
    notice_id: int
    message_id: str
    sender: str
    to: str
    cc: str
    bcc: str
    year: int
    number: int

    @property
    def label(self) -> str:
        """The notice as people name it: "2012/138"."""
        return f"{self.year}/{self.number}"


def by_message_id(ids: Iterable[str]) -> Ours | None:
    """Our message with the first of these Message-IDs (with < >) that is one of ours and was handed over."""
    for message_id in ids:
        if is_own(message_id):
            row = run(
                f"SELECT {_COLUMNS} {_FROM} WHERE delivery.message_id = ? AND delivery.state IN {_HANDED_OVER}",
                (message_id,),
            ).fetchone()
            if row is not None:
                return Ours(*row)
    return None


def of_report(report: Report) -> tuple[Ours | None, Recipient | None]:
    """Our message that a report is about, and what it says of the customer's address.

    A message without a recipient: the report is about our message, but not about its customer.
    """
    ours = _of_report(report)
    return (None, None) if ours is None else (ours, _recipient(report, ours))


def _of_report(report: Report) -> Ours | None:
    """By the envelope id, then by the returned headers, then by an id in the text."""
    found = by_message_id([f"<{report.envelope_id.strip('<> ')}>"]) if report.envelope_id else None
    found = found or by_message_id(one.message_id for one in report.returned)
    found = found or next(filter(None, (_by_notice(one, report) for one in report.returned)), None)
    if found is None and not any(one.message_id for one in report.returned):
        # Ids of two notices in one text say nothing of either.
        found = by_message_id(report.ids_in_text) if len(report.ids_in_text) == 1 else None
    return found


def _by_notice(returned: Returned, report: Report) -> Ours | None:
    """By the X- header of a returned message whose Message-ID a server on the way replaced: the customer's address and
    the sender's must be those of one message of that notice that was handed over."""
    year, slash, number = returned.notice.partition("/")
    if not slash or not (year.isdecimal() and number.isdecimal()) or len(year) > 4 or len(number) > 9:
        return None
    rows = run(
        f"SELECT {_COLUMNS} {_FROM} WHERE notice.year = ? AND notice.number = ? AND delivery.state IN {_HANDED_OVER}",
        (int(year), int(number)),
    ).fetchall()
    named = {folded(address) for one in report.recipients for address in one.addresses} or {folded(returned.recipient)}
    found = [
        ours
        for ours in (Ours(*row) for row in rows)
        if folded(ours.sender) == folded(returned.sender) and folded(ours.to) in named
    ]
    return found[0] if len(found) == 1 else None


def _recipient(report: Report, ours: Ours) -> Recipient | None:
    """What the report says of the customer's address; None when it speaks of others only (a copy, somebody else)."""
    mine = folded(ours.to)
    exact = [one for one in report.recipients if mine in map(folded, one.addresses)]
    if exact:
        return min(exact, key=lambda one: _WEIGHT.index(one.action))
    if len(report.recipients) != 1:
        return None
    (only,) = report.recipients
    if not only.addresses:  # hidden; a copy could be meant
        return None if ours.cc else only
    copies = {folded(address) for address in f"{ours.cc},{ours.bcc}".split(",")}
    named = {folded(address) for address in only.addresses}
    # Inside of the customer's own domain an alias (info@) has become somebody's name.
    inside = any(address.rpartition("@")[2] == mine.rpartition("@")[2] for address in named)
    return only if inside and not named & copies else None


_WEIGHT = ("failed", "delayed", "delivered", "passed on")


def folded(address: str) -> str:
    """An address as it is compared: ASCII domain, small letters."""
    try:
        return ascii_address(address.strip()).casefold()
    except OpominiError:
        return address.strip().casefold()
