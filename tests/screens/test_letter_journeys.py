"""With keys only: differences to the previous notice, opening the PDF, going through a batch, printing by one key."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from textual.pilot import Pilot

from opomini_tui.documents.letter import draw_letter
from opomini_tui.models.database import run
from opomini_tui.models.notices import Notice
from opomini_tui.models.parties import Operator
from opomini_tui.screens import key_order
from opomini_tui.screens.letter_differences import LetterDifferencesScreen, read_differences
from opomini_tui.screens.notices import NoticesScreen
from opomini_tui.screens.page_image import PageImageScreen
from opomini_tui.screens.quick_print import PrinterScreen
from tests.documents.samples import letter_of, lines
from tests.screens.conftest import Opened, run_app, shown
from tests.screens.conftest import said as told
from tests.screens.working import go_to, said, settle, state_of, typed, until, until_shown

pytestmark = pytest.mark.journeys


def toasts(pilot: Pilot[int]) -> str:
    """Everything that was said in toasts."""
    return " ".join(told(pilot))


@pytest.fixture
def printer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which a made-up `lp` writes each job: its arguments and its file, one number a job."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "lp"
    program.write_text(
        f'#!/bin/sh\ncd {tmp_path}\nn=$(ls job.* 2>/dev/null | wc -l)\nfor last; do :; done\ncp "$last" printed.$n.pdf\n'
        'printf "%s " "$@" > job.$n\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    return tmp_path


def use_printer() -> None:
    Operator.update(printer="pisarna", copies=2, tray="Tray2").execute()


# Differences


async def test_differences_to_the_previous_notice(company: Opened) -> None:
    async with run_app(company, (120, 40), language="sl") as pilot:
        await go_to(pilot, 191)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("d")
        await until_shown(pilot, "Primerjano z opominom 2012/100 z dne 17.08.2012")
        rows = shown(pilot).splitlines()
        assert any(line.startswith(" − ") and "2012-100" in line for line in rows)
        assert any(line.startswith(" + ") and "2012-191" in line for line in rows)
        assert any(line.startswith("   Spoštovani") for line in rows)
        await pilot.press("n", "n", "N", "y")
        await settle(pilot)
        assert "− 1. OPOMIN št. 2012-100" in pilot.app.clipboard
        assert "+ 2. OPOMIN št. 2012-191" in pilot.app.clipboard
        await pilot.press("escape")
        await until_shown(pilot, "Opomin 2012/191")


async def test_changes_are_gone_through_in_a_circle(company: Opened) -> None:
    async with run_app(company, (80, 24)) as pilot:
        await go_to(pilot, 191)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("d")
        await until_shown(pilot, "Compared with notice 2012/100")
        screen = pilot.app.screen
        assert isinstance(screen, LetterDifferencesScreen)
        tops = []
        for _press in range(4):
            await pilot.press("n")
            await settle(pilot)
            tops.append(screen.query_one("#differences-scroll").scroll_y)
        assert tops == sorted(tops)
        assert tops[1] > tops[0]


async def test_without_an_earlier_notice_a_sentence_says_so(company: Opened) -> None:
    async with run_app(company) as pilot:
        await go_to(pilot, 100)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("d")
        await until_shown(pilot, "This customer has no earlier notice that was issued")
        await pilot.press("n", "y", "d")
        await until_shown(pilot, "Notice 2012/100")


def test_a_draft_is_compared_with_the_last_issued_letter(company: Opened) -> None:
    draft = Notice.get(Notice.number == 275)
    found = read_differences(draft.id, 80)
    assert "2012/233 of 15.09.2012" in found.head
    assert found.changes()
    issued = Notice.get(Notice.number == 233)
    run("UPDATE notice SET state = 'prepared', document_id = NULL WHERE id = ?", (issued.id,))
    assert "2012/191" in read_differences(draft.id, 80).head, "a letter that was taken back does not count"


# Opening the PDF


async def test_the_letter_opens_in_the_operators_own_viewer(company: Opened, tmp_path: Path) -> None:
    viewer = tmp_path / "viewer"
    viewer.write_text(f'#!/bin/sh\ncp "$2" {tmp_path}/seen.part\nmv {tmp_path}/seen.part {tmp_path}/seen.pdf\n')
    viewer.chmod(0o755)
    config = replace(company.config, values={**company.config.values, "OPOMINI_VIEWER": f"{viewer} --new"})
    async with run_app(replace(company, config=config)) as pilot:
        await go_to(pilot, 233)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("v")
        await until(pilot, (tmp_path / "seen.pdf").exists)
        await until(pilot, lambda: "The letter is open in" in toasts(pilot))
    assert "2012-233" in PdfReader(tmp_path / "seen.pdf").pages[0].extract_text()


async def test_a_viewer_that_fails_is_said(company: Opened) -> None:
    config = replace(company.config, values={**company.config.values, "OPOMINI_VIEWER": "false"})
    async with run_app(replace(company, config=config)) as pilot:
        await go_to(pilot, 233)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("v")
        await until_shown(pilot, "The viewer false ended with error 1.")


async def test_over_ssh_the_place_of_the_file_is_said(company: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    async with run_app(company) as pilot:
        await go_to(pilot, 275)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("v")
        await until_shown(pilot, "There is no display here to open it on.")
        words = said(pilot).split()
        path = Path(next(word for word in words if word.endswith("opomin-2012-275.pdf")))
        assert "2012-275" in PdfReader(path).pages[0].extract_text()
        assert path.stat().st_mode & 0o077 == 0
        await pilot.press("enter")
        await until_shown(pilot, "Notice 2012/275")


async def test_pages_as_pictures_are_turned_by_keys(company: Opened) -> None:
    content = draw_letter(letter_of(lines(60)))
    async with run_app(company) as pilot:
        pilot.app.push_screen(PageImageScreen("Letter of notice 2026/414", content))
        await until_shown(pilot, "page 1 of ")
        await pilot.press("n")
        await until_shown(pilot, "page 2 of ")
        await pilot.press("N", "N")
        await until_shown(pilot, "page 1 of ")
        await pilot.press("v")
        await until_shown(pilot, "Dunning")


# The review of a batch


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_notice_of_a_batch_can_be_gone_through(company: Opened, size: tuple[int, int]) -> None:
    async with run_app(company, size) as pilot:
        await pilot.press("f8")
        await until_shown(pilot, "31 will go")
        assert "F7 Each notice" in said(pilot)
        await pilot.press("f7")
        await until_shown(pilot, "Review: notice 2012/233, 1 of 31")
        await until_shown(pilot, "racunovodstvo@stranka1.example")
        text = said(pilot)
        assert "Contact OPOM of the customer." in text, "why this address"
        assert "Subject 3. opomin št. 2012-233" in text
        await pilot.press("N", "n")
        await until_shown(pilot, "Review: notice 2012/234, 2 of 31")
        await pilot.press("end")
        await until_shown(pilot, "UPN QR")
        await pilot.press("y")
        await settle(pilot)
        assert "3. OPOMIN št. 2012-234" in pilot.app.clipboard
        await pilot.press("d")
        await until_shown(pilot, "Compared with notice 2012/192")
        await pilot.press("escape", "escape")
        await until_shown(pilot, "Send 31 notices")


async def test_the_review_shows_the_texts_typed_for_the_batch(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f8")
        await until_shown(pilot, "31 will go")
        await pilot.press("f3")
        await settle(pilot)
        await typed(pilot, "sef@podjetje.example")
        await pilot.press("tab")
        await typed(pilot, "Dolg {stevilka}")
        await pilot.press("f7")
        await until_shown(pilot, "Subject Dolg 2012-233")
        assert "CC sef@podjetje.example" in said(pilot)


async def test_a_batch_of_which_none_can_go_says_so(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f8", "tab")
        await typed(pilot, "9999999")
        await pilot.press("f7")
        await until_shown(pilot, "None of these notices can go; F2 in the batch form says why.")
        await pilot.press("n", "d", "v", "y", "escape")
        await until_shown(pilot, "For year")


# One key prints


async def test_one_key_prints_the_notice_under_the_cursor(company: Opened, printer: Path) -> None:
    use_printer()
    async with run_app(company) as pilot:
        await go_to(pilot, 233)
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "1 notice went to the printer pisarna" in toasts(pilot))
        job = (printer / "job.0").read_text()
        assert "-d pisarna" in job
        assert "-n 2" in job
        assert "InputSlot=Tray2" in job
        assert "print-scaling=none" in job
        assert "media=A4" in job
        assert state_of(233) == "sent", "by post"
        await asyncio.sleep(key_order.HELD_SECONDS)
        await pilot.press("ctrl+t")
        await until(pilot, (printer / "job.1").exists)
        await settle(pilot)
    first, again = (PdfReader(printer / f"printed.{number}.pdf").pages[0].extract_text() for number in (0, 1))
    assert "2012-233" in first
    assert "KOPIJA" not in first
    assert "KOPIJA" in again


async def test_a_held_key_prints_once(company: Opened, printer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_printer()
    monkeypatch.setattr(key_order, "HELD_SECONDS", 60)  # on a slow machine too it is one press
    async with run_app(company) as pilot:
        await go_to(pilot, 233)
        await pilot.press("ctrl+t", "ctrl+t", "ctrl+t", "ctrl+t")
        await until(pilot, lambda: "went to the printer" in toasts(pilot))
        await settle(pilot)
    assert [path.name for path in printer.glob("job.*")] == ["job.0"]


async def test_the_ticked_ones_are_printed_and_prepared_ones_named(company: Opened, printer: Path) -> None:
    use_printer()
    async with run_app(company) as pilot:
        await go_to(pilot, 233)
        await pilot.press("space")
        await go_to(pilot, 234)
        await pilot.press("space")
        await go_to(pilot, 275)
        await pilot.press("space", "ctrl+t")
        await until_shown(pilot, "2 notices went to the printer pisarna")
        assert "2012/275: it is only prepared" in said(pilot)
        await pilot.press("enter")
    assert len(PdfReader(printer / "printed.0.pdf").pages) == 2


async def test_ticks_that_are_not_shown_are_asked_about(company: Opened, printer: Path) -> None:
    use_printer()
    async with run_app(company) as pilot:
        await go_to(pilot, 233)
        await pilot.press("space", "alt+3")
        await settle(pilot)
        await pilot.press("ctrl+t")
        await until_shown(pilot, "1 of them is not shown now.")
        await pilot.press("escape")
        await settle(pilot)
        assert not list(printer.glob("job.*"))


async def test_podrobno_prints_its_notice(company: Opened, printer: Path) -> None:
    use_printer()
    async with run_app(company, language="sl") as pilot:
        await go_to(pilot, 234)
        await pilot.press("space")
        await go_to(pilot, 233)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "Na tiskalnik pisarna je šel 1 opomin" in toasts(pilot))
    assert state_of(233) == "sent"
    assert state_of(234) == "issued", "ticks of the grid do not count here"


async def test_without_a_printer_it_is_asked_for_and_kept(company: Opened, printer: Path) -> None:
    async with run_app(company) as pilot:
        await go_to(pilot, 233)
        await pilot.press("ctrl+t")
        await until_shown(pilot, "No printer is set for quick printing.")
        assert isinstance(pilot.app.screen, PrinterScreen)
        await pilot.press("f9")
        await until_shown(pilot, "Something must be written here.")
        await typed(pilot, "pisarna")
        await pilot.press("f9")
        await until(pilot, lambda: "^T prints on pisarna from now on" in toasts(pilot))
        assert not list(printer.glob("job.*")), "nothing is printed yet"
        await until(pilot, lambda: isinstance(pilot.app.screen, NoticesScreen))
        await go_to(pilot, 233)
        await asyncio.sleep(key_order.HELD_SECONDS)  # a held key prints once
        await pilot.press("ctrl+t")
        await until(pilot, (printer / "job.0").exists)
        await settle(pilot)
    assert "-d pisarna" in (printer / "job.0").read_text()


async def test_a_notice_without_a_letter_is_refused(company: Opened, printer: Path) -> None:
    use_printer()
    async with run_app(company) as pilot:
        await go_to(pilot, 275)
        await pilot.press("ctrl+t")
        await until_shown(pilot, "None of these notices is issued; there is nothing to print.")
