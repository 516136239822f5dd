"""Nastavitve with keys only: every field is saved, all or none; contact codes, rates and texts in their own forms."""

from __future__ import annotations

from decimal import Decimal

import pytest
from textual.pilot import Pilot
from textual.widgets import TabbedContent, TextArea

from opomini_tui.documents.stored_texts import StoredTexts
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.parties import ContactType, Operator
from opomini_tui.models.settings import Company, DunningLevel, InterestRate, NumberSeries, Template
from opomini_tui.screens.notices import NoticesScreen
from tests.screens.conftest import Opened, run_app, settle, shown
from tests.screens.filling import confirm, field, fill, problems
from tests.screens.working import guard_over, said

pytestmark = pytest.mark.journeys

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
COMPANY: dict[str, str | bool] = {
    "name": "Novo [b]ime d.o.o.",
    "street": "Nova 2",
    "post_code": "2000",
    "city": "Maribor",
    "country": "AT",
    "tax_id": "SI12345678",
    "registration_number": "1234567000",
    "iban": "SI56 1910 0000 0123 438",
    "bic": "LJBASI2X",
    "bank": "Banka",
    "email": "info@podjetje.example",
    "phone": "01 234",
    "contact_person": "Ana",
}
GENERAL: dict[str, str | bool] = {
    "kind": "simple",
    "minimum_item": "12,50",
    "minimum_notice": "25",
    "compensation": "per_invoice",
    "interest_cap": False,
    "address_fallback": True,
    "row_limit": "75",
}
LEVEL: dict[str, str | bool] = {
    "contact_code": "RAC",
    "days_late": "15",
    "days_since_previous": "14",
    "cost": "3,50",
    "deadline_days": "5",
    "interest": True,
    "color": "#d08770",
    "before_lawsuit": True,
}


