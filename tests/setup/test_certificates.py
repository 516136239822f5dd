"""Certificates of operators: only what opens with its passphrase is stored, one is the default, nothing is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from opomini_tui.config import Config, load_config
from opomini_tui.errors import NotAllowed, OpominiError
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.parties import Certificate, Operator
from opomini_tui.setup.certificates import (
    add_certificate,
    certificates_of,
    delete_certificate,
    set_default_certificate,
)
from opomini_tui.setup.checks import FieldErrors
from tests.setup.pkcs12 import PASSPHRASE, make_pkcs12


def test_a_certificate_is_stored_with_its_holder_and_end(actor: Actor, config: Config, tmp_path: Path) -> None:
    path = make_pkcs12(tmp_path / "ana.p12", "Ana Novak", days=10)
    added = add_certificate("006", path, PASSPHRASE, actor, config)
    assert (added.name, added.subject, added.issuer, added.is_default) == ("Ana Novak", "Ana Novak", "Ana Novak", True)
    assert added.expires == (datetime.now(UTC) + timedelta(days=10)).date()
    assert certificates_of("006", config) == [added]
    row = Certificate.get_by_id(added.id)
    assert bytes(row.content) == path.read_bytes()
    assert PASSPHRASE not in row.secret
    told = str(run("SELECT record, details FROM journal_entry").fetchall())
    assert "operators.006.certificates.Ana Novak" in told
    assert PASSPHRASE not in told


def test_a_file_without_a_passphrase_is_stored_too(actor: Actor, config: Config, tmp_path: Path) -> None:
    path = make_pkcs12(tmp_path / "ana.p12", "Ana", passphrase="")
    assert add_certificate("006", path, "", actor, config).subject == "Ana"


@pytest.mark.parametrize(
    ("file", "passphrase", "field"),
    [
        ("good.p12", "narobe", "passphrase"),
        ("none.p12", PASSPHRASE, "path"),
        ("text.p12", PASSPHRASE, "path"),
        ("large.p12", PASSPHRASE, "path"),
        ("nokey.p12", PASSPHRASE, "path"),
        ("", PASSPHRASE, "path"),
    ],
)
def test_what_cannot_sign_is_refused(
    sqlite_actor: Actor, config: Config, tmp_path: Path, file: str, passphrase: str, field: str
) -> None:
    make_pkcs12(tmp_path / "good.p12", "Ana")
    make_pkcs12(tmp_path / "nokey.p12", "Ana", with_key=False)
    (tmp_path / "text.p12").write_text("to ni potrdilo")
    (tmp_path / "large.p12").write_bytes(b"0" * 300_000)
    with pytest.raises(FieldErrors) as caught:
        add_certificate("006", str(tmp_path / file) if file else "", passphrase, sqlite_actor, config)
    assert set(caught.value.fields) == {field}
    assert Certificate.select().count() == 0


def test_one_is_the_default_and_another_inherits(sqlite_actor: Actor, config: Config, tmp_path: Path) -> None:
    first = add_certificate("006", make_pkcs12(tmp_path / "1.p12", "A"), PASSPHRASE, sqlite_actor, config)
    second = add_certificate("006", make_pkcs12(tmp_path / "2.p12", "B"), PASSPHRASE, sqlite_actor, config)
    assert (first.is_default, second.is_default) == (True, False)
    with pytest.raises(FieldErrors, match="name already"):
        add_certificate("006", make_pkcs12(tmp_path / "3.p12", "B"), PASSPHRASE, sqlite_actor, config)
    set_default_certificate(second.id, sqlite_actor)
    assert [info.is_default for info in certificates_of("006", config)] == [False, True]
    delete_certificate(second.id, sqlite_actor)
    assert [(info.name, info.is_default) for info in certificates_of("006", config)] == [("A", True)]
    with pytest.raises(OpominiError, match="not exist any more"):
        delete_certificate(second.id, sqlite_actor)


def test_everybody_has_his_own_and_only_an_administrator_those_of_others(
    sqlite_actor: Actor, config: Config, tmp_path: Path
) -> None:
    clerk = Actor.of(Operator.create(code="008", name="Boris", role="clerk"))
    path = make_pkcs12(tmp_path / "1.p12", "B")
    mine = add_certificate("008", path, PASSPHRASE, clerk, config)
    add_certificate("006", path, PASSPHRASE, sqlite_actor, config)
    with pytest.raises(NotAllowed):
        add_certificate("006", path, PASSPHRASE, clerk, config, name="C")
    (other,) = certificates_of("006", config)
    with pytest.raises(NotAllowed):
        delete_certificate(other.id, clerk)
    delete_certificate(mine.id, sqlite_actor)
    assert certificates_of("008", config) == []


def test_a_lost_key_is_said_and_loses_nothing(sqlite_actor: Actor, config: Config, tmp_path: Path) -> None:
    add_certificate("006", make_pkcs12(tmp_path / "1.p12", "A"), PASSPHRASE, sqlite_actor, config)
    other = load_config({"OPOMINI_HOME": str(tmp_path / "other"), "OPOMINI_DATABASE_URL": "sqlite:///x.db"})
    (info,) = certificates_of("006", other)
    assert info.expires is None
    assert info.problem
    assert certificates_of("006", config)[0].subject == "A"
