"""Backup and copy: every row arrives, numbers go on, the journal's chain holds, a full target is refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from opomini_tui.config import Config
from opomini_tui.errors import NotAllowed, OpominiError
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import bulk_insert, connect, database, open_database, run
from opomini_tui.models.notices import Document, Notice, NoticeItem, Packet
from opomini_tui.models.parties import Contact, Customer, Operator
from opomini_tui.models.receivables import OpenItem
from opomini_tui.setup.backup import backup
from opomini_tui.setup.copy_database import copy_database, tables_in_order


def fill() -> None:
    customer = Customer(code="0000001", no_dunning=True, no_dunning_until=date(2012, 8, 17))
    customer.rename("Čučkova žaga d.o.o.")
    customer.save()
    Contact.create(customer=customer, type_code="OPOM", email="a@stranka.example")
    Document.create(sha256="x", content=bytes(range(256)), media_type="application/pdf", at=1)
    columns = ("customer_id", "document", "document_date", "due_date", "amount", "open_amount")
    rows = [(customer.id, f"R{n}", "2012-01-01", "2012-01-31", n, n) for n in range(2_500)]
    bulk_insert("open_item", columns, rows)
    fill_notice(customer)
    journal.write("006", "import", "open_items", {"name": "čšž"})


def fill_notice(customer: Customer) -> None:
    """A notice whose items lie in another order than their open items."""
    day = date(2012, 8, 17)
    packet = Packet.create(year=2012, number=1, date=day, kind="graded", notices=1, operator_code="006", at=1)
    money = {"amount": 3, "average_per_day": 1, "cost": 0, "interest": 0, "compensation": 0, "total": 3}
    names = {"customer_code": customer.code, "customer_name": customer.name, "name_sort": "a", "name_fold": "a"}
    notice = Notice.create(
        year=2012,
        number=100,
        date=day,
        customer=customer,
        level=1,
        days_late=1,
        deadline=day,
        packet=packet,
        packet_number=1,
        item_count=3,
        **names,
        **money,
    )
    for place, item in enumerate(OpenItem.select().order_by(OpenItem.id.desc()).limit(3), 1):
        NoticeItem.create(
            notice=notice,
            open_item=item,
            position=place,
            document=item.document,
            document_date=day,
            due_date=day,
            amount=1,
            open_amount=1,
            days_late=1,
            level=1,
            interest=0,
            previous_level=0,
        )


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_copy_to_either_kind_and_work_goes_on_there(actor: Actor, kind: str, request: pytest.FixtureRequest) -> None:
    fill()
    make: Callable[[], str] = request.getfixturevalue(f"new_{kind}")
    url = make()
    copied = copy_database(url, actor)
    assert (copied.rows["open_item"], copied.rows["document"], copied.rows["operator"]) == (2_500, 1, 1)
    assert copied.rows["notice_item"] == 3
    with pytest.raises(OpominiError, match="already holds data"):
        copy_database(url, actor)
    source = database.obj
    target = open_database(url)
    try:
        assert journal.check_chain().broken_at is None
        assert journal.check_chain().entries == 1
        assert bytes(Document.get().content) == bytes(range(256))
        customer = Customer.get()
        assert (customer.no_dunning, customer.no_dunning_until) == (True, date(2012, 8, 17))
        new = OpenItem.create(
            customer=customer,
            document="new",
            document_date=date(2012, 1, 1),
            due_date=date(2012, 1, 2),
            amount=1,
            open_amount=1,
        )
        assert new.id == 2_501
    finally:
        target.close()
        database.initialize(source)
    assert "copy database" in {verb for (verb,) in run("SELECT verb FROM journal_entry").fetchall()}


def test_a_failing_copy_leaves_the_target_empty(
    sqlite_actor: Actor, new_sqlite: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill()
    url = new_sqlite()
    target = connect(url)
    target.execute_sql("CREATE TRIGGER spoil AFTER INSERT ON contact BEGIN UPDATE contact SET email = 'x'; END")
    target.close()
    with pytest.raises(OpominiError, match="table contact, row 1"):
        copy_database(url, sqlite_actor)
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as left:
        assert left.execute("SELECT COUNT(*) FROM customer").fetchone() == (0,)


def test_parents_come_before_children(db: str) -> None:
    order = tables_in_order(database.obj)
    assert len(order) >= 20
    assert order.index("customer") < order.index("contact") < len(order)
    assert order.index("packet") < order.index("notice") < order.index("notice_item")
    assert order.index("document") < order.index("delivery")


def test_backup_is_one_checked_file_that_opens(actor: Actor, config: Config, tmp_path: Path) -> None:
    fill()
    folder = tmp_path / "backups"
    folder.mkdir()
    made = backup(folder / "copy.db", config, actor)
    assert made.size == made.path.stat().st_size
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in folder.iterdir()] == ["copy.db"]
    with closing(sqlite3.connect(made.path)) as copy:
        assert copy.execute("SELECT COUNT(*) FROM open_item").fetchone() == (2_500,)
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    with pytest.raises(OpominiError, match="exists"):
        backup(made.path, config, actor)
    assert backup(made.path, config, actor, force=True).rows == made.rows + 1  # the journal's entry of the first


def test_backup_into_a_missing_folder_leaves_nothing(sqlite_actor: Actor, config: Config, tmp_path: Path) -> None:
    with pytest.raises(OpominiError, match="cannot be written"):
        backup(tmp_path / "missing" / "copy.db", config, sqlite_actor)
    assert run("SELECT COUNT(*) FROM journal_entry").fetchone()[0] == 0


def test_a_clerk_may_not_back_up(sqlite_actor: Actor, config: Config, tmp_path: Path) -> None:
    clerk = Actor.of(Operator.create(code="3", name="Referent", role="clerk"))
    with pytest.raises(NotAllowed):
        backup(tmp_path / "copy.db", config, clerk)
    assert not (tmp_path / "copy.db").exists()
