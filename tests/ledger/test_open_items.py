"""Snapshots of open items: what is added, changed, closed, opened again; what is refused changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from opomini_tui.errors import NotAllowed, OpominiError
from opomini_tui.ledger import BadFile, Imported, import_contacts, import_customers, import_open_items
from opomini_tui.ledger.open_items import day_in_name
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, run
from opomini_tui.models.journal import JournalEntry, check_chain
from opomini_tui.models.receivables import LedgerImport, OpenItem
from tests.conftest import REFERENCE, RUNS
from tests.ledger.files import ITEMS, with_cells, write_csv

DAY = date(2012, 8, 17)


def everything() -> list[tuple[object, ...]]:
    """All that an import of open items can change."""
    tables = ("open_item", "ledger_import", "setting", "journal_entry")
    return [row for table in tables for row in run(f"SELECT * FROM {table} ORDER BY id").fetchall()]


def counts(result: Imported) -> tuple[int, int, int, int, int]:
    return result.rows, result.added, result.changed, result.closed, result.unchanged


def test_the_four_snapshots_of_the_reference(actor: Actor) -> None:
    assert counts(import_customers(REFERENCE / "customers.csv", actor))[:3] == (94, 94, 0)
    contacts = import_contacts(REFERENCE / "contacts.csv", actor)
    assert (contacts.added, contacts.rows) == (124, 124)
    results = [import_open_items(REFERENCE / f"open_items_{day}.csv", actor) for day in RUNS]
    assert [result.as_of for result in results] == list(RUNS)
    assert [counts(result) for result in results] == [
        (252, 252, 0, 0, 0),
        (123, 0, 0, 129, 123),
        (119, 0, 0, 4, 119),
        (89, 0, 0, 30, 89),
    ]
    assert not any(result.already_known for result in results)
    assert [len(result.warnings) for result in results] == [0, 1, 0, 0]  # the second closes more than half
    assert OpenItem.select().where(OpenItem.closed_on.is_null()).count() == 89
    assert OpenItem.select().where(OpenItem.open_amount != Decimal(0)).count() == 89
    assert LedgerImport.select().count() == 6
    entries = list(JournalEntry.select().order_by(JournalEntry.id))
    assert [entry.record for entry in entries[2:]] == [f"open items {day}" for day in RUNS]
    assert json.loads(entries[3].details)["closed"] == 129
    assert check_chain().broken_at is None


def test_values_of_the_items(clerk: Actor, tmp_path: Path) -> None:
    import_open_items(write_csv(tmp_path / "a.csv", ITEMS), clerk, as_of=DAY)
    items = list(OpenItem.select().order_by(OpenItem.document))
    assert [(item.customer.code, item.amount, item.open_amount) for item in items] == [
        ("0000001", Decimal("3008.89"), Decimal("1008.89")),
        ("0000001", Decimal("500.00"), Decimal("500.00")),
        ("0000002", Decimal("-120.50"), Decimal("-120.50")),
    ]
    assert {item.document_date for item in items} == {date(2012, 7, 9)}
    assert {item.due_date for item in items} == {date(2012, 8, 8)}
    assert (items[0].currency, items[0].reference) == ("EUR", "SI00 1-1")


def test_the_same_file_again_changes_nothing_and_says_so(clerk: Actor, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ITEMS)
    assert not import_open_items(path, clerk, as_of=DAY).already_known
    before = everything()
    again = import_open_items(path, clerk, as_of=DAY)
    assert again.already_known
    assert counts(again) == (3, 0, 0, 0, 3)
    assert everything() == before


def test_a_new_day_without_news_is_on_record(clerk: Actor, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ITEMS)
    import_open_items(path, clerk, as_of=DAY)
    assert import_open_items(path, clerk, as_of=date(2012, 8, 20)).already_known
    with pytest.raises(OpominiError, match=r"17\.08\.2012.*20\.08\.2012"):
        import_open_items(path, clerk, as_of=DAY)


def test_what_is_missing_is_closed_and_opening_again_keeps_the_level(clerk: Actor, tmp_path: Path) -> None:
    import_open_items(write_csv(tmp_path / "1.csv", ITEMS), clerk, as_of=DAY)
    run("UPDATE open_item SET level = 2, last_notice_date = '2012-08-17', hold = 'disputed' WHERE document = '2012-1'")
    second = import_open_items(write_csv(tmp_path / "2.csv", [ITEMS[0], *ITEMS[2:]]), clerk, as_of=date(2012, 8, 20))
    assert counts(second) == (2, 0, 0, 1, 2)
    item = OpenItem.get(OpenItem.document == "2012-1")
    assert (item.open_amount, item.closed_on, item.level) == (Decimal(0), date(2012, 8, 20), 2)
    third = import_open_items(
        write_csv(tmp_path / "3.csv", with_cells(ITEMS, {(2, 5): "8,89"})), clerk, as_of=date(2012, 8, 21)
    )
    assert counts(third) == (3, 0, 1, 0, 2)
    item = OpenItem.get(OpenItem.document == "2012-1")
    assert (item.open_amount, item.closed_on, item.level, item.hold) == (Decimal("8.89"), None, 2, "disputed")
    assert item.last_notice_date == DAY


def test_columns_that_the_file_lacks_stay_as_they_are(clerk: Actor, tmp_path: Path) -> None:
    import_open_items(write_csv(tmp_path / "1.csv", with_cells(ITEMS, {(2, 6): "CHF"})), clerk, as_of=DAY)
    import_open_items(write_csv(tmp_path / "2.csv", [row[:6] for row in ITEMS]), clerk, as_of=DAY)
    item = OpenItem.get(OpenItem.document == "2012-1")
    assert (item.currency, item.reference) == ("CHF", "SI00 1-1")


def test_an_older_snapshot_is_refused_unless_it_is_meant(clerk: Actor, tmp_path: Path) -> None:
    import_open_items(write_csv(tmp_path / "1.csv", ITEMS), clerk, as_of=date(2012, 8, 31))
    older = write_csv(tmp_path / "2.csv", ITEMS[:3])
    before = everything()
    with pytest.raises(OpominiError, match=r"17\.08\.2012"):
        import_open_items(older, clerk, as_of=DAY)
    assert everything() == before
    assert import_open_items(older, clerk, as_of=DAY, allow_older=True).closed == 1


def test_the_day_of_a_snapshot() -> None:
    assert day_in_name("open_items_2012-08-17.csv") == DAY
    assert day_in_name("OP20120817.xlsx") == DAY
    assert day_in_name("odprte postavke 17.8.2012.csv") == DAY
    assert day_in_name("odprte_99999999_2012-02-31.csv") is None


def test_every_bad_line_is_named_and_nothing_changes(clerk: Actor, tmp_path: Path) -> None:
    import_open_items(write_csv(tmp_path / "1.csv", ITEMS), clerk, as_of=DAY)
    before = everything()
    rows = with_cells([*ITEMS, ITEMS[1]], {(2, 4): "3.008,8x", (3, 3): "31.02.2012", (4, 0): "2", (3, 1): ""})
    rows.insert(1, [])
    with pytest.raises(BadFile) as caught:
        import_open_items(write_csv(tmp_path / "2.csv", rows), clerk, as_of=date(2012, 8, 20))
    found = [(problem.line, problem.column, problem.value) for problem in caught.value.problems]
    assert found == [
        (3, "znesek", "3.008,8x"),
        (4, "dokument", ""),
        (4, "zapadlost", "31.02.2012"),
        (5, "sifra_stranke", "2"),
        (6, "dokument", "0000001 2012-1"),
    ]
    expected = [problem.expected for problem in caught.value.problems]
    assert "1.234,56" in expected[0]
    assert "0000002" in expected[3]
    assert "line 3" in expected[4]
    assert caught.value.problems[0].sentence().startswith("Line 3, column znesek: 3.008,8x – expected an amount")
    assert everything() == before


def test_at_most_100_problems_are_told(clerk: Actor, tmp_path: Path) -> None:
    rows = [ITEMS[0], *[("0000001", str(n), "x", "08.08.2012", "1,00", "1,00", "EUR", "") for n in range(150)]]
    with pytest.raises(BadFile) as caught:
        import_open_items(write_csv(tmp_path / "a.csv", rows), clerk, as_of=DAY)
    assert [problem.line for problem in caught.value.problems] == list(range(2, 102))
    assert "100 values or more" in str(caught.value)
    assert OpenItem.select().count() == 0


def test_lines_that_are_too_long_or_too_short(clerk: Actor, tmp_path: Path) -> None:
    good = [ITEMS[0], [*ITEMS[1], "", ""], ITEMS[2][:6], ["", " "]]
    assert import_open_items(write_csv(tmp_path / "1.csv", good), clerk, as_of=DAY).rows == 2
    with pytest.raises(BadFile) as caught:
        import_open_items(write_csv(tmp_path / "2.csv", [ITEMS[0], [*ITEMS[1], "7"], ITEMS[2][:5]]), clerk, as_of=DAY)
    assert [(p.line, p.column, p.value) for p in caught.value.problems] == [(2, "", "7"), (3, "odprto", "")]


def test_an_open_quotation_mark_never_swallows_lines(clerk: Actor, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    lines = [";".join(str(cell) for cell in row) for row in ITEMS]
    lines[1] = lines[1].replace("SI00 1-1", '"SI00 1-1')
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(OpominiError, match="line 2"):
        import_open_items(path, clerk, as_of=DAY)
    assert OpenItem.select().count() == 0


def test_open_amounts_that_do_not_fit_are_taken_with_a_warning(clerk: Actor, tmp_path: Path) -> None:
    rows = with_cells(ITEMS, {(3, 5): "500,01", (4, 5): "1,00"})
    result = import_open_items(write_csv(tmp_path / "a.csv", rows), clerk, as_of=DAY)
    assert result.added == 3
    assert len(result.warnings) == 1
    assert result.warnings[0].startswith("2 open amounts")
    assert "(lines 3, 4)" in result.warnings[0]


def test_a_snapshot_without_lines_closes_everything_only_when_that_is_meant(clerk: Actor, tmp_path: Path) -> None:
    import_open_items(write_csv(tmp_path / "1.csv", ITEMS), clerk, as_of=DAY)
    before, empty = everything(), write_csv(tmp_path / "2.csv", ITEMS[:1])
    with pytest.raises(OpominiError, match="no lines"):
        import_open_items(empty, clerk, as_of=date(2012, 8, 20))
    assert everything() == before
    result = import_open_items(empty, clerk, as_of=date(2012, 8, 20), allow_empty=True)
    assert (result.rows, result.closed) == (0, 3)


def test_a_dry_run_counts_and_changes_nothing(clerk: Actor, tmp_path: Path) -> None:
    import_open_items(write_csv(tmp_path / "1.csv", ITEMS), clerk, as_of=DAY)
    before = everything()
    rows = [*with_cells(ITEMS, {(2, 5): "1,00"})[:3], ("0000002", "9", "1.8.2012", "2.8.2012", "5,00", "5,00", "", "")]
    path = write_csv(tmp_path / "2.csv", rows)
    dry = import_open_items(path, clerk, as_of=DAY, dry_run=True, mapping={"znesek": "amount"})
    assert counts(dry) == (3, 1, 1, 1, 1)
    assert everything() == before
    assert import_open_items(path, clerk, as_of=DAY, mapping={"znesek": "amount"}) == dry


def test_amounts_that_stay_ambiguous_are_refused(clerk: Actor, tmp_path: Path) -> None:
    ambiguous = with_cells(ITEMS[:3], {(2, 4): "1.234", (2, 5): "1.234", (3, 4): "500", (3, 5): "500"})
    with pytest.raises(BadFile) as caught:
        import_open_items(write_csv(tmp_path / "1.csv", ambiguous), clerk, as_of=DAY)
    assert [(p.line, p.column) for p in caught.value.problems] == [(2, "znesek"), (2, "odprto")]
    clear = [*ambiguous, ("0000002", "9", "1.8.2012", "2.8.2012", "5,5", "5", "", "")]
    import_open_items(write_csv(tmp_path / "2.csv", clear), clerk, as_of=DAY)
    assert OpenItem.get(OpenItem.document == "2012-1").amount == Decimal("1234.00")


def test_who_may_only_look_may_not_import(clerk: Actor, tmp_path: Path) -> None:
    viewer = Actor(clerk.id, clerk.code, clerk.name, "view", "sl")
    path = write_csv(tmp_path / "a.csv", ITEMS)
    verbs: list[Callable[[Path, Actor], Imported]] = [import_open_items, import_customers, import_contacts]
    for verb in verbs:
        with pytest.raises(NotAllowed):
            verb(path, viewer)
    assert OpenItem.select().count() == 0


def test_two_who_import_the_same_file_at_once(clerk: Actor, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", ITEMS)

    def take_in(_number: int) -> Imported:
        with database.obj.connection_context():
            return import_open_items(path, clerk, as_of=DAY)

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(take_in, range(2)))
    assert sorted(result.added for result in results) == [0, 3]
    assert sorted(result.already_known for result in results) == [False, True]
    assert LedgerImport.select().where(LedgerImport.kind == "open_items").count() == 1
