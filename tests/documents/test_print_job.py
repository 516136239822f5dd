"""Printing gives what was issued, as one file or to the printer; lists are exported safely."""

from __future__ import annotations

import csv
import stat
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from opomini_tui.documents.export import export_costs, export_lawsuit, export_list
from opomini_tui.documents.issue import issue
from opomini_tui.documents.print_job import print_notices
from opomini_tui.dunning.prepare import prepare
from opomini_tui.errors import NothingToDo, OpominiError
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, Span
from opomini_tui.models.notices import Document, Notice
from opomini_tui.models.parties import Customer
from opomini_tui.models.settings import Template
from tests.ledger_rows import add_customer, add_item


@pytest.fixture
def issued(sqlite_actor: Actor) -> Actor:
    """Three issued notices (100–102) and a prepared one (103)."""
    for code in ("0000001", "0000002", "0000003", "0000004"):
        add_item(add_customer(code, f"=SUM({code})"), f"R-{code}", date(2012, 6, 1), "120.00")
    prepare(date(2012, 8, 17), sqlite_actor)
    issue(NoticeFilter(number=Span(100, 102)), sqlite_actor)
    return sqlite_actor


def test_one_file_with_a_bookmark_for_each_notice(issued: Actor, tmp_path: Path) -> None:
    done = print_notices(NoticeFilter(), issued, output=tmp_path / "all.pdf")
    assert (done.count, done.pages) == (3, 3)
    assert len(done.skipped) == 1
    assert "2012/103" in done.skipped[0]
    reader = PdfReader(tmp_path / "all.pdf")
    assert len(reader.outline) == 3
    assert ["2012-101" in page.extract_text() for page in reader.pages] == [False, True, False]
    assert Notice.get(Notice.number == 100).printed_at is not None
    assert Notice.get(Notice.number == 100).state == "issued"


def test_what_was_issued_is_printed_even_when_the_address_changed_since(issued: Actor, tmp_path: Path) -> None:
    Customer.update(street="Nova pot 7").where(Customer.code == "0000002").execute()
    print_notices(NoticeFilter(), issued, output=tmp_path / "all.pdf")
    pages = [page.extract_text() for page in PdfReader(tmp_path / "all.pdf").pages]
    assert len(pages) == 3
    assert not any("Nova pot 7" in text for text in pages)


def test_posted_notices_count_as_sent(issued: Actor, tmp_path: Path) -> None:
    print_notices(NoticeFilter(number=Span(100, 100)), issued, output=tmp_path / "one.pdf", posted=True)
    assert {row.number: row.state for row in Notice.select()} == {
        100: "sent",
        101: "issued",
        102: "issued",
        103: "prepared",
    }


def test_what_somebody_unlocks_meanwhile_is_not_marked(issued: Actor, tmp_path: Path) -> None:
    def unlocked(*_told: object) -> None:
        run("UPDATE notice SET state = 'prepared' WHERE number = 101")

    print_notices(NoticeFilter(), issued, output=tmp_path / "all.pdf", posted=True, progress=unlocked)
    marked = {row.number: row.printed_at is not None and row.posted_at is not None for row in Notice.select()}
    assert marked == {100: True, 101: False, 102: True, 103: False}


def test_a_file_that_cannot_be_written_marks_nothing(issued: Actor, tmp_path: Path) -> None:
    with pytest.raises(OpominiError, match="cannot be written"):
        print_notices(NoticeFilter(), issued, output=tmp_path / "missing" / "all.pdf", posted=True)
    assert Notice.select().where(Notice.state == "sent").count() == 0


