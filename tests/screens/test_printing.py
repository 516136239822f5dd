"""Izpis and Izvoz, with keys only: files, a printer, what is marked, lists."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from pypdf import PdfReader

from opomini_tui.models.parties import Operator
from tests.screens.conftest import Opened, run_app
from tests.screens.working import go_to, said, settle, state_of, typed, until_shown

pytestmark = pytest.mark.journeys


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder, in which files are proposed."""
    folder = tmp_path / "user"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    return folder


async def test_the_notice_under_the_cursor_as_a_file_is_not_marked_as_posted(company: Opened, home: Path) -> None:
    async with run_app(company) as pilot:
        await go_to(pilot, 233)
        await pilot.press("f5")
        await settle(pilot)
        assert "1 notice is chosen; with a letter (issued): 1." in said(pilot)
        await pilot.press("f9")
        await until_shown(pilot, "1 notice was printed.")
    pages = PdfReader(home / "opomini-2012.pdf").pages
    assert "2012-233" in pages[0].extract_text()
    assert state_of(233) == "issued"


async def test_the_printer_gets_the_job_and_letters_count_as_posted(
    company: Opened, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "lp"
    program.write_text(
        f'#!/bin/sh\nprintf "%s " "$@" > {tmp_path}/job\nfor last; do :; done\ncp "$last" {tmp_path}/job.pdf\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    Operator.update(printer="pisarna", copies=2, tray="Tray2").execute()
    async with run_app(company) as pilot:
        await go_to(pilot, 233)
        await pilot.press("f5")
        await settle(pilot)
        text = said(pilot)
        assert "pisarna" in text
        assert "Tray2" in text
        await pilot.press("f9")
        await until_shown(pilot, "The printer took the job.")
    job = (tmp_path / "job").read_text()
    assert "-d pisarna" in job
    assert "-n 2" in job
    assert "InputSlot=Tray2" in job
    assert len(PdfReader(tmp_path / "job.pdf").pages) == 1
    assert state_of(233) == "sent", "by post"


async def test_bounds_count_for_the_filter_and_prepared_ones_are_named(company: Opened, home: Path) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f5", "down")
        await settle(pilot)
        await pilot.press("down", "enter")
        await settle(pilot)
        await until_shown(pilot, "206 notices are chosen; with a letter (issued): 175.")
        await pilot.press("tab", "tab")
        await typed(pilot, "0000003")
        await pilot.press("tab")
        await typed(pilot, "0000003")
        await until_shown(pilot, "4 notices are chosen; with a letter (issued): 3.")
        await pilot.press("f9")
        await until_shown(pilot, "3 notices were printed.")
        assert "2012/276: it is only prepared" in said(pilot)


async def test_the_list_of_notices_is_a_file(company: Opened, home: Path) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f5", "down")
        await settle(pilot)
        await pilot.press("down", "down", "enter")
        await settle(pilot)
        await pilot.press("f9")
        await until_shown(pilot, "206 notices were printed.")
    assert "60" in PdfReader(home / "opomini-2012.pdf").pages[0].extract_text()


async def test_a_folder_that_is_not_there_is_said_and_the_form_stays(company: Opened, home: Path) -> None:
    home.rmdir()
    async with run_app(company) as pilot:
        await go_to(pilot, 233)
        await pilot.press("f5")
        await settle(pilot)
        await pilot.press("f9")
        await until_shown(pilot, "cannot be written")
        await pilot.press("escape")
        await settle(pilot)
        assert "Where to" in said(pilot)


async def test_export_writes_the_whole_filter(company: Opened, home: Path) -> None:
    async with run_app(company) as pilot:
        await pilot.press("x")
        await settle(pilot)
        await pilot.press("down", "enter")
        await settle(pilot)
        await pilot.press("f9")
        await until_shown(pilot, "206 lines were written.")
    with (home / "opomini.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.reader(file, delimiter=";"))) == 207


async def test_export_opens_the_batch_form(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("x")
        await settle(pilot)
        await pilot.press("enter")
        await until_shown(pilot, "E-mail settings")


async def test_in_slovene(company: Opened) -> None:
    async with run_app(company, language="sl") as pilot:
        await pilot.press("f5")
        await settle(pilot)
        text = said(pilot)
        for label in ("Izpis", "Za leto", "Stranka", "Datum opomina", "Paket", "Kam", "Označi kot poslane po pošti"):
            assert label in text, label
        await pilot.press("escape", "x")
        await settle(pilot)
        for label in ("Izvoz", "E-pošiljanje opominov", "CSV", "XLSX", "Knjiženje stroškov opomina", "tožbo"):
            assert label in said(pilot), label
