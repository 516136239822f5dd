"""What the tests of long verbs share: a verb that is held in its middle, and the way into the background."""

from __future__ import annotations

import threading
from math import inf
from typing import Any

import pytest
from textual.pilot import Pilot

from opomini_tui.progress import Progress
from opomini_tui.screens import job
from opomini_tui.screens.job import JobScreen
from opomini_tui.screens.notices import NoticesScreen
from tests.screens.working import meanwhile, meanwhile_shown


@pytest.fixture(autouse=True)
def no_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast it goes depends on the machine."""
    monkeypatch.setattr(job, "EARLY_SECONDS", inf)


class Gate:
    """Holds a verb at 42 of 206 until it is opened, or the verb is told to stop; then the verb does its real work."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
        self.opened = threading.Event()
        verb = getattr(module, name)

        def held(*given: Any, progress: Progress, stop: threading.Event, **named: Any) -> Any:
            progress(42, 206, {"issued": 40, "left out": 2})
            while not (self.opened.wait(0.01) or stop.is_set()):
                pass
            return verb(*given, progress=progress, stop=stop, **named)

        monkeypatch.setattr(module, name, held)


def on(pilot: Pilot[int], kind: type[Any]) -> bool:
    """Whether a screen of that class is on top."""
    return isinstance(pilot.app.screen, kind)


async def meanwhile_on(pilot: Pilot[int], kind: type[Any]) -> None:
    """Wait for it, while something goes on."""
    await meanwhile(pilot, lambda: on(pilot, kind))


async def go_aside(pilot: Pilot[int], title: str) -> None:
    """B: the modal and the form go, the grid is there, and the status line tells of the job."""
    await meanwhile_on(pilot, JobScreen)
    await meanwhile_shown(pilot, "42 / 206")
    await pilot.press("b")
    await meanwhile_on(pilot, NoticesScreen)
    await meanwhile_shown(pilot, f"1 job: {title} 42/206 (^G)")
