"""F1 on a field says what the field is for and how it is typed; every help belongs to a field that exists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from opomini_tui.models.parties import Customer, Operator
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.contact_form import ContactForm
from opomini_tui.screens.customer_form import CustomerForm
from opomini_tui.screens.field_helps import HELPS, field_help
from opomini_tui.screens.form import FormScreen
from opomini_tui.screens.operator_form import OperatorForm
from opomini_tui.screens.settings import SettingsScreen
from tests.screens.conftest import Opened, run_app
from tests.screens.working import said, settle, until, until_shown

pytestmark = pytest.mark.journeys

FORMS: tuple[Callable[[], FormScreen[Any]], ...] = (
    lambda: CustomerForm(Customer.get(Customer.code == "0000001").id),
    lambda: OperatorForm(Operator.get(Operator.code == "006").id),
    lambda: ContactForm("0000001", None),
)


async def opened(pilot: Pilot[int], screen: Screen[Any]) -> None:
    """The form is on the screen."""
    pilot.app.push_screen(screen)
    await until(pilot, lambda: pilot.app.screen is screen)


async def test_the_field_with_the_cursor_is_explained_first(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
        await pilot.press("alt+2")
        form = pilot.app.screen
        assert isinstance(form, SettingsScreen)
        form.field("minimum_item").focus_control()
        await settle(pilot)
        await pilot.press("f1")
        await until_shown(pilot, "Field “Minimum amount of an item”: Items with a smaller open amount are")
        assert "An amount is typed as 5450,6" in said(pilot)


async def test_a_level_is_explained_whichever_it_is(company: Opened) -> None:
    async with run_app(company) as pilot:
        form = SettingsScreen(Choice())
        await opened(pilot, form)
        told = [field_help(form, form.field(f"level_{level}_cost")) for level in (1, 2, 3)]
        assert told[0] == told[1] == told[2]
        assert told[0][0].startswith("Added to the notice")


async def test_forms_with_a_field_of_the_same_name_say_their_own(company: Opened) -> None:
    sentences = set()
    async with run_app(company) as pilot:
        for make in FORMS:
            form = make()
            await opened(pilot, form)
            sentences.add(field_help(form, form.field("email"))[0])
    assert len(sentences) == len(FORMS)


def test_helps_name_forms_that_exist() -> None:
    known = {"SettingsScreen", "OperatorForm", "CustomerForm", "ContactForm", "UnlockScreen"}
    assert {key.partition(".")[0] for key in HELPS if "." in key} <= known
