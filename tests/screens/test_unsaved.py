"""Leaving a form in which something was changed: asked first, saved, dropped, or gone on with."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from opomini_tui.models.parties import Customer
from opomini_tui.models.settings import Company, Template
from opomini_tui.screens.customer_form import CustomerForm
from opomini_tui.screens.notices import NoticesScreen
from opomini_tui.screens.settings import SettingsScreen
from opomini_tui.screens.templates_form import TemplatesScreen
from tests.screens.conftest import Opened, run_app
from tests.screens.filling import asked_to_save
from tests.screens.working import said, settle, until

pytestmark = pytest.mark.journeys


async def customer_form(pilot: Pilot[int]) -> CustomerForm:
    """The form of customer 0000001 over the grid."""
    form = CustomerForm(Customer.get(Customer.code == "0000001").id)
    pilot.app.push_screen(form)
    await until(pilot, lambda: pilot.app.screen is form)
    return form


async def left_with_another_street(pilot: Pilot[int]) -> CustomerForm:
    """His form, in which the street was changed; Esc has been pressed, and the question is up."""
    form = await customer_form(pilot)
    form.field("street").focus_control()
    await pilot.press("end", "X", "escape")
    await asked_to_save(pilot)
    return form


async def test_nothing_changed_nothing_asked(company: Opened) -> None:
    async with run_app(company) as pilot:
        form = await customer_form(pilot)
        await pilot.press("tab", "shift+tab", "escape")
        await until(pilot, lambda: not form.is_attached)
        assert isinstance(pilot.app.screen, NoticesScreen)


async def test_the_same_value_written_otherwise_is_no_change(company: Opened) -> None:
    Company.update(minimum_item=1234).execute()
    async with run_app(company) as pilot:
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
        form = pilot.app.screen
        assert isinstance(form, SettingsScreen)
        await pilot.press("alt+2")
        form.field("minimum_item").focus_control()
        await settle(pilot)
        await pilot.press(*"1234,0", "tab", "escape")
        await until(pilot, lambda: not form.is_attached)


async def test_escape_asks_and_escape_again_goes_on_with_the_form(company: Opened) -> None:
    async with run_app(company) as pilot:
        form = await left_with_another_street(pilot)
        assert "This field was changed: Street." in said(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is form)
        assert str(form.field("street").read()).endswith("X")
        assert not Customer.get(Customer.code == "0000001").street.endswith("X")


async def test_the_changes_are_saved_with_f9(company: Opened) -> None:
    async with run_app(company) as pilot:
        form = await left_with_another_street(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: not form.is_attached)
        assert Customer.get(Customer.code == "0000001").street.endswith("X")


async def test_what_cannot_be_saved_stays_in_the_form_with_its_reason(company: Opened) -> None:
    async with run_app(company) as pilot:
        form = await customer_form(pilot)
        form.field("email").focus_control()
        await pilot.press("home", "@", "escape")
        await asked_to_save(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: pilot.app.screen is form and bool(form.field("email").problem))


async def test_the_changes_are_dropped_with_f8(company: Opened) -> None:
    before = Customer.get(Customer.code == "0000001").street
    async with run_app(company) as pilot:
        form = await left_with_another_street(pilot)
        await pilot.press("f8")
        await until(pilot, lambda: not form.is_attached)
        assert Customer.get(Customer.code == "0000001").street == before


async def test_texts_that_were_changed_are_asked_about_too(company: Opened) -> None:
    async with run_app(company) as pilot:
        form = TemplatesScreen(1)
        pilot.app.push_screen(form)
        await until(pilot, lambda: pilot.app.screen is form)
        await pilot.press("X", "escape")
        await asked_to_save(pilot)
        assert "Notice 1" in said(pilot)
        await pilot.press("f8")
        await until(pilot, lambda: not form.is_attached)
        assert Template.select().count() == 0
