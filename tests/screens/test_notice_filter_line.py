"""Journeys in the grid: the filter line, columns, copying, the pane, and going on where the last session ended."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from opomini_tui.app import OpominiApp
from opomini_tui.models import journal
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, Span
from opomini_tui.models.notices import Notice
from opomini_tui.screens.ask import ErrorScreen
from opomini_tui.screens.column_form import ColumnsScreen
from opomini_tui.screens.notice_pane import NoticePane
from opomini_tui.screens.session import SessionApp
from opomini_tui.text.names import fold
from tests.screens.conftest import Opened, cursor_label, grid, notices_screen, run_app, said, settle, shown
from tests.screens.working import until

pytestmark = pytest.mark.journeys
HOSTILE = (
    "Kos [x]",
    "A [/] B",
    "[/red] s.p.",
    "[@click=app.quit]d.o.o.[/]",
    "tab\there\nline",
    "שלום עולם",
    "東京電力株式会社",
    "\x1b[31mred",
)


async def test_the_filter_line_takes_conditions_and_says_what_it_does_not_know(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("slash", *"state:prep amount:>1000")
        await until(pilot, lambda: grid(pilot).row_count not in (0, 50))
        found = {Notice.get_by_id(number) for number in notices_screen(pilot).choice().rows}
        assert {notice.state for notice in found} == {"prepared"}
        assert min(notice.amount for notice in found) > 1000
        assert "amount:>1000" in shown(pilot).splitlines()[3], "examples stand below"
        await pilot.press(*" foo:1")
        await until(pilot, lambda: "foo: is not known. Known: customer: number:" in shown(pilot))
        assert not isinstance(pilot.app.screen, ErrorScreen)
        assert len(notices_screen(pilot).choice().rows) == len(found), "the rest counts"
        assert notices_screen(pilot).choice().shown.state == "prepared", "what is sent is what is shown"


async def test_keys_are_completed_by_the_arrow(company: Opened) -> None:
    async with run_app(company, language="sl") as pilot:
        await pilot.press("slash", *"stan")
        await settle(pilot)
        await pilot.press("right", "p", "o")
        await settle(pilot)
        await pilot.press("right", "enter")
        await until(pilot, lambda: grid(pilot).row_count == 0)
        assert notices_screen(pilot).bar.search_input.value == "stanje:poslan"
        assert "Noben opomin ne ustreza." in shown(pilot)


async def test_the_next_session_goes_on_where_the_last_one_ended(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("alt+2", "slash", *"state:issued", "enter", "s", *"amount", "enter", "S")
        await until(pilot, lambda: notices_screen(pilot).shown.reverse)
        await pilot.press("down", "down", "down")
        label = cursor_label(pilot)
    async with run_app(company) as pilot:
        await until(pilot, lambda: grid(pilot).row_count > 0)
        screen = notices_screen(pilot)
        assert (screen.shown.sort, screen.shown.reverse, screen.shown.state) == ("amount", True, "issued")
        assert cursor_label(pilot) == label
        assert "state:issued" in shown(pilot)
        assert "[ ] Level 2" in shown(pilot)
        assert "Amount ▼" in shown(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: screen.shown.state is None)


async def test_another_screen_shows_a_filter_in_the_header(company: Opened) -> None:
    async with run_app(company) as pilot:
        notices_screen(pilot).show_filter(NoticeFilter(year=2012, state="prepared", number=Span(280, None)))
        await until(pilot, lambda: grid(pilot).row_count == 26)
        assert notices_screen(pilot).bar.search_input.value == "number:280.. state:prepared"
        assert "[x] All records" in shown(pilot)


async def test_columns_are_hidden_moved_and_widened_and_stay_so(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("c")
        assert isinstance(pilot.app.screen, ColumnsScreen)
        await pilot.press(
            "space", "down", "space", "down", "down", "space", "up", "shift+up", "plus", "plus", "f", "f9"
        )
        await settle(pilot)
        heading = next(line for line in shown(pilot).splitlines() if "Number" in line)
        assert heading.split()[:3] == ["Tick", "Date", "Number"], "the number cannot be hidden"
        assert "Code" not in heading
        row = next(line for line in shown(pilot).splitlines() if line.startswith("►"))
        assert row.lstrip("► ").startswith("□ I  17.08.2012        100 SAOP"), (
            "two cells wider, the cells follow their columns"
        )
        assert next(line for line in shown(pilot).splitlines() if line.startswith("Σ")).split()[1] == "50"
    async with run_app(company) as pilot:
        heading = next(line for line in shown(pilot).splitlines() if "Number" in line)
        assert heading.split()[:3] == ["Tick", "Date", "Number"]
        await pilot.press("c", "r", "f9")
        await settle(pilot)
        assert "Tick Year   Number Date" in shown(pilot)


async def test_a_cell_a_column_and_rows_are_copied_clean(company: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    run("UPDATE notice SET customer_name = ? WHERE number = 100", ("Kos\t[x]\n=1+1\x1b[31m",))
    async with run_app(company) as pilot:
        await pilot.press("y", *"customer name", "enter")
        await until(pilot, lambda: "Copied: Kos [x] =1+1 [31m" in said(pilot))
        assert pilot.app.clipboard == "Kos [x] =1+1 [31m"
        await pilot.press("space", "space", "y", "enter")
        await until(pilot, lambda: "2 rows copied." in said(pilot))
        assert pilot.app.clipboard.splitlines() == ["Kos [x] =1+1 [31m", "SAOP Računalništvo d.o.o."]
        await pilot.press("Y")
        await settle(pilot)
        lines = pilot.app.clipboard.splitlines()
        assert [line.count("\t") for line in lines] == [15, 15, 15]


async def test_what_is_too_long_for_the_terminal_goes_into_a_file(
    company: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    async with run_app(company) as pilot:
        app = pilot.app
        assert isinstance(app, OpominiApp)
        assert isinstance(app, SessionApp)
        assert app.copy("č" * 20)
        assert not app.copy("č" * 40_000)
        path = company.config.home / "copied.txt"
        assert path.read_text(encoding="utf-8") == "č" * 40_000
        await until(pilot, lambda: any(str(path) in sentence for sentence in said(pilot)))


def pane_text(pilot: Pilot[int]) -> str:
    return str(notices_screen(pilot).query_one(NoticePane).render())


async def test_the_pane_tells_items_recipient_and_message_of_the_notice(company: Opened) -> None:
    async with run_app(company, (160, 40)) as pilot:
        await until(pilot, lambda: "2012/100" in pane_text(pilot))
        for words in ("To pay 5,452.60 €", "Recipient", "Contact OPOM of the customer.", "Last message", "none yet"):
            assert words in pane_text(pilot)
        await pilot.press("down", "down", "down", "down")
        await until(pilot, lambda: "5 items" in pane_text(pilot))
        await pilot.press("v")
        await settle(pilot)
        assert "Recipient" not in shown(pilot)
        await pilot.resize_terminal(80, 24)
        await pilot.press("v")
        await until(pilot, lambda: any("needs a window of 120 columns" in sentence for sentence in said(pilot)))
    async with run_app(company, (160, 40)) as pilot:
        assert "Recipient" not in shown(pilot), "closed stays closed"


async def test_hostile_texts_move_nothing_and_end_nothing(company: Opened) -> None:
    for number, name in enumerate(HOSTILE):
        run("UPDATE notice SET customer_name = ?, name_fold = ? WHERE number = ?", (name, fold(name), 100 + number))
        run(
            "UPDATE notice_item SET document = ? WHERE notice_id = (SELECT id FROM notice WHERE number = ?)",
            (name, 100 + number),
        )
    run("UPDATE contact SET email = ?", ("[/x]@example.com",))
    async with run_app(company, (160, 40)) as pilot:
        for label in range(len(HOSTILE)):
            await pilot.press("slash", *f"number:{100 + label}", "enter")
            await until(pilot, lambda at=label: f"2012/{100 + at}" in pane_text(pilot))  # type: ignore[misc]  # a default
            edges = {line.index("▏") for line in shown(pilot).splitlines() if "▏" in line and line.isascii()}
            assert len(edges) <= 1
            await pilot.press("y", "escape", "escape")
        await pilot.press("slash", *"[/red] s.p.")
        await until(pilot, lambda: grid(pilot).row_count == 1)
        assert "[/red] s.p." in shown(pilot)


async def test_changes_made_meanwhile_are_shown_when_the_grid_comes_back(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("down", "f3")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        label = cursor_label(pilot)
        assert not notices_screen(pilot).is_current
        run("UPDATE notice SET customer_name = 'Drugi' WHERE number = 100")
        journal.write("007", "edit", "notice 2012/100", {})
        await until(pilot, lambda: notices_screen(pilot).session.pulse != notices_screen(pilot).pulse_seen)
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: "Drugi" in shown(pilot))
        assert cursor_label(pilot) == label
