"""Long verbs tell how far they are and of what came out how; stopped at any of these moments, they leave nothing half done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Event

import pytest

from opomini_tui.documents import export, statement_job
from opomini_tui.documents.export import export_costs, export_list, print_list
from opomini_tui.documents.issue import issue
from opomini_tui.documents.print_job import print_notices
from opomini_tui.documents.statement_job import print_statements
from opomini_tui.dunning import prepare as preparing
from opomini_tui.dunning import unlock as unlocking
from opomini_tui.dunning.prepare import prepare
from opomini_tui.dunning.unlock import delete_notices, unlock
from opomini_tui.errors import Stopped
from opomini_tui.ledger import BadFile, import_contacts, import_customers, import_open_items
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, Span
from opomini_tui.models.parties import Customer
from tests.bench.ledger_data import write_customers, write_open_items
from tests.ledger_rows import add_customer, add_item

DAY = date(2012, 8, 17)
ROWS = 2_000
TABLES = "customer contact contact_type open_item notice notice_item packet number_series journal_entry ledger_import".split()


@dataclass
class Watcher:
    """Follows a verb, and stops it when it has told so often."""

    stop_at: int = 0
    stop: Event = field(default_factory=Event)
    told: list[tuple[int, int, dict[str, int], str]] = field(default_factory=list)

    def __call__(self, done: int, total: int = 0, counts: Mapping[str, int] | None = None, note: str = "", /) -> None:
        self.told.append((done, total, dict(counts or {}), note))
        if len(self.told) == self.stop_at:
            self.stop.set()


def state() -> dict[str, list[tuple[object, ...]]]:
    """Everything that a verb could have changed."""
    return {table: run(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in TABLES}


def stopped_at_each_moment(verb: Callable[[Watcher], object]) -> Watcher:
    """Stop it after the first thing it tells, then after the second, until it runs through; how that was told."""
    before = state()
    for moment in range(1, 100):
        watcher = Watcher(moment)
        try:
            verb(watcher)
        except Stopped:
            assert state() == before
        else:
            assert moment > 1, "it was not stopped at all"
            assert state() != before
            return watcher
    raise AssertionError("it never runs through")


def unsettled(actor: Actor, customers: int = 4) -> None:
    """Customers with an item each that is to be dunned."""
    for number in range(customers):
        add_item(add_customer(f"{number:07}"), f"R-{number}", date(2012, 6, 1), "120.00")


def test_imports_tell_the_rows_and_are_stopped_as_if_never_begun(db: str, actor: Actor, tmp_path: Path) -> None:
    customers = write_customers(tmp_path / "customers.csv", ROWS // 2)
    told = stopped_at_each_moment(lambda w: import_customers(customers, actor, progress=w, stop=w.stop)).told
    assert [(done, total, counts) for done, total, counts, note in told if not note] == [
        (501, 1001, {"read": 500, "wrong": 0}),
        (1001, 1001, {"read": 1000, "wrong": 0}),
    ]
    assert told[-1][3] == "Storing …"
    items = write_open_items(tmp_path / "items.csv", ROWS)
    told = stopped_at_each_moment(lambda w: import_open_items(items, actor, as_of=DAY, progress=w, stop=w.stop)).told
    assert [counts["read"] for _done, _total, counts, note in told if not note] == [500, 1000, 1500, 2000]
    contacts = tmp_path / "contacts.csv"
    codes = [code for (code,) in run("SELECT code FROM customer ORDER BY code").fetchall()]
    lines = "\n".join(f"{code};NOVA;Ana;ana{code}@kupec.example" for code in codes)
    contacts.write_text(f"sifra_stranke;sifra_stika;naziv;e_posta\n{lines}\n", encoding="utf-8")
    told = stopped_at_each_moment(lambda w: import_contacts(contacts, actor, progress=w, stop=w.stop)).told
    assert told[-2][2] == {"read": 1000, "wrong": 0}
    assert run("SELECT COUNT(*) FROM contact WHERE type_code = 'NOVA'").fetchone()[0] == 1000


def test_wrong_values_are_counted_as_they_are_read(sqlite_actor: Actor, tmp_path: Path) -> None:
    path = write_customers(tmp_path / "customers.csv", 10)
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2] + ";too;wide"
    path.write_text("\n".join([first, *lines]) + "\n", encoding="utf-8")
    watcher = Watcher()
    with pytest.raises(BadFile):
        import_customers(path, sqlite_actor, progress=watcher)
    assert watcher.told[0][2] == {"read": 10, "wrong": 1}


def test_what_an_import_would_change_can_be_stopped_too(db: str, actor: Actor, tmp_path: Path) -> None:
    path, before = write_customers(tmp_path / "customers.csv", ROWS), state()
    watcher = Watcher(1)
    with pytest.raises(Stopped, match="nothing was changed"):
        import_customers(path, actor, dry_run=True, progress=watcher, stop=watcher.stop)
    assert state() == before
    assert len(watcher.told) == 1, "it stops at once"


def test_preparing_tells_the_levels_and_is_stopped_as_if_never_begun(
    db: str, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "TOLD", 2)
    monkeypatch.setattr(preparing, "CHUNK", 2)
    unsettled(actor)
    told = stopped_at_each_moment(lambda w: prepare(DAY, actor, progress=w, stop=w.stop)).told
    assert [entry[:3] for entry in told] == [(2, 0, {"level 1": 2, "left": 0}), (4, 0, {"level 1": 4, "left": 0})]
    packet, first, last = run("SELECT MAX(packet_number), MIN(number), MAX(number) FROM notice").fetchone()
    assert (packet, last - first) == (1, 3), "no number is lost by what was stopped"


def test_issuing_counts_what_is_issued_and_what_is_left_out(
    db: str, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opomini_tui.documents.issue.CHUNK", 2)
    unsettled(actor)
    prepare(DAY, actor)
    run("UPDATE open_item SET hold = 'disputed' WHERE document = 'R-1'")
    watcher = Watcher(1)
    done = issue(NoticeFilter(), actor, progress=watcher, stop=watcher.stop)
    assert (done.count, len(done.refused), done.stopped) == (1, 1, True)
    assert watcher.told == [(2, 4, {"issued": 1, "left out": 1}, "")]
    again = Watcher()
    assert issue(NoticeFilter(), actor, progress=again).count == 2
    assert again.told[-1] == (3, 3, {"issued": 2, "left out": 1}, "")


def test_unlocking_and_deleting_are_stopped_as_if_never_begun(
    db: str, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unlocking, "BATCH", 3)
    unsettled(actor)
    prepare(DAY, actor)
    issue(NoticeFilter(), actor)
    told = stopped_at_each_moment(lambda w: unlock(NoticeFilter(), "x", actor, progress=w, stop=w.stop)).told
    assert [entry[:2] for entry in told] == [(3, 4), (4, 4)]
    assert run("SELECT DISTINCT state FROM notice").fetchall() == [("prepared",)]
    told = stopped_at_each_moment(lambda w: delete_notices(NoticeFilter(), actor, progress=w, stop=w.stop)).told
    assert [entry[:2] for entry in told] == [(3, 4), (4, 4)]
    assert run("SELECT COUNT(*) FROM notice").fetchone()[0] == 0


@pytest.fixture
def issued(sqlite_actor: Actor) -> Actor:
    """Three issued notices and a prepared one."""
    unsettled(sqlite_actor)
    prepare(DAY, sqlite_actor)
    issue(NoticeFilter(number=Span(100, 102)), sqlite_actor)
    return sqlite_actor


def test_printing_is_stopped_before_anything_leaves_or_is_marked(issued: Actor, tmp_path: Path) -> None:
    path = tmp_path / "letters.pdf"

    def to_file(watcher: Watcher) -> None:
        assert not path.exists()
        print_notices(NoticeFilter(), issued, output=path, posted=True, progress=watcher, stop=watcher.stop)

    told = stopped_at_each_moment(to_file).told
    assert [entry[:3] for entry in told[:3]] == [(n, 3, {"drawn": n, "left out": 1}) for n in (1, 2, 3)]
    assert path.exists()
    assert run("SELECT COUNT(*) FROM notice WHERE state = 'sent'").fetchone()[0] == 3


def test_statements_are_stopped_before_anything_is_written(
    issued: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement_job, "TOLD", 1)
    ids, path = [row.id for row in Customer.select().order_by(Customer.code)], tmp_path / "statements.pdf"
    run("UPDATE open_item SET open_amount = 0 WHERE document = 'R-3'")

    def to_file(watcher: Watcher) -> None:
        assert not path.exists()
        print_statements(ids, issued, today=DAY, output=path, progress=watcher, stop=watcher.stop)

    told = stopped_at_each_moment(to_file).told
    assert told[-1][:3] == (4, 4, {"drawn": 3, "left out": 1})
    assert path.exists()


@pytest.mark.parametrize(("verb", "name"), [(export_list, "l.csv"), (export_list, "l.xlsx"), (export_costs, "c.csv")])
def test_lists_are_stopped_before_anything_is_written(
    issued: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: Callable[..., int], name: str
) -> None:
    monkeypatch.setattr(export, "TOLD", 1)
    path = tmp_path / name

    def to_file(watcher: Watcher) -> None:
        assert not path.exists()
        verb(NoticeFilter(), issued, path, progress=watcher, stop=watcher.stop)

    told = stopped_at_each_moment(to_file).told
    assert told[0][:2] == (1, 4)
    assert told[-1][3] == "Writing the file …"


def test_the_printed_list_is_stopped_before_it_is_written(issued: Actor, tmp_path: Path) -> None:
    path, watcher = tmp_path / "list.pdf", Watcher(1)
    with pytest.raises(Stopped):
        print_list(NoticeFilter(), issued, path, progress=watcher, stop=watcher.stop)
    assert not path.exists()
    assert watcher.told == [(4, 4, {}, "Drawing the pages …")]
    assert print_list(NoticeFilter(), issued, path) == 4
