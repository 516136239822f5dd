"""Going from record to record in a form, and the list of values of a field."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, TabbedContent

from opomini_tui.models.parties import Contact, ContactType, Customer, Operator
from opomini_tui.models.settings import InterestRate
from opomini_tui.screens.contact_form import ContactForm
from opomini_tui.screens.customer_form import CustomerForm
from opomini_tui.screens.customers import CustomersScreen
from opomini_tui.screens.interest_rates import RateForm
from opomini_tui.screens.known_values import trays
from opomini_tui.screens.operator_form import OperatorForm
from opomini_tui.screens.settings import SettingsScreen
from opomini_tui.screens.values import ValuesScreen
from tests.screens.conftest import Opened, run_app, shown
from tests.screens.conftest import said as toasts
from tests.screens.filling import asked_to_save, form
from tests.screens.working import said, settle, until, until_shown

pytestmark = pytest.mark.journeys


async def opened(pilot: Pilot[int], kind: type[object], heading: str) -> None:
    """Wait for the form with this heading."""
    await until(pilot, lambda: isinstance(pilot.app.screen, kind) and heading in said(pilot))


async def first_customer(pilot: Pilot[int]) -> None:
    """The form of the first customer of the list."""
    await pilot.press("f3")
    await until_shown(pilot, "customers")
    await pilot.press("enter")
    await opened(pilot, CustomerForm, "0000001")


async def values_of(pilot: Pilot[int], name: str, key: str = "alt+down") -> None:
    """The key in a field of the batch form."""
    await pilot.press("f8")
    await until_shown(pilot, "For year")
    form(pilot).field(name).focus_control()
    await pilot.press(key)


async def test_the_next_customer_is_that_of_the_list_and_the_list_follows(company: Opened) -> None:
    async with run_app(company) as pilot:
        await first_customer(pilot)
        assert "1 / " in said(pilot)
        await pilot.press("ctrl+down")
        await opened(pilot, CustomerForm, "Customer 0000003")
        assert "2 / " in said(pilot)
        await pilot.press("ctrl+up", "ctrl+up")
        await opened(pilot, CustomerForm, "Customer 0000001")
        await until(pilot, lambda: "This is the first record of the list." in toasts(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, CustomersScreen))


async def test_the_order_is_that_of_the_list_as_it_was_searched_and_sorted(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f3")
        await until_shown(pilot, "customers")
        await pilot.press("slash", *"kupec")
        await until(pilot, lambda: "SAOP" not in shown(pilot))
        await pilot.press("enter")
        screen = pilot.app.screen
        assert isinstance(screen, CustomersScreen)
        ids = list(screen.found.ids)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, CustomerForm))
        await pilot.press("ctrl+down")
        await opened(pilot, CustomerForm, f"Customer {Customer.get_by_id(ids[1]).code}")
        assert f"2 / {len(ids)}" in said(pilot)


async def test_tab_and_field_are_kept_from_record_to_record(company: Opened) -> None:
    async with run_app(company) as pilot:
        await first_customer(pilot)
        form(pilot).field("email").focus_control()
        await pilot.press("ctrl+down")
        await opened(pilot, CustomerForm, "Customer 0000003")
        assert form(pilot).field("email").control.has_focus
        await pilot.press("alt+2", "ctrl+down")
        await opened(pilot, CustomerForm, "Customer 0000004")
        assert pilot.app.screen.query_one(TabbedContent).active == "tab-contacts"


async def test_changes_are_asked_about_saved_and_then_it_goes_on(company: Opened) -> None:
    async with run_app(company) as pilot:
        await first_customer(pilot)
        form(pilot).field("street").focus_control()
        await pilot.press("end", "X", "ctrl+down")
        await asked_to_save(pilot)
        await pilot.press("f9")
        await opened(pilot, CustomerForm, "Customer 0000003")
        assert Customer.get(Customer.code == "0000001").street.endswith("X")
        await pilot.press("X", "ctrl+up")
        await asked_to_save(pilot)
        await pilot.press("f8")
        await opened(pilot, CustomerForm, "Customer 0000001")
        assert not Customer.get(Customer.code == "0000003").street.endswith("X")


async def test_what_cannot_be_saved_keeps_the_form_and_escape_then_leads_to_the_list(company: Opened) -> None:
    async with run_app(company) as pilot:
        await first_customer(pilot)
        form(pilot).field("email").focus_control()
        await pilot.press("home", "@", "ctrl+down")
        await asked_to_save(pilot)
        await pilot.press("f9")
        await until(
            pilot, lambda: isinstance(pilot.app.screen, CustomerForm) and bool(form(pilot).field("email").problem)
        )
        await pilot.press("escape")
        await asked_to_save(pilot)
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(pilot.app.screen, CustomersScreen))


async def test_operators_contacts_and_rates_are_walked_too(company: Opened) -> None:
    Operator.create(code="007", name="Kos", role="clerk")
    ContactType.create(code="PRAV", name="Pravna služba")
    Contact.create(customer=Customer.get(Customer.code == "0000003"), type_code="PRAV", email="p@kupec.example")
    for day, rate in (("2012-07-01", 1), ("2012-01-01", 2)):
        InterestRate.create(valid_from=day, rate=rate, source="test")
    async with run_app(company) as pilot:
        await pilot.press("p", "enter")
        await opened(pilot, OperatorForm, "Operator – 006")
        await pilot.press("ctrl+down")
        await opened(pilot, OperatorForm, "Operator – 007")
        await pilot.press("escape", "escape", "f3")
        await until_shown(pilot, "customers")
        await pilot.press("down", "enter", "alt+2")
        await until_shown(pilot, "PRAV")
        await pilot.press("enter")
        await opened(pilot, ContactForm, "1 / 2")
        await pilot.press("ctrl+down")
        await until_shown(pilot, "p@kupec.example")
        await opened(pilot, ContactForm, "2 / 2")
        await pilot.press("escape", "escape", "escape", "n")
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
        await pilot.press("alt+7")
        await until_shown(pilot, "01.01.2012")
        await pilot.press("enter")
        await opened(pilot, RateForm, "Interest rate from 01.07.2012")
        await pilot.press("ctrl+down")
        await opened(pilot, RateForm, "Interest rate from 01.01.2012")


async def test_a_record_that_was_deleted_meanwhile_is_said_to_be(company: Opened) -> None:
    second = Operator.create(code="007", name="Kos", role="clerk")
    async with run_app(company) as pilot:
        await pilot.press("p", "enter")
        await opened(pilot, OperatorForm, "Operator – 006")
        second.delete_instance()
        await pilot.press("ctrl+down")
        await until(pilot, lambda: "The record was deleted meanwhile." in toasts(pilot))


async def test_a_customer_is_chosen_from_the_list_for_the_end_of_a_span(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f8")
        await until_shown(pilot, "For year")
        boxes = list(form(pilot).field("customer").query(Input))
        boxes[1].focus()
        await pilot.press("alt+down")
        await until(pilot, lambda: isinstance(pilot.app.screen, ValuesScreen))
        await until_shown(pilot, "0000001 SAOP")
        await pilot.press(*"mer")
        await until(pilot, lambda: "SAOP" not in said(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: boxes[1].value == "0000004")
        assert boxes[1].has_focus
        assert boxes[0].value == ""


async def test_the_second_key_and_a_click_open_the_list_too(company: Opened) -> None:
    async with run_app(company) as pilot:
        await values_of(pilot, "packet", "ctrl+l")
        await until_shown(pilot, "3 2012 · 15.09.2012 · 42 notices")
        await pilot.press("escape")
        await until_shown(pilot, "For year")
        await pilot.click(form(pilot).field("customer").query_one(".field--values"))
        await until(pilot, lambda: isinstance(pilot.app.screen, ValuesScreen))


async def test_escape_leaves_the_field_as_it_was(company: Opened) -> None:
    async with run_app(company) as pilot:
        await values_of(pilot, "year")
        await until(pilot, lambda: isinstance(pilot.app.screen, ValuesScreen))
        await pilot.press("escape")
        await until_shown(pilot, "For year")
        assert form(pilot).field("year").read() == 2012
        assert form(pilot).field("year").control.has_focus


async def test_the_cursor_begins_at_what_stands_in_the_field_and_zones_are_searched(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("n", "alt+8")
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
        form(pilot).field("time_zone").focus_control()
        await pilot.press("alt+down")
        await until_shown(pilot, "Europe/Ljubljana")
        options = pilot.app.screen.query_one(OptionList)
        assert options.highlighted is not None
        assert "Europe/Ljubljana" in str(options.get_option_at_index(options.highlighted).prompt)
        await pilot.press(*"zagreb")
        await until(pilot, lambda: options.option_count == 1)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
        assert form(pilot).field("time_zone").read() == "Europe/Zagreb"


async def test_folders_are_opened_one_after_the_other(company: Opened, tmp_path: Path) -> None:
    (tmp_path / "izvoz").mkdir()
    (tmp_path / "izvoz" / "stranke.csv").touch()
    async with run_app(company) as pilot:
        await pilot.press("i")
        await until_shown(pilot, "File")
        box = form(pilot).field("path").query_one(Input)
        box.value = f"{tmp_path}/"
        await pilot.press("alt+down")
        await until_shown(pilot, "izvoz/")
        await pilot.press(*"izvoz", "enter", "alt+down")
        await until_shown(pilot, "stranke.csv")
        await pilot.press("enter")
        await until(pilot, lambda: box.value == f"{tmp_path}/izvoz/stranke.csv")


async def test_printers_come_from_the_printing_system(
    company: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "lpstat"
    program.write_text('#!/bin/sh\n[ "$1" = "-e" ] && printf "Pisarna\\nSkladisce\\n"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    async with run_app(company) as pilot:
        await pilot.press("ctrl+t")
        await until_shown(pilot, "Printer")
        await pilot.press("alt+down")
        await until_shown(pilot, "Skladisce")
        await pilot.press("down", "enter")
        await until(pilot, lambda: form(pilot).field("printer").read() == "Skladisce")


async def test_trays_are_those_of_the_printer_that_is_typed(
    company: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "lpoptions"
    program.write_text(
        "#!/bin/sh\n"
        'echo "PageSize/Media Size: *A4 A5"\n'
        '[ "$1 $2 $3" = "-p Pisarna -l" ] && echo "InputSlot/Media Source: Auto *Spodnji Rocni"\n'
        '[ "$1" = "-l" ] && echo "InputSlot/Media Source: *Privzeti"\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert [value.text for value in trays("")] == ["Privzeti"]
    assert [value.text for value in trays("Neznan")] == []
    async with run_app(company) as pilot:
        await pilot.press("ctrl+t")
        await until_shown(pilot, "Printer")
        await pilot.press(*"Pisarna")
        form(pilot).field("tray").focus_control()
        await pilot.press("alt+down")
        await until_shown(pilot, "Spodnji set in the printer")
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: form(pilot).field("tray").read() == "Rocni")


async def test_a_choice_opens_with_the_same_key(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f3", "enter")
        await opened(pilot, CustomerForm, "0000001")
        form(pilot).field("kind").focus_control()
        await pilot.press("alt+down", "down", "enter")
        await settle(pilot)
        assert form(pilot).field("kind").read() != "company"
