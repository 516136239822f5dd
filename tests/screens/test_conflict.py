"""Somebody else saved the same record while its form was open: both values are shown, nothing is lost unasked."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from textual.pilot import Pilot

from opomini_tui.models.parties import Customer
from opomini_tui.models.receivables import OpenItem
from opomini_tui.models.settings import Company, Template
from opomini_tui.screens.conflict import ConflictScreen
from opomini_tui.screens.customer_form import CustomerForm
from opomini_tui.screens.customer_items import HoldForm
from opomini_tui.screens.operator_form import OperatorForm
from opomini_tui.screens.quick_print import QuickPrintScreen
from opomini_tui.screens.settings import SettingsScreen
from opomini_tui.screens.templates_form import TemplatesScreen
from opomini_tui.setup.customers import held_as, hold_item, save_customer
from opomini_tui.setup.operators import operator_of, save_operator
from opomini_tui.setup.settings_form import save_settings, save_texts
from tests.screens.conftest import Opened, run_app
from tests.screens.working import guard_over, said, settle, until, until_shown

pytestmark = pytest.mark.journeys
CODE = "0000001"
TEXT = (1, "sl", "company", "above")


def customer() -> Customer:
    """As he is stored now."""
    return Customer.get(Customer.code == CODE)


async def both_changed(pilot: Pilot[int], opened: Opened) -> CustomerForm:
    """The form of a customer whose street both changed; the other one changed the town too, this one the name."""
    form = CustomerForm(customer().id)
    pilot.app.push_screen(form)
    await until(pilot, lambda: pilot.app.screen is form)
    save_customer(CODE, {"street": "Njihova 1", "city": "Celje"}, opened.actor)
    for name, typed in (("name", "Novo ime"), ("street", "Moja 2")):
        form.field(name).focus_control()
        await settle(pilot)
        await pilot.press("ctrl+u", *typed)
    await pilot.press("f9")
    await until(pilot, lambda: isinstance(pilot.app.screen, ConflictScreen))
    await guard_over(pilot)
    return form


@pytest.mark.parametrize(("keys", "street"), [((), "Njihova 1"), (("enter", "down", "enter"), "Moja 2")])
async def test_the_operator_chooses_what_stays(company: Opened, keys: tuple[str, ...], street: str) -> None:
    async with run_app(company) as pilot:
        form = await both_changed(pilot, company)
        assert "stored now: Njihova 1 mine: Moja 2" in said(pilot)
        for key in keys:
            await pilot.press(key)
            await settle(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: not form.is_attached)
    assert (customer().street, customer().city, customer().name) == (street, "Celje", "Novo ime")


async def test_back_leaves_the_form_as_it_was_and_nothing_saved(company: Opened) -> None:
    async with run_app(company) as pilot:
        form = await both_changed(pilot, company)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is form)
        assert form.field("street").read() == "Moja 2"
        assert customer().street == "Njihova 1"
        assert customer().name != "Novo ime"


async def test_what_was_changed_once_more_is_asked_once_more(company: Opened) -> None:
    async with run_app(company) as pilot:
        form = await both_changed(pilot, company)
        save_customer(CODE, {"street": "Njihova 9"}, company.actor)
        for key in ("enter", "down", "enter"):
            await pilot.press(key)
            await settle(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: "stored now: Njihova 9" in said(pilot))
        await guard_over(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: not form.is_attached)
    assert (customer().street, customer().name) == ("Njihova 9", "Novo ime")


async def test_settings_keep_what_only_the_other_changed_and_ask_about_the_rest(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
        form = pilot.app.screen
        assert isinstance(form, SettingsScreen)
        save_settings({"minimum_item": "7,00", "bank": "Njihova banka"}, {}, (2012, 900), company.actor)
        for name, typed in (("minimum_item", "9,00"), ("phone", "01 234")):
            await pilot.press("alt+1" if name == "phone" else "alt+2")
            form.field(name).focus_control()
            await settle(pilot)
            await pilot.press("ctrl+u", *typed)
        await pilot.press("f9")
        await until(pilot, lambda: "stored now: 7.00" in said(pilot))
        assert "mine: 9.00" in said(pilot)
        await guard_over(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: not form.is_attached)
    stored = Company.current()
    assert (stored.minimum_item, stored.bank, stored.phone) == (Decimal("7.00"), "Njihova banka", "01 234")


async def test_an_operator(company: Opened) -> None:
    async with run_app(company) as pilot:
        form = OperatorForm(company.actor.id)
        pilot.app.push_screen(form)
        await until(pilot, lambda: pilot.app.screen is form)
        save_operator("006", {"email": "njihov@podjetje.example"}, company.actor, company.config)
        form.field("email").focus_control()
        await settle(pilot)
        await pilot.press("ctrl+u", *"moj@podjetje.example", "f9")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConflictScreen))
        await guard_over(pilot)
        await pilot.press("enter", "down", "enter")
        await settle(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: not form.is_attached)
    assert operator_of("006").email == "moj@podjetje.example"


async def test_quick_printing_of_an_operator(company: Opened) -> None:
    async with run_app(company) as pilot:
        form = OperatorForm(company.actor.id)
        pilot.app.push_screen(form)
        await until(pilot, lambda: pilot.app.screen is form)
        save_operator("006", {"printer": "Njihov", "copies": 2}, company.actor, company.config)
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(pilot.app.screen, QuickPrintScreen))
        await pilot.press(*"Moj", "f9")
        await until(pilot, lambda: pilot.app.screen is form)
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConflictScreen))
        assert "stored now: Njihov mine: Moj" in said(pilot)
        await guard_over(pilot)
        await pilot.press("enter", "down", "enter")
        await settle(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: not form.is_attached)
    assert (operator_of("006").printer, operator_of("006").copies) == ("Moj", 2)


async def texts_both_changed(pilot: Pilot[int], opened: Opened) -> TemplatesScreen:
    """The form of texts, in which the first one was changed, as somebody else has done; and the question about it."""
    form = TemplatesScreen(1)
    pilot.app.push_screen(form)
    await until(pilot, lambda: pilot.app.screen is form)
    save_texts({TEXT: "Njihova vrstica\nskupna"}, opened.actor)
    form.area.area.text = "Moja vrstica\nskupna"
    await settle(pilot)
    await pilot.press("f9")
    await until(pilot, lambda: isinstance(pilot.app.screen, ConflictScreen))
    await guard_over(pilot)
    return form


@pytest.mark.parametrize(
    ("keys", "text"), [((), "Njihova vrstica\nskupna"), (("enter", "down", "enter"), "Moja vrstica\nskupna")]
)
async def test_a_text_is_shown_line_by_line(company: Opened, keys: tuple[str, ...], text: str) -> None:
    async with run_app(company) as pilot:
        form = await texts_both_changed(pilot, company)
        assert "− Njihova vrstica ▌ + Moja vrstica ▌ skupna" in said(pilot)
        for key in keys:
            await pilot.press(key)
            await settle(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: not form.is_attached)
    assert Template.contents() == {TEXT: text}


async def test_back_to_the_texts_saves_nothing_and_asks_again(company: Opened) -> None:
    async with run_app(company) as pilot:
        form = await texts_both_changed(pilot, company)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is form)
        assert form.area.area.text == "Moja vrstica\nskupna"
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConflictScreen))
    assert Template.contents() == {TEXT: "Njihova vrstica\nskupna"}


async def test_an_item_that_somebody_else_holds_otherwise(company: Opened) -> None:
    item = OpenItem.select().order_by(OpenItem.id).first()
    async with run_app(company) as pilot:
        form = HoldForm([item])
        pilot.app.push_screen(form)
        await until(pilot, lambda: pilot.app.screen is form)
        hold_item([item.id], "disputed", "njihov", None, company.actor)
        form.field("hold_reason").focus_control()
        await settle(pilot)
        await pilot.press(*"moj", "f9")
        await until_shown(pilot, "stored now: njihov mine: moj")
        await guard_over(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: not form.is_attached)
    assert held_as(OpenItem.get_by_id(item.id))["hold_reason"] == "njihov"


async def test_the_logo_of_which_the_form_only_has_a_path(company: Opened, tmp_path: Path) -> None:
    theirs, mine = (b"\x89PNG\r\n\x1a\n" + bytes(size) for size in (1500, 2500))
    picture = tmp_path / "logo.png"
    picture.write_bytes(mine)
    async with run_app(company) as pilot:
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
        form = pilot.app.screen
        assert isinstance(form, SettingsScreen)
        save_settings({"logo": theirs}, {}, None, company.actor)
        form.field("logo_file").focus_control()
        await settle(pilot)
        await pilot.press(*str(picture), "f9")
        await until_shown(pilot, "stored now: 2 kB mine: 3 kB")
        await guard_over(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: not form.is_attached)
    assert bytes(Company.current().logo or b"") == theirs
