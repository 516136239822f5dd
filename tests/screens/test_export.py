"""Izvoz, with keys only: every list of the menu as a file that is read back, and the refusal of what cannot be written."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook
from textual.pilot import Pilot

from opomini_tui.models.database import run
from tests.screens.conftest import Opened, run_app
from tests.screens.working import go_to, said, settle, until_shown


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder, in which files are proposed."""
    folder = tmp_path / "user"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    return folder


async def choose(pilot: Pilot[int], entry: int) -> None:
    """Open the menu and take its entry (0 is the first), with the file name that is proposed."""
    await pilot.press("x")
    await settle(pilot)
    await pilot.press(*["down"] * entry, "enter")
    await settle(pilot)
    await pilot.press("f9")


def rows(path: Path) -> list[list[str]]:
    """The lines of a CSV file, without its headings."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))[1:]


async def test_a_workbook_of_the_ticked_notices_has_real_numbers(company: Opened, home: Path) -> None:
    async with run_app(company) as pilot:
        for number in (233, 235):
            await go_to(pilot, number)
            await pilot.press("space")
        await choose(pilot, 2)
        await until_shown(pilot, "2 lines were written.")
    sheet = load_workbook(home / "opomini.xlsx").active
    assert sheet is not None
    lines = list(sheet.iter_rows(min_row=2, values_only=True))
    assert sorted(int(str(line[1])) for line in lines) == [233, 235]
    assert float(str(lines[0][6])) == 5450.60


async def test_the_costs_are_those_of_issued_notices(company: Opened, home: Path) -> None:
    async with run_app(company) as pilot:
        await choose(pilot, 3)
        await until_shown(pilot, "175 lines were written.")
    lines = rows(home / "stroski-opominov.csv")
    assert len(lines) == 175, "the 31 prepared ones have cost nothing yet"
    assert {line[4] for line in lines} == {"2,00"}


async def test_the_list_for_the_lawsuit_has_the_open_receivables(company: Opened, home: Path) -> None:
    run("UPDATE notice SET before_lawsuit = TRUE WHERE year = 2012 AND number = 233")
    async with run_app(company) as pilot:
        await choose(pilot, 4)
        await until_shown(pilot, "3 lines were written.")
    assert {line[6] for line in rows(home / "tozba.csv")} == {"2011-00001", "2011-00002", "2011-00003"}


async def test_without_a_line_no_file_is_made(company: Opened, home: Path) -> None:
    async with run_app(company) as pilot:
        await choose(pilot, 4)
        await until_shown(pilot, "This cannot be done")
    assert list(home.iterdir()) == []


async def test_leaving_the_menu_writes_nothing(company: Opened, home: Path) -> None:
    async with run_app(company) as pilot:
        await pilot.press("x")
        await settle(pilot)
        await pilot.press("down", "enter")
        await settle(pilot)
        assert "opomini.csv" in said(pilot)
        await pilot.press("escape")
        await settle(pilot)
    assert list(home.iterdir()) == []
