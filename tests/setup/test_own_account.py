"""What an operator may set for himself: his mail account and password, and nothing that gives him more rights."""

from __future__ import annotations

import pytest

from opomini_tui.config import Config
from opomini_tui.keys import decrypt
from opomini_tui.models.actor import Actor
from opomini_tui.models.parties import Operator
from opomini_tui.setup.checks import FieldErrors
from opomini_tui.setup.own_account import save_own_account
from opomini_tui.setup.passwords import hash_password, password_matches

OLD, NEW = "Staro geslo 1", "Novo geslo 1"


@pytest.fixture
def clerk(actor: Actor) -> Actor:
    return Actor.of(Operator.create(code="008", name="Boris", role="view", password_hash=hash_password(OLD)))


def test_mail_account_and_password_are_saved(clerk: Actor, config: Config) -> None:
    changes = save_own_account(
        {"email": "b@podjetje.example", "smtp_host": "smtp.example.com", "language": "en"},
        clerk,
        config,
        old_password=OLD,
        new_password=NEW,
        verification=NEW,
        mail_password="pošta",
    )
    record = clerk.record()
    assert (record.email, record.smtp_host, record.language) == ("b@podjetje.example", "smtp.example.com", "en")
    assert password_matches(record.password_hash, NEW)
    assert decrypt(config, record.secret) == "pošta"
    assert len(changes) == 5
    assert NEW not in str(changes)


@pytest.mark.parametrize("field", ["role", "active", "name", "code", "user_name", "system_login"])
def test_rights_and_names_are_an_administrators(clerk: Actor, config: Config, field: str) -> None:
    before = Operator.select().where(Operator.code == "008").dicts().get()
    with pytest.raises(FieldErrors) as caught:
        save_own_account({field: "administrator", "email": "b@podjetje.example"}, clerk, config)
    assert set(caught.value.fields) == {field}
    assert Operator.select().where(Operator.code == "008").dicts().get() == before


def test_a_new_password_needs_the_old_one_and_itself_twice(clerk: Actor, config: Config) -> None:
    with pytest.raises(FieldErrors) as caught:
        save_own_account({}, clerk, config, old_password="narobe", new_password=NEW, verification="drugo")
    assert set(caught.value.fields) == {"old_password", "verification"}
    assert password_matches(clerk.record().password_hash, OLD)


def test_all_that_is_wrong_is_said_at_once(clerk: Actor, config: Config) -> None:
    with pytest.raises(FieldErrors) as caught:
        save_own_account({"email": "b@", "smtp_host": "x.example", "smtp_security": "none"}, clerk, config)
    assert set(caught.value.fields) == {"email", "smtp_security"}
