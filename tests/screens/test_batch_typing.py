"""Typing in the form of a batch: keys that come quickly, offers, the editor, what Esc would lose."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from textual.pilot import Pilot

from opomini_tui.models.notice_filter import Span
from opomini_tui.screens import work_form
from opomini_tui.screens.form import FormScreen
from opomini_tui.screens.work_form import AtWork, look_who_works
from tests.screens import filling
from tests.screens.conftest import Opened, run_app
from tests.screens.conftest import said as toasts
from tests.screens.working import (
    PATIENCE,
    delivery_states,
    guard_over,
    said,
    settle,
    typed,
    until,
    until_shown,
)

pytestmark = pytest.mark.journeys


async def batch_form(pilot: Pilot[int]) -> FormScreen[Any]:
    """The form, with all that it counts."""
    await pilot.press("f8")
    await settle(pilot)
    return filling.form(pilot)


async def test_f9_right_after_the_last_key_asks_about_what_was_typed(company: Opened) -> None:
    async with run_app(company) as pilot:
        form = await batch_form(pilot)
        form.field("customer").focus_control()
        await pilot.press(*"0000003", "tab", *"0000003", "f9")
        await until_shown(pilot, "1 notice will be sent by e-mail.")
        assert "Type 1 to confirm" in said(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is form)
        await pilot.press(*["backspace"] * 7, *"0000002", "f9")
        await settle(pilot)
        assert filling.problems(pilot) == {"customer": "The end of the range lies before its beginning."}
        await pilot.press(*"xx", "tab", *"xx", "f9")
        await until(pilot, lambda: any("None of these notices can go" in sentence for sentence in toasts(pilot)))
        assert pilot.app.screen is form
    assert delivery_states() == {}


async def test_a_key_after_f9_takes_it_back(company: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = Event()

    def look(*given: Any) -> AtWork:
        looked.wait(PATIENCE)
        return look_who_works(*given)

    async with run_app(company) as pilot:
        form = await batch_form(pilot)
        form.field("customer").focus_control()
        await settle(pilot)
        monkeypatch.setattr(work_form, "look_who_works", look)
        await pilot.press("0", "f9", "1")
        looked.set()
        await settle(pilot)
        assert pilot.app.screen is form, "the question would have been about others than were meant"
    assert delivery_states() == {}


async def test_what_was_typed_for_the_messages_is_not_lost_by_esc(company: Opened) -> None:
    async with run_app(company) as pilot:
        form = await batch_form(pilot)
        await pilot.press("f3", "tab")
        await typed(pilot, "Opomin")
        await pilot.press("escape")
        await until_shown(pilot, "What you typed is lost: Subject.")
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is form)
        assert form.field("subject").read() == "Opomin"
        await pilot.press("escape")
        await until_shown(pilot, "What you typed is lost: Subject.")
        await guard_over(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: not form.is_attached)
    assert delivery_states() == {}


async def test_the_text_is_written_in_the_editor(
    company: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf "Dolg {skupaj}." > "$1"\n')
    editor.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(editor))
    async with run_app(company) as pilot:
        monkeypatch.setattr(pilot.app, "suspend", nullcontext)
        await batch_form(pilot)
        await pilot.press("f5")
        await until_shown(pilot, "Dolg 5.452,60.")
        assert filling.field(pilot, "body").read() == "Dolg {skupaj}."


async def test_numbers_of_notices_are_offered(company: Opened) -> None:
    async with run_app(company) as pilot:
        form = await batch_form(pilot)
        form.field("number").focus_control()
        await pilot.press("alt+down")
        await until_shown(pilot, "305 2012 ·")
        await typed(pilot, "27")
        await until(pilot, lambda: "305 2012" not in said(pilot) and "279 2012 ·" in said(pilot))
        await typed(pilot, "5 saop")
        await until(pilot, lambda: "279 2012" not in said(pilot) and "275 2012 · 0000001 SAOP" in said(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is form)
        assert form.field("number").read() == Span(275, None)


async def test_the_template_can_be_taken_over_and_changed(company: Opened) -> None:
    async with run_app(company) as pilot:
        await batch_form(pilot)
        await pilot.press("f6")
        await settle(pilot)
        assert "opomin št. {stevilka}" in said(pilot)
