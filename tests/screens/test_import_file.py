"""Uvoz by keys: the three kinds of files, a bad one, one whose columns must be named, the same again, an older one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from opomini_tui.ledger.mapping import remembered_mapping
from opomini_tui.models.database import run
from opomini_tui.models.parties import Contact, Customer
from opomini_tui.models.receivables import LedgerImport, OpenItem
from opomini_tui.screens.ask import ConfirmScreen
from opomini_tui.screens.import_file import ImportScreen, ReviewScreen
from opomini_tui.screens.import_mapping import MappingScreen
from opomini_tui.screens.listed import ReasonsScreen
from opomini_tui.screens.outcome import OutcomeScreen
from tests.screens.conftest import Opened, run_app, settle, shown
from tests.screens.working import guard_over, said, until

pytestmark = pytest.mark.journeys

HEADER = "sifra_stranke;dokument;datum;zapadlost;znesek;odprto"


def snapshot(folder: Path, *lines: str, name: str = "odprte_2012-10-01.csv", header: str = HEADER) -> Path:
    """A file with these lines."""
    path = folder / name
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


def items_as_lines() -> list[str]:
    """What is open now, as lines of a snapshot."""
    rows = run(
        "SELECT code, document, document_date, due_date, amount, open_amount FROM open_item "
        "JOIN customer ON customer.id = customer_id WHERE closed_on IS NULL ORDER BY open_item.id"
    ).fetchall()
    return [f"{c};{d};{on};{due};{a / 100:.2f};{o / 100:.2f}".replace(".", ",") for c, d, on, due, a, o in rows]


async def choose(pilot: Pilot[int], path: Path) -> ImportScreen:
    """Open the form with its key and put the path into its field."""
    await pilot.press("i")
    await settle(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, ImportScreen)
    await put(pilot, screen, path)
    return screen


async def put(pilot: Pilot[int], screen: ImportScreen, path: Path) -> None:
    """Put another path into the field and wait for the look at it."""
    screen.field("path").query_one(Input).value = str(path)
    await until(pilot, lambda: screen._look is not None and screen._look.typed == str(path))
    await until(pilot, lambda: screen._look is not None and screen._look.kind == screen._kind)


async def until_on(pilot: Pilot[int], kind: type[Any]) -> None:
    """Wait for a screen of that class."""
    await until(pilot, lambda: isinstance(pilot.app.screen, kind))


async def confirm(pilot: Pilot[int]) -> None:
    """F9 after the time in which a confirmation takes no key."""
    await guard_over(pilot)
    await pilot.press("f9")


async def import_it(pilot: Pilot[int]) -> str:
    """F9, read what will happen, F9; what was said before."""
    await pilot.press("f9")
    await until_on(pilot, ReviewScreen)
    before = said(pilot)
    await confirm(pilot)
    await until_on(pilot, OutcomeScreen)
    return before


async def test_a_snapshot_says_first_what_it_changes_and_then_does_it(company: Opened, tmp_path: Path) -> None:
    lines = items_as_lines()
    code = lines[0].split(";")[0]
    kept = [line for line in lines if line != lines[1]]
    kept[0] = kept[0].rpartition(";")[0] + ";0,05"
    path = snapshot(tmp_path, *kept, f"{code};[b]2012-NEW[/b];2012-09-01;2012-09-15;100,00;80,00")
    async with run_app(company) as pilot:
        screen = await choose(pilot, path)
        assert screen.field("as_of").read() == date(2012, 10, 1)
        review = await import_it(pilot)
        for words in ("Added 1", "Changed 1", "Closed, no longer open in the ledger 1", f"Unchanged {len(kept) - 1}"):
            assert words in review
        assert OpenItem.get(OpenItem.document == "[b]2012-NEW[/b]").open_amount * 100 == 8000
        assert "This was done" in said(pilot)
        await pilot.press("escape")
        await pilot.press("f9")
        await settle(pilot)
        assert "There is no such file" in said(pilot)
    closed = OpenItem.get(OpenItem.document == lines[1].split(";")[1])
    assert (closed.closed_on, str(closed.open_amount)) == (date(2012, 10, 1), "0.00")
    assert LedgerImport.select().where(LedgerImport.as_of == date(2012, 10, 1)).count() == 1


async def test_leaving_the_review_changes_nothing(company: Opened, tmp_path: Path) -> None:
    path = snapshot(tmp_path, *items_as_lines()[:5])
    before = items_as_lines()
    async with run_app(company) as pilot:
        await choose(pilot, path)
        await pilot.press("f9")
        await until_on(pilot, ReviewScreen)
        await guard_over(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ImportScreen)
    assert items_as_lines() == before


async def test_the_same_file_again_has_nothing_new(company: Opened, tmp_path: Path) -> None:
    path = snapshot(tmp_path, *items_as_lines())
    async with run_app(company) as pilot:
        await choose(pilot, path)
        await pilot.press("f9")
        await until_on(pilot, OutcomeScreen)
        assert "There is nothing new in the file" in said(pilot)


async def test_customers_are_imported_and_a_wrong_address_is_told(company: Opened, tmp_path: Path) -> None:
    path = tmp_path / "stranke.csv"
    path.write_text(
        "sifra;naziv;kraj;vrsta;e_posta\nX1;[bold]Čebela[/bold];Žalec;podjetje;narobe@\n", encoding="cp1250"
    )
    async with run_app(company) as pilot:
        screen = await choose(pilot, path)
        assert screen._kind == "customers"
        assert not screen.query_one("#field-as-of").display
        assert "[bold]Čebela[/bold]" in shown(pilot)
        review = await import_it(pilot)
        assert "narobe@" in review
    row = Customer.get(Customer.code == "X1")
    assert (row.name, row.city, row.name_fold) == ("[bold]Čebela[/bold]", "Žalec", "[bold]cebela[/bold]")


async def test_contacts_are_imported(company: Opened, tmp_path: Path) -> None:
    customer = Customer.select().order_by(Customer.code).first()
    path = tmp_path / "stiki.csv"
    path.write_text(f"sifra_stranke;stik;ime;e_posta\n{customer.code};NOV;Ana;ana@nov.example\n", encoding="utf-8")
    async with run_app(company) as pilot:
        await choose(pilot, path)
        await import_it(pilot)
    contact = Contact.get((Contact.customer == customer) & (Contact.type_code == "NOV"))
    assert (contact.name, contact.email) == ("Ana", "ana@nov.example")


async def test_bad_lines_are_listed_searched_and_nothing_is_changed(company: Opened, tmp_path: Path) -> None:
    lines = items_as_lines()
    code = lines[0].split(";")[0]
    path = snapshot(
        tmp_path, *lines, "9999999;D-1;2012-09-01;2012-09-15;10;10", f"{code};D-2;[x];2012-09-15;1,00;deset"
    )
    async with run_app(company) as pilot:
        await choose(pilot, path)
        await pilot.press("f9")
        await until_on(pilot, ReasonsScreen)
        text = shown(pilot)
        assert "datum" in text
        assert "[x]" in text
        assert f"{len(lines) + 3}" in text
        assert "deset" in text
        await pilot.press("slash", *"deset", "enter")
        await settle(pilot)
        assert "[x]" not in shown(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ImportScreen)
    assert items_as_lines() == lines
    assert LedgerImport.select().where(LedgerImport.file_name == path.name).count() == 0


async def test_wrong_values_of_the_first_rows_are_told_before(company: Opened, tmp_path: Path) -> None:
    code = items_as_lines()[0].split(";")[0]
    path = snapshot(tmp_path, f"{code};D-2;never;2012-09-15;1,00;1,00")
    async with run_app(company) as pilot:
        await choose(pilot, path)
        assert "1 value in them is wrong" in said(pilot)
        await pilot.press("f2")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ReasonsScreen)
        assert "never" in shown(pilot)


async def test_columns_that_are_not_found_are_chosen_and_remembered(company: Opened, tmp_path: Path) -> None:
    lines = items_as_lines()
    header = "sifra_stranke;dokument;datum;kdaj;koliko;odprto"
    changed = [lines[0].rpartition(";")[0] + ";0,07", *lines[1:]]
    path = snapshot(tmp_path, *changed, header=header)
    async with run_app(company) as pilot:
        await choose(pilot, path)
        assert "Due date, Amount" in said(pilot)
        await pilot.press("f9")
        await until_on(pilot, MappingScreen)
        await pilot.press("f9")
        await settle(pilot)
        assert "This column is needed" in said(pilot)
        assert isinstance(pilot.app.screen, MappingScreen)
        mapping: Any = pilot.app.screen
        mapping.field("due_date").write("3")
        mapping.field("amount").write("3")
        await pilot.press("f9")
        await settle(pilot)
        assert "chosen for Due date already" in said(pilot)
        await pilot.press("enter", "down", "enter")  # the select that has the focus: the next column
        await settle(pilot)
        await pilot.press("f9")
        await until_on(pilot, ImportScreen)
        await until(pilot, lambda: "6 columns are recognised" in said(pilot))
        assert "Changed 1" in await import_it(pilot)
    assert remembered_mapping("open_items")["koliko"] == "amount"
    assert OpenItem.get(OpenItem.document == lines[0].split(";")[1]).open_amount * 100 == 7


async def test_an_older_snapshot_needs_a_second_confirmation(company: Opened, tmp_path: Path) -> None:
    lines = items_as_lines()
    LedgerImport.create(
        kind="open_items",
        file_name="last.csv",
        sha256="",
        as_of=date(2012, 9, 26),
        rows=1,
        added=0,
        changed=0,
        closed=0,
        operator_code="006",
        at=1,
    )
    path = snapshot(tmp_path, *lines[:-1], name="odprte_2012-09-20.csv")
    async with run_app(company) as pilot:
        await choose(pilot, path)
        await pilot.press("f9")
        await until_on(pilot, ConfirmScreen)
        assert not isinstance(pilot.app.screen, ReviewScreen)
        assert "it would open again what was paid since" in said(pilot)
        await confirm(pilot)
        await until_on(pilot, ReviewScreen)
        assert items_as_lines() == lines
        await confirm(pilot)
        await until_on(pilot, OutcomeScreen)
    assert items_as_lines() == lines[:-1]


async def test_the_day_typed_counts_and_a_wrong_one_is_said_at_the_field(company: Opened, tmp_path: Path) -> None:
    path = snapshot(tmp_path, *items_as_lines()[:-1], name="odprte.csv")
    async with run_app(company) as pilot:
        screen = await choose(pilot, path)
        field: Any = screen.field("as_of")
        assert field.read() == date(2012, 10, 1)  # today, as the name has no day
        field.focus_control()
        await pilot.press(*"99.99.", "f9")
        await settle(pilot)
        assert "A date is expected here" in said(pilot)
        field.focus_control()
        await pilot.press("home", "shift+end", "delete", *"28.9.2012")
        await import_it(pilot)
    assert OpenItem.select().where(OpenItem.closed_on == date(2012, 9, 28)).count() == 1


async def test_a_file_is_chosen_from_the_list_with_arrows_and_folders_are_entered(
    company: Opened, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    (folder / "sub [x]").mkdir(parents=True)
    path = snapshot(folder / "sub [x]", *items_as_lines()[:3])
    (folder / "notes.pdf").write_text("no table")
    async with run_app(company) as pilot:
        screen = await choose(pilot, folder)
        assert "sub [x]/" in shown(pilot)
        assert "notes.pdf" not in shown(pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: "odprte_2012-10-01.csv" in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "columns are recognised" in said(pilot))
        assert screen._typed == str(path)
        await pilot.press("f9")
        await until_on(pilot, ReviewScreen)


async def test_a_file_that_is_no_table_is_told(company: Opened, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("")
    async with run_app(company) as pilot:
        await choose(pilot, path)
        assert "empty.csv is empty" in said(pilot)
        await pilot.press("f9")
        await settle(pilot)
        assert LedgerImport.select().where(LedgerImport.file_name == "empty.csv").count() == 0


async def test_buttons_are_visible_at_80x24(company: Opened, tmp_path: Path) -> None:
    path = snapshot(tmp_path, *items_as_lines())
    async with run_app(company, language="sl") as pilot:
        await choose(pilot, path)
        lines = shown(pilot).splitlines()
        assert "F9" in lines[21] or "F9" in lines[20] or "F9" in lines[22]
