"""What is only a courtesy does not wait for SQLite's one writer, and what follows waits as ever."""

from __future__ import annotations

import time

import pytest

from opomini_tui.models.actor import Actor
from opomini_tui.models.database import BUSY_SECONDS, DatabaseBusy, run, without_waiting
from opomini_tui.models.preferences import recall, remember
from opomini_tui.screens.notice_place import recall_pane, remember_pane
from tests.models.storing import somebody_stores


def test_it_gives_up_at_once_and_leaves_the_connection_as_it_was(sqlite_actor: Actor) -> None:
    with somebody_stores():
        began = time.monotonic()
        with pytest.raises(DatabaseBusy), without_waiting():
            remember(sqlite_actor, "colour", "red")
        assert time.monotonic() - began < BUSY_SECONDS / 4
    assert run("PRAGMA busy_timeout").fetchone() == (BUSY_SECONDS * 1000,)
    with without_waiting():
        remember(sqlite_actor, "colour", "red")
    assert recall(sqlite_actor, "colour") == "red"


def test_how_the_grid_looks_is_kept_when_nobody_stores(sqlite_actor: Actor) -> None:
    with somebody_stores():
        began = time.monotonic()
        remember_pane(sqlite_actor, True)
        assert time.monotonic() - began < BUSY_SECONDS / 4
        assert recall_pane(sqlite_actor) is None
    remember_pane(sqlite_actor, True)
    assert recall_pane(sqlite_actor) is True


def test_postgresql_writes_as_ever(actor: Actor) -> None:
    with without_waiting():
        remember(actor, "colour", "red")
    assert recall(actor, "colour") == "red"
