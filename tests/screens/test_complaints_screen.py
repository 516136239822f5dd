"""What users of terminal applications complain about, as tests: the screen, the process, the data; keys: the other file.

One test for each complaint, or the name of the one that exists:

- text from data breaks the screen → `test_hostile_texts`, every screen with every field full of markup
- numbers that lie → here; the footer's own: `test_notice_rows.test_the_footer_says_over_how_many_of_how_many_it_counts`
- not refreshed after an edit → here; changes of others: `test_desk`, `test_outbox_live`
- frozen while it loads → here; an older answer that comes late: `test_jobs`, after a filter: `test_notices`
- buttons of a tall modal out of reach → here; every cut word: `test_every_screen.test_everything_fits_and_speaks_one_language`
- a blinking cursor → here
- threads that go on after the end → here; jobs that are asked to stop: `test_jobs`, `test_shell`
- rubbish in the terminal after the end → here; messages in hand: `test_lost_line`
- screen readers get nothing → `test_screens_have_commands`, and here: the terminal's cursor where the operator is
- themes that cannot be read → `test_themes` (every theme, 16 colours, NO_COLOR), `test_looks` (every screen)
- an update of a dependency breaks the installation → here
"""

from __future__ import annotations

import re
import signal
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.app import App
from textual.geometry import Offset
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, TextArea

import tests.stillness
from opomini_tui.app import OpominiApp
from opomini_tui.ledger.item_filter import ItemFilter
from opomini_tui.models.database import reading, run
from opomini_tui.screens.help import HelpScreen
from opomini_tui.screens.open_items import OpenItemsScreen
from opomini_tui.screens.session import SessionApp
from tests.screens.conftest import Opened, grid, run_app, settle, shown
from tests.screens.every_screen import OPENINGS, close_all, each_screen, furnish, open_screen
from tests.screens.hostile import fill_with_hostile_texts
from tests.screens.looks.drawn import own_region, strips
from tests.screens.own_terminal import ALT_SCREEN_LEFT, Terminal
from tests.screens.standing_still import stand_still

ROOT = Path(__file__).parent.parent.parent
QUICKLY = 4.0
"""Seconds in which a program that was told to end has ended, on a loaded machine."""


async def test_a_list_that_is_cut_says_so(company: Opened) -> None:
    """Whether by the settings of the grid or by what a screen reads at most."""
    run("UPDATE company SET row_limit = 7")
    async with run_app(company) as pilot:
        assert grid(pilot).row_count == 7
        assert "7 of 206" in shown(pilot)
        total = run("SELECT SUM(amount) FROM (SELECT amount FROM notice ORDER BY amount DESC LIMIT 7)").fetchone()[0]
        assert run("SELECT SUM(amount) FROM notice").fetchone()[0] > total
        pilot.app.push_screen(OpenItemsScreen(ItemFilter(), "Open items"))
        await settle(pilot)
        assert str(run("SELECT COUNT(*) FROM open_item WHERE open_amount > 0").fetchone()[0]) in shown(pilot)


REFRESHED = (
    *("grid", "detail 1", "overview", "customers", "open items", "outbox", "batches", "progress", "mailbox"),
    *("preflight", "review", "batch"),
)
"""Screens that show notices, messages or sums of them."""


