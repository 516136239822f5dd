"""What a batch would send: which notices of a filter go, to whom, and why each of the others does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from threading import Event
from typing import Any

from opomini_tui.config import Config
from opomini_tui.dunning.addresses import Recipient, addresses_of
from opomini_tui.dunning.recheck import judged, today_utc
from opomini_tui.mail.addresses import address_problem
from opomini_tui.mail.attachments import unsignable, without_password
from opomini_tui.mail.reasons import sentences
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.progress import Course, Progress
from opomini_tui.text import pgettext
from opomini_tui.text.formats import amount_of

NO_PASSWORD, NO_SIGNATURE = "no_password", "no_signature"
_CHUNK = 20_000
TOLD = 2_000
"""After so many notices it is told how far the plan is, and looked whether it is to stop."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A notice that will go; `email` as the contact has it, `language` of its customer, `total` with cost.

    `why_address` says why it goes there; `address_step` is the step of the ladder (`dunning.addresses.Recipient`).
    """

    notice_id: int
    label: str
    customer_code: str
    customer_name: str
    email: str
    level: int
    language: str
    total: Decimal
    customer_id: int
    why_address: str = ""
    address_step: str = ""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A notice that will not go; `code` is one of `reasons.REASONS`, `sentence` says it for a person.

    `email`: the address it would go to, where that is what keeps it.
    """

    notice_id: int
    label: str
    customer_code: str
    customer_name: str
    customer_id: int
    code: str
    sentence: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class SendPlan:
    """The notices of a filter, in its order: those that go and those that do not."""

    ready: tuple[Ready, ...]
    held_back: tuple[HeldBack, ...]


@dataclass(frozen=True, slots=True)
class SendCounts:
    """How many notices match a filter, how many of them would go, and how many would not, by reason code."""

    matching: int
    going: int
    reasons: Mapping[str, int]


def plan_sending(
    chosen: NoticeFilter,
    actor: Actor,
    *,
    today: date | None = None,
    config: Config | None = None,
    progress: Progress | None = None,
    stop: Event | None = None,
) -> SendPlan:
    """Judge every notice of the filter; nothing is changed. `today`: the day on which blocks are judged.

    `config`: with it also those whose letter can no more be signed are held back; else queueing finds them. progress,
    stop: see `Course`.

    Raises:
        NotAllowed: the operator may not send.
        Stopped: a person stopped it.
    """
    actor.require("send")
    today, course = today or today_utc(), Course(progress, stop)
    rows = _judged_rows(chosen, today)
    course.go_on()
    unlockable = without_password()
    unsigned = unsignable([row[0] for row in rows if not row[1]], actor.record(), config) if config else {}
    ready, held_back = list[Ready](), list[HeldBack]()
    for start in range(0, len(rows), TOLD):
        some = rows[start : start + TOLD]
        to = recipients_of((row[0], row[6], row[7]) for row in some if not row[1])
        said = sentences({row[0]: row[1] for row in some if row[1]}, today)
        for row in some:
            one = _judgement(row, to, said, unlockable, unsigned)
            if isinstance(one, Ready):
                ready.append(one)
            else:
                held_back.append(one)
        counts = {pgettext("notices", "ready"): len(ready), pgettext("notices", "left out"): len(held_back)}
        course.tell(start + len(some), len(rows), counts)
        course.go_on()
    return SendPlan(tuple(ready), tuple(held_back))


def _judged_rows(chosen: NoticeFilter, today: date) -> list[tuple[Any, ...]]:
    """What is known of each notice: id, what stands against it, and how it is called, to whom and for how much."""
    sql, values = judged(chosen, today)
    found: list[tuple[Any, ...]] = run(
        f"{sql} SELECT judged.id, COALESCE(judged.standing, judged.obstacle), notice.year, notice.number, "
        "notice.customer_code, notice.customer_name, notice.customer_id, notice.level, customer.language, notice.total "
        "FROM judged JOIN notice ON notice.id = judged.id JOIN customer ON customer.id = judged.customer_id "
        f"ORDER BY {chosen.order()}",
        values,
    ).fetchall()
    return found


def _judgement(
    row: tuple[Any, ...],
    to: Mapping[tuple[int, int], Recipient],
    said: Mapping[int, str],
    unlockable: Mapping[int, str],
    unsigned: Mapping[int, str],
) -> Ready | HeldBack:
    """What becomes of a notice; `unlockable` by customer, `said` and `unsigned` by notice, are sentences on why it stays."""
    number, code, year, series, customer_code, name, customer_id, level, language, total = row
    label = f"{year}/{series}"
    if code:
        return HeldBack(number, label, customer_code, name, customer_id, code, said[number])
    recipient = to[customer_id, level]
    code, why = address_reason(recipient)
    if not code and customer_id in unlockable:
        code, why = NO_PASSWORD, unlockable[customer_id]
    if not code and number in unsigned:
        code, why = NO_SIGNATURE, unsigned[number]
    if code:
        return HeldBack(number, label, customer_code, name, customer_id, code, why, recipient.email)
    return Ready(
        *(number, label, customer_code, name, recipient.email, level, language),
        *(amount_of(total), customer_id, recipient.sentence, recipient.step),
    )


def address_reason(recipient: Recipient) -> tuple[str, str]:
    """The reason code and sentence when nothing can be sent to `recipient`; two empty texts when it can."""
    if not recipient.email.strip():
        return "no_contact", recipient.sentence
    problem = address_problem(recipient.email)
    return ("bad_address", problem) if problem else ("", "")


def count_sending(chosen: NoticeFilter, *, today: date | None = None) -> SendCounts:
    """Count what `plan_sending` would find, fast enough to follow what is typed."""
    sql, values = judged(chosen, today or today_utc())
    code = "COALESCE(standing, obstacle)"
    groups = run(
        f"{sql} SELECT {code}, CASE WHEN {code} IS NULL THEN customer_id END, CASE WHEN {code} IS NULL THEN level END, "
        "MIN(id), COUNT(*) FROM judged GROUP BY 1, 2, 3",
        values,
    ).fetchall()
    to = recipients_of((number, customer, level) for code, customer, level, number, _count in groups if not code)
    reasons: Counter[str] = Counter()
    unlockable = without_password()
    for reason, customer, level, _number, count in groups:
        reason = reason or address_reason(to[customer, level])[0] or (NO_PASSWORD if customer in unlockable else "")
        reasons[reason] += count
    going = reasons.pop("", 0)
    return SendCounts(going + sum(reasons.values()), going, dict(reasons))


def recipients_of(notices: Iterable[tuple[int, int, int]]) -> dict[tuple[int, int], Recipient]:
    """The recipient for each customer and level that occurs among (notice id, customer id, level)."""
    one_each = {(customer, level): number for number, customer, level in notices}
    keys = {number: key for key, number in one_each.items()}
    numbers = list(keys)
    found: dict[tuple[int, int], Recipient] = {}
    for start in range(0, len(numbers), _CHUNK):
        for number, recipient in addresses_of(numbers[start : start + _CHUNK]).items():
            found[keys[number]] = recipient
    return found
