"""What users of terminal applications complain about, as tests: what keys do, and do not do.

One test for each complaint, or the name of the one that exists:

- a stray key destroyed work → here; deleting on no letter: `test_shell.test_deleting_hangs_on_no_bare_letter`
- Enter confirms and repeats itself → here; each question in its journey: `test_send_one`, `test_unsaved`, `test_conflict`
- fewer keys, and all of them to be found → here; README: `test_shell.test_the_readme_has_the_key_table_of_the_registry`
- keys that do not arrive → here; Alt with a digit: `test_terminal`
- nothing can be copied → here; what is copied: `test_notices.test_copying_takes_the_row_or_the_ticked_rows`
- the hints do not fit → here

What concerns the screen, the process and the data is in `test_complaints_screen.py`.
"""

from __future__ import annotations

import asyncio
import base64
import random
import shutil
import string
import subprocess
from collections.abc import Callable, Iterator
from itertools import count
from math import inf
from pathlib import Path
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.drivers.headless_driver import HeadlessDriver
from textual.events import Key
from textual.screen import Screen
from textual.widgets import Button, Input

from opomini_tui import text
from opomini_tui.actions import ACTIONS, BY_ID, PLACES, actions_of
from opomini_tui.app import OpominiApp
from opomini_tui.keymap import load_keymap
from opomini_tui.models.database import run
from opomini_tui.screens import guard, key_order
from opomini_tui.screens.base import OpominiScreen
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.clipboard import copy_through_tmux
from opomini_tui.screens.form import FormScreen
from opomini_tui.screens.guard import Guarded
from opomini_tui.screens.send_one import SendOneScreen
from opomini_tui.screens.unsaved import UnsavedScreen
from opomini_tui.widgets.bars import MOST_HINTS, HintBar
from tests.mail.servers import HonestServer
from tests.screens.conftest import Opened, run_app, settle
from tests.screens.every_screen import OPENINGS, close_all, each_screen, furnish, open_screen
from tests.screens.test_every_screen import screens
from tests.screens.working import delivery_states, use_server

TYPED = string.ascii_letters + string.digits + string.punctuation + "čšžČŠŽđ€ "
BURST = 8
"""So many stray keys fall on a screen before the next look at it from the start."""
DROPPED = {"grid": 25, "outbox": 5, "progress": 5, "batches": 2, "mailbox": 3, "overview": 3, "customers": 2}
DROPPED |= {"prepare": 2, "detail 1": 3, "preflight": 2, "review": 2, "open items": 2, "operators": 2, "settings 1": 2}
"""Bursts for each main screen: 200 keys on the grid."""
KEPT = (
    "notice",
    "notice_item",
    "open_item",
    "customer",
    "contact",
    "operator",
    "company",
    "notice_document",
)
WAITS = ("queued", "deferred", "held", "cancelled")
"""States of a message that has not left; between them it can be moved back and forth."""


def opening(name: str) -> Any:
    """One of the screens by its name."""
    return next(one for one in OPENINGS if one.name == name)


