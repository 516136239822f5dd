"""To whom a notice goes: each step of the ladder, with the sentence that says why."""

from __future__ import annotations

import pytest

from opomini_tui.dunning.addresses import addresses_of, recipient
from opomini_tui.mail.plan import plan_sending
from opomini_tui.models.actor import Actor
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Contact, ContactType, Customer
from opomini_tui.models.settings import Company, DunningLevel
from tests.mail import builder


@pytest.fixture
def customer(sqlite_actor: Actor) -> int:
    """A customer with an address of his own and the contacts OPOM (level 1) and DIR (level 3), none for level 2 (RAC)."""
    for code in ("RAC", "DIR"):
        ContactType.create(code=code)
    for level, code in ((1, "OPOM"), (2, "RAC"), (3, "DIR")):
        DunningLevel.update(contact_code=code).where(DunningLevel.level == level).execute()
    (number,) = builder.customers(1)
    Customer.update(email="sam@kupec.example").execute()
    Contact.create(customer=number, type_code="DIR", name="Direktor", email="direktor@kupec.example")
    Contact.create(customer=number, type_code="RAC", email="")
    return number


def fallback(on: bool) -> None:
    """Switch the further steps on or off."""
    Company.update(address_fallback=on).execute()


def test_the_contact_of_the_level_goes_first(customer: int) -> None:
    for on in (False, True):
        fallback(on)
        found = recipient(customer, 3)
        assert (found.email, found.name, found.step) == ("direktor@kupec.example", "Direktor", "contact")
        assert found.sentence == "Contact DIR of the customer."


def test_without_it_nothing_is_sent_unless_the_ladder_is_on(customer: int) -> None:
    fallback(False)
    found = recipient(customer, 2)
    assert (found.email, found.step) == ("", "")
    assert found.sentence == "The customer has no contact RAC with an e-mail address."
    fallback(True)
    found = recipient(customer, 2)
    assert (found.email, found.step) == (f"stranka{customer}@kupec{customer}.example", "first_level")
    assert found.sentence == "No contact RAC; the contact of the 1st notice OPOM instead."
    Contact.delete().where(Contact.type_code == "OPOM").execute()
    found = recipient(customer, 2)
    assert (found.email, found.name, found.step) == ("sam@kupec.example", f"Stranka {customer}", "customer")
    assert found.sentence == "No contact RAC; the customer's own e-mail address instead."
    Customer.update(email="").execute()
    assert recipient(customer, 2).sentence == "The customer has no contact RAC with an e-mail address."


def test_a_level_without_a_contact_code_says_so(customer: int) -> None:
    fallback(False)
    DunningLevel.update(contact_code="").where(DunningLevel.level == 2).execute()
    assert recipient(customer, 2).sentence == "No contact code is set for level 2."


def test_many_notices_and_the_plan_say_the_same(customer: int, sqlite_actor: Actor) -> None:
    fallback(True)
    others = builder.customers(3)
    ids = builder.notices([customer, *others], level=2)
    found = addresses_of(ids)
    assert [found[number] for number in ids] == [recipient(one, 2) for one in (customer, *others)]
    ready = plan_sending(NoticeFilter(year=2012), sqlite_actor).ready
    assert [(one.why_address, one.address_step) for one in ready] == [
        (found[one.notice_id].sentence, "first_level") for one in ready
    ]
    assert len(ready) == 4
    assert addresses_of([]) == {}
