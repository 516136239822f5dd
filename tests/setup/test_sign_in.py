"""Who acts: by system login, by password, by being the only administrator; and the first start."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from opomini_tui.config import Config, load_config
from opomini_tui.errors import NotAllowed, OpominiError
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company, DunningLevel, InterestRate
from opomini_tui.setup.checks import FieldErrors
from opomini_tui.setup.sign_in import (
    actor_by_login,
    command_line_actor,
    create_administrator,
    current_system_login,
    first_start_needed,
    note_sign_in,
    sign_in,
)

PASSWORD = "zelo-dolgo-geslo"


def named(config: Config, url: str, **values: str) -> Config:
    return load_config({"OPOMINI_HOME": str(config.home), "OPOMINI_DATABASE_URL": url, **values})


def test_first_start_makes_administrator_and_company(db: str, config: Config) -> None:
    assert first_start_needed()
    actor = create_administrator("Ana Novak", "ana", PASSWORD, "", config)
    assert (actor.role, actor.language) == ("administrator", "sl")
    assert not first_start_needed()
    assert Company.current().minimum_notice == 5
    assert [level.interest for level in DunningLevel.select()] == [False] * 3
    newest = InterestRate.select().order_by(InterestRate.valid_from.desc()).get()
    assert (newest.valid_from, newest.rate, newest.confirmed) == (date(2026, 1, 1), 1015, False)
    assert sign_in("ANA", PASSWORD) == actor
    assert PASSWORD not in str(run("SELECT details FROM journal_entry").fetchall())
    with pytest.raises(OpominiError, match="already"):
        create_administrator("B", "b", PASSWORD, "", config)


def test_first_start_needs_a_way_to_sign_in(sqlite_db: str, config: Config) -> None:
    with pytest.raises(FieldErrors) as caught:
        create_administrator("Ana", "ana", "", "", config)
    assert set(caught.value.fields) == {"user_name"}
    with pytest.raises(FieldErrors) as caught:
        create_administrator("", "ana", "kratko", "", config)
    assert set(caught.value.fields) == {"name", "new_password"}
    assert first_start_needed()


def test_wrong_name_and_wrong_password_look_the_same(sqlite_db: str, config: Config) -> None:
    create_administrator("Ana", "ana", PASSWORD, "", config)
    sentences, seconds = set(), []
    for name, password in (("ana", "napak"), ("nihče", PASSWORD), ("", ""), ("ana", "")):
        start = time.perf_counter()
        with pytest.raises(NotAllowed) as caught:
            sign_in(name, password)
        seconds.append(time.perf_counter() - start)
        sentences.add(str(caught.value))
    assert len(sentences) == 1
    assert min(seconds) > max(seconds) / 100  # an unknown name costs a hash too
    Operator.update(active=False).execute()
    with pytest.raises(NotAllowed):
        sign_in("ana", PASSWORD)


def test_a_sign_in_stands_in_the_journal(actor: Actor) -> None:
    note_sign_in(actor, "password")
    assert run("SELECT operator_code, verb, record, details FROM journal_entry").fetchall() == [
        (actor.code, "sign in", f"operator {actor.code}", '{"how": "password"}')
    ]


def test_system_login_selects_the_operator(actor: Actor) -> None:
    Operator.update(system_login="ana").execute()
    assert actor_by_login("ana") == actor
    assert actor_by_login("") is None
    Operator.update(active=False).execute()
    assert actor_by_login("ana") is None


def test_command_line_takes_named_operator_with_password(sqlite_db: str, config: Config) -> None:
    create_administrator("Ana", "ana", PASSWORD, "", config)
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return PASSWORD

    url = sqlite_db
    assert command_line_actor(named(config, url, OPOMINI_OPERATOR="ana"), answer).code == "001"
    assert "ana" in asked[0]
    given = named(config, url, OPOMINI_OPERATOR="001", OPOMINI_OPERATOR_PASSWORD=PASSWORD)
    assert command_line_actor(given).code == "001"
    with pytest.raises(NotAllowed, match="not right"):
        command_line_actor(named(config, url, OPOMINI_OPERATOR="ana", OPOMINI_OPERATOR_PASSWORD="napak"))
    with pytest.raises(NotAllowed, match="OPOMINI_OPERATOR_PASSWORD"):
        command_line_actor(named(config, url, OPOMINI_OPERATOR="ana"))


def test_command_line_takes_system_login_then_only_administrator(sqlite_db: str, config: Config) -> None:
    config = named(config, sqlite_db)
    with pytest.raises(NotAllowed, match="no operator yet"):
        command_line_actor(config)
    create_administrator("Ana", "ana", PASSWORD, "", config)
    assert command_line_actor(config).name == "Ana"
    Operator.create(code="002", name="Berta", role="clerk", system_login=current_system_login())
    assert command_line_actor(config).name == "Berta"
    Operator.update(active=False).where(Operator.code == "002").execute()
    Operator.create(code="003", name="Cilka", role="administrator")
    with pytest.raises(NotAllowed, match=current_system_login()):
        command_line_actor(config)


def test_only_administrator_is_not_enough_on_a_server(sqlite_db: str, config: Config, tmp_path: Path) -> None:
    create_administrator("Ana", "ana", PASSWORD, "", config)
    with pytest.raises(NotAllowed, match="system login"):
        command_line_actor(named(config, "postgresql://db.example/opomini"))
    with pytest.raises(NotAllowed, match="system login"):
        command_line_actor(named(config, f"sqlite:///{tmp_path}/missing.db"))
