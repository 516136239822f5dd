"""Shared by the tests of the work screens: a mail server behind the operator, waiting for a state, notices by number."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from math import inf

from textual.pilot import Pilot

from opomini_tui.models.database import run
from opomini_tui.models.notices import Notice
from opomini_tui.models.parties import Operator
from opomini_tui.screens.notices import NoticesScreen
from tests.mail.servers import Accepted
from tests.screens.conftest import settle as settle
from tests.screens.conftest import shown
from tests.stillness import wait_for_idle

GUARD = 0.45
"""A little longer than confirmations ignore keys."""
PATIENCE = 60.0
"""Seconds after which something does not come any more."""


def use_server(port: int, connections: int = 1) -> None:
    """The operator sends through the server on this port, over so many connections at a time."""
    Operator.update(smtp_host="127.0.0.1", smtp_port=port, smtp_security="none", smtp_connections=connections).execute()


async def until(pilot: Pilot[int], true: Callable[[], bool]) -> None:
    """Wait until something is so, however slow the machine is; then until it is on the screen and nothing goes on."""
    await meanwhile(pilot, true)
    await settle(pilot)


async def meanwhile(pilot: Pilot[int], true: Callable[[], bool]) -> None:
    """As `until`, while something goes on."""
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise AssertionError("it never came to be; the screen says:\n" + shown(pilot))
        await asyncio.sleep(0.02)
        await pilot.pause()


async def meanwhile_shown(pilot: Pilot[int], text: str) -> None:
    """As `until_shown`, while something goes on."""
    await meanwhile(pilot, lambda: text in said(pilot))


async def come_true(true: Callable[[], bool]) -> None:
    """Wait until something is so, whatever the screen does."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"it never came to be; messages: {delivery_states()}"
        await asyncio.sleep(0.02)


def nothing_in_hand() -> bool:
    """Whether no sender has a message in hand."""
    return not {"claimed", "sending"} & set(delivery_states())


async def until_shown(pilot: Pilot[int], text: str) -> None:
    """Wait until the screen says `text` (line breaks do not matter)."""
    await until(pilot, lambda: text in said(pilot))


async def guard_over(pilot: Pilot[int]) -> None:
    """Wait until a question is shown; then it is as if it had been read for a while: it takes keys."""
    await meanwhile(pilot, lambda: isinstance(getattr(pilot.app.screen, "_opened", None), float))
    await wait_for_idle(max_sleep=PATIENCE)
    setattr(pilot.app.screen, "_opened", -inf)  # noqa: B010 - private, and of several classes


def said(pilot: Pilot[int]) -> str:
    """The screen's text with frames and line breaks taken out."""
    words = shown(pilot).replace("│", " ").split()
    return " ".join(words)


async def typed(pilot: Pilot[int], text: str) -> None:
    """Type the characters, then wait for what the forms do when no other comes."""
    await pilot.press(*text)
    await settle(pilot)


async def go_to(pilot: Pilot[int], number: int) -> int:
    """Put the cursor of the grid on the notice 2012/number; its id."""
    notice = Notice.get((Notice.year == 2012) & (Notice.number == number))
    grid = pilot.app.screen
    assert isinstance(grid, NoticesScreen)
    if not grid.table.move_to(notice.id):
        await pilot.press("a")
        await settle(pilot)
        assert grid.table.move_to(notice.id)
    await settle(pilot)
    return int(notice.id)


def state_of(number: int) -> str:
    """The state of the notice 2012/number."""
    return str(run("SELECT state FROM notice WHERE year = 2012 AND number = ?", (number,)).fetchone()[0])


def delivery_states() -> dict[str, int]:
    """How many messages are in which state."""
    return {str(s): int(n) for s, n in run("SELECT state, COUNT(*) FROM delivery GROUP BY state").fetchall()}


def message(accepted: Accepted) -> EmailMessage:
    """A message that the server took over."""
    parsed = message_from_bytes(accepted.content, policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def label_of(accepted: Accepted) -> str:
    """The notice of a message: "2012/138"."""
    return str(message(accepted)["X-Opomini-Notice"]).partition(" ")[0]


def body_of(accepted: Accepted) -> str:
    """The text part of a message."""
    part = message(accepted).get_body(("plain",))
    assert part is not None
    return str(part.get_content())