@pytest.mark.journeys
@pytest.mark.parametrize("name", REFRESHED)
async def test_what_was_changed_is_on_the_screen_at_once(
    company: Opened, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the message alone: nothing looks at the database by the clock meanwhile."""
    furnish(company)
    opening = next(one for one in OPENINGS if one.name == name)
    monkeypatch.setattr(OpominiApp, "_look", lambda _app: None)
    for where in ("outbox.DeliveriesScreen.look", "batches.BatchesScreen._look", "mailbox.MailboxScreen._look"):
        monkeypatch.setattr(f"opomini_tui.screens.{where}", lambda _screen: None)
    async with run_app(company, (110, 30)) as pilot:
        await open_screen(pilot, company, opening)
        before = shown(pilot)
        change_everything()
        await settle(pilot)
        assert shown(pilot) == before, "nobody has told it yet"
        assert isinstance(pilot.app, SessionApp)
        pilot.app.notices_changed()
        await settle(pilot)
        assert shown(pilot) != before


def change_everything() -> None:
    """Amounts, names, states of messages: as another part of the program might."""
    for (trigger,) in run("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        run(f"DROP TRIGGER {trigger}")
    run("UPDATE notice SET amount = amount + 11100, total = total + 11100, customer_name = 'Xerxes ' || customer_name")
    run("UPDATE customer SET name = 'Xerxes ' || name")
    run("UPDATE open_item SET open_amount = open_amount + 11100")
    run("UPDATE delivery SET state = 'cancelled', live = FALSE WHERE state IN ('queued', 'deferred', 'held')")
    run("UPDATE contact SET email = 'x@xerxes.example'")
    run("UPDATE mailbox_message SET subject = 'Xerxes', sender = 'xerxes@kupec.example'")


SLOW = (
    *("prepare", "outbox", "batches", "mailbox", "overview", "customers", "detail 1", "open items", "operators"),
    *("issue", "unlock", "print", "send one", "batch", "preflight", "review"),
)


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Whatever a screen reads takes until the event is set."""
    go_on = threading.Event()
    original = tests.stillness.readers

    @contextmanager
    def waiting() -> Iterator[None]:
        assert go_on.wait(120)
        with reading():
            yield

    from opomini_tui.screens import session

    monkeypatch.setattr(session, "reading", waiting)
    monkeypatch.setattr(tests.stillness, "readers", lambda app: original(app) if go_on.is_set() else [])
    yield go_on
    go_on.set()


@pytest.mark.journeys
@pytest.mark.parametrize("name", SLOW)
async def test_keys_work_while_the_database_thinks(company: Opened, name: str, stuck: threading.Event) -> None:
    """The screen is there before its rows are; help opens and closes, and the screen can be left."""
    stuck.set()
    furnish(company)
    opening = next(one for one in OPENINGS if one.name == name)
    async with run_app(company) as pilot:
        way = next((one for one in OPENINGS if one.keys == opening.keys[:-1] and one.push is None), None)
        await close_all(pilot)
        if way is not None and opening.push is None:
            await open_screen(pilot, company, way)
        stuck.clear()
        under = pilot.app.screen
        if opening.push is not None:
            pilot.app.push_screen(opening.push(company))
        await pilot.press(*(opening.keys if way is None else opening.keys[-1:]))
        await pilot.pause()
        assert opening.screen in [kind.__name__ for kind in type(pilot.app.screen).__mro__]
        await pilot.press("f1")
        assert isinstance(pilot.app.screen, HelpScreen)
        await pilot.press("escape", "escape")
        assert pilot.app.screen is under
        stuck.set()
        await settle(pilot)


async def test_the_grid_takes_keys_while_it_reads_again(company: Opened, stuck: threading.Event) -> None:
    stuck.set()
    async with run_app(company) as pilot:
        stuck.clear()
        await pilot.press("r", "down", "down", "space")
        assert grid(pilot).cursor_index == 3
        assert grid(pilot).tick_count == 1
        stuck.set()
        await settle(pilot)
        assert grid(pilot).cursor_index == 3


@dataclass(frozen=True)
class Drawn:
    """A screen in a window of 80×24."""

    name: str
    modal: bool
    width: int
    rim: str
    """What is seen beside the modal."""
    buttons: int
    out_of_reach: list[str]


DRAWN: list[Drawn] = []


@pytest.fixture
async def drawn(company: Opened, monkeypatch: pytest.MonkeyPatch) -> list[Drawn]:
    """Every screen over a grid of wide and other letters, opened once for all tests of this process."""
    if not DRAWN:
        stand_still(monkeypatch)
        furnish(company)
        fill_with_hostile_texts()
        async with run_app(company, (80, 24), language="sl") as pilot:
            found = [look_at(one.name, pilot.app) async for one in each_screen(pilot, company)]
        DRAWN.extend(found)
    return DRAWN


def is_displayed(widget: Widget) -> bool:
    """Whether it and all in which it lies are to be seen."""
    return all(node.display for node in widget.ancestors_with_self if isinstance(node, Widget))


def look_at(name: str, app: App[int]) -> Drawn:
    """The screen on top."""
    screen, lines = app.screen, strips(app)
    own, modal = own_region(screen), isinstance(screen, ModalScreen)
    rim = "".join(strip.crop(0, own.x).text + strip.crop(own.right, 80).text for strip in lines) if modal else ""
    buttons = [button for button in screen.query(Button) if is_displayed(button)]
    cut = [str(button.label) for button in buttons if screen.find_widget(button).visible_region != button.region]
    return Drawn(
        name,
        modal,
        own.width,
        rim.strip(),
        len(buttons),
        cut,
    )


@pytest.mark.journeys
async def test_every_button_of_every_modal_is_in_reach(drawn: list[Drawn]) -> None:
    assert sum(one.buttons for one in drawn if one.modal) > 60
    assert [f"{one.name}: {one.out_of_reach}" for one in drawn if one.modal and one.out_of_reach] == []


@pytest.mark.journeys
async def test_nothing_of_what_lies_below_looks_out_beside_a_large_modal(drawn: list[Drawn]) -> None:
    """At 80 columns it leaves one column free, in which single letters of the grid stood."""
    large = [one for one in drawn if one.modal and one.width > 70]
    assert len(large) > 10
    assert [f"{one.name}: {one.rim!r}" for one in large if one.rim] == []


async def test_no_cursor_blinks(company: Opened) -> None:
    async with run_app(company) as pilot:
        for keys in (("slash",), ("escape", "escape", "n", "alt+3", "f4")):
            await pilot.press(*keys)
            await settle(pilot)
            box = pilot.app.focused
            assert isinstance(box, (Input, TextArea)), box
            assert not box.cursor_blink


async def test_the_terminals_own_cursor_is_where_the_operator_is(company: Opened) -> None:
    async with run_app(company) as pilot:
        table = grid(pilot)

        def line() -> str:
            return shown(pilot).splitlines()[pilot.app.cursor_position.y]

        for keys, number in ((("ctrl+home",), 0), (("down", "down"), 2), (("pagedown",), None), (("pageup",), None)):
            await pilot.press(*keys)
            await settle(pilot)
            assert number is None or table.cursor_index == number
            assert table.cursor_row is not None
            assert table.cursor_row.cells[1] in line()
            assert "►" in line()
        await pilot.press("s", "down")
        await settle(pilot)
        options = pilot.app.screen.query_one(OptionList)
        await pilot.press("escape", "f5")
        await settle(pilot)
        assert options is not pilot.app.focused
        place = pilot.app.cursor_position
        assert pilot.app.focused is not None
        assert pilot.app.focused.region.contains(*place)
        await pilot.press("tab")
        await settle(pilot)
        assert pilot.app.focused.region.contains(*pilot.app.cursor_position)
        assert pilot.app.cursor_position != place
        await pilot.press("escape", "d")
        await settle(pilot)
        assert pilot.app.focused is not None
        first = pilot.app.cursor_position
        await pilot.press("down")
        await settle(pilot)
        assert pilot.app.cursor_position.y > first.y
        assert pilot.app.cursor_position != Offset(0, 0)


MOUSE_ON, MOUSE_OFF = b"\x1b[?1003h", b"\x1b[?1003l"
CURSOR_SHOWN = b"\x1b[?25h"
SLOW_QUERY = """
from opomini_tui.models.database import run
from opomini_tui.screens.notices import NoticesScreen
from opomini_tui.screens.session import read
def think():
    print("\\x1b]2;thinking\\x07", file=sys.__stderr__, flush=True)
    run("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 1000000000) SELECT COUNT(*) FROM c").fetchone()
NoticesScreen.action_all_records = lambda screen: read(screen, "slow", think, print)
"""
BROKEN = """
import opomini_tui.screens.notices as notices
def broken(screen):
    raise ZeroDivisionError("nobody foresaw it")
notices.NoticesScreen.action_all_records = broken
"""


@pytest.mark.journeys
def test_the_process_ends_at_once_though_a_query_still_runs(company: Opened) -> None:
    terminal = Terminal(company, before=SLOW_QUERY)
    terminal.sees("of 206")
    terminal.press(b"a")
    terminal.sees("thinking")
    began = time.monotonic()
    terminal.press(b"\x11")  # Ctrl+Q
    assert terminal.ends() == 0
    assert time.monotonic() - began < QUICKLY


@pytest.mark.journeys
@pytest.mark.parametrize("end", ["Ctrl+Q", "SIGHUP", "SIGTERM", "error"])
def test_the_terminal_is_as_it_was_however_the_program_ends(company: Opened, end: str) -> None:
    terminal = Terminal(company, before=BROKEN)
    terminal.sees("of 206")
    assert MOUSE_ON in terminal.drawn
    began = time.monotonic()
    if end in ("Ctrl+Q", "error"):
        terminal.press(b"\x11" if end == "Ctrl+Q" else b"a")
    else:
        terminal.process.send_signal(getattr(signal, end))
    code = terminal.ends()
    assert time.monotonic() - began < QUICKLY
    for sequence in (ALT_SCREEN_LEFT, MOUSE_OFF, CURSOR_SHOWN, b"\x1b[?2004l"):
        assert sequence in terminal.drawn, sequence
    assert terminal.drawn.rindex(MOUSE_OFF) > terminal.drawn.rindex(MOUSE_ON)
    assert (code == 0) == (end != "error")
    assert (b"nobody foresaw it" in terminal.drawn) == (end == "error")


@pytest.mark.journeys
@pytest.mark.parametrize(
    ("value", "asked"), [("off", False), ("0", False), ("no", False), ("false", False), ("on", True)]
)
def test_the_mouse_can_be_left_to_the_terminal(company: Opened, value: str, asked: bool) -> None:
    terminal = Terminal(company, OPOMINI_MOUSE=value)
    terminal.sees("of 206")
    terminal.press(b"\x11")
    assert terminal.ends() == 0
    assert (MOUSE_ON in terminal.drawn) == asked


def test_every_dependency_has_an_upper_bound() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = list(project["build-system"]["requires"]) + project["project"]["dependencies"]
    listed += [line for lines in project["project"]["optional-dependencies"].values() for line in lines]
    outer = [line for line in listed if not line.startswith("opomini[")]
    assert len(outer) > 20
    assert [line for line in outer if not re.search(r",<\d", line)] == []
    assert not [line for line in outer if line.startswith("textual[")], "its parser of syntax has ended whole programs"
    (shown_with,) = [line for line in outer if line.startswith("textual>")]
    assert shown_with.rpartition("<")[2].count(".") == 1, "it moves with every minor version"
