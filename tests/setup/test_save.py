"""What the forms save: every field is checked with its own sentence, the rules between fields hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opomini_tui.config import Config, load_config
from opomini_tui.errors import NotAllowed
from opomini_tui.keys import KeyProblem, decrypt
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.parties import Contact, ContactType, Customer, Operator
from opomini_tui.models.receivables import OpenItem
from opomini_tui.models.settings import Company, DunningLevel
from opomini_tui.setup import checks
from opomini_tui.setup.changes import Change
from opomini_tui.setup.checks import FieldErrors
from opomini_tui.setup.customers import delete_contact, hold_item, save_contact, save_customer
from opomini_tui.setup.operators import save_operator
from opomini_tui.setup.settings_form import save_settings, text_problem
from opomini_tui.text.formats import format_money

NEW = {"code": "007", "name": "Nova", "role": "clerk"}


def wrong_fields(call: Any, *args: Any, **options: Any) -> dict[str, str]:
    with pytest.raises(FieldErrors) as caught:
        call(*args, **options)
    return caught.value.fields


def save_company(values: Mapping[str, object], actor: Actor) -> tuple[Change, ...]:
    return save_settings(values, {}, None, actor)


def save_levels(levels: Mapping[int, Mapping[str, object]], actor: Actor) -> tuple[Change, ...]:
    return save_settings({}, levels, None, actor)


@given(st.decimals(0, 99_999_999, places=2))
def test_amounts_are_read_as_they_are_written(amount: Decimal) -> None:
    assert checks.money(format_money(amount, "sl")) == amount
    assert checks.money(str(amount)) == amount


@pytest.mark.parametrize("value", ["-1", "1,234", "abc", "", None, True, 1.5, Decimal("NaN"), Decimal("0.001"), "1e3"])
def test_what_is_no_amount_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="expected"):
        checks.money(value)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("10.0.0.1", False),
        ("127.0.0.1.example.com", False),
        ("mail.example.com", False),
        ("", True),
    ],
)
def test_loopback(host: str, loopback: bool) -> None:
    assert checks.is_loopback(host) is loopback


@pytest.mark.parametrize("host", ["", "mail.example.com", "pošta.example", "127.0.0.1", "::1", f"{'a' * 63}.example"])
def test_what_is_a_server(host: str) -> None:
    assert checks.host(host) == host


@pytest.mark.parametrize(
    "host",
    ["mail..example.com", ".example.com", ".", f"{'a' * 64}.example", f"{'č' * 62}.example", "a b", "a/b", "a@b"],
)
def test_what_is_no_server(host: str) -> None:
    with pytest.raises(ValueError, match=r"mail\.example\.com"):
        checks.host(host)


@pytest.mark.parametrize("text", ["{?obresti}z obrestmi", "Dolg {skupaj", "{/}", "{neznano}", "{?neznano}a{/}"])
def test_a_text_that_cannot_be_filled_in_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="The text"):
        checks.template(text)
    assert text_problem(text)


def test_a_text_that_can_be_filled_in() -> None:
    assert checks.template("Dolg {skupaj}{?obresti} z obrestmi {obresti}{/}.")
    assert not text_problem("Dolg {skupaj}")


def test_company_saves_what_changed_and_names_each_wrong_field(actor: Actor) -> None:
    changes = save_company({"city": "Celje", "minimum_notice": "7,50", "name": Company.current().name}, actor)
    assert [c.path for c in changes] == ["company.city", "dunning.minimum_notice"]
    assert (Company.current().city, Company.current().minimum_notice) == ("Celje", Decimal("7.50"))
    fields = wrong_fields(save_company, {"name": " ", "row_limit": "0", "city": "Ptuj", "logo": b"GIF89a"}, actor)
    assert set(fields) == {"name", "row_limit", "logo"}
    assert Company.current().city == "Celje"


def test_levels_follow_each_other(sqlite_actor: Actor) -> None:
    fields = wrong_fields(save_levels, {1: {"enabled": False}}, sqlite_actor)
    assert "level_2_enabled" in fields
    assert DunningLevel.get_by_id(1).enabled
    save_levels({1: {"enabled": False}, 2: {"enabled": False}, 3: {"enabled": False}}, sqlite_actor)
    assert not DunningLevel.select().where(DunningLevel.enabled).exists()
    save_levels({1: {"contact_code": "RAC", "color": "#A3BE8C"}}, sqlite_actor)
    assert ContactType.get_or_none(ContactType.code == "RAC")
    assert DunningLevel.get_by_id(1).color == "#a3be8c"


def test_operator_is_made_and_its_password_only_hashed(actor: Actor, config: Config) -> None:
    save_operator(
        None,
        {**NEW, "user_name": "nova"},
        actor,
        config,
        new_password="dolgo-geslo",
        verification="dolgo-geslo",
        mail_password="poštno",
    )
    made = Operator.get(Operator.code == "007")
    assert made.password_hash.startswith("$argon2id$")
    assert decrypt(config, made.secret) == "poštno"
    told = str(run("SELECT record, details FROM journal_entry").fetchall())
    assert "operators.007.password" in told
    assert "dolgo-geslo" not in told
    assert "poštno" not in told


def test_operator_names_each_wrong_field_at_once(sqlite_actor: Actor, config: Config) -> None:
    save_operator("006", {"user_name": "skrbnik", "system_login": "ana"}, sqlite_actor, config)
    values: dict[str, object] = {
        "code": "006",
        "name": "",
        "role": "chief",
        "user_name": "SKRBNIK",
        "system_login": "ana",
        "smtp_host": "mail.example.com",
        "smtp_security": "none",
        "pop3_port": "70000",
        "email": "no address",
    }
    fields = wrong_fields(save_operator, None, values, sqlite_actor, config, new_password="short", verification="other")
    assert set(fields) == {
        "code",
        "name",
        "role",
        "user_name",
        "system_login",
        "smtp_security",
        "pop3_port",
        "email",
        "new_password",
        "verification",
    }
    assert all(fields.values())
    assert Operator.select().count() == 1


def test_the_last_administrator_stays(sqlite_actor: Actor, config: Config) -> None:
    for values in ({"role": "clerk"}, {"active": False}):
        assert "role" in wrong_fields(save_operator, "006", values, sqlite_actor, config)
    save_operator(None, {**NEW, "role": "administrator"}, sqlite_actor, config)
    save_operator("006", {"active": False}, sqlite_actor, config)
    assert not Operator.get(Operator.code == "006").active


def test_a_lost_key_gives_a_sentence_and_loses_nothing(sqlite_actor: Actor, config: Config) -> None:
    save_operator("006", {}, sqlite_actor, config, mail_password="prvo")
    other = load_config({"OPOMINI_HOME": str(config.home / "other")})
    stored = Operator.get().secret
    with pytest.raises(KeyProblem, match="missing"):
        decrypt(other, stored)
    wrong = load_config({"OPOMINI_HOME": str(config.home), "OPOMINI_SECRET_KEY": "A" * 43 + "="})
    with pytest.raises(KeyProblem, match="right key"):
        decrypt(wrong, stored)
    save_operator("006", {"printer": "lp0"}, sqlite_actor, wrong)
    assert decrypt(config, Operator.get().secret) == "prvo"
    save_operator("006", {}, sqlite_actor, wrong, mail_password="drugo")
    assert decrypt(wrong, Operator.get().secret) == "drugo"


def test_only_an_administrator_saves_operators(sqlite_actor: Actor, config: Config) -> None:
    manager = Actor.of(Operator.create(code="2", name="Vodja", role="manager"))
    with pytest.raises(NotAllowed):
        save_operator("006", {"name": "X"}, manager, config)
    assert Operator.get(Operator.code == "006").name == "Skrbnik"


def test_customer_and_contacts(actor: Actor) -> None:
    save_customer(None, {"code": "0000009", "name": "Čučkova žaga", "kind": "person", "language": "hr"}, actor)
    customer = Customer.get()
    assert (customer.name_fold, customer.country) == ("cuckova zaga", "SI")
    save_customer("0000009", {"name": "Šivalnica", "no_dunning": True, "no_dunning_reason": "stečaj"}, actor)
    assert Customer.get().name_fold == "sivalnica"
    assert "code" in wrong_fields(save_customer, None, {"code": "0000009", "name": "B"}, actor)
    assert "code" in wrong_fields(save_customer, "0000009", {"code": "1"}, actor)
    assert "no_dunning_reason" in wrong_fields(save_customer, "0000009", {"no_dunning_reason": ""}, actor)
    assert "no_dunning_until" in wrong_fields(save_customer, "0000009", {"no_dunning_until": "32.1.2012"}, actor)
    save_contact("0000009", {"type_code": "OPOM", "email": "a@b.example"}, actor)
    assert "type_code" in wrong_fields(save_contact, "0000009", {"type_code": "OPOM"}, actor)
    assert "type_code" in wrong_fields(save_contact, "0000009", {"type_code": "XX"}, actor)
    save_contact("0000009", {"email": "c@b.example"}, actor, old_code="OPOM")
    assert Contact.get().email == "c@b.example"
    delete_contact("0000009", "OPOM", actor)
    assert not Contact.select().exists()


def test_holds_on_items(actor: Actor) -> None:
    customer = Customer(code="1")
    customer.rename("A")
    customer.save()
    day = date(2012, 1, 1)
    item = OpenItem.create(customer=customer, document="R1", document_date=day, due_date=day, amount=1, open_amount=1)
    assert "hold_reason" in wrong_fields(hold_item, [item.id], "disputed", "", None, actor)
    assert len(hold_item([item.id], "disputed", "reklamacija", "31.12.2026", actor)) == 3
    assert OpenItem.get().hold_until == date(2026, 12, 31)
    hold_item([item.id], "", "", None, actor)
    assert (OpenItem.get().hold, OpenItem.get().hold_reason, OpenItem.get().hold_until) == ("", "", None)


def test_who_may_only_look_saves_no_customer(sqlite_actor: Actor) -> None:
    viewer = Actor.of(Operator.create(code="9", name="Gost", role="view"))
    with pytest.raises(NotAllowed):
        save_customer(None, {"code": "1", "name": "A"}, viewer)
    with pytest.raises(NotAllowed):
        save_company({"city": "X"}, viewer)
    assert not Customer.select().exists()
