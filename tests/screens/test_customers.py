"""Šifrant strank: the list, the form with every field, contacts with their ladder, holding open items."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import TabbedContent

from opomini_tui.dunning.explain import explain
from opomini_tui.dunning.unlock import delete_notices
from opomini_tui.models.actor import Actor
from opomini_tui.models.customer_list import CustomerQuery
from opomini_tui.models.database import bulk_insert, database
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.notices import Notice
from opomini_tui.models.parties import Contact, ContactType, Customer, Operator
from opomini_tui.models.receivables import OpenItem
from opomini_tui.models.settings import Company
from opomini_tui.screens.contact_form import ContactForm, ContactsPane
from opomini_tui.screens.customer_form import CustomerForm
from opomini_tui.screens.customer_items import HoldForm, ItemsPane
from opomini_tui.screens.customers import CustomersScreen
from opomini_tui.screens.form import FormScreen
from opomini_tui.screens.record_pane import RecordPane
from opomini_tui.text.names import fold, sort_key
from tests.screens.conftest import TODAY, Opened, run_app, settle, shown
from tests.screens.working import go_to, guard_over, said, typed

pytestmark = pytest.mark.journeys

CODES = ["0000001", "0000003"]


async def opened_form(pilot: Pilot[int], code: str = "0000001", tab: str = "") -> CustomerForm:
    """The form of a customer, on the tab named."""
    form = CustomerForm(Customer.get(Customer.code == code).id, tab)
    pilot.app.push_screen(form)
    await settle(pilot)
    return form


def write(form: FormScreen[Any], **values: object) -> None:
    """Put values into fields."""
    for name, value in values.items():
        field: Any = form.field(name)
        field.write(value)


def pane_of(form: CustomerForm) -> RecordPane:
    """The list on the tab that is shown."""
    assert form.shown_pane is not None
    return form.shown_pane


async def test_the_list_is_found_without_marks_and_case_and_opens_a_customer(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f3")
        await settle(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, CustomersScreen)
        assert screen.table.row_count == Customer.select().count()
        await pilot.press("slash")
        await typed(pilot, "ŠČEPEC")
        assert [Customer.get_by_id(number).name for number in screen.found.ids] == ["Mizarstvo Ščepec d.o.o."]
        await pilot.press(*["backspace"] * 6)
        await typed(pilot, "zaga gorica")
        assert [Customer.get_by_id(number).city for number in screen.found.ids] == ["Nova Gorica"]
        await pilot.press("enter", "enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, CustomerForm)
        assert "Žaga Smrekov Les" in shown(pilot)


async def test_towns_codes_addresses_and_like_signs_are_searched_for_as_typed(company: Opened) -> None:
    Customer.update(city="Črnomelj", email="Ana_B@Stranka.example").where(Customer.code == "0000003").execute()
    one = [Customer.get(Customer.code == "0000003").id]
    for word in ("crnomelj", "ana_b@stranka", "0000003"):
        assert CustomerQuery((fold(word),)).ids() == one, word
    assert CustomerQuery(("%",)).ids() == []
    assert CustomerQuery(("crnomelj", "kupec", "nobody")).ids() == []


async def test_the_list_is_sorted_by_the_slovene_alphabet_and_narrowed(company: Opened) -> None:
    Customer.update(defaulter=True).where(Customer.code.in_(CODES)).execute()
    names = [Customer.get_by_id(number).name for number in CustomerQuery(sort="name").ids()]
    assert names == sorted(names, key=sort_key)
    assert names.index("Čebelarstvo Lipov Med s.p.") > names.index("Avtoprevozi Širokotirni d.o.o.")
    async with run_app(company) as pilot:
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("f", "down", "enter")
        await settle(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, CustomersScreen)
        assert len(screen.found.ids) == 2
        await pilot.press("s", "enter")  # the same column again: reversed
        await settle(pilot)
        assert [Customer.get_by_id(number).code for number in screen.found.ids] == CODES[::-1]


async def test_the_list_is_sorted_by_town_and_begins_at_the_customer_of_the_notice(company: Opened) -> None:
    towns = [Customer.get_by_id(number).city for number in CustomerQuery(sort="city", reverse=True).ids()]
    assert towns == sorted(towns, key=sort_key, reverse=True)
    async with run_app(company) as pilot:
        notice = Notice.get_by_id(await go_to(pilot, 300))
        await pilot.press("f3")
        await settle(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, CustomersScreen)
        assert screen.table.cursor_id == notice.customer_id
        assert screen.table.cursor_index > 0
        await pilot.press("s", "down", "down", "enter")
        await settle(pilot)
        listed = [Customer.get_by_id(number).city for number in screen.found.ids]
        assert listed == sorted(listed, key=sort_key)
        assert screen.table.cursor_id == notice.customer_id


async def test_every_field_is_saved_and_a_bracket_is_shown_as_typed(company: Opened) -> None:
    wanted = {
        "name": "Kos [x] [/] d.o.o.",
        "street": "Nova [red] ulica 1",
        "post_code": "3000",
        "city": "Celje",
        "country": "AT",
        "tax_id": "SI50223054",
        "kind": "person",
        "language": "de",
        "email": "a@kos.example, b@kos.example",
        "defaulter": True,
        "no_dunning": True,
        "no_dunning_reason": "obročno [plačilo]",
        "no_dunning_until": date(2012, 12, 31),
    }
    async with run_app(company) as pilot:
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        form = pilot.app.screen
        assert isinstance(form, CustomerForm)
        assert {field.name for field in form.fields()} == {"code", *wanted}
        write(form, **wanted)
        await pilot.press("f9")
        await settle(pilot)
        assert isinstance(pilot.app.screen, CustomersScreen)
        row = Customer.get(Customer.code == "0000001")
        assert {name: getattr(row, name) for name in wanted} == wanted
        assert row.name_fold == fold(str(wanted["name"]))
        assert "Kos [x] [/] d.o.o." in shown(pilot)
        assert "obročno [plačilo]" in shown(pilot)


async def test_a_new_customer_is_typed_by_keyboard(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("f2")
        await settle(pilot)
        await pilot.press("f9")
        await settle(pilot)
        assert "This field may not be empty." in shown(pilot)
        await pilot.press(*"9999999", "enter", *"Nova d.o.o.", "f9")
        await settle(pilot)
        assert Customer.get(Customer.code == "9999999").name == "Nova d.o.o."
        screen = pilot.app.screen
        assert isinstance(screen, CustomersScreen)
        assert screen.table.cursor_id == Customer.get(Customer.code == "9999999").id


async def test_stopping_without_a_reason_is_refused_at_its_field(company: Opened) -> None:
    async with run_app(company) as pilot:
        form = await opened_form(pilot)
        write(form, no_dunning=True)
        await pilot.press("f9")
        await settle(pilot)
        assert form.field("no_dunning_reason").problem == "Write why this customer is not dunned."
        assert form.focused is form.field("no_dunning_reason").control
        assert not Customer.get(Customer.code == "0000001").no_dunning


async def test_contacts_are_added_changed_and_deleted_and_the_ladder_follows(company: Opened) -> None:
    ContactType.create(code="DIR", name="Direktor")
    async with run_app(company) as pilot:
        form = await opened_form(pilot, "0000003", "tab-contacts")
        pane = pane_of(form)
        assert isinstance(pane, ContactsPane)
        before = [line.key for line in pane.lines]
        await pilot.press("f2")
        await settle(pilot)
        dialog = pilot.app.screen
        assert isinstance(dialog, ContactForm)
        write(dialog, type_code="DIR", name="Ana [Kos]", email="ana@kupec.example")
        await pilot.press("f9")
        await settle(pilot)
        assert [line.key for line in pane.lines] == sorted([*before, "DIR"])
        assert "Ana [Kos]" in shown(pilot)
        pane.table.move_to_index([line.key for line in pane.lines].index("OPOM"))
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press(*"novo@kupec.example", "f9")
        await settle(pilot)
        assert "Notice 1: novo@kupec.example – Contact OPOM of the customer." in shown(pilot)
        await pilot.press("delete")
        await settle(pilot)
        await guard_over(pilot)
        await pilot.press("f9")
        await settle(pilot)
        kupec = Customer.get(Customer.code == "0000003")
        assert [row.type_code for row in Contact.select().where(Contact.customer == kupec)] == ["DIR"]
        assert "Notice 1: no address – The customer has no contact OPOM with an e-mail address." in said(pilot)
        Company.update(address_fallback=True).execute()
        Customer.update(email="sam@kupec.example").where(Customer.id == kupec.id).execute()
        pane.reload()
        await settle(pilot)
        assert "Notice 2: sam@kupec.example" in shown(pilot)


async def test_a_contact_with_a_wrong_address_or_a_code_twice_is_refused_at_its_field(company: Opened) -> None:
    async with run_app(company) as pilot:
        await opened_form(pilot, "0000001", "tab-contacts")
        await pilot.press("f2")
        await settle(pilot)
        dialog = pilot.app.screen
        assert isinstance(dialog, ContactForm)
        write(dialog, email="not an address")
        await pilot.press("f9")
        await settle(pilot)
        assert dialog.field("email").problem
        write(dialog, email="a@b.example")
        await pilot.press("f9")
        await settle(pilot)
        assert dialog.field("type_code").problem == "This customer has a contact with this code already."


async def test_items_are_held_with_reason_and_end_and_released(company: Opened) -> None:
    delete_notices(NoticeFilter(state="prepared"), company.actor)
    async with run_app(company) as pilot:
        form = await opened_form(pilot, tab="tab-items")
        pane = pane_of(form)
        assert isinstance(pane, ItemsPane)
        assert [line.key.document for line in pane.lines] == ["2011-00003", "2011-00002", "2011-00001"]
        assert "5,450.60" in shown(pilot)
        await pilot.press("space", "space", "f6")
        await settle(pilot)
        dialog = pilot.app.screen
        assert isinstance(dialog, HoldForm)
        await pilot.press("f9")
        await settle(pilot)
        assert dialog.field("hold_reason").problem == "Write the reason."
        write(dialog, hold="blocked", hold_reason="[reklamacija]", hold_until=date(2012, 12, 31))
        await pilot.press("f9")
        await settle(pilot)
        held = OpenItem.select().where(OpenItem.hold == "blocked").order_by(OpenItem.document)
        assert [(row.document, row.hold_reason, row.hold_until) for row in held] == [
            ("2011-00002", "[reklamacija]", date(2012, 12, 31)),
            ("2011-00003", "[reklamacija]", date(2012, 12, 31)),
        ]
        assert pane.table.tick_count == 0
        pane.table.move_to_index(0)
        await settle(pilot)
        assert "blocked until 31.12.2012: [reklamacija]" in shown(pilot)
        reasons = {judged.document: judged.reason for judged in explain(TODAY) if judged.customer_code == "0000001"}
        assert reasons["2011-00003"] == reasons["2011-00002"] == "blocked"
        assert reasons["2011-00001"] != "blocked"
        await pilot.press("f7")
        await settle(pilot)
        assert [row.document for row in OpenItem.select().where(OpenItem.hold != "")] == ["2011-00002"]


async def test_who_may_only_look_sees_everything_and_changes_nothing(company: Opened) -> None:
    viewer = Actor.of(Operator.create(code="010", name="Gledalec", role="view", language="en"))
    async with run_app(company, actor=viewer) as pilot:
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("f2")
        await settle(pilot)
        assert isinstance(pilot.app.screen, CustomersScreen)
        await pilot.press("enter")
        await settle(pilot)
        form = pilot.app.screen
        assert isinstance(form, CustomerForm)
        assert all(field.disabled for field in form.fields())
        assert "view only" in shown(pilot)
        assert not form.query("#button-confirm")
        for key in ("f9", "alt+2", "f2", "enter", "delete", "alt+3", "f6", "f7", "enter"):
            await pilot.press(key)
            await settle(pilot)
            assert pilot.app.screen is form, key
        assert form.query_one("#form-tabs", TabbedContent).active == "tab-items"
        assert "2011-00003" in shown(pilot)


@pytest.mark.parametrize("tab", ["tab-data", "tab-contacts", "tab-items"])
async def test_buttons_are_in_the_window_at_80_by_24(company: Opened, tab: str) -> None:
    async with run_app(company, (80, 24), language="sl") as pilot:
        form = await opened_form(pilot, tab=tab)
        buttons = [button for button in form.query("Button") if button.region.height]
        assert {"button-cancel", "button-confirm"} <= {button.id for button in buttons}
        for button in buttons:
            assert form.region.contains_region(button.region), button.id
        assert "Potrdi F9" in shown(pilot)


async def test_a_hundred_thousand_customers_open_and_are_searched_at_once(company: Opened) -> None:
    with database.atomic():
        columns = ("code", "name", "name_sort", "name_fold", "city")
        key = sort_key("Čebele")
        rows = ((f"X{n:06}", f"Čebele {n}", f"{key}{n}", f"cebele {n}", f"Kraj {n % 400}") for n in range(100_000))
        bulk_insert("customer", columns, rows)
    async with run_app(company) as pilot:
        await pilot.press("f3")
        await settle(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, CustomersScreen)
        assert screen.table.row_count > 100_000
        begun = time.process_time()
        assert len(CustomerQuery(("cebele", "99999")).ids()) == 1
        assert time.process_time() - begun < 1
        await pilot.press("ctrl+end")
        await settle(pilot)
        assert "X099999" in shown(pilot)
