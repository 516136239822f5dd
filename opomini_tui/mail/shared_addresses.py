"""Addresses that several customers have: flagged once for each set of customers, so that no debt is told to a stranger.

It warns and does not stop: a group of companies may well have one accountant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opomini_tui.errors import OpominiError
from opomini_tui.mail.plan import recipients_of
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import exclusive, now_ms, run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.text import _
from opomini_tui.text.addresses import address_keys


@dataclass(frozen=True, slots=True)
class SharedWith:
    """An address of several customers (code, name; by code) that nobody has accepted, and how many notices go to it."""

    email: str
    customers: tuple[tuple[str, str], ...]
    notices: int = 0

    @property
    def codes(self) -> str:
        """The customers as they are remembered when a person accepts them."""
        return " ".join(code for code, _name in self.customers)

    def sentence(self, customer_code: str = "") -> str:
        """What is to be looked at; `customer_code` is the customer who needs not be named."""
        others = [f"{name} ({code})" for code, name in self.customers if code != customer_code]
        named = ", ".join(others[:3]) + (", …" if len(others) > 3 else "")
        return _("The address {email} also belongs to {customers}.").format(email=self.email, customers=named)


def shared_addresses(chosen: NoticeFilter) -> list[SharedWith]:
    """The addresses that issued notices of the filter would go to and that several customers have, accepted ones left out.

    The customers may be any of the ledger's, whether they have a notice in the filter or not.
    """
    several = _of_several()
    if not several:
        return []
    condition, values = chosen.where()
    source = f"SELECT id, customer_id, level, state FROM notice WHERE {condition}"
    if chosen.limit is not None:
        source, values = chosen.sql("notice.id, notice.customer_id, notice.level, notice.state")
    groups = run(
        f"SELECT MIN(id), customer_id, level, COUNT(*) FROM ({source}) AS chosen WHERE state = 'issued' "
        "GROUP BY customer_id, level",
        values,
    ).fetchall()
    theirs = set().union(*several.values())
    groups = [group for group in groups if group[1] in theirs]
    to = recipients_of((number, customer, level) for number, customer, level, _count in groups)
    used: Counter[str] = Counter()
    for _number, customer, level, count in groups:
        for key in address_keys(to[customer, level].email):
            used[key] += count
    return _flagged(several, used)


def shared_among(used: Mapping[str, int]) -> list[SharedWith]:
    """Which of the addresses (their keys, with a number of notices) several customers have; by address."""
    return _flagged(_of_several(), used) if used else []


def _flagged(several: Mapping[str, set[int]], used: Mapping[str, int]) -> list[SharedWith]:
    """Those of the addresses of several customers that are used and that nobody has accepted for just these."""
    wanted = {key: several[key] for key in sorted(several.keys() & used.keys())}
    if not wanted:
        return []
    names = _names({number for ids in wanted.values() for number in ids})
    accepted = dict(run("SELECT email, customers FROM shared_address").fetchall())
    found = [SharedWith(key, tuple(sorted(names[number] for number in ids)), used[key]) for key, ids in wanted.items()]
    return [one for one in found if accepted.get(one.email) != one.codes]


def _of_several() -> dict[str, set[int]]:
    """The addresses of the ledger that belong to more than one customer, with the ids of these."""
    first: dict[str, int] = {}
    several: dict[str, set[int]] = {}
    for customer, field in _all_addresses():
        for key in address_keys(field):
            other = first.setdefault(key, customer)
            if other != customer:
                several.setdefault(key, {other}).add(customer)
    return several


def also_of(customer_code: str, field: str) -> list[SharedWith]:
    """The addresses of a field that customers beside this one have too, accepted ones left out: asked when it is saved."""
    found = shared_among(dict.fromkeys(address_keys(field), 0))
    return [one for one in found if customer_code in dict(one.customers)]


def accept_shared(email: str, actor: Actor) -> None:
    """Remember that a person has seen which customers have this address; another customer with it is flagged anew.

    Raises:
        OpominiError: it does not belong to several customers (any more). NotAllowed: the operator may not send.
    """
    actor.require("send")
    with exclusive("settings"):
        found = shared_among(dict.fromkeys(address_keys(email), 0))
        if not found:
            raise OpominiError(_("The address {email} does not wait for a decision any more.").format(email=email))
        for one in found:
            _accept(one, actor)


def _accept(one: SharedWith, actor: Actor) -> None:
    """Store one, and write it into the journal."""
    run(
        "INSERT INTO shared_address (email, customers, operator_code, at) VALUES (?, ?, ?, ?) ON CONFLICT (email) DO UPDATE "
        "SET customers = excluded.customers, operator_code = excluded.operator_code, at = excluded.at",
        (one.email, one.codes, actor.code, now_ms()),
    )
    journal.write(actor.code, "shared address", one.email, {"customers": one.codes})


def _all_addresses() -> Iterable[tuple[int, str]]:
    """Every address field of the ledger with its customer."""
    yield from run("SELECT customer_id, email FROM contact WHERE email <> ''").fetchall()
    yield from run("SELECT id, email FROM customer WHERE email <> ''").fetchall()


def _names(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Code and name of customers."""
    wanted = ",".join(str(int(number)) for number in ids)
    rows = run(f"SELECT id, code, name FROM customer WHERE id IN ({wanted})").fetchall() if wanted else []
    return {number: (code, name) for number, code, name in rows}
