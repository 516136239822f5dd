"""Keys that come faster than they are handled, as over a slow line: each is meant for what the one before led to."""

from __future__ import annotations

import pytest
from textual.app import ComposeResult
from textual.events import Key, Paste
from textual.pilot import Pilot
from textual.widgets import Input

from opomini_tui.app import OpominiApp
from opomini_tui.screens.form import FormScreen
from opomini_tui.widgets.fields import MoneyField, TextField
from tests.screens.conftest import Opened, run_app, settle


class TwoFields(FormScreen[dict[str, str]]):
    """A name and an amount."""

    def heading(self) -> str:
        return "Two fields"

    def body(self) -> ComposeResult:
        yield TextField("name", "Name", "as it was")
        yield MoneyField("amount", "Amount", None)

    def on_mount(self) -> None:
        self.field("name").focus_control()


def come_at_once(pilot: Pilot[int], *keys: str) -> None:
    """All of the keys are there before the first of them is handled."""
    names = {" ": "space", ",": "comma"}
    for key in keys:
        pilot.app.post_message(Key(names.get(key, key), key if len(key) == 1 else None))


async def typed_into_two_fields(opened: Opened, *keys: str) -> list[str]:
    """What the fields hold when the keys came at once."""
    async with run_app(opened) as pilot:
        form = TwoFields()
        pilot.app.push_screen(form)
        await settle(pilot)
        come_at_once(pilot, *keys)
        await settle(pilot)
        return [box.value for box in form.query(Input)]


@pytest.mark.parametrize("leave", ["enter", "tab"])
async def test_a_value_typed_ahead_goes_into_its_own_field(company: Opened, leave: str) -> None:
    assert await typed_into_two_fields(company, "ctrl+u", *"Novak", leave, *"54,6") == ["Novak", "54,6"]


async def test_what_is_deleted_is_what_was_typed_before(company: Opened) -> None:
    keys = ("ctrl+u", "a", "b", "backspace", "c", "home", "d", "end", "e")
    assert (await typed_into_two_fields(company, *keys))[0] == "dace"


async def test_pasted_text_keeps_its_place_among_the_keys(company: Opened) -> None:
    async with run_app(company) as pilot:
        form = TwoFields()
        pilot.app.push_screen(form)
        await settle(pilot)
        come_at_once(pilot, "ctrl+u")
        pilot.app.post_message(Paste("Kos d.o.o."))
        come_at_once(pilot, "tab", "7")
        await settle(pilot)
        assert [box.value for box in form.query(Input)] == ["Kos d.o.o.", "7"]


async def test_keys_typed_ahead_of_a_screen_are_meant_for_it(company: Opened) -> None:
    async with run_app(company) as pilot:
        come_at_once(pilot, "slash", *"kupec", "escape", "escape", "f1")
        await settle(pilot)
        assert type(pilot.app.screen).__name__ == "HelpScreen"
        come_at_once(pilot, "escape", "l", *"00", "backspace", "7")
        await settle(pilot)
        assert isinstance(pilot.app, OpominiApp)
        assert isinstance(pilot.app.focused, Input)
        assert pilot.app.focused.value == "07"
