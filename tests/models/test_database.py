"""Opening, migrating and locking; what the database itself refuses."""

from __future__ import annotations

import shutil
import sqlite3
import traceback
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from peewee import DatabaseError, IntegrityError, Model

from opomini_tui.errors import DatabaseUnusable
from opomini_tui.models import deliveries, desk, journal, notices, parties, receivables, settings
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import (
    MIGRATIONS,
    BaseModel,
    bulk_insert,
    connect,
    database,
    migrate,
    now_ms,
    open_database,
    run,
    stream,
)
from opomini_tui.models.settings import Company, DunningLevel
from tests.ledger_rows import add_customer

MODULES = (deliveries, desk, journal, notices, parties, receivables, settings)


def models() -> list[type[Model]]:
    """Every model of the package."""
    found: dict[str, Any] = {name: value for module in MODULES for name, value in vars(module).items()}
    return [m for m in found.values() if isinstance(m, type) and issubclass(m, BaseModel) and m is not BaseModel]


def test_models_are_the_tables_of_the_migrations(db: str) -> None:
    tables = {model._meta.table_name for model in models()}
    assert tables | {"schema_migration"} == set(database.obj.get_tables()) - {"sqlite_sequence"}
    for model in models():
        columns = {column.name for column in database.obj.get_columns(model._meta.table_name)}
        assert columns == {field.column_name for field in model._meta.sorted_fields}


def test_opening_again_migrates_nothing(db: str) -> None:
    assert migrate(database.obj) == []


def test_a_newer_database_is_refused_and_left_alone(new_sqlite: Callable[[], str]) -> None:
    url = new_sqlite()
    path = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("INSERT INTO schema_migration (name, applied) VALUES ('9999_future', '2030-01-01')")
    before = Path(path).read_bytes()
    with pytest.raises(DatabaseUnusable, match="9999_future"):
        open_database(url)
    assert Path(path).read_bytes() == before


def test_a_copy_is_made_before_a_migration(
    new_sqlite: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    (folder / "0002_more.py").write_text(
        "def up(migrator, db):\n    db.execute_sql('CREATE TABLE more (id INTEGER)')\n"
    )
    monkeypatch.setattr("opomini_tui.models.database.MIGRATIONS", folder)
    opened = open_database(new_sqlite(), tmp_path / "backups")
    try:
        assert opened.table_exists("more")
    finally:
        opened.close()
        database.obj = None
    (copy,) = (tmp_path / "backups").iterdir()
    with closing(sqlite3.connect(copy)) as old:
        tables = {name for (name,) in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert "notice" in tables
    assert "more" not in tables


def test_an_unreachable_database_is_a_sentence_without_the_password() -> None:
    with pytest.raises(DatabaseUnusable) as refusal:
        open_database("postgresql://me:sesame@127.0.0.1:1/none")
    assert "sesame" not in str(refusal.value)


def test_money_is_whole_cents_in_the_database(actor: Actor) -> None:
    Company.update(minimum_notice=Decimal("1234.56")).execute()
    assert run("SELECT minimum_notice FROM company").fetchone()[0] == 123456
    assert Company.current().minimum_notice == Decimal("1234.56")
    with pytest.raises(TypeError, match="Decimal"):
        Company.update(minimum_notice="12,5").execute()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE dunning_level SET cost = -1",
        "UPDATE operator SET role = 'god'",
        "UPDATE customer SET kind = 'alien'",
        "INSERT INTO contact (customer_id, type_code) VALUES (999, 'OPOM')",
        "UPDATE company SET id = 2",
        "INSERT INTO number_series (year, first_number) VALUES (2012, 1)",
    ],
)
def test_the_database_refuses_what_must_not_be(actor: Actor, sql: str) -> None:
    add_customer("0000001")
    with pytest.raises(IntegrityError), database.atomic():
        run(sql)


def test_bulk_errors_are_the_same_as_single_ones(actor: Actor) -> None:
    with pytest.raises(DatabaseError), database.atomic():
        bulk_insert("contact", ["customer_id", "type_code"], [(999, "OPOM")])
    assert run("SELECT COUNT(*) FROM contact").fetchone()[0] == 0


def test_a_big_answer_is_streamed_in_order(actor: Actor) -> None:
    with database.atomic():
        bulk_insert("contact_type", ["code", "name"], ((f"C{n:05d}", "x") for n in range(5_000)))
        rows = stream("SELECT code FROM contact_type WHERE code LIKE ? ORDER BY code", ("C%",), size=100)
        assert [code for (code,) in rows] == [f"C{n:05d}" for n in range(5_000)]
    assert DunningLevel.select().count() == 3


def test_two_connections_have_the_same_clock(db: str) -> None:
    first = now_ms()
    other = connect(db)
    other.connect()
    other.close()
    assert 0 <= now_ms() - first < 60_000


@pytest.mark.parametrize("url", ["postgresql://me:se%ss@127.0.0.1:1/none", "postgresql://me:ses@ame@127.0.0.1:1/none"])
def test_a_password_that_cannot_be_read_is_not_shown(url: str) -> None:
    with pytest.raises(DatabaseUnusable) as refusal:
        open_database(url)
    shown = "".join(traceback.format_exception(refusal.value))
    assert "se%ss" not in shown
    assert "ame" not in str(refusal.value)


def test_saving_a_record_writes_only_what_was_changed(actor: Actor) -> None:
    customer = add_customer("0000001")
    run("UPDATE customer SET city = 'Kranj' WHERE id = ?", (customer.id,))
    customer.street = "Nova 1"
    customer.save()
    assert run("SELECT city, street FROM customer").fetchone() == ("Kranj", "Nova 1")
