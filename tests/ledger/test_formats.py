"""The same table in every form that a ledger exports gives the same items; what is no table is refused in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opomini_tui.errors import OpominiError
from opomini_tui.ledger import BadFile, import_customers, import_open_items
from opomini_tui.ledger.columns import OPEN_ITEMS, find_columns
from opomini_tui.ledger.problems import Problems
from opomini_tui.ledger.readers import readers_of
from opomini_tui.ledger.records import Fields, read_records
from opomini_tui.ledger.sniff import encoding_of
from opomini_tui.ledger.table import open_table
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.parties import Customer
from opomini_tui.text.formats import format_cents
from tests.ledger.files import CUSTOMERS, ITEMS, Row, text_of, with_cells, write_csv, write_xlsx

DAY = date(2012, 8, 17)
POINT = with_cells(
    ITEMS, {(2, 4): "3,008.89", (2, 5): "1008.89", (3, 4): "500", (3, 5): "500", (4, 4): "-120.50", (4, 5): "-120.5"}
)
ENGLISH = [
    ["Customer Code", "DOCUMENT", "document_date", "Due date", "Amount", "open amount", "Currency", "Reference"],
    *ITEMS[1:],
]
SLOVENE = [
    ["Šifra stranke", "Št. dokumenta", "Datum", "ZAPADLOST", " znesek ", "Odprto", "Valuta", "Sklic"],
    *ITEMS[1:],
]


@pytest.fixture
def sqlite_clerk(sqlite_actor: Actor, tmp_path: Path) -> Actor:
    """The operator of an SQLite database that has the customers of `files.CUSTOMERS`."""
    import_customers(write_csv(tmp_path / "known_customers.csv", CUSTOMERS), sqlite_actor)
    return sqlite_actor


def items() -> list[tuple[object, ...]]:
    """The open items without their ids."""
    rows: list[tuple[object, ...]] = run(
        """SELECT customer.code, document, CAST(document_date AS TEXT), CAST(due_date AS TEXT), amount, open_amount,
            currency, reference FROM open_item JOIN customer ON customer.id = customer_id ORDER BY document"""
    ).fetchall()
    return rows


EXPECTED = [
    ("0000001", "2012-1", "2012-07-09", "2012-08-08", 300_889, 100_889, "EUR", "SI00 1-1"),
    ("0000001", "2012-2", "2012-07-09", "2012-08-08", 50_000, 50_000, "EUR", "SI00 1-2"),
    ("0000002", "2012-3", "2012-07-09", "2012-08-08", -12_050, -12_050, "EUR", "SI00 2-3"),
]


@pytest.mark.parametrize(
    ("rows", "separator", "encoding", "end"),
    [
        (ITEMS, ";", "utf-8", "\r\n"),
        (ITEMS, ";", "utf-8-sig", "\n"),
        (ITEMS, "\t", "utf-8", "\r\n"),
        (ITEMS, ",", "utf-8", "\n"),
        (POINT, ",", "utf-8-sig", "\r\n"),
        (POINT, ";", "utf-8", "\r"),
        (ITEMS, "\t", "utf-16", "\r\n"),
        (ENGLISH, ";", "utf-8", "\n"),
        (SLOVENE, ";", "utf-8", "\n"),
        (SLOVENE, ";", "cp1250", "\r\n"),
    ],
)
def test_csv_in_every_form(
    sqlite_clerk: Actor, tmp_path: Path, rows: list[Row], separator: str, encoding: str, end: str
) -> None:
    import_open_items(write_csv(tmp_path / "a.csv", rows, separator, encoding, end), sqlite_clerk, as_of=DAY)
    assert items() == EXPECTED


def test_blank_lines_quotes_and_the_separator_line_of_excel(sqlite_clerk: Actor, tmp_path: Path) -> None:
    lines = text_of(ITEMS, ";", "\n").replace("2012-2", '"2012-2"').splitlines()
    text = "\n".join(["sep=;", "", lines[0], "", ";;;;;;;", *lines[1:], "", ""])
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    import_open_items(tmp_path / "a.csv", sqlite_clerk, as_of=DAY)
    assert items() == EXPECTED
    (tmp_path / "b.csv").write_text(text.replace("3.008,89", "x"), encoding="utf-8")
    with pytest.raises(BadFile) as caught:
        import_open_items(tmp_path / "b.csv", sqlite_clerk, as_of=DAY)
    assert [problem.line for problem in caught.value.problems] == [6]


def test_a_workbook_with_numbers_and_dates_as_cells(sqlite_clerk: Actor, tmp_path: Path) -> None:
    rows = [
        ITEMS[0],
        (1, "2012-1", datetime(2012, 7, 9), date(2012, 8, 8), 3008.89, 1008.8900000000001, "EUR", "SI00 1-1"),
        ("0000001", "2012-2", "9.7.2012", 41129, 500, "500,00", None, "SI00 1-2"),
        (None, None, None, None, None, None, None, None),
        ("0000002", "2012-3", date(2012, 7, 9), date(2012, 8, 8), -120.5, Decimal("-120.50"), "EUR", "SI00 2-3"),
    ]
    import_open_items(write_xlsx(tmp_path / "a.xlsx", rows, {"A2": "0000000"}), sqlite_clerk, as_of=DAY)
    assert items() == EXPECTED
    with pytest.raises(BadFile) as caught:
        import_open_items(write_xlsx(tmp_path / "b.xlsx", with_cells(rows, {(5, 4): 1.005})), sqlite_clerk, as_of=DAY)
    found = [(problem.line, problem.column, problem.value) for problem in caught.value.problems]
    assert found == [(2, "sifra_stranke", "1"), (5, "znesek", "1.005")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "iso8859_2", "cp852", "utf-16"])
def test_letters_in_every_encoding(sqlite_actor: Actor, tmp_path: Path, encoding: str) -> None:
    import_customers(write_csv(tmp_path / "a.csv", CUSTOMERS, encoding=encoding), sqlite_actor)
    stored = [(customer.name, customer.street) for customer in Customer.select().order_by(Customer.code)]
    assert stored == [(row[1], row[2]) for row in CUSTOMERS[1:]]


@pytest.mark.parametrize("text", ["Šiška", "žaga", "Čuk", "Ćosić", "Müller"])
def test_one_name_tells_the_encoding(tmp_path: Path, text: str) -> None:
    for encoding in ("cp1250", "iso8859_2", "cp852"):
        (tmp_path / encoding).write_bytes(f"sifra;naziv\n1;{text}\n".encode(encoding))
        assert text.encode(encoding_of(tmp_path / encoding)) == text.encode(encoding)


def test_damaged_utf8_is_not_taken_for_another_encoding(sqlite_actor: Actor, tmp_path: Path) -> None:
    content = text_of(CUSTOMERS).encode().replace("Đ".encode(), b"\xc4")
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(OpominiError, match="damaged"):
        import_customers(tmp_path / "a.csv", sqlite_actor)
    assert Customer.select().count() == 0


def _nothing(path: Path) -> None:
    """No file at all."""


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (_nothing, "There is no file"),
        (lambda path: path.mkdir(), "cannot be read"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.write_bytes(b"\n\n"), "is empty"),
        (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "old Excel workbook"),
        (lambda path: path.write_bytes(b"PK\x03\x04 not a workbook"), "not a workbook"),
        (lambda path: path.write_bytes(b"sifra;naziv\n1;\xe8\x9a\x9e\x81\n"), "cannot be read as windows-1250"),
        (lambda path: path.write_bytes(b"a;b\n1;2\n"), r"sifra \(code\), naziv \(name\).*a, b"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(
    sqlite_actor: Actor, tmp_path: Path, make: Callable[[Path], object], sentence: str
) -> None:
    make(tmp_path / "a.csv")
    with pytest.raises(OpominiError, match=sentence):
        import_customers(tmp_path / "a.csv", sqlite_actor)
    assert Customer.select().count() == 0


SAMPLES = st.lists(
    st.tuples(
        st.text("0123456789ABCŠž-/ ", min_size=1, max_size=12).filter(lambda text: text == text.strip() != ""),
        st.dates(date(1990, 1, 1), date(2100, 1, 1)),
        st.integers(-(10**11), 10**11),
    ),
    min_size=1,
    max_size=5,
)
FORMS = st.sampled_from(
    [(";", "utf-8", "sl"), (",", "cp1250", "sl"), ("\t", "utf-8-sig", "en"), (",", "utf-16", "en"), ("", "xlsx", "")]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(sample=SAMPLES, form=FORMS)
def test_whatever_is_written_is_read_back(
    tmp_path: Path, sample: list[tuple[str, date, int]], form: tuple[str, str, str]
) -> None:
    separator, encoding, language = form
    header = ["Šifra stranke", "dokument", "datum", "zapadlost", "znesek", "odprto"]
    rows: list[Row] = [header]
    for text, day, cents in sample:
        written: list[object] = [day, day, Decimal(cents).scaleb(-2), Decimal(cents).scaleb(-2)]
        if language:
            written = [f"{day:%d.%m.%Y}", day.isoformat(), format_cents(cents, language), format_cents(cents, language)]
        rows.append(["1", text, *written])
    path = tmp_path / "file"
    if language:
        write_csv(path, rows, separator, encoding)
    else:
        write_xlsx(path, rows)
    table = open_table(path)
    places = find_columns(OPEN_ITEMS, table.headers())
    problems = Problems()
    fields = Fields(table.headers(), places, readers_of("open_items", table, places))
    records = [record[1:] for record in read_records(table.records(), fields, problems)]
    assert problems.found == []
    assert records == [("1", text, day.isoformat(), day.isoformat(), cents, cents) for text, day, cents in sample]
