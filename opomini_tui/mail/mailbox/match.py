"""Which of our messages something in the mailbox is about: by ids only, never by guessing.

What became of our message does not matter here: a database that was put back knows of some only that they wait. What may
follow from it is decided where it is written down.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from opomini_tui.errors import OpominiError
from opomini_tui.mail.addresses import ascii_address
from opomini_tui.mail.compose import notice_tag
from opomini_tui.mail.mailbox.bounces import Recipient, Report, Returned, is_own
from opomini_tui.models.database import run

_COLUMNS = """delivery.id, delivery.notice_id, delivery.message_id, delivery.sender_address, delivery.to_address,
    delivery.cc, delivery.bcc, notice.year, notice.number"""
_FROM = "FROM delivery JOIN notice ON notice.id = delivery.notice_id"


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


@dataclass(frozen=True, slots=True)
class About:
    """What a report is about. `recipient`: what it says of the customer's address; None: it is about our message, but
    not (or not surely) about its customer. `certain`: it names the message by something that only those know who have
    it; without that nothing may follow from it."""

    ours: Ours | None = None
    recipient: Recipient | None = None
    certain: bool = True


def by_message_id(ids: Iterable[str]) -> Ours | None:
    """Our message with the first of these Message-IDs (with < >) that is one of ours."""
    for message_id in ids:
        if is_own(message_id):
            row = run(f"SELECT {_COLUMNS} {_FROM} WHERE delivery.message_id = ?", (message_id,)).fetchone()
            if row is not None:
                return Ours(*row)
    return None


def of_report(report: Report) -> About:
    """Our message that a report is about, and what it says of the customer's address.

    By the envelope id, then by the returned headers, then by an id in the text.
    """
    if report.envelope_id and (ours := by_message_id([f"<{report.envelope_id.strip('<> ')}>"])):
        # Who gives the envelope id back has obeyed NOTIFY=NEVER too, so no copy is meant.
        return About(ours, _recipient(report, ours, copies_told=False))
    ours = by_message_id(one.message_id for one in report.returned)
    ours = ours or next(filter(None, map(_by_tag, report.returned)), None)
    if ours is None and not any(one.message_id for one in report.returned) and len(report.ids_in_text) == 1:
        ours = by_message_id(report.ids_in_text)  # ids of two notices in one text say nothing of either
    if ours is not None:
        return About(ours, _recipient(report, ours))
    named = next(filter(None, (_by_notice(one, report) for one in report.returned)), None)
    return About(named, certain=named is None)


def _of_notice(returned: Returned) -> tuple[list[Ours], str]:
    """The messages of the notice that the X- header of a returned message names, and the tag in it."""
    label, _space, tag = returned.notice.partition(" ")
    year, slash, number = label.partition("/")
    if not slash or not (year.isdecimal() and number.isdecimal()) or len(year) > 4 or len(number) > 9:
        return [], ""
    rows = run(
        f"SELECT {_COLUMNS} {_FROM} WHERE notice.year = ? AND notice.number = ?", (int(year), int(number))
    ).fetchall()
    return [Ours(*row) for row in rows], tag.strip()


def _by_tag(returned: Returned) -> Ours | None:
    """By the X- header of a returned message whose Message-ID a server on the way replaced."""
    found, tag = _of_notice(returned)
    return next((ours for ours in found if notice_tag(ours.message_id) == tag), None)


def _by_notice(returned: Returned, report: Report) -> Ours | None:
    """By number and addresses, which anybody may know: the one message of that notice from that sender to that customer."""
    named = {folded(address) for one in report.recipients for address in one.addresses} or {folded(returned.recipient)}
    found = [
        ours
        for ours in _of_notice(returned)[0]
        if folded(ours.sender) == folded(returned.sender) and folded(ours.to) in named
    ]
    return found[0] if len(found) == 1 else None


def _recipient(report: Report, ours: Ours, *, copies_told: bool = True) -> Recipient | None:
    """What the report says of the customer's address; None when it speaks of others only (a copy, somebody else).

    `copies_told`: a hidden recipient may be that of a copy.
    """
    mine = folded(ours.to)
    exact = [one for one in report.recipients if mine in map(folded, one.addresses)]
    if exact:
        return min(exact, key=lambda one: _WEIGHT.index(one.action))
    if len(report.recipients) != 1:
        return None
    (only,) = report.recipients
    if not only.addresses:
        return None if copies_told and (ours.cc or ours.bcc) else only
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
