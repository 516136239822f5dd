"""The shell: registry of actions, help, palette, hints, permissions, leaving."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections import Counter
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from peewee import OperationalError

from opomini_tui import text
from opomini_tui.action import use_keys
from opomini_tui.actions import ACTIONS, Action, actions_of, bindings, key_table, shown_key
from opomini_tui.app import OpominiApp
from opomini_tui.mail.pulse import Pulse
from opomini_tui.screens.ask import ConfirmScreen, ErrorScreen
from opomini_tui.screens.base import open_action
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.job import Job, start_job
from opomini_tui.screens.leaving import told_from_outside
from opomini_tui.screens.notice_detail import NoticeDetailScreen
from opomini_tui.screens.notices import NoticesScreen
from opomini_tui.screens.session import SessionApp
from opomini_tui.widgets.bars import MOST_HINTS
from tests.screens.conftest import Opened, notices_screen, run_app, said, settle, shown
from tests.screens.working import come_true, guard_over

README = Path(__file__).parent.parent.parent / "README.md"
SWALLOWED = re.compile(r"ctrl\+(m|i|h|j|enter)|alt\+enter|shift\+enter|f10|f11")


def test_no_key_is_one_that_terminals_swallow() -> None:
    for action in ACTIONS:
        for key in action.keys.split(","):
            assert not SWALLOWED.fullmatch(key), action.id


def test_ids_are_unique_and_a_key_means_one_thing_in_a_place() -> None:
    assert [name for name, count in Counter(action.id for action in ACTIONS).items() if count > 1] == []
    for place in {action.where for action in ACTIONS}:
        keys = Counter(
            key for action in actions_of(place, "everywhere") for key in filter(None, action.keys.split(","))
        )
        assert [key for key, count in keys.items() if count > 1] == [], place


def test_deleting_hangs_on_no_bare_letter() -> None:
    for action in ACTIONS:
        if action.verb in ("delete", "remove"):
            assert all(len(key) > 1 for key in action.keys.split(","))


def test_every_screen_that_an_action_opens_exists() -> None:
    missing = [a.opens for a in ACTIONS if a.opens and find_spec(a.opens.partition(":")[0]) is None]
    assert missing == []


def test_every_action_of_the_shell_is_done_by_its_screen() -> None:
    for place, screen in (("everywhere", OpominiApp), ("notices", NoticesScreen), ("detail", NoticeDetailScreen)):
        for action in actions_of(place):
            assert hasattr(screen, f"action_{action.run.partition('(')[0]}"), action.id


def test_only_keys_that_type_nothing_work_inside_inputs() -> None:
    before = {binding.key for binding in bindings("everywhere") if binding.priority}
    assert before == {"f1", "ctrl+p", "ctrl+g", "ctrl+o", "ctrl+q"}


@pytest.mark.parametrize(
    ("key", "shown_as"),
    [("ctrl+q", "^Q"), ("f6", "F6"), ("alt+1", "Alt+1"), ("N", "N"), ("enter", "↵"), ("shift+f3", "⇧F3")],
)
def test_keys_are_shown_as_people_read_them(key: str, shown_as: str) -> None:
    assert shown_key(key) == shown_as


def test_the_readme_has_the_key_table_of_the_registry() -> None:
    text.use_language("sl")
    assert key_table() in README.read_text(encoding="utf-8"), "python -m tests.screens.pictures renews it"


def test_the_key_table_names_every_key_in_english() -> None:
    text.use_language("sl")
    table = key_table()
    assert "| Dunning (the main screen) | `+` | Tick all | Tick every row of the current filter |" in table
    assert "|  | `<` `,` | Previous year |" in table
    assert table.count("\n") == 1 + sum(bool(action.keys) for action in ACTIONS)


async def test_help_lists_every_key_of_the_screen(company: Opened) -> None:
    async with run_app(company, (120, 80)) as pilot:
        await pilot.press("f1")
        await settle(pilot)
        words = shown(pilot)
        for action in actions_of("notices", "everywhere"):
            assert action.label in words
        await pilot.press("escape", "question_mark")
        await settle(pilot)
        assert "Help" in shown(pilot).splitlines()[3]


async def test_help_is_scrolled_by_keys_to_its_last_line(company: Opened) -> None:
    last = "Alt with a digit to that tab."
    async with run_app(company) as pilot:
        await pilot.press("f1")
        await settle(pilot)
        assert last not in " ".join(shown(pilot).split())
        for key in ("end", "home", "pagedown", *["pagedown"] * 9):
            await pilot.press(key)
            await settle(pilot)
            at_end = "to that tab." in shown(pilot)
            assert at_end or key != "end"
            assert not at_end or key != "home"
        assert at_end


async def test_a_question_mark_in_the_search_field_is_a_character(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("slash", "question_mark")
        assert isinstance(pilot.app.screen, NoticesScreen)
        assert notices_screen(pilot).bar.search_input.value == "?"


async def test_the_palette_finds_a_command_without_carets_and_runs_it(company: Opened) -> None:
    async with run_app(company, language="sl") as pilot:
        await pilot.press("ctrl+p", *"vsi zapisi")
        await pilot.press("enter")
        await settle(pilot)
        assert notices_screen(pilot).table.row_count == 206


async def test_at_most_six_hints_and_none_that_is_not_allowed(company: Opened) -> None:
    async with run_app(company) as pilot:
        line = shown(pilot).splitlines()[-2]
        assert len(re.findall(r"\S+ (?:Help|Filter|Tick|Sort|Send notices by e-mail|Commands)", line)) == MOST_HINTS
        assert "…" not in line
    viewer = replace(company.actor, role="view", language="en")
    async with run_app(company, actor=viewer) as pilot:
        assert "Send notices" not in shown(pilot).splitlines()[-2]


async def test_what_the_operators_level_does_not_allow_is_said(company: Opened) -> None:
    viewer = replace(company.actor, role="view", language="en")
    async with run_app(company, actor=viewer) as pilot:
        await pilot.press("f6")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ErrorScreen)
        assert "Operator Skrbnik may not do this" in shown(pilot)


async def test_an_unforeseen_error_is_told_and_its_traceback_kept(company: Opened) -> None:
    async with run_app(company) as pilot:
        screen = notices_screen(pilot)
        action = Action("x.y", "", "T", "H", opens="tests.screens.test_shell:broken_screen")
        with pytest.raises(ZeroDivisionError):
            open_action(screen, action, Choice())
        screen.session.show_error(ZeroDivisionError("boom"))
        await settle(pilot)
        assert "Something unexpected happened (ZeroDivisionError)" in shown(pilot)
        assert "boom" in (company.config.home / "errors.log").read_text("utf-8")


def broken_screen(choice: Choice) -> None:
    """A screen that cannot be made."""
    raise ZeroDivisionError


async def test_quitting_while_something_runs_asks_and_stops_it(company: Opened) -> None:
    stopped = []

    def work(job: Job[None]) -> None:
        job.stop.wait(20)
        stopped.append(job.stop.is_set())

    async with run_app(company) as pilot:
        assert isinstance(pilot.app, SessionApp)
        start_job(pilot.app, "Long", work, lambda _result: None)
        await pilot.press("ctrl+q")
        assert isinstance(pilot.app.screen, ConfirmScreen)
        assert "1 job is still running." in shown(pilot)
        await pilot.press("ctrl+q")
        assert pilot.app._exit is False, "the key that asked does not confirm"
        await guard_over(pilot)
        await pilot.press("f9")
        await pilot.pause()
    assert stopped == [True]


async def test_the_end_of_the_connection_ends_the_program_in_order(company: Opened) -> None:
    stopped = []
    at_work = threading.Event()

    def work(job: Job[None]) -> None:
        at_work.set()
        stopped.append(job.stop.wait(60))

    async with run_app(company) as pilot:
        app = pilot.app
        assert isinstance(app, OpominiApp)
        start_job(app, "Long", work, lambda _result: None)
        while not at_work.is_set():
            await pilot.pause(0.02)
        with told_from_outside(app.end_in_order):
            os.kill(os.getpid(), signal.SIGHUP)
            await come_true(lambda: pilot.app._exit)
        assert pilot.app.return_value == 0
    assert stopped == [True]


async def test_ctrl_c_says_what_closes_the_program(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("ctrl+c")
        assert "Press ^Q to close the program." in said(pilot)


async def test_an_unforeseen_error_ends_the_program_without_showing_local_values(
    company: Opened, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def action(_screen: NoticesScreen) -> None:
        passphrase = "".join(("skrivno", "-", "geslo"))
        raise OperationalError(f"database is locked ({len(passphrase)})")

    monkeypatch.setattr(NoticesScreen, "action_all_records", action)

    async def press_it() -> None:
        async with run_app(company) as pilot:
            await pilot.press("a")
            await settle(pilot)

    with pytest.raises(OperationalError):
        await press_it()
    told = "".join(capfd.readouterr())
    assert "database is locked (13)" in told
    assert "skrivno-geslo" not in told


async def test_a_database_that_goes_away_is_said_once_until_it_is_back(
    company: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> Pulse:
        raise OperationalError("unable to open database file")

    log = company.config.home / "errors.log"
    async with run_app(company) as pilot:
        app = pilot.app
        assert isinstance(app, OpominiApp)
        with monkeypatch.context() as patched:
            patched.setattr("opomini_tui.screens.keeping_up.read_pulse", broken)
            for _beat in range(3):
                app._look()
                await settle(pilot)
            assert not isinstance(app.screen, ErrorScreen)
            assert said(pilot) == ["The database does not answer; what you see may be old."]
            assert log.read_text(encoding="utf-8").count("OperationalError: unable") == 1
        app._look()
        await settle(pilot)
        assert said(pilot)[1:] == ["The database answers again."]


async def test_looking_for_changes_draws_nothing(company: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    frames: list[float] = []
    async with run_app(company) as pilot:
        await settle(pilot)
        monkeypatch.setattr(OpominiApp, "post_display_hook", lambda _app: frames.append(time.monotonic()))
        assert isinstance(pilot.app, OpominiApp)
        pilot.app._look()
        await settle(pilot)
        assert frames == []
        await pilot.press("down")
        await settle(pilot)
        assert frames


async def test_own_keys_work_and_are_shown_and_letters_are_still_typed(company: Opened) -> None:
    company.config.home.mkdir(parents=True, exist_ok=True)
    own = '[keys]\n"notices.prepare" = "T"\n"notices.send_batch" = "f2"\n"notices.delete" = "d"\n'
    (company.config.home / "keymap.toml").write_text(own, encoding="utf-8")
    try:
        async with run_app(company) as pilot:
            await settle(pilot)
            assert any("d could be typed by accident" in sentence for sentence in said(pilot))
            assert "F2 Send notices by e-mail" in shown(pilot)
            await pilot.press("slash", "T")
            assert notices_screen(pilot).bar.search_input.value == "T"
            await pilot.press("escape", "escape")
            await settle(pilot)
            await pilot.press("f6")
            await settle(pilot)
            assert isinstance(pilot.app.screen, NoticesScreen), "the usual key is free now"
            await pilot.press("T")
            await settle(pilot)
            assert type(pilot.app.screen).__name__ == "PrepareScreen"
    finally:
        use_keys({})
