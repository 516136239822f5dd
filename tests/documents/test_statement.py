"""The statement of open items: what is owed on a day, per currency, and the part that comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import Destination

from opomini_tui.documents.frame import LEFT, RIGHT
from opomini_tui.documents.sheet import PAGE_HEIGHT
from opomini_tui.documents.statement import StatementLine, currencies_of
from opomini_tui.documents.statement_job import customers_within, known_until, print_statements
from opomini_tui.documents.statement_pages import statement_sheets
from opomini_tui.documents.statement_slip import HEIGHT as SLIP_HEIGHT
from opomini_tui.documents.wording import LETTER_LANGUAGES
from opomini_tui.errors import NotAllowed, NothingToDo, OpominiError
from opomini_tui.models.actor import Actor
from opomini_tui.models.journal import JournalEntry
from opomini_tui.models.notice_filter import Span
from opomini_tui.models.parties import Operator
from opomini_tui.models.receivables import LedgerImport
from opomini_tui.text.formats import parse_money
from tests.documents.paper_samples import drawn, statement
from tests.documents.samples import DAY
from tests.ledger_rows import add_customer, add_item

TODAY = date(2012, 10, 1)


def pages_of(content: bytes) -> list[str]:
    """The text of every page."""
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


@pytest.mark.parametrize("count", [1, 5, 6, 20, 80, 500])
def test_every_item_and_sum_is_printed_and_the_slip_is_whole_on_the_last_page(count: int) -> None:
    made = statement(count)
    pages = pages_of(drawn(made))
    (group,) = made.currencies
    assert [f"Stran {number} od {len(pages)}" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)
    for line in group.lines:
        row = f"{line.document} {line.document_date:%d.%m.%Y} {line.due_date:%d.%m.%Y}"
        assert sum(row in page for page in pages) == 1
    last = ("Potrditev stanja", "Stanja ne potrjujemo. Razlog:", "Žig in podpis", "SKUPAJ ODPRTO", "v 8 dneh")
    for words in last:
        assert [words in page for page in pages] == [False] * (len(pages) - 1) + [True]
    total = made.money(group.total)
    assert f"SKUPAJ ODPRTO {total} EUR" in pages[-1]
    assert pages[-1].count(f"{total} EUR") == 2
    assert f"Zapadlo {made.money(group.overdue(DAY))}" in pages[-1]
    assert f"Nezapadlo {made.money(group.total - group.overdue(DAY))}" in pages[-1]


def test_sums_are_carried_from_page_to_page() -> None:
    made = statement(200)
    pages = pages_of(drawn(made))
    assert len(pages) > 3
    opens = [line.open_amount for line in made.currencies[0].lines]
    for before, after in pairwise(pages):
        carried = re.findall(r"Prenos ([\d.,]+) ([\d.,]+)", before)[-1]
        assert carried == re.findall(r"Prenos ([\d.,]+) ([\d.,]+)", after)[0]
        first = int(re.search(r"^(\d+) R-2025", after, re.M)[1])  # type: ignore[index]  # every page has rows
        assert parse_money(carried[1]) == sum(opens[: first - 1])


def test_days_late_and_credit_notes() -> None:
    rows = [
        ("EUR", StatementLine("R-1", date(2026, 1, 1), DAY - timedelta(3), Decimal("100.00"), Decimal("80.00"))),
        ("EUR", StatementLine("R-2", date(2026, 1, 1), DAY, Decimal("50.00"), Decimal("50.00"))),
        ("EUR", StatementLine("D-1", date(2026, 1, 1), DAY - timedelta(9), Decimal("-30.00"), Decimal("-30.00"))),
    ]
    made = replace(statement(1), currencies=currencies_of(rows))
    (page,) = pages_of(drawn(made))
    day = f"{DAY - timedelta(3):%d.%m.%Y}"
    assert f"R-1 01.01.2026 {day} 3 100,00 80,00" in page
    assert f"D-1 01.01.2026 {DAY - timedelta(9):%d.%m.%Y} -30,00 -30,00" in page
    assert f"R-2 01.01.2026 {DAY:%d.%m.%Y} 50,00 50,00" in page
    assert "Zapadlo 50,00" in page
    assert "Nezapadlo 50,00" in page
    assert "SKUPAJ ODPRTO 100,00 EUR" in page


@pytest.mark.parametrize("currencies", [("EUR", "USD"), ("EUR", "CHF", "USD")])
def test_each_currency_has_its_table_and_its_sums(currencies: tuple[str, ...]) -> None:
    made = statement(3, *reversed(currencies))
    assert [group.currency for group in made.currencies] == list(currencies)
    said = "\n".join(pages_of(drawn(made)))
    total = made.money(made.currencies[0].total)
    for currency in currencies:
        beside, in_table = f"SKUPAJ ODPRTO {total} {currency}", f"{currency} {total} 0,00 {total} {currency}"
        assert (beside if len(currencies) == 2 else in_table) in said
        assert re.search(rf"Odprto\s{currency}", said)


@pytest.mark.parametrize("items", [1, 4, 9])
@pytest.mark.parametrize("count", [2, 3, 7, 12, 14])
def test_many_currencies_stand_clear_of_the_part_that_comes_back(count: int, items: int) -> None:
    names = ["EUR", *(f"{letter}{letter}Y" for letter in "ABCDFGHIJKLMNOPQRST")][:count]
    made = statement(items, *names)
    last = statement_sheets(made)[-1]
    cut = PAGE_HEIGHT - SLIP_HEIGHT
    lines = sorted({round(y, 2) for _x, y, _text, _style in last.texts})
    above = [y for y in lines if y < cut]
    assert above[-1] == pytest.approx(cut - 2.6), "the foot stands right above the cut"
    assert above[-2] < cut - 5.8
    assert min(y for y in lines if y > cut) > cut + 5.0
    state = max(
        y for _x, y, text, _style in last.texts if text.startswith("625,14") or (f"{names[-1]}" in text and y > cut)
    )
    assert state < cut + 36.5, "the sums stand above the boxes"
    said = pages_of(drawn(made))[-1]
    assert all(name in said for name in names)


@pytest.mark.parametrize("count", range(55, 130, 5))
def test_the_last_of_many_pages_is_about_as_full_as_the_one_before(count: int) -> None:
    rows = [
        sum(text.startswith("R-2025") for _x, _y, text, _style in sheet.texts)
        for sheet in statement_sheets(statement(count))
    ]
    assert sum(rows) == count
    assert len(rows) > 2
    assert rows[-1] >= 9
    assert rows[-1] <= rows[-2] + 1


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("sl", "Davčna številka"),
        ("en", "Tax number"),
        ("de", "Steuernummer"),
        ("it", "Codice fiscale"),
        ("hr", "OIB"),
    ],
)
def test_a_natural_person_has_a_tax_number(language: str, name: str) -> None:
    made = statement(2, language=language)
    (company,) = pages_of(drawn(made))
    (person,) = pages_of(drawn(replace(made, recipient=replace(made.recipient, is_person=True))))
    number = made.recipient.tax_id
    assert f"{name} {number}" in person
    assert f"{name} {number}" not in company


def test_the_part_that_comes_back_from_abroad_names_both_countries() -> None:
    made = statement(2, language="de")
    abroad = replace(made, recipient=replace(made.recipient, country="AT"))
    (page,) = pages_of(drawn(abroad))
    slip = page[page.index("Saldenbestätigung") :]
    assert f"{made.recipient.name}, AVSTRIJA" in slip
    assert "1000 Ljubljana, Slowenien" in slip
    (home,) = pages_of(drawn(made))
    assert "Slowenien" not in home


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sl", ("IZPISEK ODPRTIH POSTAVK na dan 24.11.2026", "Potrjujemo, da je")),
        ("en", ("STATEMENT OF OPEN ITEMS as at 24 November 2026", "We confirm that")),
        ("de", ("AUFSTELLUNG DER OFFENEN POSTEN zum 24.11.2026", "Wir bestätigen, dass")),
        ("it", ("ESTRATTO DELLE PARTITE APERTE al 24/11/2026", "Confermiamo che")),
        ("hr", ("IZVOD OTVORENIH STAVKI na dan 24. 11. 2026.", "Potvrđujemo da je")),
        ("fr", ("STATEMENT OF OPEN ITEMS as at 24 November 2026", "We confirm that")),
    ],
)
def test_it_speaks_the_customers_language(language: str, words: Sequence[str]) -> None:
    content = drawn(statement(4, language=language))
    (page,) = pages_of(content)
    assert all(each in page for each in words)
    assert "{" not in page


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_nothing_stands_outside_the_margins(language: str) -> None:
    (sheet,) = statement_sheets(statement(5, language=language))
    assert min(x for x, _y, _text, _style in sheet.texts) > LEFT - 0.01
    assert max(x + style.width(text) for x, _y, text, style in sheet.texts) < RIGHT + 0.01


@given(st.lists(st.tuples(st.integers(-(10**7), 10**7), st.sampled_from(["EUR", "USD"])), min_size=1, max_size=40))
def test_overdue_and_not_due_are_the_whole(amounts: list[tuple[int, str]]) -> None:
    rows = [
        (currency, StatementLine(f"R-{n}", DAY, DAY + timedelta(n % 7 - 3), Decimal(cents) / 100, Decimal(cents) / 100))
        for n, (cents, currency) in enumerate(amounts)
    ]
    groups = currencies_of(rows)
    assert sum(len(group.lines) for group in groups) == len(rows)
    for group in groups:
        late = sum(line.open_amount for line in group.lines if line.due_date < DAY)
        assert group.overdue(DAY) == late
        assert group.total == sum(Decimal(cents) / 100 for cents, currency in amounts if currency == group.currency)


def test_the_same_statement_gives_the_same_bytes() -> None:
    assert drawn(statement(30), statement(2)) == drawn(statement(30), statement(2))
    assert len(statement_sheets(statement(8))) == 1


@pytest.fixture
def owing(sqlite_actor: Actor) -> Actor:
    """Customers 1 and 3 owe, 2 owes nothing any more, 4 is German and owes in two currencies."""
    for code in ("0000001", "0000002", "0000003"):
        add_item(add_customer(code), f"R-{code}", date(2012, 9, 1), "0.00" if code == "0000002" else "120.00")
    german = add_customer("0000004", "Müller GmbH", language="de", country="DE")
    add_item(german, "R-4", date(2012, 9, 1), "75.00")
    add_item(german, "R-5", date(2012, 10, 5), "25.00", currency="USD")
    add_item(german, "R-6", date(2012, 12, 24), "99.00")  # written on 24 November: not known on that day
    return sqlite_actor


def read_snapshot(day: date) -> None:
    """As if the open items of a day had been imported."""
    LedgerImport.create(
        kind="open_items", file_name="x.csv", sha256="", as_of=day, rows=0, added=0, changed=0, closed=0,
        operator_code="006", at=0,
    )  # fmt: skip


def test_many_customers_in_one_file_with_a_bookmark_for_each(owing: Actor, tmp_path: Path) -> None:
    read_snapshot(date(2012, 9, 26))
    path = tmp_path / "iop.pdf"
    done = print_statements(customers_within(Span()), owing, today=TODAY, output=path)
    assert (done.count, done.pages, done.as_of, done.path) == (3, 3, date(2012, 9, 26), path)
    assert done.skipped == ("0000002 Kupec 0000002: nothing is open.",)
    reader = PdfReader(path)
    assert [str(entry.title)[:7] for entry in reader.outline if isinstance(entry, Destination)] == [
        "0000001",
        "0000003",
        "0000004",
    ]
    texts = [page.extract_text() for page in reader.pages]
    assert "na dan 26.09.2012" in texts[0]
    assert "AUFSTELLUNG" in texts[2]
    assert "75,00 EUR · 25,00 USD" in texts[2]
    assert "R-6" not in texts[2]
    entries = [(row.record, json.loads(row.details)) for row in JournalEntry.select() if row.verb == "statement"]
    assert [record for record, _details in entries] == ["customer 0000001", "customer 0000003", "customer 0000004"]
    assert entries[2][1] == {"date": "2012-09-26", "open": "75.00 EUR, 25.00 USD", "where": str(path)}


def test_the_day_must_be_one_whose_figures_are_known(owing: Actor, tmp_path: Path) -> None:
    ids = customers_within(Span("0000001", "0000001"))
    assert known_until(TODAY) == TODAY
    read_snapshot(date(2012, 9, 26))
    assert known_until(TODAY) == date(2012, 9, 26)
    for day, why in ((date(2012, 9, 25), "what was paid since"), (TODAY + timedelta(1), "in the future")):
        with pytest.raises(OpominiError, match=why):
            print_statements(ids, owing, today=TODAY, as_of=day, output=tmp_path / "iop.pdf")
    print_statements(ids, owing, today=TODAY, as_of=date(2012, 9, 30), output=tmp_path / "iop.pdf")
    assert "R-0000001 02.08.2012 01.09.2012 29 120,00 120,00" in pages_of((tmp_path / "iop.pdf").read_bytes())[0]


def test_nothing_open_makes_no_file(owing: Actor, tmp_path: Path) -> None:
    for codes in (Span("0000002", "0000002"), Span("9", "99")):
        with pytest.raises(NothingToDo):
            print_statements(customers_within(codes), owing, today=TODAY, output=tmp_path / "iop.pdf")
    assert not list(tmp_path.glob("*.pdf"))


def test_a_file_that_cannot_be_written_leaves_no_entry(owing: Actor, tmp_path: Path) -> None:
    with pytest.raises(OpominiError, match="cannot be written"):
        print_statements(customers_within(Span()), owing, today=TODAY, output=tmp_path / "missing" / "iop.pdf")
    assert not JournalEntry.select().where(JournalEntry.verb == "statement").exists()


def test_who_only_looks_prints_none(owing: Actor, tmp_path: Path) -> None:
    Operator.update(role="view").execute()
    viewer = Actor.of(Operator.get())
    with pytest.raises(NotAllowed):
        print_statements(customers_within(Span()), viewer, today=TODAY, output=tmp_path / "iop.pdf")


def test_to_a_printer(owing: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "lp"
    program.write_text(f'#!/bin/sh\nfor last; do :; done\ncp "$last" {tmp_path}/job.pdf\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert print_statements(customers_within(Span()), owing, today=TODAY, printer="office", copies=2).path is None
    assert len(PdfReader(tmp_path / "job.pdf").pages) == 3
