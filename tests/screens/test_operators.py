"""Operaterji and the form Operater, with keys only: every field is saved, what is wrong is said where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from peewee import OperationalError
from textual.pilot import Pilot

from opomini_tui.keys import decrypt, encrypt
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.parties import Certificate, Operator
from opomini_tui.screens import certificates, operator_form
from opomini_tui.setup.passwords import hash_password, password_matches
from tests.mail.servers import FaultServer, HonestServer, reply
from tests.screens.conftest import Opened, run_app, settle, shown
from tests.screens.filling import confirm, field, fill, problems
from tests.screens.working import body_of, guard_over, message, said, until_shown
from tests.setup.pkcs12 import PASSPHRASE, make_pkcs12

pytestmark = pytest.mark.journeys

ALL_FIELDS: dict[str, str | bool] = {
    "active": False,
    "name": "Ana [b]Novak",
    "role": "manager",
    "language": "sl",
    "system_login": "anov",
    "user_name": "ana",
    "email": "ana@podjetje.example",
    "direct": False,
    "bcc_self": True,
    "pop3_host": "pop.podjetje.example",
    "pop3_port": "996",
    "pop3_security": "starttls",
    "smtp_host": "smtp.podjetje.example",
    "smtp_port": "465",
    "smtp_security": "tls",
    "account": "ana.novak",
}
SECRETS: dict[str, str | bool] = {
    "new_password": "Dolgo geslo 1",
    "verification": "Dolgo geslo 1",
    "mail_password": "pošta 1",
}


def stored(code: str) -> Operator:
    operator = Operator.get(Operator.code == code)
    assert isinstance(operator, Operator)
    return operator


def assert_stored(code: str, values: dict[str, str | bool]) -> None:
    record = stored(code)
    assert {name: str(getattr(record, name)) for name in values} == {name: str(v) for name, v in values.items()}


async def open_form(pilot: Pilot[int]) -> None:
    """The form of the operator under the cursor of the list."""
    await pilot.press("p")
    await settle(pilot)
    await pilot.press("enter")
    await settle(pilot)


async def test_a_new_operator_with_every_field(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("p")
        await settle(pilot)
        await pilot.press("f2")
        await settle(pilot)
        await fill(pilot, {"code": "007", **ALL_FIELDS, **SECRETS})
        await pilot.press("f5")
        await settle(pilot)
        await fill(pilot, {"printer": "Pisarna [2]", "copies": "3", "tray": "Tray2"})
        await confirm(pilot)
        await confirm(pilot)
        assert "Ana [b]Novak" in said(pilot), "the list shows it, brackets as typed"
        assert "2 operators" in said(pilot)
    assert_stored("007", {"code": "007", **ALL_FIELDS})
    assert_stored("007", {"printer": "Pisarna [2]", "copies": "3", "tray": "Tray2"})
    record = stored("007")
    assert password_matches(record.password_hash, "Dolgo geslo 1")
    assert decrypt(company.config, record.secret) == "pošta 1"
    assert "pošta" not in str(run("SELECT * FROM journal_entry ORDER BY id DESC LIMIT 30").fetchall())


async def test_every_field_of_an_operator_is_changed(company: Opened) -> None:
    Operator.create(code="008", name="Boris", role="administrator")
    changed = {**ALL_FIELDS, "language": "en"}
    async with run_app(company) as pilot:
        await open_form(pilot)
        await fill(pilot, {**changed, **SECRETS})
        await confirm(pilot)
        assert problems(pilot) if hasattr(pilot.app.screen, "fields") else True
    assert_stored("006", changed)
    assert password_matches(stored("006").password_hash, "Dolgo geslo 1")
    assert decrypt(company.config, stored("006").secret) == "pošta 1"


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(company: Opened) -> None:
    Operator.create(code="008", name="Boris", role="administrator", user_name="boris")
    async with run_app(company) as pilot:
        await open_form(pilot)
        await fill(pilot, {"name": "", "user_name": "Boris", "email": "ana@", "smtp_host": "smtp.example.com"})
        await fill(pilot, {"smtp_security": "none", "new_password": "Dolgo geslo 1", "verification": "Dolgo geslo 2"})
        await confirm(pilot)
        told = problems(pilot)
        assert set(told) == {"name", "user_name", "email", "smtp_security", "verification"}
        assert "Boris (008)" in told["user_name"]
        assert field(pilot, "name").has_focus_within, "the first problem has the cursor"
        await fill(pilot, {"smtp_port": "70000"})
        await confirm(pilot)
        assert set(problems(pilot)) == {"smtp_port"}
    assert_stored("006", {"name": "Skrbnik", "user_name": "None", "smtp_host": "127.0.0.1", "password_hash": ""})


async def test_the_last_administrator_stays_one(company: Opened) -> None:
    async with run_app(company) as pilot:
        await open_form(pilot)
        await fill(pilot, {"role": "clerk"})
        await confirm(pilot)
        assert set(problems(pilot)) == {"role"}
    assert_stored("006", {"role": "administrator"})


async def test_stored_passwords_are_never_shown_and_stay_when_left_empty(company: Opened) -> None:
    secret, word = encrypt(company.config, "pošta 1"), hash_password("Dolgo geslo 1")
    Operator.update(secret=secret, password_hash=word).execute()
    async with run_app(company, (100, 50)) as pilot:
        await open_form(pilot)
        assert field(pilot, "mail_password").read() == field(pilot, "new_password").read() == ""
        assert shown(pilot).count("stored") == 2
        assert "pošta 1" not in shown(pilot)
        await fill(pilot, {"name": "Skrbnica"})
        await confirm(pilot)
    assert_stored("006", {"name": "Skrbnica", "secret": secret, "password_hash": word})


async def test_the_buttons_can_be_seen_at_80_by_24(company: Opened) -> None:
    async with run_app(company, language="sl") as pilot:
        await open_form(pilot)
        lines = shown(pilot).splitlines()
    buttons = "".join(lines[-5:])
    for label in ("Hitro tiskanje...", "Digitalni podpisi...", "Kopiraj...", "Preizkusi", "Opusti", "Potrdi"):
        assert label in buttons
    for label in ("Windows prijava", "Verifikacija gesla", "Elektronski naslov", "Neposredno pošiljanje e-pošte"):
        assert label in "".join(lines)


async def test_settings_are_copied_into_the_fields_and_saved_with_them(company: Opened) -> None:
    Operator.create(
        code="008", name="Boris", email="b@podjetje.example", smtp_host="smtp.example.com", smtp_port=465, copies=4
    )
    async with run_app(company) as pilot:
        await open_form(pilot)
        await pilot.press("f7")
        await settle(pilot)
        await pilot.press(*"boris", "enter")
        await settle(pilot)
        assert_stored("006", {"smtp_host": "127.0.0.1"})
        await confirm(pilot)
    assert_stored("006", {"smtp_host": "smtp.example.com", "smtp_port": "465", "smtp_security": "starttls"})
    assert_stored("006", {"copies": "4", "name": "Skrbnik", "email": "skrbnik@podjetje.example"})


async def test_search_shows_only_what_holds_the_words(company: Opened) -> None:
    Operator.create(code="008", name="Boris Žagar", role="clerk")
    async with run_app(company) as pilot:
        await pilot.press("p")
        await settle(pilot)
        assert "2 operators" in said(pilot)
        await pilot.press("slash", *"zagar")
        await settle(pilot)
        assert "1 operator" in said(pilot)
        await pilot.press("enter", "enter")
        await settle(pilot)
        assert field(pilot, "code").read() == "008"


async def test_the_account_is_tried_with_what_stands_in_the_form(company: Opened) -> None:
    with HonestServer(account=("ana", "prav")) as server:
        async with run_app(company) as pilot:
            await open_form(pilot)
            await fill(pilot, {"smtp_port": str(server.port), "account": "ana", "mail_password": "prav"})
            await pilot.press("f8")
            await until_shown(pilot, "The mail account works.")
        (accepted,) = server.accepted
    assert accepted.recipients == ("skrbnik@podjetje.example",)
    assert message(accepted)["Subject"] == "Opomini: test of the mail account"
    assert "Skrbnik" in body_of(accepted)
    assert_stored("006", {"smtp_port": "2525", "account": "", "secret": ""})


async def test_a_failed_try_names_its_step(company: Opened) -> None:
    with FaultServer({"rcpt": reply("550 5.1.1 No such user")}, accounts={"ana": "prav"}) as server:
        async with run_app(company) as pilot:
            await open_form(pilot)
            await fill(pilot, {"smtp_port": str(server.port), "account": "ana", "mail_password": "narobe"})
            await pilot.press("f8")
            await until_shown(pilot, "It failed at this step: SMTP sign-in.")
            await pilot.press("enter")
            await settle(pilot)
            await fill(pilot, {"mail_password": "prav"})
            await pilot.press("f8")
            await until_shown(pilot, "No such user")
        assert server.accepted == []


async def test_who_may_not_see_operators_reads_why_and_has_his_own_account(company: Opened) -> None:
    clerk = Operator.create(
        code="008", name="Boris", role="clerk", language="en", password_hash=hash_password("Staro geslo 1")
    )
    async with run_app(company, actor=Actor.of(clerk)) as pilot:
        await pilot.press("p")
        await settle(pilot)
        assert "needs the level" in said(pilot)
        await pilot.press("escape", "e")
        await settle(pilot)
        locked = ("code", "active", "name", "role", "system_login", "user_name")
        assert all(field(pilot, name).disabled for name in locked)
        await fill(pilot, {"email": "boris@podjetje.example", "smtp_host": "smtp.example.com", "mail_password": "p 1"})
        await fill(pilot, {"new_password": "Novo geslo 1", "verification": "Novo geslo 1"})
        await confirm(pilot)
        assert set(problems(pilot)) == {"old_password"}
        await fill(pilot, {"old_password": "Staro geslo 1"})
        await confirm(pilot)
    assert_stored("008", {"email": "boris@podjetje.example", "smtp_host": "smtp.example.com", "role": "clerk"})
    assert password_matches(stored("008").password_hash, "Novo geslo 1")
    assert decrypt(company.config, stored("008").secret) == "p 1"


async def test_certificates_are_added_chosen_and_deleted(company: Opened, tmp_path_factory: object) -> None:
    folder = company.config.home
    first, second = make_pkcs12(folder / "prvi.p12", "Ana [x] Novak"), make_pkcs12(folder / "drugi.p12", "Boris")
    async with run_app(company, (100, 30)) as pilot:
        await open_form(pilot)
        await pilot.press("f6")
        await settle(pilot)
        await pilot.press("f2")
        await settle(pilot)
        await fill(pilot, {"path": str(first), "passphrase": "narobe"})
        await confirm(pilot)
        assert set(problems(pilot)) == {"passphrase"}
        await fill(pilot, {"passphrase": PASSPHRASE})
        await confirm(pilot)
        assert "Ana [x] Novak" in said(pilot)
        await pilot.press("f2")
        await settle(pilot)
        await fill(pilot, {"path": str(second), "passphrase": PASSPHRASE, "name": "Zadnji"})
        await confirm(pilot)
        await pilot.press("down", "enter")
        await settle(pilot)
        assert {row.name: row.is_default for row in Certificate.select()} == {"Ana [x] Novak": False, "Zadnji": True}
        await pilot.press("ctrl+d")
        await guard_over(pilot)
        await settle(pilot)
        assert "“Zadnji” will be deleted." in said(pilot)
        await confirm(pilot)
    assert {row.name: row.is_default for row in Certificate.select()} == {"Ana [x] Novak": True}


async def test_trouble_of_the_database_is_said_and_the_form_stays(
    company: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_values: object, **_secrets: object) -> None:
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(operator_form, "save_operator", broken)
    async with run_app(company) as pilot:
        await open_form(pilot)
        await fill(pilot, {"mail_password": "pošta 1"})
        await confirm(pilot)
        assert "Something unexpected happened (OperationalError)." in said(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert field(pilot, "mail_password").read() == "pošta 1", "nothing that was typed is lost"
    assert "pošta 1" not in (company.config.home / "errors.log").read_text(encoding="utf-8")


async def test_a_locked_database_does_not_end_the_adding_of_a_certificate(
    company: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def locked(*_values: object, **_named: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(certificates, "add_certificate", locked)
    async with run_app(company) as pilot:
        pilot.app.push_screen(certificates.CertificateForm("006"))
        await settle(pilot)
        await fill(pilot, {"path": str(tmp_path / "x.p12"), "passphrase": PASSPHRASE})
        await confirm(pilot)
        assert "Something long is being stored just now." in said(pilot)


async def test_the_ways_of_protection_can_be_read_in_a_small_window(company: Opened) -> None:
    async with run_app(company, language="sl") as pilot:
        await open_form(pilot)
        await fill(pilot, {"smtp_security": "none"})
        assert any("brez (lokalno)" in line and "▼" in line for line in shown(pilot).splitlines())
