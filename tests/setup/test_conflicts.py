"""Two people change the same record: nothing of either is lost unasked, on both databases."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database
from opomini_tui.models.parties import Contact, ContactType, Customer, Operator
from opomini_tui.models.receivables import OpenItem
from opomini_tui.models.settings import Company, DunningLevel, InterestRate, NumberSeries, Template
from opomini_tui.setup.company import save_contact_type, save_rate
from opomini_tui.setup.conflicts import Clash, Conflict, Gone
from opomini_tui.setup.customers import CUSTOMER, held_as, hold_item, save_contact, save_customer
from opomini_tui.setup.operators import save_operator
from opomini_tui.setup.settings_form import (
    delete_contact_type,
    delete_rate,
    save_settings,
    save_texts,
    text_name,
)
from tests.ledger_rows import add_item
from tests.mail import builder


@pytest.fixture
def code(actor: Actor) -> str:
    """A customer with the contact OPOM."""
    if ContactType.get_or_none(ContactType.code == "OPOM") is None:
        ContactType.create(code="OPOM", name="")
    (number,) = builder.customers(1)
    return str(Customer.get_by_id(number).code)


def shown(code: str) -> dict[str, Any]:
    """What a form shows of the customer."""
    record = Customer.get(Customer.code == code)
    return {field.name: getattr(record, field.name) for field in CUSTOMER}


def test_what_only_the_other_changed_stays(actor: Actor, code: str) -> None:
    seen = shown(code)
    save_customer(code, {"street": "Nova ulica 5", "city": "Celje"}, actor)
    changes = save_customer(code, {**seen, "name": "Drugo ime", "city": "Celje"}, actor, seen=seen)
    assert [change.path for change in changes] == [f"customers.{code}.name"]
    record = Customer.get(Customer.code == code)
    assert (record.street, record.city, record.name) == ("Nova ulica 5", "Celje", "Drugo ime")


def test_what_both_changed_is_refused_with_both_values_and_can_be_written_knowingly(actor: Actor, code: str) -> None:
    seen = shown(code)
    save_customer(code, {"street": "Njihova 1"}, actor)
    mine = {**seen, "street": "Moja 2", "name": "Drugo ime"}
    with pytest.raises(Conflict) as caught:
        save_customer(code, mine, actor, seen=seen)
    assert caught.value.clashes == {"street": Clash("Njihova 1", "Moja 2")}
    assert shown(code)["name"] == seen["name"], "nothing was saved"
    save_customer(code, mine, actor, seen={**seen, "street": "Njihova 1"})
    assert (shown(code)["street"], shown(code)["name"]) == ("Moja 2", "Drugo ime")
    with pytest.raises(Conflict):  # what was agreed to is not what is stored now
        save_customer(code, {**mine, "street": "Moja 3"}, actor, seen={**seen, "street": "Njihova 1"})


def test_without_what_was_seen_everything_is_written(actor: Actor, code: str) -> None:
    """The command line and imports say what they mean."""
    save_customer(code, {"street": "Njihova 1"}, actor)
    save_customer(code, {"street": "Moja 2"}, actor)
    assert shown(code)["street"] == "Moja 2"


def test_contacts(actor: Actor, code: str) -> None:
    before = Contact.get(Contact.type_code == "OPOM")
    seen = {"type_code": "OPOM", "name": before.name, "email": before.email}
    save_contact(code, {"email": "nov@kupec.example"}, actor, old_code="OPOM")
    save_contact(code, {**seen, "name": "Ana"}, actor, old_code="OPOM", seen=seen)
    after = Contact.get(Contact.type_code == "OPOM")
    assert (after.name, after.email) == ("Ana", "nov@kupec.example")
    with pytest.raises(Conflict) as caught:
        save_contact(code, {**seen, "email": "moj@kupec.example"}, actor, old_code="OPOM", seen=seen)
    assert list(caught.value.clashes) == ["email"]


def test_operators(actor: Actor, config: Config) -> None:
    record = Operator.get(Operator.code == "006")
    seen: dict[str, object] = {"name": record.name, "printer": record.printer, "copies": record.copies}
    save_operator("006", {"printer": "hp"}, actor, config)
    save_operator("006", {**seen, "copies": 2}, actor, config, seen=seen)
    record = Operator.get(Operator.code == "006")
    assert (record.printer, record.copies) == ("hp", 2)
    with pytest.raises(Conflict):
        save_operator("006", {**seen, "printer": "canon"}, actor, config, seen=seen)


def test_settings_of_the_company_and_of_levels(actor: Actor) -> None:
    seen: dict[str, object] = {"four_eyes_sum": Decimal(0), "bank": Company.current().bank, "level_2_cost": _cost(2)}
    save_settings({"four_eyes_sum": "500,00"}, {2: {"cost": "7,00"}}, None, actor)
    with pytest.raises(Conflict) as caught:
        save_settings({"four_eyes_sum": "900,00", "bank": "NLB"}, {2: {"cost": "8,00"}}, None, actor, seen)
    assert caught.value.clashes == {
        "four_eyes_sum": Clash(Decimal("500.00"), Decimal("900.00")),
        "level_2_cost": Clash(Decimal("7.00"), Decimal("8.00")),
    }
    assert Company.current().bank != "NLB"
    save_settings({"bank": "NLB"}, {2: {"cost": seen["level_2_cost"]}}, None, actor, seen)
    assert (Company.current().bank, Company.current().four_eyes_sum, _cost(2)) == ("NLB", Decimal(500), Decimal("7.00"))


def _cost(level: int) -> Decimal:
    return Decimal(DunningLevel.get_by_id(level).cost)


def test_of_many_at_once_no_change_is_lost(actor: Actor, code: str) -> None:
    """Ten people add their letter to the same field, each to what he sees; who comes second looks again."""
    save_customer(code, {"street": "x"}, actor)
    start, failures = threading.Barrier(10), list[Exception]()

    def add(letter: str) -> None:
        with database.connection_context():
            start.wait()
            while True:
                seen = {"street": shown(code)["street"]}
                try:
                    save_customer(code, {"street": f"{seen['street']}{letter}"}, actor, seen=seen)
                except Conflict:
                    continue
                except Exception as error:  # told by the test
                    failures.append(error)
                return

    threads = [threading.Thread(target=add, args=(letter,)) for letter in "abcdefghij"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert sorted(shown(code)["street"]) == sorted("xabcdefghij")


def test_a_rate(actor: Actor) -> None:
    day = date(2012, 1, 1)
    save_rate({"valid_from": day, "rate": "8,50", "source": "UL 1"}, actor)
    seen = {"valid_from": day, "rate": Decimal("8.50"), "source": "UL 1", "confirmed": False}
    save_rate({"valid_from": day, "rate": "9,00", "confirmed": True}, actor)
    save_rate({**seen, "source": "UL 2"}, actor, seen=seen)
    record = InterestRate.get_by_id(day)
    assert (record.rate, record.confirmed, record.source) == (900, True, "UL 2")
    with pytest.raises(Conflict) as caught:
        save_rate({**seen, "rate": Decimal("10.00")}, actor, seen=seen)
    assert caught.value.clashes == {"rate": Clash(Decimal("9.00"), Decimal("10.00"))}, "as a form shows it"
    delete_rate(day, actor)
    with pytest.raises(Gone):
        save_rate({**seen, "rate": Decimal("10.00")}, actor, seen=seen)
    assert InterestRate.get_or_none(InterestRate.valid_from == day) is None


def test_a_contact_code(actor: Actor) -> None:
    save_contact_type({"code": "PRAVNA", "name": "Pravna"}, actor)
    seen = {"code": "PRAVNA", "name": "Pravna"}
    save_contact_type({"code": "PRAVNA", "name": "Njihova"}, actor)
    with pytest.raises(Conflict) as caught:
        save_contact_type({"code": "PRAVNA", "name": "Moja"}, actor, seen=seen)
    assert caught.value.clashes == {"name": Clash("Njihova", "Moja")}
    delete_contact_type("PRAVNA", actor)
    with pytest.raises(Gone):
        save_contact_type({"code": "PRAVNA", "name": "Moja"}, actor, seen=seen)


def test_texts(actor: Actor) -> None:
    mine, other, theirs = (1, "sl", "company", "above"), (2, "sl", "company", "above"), (3, "sl", "company", "above")
    save_texts({theirs: "Prej"}, actor)
    seen = Template.contents()
    save_texts({mine: "Njihovo", theirs: "Njihovo"}, actor)
    with pytest.raises(Conflict) as caught:
        save_texts({mine: "Moje", other: "Drugo"}, actor, seen)
    assert caught.value.clashes == {text_name(mine): Clash("Njihovo", "Moje")}
    assert Template.contents() == {mine: "Njihovo", theirs: "Njihovo"}, "nothing was saved"
    save_texts({mine: "Moje", other: "Drugo"}, actor, {**seen, mine: "Njihovo"})
    assert Template.contents() == {mine: "Moje", other: "Drugo", theirs: "Njihovo"}
    seen = Template.contents()
    save_texts({mine: ""}, actor)
    with pytest.raises(Conflict) as caught:
        save_texts({mine: "Moje 2"}, actor, seen)
    assert caught.value.clashes == {text_name(mine): Clash("", "Moje 2")}, "the packaged text came back"
    assert not save_texts({mine: ""}, actor, seen), "both brought it back"


def test_the_first_number_of_a_year(actor: Actor) -> None:
    save_settings({}, {}, (2031, 500), actor)
    save_settings({}, {}, (2031, 600), actor)
    with pytest.raises(Conflict) as caught:
        save_settings({"bank": "Moja banka"}, {}, (2031, 700), actor, {"first_number": 500, "bank": ""})
    assert caught.value.clashes == {"first_number": Clash(600, 700)}
    assert (Company.current().bank, NumberSeries.first_of(2031)) == ("", 600), "nothing was saved"
    save_settings({}, {}, (2031, 700), actor, {"first_number": 600})
    assert NumberSeries.first_of(2031) == 700


def test_what_holds_an_item(actor: Actor, code: str) -> None:
    customer = Customer.get(Customer.code == code)
    first, second = (add_item(customer, f"D-{number}", date(2012, 1, 1), "10.00") for number in (1, 2))
    seen = {item.id: held_as(item) for item in (first, second)}
    hold_item([first.id], "blocked", "njihov razlog", None, actor)
    with pytest.raises(Conflict) as caught:
        hold_item([first.id], "disputed", "moj razlog", None, actor, seen=seen)
    both = {"hold": Clash("blocked", "disputed"), "hold_reason": Clash("njihov razlog", "moj razlog")}
    assert caught.value.clashes == both
    with pytest.raises(OpominiError, match=r"meanwhile: D-1\. Look"):
        hold_item([first.id, second.id], "disputed", "moj razlog", None, actor, seen=seen)
    with pytest.raises(OpominiError, match=r"meanwhile: D-1\. Look"):
        hold_item([first.id], "", "", None, actor, seen=seen)
    assert [held_as(OpenItem.get_by_id(item.id))["hold"] for item in (first, second)] == ["blocked", ""]
    assert not hold_item([first.id], "blocked", "njihov razlog", None, actor, seen=seen), "both did the same"


def test_mine_can_be_written_over_a_hold_of_which_a_part_is_the_same(actor: Actor, code: str) -> None:
    item = add_item(Customer.get(Customer.code == code), "D-1", date(2012, 1, 1), "10.00")
    hold_item([item.id], "disputed", "stari razlog", None, actor)
    seen = held_as(OpenItem.get_by_id(item.id))
    hold_item([item.id], "blocked", "njihov razlog", None, actor)
    mine = ("blocked", "moj razlog", date(2031, 5, 1))
    with pytest.raises(Conflict) as caught:
        hold_item([item.id], *mine, actor, seen={item.id: seen})
    assert caught.value.clashes == {"hold_reason": Clash("njihov razlog", "moj razlog")}, "the rest is no question"
    hold_item([item.id], *mine, actor, seen={item.id: {**seen, "hold_reason": "njihov razlog"}})
    assert tuple(held_as(OpenItem.get_by_id(item.id)).values()) == mine


def test_the_logo(actor: Actor) -> None:
    first, theirs, mine = (b"\x89PNG\r\n\x1a\n" + bytes([number]) for number in (1, 2, 3))
    save_settings({"logo": first}, {}, None, actor)
    save_settings({"logo": theirs}, {}, None, actor)
    with pytest.raises(Conflict) as caught:
        save_settings({"logo": mine}, {}, None, actor, {"logo": first})
    assert caught.value.clashes == {"logo": Clash(theirs, mine)}
    save_settings({"logo": mine}, {}, None, actor, {"logo": theirs})
    assert bytes(Company.current().logo or b"") == mine
