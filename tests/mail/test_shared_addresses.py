"""An address of several customers is flagged once for each set of them; and what a batch says before it goes."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest

from opomini_tui.errors import NotAllowed, OpominiError
from opomini_tui.mail.preflight import preflight
from opomini_tui.mail.shared_addresses import accept_shared, also_of, shared_addresses
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Contact, Customer
from tests.mail import builder

TODAY = date(2012, 9, 1)
ALL = NoticeFilter(year=2012)


def give(customer: int, email: str) -> None:
    """Let the contact of a customer have this address."""
    Contact.update(email=email).where(Contact.customer == customer).execute()


def flagged(chosen: NoticeFilter = ALL) -> dict[str, list[str]]:
    """The addresses that are flagged, with the codes of their customers."""
    return {one.email: [code for code, _name in one.customers] for one in shared_addresses(chosen)}


def test_an_address_of_two_customers_is_flagged_until_it_is_accepted(actor: Actor) -> None:
    first, second, third, alone = builder.customers(4)
    builder.notices([first, second, alone])
    assert flagged() == {}
    give(first, "Racuni@ŽAGA.example, drugi@kupec.example")
    give(second, "racuni@xn--aga-b3a.example")
    assert flagged() == {"racuni@žaga.example": [f"{first:07}", f"{second:07}"]}
    (one,) = shared_addresses(ALL)
    assert one.notices == 2
    assert f"Stranka {second} ({second:07})" in one.sentence(f"{first:07}")
    accept_shared("racuni@žaga.example", actor)
    assert flagged() == {}
    give(third, "racuni@žaga.example")  # another customer: flagged anew, although he has no notice here
    assert flagged() == {"racuni@žaga.example": [f"{n:07}" for n in (first, second, third)]}
    accept_shared("RACUNI@žaga.example", actor)
    assert flagged() == {}
    verbs = run("SELECT verb, record FROM journal_entry WHERE verb = 'shared address' ORDER BY id").fetchall()
    assert verbs == [("shared address", "racuni@žaga.example")] * 2


def test_only_addresses_that_are_used_count(sqlite_actor: Actor) -> None:
    first, second = builder.customers(2)
    (notice, _other) = builder.notices([first, second])
    Customer.update(email="isti@kupec.example").execute()  # the ladder does not come to it
    assert flagged() == {}
    give(first, "isti@kupec.example")
    assert list(flagged()) == ["isti@kupec.example"]
    assert flagged(NoticeFilter(year=2012, ids=(notice,), limit=1)) != {}
    run("UPDATE notice SET state = 'sent' WHERE id = ?", (notice,))
    assert flagged() == {}


def test_who_asks_when_saving_is_told_of_the_others(sqlite_actor: Actor) -> None:
    first, second = builder.customers(2)
    give(first, "isti@kupec.example")
    assert [one.codes for one in also_of(f"{first:07}", "isti@kupec.example; x@y.example")] == []
    give(second, "ISTI@kupec.example")
    (one,) = also_of(f"{first:07}", "isti@kupec.example; x@y.example")
    assert one.codes == f"{first:07} {second:07}"
    assert also_of(f"{first:07}", "no address") == []


def test_what_is_not_shared_is_not_accepted(sqlite_actor: Actor) -> None:
    builder.customers(1)
    with pytest.raises(OpominiError, match="does not wait"):
        accept_shared("stranka1@kupec1.example", sqlite_actor)
    viewer = Actor(sqlite_actor.id, sqlite_actor.code, sqlite_actor.name, "view", "sl")
    with pytest.raises(NotAllowed):
        accept_shared("stranka1@kupec1.example", viewer)


def test_before_a_batch_every_doubt_is_named(actor: Actor) -> None:
    customers = builder.customers(6)
    ids = builder.notices(customers)
    give(customers[0], "isti@kupec.example")
    give(customers[1], "isti@kupec.example")
    give(customers[2], "Novak, Ana <ana@kupec.example>")
    Contact.delete().where(Contact.customer == customers[3]).execute()
    run("UPDATE notice SET state = 'sent' WHERE id = ?", (ids[4],))
    looked = preflight(ALL, actor, today=TODAY)
    assert looked.going == 3
    assert dict(looked.counts) == {"bad_address": 1, "no_contact": 1, "shared_address": 2, "already_sent": 1}
    assert [(one.notice_id, one.code, one.goes) for one in looked.doubts] == [
        (ids[2], "bad_address", False),
        (ids[3], "no_contact", False),
        (ids[0], "shared_address", True),
        (ids[1], "shared_address", True),
        (ids[4], "already_sent", False),
    ]
    bad, none, shared, _other, sent = looked.doubts
    assert bad.email == "Novak, Ana <ana@kupec.example>"
    assert "“Novak” is not an e-mail address: leave names out" in bad.sentence
    assert (none.email, "no contact OPOM" in none.sentence) == ("", True)
    assert f"Stranka {customers[1]}" in shared.sentence
    assert shared.why_address == "Contact OPOM of the customer."
    assert sent.email == f"stranka{customers[4]}@kupec{customers[4]}.example"
    give(customers[2], "ana@kupec.example")
    accept_shared("isti@kupec.example", actor)
    assert dict(preflight(ALL, actor, today=TODAY).counts) == {"no_contact": 1, "already_sent": 1}


@pytest.mark.long
def test_a_hundred_thousand_notices(sqlite_actor: Actor) -> None:
    """Processor seconds; the goal is one second."""
    customers = builder.customers(20_000)
    for days in range(5):
        builder.notices(customers, items=1, day=builder.DAY + timedelta(days=days))
    run("UPDATE contact SET email = 'isti@kupec.example' WHERE customer_id % 1000 = 0")
    run("ANALYZE")
    began = time.process_time()
    (one,) = shared_addresses(ALL)
    taken = time.process_time() - began
    assert (len(one.customers), one.notices) == (20, 100)
    assert taken < 1.0, taken
