"""Why a notice does not go: one sentence per reason, with the particulars that a bookkeeper needs to act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from opomini_tui import text
from opomini_tui.models.database import run
from opomini_tui.models.fields import as_day
from opomini_tui.text import _
from opomini_tui.text.formats import format_cents, format_date

REASONS = (
    "not_issued",
    "already_sent",
    "waiting",
    "blocked",
    "paid_meanwhile",
    "changed",
    "later_notice",
    "no_contact",
    "bad_address",
    "no_password",
    "no_signature",
)
"""Codes of why a notice does not go, in the order in which they are checked."""

SHARED, UNSENT, UNSIGNED, UNSHOWN = "shared_address", "previous_unsent", "unsigned", "characters"
WARNINGS = (SHARED, UNSENT, UNSIGNED, UNSHOWN)
"""Codes of warnings; the notice goes all the same: to an address of several customers, after one that never left, without
a signature though its sender has a certificate, with characters that the letter cannot show."""

_CHUNK = 50_000


def reason_name(code: str) -> str:
    """The short name of a reason, for counts and lists."""
    return {
        "not_issued": _("not issued"),
        "already_sent": _("already sent"),
        "waiting": _("already in the outbox"),
        "blocked": _("blocked"),
        "paid_meanwhile": _("paid meanwhile"),
        "changed": _("changed"),
        "later_notice": _("a later notice exists"),
        "no_contact": _("no contact"),
        "bad_address": _("bad address"),
        "no_password": _("no password"),
        "no_signature": _("cannot be signed"),
        SHARED: _("shared address"),
        UNSENT: _("previous not sent"),
        UNSIGNED: _("not signed"),
        UNSHOWN: _("characters not shown"),
    }[code]


def sentences(reasons: Mapping[int, str], today: date) -> dict[int, str]:
    """A sentence for each notice id with its reason code; a few queries per thousands of notices."""
    found: dict[int, str] = {}
    plain = {
        "not_issued": _("It is not issued yet: issue it first."),
        "already_sent": _("It was already sent."),
        "paid_meanwhile": _("All its items were paid meanwhile."),
    }
    for code, details in (
        ("waiting", _waiting),
        ("changed", _changed),
        ("later_notice", _later),
        ("blocked", _held_items),
        ("blocked", _blocked_customers),
    ):
        wanted = [number for number, reason in reasons.items() if reason == code]
        for start in range(0, len(wanted), _CHUNK):
            found.update(details(wanted[start : start + _CHUNK], today))
    return {number: found.get(number) or plain.get(code) or _fallback(code) for number, code in reasons.items()}


def sentence(notice_id: int, code: str, today: date) -> str:
    """The sentence for one notice."""
    return sentences({notice_id: code}, today)[notice_id]


def _fallback(code: str) -> str:
    """What is said when the particulars are gone (somebody changed them this moment)."""
    if code == "changed":
        return _("The notice was unlocked or issued anew after it was queued.")
    return reason_name(code).capitalize() + "."


def _rows(sql: str, ids: Sequence[int], values: Iterable[object] = ()) -> Iterator[tuple[int, ...]]:
    """Rows of `sql` with the ids put in for {ids}."""
    yield from run(sql.format(ids=",".join(map(str, ids))), tuple(values)).fetchall()


def _waiting(ids: Sequence[int], _today: date) -> Iterator[tuple[int, str]]:
    """Which state its message is in."""
    states = {
        "unknown": _("It is not known whether its message arrived: settle it in the outbox."),
        "held": _("Its message is held in the outbox: release or cancel it there."),
    }
    for number, state in _rows("SELECT notice_id, state FROM delivery WHERE live AND notice_id IN ({ids})", ids):
        yield number, states.get(str(state), _("It already waits in the outbox."))


_CHANGED = """SELECT entry.notice_id, entry.document, entry.open_amount, open_item.open_amount
    FROM notice_item AS entry JOIN open_item ON open_item.id = entry.open_item_id
    WHERE entry.notice_id IN ({ids}) AND entry.open_amount <> open_item.open_amount
    ORDER BY entry.notice_id, entry.position DESC"""


def _changed(ids: Sequence[int], _today: date) -> Iterator[tuple[int, str]]:
    """The first item whose open amount is another one."""
    for number, document, then, now in _rows(_CHANGED, ids):
        yield (
            number,
            _("Item {document} has {now} open now, the notice says {then}: prepare it again.").format(
                document=document,
                now=format_cents(now, text.language()),
                then=format_cents(then, text.language()),
            ),
        )


_LATER = """SELECT notice.id, newest.year, newest.number FROM notice JOIN notice AS newest ON newest.id = (
        SELECT later.id FROM notice AS later WHERE later.customer_id = notice.customer_id AND later.state <> 'prepared'
        ORDER BY later.date DESC, later.id DESC LIMIT 1)
    WHERE notice.id IN ({ids})"""


def _later(ids: Sequence[int], _today: date) -> Iterator[tuple[int, str]]:
    """The newest notice of the customer."""
    for number, year, series in _rows(_LATER, ids):
        label = f"{year}/{series}"
        yield number, _("The later notice {label} of this customer is issued: send that one.").format(label=label)


_HELD = """SELECT entry.notice_id, entry.document, open_item.hold, open_item.hold_reason, open_item.hold_until
    FROM notice_item AS entry JOIN open_item ON open_item.id = entry.open_item_id
    WHERE entry.notice_id IN ({ids}) AND open_item.hold <> ''
        AND (open_item.hold_until IS NULL OR open_item.hold_until >= ?)
    ORDER BY entry.notice_id, entry.position DESC"""


def _held_items(ids: Sequence[int], today: date) -> Iterator[tuple[int, str]]:
    """The first item that is disputed or blocked."""
    for number, document, hold, reason, until in _rows(_HELD, ids, (today.isoformat(),)):
        said = _("Item {document} is disputed") if str(hold) == "disputed" else _("Item {document} is blocked")
        yield number, _with_reason(said.format(document=document), str(reason), as_day(until))


_BLOCKED = """SELECT notice.id, customer.no_dunning_reason, customer.no_dunning_until
    FROM notice JOIN customer ON customer.id = notice.customer_id
    WHERE notice.id IN ({ids}) AND customer.no_dunning
        AND (customer.no_dunning_until IS NULL OR customer.no_dunning_until >= ?)"""


def _blocked_customers(ids: Sequence[int], today: date) -> Iterator[tuple[int, str]]:
    """Why and until when the customer is not dunned."""
    for number, reason, until in _rows(_BLOCKED, ids, (today.isoformat(),)):
        yield number, _with_reason(_("The customer is not to be dunned"), str(reason), as_day(until))


def _with_reason(said: str, reason: str, until: date | None) -> str:
    """`said` with its end and its reason, as far as they are known."""
    if until:
        said = _("{said} until {day}").format(said=said, day=format_date(until, text.language()))
    return f"{said}: {reason.rstrip('.')}." if reason else f"{said}."
