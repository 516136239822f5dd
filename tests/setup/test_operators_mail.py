"""An operator's mail account: what must hold between its fields, what is dangerous, what is forgotten, what is copied."""

from __future__ import annotations

import io
import tomllib
from typing import Any

import pytest

from opomini_tui.config import Config, load_config
from opomini_tui.keys import decrypt, encrypt
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from opomini_tui.setup.checks import FieldErrors, choice
from opomini_tui.setup.operators import account_warnings, save_operator
from opomini_tui.setup.own_account import save_own_account
from opomini_tui.setup.settings_file import BadSettings, apply_settings, show_settings

OAUTH = {
    "authentication": "xoauth2",
    "oauth_provider": "microsoft",
    "oauth_client": "11111111-2222",
    "account": "ana@podjetje.example",
}
IN_CLEAR = {"smtp_host": "mail.example.com", "smtp_security": "none"}


def connect(config: Config) -> None:
    """Tokens, as connecting the account stores them."""
    Operator.update(oauth_tokens=encrypt(config, "{}")).where(Operator.code == "006").execute()


def test_mail_in_clear_is_refused_until_it_is_allowed_and_then_warned_of(sqlite_actor: Actor, config: Config) -> None:
    with pytest.raises(FieldErrors) as caught:
        save_operator("006", IN_CLEAR, sqlite_actor, config)
    assert set(caught.value.fields) == {"smtp_security"}
    assert account_warnings(sqlite_actor.record()) == ()
    save_operator("006", {**IN_CLEAR, "plain_allowed": True}, sqlite_actor, config)
    (warning,) = account_warnings(sqlite_actor.record())
    assert "in clear" in warning
    assert "mail.example.com" in warning
    with pytest.raises(FieldErrors):
        save_operator("006", {"plain_allowed": False}, sqlite_actor, config)
    clerk = Actor.of(Operator.create(code="7", name="Bor", role="clerk"))
    with pytest.raises(FieldErrors) as caught:
        save_own_account({**IN_CLEAR, "plain_allowed": True}, clerk, config)
    assert "plain_allowed" in caught.value.fields


def test_applying_settings_tells_what_is_dangerous(sqlite_actor: Actor, config: Config) -> None:
    text = '[[operators]]\nid = "006"\nsmtp = { host = "mail.example.com", security = "none", plain_allowed = true }'
    applied = apply_settings(text, config, sqlite_actor)
    assert len(applied.notes) == 1
    assert applied.notes[0].startswith("operators.006: ")
    assert "in clear" in applied.notes[0]


@pytest.mark.parametrize("missing", ["oauth_provider", "oauth_client", "account"])
def test_xoauth2_needs_provider_client_and_account(sqlite_actor: Actor, config: Config, missing: str) -> None:
    with pytest.raises(FieldErrors) as caught:
        save_operator("006", {**OAUTH, missing: ""}, sqlite_actor, config)
    assert set(caught.value.fields) == {missing}
    save_operator("006", OAUTH, sqlite_actor, config)
    with pytest.raises(FieldErrors):
        save_operator("006", {missing: ""}, sqlite_actor, config)
    save_operator("006", {"authentication": "password", missing: ""}, sqlite_actor, config)


def test_tokens_of_another_account_are_forgotten(actor: Actor, config: Config) -> None:
    save_operator("006", OAUTH, actor, config)
    for changed in (
        {"account": "bor@podjetje.example"},
        {"oauth_client": "3"},
        {"oauth_tenant": "podjetje.example"},
        {"oauth_provider": "google"},
    ):
        connect(config)
        changes = save_operator("006", changed, actor, config)
        assert actor.record().oauth_tokens == ""
        assert changes[-1].path == "operators.006.oauth.connection"
    connect(config)
    save_operator("006", {"smtp_port": 26, "email": "a@podjetje.example"}, actor, config)
    assert actor.record().oauth_tokens != ""


