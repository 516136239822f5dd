"""What deserves a look before a batch goes: every notice that will not go, and every one that goes with a warning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from opomini_tui.config import Config
from opomini_tui.documents.legibility import illegible
from opomini_tui.dunning.addresses import Recipient
from opomini_tui.dunning.unsent import unsent_before, unsent_sentence
from opomini_tui.mail.attachments import signed_among
from opomini_tui.mail.plan import HeldBack, Ready, plan_sending, recipients_of
from opomini_tui.mail.reasons import REASONS, SHARED, UNSENT, UNSHOWN, UNSIGNED
from opomini_tui.mail.shared_addresses import SharedWith, shared_among
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Certificate
from opomini_tui.text import _
from opomini_tui.text.addresses import address_keys

_OF_CUSTOMER = ("bad_address", "no_contact", "no_password")
ORDER = (*_OF_CUSTOMER, SHARED, *(code for code in REASONS if code not in _OF_CUSTOMER), UNSENT, UNSIGNED, UNSHOWN)
"""Reasons in the order of the list: what can be put right in the customer's form goes first, what only warns last."""
_CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Doubt:
    """A notice that will not go, or (`goes`) a warning on one that goes: `sentence` says why.

    `email` as stored, `why_address` says why it would go there.
    """

    notice_id: int
    label: str
    customer_id: int
    customer_code: str
    customer_name: str
    email: str
    why_address: str
    code: str
    sentence: str
    goes: bool = False


@dataclass(frozen=True, slots=True)
class Preflight:
    """How many notices will go (those with a warning among them), the doubts in the order of `ORDER`, their numbers."""

    going: int
    doubts: tuple[Doubt, ...]
    counts: Mapping[str, int]


def preflight(
    chosen: NoticeFilter, actor: Actor, *, today: date | None = None, config: Config | None = None
) -> Preflight:
    """Look over a batch before it goes; nothing is changed. `today`: the day on which blocks are judged.

    `config`: what the operator's certificate is opened with.

    Raises:
        NotAllowed: the operator may not send.
    """
    plan = plan_sending(chosen, actor, today=today, config=config)
    doubts = [*_held(plan.held_back), *_shared(plan.ready)]
    for code, sentences in (
        (UNSENT, _after_unsent(plan.ready)),
        (UNSIGNED, _unsigned(plan.ready, actor)),
        (UNSHOWN, _unshown(plan.ready)),
    ):
        doubts += [_warning(one, code, sentences[one.notice_id]) for one in plan.ready if one.notice_id in sentences]
    place = {code: number for number, code in enumerate(ORDER)}
    doubts.sort(key=lambda one: place[one.code])  # a stable sort: the filter's order stays within a reason
    counts = Counter(one.code for one in doubts)
    return Preflight(len(plan.ready), tuple(doubts), {code: counts[code] for code in ORDER if code in counts})


def _held(held_back: Sequence[HeldBack]) -> Iterable[Doubt]:
    """The notices that will not go, each with the address that it would go to."""
    to = _recipients_of_notices([one.notice_id for one in held_back])
    for one in held_back:
        found = to[one.notice_id]
        yield Doubt(
            *(one.notice_id, one.label, one.customer_id, one.customer_code, one.customer_name),
            *(found.email, found.sentence, one.code, one.sentence),
        )


def _recipients_of_notices(ids: Sequence[int]) -> dict[int, Recipient]:
    """The recipient of each notice."""
    found: dict[int, Recipient] = {}
    for start in range(0, len(ids), _CHUNK):
        some = ",".join(map(str, ids[start : start + _CHUNK]))
        rows = run(f"SELECT id, customer_id, level FROM notice WHERE id IN ({some})").fetchall()
        to = recipients_of(rows)
        found.update({number: to[customer, level] for number, customer, level in rows})
    return found


def _shared(ready: Sequence[Ready]) -> Iterable[Doubt]:
    """The notices that go to an address of several customers that nobody has accepted."""
    used = Counter(key for one in ready for key in address_keys(one.email))
    shared: dict[str, SharedWith] = {one.email: one for one in shared_among(used)}
    for one in ready if shared else ():
        sentences = [shared[key].sentence(one.customer_code) for key in address_keys(one.email) if key in shared]
        if sentences:
            yield _warning(one, SHARED, " ".join(sentences))


def _warning(one: Ready, code: str, sentence: str) -> Doubt:
    """A warning on a notice that goes."""
    return Doubt(
        *(one.notice_id, one.label, one.customer_id, one.customer_code, one.customer_name),
        *(one.email, one.why_address, code, sentence, True),
    )


def _after_unsent(ready: Sequence[Ready]) -> dict[int, str]:
    """Notices that go after one that never left: id → sentence."""
    before = unsent_before([one.notice_id for one in ready])
    return {number: unsent_sentence(label) for number, label in before.items()}


def _unsigned(ready: Sequence[Ready], actor: Actor) -> dict[int, str]:
    """Notices whose letter bears no signature though the operator has a certificate: id → sentence."""
    if not Certificate.select().where((Certificate.operator == actor.record()) & Certificate.is_default).exists():
        return {}
    ids = [one.notice_id for one in ready]
    said = _("The letter was issued without a signature. To have it signed, unlock it and issue it again.")
    return dict.fromkeys(set(ids) - signed_among(ids), said)


_TYPED = """SELECT notice.id, notice.customer_name, customer.street, customer.city FROM notice
    JOIN customer ON customer.id = notice.customer_id WHERE notice.id IN ({ids})"""
_DOCUMENTS = "SELECT notice_id, document FROM notice_item WHERE notice_id IN ({ids}) ORDER BY notice_id, position"


def _unshown(ready: Sequence[Ready]) -> dict[int, str]:
    """Notices of whose customer or items something cannot be shown in the letter: id → sentence."""
    said: dict[int, str] = {}
    for start in range(0, len(ready), _CHUNK):
        listed = ",".join(str(one.notice_id) for one in ready[start : start + _CHUNK])
        documents: dict[int, list[str]] = {}
        for number, document in run(_DOCUMENTS.format(ids=listed)).fetchall():
            if not document.isascii():
                documents.setdefault(number, []).append(document)
        for number, name, street, city in run(_TYPED.format(ids=listed)).fetchall():
            typed = (
                *((_("Customer name"), name), (_("Street"), street), (_("City"), city)),
                (_("Document"), " ".join(documents.get(number, ()))),
            )
            if sentences := illegible(typed):
                said[number] = " ".join(sentences)
    return said
