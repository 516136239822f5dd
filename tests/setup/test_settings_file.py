"""The settings file: what it names changes, all that is wrong is named, no password ever shows."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from opomini_tui.config import Config, load_config
from opomini_tui.errors import NotAllowed
from opomini_tui.keys import decrypt, encrypt
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.journal import check_chain
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company, DunningLevel, InterestRate, NumberSeries
from opomini_tui.setup.settings_file import AppliedSettings, BadSettings, apply_settings, show_settings
from opomini_tui.setup.sign_in import current_system_login, sign_in
from tests.conftest import REFERENCE, set_up_company

PASSWORD = "geslo-čšž-1"
FULL_OF_MISTAKES = """
surprise = 1
[company]
name = ""
colour = "red"
iban = "SI56051008010486081"
phone = "1"
[dunning]
kind = "strict"
minimum_item = "a lot"
row_limit = 0
first_number = { 1800 = 5, 2013 = "x" }
[levels.4]
cost = "1"
[levels.1]
interest = "yes"
[[operators]]
id = "006"
role = "chief"
password = "open-secret"
smtp = { host = "mail.example.com", port = 99999, security = "none" }
[[operators]]
name = "Nobody"
[[interest_rates]]
rate = "1"
[[templates]]
level = 1
language = "sl"
customer_kind = "company"
part = "above"
content = "{neznano}"
"""
WRONG_PATHS = {
    "surprise",
    "company.name",
    "company.colour",
    "company.iban",
    "dunning.kind",
    "dunning.minimum_item",
    "dunning.row_limit",
    "dunning.first_number.1800",
    "dunning.first_number.2013",
    "levels.4",
    "levels.1.interest",
    "operators.006.role",
    "operators.006.password",
    "operators.006.smtp.port",
    "operators.006.smtp.security",
    "operators[2].id",
    "interest_rates[1].valid_from",
    "templates[1].content",
}


def with_values(config: Config, values: Mapping[str, str]) -> Config:
    return load_config({"OPOMINI_HOME": str(config.home), **values})


def paths(applied: AppliedSettings) -> list[str]:
    return [change.path for change in applied.changes]


def journal_text() -> str:
    rows = run("SELECT operator_code, verb, record, details FROM journal_entry").fetchall()
    return "\n".join(str(row) for row in rows)


def test_reference_settings_set_up_an_empty_database(db: str, config: Config) -> None:
    applied = apply_settings(
        REFERENCE / "settings.toml", with_values(config, {"OPOMINI_DEMO_PASSWORD": PASSWORD}), None
    )
    company = Company.current()
    assert (company.iban, company.minimum_item, company.minimum_notice) == (
        "SI56051008010486080",
        Decimal("0.01"),
        Decimal("5.00"),
    )
    assert NumberSeries.get_by_id(2012).first_number == 100
    assert [level.cost for level in DunningLevel.select()] == [Decimal("2.00")] * 3
    operator = Operator.get(Operator.code == "006")
    assert (operator.role, operator.smtp_port, operator.system_login) == (
        "administrator",
        2525,
        current_system_login(),
    )
    assert operator.secret not in ("", PASSWORD)
    assert decrypt(config, operator.secret) == PASSWORD
    assert not applied.notes
    assert "operators.006.password" in paths(applied)
    assert PASSWORD not in journal_text() + show_settings() + repr(applied)
    assert check_chain().entries == len(applied.changes)


def test_applying_again_changes_nothing(db: str, config: Config) -> None:
    apply_settings(REFERENCE / "settings.toml", config, None)
    actor = Actor.of(Operator.get())
    again = apply_settings(REFERENCE / "settings.toml", config, actor)
    assert again.changes == ()
    assert "OPOMINI_DEMO_PASSWORD" in again.notes[0]


def test_show_is_read_back_without_a_change_and_sets_up_another_database(
    sqlite_actor: Actor, config: Config, tmp_path: Path
) -> None:
    extras = """
    [company]
    logo = "iVBORw0KGgoAAAA="
    [dunning]
    compensation = "per_notice"
    [levels.3]
    color = "#BF616A"
    before_lawsuit = true
    [[templates]]
    level = 1
    language = "sl"
    customer_kind = "company"
    part = "above"
    content = "Spoštovani \\"{stranka}\\",\\n\\nplačajte do {rok}. \\\\ "
    [[interest_rates]]
    valid_from = 2023-01-01
    rate = 10.50
    confirmed = true
    """
    apply_settings(extras, config, sqlite_actor)
    Operator.update(secret=encrypt(config, PASSWORD), password_hash="$argon2$x").execute()
    shown = show_settings()
    assert PASSWORD not in shown
    assert "argon2" not in shown
    content = tomllib.loads(shown)
    assert content["levels"]["3"]["color"] == "#bf616a"
    assert content["interest_rates"][0]["rate"] == "10.50"
    assert content["templates"][0]["content"].endswith("{rok}. \\")
    assert apply_settings(shown, config, sqlite_actor).changes == ()


def test_shown_settings_set_up_an_empty_database(db: str, config: Config) -> None:
    set_up_company()
    shown = show_settings()
    for table in ("dunning_level", "number_series", "contact_type", "company", "operator"):
        run(f"DELETE FROM {table}")
    apply_settings(shown, config, None)
    assert Operator.get(Operator.code == "006").smtp_host == "127.0.0.1"
    assert InterestRate.select().count() == 21
    assert not InterestRate.select().where(InterestRate.valid_from >= "2026-07-01").exists()
    assert not InterestRate.get_by_id("2026-01-01").confirmed


def test_only_what_is_named_changes_and_the_journal_tells_it(actor: Actor, config: Config) -> None:
    applied = apply_settings('[levels.2]\ncost = "3,50"', config, actor)
    assert [(c.path, c.before, c.after) for c in applied.changes] == [("levels.2.cost", "2.00", "3.50")]
    assert DunningLevel.get_by_id(2).days_late == 8
    assert '"after": "3.50", "before": "2.00"' in journal_text()


def test_all_that_is_wrong_is_named_at_once_and_nothing_changes(actor: Actor, config: Config) -> None:
    with pytest.raises(BadSettings) as caught:
        apply_settings(FULL_OF_MISTAKES, config, actor)
    named = {problem.path: problem for problem in caught.value.problems}
    assert set(named) == WRONG_PATHS
    assert "'strict'" in named["dunning.kind"].sentence()
    assert "graded, simple" in named["dunning.kind"].sentence()
    assert "open-secret" not in str(caught.value.problems)
    assert Company.current().phone == "+386 1 234 56 78"
    assert check_chain().entries == 0


def test_a_subject_is_one_line_in_a_settings_file_too(sqlite_actor: Actor, config: Config) -> None:
    key = '[[templates]]\nlevel = 1\nlanguage = "sl"\ncustomer_kind = "company"\npart = "subject"\n'
    with pytest.raises(BadSettings) as caught:
        apply_settings(key + 'content = "Opomin\\n{stevilka}"', config, sqlite_actor)
    (problem,) = caught.value.problems
    assert problem.path == "templates[1].content"
    assert "one line" in problem.sentence()
    assert len(apply_settings(key + 'content = "Opomin {stevilka}"', config, sqlite_actor).changes) == 1


@pytest.mark.parametrize("text", ["[company", "[company]\nname = 1 2", "company = 3"])
def test_what_is_no_settings_file_is_refused(sqlite_actor: Actor, config: Config, text: str) -> None:
    with pytest.raises(BadSettings):
        apply_settings(text, config, sqlite_actor)


def test_levels_and_administrators_are_checked_as_a_whole(sqlite_actor: Actor, config: Config) -> None:
    apply_settings("[levels.3]\nenabled = false\n[levels.2]\nenabled = false", config, sqlite_actor)
    with pytest.raises(BadSettings) as caught:
        apply_settings("[levels.3]\nenabled = true", config, sqlite_actor)
    assert caught.value.problems[0].path == "levels.3.enabled"
    with pytest.raises(BadSettings) as caught:
        apply_settings('[[operators]]\nid = "006"\nrole = "clerk"', config, sqlite_actor)
    assert "administrator" in caught.value.problems[0].expected


def test_passwords_from_standard_input_and_sign_in(
    sqlite_actor: Actor, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = '[[operators]]\nid = "006"\nuser_name = "skrbnik"\npassword_env = "-"\nsign_in_password_env = "-"'
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\nprijava-geslo\n"))
    applied = apply_settings(text, config, sqlite_actor)
    assert [(c.path, c.after) for c in applied.changes][1:] == [
        ("operators.006.sign_in_password", "changed"),
        ("operators.006.password", "changed"),
    ]
    assert decrypt(config, Operator.get().secret) == PASSWORD
    assert sign_in("Skrbnik", "prijava-geslo").code == "006"
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\nprijava-geslo\n"))
    assert apply_settings(text, config, sqlite_actor).changes == ()
    monkeypatch.setattr("sys.stdin", io.StringIO("\nshort\n"))
    with pytest.raises(BadSettings, match="refused") as caught:
        apply_settings(text, config, sqlite_actor)
    assert "short" not in str(caught.value.problems[0])


def test_levels_of_operators_decide(sqlite_actor: Actor, config: Config) -> None:
    manager = Actor.of(Operator.create(code="2", name="Vodja", role="manager"))
    clerk = Actor.of(Operator.create(code="3", name="Referent", role="clerk"))
    apply_settings("[dunning]\nrow_limit = 20", config, manager)
    with pytest.raises(NotAllowed):
        apply_settings('[[operators]]\nid = "2"\nrole = "administrator"', config, manager)
    with pytest.raises(NotAllowed):
        apply_settings("[dunning]\nrow_limit = 30", config, clerk)
    with pytest.raises(NotAllowed):
        apply_settings("[dunning]\nrow_limit = 30", config, None)
    assert Company.current().row_limit == 20


def test_an_empty_database_needs_an_administrator(sqlite_db: str, config: Config) -> None:
    with pytest.raises(BadSettings):
        apply_settings('[company]\nname = "A"', config, None)
    assert Company.get_or_none() is None


def test_first_number_may_not_lie_under_given_ones(sqlite_actor: Actor, config: Config) -> None:
    NumberSeries.update(last_issued=305).execute()
    with pytest.raises(BadSettings, match="refused") as caught:
        apply_settings("[dunning]\nfirst_number = { 2012 = 200 }", config, sqlite_actor)
    assert "305" in caught.value.problems[0].expected
    assert len(apply_settings("[dunning]\nfirst_number = { 2012 = 400 }", config, sqlite_actor).changes) == 1


def test_logo_file_is_seen_from_the_settings_file(sqlite_actor: Actor, config: Config, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n123")
    file = tmp_path / "settings.toml"
    file.write_text('[company]\nlogo_file = "logo.png"')
    changes = apply_settings(file, config, sqlite_actor).changes
    assert [(c.path, c.before, c.after) for c in changes] == [("company.logo", "", "1 kB")]
    file.write_text('[company]\nlogo_file = "missing.png"')
    with pytest.raises(BadSettings):
        apply_settings(file, config, sqlite_actor)
