"""The tab E-pošta and the letter's slip in the settings, with keys only."""

from __future__ import annotations

from pathlib import Path

import pytest

from opomini_tui.models.settings import Company
from tests.mail.certificates import make_certificates
from tests.screens.conftest import Opened, run_app, settle
from tests.screens.filling import confirm, fill, form, problems

pytestmark = pytest.mark.journeys


async def test_hours_recall_html_and_an_own_authority_are_saved(company: Opened, tmp_path: Path) -> None:
    authority = make_certificates(tmp_path).ca_file
    async with run_app(company) as pilot:
        await pilot.press("n")
        await settle(pilot)
        await pilot.press("alt+8")
        await settle(pilot)
        await fill(pilot, {"recall_seconds": "45", "send_from": "7", "send_until": "16.30", "send_days": "4321"})
        await fill(pilot, {"time_zone": "Europe/Zagreb", "html_mail": True, "ca_file": str(authority)})
        await confirm(pilot)
    saved = Company.current()
    assert (saved.recall_seconds, saved.send_from, saved.send_until, saved.send_days) == (45, "07:00", "16:30", "1234")
    assert (saved.time_zone, saved.html_mail) == ("Europe/Zagreb", True)
    assert saved.ca_certificates.strip() == Path(authority).read_text("ascii").strip()


async def test_what_is_wrong_is_said_at_its_field(company: Opened, tmp_path: Path) -> None:
    nonsense = tmp_path / "no.pem"
    nonsense.write_text("nothing", "ascii")
    async with run_app(company) as pilot:
        await pilot.press("n")
        await settle(pilot)
        await pilot.press("alt+8")
        await settle(pilot)
        await fill(pilot, {"send_from": "25:00", "time_zone": "Mars", "ca_file": str(nonsense)})
        await confirm(pilot)
        assert set(problems(pilot)) == {"send_from", "time_zone", "ca_file"}
        await fill(pilot, {"ca_file": str(tmp_path / "none.pem")})
        await confirm(pilot)
        assert "ca_file" in problems(pilot)
    assert Company.current().send_from == ""


async def test_the_slip_of_the_letter_is_set_on_the_general_tab(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("n")
        await settle(pilot)
        await pilot.press("alt+2")
        await settle(pilot)
        await fill(
            pilot, {"slip": False, "reference_kind": "RF", "purpose_code": "othr", "purpose_text": "Opomin {stevilka}"}
        )
        await confirm(pilot)
    saved = Company.current()
    assert (saved.slip, saved.reference_kind, saved.purpose_code) == (False, "RF", "OTHR")
    assert saved.purpose_text == "Opomin {stevilka}"


async def test_signature_stamp_and_lock_are_set_on_the_general_tab(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("n")
        await settle(pilot)
        await pilot.press("alt+2")
        await settle(pilot)
        await fill(pilot, {"timestamp_url": "tsa.example.com", "attachment_password": "{post_code}"})
        await confirm(pilot)
        assert set(problems(pilot)) == {"timestamp_url", "attachment_password"}
        await fill(pilot, {"visible_signature": True, "timestamp_url": "https://tsa.example.com/tsr"})
        await fill(pilot, {"attachment_password": "{tax_id}-{post_code}"})
        await confirm(pilot)
    saved = Company.current()
    assert (saved.visible_signature, saved.timestamp_url) == (True, "https://tsa.example.com/tsr")
    assert saved.attachment_password == "{tax_id}-{post_code}"


async def test_every_tab_is_reached_and_whole_at_80_by_24(company: Opened) -> None:
    async with run_app(company, language="sl") as pilot:
        await pilot.press("n")
        await settle(pilot)
        for number in range(1, 9):
            await pilot.press(f"alt+{number}")
            await settle(pilot)
        tabs = list(form(pilot).query("Tab"))
        assert len(tabs) == 8
        for tab in tabs:
            assert form(pilot).find_widget(tab).clip.contains_region(tab.region), tab
