"""Shared by the tests of forms: filling fields with keys only, and what a field says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.widgets import Checkbox, Select

from opomini_tui.screens.form import FormScreen
from opomini_tui.screens.unsaved import UnsavedScreen
from opomini_tui.widgets.fields import Field
from tests.screens.working import guard_over, settle, until


def form(pilot: Pilot[int]) -> FormScreen[Any]:
    """The form that is shown."""
    screen = pilot.app.screen
    assert isinstance(screen, FormScreen)
    return screen


def field(pilot: Pilot[int], name: str) -> Field[Any]:
    """A field of the form that is shown."""
    return form(pilot).field(name)


async def fill(pilot: Pilot[int], values: Mapping[str, str | bool]) -> None:
    """Fill fields by name: a text is typed, a check box gets the value by Space, a choice by arrow keys."""
    for name, value in values.items():
        place = field(pilot, name)
        place.focus_control()
        await pilot.pause()
        control = place.control
        if isinstance(control, Checkbox):
            if control.value is not value:
                await pilot.press("space")
        elif isinstance(control, Select):
            await _choose(pilot, control, str(value))
        else:
            await type_over(pilot, str(value))


async def type_over(pilot: Pilot[int], text: str) -> None:
    """Type over what stands where the cursor is; without the pause that `Pilot.press` makes after every letter."""
    await pilot.press("end", "ctrl+u")
    for letter in text:
        pilot.app.post_message(events.Key(letter, letter))
    await pilot.pause()


async def _choose(pilot: Pilot[int], control: Select[str], value: str) -> None:
    values = [option for _shown, option in control._options]  # there is no public way to ask
    steps = values.index(value) - values.index(str(control.value))
    if steps:
        await pilot.press("enter", *["down" if steps > 0 else "up"] * abs(steps), "enter")
        await settle(pilot)
    assert control.value == value


def problems(pilot: Pilot[int]) -> dict[str, str]:
    """What the fields of the form that is shown say is wrong."""
    return {str(place.name): place.problem for place in form(pilot).fields() if place.problem}


async def asked_to_save(pilot: Pilot[int]) -> None:
    """The question of what was changed is up, and keys count for it."""
    await until(pilot, lambda: isinstance(pilot.app.screen, UnsavedScreen))
    await guard_over(pilot)


async def confirm(pilot: Pilot[int]) -> None:
    """F9, and wait for what comes of it."""
    await pilot.press("f9")
    await settle(pilot)