def test_the_clients_secret_comes_from_the_environment_or_standard_input(
    sqlite_actor: Actor, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = """
    [[operators]]
    id = "006"
    authentication = "xoauth2"
    account = "ana@podjetje.example"
    oauth = { provider = "google", client = "1.apps", secret_env = "CLIENT" }
    """
    values = load_config({**config.values, "CLIENT": "skrivnost-1"})
    applied = apply_settings(text, values, sqlite_actor)
    assert "operators.006.oauth.secret" in [change.path for change in applied.changes]
    assert decrypt(config, Operator.get().oauth_secret) == "skrivnost-1"
    journal = str(run("SELECT details FROM journal_entry").fetchall())
    assert "skrivnost-1" not in journal + show_settings() + repr(applied)
    assert apply_settings(text, values, sqlite_actor).changes == ()
    again = apply_settings(text, config, sqlite_actor)
    assert (again.changes, "CLIENT is not set" in again.notes[0]) == ((), True)
    monkeypatch.setattr("sys.stdin", io.StringIO("skrivnost-2\n"))
    apply_settings(text.replace('"CLIENT"', '"-"'), config, sqlite_actor)
    assert decrypt(config, Operator.get().oauth_secret) == "skrivnost-2"
    with pytest.raises(BadSettings) as caught:
        apply_settings(text.replace("secret_env", "secret"), config, sqlite_actor)
    assert "CLIENT" not in str(caught.value.problems)


def test_all_settings_of_mail_and_letter_come_back_as_they_were_shown(actor: Actor, config: Config) -> None:
    text = """
    [mail]
    recall_seconds = 45
    send_from = "8"
    send_until = "16:30"
    send_days = "54321"
    time_zone = "Europe/Vienna"
    html_mail = true
    [letter]
    slip = false
    reference_kind = "RF"
    purpose_code = "othr"
    visible_signature = true
    timestamp_url = "http://tsa.example.com:318/tsr"
    attachment_password = "{customer_code}-{tax_id}"
    [[operators]]
    id = "006"
    account = "ana@podjetje.example"
    authentication = "xoauth2"
    smtp = { host = "mail.example.com", security = "none", connections = 7, per_minute = 30, plain_allowed = true }
    oauth = { provider = "microsoft", tenant = "podjetje.example", client = "1" }
    """
    apply_settings(text, config, actor)
    company, operator = Company.current(), actor.record()
    assert (company.recall_seconds, company.send_from, company.send_until, company.send_days) == (
        45,
        "08:00",
        "16:30",
        "12345",
    )
    assert (company.time_zone, company.html_mail, company.slip) == ("Europe/Vienna", True, False)
    assert (operator.smtp_connections, operator.smtp_per_minute, operator.plain_allowed) == (7, 30, True)
    assert (operator.oauth_provider, operator.oauth_tenant, operator.oauth_client) == (
        "microsoft",
        "podjetje.example",
        "1",
    )
    assert (company.visible_signature, company.timestamp_url) == (True, "http://tsa.example.com:318/tsr")
    assert company.attachment_password == "{customer_code}-{tax_id}"
    shown = show_settings()
    assert tomllib.loads(shown)["operators"][0]["oauth"]["tenant"] == "podjetje.example"
    assert apply_settings(shown, config, actor).changes == ()


@pytest.mark.parametrize(
    ("section", "wrong"),
    [
        ("mail", 'time_zone = "Europe/Lubljana"'),
        ("mail", 'send_from = "25:00"'),
        ("mail", "recall_seconds = 4000"),
        ("mail", 'ca_certificates = "no certificate"'),
        ("letter", 'purpose_code = "1234"'),
        ("letter", 'timestamp_url = "ftp://tsa.example.com"'),
        ("letter", 'timestamp_url = "https://"'),
        ("letter", 'timestamp_url = "https://ana:geslo@tsa.example.com"'),
        ("letter", 'attachment_password = "{iban}"'),
        ("letter", 'attachment_password = "skrivnost"'),
        ("operators", "smtp = { connections = 0 }"),
        ("operators", 'oauth = { provider = "yahoo" }'),
    ],
)
def test_wrong_settings_of_mail_are_named(sqlite_actor: Actor, config: Config, section: str, wrong: str) -> None:
    head = '[[operators]]\nid = "006"' if section == "operators" else f"[{section}]"
    with pytest.raises(BadSettings) as caught:
        apply_settings(f"{head}\n{wrong}", config, sqlite_actor)
    (problem,) = caught.value.problems
    assert wrong.split()[0] in problem.path


def test_a_choice_that_may_be_empty_says_so() -> None:
    check = choice("", "microsoft", "google")
    answers: list[Any] = [check(""), check(" google ")]
    assert answers == ["", "google"]
    with pytest.raises(ValueError, match="microsoft, google, or nothing"):
        check("yahoo")
