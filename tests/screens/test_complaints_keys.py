"""What users of terminal applications complain about, as tests: what keys do, and do not do.

One test for each complaint, or the name of the one that exists:

- a stray key destroyed work → here; deleting on no letter: `test_shell.test_deleting_hangs_on_no_bare_letter`
- Enter confirms and repeats itself → `test_complaints_questions`; no question opens on its deed: here
- fewer keys, and all of them to be found → here; README: `test_shell.test_the_readme_has_the_key_table_of_the_registry`
- keys that do not arrive → here; Alt with a digit: `test_terminal`
- nothing can be copied → here; what is copied: `test_notices.test_copying_takes_the_row_or_the_ticked_rows`
- the hints do not fit → here

What concerns the screen, the process and the data is in `test_complaints_screen.py`.
"""

from __future__ import annotations

import base64
import random
import re
import shutil
import string
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from math import inf
from pathlib import Path
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.drivers.headless_driver import HeadlessDriver
from textual.screen import Screen
from textual.widgets import Button, Input

from opomini_tui import text
from opomini_tui.actions import ACTIONS, BY_ID, PLACES, actions_of
from opomini_tui.app import OpominiApp
from opomini_tui.keymap import load_keymap
from opomini_tui.models.database import run
from opomini_tui.screens.base import OpominiScreen
from opomini_tui.screens.clipboard import copy_through_tmux
from opomini_tui.screens.form import FormScreen
from opomini_tui.screens.guard import Guarded
from opomini_tui.screens.help import keys_here
from opomini_tui.widgets.bars import MOST_HINTS, HintBar
from opomini_tui.widgets.record_table import RecordTable
from tests.mail.servers import HonestServer
from tests.screens.conftest import Opened, run_app, settle, shown
from tests.screens.every_screen import OPENINGS, close_all, each_screen, furnish, open_screen
from tests.screens.standing_still import stand_still
from tests.screens.test_complaints_questions import questions
from tests.screens.test_every_screen import screens
from tests.screens.working import delivery_states, use_server


@dataclass(frozen=True)
class Facts:
    """What a screen showed when it had just been opened."""

    name: str
    kind: str
    dangerous: bool
    """It has a button of something that cannot be taken back."""
    enter_does_harm: bool
    keys: dict[str, str]
    """What each key does."""
    actions: set[str]
    """The ids of its bindings."""
    offered: set[str]
    """The ids that F1 and the palette list."""


WALKED: list[Facts] = []


@pytest.fixture
async def walked(company: Opened, monkeypatch: pytest.MonkeyPatch) -> list[Facts]:
    """Every screen, opened once for all tests of this process."""
    if not WALKED:
        stand_still(monkeypatch)
        furnish(company)
        async with run_app(company) as pilot:
            found = [look_at(one.name, pilot.app.screen) async for one in each_screen(pilot, company)]
        WALKED.extend(found)
    return WALKED


def look_at(name: str, screen: Screen[Any]) -> Facts:
    """The facts of the screen on top."""
    assert isinstance(screen, (OpominiScreen, FormScreen))
    focused, bound = screen.focused, screen.active_bindings
    if isinstance(focused, Button):
        harm = focused.variant == "error" or (isinstance(screen, Guarded) and focused.id == "button-confirm")
    else:
        harm = isinstance(focused, Input) and isinstance(screen, Guarded) and focused.value != ""
    return Facts(
        name,
        type(screen).__name__,
        any(button.variant == "error" for button in screen.query(Button)),
        harm,
        {key: active.binding.action for key, active in bound.items()},
        {str(active.binding.id) for active in bound.values()},
        {action.id for action in keys_here(screen)} | {"field.values"},
    )


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
            await open_screen(pilot, company, opening(name))
            bound = [key for key in pilot.app.screen.active_bindings if len(key) == 1]
            bursts = [
                [chance.choice(chance.choice((bound or TYPED, TYPED))) for _key in range(BURST)]
                for _burst in range(DROPPED[name])
            ]
            for keys in [*([key] for key in bound), *bursts]:
                await close_all(pilot)
                await pilot.press("escape", "escape")  # out of the filter
                await open_screen(pilot, company, opening(name))
                for table in pilot.app.screen.query(RecordTable):
                    if table.tickable and len(keys) == 1:
                        table.tick_all()
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


@pytest.mark.journeys
async def test_a_question_opens_on_what_does_no_harm(walked: list[Facts]) -> None:
    dangerous = {one.kind for one in walked if one.dangerous}
    assert dangerous
    # that one wants a reason and a word: a key that is held types neither
    assert dangerous - {"RestoredScreen"} <= set(questions())
    assert [one.name for one in walked if one.enter_does_harm] == []


@pytest.mark.journeys
async def test_every_key_of_every_screen_is_in_its_help_with_its_key(walked: list[Facts]) -> None:
    hidden = {
        f"{one.name}: {name}" for one in walked for name in one.actions if name in BY_ID and name not in one.offered
    }
    assert sorted(hidden) == []
    assert sum(len(one.actions & one.offered) for one in walked) > 500


async def test_help_of_a_form_lists_its_own_keys(company: Opened) -> None:
    async with run_app(company, (100, 40)) as pilot:
        await pilot.press("f8")
        await settle(pilot)
        await pilot.press("f1")
        await settle(pilot)
        words = shown(pilot)
    for action in actions_of("send_batch"):
        assert re.search(rf"│ {action.key} +{re.escape(action.label[:20])}", words), action.id


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
async def test_no_screen_waits_for_a_key_that_does_not_arrive(walked: list[Facts]) -> None:
    """Neither our own bindings nor those of Textual's widgets, except where another key does the same."""
    found = set()
    for one in walked:
        arriving = {does for key, does in one.keys.items() if key not in SWALLOWED}
        found |= {
            f"{one.name}: {key} {does}" for key, does in one.keys.items() if key in SWALLOWED and does not in arriving
        }
    assert sorted(found) == []
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
