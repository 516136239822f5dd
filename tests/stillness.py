"""When an application driven by a test is still: exactly, not by the clock.

Textual's own pilot takes a process that uses little of the processor for one that has nothing to do. On a loaded machine
that is wrong: the test looks at the screen before it is so. Here the queues of all widgets, what is to be drawn, and (for
`settled`) the readers and the short timers of debouncing are looked at.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest
from textual._context import active_app
from textual.app import App
from textual.dom import DOMNode
from textual.message_pump import MessagePump
from textual.timer import Timer
from textual.worker import Worker

LIMIT = 60.0
"""Seconds after which something that is never still is a failure."""
LOOKS = 2
"""So many times in a row there must be nothing to do."""
TURNS = 3
"""So many turns of the loop are given before each look: what was begun in a task of its own has shown itself by then."""
DEBOUNCE = 0.6
"""A timer that fires once within so many seconds belongs to what was typed, not to a message that fades."""
PAUSED_AGAIN = 0.2
"""A repeated timer this quick that began paused is paused again by what it does; slower ones blink."""
AT_ONCE = 0.05
"""A timer this short is how a widget does something a little later, such as drawing in a new size."""


def pumps(app: App[Any]) -> Iterator[MessagePump]:
    """The application, its screens and all their widgets."""
    yield app
    nodes: list[DOMNode] = [*app.screen_stack]
    while nodes:
        node = nodes.pop()
        yield node
        nodes += node._nodes


async def still(app: App[Any]) -> None:
    """Until every message was handled and the screen is drawn; readers and timers may still be under way.

    Raises:
        AssertionError: it is not still after LIMIT seconds.
    """
    end = time.monotonic() + LIMIT
    quiet = turns = 0
    busy: MessagePump | None = None
    while quiet < LOOKS and not _over(app):
        for _turn in range(TURNS):
            await asyncio.sleep(0)
        turns += 1
        if turns % 50 == 0:
            await asyncio.sleep(0.001)  # it waits for something outside of the loop
        if busy is None or not _is_busy(busy):  # the one that kept it busy the last time is asked first
            busy = next(filter(_is_busy, pumps(app)), None)
        quiet = 0 if busy is not None or _draw(app) else quiet + 1
        if time.monotonic() > end:
            raise AssertionError(f"never still: {busy or app.screen}")


def _over(app: App[Any]) -> bool:
    return not app.is_running or app._exit or app._exception is not None or not app.screen_stack


def _is_busy(pump: MessagePump) -> bool:
    """Whether it is at work on a message or has one waiting: it is idle only while its task waits for the next."""
    if not pump._running or pump._closing or pump._closed:
        return False
    queue: Any = pump._message_queue
    waits = queue.ready_event._waiters
    return bool(queue.values or pump._next_callbacks or not waits or waits[-1].done())


def _draw(app: App[Any]) -> bool:
    """Draw what is to be drawn; whether there was anything."""
    screen = app.screen
    if app._batch_count:
        return True
    if not (
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._recompose_required
        or screen._dirty_widgets
        or screen._callbacks
    ):
        return False
    screen._on_timer_update()
    return True


def readers(app: App[Any]) -> list[Worker[Any]]:
    """The workers that read for a screen; jobs may last as long as they like."""
    return [worker for worker in workers(app) if not worker.group.startswith("job-")]


def workers(app: App[Any]) -> list[Worker[Any]]:
    """Every worker that is at work."""
    return [worker for worker in app.workers if not worker.is_finished]


def timers(app: App[Any], within: float) -> list[Timer]:
    """The timers that will fire once within so many seconds; also those that are paused again when they have fired."""
    every = (timer for pump in pumps(app) for timer in list(pump._timers))
    return [timer for timer in every if _will_fire_once(timer, within)]


def _will_fire_once(timer: Any, within: float) -> bool:
    if timer._task is None or timer._task.done() or not timer._active.is_set() or timer._interval > within:
        return False
    return bool(timer._repeat == 0 or (timer._original_pause and timer._interval <= PAUSED_AGAIN))


async def wait_for_idle(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """In the place of Textual's function of this name: what the last key brought is on the screen, also what a reader
    brings (if it does not take longer than `max_sleep`)."""
    app = active_app.get()
    end = time.monotonic() + max_sleep
    await still(app)
    while (readers(app) or timers(app, AT_ONCE)) and not _over(app) and time.monotonic() < end:
        await asyncio.sleep(0.002)
        await still(app)


async def settled(app: App[Any]) -> None:
    """Until nothing is under way: no message, no worker, no timer of debouncing.

    Raises:
        AssertionError: something is after LIMIT seconds.
    """
    end = time.monotonic() + LIMIT
    await still(app)
    while not _over(app) and (under_way := [*workers(app), *timers(app, DEBOUNCE)]):
        if time.monotonic() > end:
            raise AssertionError(f"never settled: {under_way}")
        await asyncio.sleep(0.002)
        await still(app)


@pytest.fixture(autouse=True)
def exact_stillness(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a `conftest.py`: every pilot waits as told above."""
    for module in ("textual.app", "textual.pilot"):
        monkeypatch.setattr(f"{module}.wait_for_idle", wait_for_idle)