def test_printer_gets_the_job_at_its_own_size(issued: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "lp"
    program.write_text(
        f'#!/bin/sh\nprintf "%s " "$@" > {tmp_path}/said\nfor last; do :; done\ncp "$last" {tmp_path}/job.pdf\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    print_notices(NoticeFilter(), issued, printer="office", copies=2, tray="Tray2")
    said = (tmp_path / "said").read_text()
    for option in ("-n 2", "-d office", "InputSlot=Tray2", "print-scaling=none", "media=A4"):
        assert option in said
    assert len(PdfReader(tmp_path / "job.pdf").pages) == 3


def test_a_printer_that_refuses_marks_nothing(issued: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "lp"
    program.write_text('#!/bin/sh\necho "lp: no such printer" >&2\nexit 1\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(OpominiError, match="no such printer"):
        print_notices(NoticeFilter(), issued, printer="x", posted=True)
    assert Notice.select().where(Notice.state == "sent").count() == 0


def test_csv_and_xlsx_hold_every_row_and_no_formula(issued: Actor, tmp_path: Path) -> None:
    assert export_list(NoticeFilter(), issued, tmp_path / "list.csv") == 4
    with (tmp_path / "list.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert rows[1][1:7] == ["100", "17.08.2012", "0000001", "'=SUM(0000001)", "1", "120,00"]
    assert export_list(NoticeFilter(), issued, tmp_path / "list.xlsx") == 4
    sheet = load_workbook(tmp_path / "list.xlsx").active
    assert sheet is not None
    assert sheet["G2"].value == 120
    assert (sheet["E2"].value, sheet["E2"].data_type) == ("=SUM(0000001)", "s")


def test_list_as_pdf(issued: Actor, tmp_path: Path) -> None:
    export_list(NoticeFilter(), issued, tmp_path / "list.pdf")
    text = PdfReader(tmp_path / "list.pdf").pages[0].extract_text()
    assert "2012/103" in text
    assert "480,00" in text


def test_cost_list_and_lawsuit_list(issued: Actor, tmp_path: Path) -> None:
    assert export_costs(NoticeFilter(), issued, tmp_path / "costs.csv") == 3
    with pytest.raises(NothingToDo):
        export_lawsuit(NoticeFilter(), issued, tmp_path / "lawsuit.csv")
    run("UPDATE notice SET before_lawsuit = ? WHERE number = 100", (True,))
    assert export_lawsuit(NoticeFilter(), issued, tmp_path / "lawsuit.csv") == 1
    assert "R-0000001" in (tmp_path / "lawsuit.csv").read_text("utf-8-sig")


def test_unknown_ending_is_refused(issued: Actor, tmp_path: Path) -> None:
    with pytest.raises(OpominiError, match=r"\.csv or \.xlsx"):
        export_list(NoticeFilter(), issued, tmp_path / "list.doc")
    assert not list(tmp_path.glob("list*"))


def test_a_text_that_is_broken_today_does_not_stop_what_was_issued(issued: Actor, tmp_path: Path) -> None:
    Template.create(level=1, language="sl", customer_kind="company", part="above", content="{?obresti} brez konca")
    assert print_notices(NoticeFilter(), issued, output=tmp_path / "all.pdf").count == 3
    assert len(PdfReader(tmp_path / "all.pdf").pages) == 3


def marked(path: Path) -> list[bool]:
    """For each page, whether it bears the mark of a copy."""
    return ["KOPIJA" in page.extract_text() for page in PdfReader(path).pages]


def test_what_was_printed_before_is_marked_as_a_copy(issued: Actor, tmp_path: Path) -> None:
    path = tmp_path / "all.pdf"
    one = NoticeFilter(number=Span(101, 101))
    print_notices(one, issued, output=path)
    assert marked(path) == [False]
    stored = bytes(Document.get_by_id(Notice.get(Notice.number == 101).document_id).content)
    assert path.read_bytes() == stored
    print_notices(NoticeFilter(), issued, output=path)
    assert marked(path) == [False, True, False]
    print_notices(one, issued, output=path)
    assert marked(path) == [True]
    print_notices(NoticeFilter(), issued, output=path, copy_mark=False)
    assert marked(path) == [False] * 3
    assert bytes(Document.get_by_id(Notice.get(Notice.number == 101).document_id).content) == stored


def test_a_stored_letter_is_marked_too_in_the_language_it_was_written_in(issued: Actor, tmp_path: Path) -> None:
    print_notices(NoticeFilter(), issued, output=tmp_path / "first.pdf")
    Customer.update(street="Nova pot 7", language="en").where(Customer.code == "0000002").execute()
    print_notices(NoticeFilter(), issued, output=tmp_path / "again.pdf")
    texts = [page.extract_text() for page in PdfReader(tmp_path / "again.pdf").pages]
    assert ["KOPIJA" in text for text in texts] == [True] * 3
    assert "1. OPOMIN" in texts[1]
    assert len(PdfReader(tmp_path / "again.pdf").outline) == 3
