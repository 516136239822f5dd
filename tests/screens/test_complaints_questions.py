"""What users of terminal applications complain about, as tests: questions that a key answers which was not meant for them.

The rest is in `test_complaints_keys.py` and `test_complaints_screen.py`; each question in its journey: `test_send_one`,
`test_unsaved`, `test_conflict`, `test_outbox`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from textual.events import Key
from textual.screen import Screen

from opomini_tui.app import OpominiApp
from opomini_tui.models.database import run
from opomini_tui.screens import guard, key_order
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.guard import Guarded
from opomini_tui.screens.send_one import SendOneScreen
from opomini_tui.screens.unsaved import UnsavedScreen
from tests.screens.conftest import Opened, run_app, settle
from tests.screens.every_screen import OPENINGS, close_all, furnish
from tests.screens.working import delivery_states

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


def test_a_key_that_comes_again_at_once_is_the_one_that_is_held(company: Opened) -> None:
    app = OpominiApp(company.config, company.actor)
    for key, moment, pressed in (
        *(("f9", 100.0, 100.0), ("f9", 100.6, 100.0), ("f9", 100.63, 100.0), ("f9", 101.2, 100.0)),
        *(("f9", 102.0, 102.0), ("enter", 102.1, 102.1), ("f9", 102.2, 102.2), ("", 102.3, 102.3), ("", 102.4, 102.4)),
    ):
        app._note_press(key, moment)
        assert app.pressed_at == pressed, (key, moment)


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
