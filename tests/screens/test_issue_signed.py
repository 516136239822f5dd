"""Izstavitve says who signs before it issues, and signs; what cannot sign refuses before anything is issued."""

from __future__ import annotations

from pathlib import Path

import pytest

from opomini_tui.models.database import run
from opomini_tui.models.notices import Document, Notice
from opomini_tui.models.parties import Certificate
from opomini_tui.screens.ask import ErrorScreen
from opomini_tui.setup.certificates import add_certificate
from tests.screens.conftest import Opened, run_app
from tests.screens.working import said, state_of, until, until_shown
from tests.setup.pkcs12 import PASSPHRASE, make_pkcs12

pytestmark = pytest.mark.journeys


@pytest.fixture
def signing(company: Opened, tmp_path: Path) -> Opened:
    """The operator has the certificate of Ana Novak."""
    add_certificate("006", make_pkcs12(tmp_path / "ana.p12", "Ana [Novak]"), PASSPHRASE, company.actor, company.config)
    return company


async def test_the_form_says_who_signs_and_the_letters_are_signed(signing: Opened) -> None:
    run("UPDATE company SET iban = ''")
    async with run_app(signing) as pilot:
        await pilot.press("f7")
        await until_shown(pilot, "Letters are signed with the certificate of Ana [Novak]")
        await pilot.press("f9")
        await until_shown(pilot, "31 notices were issued.")
        assert "Signed with the certificate of Ana [Novak]." in said(pilot)
        assert "31 letters have no payment slip: the company has no account" in said(pilot)
    document = Document.get_by_id(Notice.get(Notice.number == 275).document_id)
    assert b"/ByteRange" in bytes(document.content)


async def test_an_unusable_certificate_refuses_before_anything_is_issued(signing: Opened) -> None:
    Certificate.update(secret="").execute()
    async with run_app(signing) as pilot:
        await pilot.press("f7")
        await until_shown(pilot, "The certificate cannot be opened with its stored passphrase.")
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(pilot.app.screen, ErrorScreen))
        assert "The certificate cannot be opened with its stored passphrase." in said(pilot)
    assert state_of(275) == "prepared"