async def open_settings(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press("n")
    await settle(pilot)
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


def shown_tab(pilot: Pilot[int]) -> str:
    return str(pilot.app.screen.query_one("#form-tabs", TabbedContent).active)


async def test_every_field_is_saved(company: Opened) -> None:
    ContactType.create(code="RAC", name="Računovodstvo")
    logo = company.config.home / "logo.png"
    logo.write_bytes(PNG)
    async with run_app(company) as pilot:
        await open_settings(pilot)
        await fill(pilot, {**COMPANY, "logo_file": str(logo)})
        await fill(pilot, {**GENERAL, "first_number_year": "2013"})
        await fill(pilot, {"first_number": "500"})
        await fill(pilot, {f"level_2_{name}": value for name, value in LEVEL.items()})
        await fill(pilot, {"level_3_enabled": False})
        await confirm(pilot)
        assert isinstance(pilot.app.screen, NoticesScreen)
        assert "Novo [b]ime d.o.o." in shown(pilot), "the grid is told"
    record = Company.current()
    expected = {**COMPANY, "iban": "SI56191000000123438"}
    assert {name: getattr(record, name) for name in COMPANY} == expected
    assert record.logo is not None
    assert bytes(record.logo) == PNG
    assert (record.kind, record.compensation, record.row_limit) == ("simple", "per_invoice", 75)
    assert (record.minimum_item, record.minimum_notice) == (Decimal("12.50"), Decimal("25.00"))
    assert (record.interest_cap, record.address_fallback) == (False, True)
    assert {row.year: row.first_number for row in NumberSeries.select()} == {2012: 100, 2013: 500}
    one, two, three = DunningLevel.select().order_by(DunningLevel.level)
    assert (two.contact_code, two.days_late, two.days_since_previous, two.deadline_days) == ("RAC", 15, 14, 5)
    assert (two.cost, two.interest, two.color, two.before_lawsuit) == (Decimal("3.50"), True, "#d08770", True)
    assert (one.days_late, one.enabled, two.enabled, three.enabled) == (8, True, True, False)


async def test_what_is_wrong_is_said_on_its_tab_and_nothing_is_saved(company: Opened) -> None:
    async with run_app(company) as pilot:
        await open_settings(pilot)
        await fill(pilot, {"city": "Maribor", "level_2_enabled": False, "level_3_color": "rdeča"})
        await confirm(pilot)
        assert set(problems(pilot)) == {"level_3_color", "level_3_enabled"}
        assert shown_tab(pilot) == "tab-level-3"
        await fill(pilot, {"level_2_enabled": True, "level_3_color": "", "iban": "SI56191000000123439"})
        await fill(pilot, {"minimum_item": "veliko"})
        await confirm(pilot)
        assert set(problems(pilot)) == {"minimum_item"}
        assert shown_tab(pilot) == "tab-general"
        await fill(pilot, {"minimum_item": "1", "first_number": "150"})
        await confirm(pilot)
        assert set(problems(pilot)) == {"iban", "first_number"}
        assert "305" in problems(pilot)["first_number"]
        await fill(pilot, {"iban": "", "first_number": "100", "logo_file": "/ni/ga.png"})
        await confirm(pilot)
        assert set(problems(pilot)) == {"logo_file"}
    record = Company.current()
    assert (record.city, record.iban, record.minimum_item) == ("Ljubljana", "SI56051008010486080", Decimal("0.01"))
    assert run("SELECT COUNT(*) FROM journal_entry WHERE verb = 'settings'").fetchone()[0] == 0


async def test_only_what_was_changed_is_saved(company: Opened) -> None:
    async with run_app(company) as pilot:
        await open_settings(pilot)
        await fill(pilot, {"phone": "02 222"})
        Company.update(city="Celje").execute()  # another manager, meanwhile
        await confirm(pilot)
    assert run("SELECT record FROM journal_entry WHERE verb = 'settings'").fetchall() == [("company.phone",)]
    assert (Company.current().phone, Company.current().city) == ("02 222", "Celje")


async def test_the_logo_is_removed(company: Opened) -> None:
    Company.update(logo=PNG).execute()
    async with run_app(company) as pilot:
        await open_settings(pilot)
        assert "stored, 1 kB" in said(pilot)
        await fill(pilot, {"logo_remove": True})
        await confirm(pilot)
    assert Company.current().logo is None


async def test_contact_codes_are_added_renamed_and_deleted_when_unused(company: Opened) -> None:
    async with run_app(company) as pilot:
        await open_settings(pilot, "alt+6")
        assert "OPOM Opomini 1. 2. 3. 92" in said(pilot)
        await pilot.press("f2")
        await settle(pilot)
        await fill(pilot, {"code": "RAC", "name": "Računovodstvo [x]"})
        await confirm(pilot)
        assert "Računovodstvo [x]" in said(pilot)
        await pilot.press("down", "enter")
        await settle(pilot)
        await fill(pilot, {"name": "Saldakonti"})
        await confirm(pilot)
        assert {row.code: row.name for row in ContactType.select()} == {"OPOM": "Opomini", "RAC": "Saldakonti"}
        await fill(pilot, {"level_2_contact_code": "RAC"})
        await pilot.press("alt+6")
        await settle(pilot)
        for key in ("up", "ctrl+d"):
            await pilot.press(key)
            await settle(pilot)
        await guard_over(pilot)
        await confirm(pilot)
        assert "is set for level" in said(pilot)
        await pilot.press("escape", "down", "ctrl+d")
        await guard_over(pilot)
        await settle(pilot)
        await confirm(pilot)
    assert {row.code for row in ContactType.select()} == {"OPOM"}


async def test_rates_are_added_confirmed_and_deleted(company: Opened) -> None:
    async with run_app(company) as pilot:
        await open_settings(pilot, "alt+7", "f2")
        await fill(pilot, {"valid_from": "1.7.2012", "rate": "osem"})
        await confirm(pilot)
        assert set(problems(pilot)) == {"rate"}
        await fill(pilot, {"rate": "8,75", "source": "Ur. l. [52/12]"})
        await confirm(pilot)
        assert "01.07.2012 8.75 — Ur. l. [52/12]" in said(pilot)
        assert "1 rate is not confirmed" in said(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await fill(pilot, {"confirmed": True})
        await confirm(pilot)
        assert "not confirmed" not in said(pilot)
        (row,) = InterestRate.select()
        assert (row.rate, row.source, row.confirmed) == (875, "Ur. l. [52/12]", True)
        await pilot.press("ctrl+d")
        await guard_over(pilot)
        await settle(pilot)
        await confirm(pilot)
    assert InterestRate.select().count() == 0


async def type_text(pilot: Pilot[int], text: str) -> None:
    """Replace the text in the form Besedila and wait for its preview."""
    area = field(pilot, "content").control
    assert isinstance(area, TextArea)
    area.focus()
    area.select_all()
    await pilot.press("backspace", *text)
    await settle(pilot)


async def test_texts_are_checked_shown_filled_in_and_saved(company: Opened) -> None:
    async with run_app(company) as pilot:
        await open_settings(pilot, "alt+5", "f4")
        assert field(pilot, "level").read() == "3"
        assert "Filled in for notice 2012-305 (packaged text)" in said(pilot)
        await type_text(pilot, "Dolg {skupaj} [b]")
        assert "(own text) · 1 text changed" in said(pilot)
        assert "[b]" in shown(pilot)
        await fill(pilot, {"part": "mail", "language": "de"})
        await type_text(pilot, "{?obresti}brez konca")
        await confirm(pilot)
        assert "stray brace" in problems(pilot)["content"]
        assert Template.select().count() == 0
        await pilot.press("f8")
        await settle(pilot)
        await confirm(pilot)
    (row,) = Template.select()
    assert (row.level, row.language, row.customer_kind, row.part) == (3, "sl", "company", "above")
    assert StoredTexts().template("above", 3, False, "sl", "company") == "Dolg {skupaj} [b]"


async def test_the_packaged_text_comes_back(company: Opened) -> None:
    Template.create(level=1, language="sl", customer_kind="company", part="above", content="Svoje")
    async with run_app(company) as pilot:
        await open_settings(pilot, "f4")
        assert "Svoje" in shown(pilot)
        await pilot.press("f8")
        await settle(pilot)
        assert "Spoštovani" in shown(pilot)
        await confirm(pilot)
    assert Template.select().count() == 0


async def test_buttons_and_labels_at_80_by_24(company: Opened) -> None:
    async with run_app(company, language="sl") as pilot:
        await open_settings(pilot)
        for tab in ("Podjetje", "Splošno", "1. opomin", "2. opomin", "3. opomin", "Stiki", "Obresti"):
            assert tab in shown(pilot)
        for number in range(1, 8):
            await pilot.press(f"alt+{number}")
            await settle(pilot)
            assert "Potrdi F9" in "".join(shown(pilot).splitlines()[-4:]), number
            if number == 3:
                text = shown(pilot)
    for label in ("Stik za 1. opomin", "Dnevi zamude za opominjanje", "Opomin pred tožbo", "Rok plačila"):
        assert label in text


async def test_a_clerk_is_told_that_he_may_not(company: Opened) -> None:
    clerk = Operator.create(code="008", name="Boris", role="clerk", language="en")
    async with run_app(company, actor=Actor.of(clerk)) as pilot:
        await open_settings(pilot)
        assert "needs the level Manager" in said(pilot)
