"""A batch on its way and the outbox, with keys only: pause, cancel, leave, come back, try again, settle."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from textual.pilot import Pilot

from opomini_tui.mail.outbox import batch_counts, enqueue, outbox_rows
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, Span
from tests.mail.servers import FaultServer, HonestServer, reply
from tests.screens.conftest import Opened, run_app, settle
from tests.screens.working import (
    GUARD,
    delivery_states,
    said,
    state_of,
    typed,
    until,
    until_shown,
    use_server,
)


class SlowServer(FaultServer):
    """Takes its time for every message, so that a batch can be watched."""

    seconds = 0.15

    def __getattribute__(self, name: str) -> Any:
        if name == "accepted":
            frame_wait = object.__getattribute__(self, "seconds")
            if frame_wait and object.__getattribute__(self, "_slow"):
                time.sleep(frame_wait)
        return object.__getattribute__(self, name)

    _slow = False


def queue(company: Opened, *, subject: str = "") -> str:
    """Queue the notices that can go; the batch."""
    return enqueue(NoticeFilter(year=2012), company.actor, company.config, subject=subject).batch


async def open_batch(pilot: Pilot[int]) -> None:
    """From the grid to the newest batch."""
    await pilot.press("m")
    await settle(pilot)
    await pilot.press("b")
    await settle(pilot)
    await pilot.press("enter")
    await settle(pilot)
