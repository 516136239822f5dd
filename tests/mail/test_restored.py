"""A restored older database does not send again: what left is noted outside of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from peewee import SqliteDatabase

from opomini_tui.config import Config
from opomini_tui.dunning.unlock import delete_notices, unlock
from opomini_tui.errors import NotAllowed, NothingToDo, OpominiError
from opomini_tui.mail import high_water, journal_mark
from opomini_tui.mail.high_water import Accepted
from opomini_tui.mail.outbox import outbox_rows, retry
from opomini_tui.mail.sender import Delivered, deliver
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import connect, copy_sqlite, database, is_postgres, run
from opomini_tui.models.notice_filter import NoticeFilter
from tests.mail.sending import MINUTE, queue, states
from tests.mail.servers import FaultServer, reply


def backed_up(db: str, tmp_path: Path) -> Callable[[], None]:
    """Copy the database as it is now; what is given brings the copy back."""
    if not is_postgres():
        copy = tmp_path / "backup.db"
        copy_sqlite(database.obj, copy)

        def restore() -> None:
            opened = database.obj
            assert isinstance(opened, SqliteDatabase)
            opened.close()
            for ending in ("", "-wal", "-shm"):
                Path(f"{opened.database}{ending}").unlink(missing_ok=True)
            shutil.copy(copy, opened.database)
            opened.connect()

        return restore
    name = urlsplit(db).path[1:]
    server = connect(db.replace(f"/{name}?", "/postgres?", 1))
    database.obj.close()
    server.execute_sql(f"CREATE DATABASE {name}_backup TEMPLATE {name}")
    database.obj.connect()

    def bring_back() -> None:
        database.obj.close()
        server.execute_sql(f"DROP DATABASE {name} WITH (FORCE)")
        server.execute_sql(f"ALTER DATABASE {name}_backup RENAME TO {name}")
        server.close()
        database.obj.connect()

    return bring_back


def test_backup_send_restore_send(actor: Actor, config: Config, server: FaultServer, db: str, tmp_path: Path) -> None:
    queue(actor, config, 3)
    restore = backed_up(db, tmp_path)
    assert deliver(config) == Delivered(sent=3)
    assert high_water.behind(config) is None
    restore()
    assert states() == ["queued"] * 3
    done = deliver(config)
    assert (done.sent, done.left, len(server.accepted)) == (0, 3, 3)
    found = high_water.behind(config)
    assert found is not None
    assert found.sentence == done.paused_because
    assert found.message_id == outbox_rows()[-1].message_id
    assert high_water.accept(config, actor, "obnovljeno iz varnostne kopije") == Accepted(unknown=3, held=0)
    assert states() == ["unknown"] * 3
    assert high_water.behind(config) is None
    assert deliver(config) == Delivered()
    assert len(server.accepted) == 3
    queue(actor, config, 1)
    assert deliver(config) == Delivered(sent=1)
    assert high_water.behind(config) is None


def test_what_was_queued_after_the_backup_is_missed_too(
    actor: Actor, config: Config, server: FaultServer, db: str, tmp_path: Path
) -> None:
    queue(actor, config, 1)
    deliver(config)
    restore = backed_up(db, tmp_path)
    queue(actor, config, 1)
    deliver(config)
    restore()
    assert high_water.behind(config) is not None
    assert high_water.accept(config, actor, "vem") == Accepted(unknown=0, held=0)
    with pytest.raises(NothingToDo):
        high_water.accept(config, actor, "vem")


def test_accepting_needs_a_manager_and_a_reason(sqlite_actor: Actor, config: Config) -> None:
    clerk = Actor(sqlite_actor.id, "006", "Skrbnik", "clerk", "sl")
    with pytest.raises(NotAllowed):
        high_water.accept(config, clerk, "vem")
    with pytest.raises(OpominiError):
        high_water.accept(config, sqlite_actor, " ")


@pytest.mark.parametrize("answer", ["451 4.3.0 later", "550 5.4.5 quota", "552 5.3.4 too big"])
def test_a_try_that_ended_otherwise_is_no_older_database(
    actor: Actor, config: Config, server: FaultServer, answer: str
) -> None:
    queue(actor, config, 2)
    server.acts["dot"] = reply(answer)
    deliver(config)
    assert high_water.behind(config) is None
    server.acts.clear()
    run("DELETE FROM mail_trouble")
    deliver(config, clock=lambda: 2 * MINUTE + int(run("SELECT MAX(queued_at) FROM delivery").fetchone()[0]))
    assert high_water.behind(config) is None


def test_an_unknown_one_counts_as_left(
    actor: Actor, config: Config, server: FaultServer, db: str, tmp_path: Path
) -> None:
    """The server took it and cut the line; the restored database would send it again."""
    queue(actor, config, 1)
    restore = backed_up(db, tmp_path)
    server.acts["dot"] = reply(then="drop", keep=True)
    assert deliver(config) == Delivered(unknown=1)
    server.acts.clear()
    restore()
    assert deliver(config).left == 1
    assert len(server.accepted) == 1


def test_the_file_is_small_private_and_may_be_damaged(sqlite_actor: Actor, config: Config, server: FaultServer) -> None:
    queue(sqlite_actor, config, 30)
    deliver(config)
    path = high_water.path_of(config)
    assert len(high_water.notes(path)) == 30
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open("r+b") as file:
        file.seek(256 * 5)
        file.write(b"\0garbage{")
    assert high_water.behind(config) is None
    assert path.stat().st_size < 100_000


def test_a_folder_that_cannot_be_written_stops_the_senders(
    sqlite_actor: Actor, config: Config, server: FaultServer
) -> None:
    """Nothing leaves that cannot be noted."""
    queue(sqlite_actor, config, 1)
    folder = high_water.path_of(config).parent
    folder.write_text("a file in its place")
    with pytest.raises(OpominiError, match="cannot be read or written"):
        deliver(config)
    assert (states(), server.accepted) == (["queued"], [])


def test_more_than_the_file_keeps_is_held_until_a_person_has_looked(
    actor: Actor, config: Config, server: FaultServer, db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """400 messages left, the file knows the last 256: the other 144 are not sent again either."""
    monkeypatch.setattr(high_water, "SLOTS", 4)
    queue(actor, config, 6)
    restore = backed_up(db, tmp_path)
    assert deliver(config) == Delivered(sent=6)
    restore()
    assert high_water.accept(config, actor, "vem") == Accepted(unknown=4, held=2)
    assert sorted(states()) == ["held"] * 2 + ["unknown"] * 4
    assert deliver(config) == Delivered()
    queue(actor, config, 1)
    assert deliver(config) == Delivered(sent=1)
    (first, *_others) = outbox_rows(state="held")
    assert "backup" in first.reason
    assert retry([first.id], actor).queued == 1
    assert deliver(config) == Delivered(sent=1)
    assert len(server.accepted) == 8


def test_who_has_sent_nothing_notices_it_by_the_journal(
    actor: Actor, config: Config, server: FaultServer, db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service sends under its own data folder; the others have only seen the journal grow."""
    monkeypatch.setattr(journal_mark, "SETTLED_MS", 0)
    colleague, third = replace(config, home=tmp_path / "colleague"), replace(config, home=tmp_path / "third")
    queue(actor, config, 2)
    restore = backed_up(db, tmp_path)
    assert deliver(config) == Delivered(sent=2)
    assert high_water.behind(colleague) is None
    assert high_water.behind(third) is None
    restore()
    done = deliver(colleague)
    assert (done.sent, done.left) == (0, 2)
    assert "journal" in done.paused_because
    assert high_water.accept(colleague, actor, "vem") == Accepted(unknown=0, held=2)
    assert high_water.behind(colleague) is None
    assert high_water.behind(third) is None, "what one has accepted is accepted for those who know nothing more"
    assert high_water.behind(config) is not None, "but who has sent knows which messages left"
    assert high_water.accept(config, actor, "vem") == Accepted(unknown=2, held=0)
    assert len(server.accepted) == 2


