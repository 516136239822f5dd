"""F5 among the customers: the statement of one, or of all that are listed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from textual.widgets import Button

from opomini_tui.models.actor import Actor
from opomini_tui.models.parties import Customer, Operator
from opomini_tui.models.receivables import OpenItem
from opomini_tui.screens.customer_form import CustomerForm
from opomini_tui.screens.customers import CustomersScreen
from opomini_tui.screens.outcome import OutcomeScreen
from opomini_tui.screens.statement import StatementScreen
from tests.screens.conftest import Opened, run_app, settle, shown
from tests.screens.working import said, until, until_shown

pytestmark = pytest.mark.journeys


def write(form: StatementScreen, name: str, value: str) -> None:
    """Put a value into a field."""
    field: Any = form.field(name)
    field.write(value)


async def test_the_statement_of_the_customer_under_the_cursor(company: Opened, tmp_path: Path) -> None:
    async with run_app(company, (80, 24)) as pilot:
        await pilot.press("f3")
        await settle(pilot)
        assert isinstance(pilot.app.screen, CustomersScreen)
        code = Customer.get_by_id(pilot.app.screen.table.cursor_id).code
        await pilot.press("f5")
        await settle(pilot)
        form = pilot.app.screen
        assert isinstance(form, StatementScreen)
        for button in form.query(Button):
            assert form.region.contains_region(button.region), button.id
        assert code in shown(pilot)
        write(form, "path", str(tmp_path / "iop.pdf"))
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(pilot.app.screen, OutcomeScreen))
        assert "1 statement was printed as of 01.10.2012" in said(pilot)
    reader = PdfReader(tmp_path / "iop.pdf")
    assert code in reader.pages[0].extract_text()
    assert len(reader.outline) == 1


async def test_of_all_that_are_listed_with_those_left_out_by_name(company: Opened, tmp_path: Path) -> None:
    few = ["0000001", "0000003", "0000004"]
    OpenItem.update(open_amount=0).where(OpenItem.customer == Customer.get(Customer.code == "0000003")).execute()
    Customer.update(defaulter=True).where(Customer.code.in_(few)).execute()
    Customer.update(defaulter=False).where(Customer.code.not_in(few)).execute()
    async with run_app(company, (100, 30)) as pilot:
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("f", "down", "enter")
        await until_shown(pilot, "3 customers")
        await pilot.press("f5")
        await settle(pilot)
        form = pilot.app.screen
        assert isinstance(form, StatementScreen)
        write(form, "scope", "listed")
        write(form, "path", str(tmp_path / "iop.pdf"))
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(pilot.app.screen, OutcomeScreen))
        assert "0000003" in said(pilot)
        assert "nothing is open" in said(pilot)
    assert len(PdfReader(tmp_path / "iop.pdf").outline) == 2


async def test_from_the_open_items_of_a_customer(company: Opened, tmp_path: Path) -> None:
    async with run_app(company, (80, 24), language="sl") as pilot:
        form = CustomerForm(Customer.get(Customer.code == "0000001").id, "tab-items")
        pilot.app.push_screen(form)
        await until_shown(pilot, "Izpisek F5")
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(pilot.app.screen, StatementScreen))
        screen = pilot.app.screen
        assert isinstance(screen, StatementScreen)
        write(screen, "path", "")
        await pilot.press("f9")
        await settle(pilot)
        assert "Tu mora biti nekaj vpisano." in said(pilot)
        write(screen, "path", str(tmp_path / "izpisek.pdf"))
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(pilot.app.screen, OutcomeScreen))
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is form)
    assert len(PdfReader(tmp_path / "izpisek.pdf").pages) == 1


async def test_who_may_only_look_is_offered_none(company: Opened) -> None:
    viewer = Actor.of(Operator.create(code="010", name="Gledalec", role="view", language="en"))
    async with run_app(company, actor=viewer) as pilot:
        await pilot.press("f3")
        await settle(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, CustomersScreen)
        assert "customers.statement" not in {each.id for each in screen.offered_actions()}
        await pilot.press("f5")
        await settle(pilot)
        assert pilot.app.screen is screen