def what_must_stay() -> dict[str, object]:
    """All rows that no stray key may change, and every message that has left."""
    found: dict[str, object] = {table: run(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in KEPT}
    found["left"] = run(f"SELECT id, state FROM delivery WHERE state NOT IN {WAITS} ORDER BY 1").fetchall()
    found["attempts"] = run("SELECT COUNT(*) FROM delivery_attempt").fetchone()
    return found


@pytest.mark.journeys
@pytest.mark.parametrize("name", DROPPED)
async def test_a_pen_dropped_on_the_keyboard_changes_and_sends_nothing(company: Opened, name: str) -> None:
    """Not even when every question has been on the screen long enough for an answer."""
    furnish(company)
    run("UPDATE delivery SET state = 'queued', live = TRUE, next_try_at = 0 WHERE state = 'cancelled'")
    chance = random.Random(name)
    with HonestServer() as server:
        use_server(server.port)
        async with run_app(company) as pilot:
            before = what_must_stay()
            assert set(delivery_states()) >= {"queued", "deferred", "refused", "held", "unknown"}
            for _burst in range(DROPPED[name]):
                await close_all(pilot)
                await pilot.press("escape", "escape")  # out of the filter
                await open_screen(pilot, company, opening(name))
                bound = [key for key in pilot.app.screen.active_bindings if len(key) == 1]
                keys = [chance.choice(chance.choice((bound or TYPED, TYPED))) for _key in range(BURST)]
                for key in keys:
                    await pilot.press(key)
                    if isinstance(pilot.app.screen, Guarded):
                        pilot.app.screen._opened = -inf
                await settle(pilot)
                assert what_must_stay() == before, f"{name}: {keys}"
        assert server.accepted == []


def test_nothing_that_is_done_for_good_hangs_on_a_bare_letter() -> None:
    """F9, and the button, do what a form is for; deleting is Ctrl+D or Del; and both ask."""
    confirming = {action.id for action in ACTIONS if "f9" in action.keys.split(",")}
    assert confirming == {"form.confirm", "prepare.confirm"}
    for action in ACTIONS:
        bare = [key for key in action.keys.split(",") if len(key) == 1 or key in ("space", "comma", "full_stop")]
        assert not bare or action.verb not in ("confirm", "delete", "remove", "drop", "cancel", "print_now"), action.id


QUESTIONS: dict[str, Callable[[Opened], Screen[Any]]] = {
    **{one.screen: one.push for one in OPENINGS if one.push is not None and one.screen != "SendingOneScreen"},
    "UnsavedScreen": lambda company: UnsavedScreen(["Name"]),
    "SendOneScreen": lambda company: SendOneScreen(
        Choice(cursor=run("SELECT id FROM notice WHERE number = 233").fetchone()[0])
    ),
}


def questions() -> list[str]:
    """Every screen that is answered with care."""
    kinds, found = [Guarded], set[str]()
    while kinds:
        kinds += (below := kinds.pop().__subclasses__())
        found |= {kind.__name__ for kind in below if kind.__module__.startswith("opomini_tui.")}
    return sorted(found)


def test_every_question_is_tried() -> None:
    assert set(questions()) <= set(QUESTIONS)
    assert len(questions()) >= 7


def let_send_one() -> None:
    """Nothing stands against sending the notice of SendOneScreen."""
    notice = "(SELECT id FROM notice WHERE number = 233)"
    run(f"DELETE FROM delivery_attempt WHERE delivery_id IN (SELECT id FROM delivery WHERE notice_id = {notice})")
    run(f"DELETE FROM mailbox_message WHERE notice_id = {notice}")
    run(f"DELETE FROM delivery WHERE notice_id = {notice}")


async def ask(pilot: Any, company: Opened, name: str) -> list[object]:
    """Put the question; what it is answered with comes into the list."""
    answers: list[object] = []
    pilot.app.push_screen(QUESTIONS[name](company), answers.append)
    await settle(pilot)
    return answers


@pytest.mark.journeys
@pytest.mark.parametrize("name", questions())
async def test_a_question_is_not_answered_by_a_key_that_is_held(
    company: Opened, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key was pressed before the question came, and goes on coming long after the first moments."""
    furnish(company)
    let_send_one()
    monkeypatch.setattr(key_order, "HELD_SECONDS", 600)
    monkeypatch.setattr(guard, "GUARD_SECONDS", 0.01)
    before = delivery_states()
    async with run_app(company) as pilot:
        for key in ("enter", "f4", "f8", "f9", "y", "ctrl+d", "1"):
            pilot.app.push_screen(Screen[None]())
            await pilot.press("f6", key)
            answers = await ask(pilot, company, name)
            for _repeat in range(4):
                await asyncio.sleep(0.02)
                await pilot.press(key)
            await settle(pilot)
            assert not any(answers), f"{key} answered {answers}"
            assert delivery_states() == before
            assert pilot.app.senders == {}  # type: ignore[attr-defined]
            await close_all(pilot)


@pytest.mark.journeys
async def test_no_key_counts_in_the_first_moments_and_a_fresh_one_does_later(
    company: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(company)
    let_send_one()
    async with run_app(company) as pilot:
        for name in questions():
            monkeypatch.setattr(guard, "GUARD_SECONDS", 600.0)
            answers = await ask(pilot, company, name)
            await pilot.press("f6", "f9")
            assert not answers, f"{name}: at once"
            assert type(pilot.app.screen).__name__ == name
            monkeypatch.setattr(guard, "GUARD_SECONDS", 0.0)
            await pilot.press("f6", "f9")
            await settle(pilot)
            if name != "ConfirmCountScreen":  # wants its number too
                assert type(pilot.app.screen).__name__ != name
            await close_all(pilot)


@pytest.mark.journeys
async def test_a_question_opens_on_what_does_no_harm(company: Opened) -> None:
    furnish(company)
    dangerous = set()
    async with run_app(company) as pilot:
        async for one in each_screen(pilot, company):
            screen = pilot.app.screen
            buttons = [*screen.query(Button)]
            if any(button.variant == "error" for button in buttons):
                dangerous.add(type(screen).__name__)
            focused = screen.focused
            if isinstance(focused, Button):
                assert focused.variant != "error", one.name
                assert focused.id != "button-confirm" or not isinstance(screen, Guarded), one.name
            elif isinstance(focused, Input) and isinstance(screen, Guarded):
                assert focused.value == "", f"{one.name}: Enter would confirm what stands there"
    assert dangerous
    # that one wants a reason and a word: a key that is held types neither
    assert dangerous - {"RestoredScreen"} <= set(questions())


def test_a_key_that_comes_again_at_once_is_the_one_that_is_held(company: Opened) -> None:
    app = OpominiApp(company.config, company.actor)
    for key, moment, pressed in (
        *(("f9", 100.0, 100.0), ("f9", 100.6, 100.0), ("f9", 100.63, 100.0), ("f9", 101.2, 100.0)),
        *(("f9", 102.0, 102.0), ("enter", 102.1, 102.1), ("f9", 102.2, 102.2), ("", 102.3, 102.3), ("", 102.4, 102.4)),
    ):
        app._note_press(key, moment)
        assert app.pressed_at == pressed, (key, moment)


@pytest.mark.journeys
async def test_every_key_of_every_screen_is_in_its_help_with_its_key(company: Opened) -> None:
    """F1 lists what `offered_actions` says, and so does the palette of a whole screen."""
    furnish(company)
    hidden = []
    async with run_app(company) as pilot:
        async for one in each_screen(pilot, company):
            screen = pilot.app.screen
            assert isinstance(screen, (OpominiScreen, FormScreen))
            offered = {action.id for action in screen.offered_actions()} | {"field.values"}
            bound = {active.binding.id for active in screen.active_bindings.values()}
            hidden += [f"{one.name}: {name}" for name in bound if name in BY_ID and name not in offered]
    assert sorted(set(hidden)) == []


def test_every_action_has_a_title_a_help_and_a_place_with_a_name() -> None:
    text.use_language("sl")
    for action in ACTIONS:
        assert action.label
        assert len(text._(action.help)) > 2, action.id
        assert action.where in PLACES or action.where.isalpha(), action.id


SWALLOWED = {
    *(f"ctrl+{key}" for key in ("m", "i", "h", "j", "enter", "space", "at", "slash", "question_mark", "backspace")),
    *("alt+enter", "shift+enter", "f10", "f11", "ctrl+left_square_bracket", "ctrl+1", "ctrl+shift+p", "ctrl+tab"),
}


@pytest.mark.journeys
async def test_no_screen_waits_for_a_key_that_does_not_arrive(company: Opened) -> None:
    """Neither our own bindings nor those of Textual's widgets, except where another key does the same."""
    furnish(company)
    found = []
    async with run_app(company) as pilot:
        async for one in each_screen(pilot, company):
            bound = pilot.app.screen.active_bindings
            for key, active in bound.items():
                others = [
                    other
                    for other in bound
                    if other not in SWALLOWED and bound[other].binding.action == active.binding.action
                ]
                if key in SWALLOWED and not others:
                    found.append(f"{one.name}: {key} {active.binding.action}")
    assert sorted(set(found)) == []
    assert [action.id for action in ACTIONS if SWALLOWED & set(action.keys.split(","))] == []


@pytest.mark.parametrize("key", sorted(SWALLOWED))
def test_the_operators_own_keys_cannot_be_ones_that_do_not_arrive(key: str, tmp_path: Path) -> None:
    text.use_language("en")
    path = tmp_path / "keymap.toml"
    typed = {"ctrl+at": "ctrl+@", "ctrl+left_square_bracket": "ctrl+["}.get(key, key)
    path.write_text(f'[keys]\n"notices.prepare" = "{typed}"\n', encoding="utf-8")
    found = load_keymap(path)
    assert found.keys == {}
    assert "terminals keep" in found.problems[0]


@pytest.fixture
def tmux(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """A tmux server of its own, inside which this process seems to run; a function that asks it."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    socket = str(tmp_path / "tmux")

    def ask_tmux(*words: str) -> str:
        return subprocess.run(
            ["tmux", "-S", socket, "-f", "/dev/null", *words], capture_output=True, check=True, text=True
        ).stdout

    ask_tmux("new-session", "-d", "-s", "desk", "sleep 600")
    monkeypatch.setenv("TMUX", f"{socket},1,0")
    yield ask_tmux
    ask_tmux("kill-server")


async def test_what_is_copied_within_tmux_is_in_its_buffer_with_default_settings(
    company: Opened, tmux: Callable[..., str]
) -> None:
    async with run_app(company) as pilot:
        await pilot.press("Y")
        await settle(pilot)
        copied = pilot.app.clipboard
    assert copied.startswith("2012\t100\t17.08.2012")
    assert tmux("show-buffer").rstrip("\n") == copied
    assert copy_through_tmux("Č" * 100_000), "and no text is too long for it"
    assert tmux("show-buffer") == "Č" * 100_000


async def test_what_is_copied_elsewhere_goes_to_the_terminal(company: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setattr(HeadlessDriver, "write", lambda _driver, data: written.append(data))
    async with run_app(company) as pilot:
        await pilot.press("Y")
        await settle(pilot)
        row = base64.b64encode(pilot.app.clipboard.encode()).decode()
        assert f"\x1b]52;c;{row}\a" in written
        assert isinstance(pilot.app, OpominiApp)
        assert not pilot.app.copy("Č" * 50_000), "more than terminals take"
    assert (company.config.home / "copied.txt").read_text(encoding="utf-8") == "Č" * 50_000


class Bars(App[None]):
    """The hint lines of all places, one below the other."""

    CSS = "HintBar { height: 1; padding: 0 1; text-wrap: nowrap; }"

    def __init__(self, places: list[tuple[str, ...]]) -> None:
        super().__init__()
        self._places = places

    def compose(self) -> ComposeResult:
        for places in self._places:
            yield HintBar(actions_of(*places, "everywhere"))


@pytest.mark.parametrize("language", ["sl", "en"])
async def test_six_hints_at_most_and_each_of_them_whole_in_80_columns(language: str) -> None:
    text.use_language(language)
    assert len(screens()) > 50, "now all of their modules are there"
    kinds: list[type[OpominiScreen]] = [OpominiScreen]
    places = set()
    for number in count():
        if number == len(kinds):
            break
        kinds += kinds[number].__subclasses__()
        places.add(kinds[number].PLACES)
    async with Bars(sorted(places)).run_test(size=(80, 50)) as pilot:
        for bar, where in zip(pilot.app.query(HintBar), sorted(places), strict=True):
            words = str(bar.render()).rstrip()
            hinted = sum(bool(action.hint and action.key) for action in actions_of(*where, "everywhere"))
            assert words.count("  ") + 1 == min(hinted, MOST_HINTS) or not hinted, (where, words)
            assert len(words) <= 78, (where, words)


async def test_keys_typed_while_the_first_is_handled_are_not_taken_for_an_answer(company: Opened) -> None:
    """Ctrl+D and F9 come in one packet over a slow line: the question is not answered by what came with its key."""
    async with run_app(company) as pilot:
        await pilot.press("space")
        prepared = run("SELECT COUNT(*) FROM notice").fetchone()
        for key in ("ctrl+d", "f9", "f9"):
            pilot.app.post_message(Key(key, None))
        await settle(pilot)
        assert type(pilot.app.screen).__name__ == "ConfirmScreen"
        assert run("SELECT COUNT(*) FROM notice").fetchone() == prepared