def test_only_what_is_certainly_stored_is_a_mark(actor: Actor, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.write(actor.code, "test", "here")
    assert high_water.behind(config) is None
    assert not high_water.mark_path_of(config).exists(), "a young entry may be lost with the power"
    monkeypatch.setattr(journal_mark, "SETTLED_MS", 0)
    with database.atomic() as transaction:
        journal.write(actor.code, "test", "never")
        assert high_water.behind(config) is None
        transaction.rollback()
    assert high_water.behind(config) is None
    seen = journal_mark.read(high_water.mark_path_of(config))
    assert seen is not None
    assert run("SELECT record FROM journal_entry WHERE hash = ?", (seen.hash,)).fetchone() == ("here",)
    high_water.mark_path_of(config).write_text("garbage")
    assert high_water.behind(config) is None


def test_a_run_leaves_a_mark(
    sqlite_actor: Actor, config: Config, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_mark, "SETTLED_MS", 0)
    queue(sqlite_actor, config, 1)
    deliver(config)
    seen = journal_mark.read(high_water.mark_path_of(config))
    assert seen is not None
    assert run("SELECT verb FROM journal_entry WHERE id = ?", (seen.id,)).fetchone() == ("sent",)


@pytest.mark.parametrize("answer", ["451 4.3.0 later", "552 5.3.4 too big"])
def test_a_deleted_message_is_no_older_database(actor: Actor, config: Config, server: FaultServer, answer: str) -> None:
    ids = NoticeFilter(ids=tuple(queue(actor, config, 1)))
    server.acts["dot"] = reply(answer)
    deliver(config)
    unlock(ids, "x", actor)
    delete_notices(ids, actor)
    assert high_water.behind(config) is None
    run("UPDATE deleted_delivery SET attempts = attempts - 1")
    assert high_water.behind(config) is not None, "a database that knows an earlier try only is an older one"
