"""To whom a notice goes: the contact of its level, and the fallback ladder (forms.md §4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from opomini_tui.models.database import run
from opomini_tui.text import _


@dataclass(frozen=True, slots=True)
class Recipient:
    """The address of a notice as it is stored ("" when there is none) and how it was found.

    `step`: "contact" (of the level), "first_level", "customer" or "" (none); `sentence` says it for a person.
    """

    email: str
    name: str
    contact_code: str
    step: str
    sentence: str


def addresses_of(notice_ids: Iterable[int]) -> dict[int, Recipient]:
    """The recipient of each notice, read now; two queries for any number of notices."""
    ids = ",".join(str(int(number)) for number in notice_ids)
    if not ids:
        return {}
    notices = run(
        "SELECT notice.id, notice.customer_id, notice.level, customer.email, customer.name "
        f"FROM notice JOIN customer ON customer.id = notice.customer_id WHERE notice.id IN ({ids})"
    ).fetchall()
    contacts = _contacts(f"SELECT customer_id FROM notice WHERE id IN ({ids})")
    ladder = _Ladder.read()
    return {
        number: ladder.climb(contacts.get(customer_id, {}), level, email, name)
        for number, customer_id, level, email, name in notices
    }


def recipient(customer_id: int, level: int) -> Recipient:
    """Whom a notice of `level` to that customer goes to."""
    email, name = run("SELECT email, name FROM customer WHERE id = ?", (customer_id,)).fetchone()
    contacts = _contacts(str(int(customer_id))).get(customer_id, {})
    return _Ladder.read().climb(contacts, level, email, name)


def _contacts(customers: str) -> dict[int, dict[str, tuple[str, str]]]:
    """Contacts (code → address, name) of the customers that the SQL text `customers` selects."""
    found: dict[int, dict[str, tuple[str, str]]] = {}
    for customer_id, code, email, name in run(
        f"SELECT customer_id, type_code, email, name FROM contact WHERE customer_id IN ({customers})"
    ).fetchall():
        found.setdefault(customer_id, {})[code] = (email, name)
    return found


@dataclass(frozen=True, slots=True)
class _Ladder:
    """The contact codes per level, and whether the further steps are switched on."""

    codes: dict[int, str]
    fallback: bool

    @classmethod
    def read(cls) -> _Ladder:
        """As the settings have it now (raw: a sender asks for every message)."""
        codes = dict(run("SELECT level, contact_code FROM dunning_level").fetchall())
        return cls(codes, bool(run("SELECT address_fallback FROM company").fetchone()[0]))

    def climb(self, contacts: dict[str, tuple[str, str]], level: int, email: str, name: str) -> Recipient:
        """The first step of the ladder that has an address."""
        code, first = self.codes.get(level, ""), self.codes.get(1, "")
        address, person = contacts.get(code, ("", ""))
        if address:
            return Recipient(
                address, person or name, code, "contact", _("Contact {code} of the customer.").format(code=code)
            )
        if self.fallback:
            address, person = contacts.get(first, ("", ""))
            if address:
                why = _("No contact {code}; the contact of the 1st notice {first} instead.").format(
                    code=code, first=first
                )
                return Recipient(address, person or name, first, "first_level", why)
            if email:
                why = _("No contact {code}; the customer's own e-mail address instead.").format(code=code)
                return Recipient(email, name, "", "customer", why)
        if not code:
            return Recipient("", "", "", "", _("No contact code is set for level {level}.").format(level=level))
        return Recipient(
            "", "", code, "", _("The customer has no contact {code} with an e-mail address.").format(code=code)
        )
