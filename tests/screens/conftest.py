"""The reference company ready to be shown, and the application in a window of a given size.

`company`: runs 1 to 3 are issued, run 4 (numbers 275 to 305) is prepared; its administrator is "006". Use:

    async with run_app(company, (80, 24)) as pilot:
        await pilot.press("f6")
        await settle(pilot)
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from weakref import WeakKeyDictionary

import pytest
from textual.app import App
from textual.pilot import Pilot

from opomini_tui import text
from opomini_tui.app import OpominiApp
from opomini_tui.config import Config, load_config
from opomini_tui.documents.issue import issue
from opomini_tui.dunning.prepare import prepare
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, open_database
from opomini_tui.models.notice_filter import NoticeFilter, Span
from opomini_tui.models.parties import Operator
from opomini_tui.screens.notice_table import NoticeTable
from opomini_tui.screens.notices import NoticesScreen
from opomini_tui.screens.unfinished import UnfinishedScreen
from tests.conftest import RUNS, set_up_company
from tests.ledger_rows import load_reference_customers, load_reference_snapshot
from tests.stillness import exact_stillness as exact_stillness
from tests.stillness import settled

TODAY = date(2012, 10, 1)
TOLD: WeakKeyDictionary[App[int], list[str]] = WeakKeyDictionary()
"""What each application under test has said in toasts."""


@dataclass(frozen=True)
class Opened:
    """A configuration whose database is open, and who acts."""

    config: Config
    actor: Actor


@pytest.fixture(scope="session")
def company_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file of the reference company, made once and copied by each test."""
    text.use_language("en")
    path = tmp_path_factory.mktemp("company") / "company.db"
    shutil.copy(sqlite_template, path)
    opened = open_database(f"sqlite:///{path}")
    actor = set_up_company()
    load_reference_customers()
    for number, day in enumerate(RUNS, start=1):
        load_reference_snapshot(day)
        prepare(day, actor)
        if number < len(RUNS):
            issue(NoticeFilter(packet=Span(number, number)), actor)
    opened.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    opened.close()
    database.obj = None
    return path


@pytest.fixture
def company(company_template: Path, tmp_path: Path) -> Iterator[Opened]:
    """The reference company, opened."""
    path = tmp_path / "opomini.db"
    shutil.copy(company_template, path)
    opened = open_database(f"sqlite:///{path}")
    yield Opened(_config(tmp_path, path), Actor.of(Operator.get(Operator.code == "006")))
    opened.close()
    database.obj = None


@pytest.fixture
def empty_config(new_sqlite: Callable[[], str], tmp_path: Path) -> Iterator[Config]:
    """A fresh database without an operator, opened."""
    url = new_sqlite()
    opened = open_database(url)
    yield _config(tmp_path, Path(url.removeprefix("sqlite:///")))
    opened.close()
    database.obj = None


def _config(folder: Path, path: Path) -> Config:
    home = folder / "home"
    home.mkdir()
    values = {"OPOMINI_HOME": str(home), "OPOMINI_DATABASE_URL": f"sqlite:///{path}", "OPOMINI_THEME": "dark"}
    return load_config(values)


@asynccontextmanager
async def run_app(
    opened: Opened,
    size: tuple[int, int] = (80, 24),
    *,
    language: str = "en",
    actor: Actor | None = None,
    later: bool = True,
) -> AsyncIterator[Pilot[int]]:
    """The application at work, signed in as the administrator unless another `actor` is given; the day is TODAY.

    later: the offer to go on with batches that were left waiting is put off.
    """
    Operator.update(language=language).where(Operator.code == "006").execute()
    who = actor or Actor.of(Operator.get(Operator.code == "006"))
    app = OpominiApp(opened.config, who, today=lambda: TODAY)
    app.animation_level = "none"
    _keep_what_is_told(app)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        if later and isinstance(app.screen, UnfinishedScreen):
            app.screen.action_cancel()
            await settle(pilot)
        yield pilot


async def settle(pilot: Pilot[int]) -> None:
    """Wait until nothing is under way and all of it is on the screen: messages, readers, jobs, what waits for the next key.

    Raises:
        AssertionError: something goes on for a minute.
    """
    await settled(pilot.app)


def shown(pilot: Pilot[int]) -> str:
    """The text on the screen, line by line, as it was drawn."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


def notices_screen(pilot: Pilot[int]) -> NoticesScreen:
    """The main screen, also while another one is open."""
    return next(screen for screen in pilot.app.screen_stack if isinstance(screen, NoticesScreen))


def grid(pilot: Pilot[int]) -> NoticeTable:
    """The grid of the main screen."""
    return notices_screen(pilot).table


def cursor_label(pilot: Pilot[int]) -> str:
    """Year and number of the notice under the grid's cursor."""
    row = grid(pilot).cursor_row
    return f"{row.cells[0]}/{row.cells[1]}" if row else ""


def said(pilot: Pilot[int]) -> list[str]:
    """The toasts so far, also those that have gone again: on a slow machine that may be soon."""
    return TOLD[pilot.app]


def _keep_what_is_told(app: OpominiApp) -> None:
    told = TOLD[app] = list[str]()
    tell = app.tell

    def keep(sentence: str, *, problem: bool = False) -> None:
        told.append(sentence)
        tell(sentence, problem=problem)

    app.tell = keep  # type: ignore[method-assign]  # only to listen
