"""This session among the others: it tells where it is and what it works on, and knows the same of the others.

All of it goes on in threads beside the screens and is only a courtesy: when it cannot be told now, it is told later.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue

from opomini_tui.actions import ACTIONS, BY_ID
from opomini_tui.evidence.presence import (
    TELL_SECONDS,
    Colleague,
    colleagues,
    held_by_others,
    let_go,
    say_gone,
    say_here,
)
from opomini_tui.mail.dead_senders import ended, new_sender_id
from opomini_tui.models.database import DatabaseTrouble
from opomini_tui.text import _

MOST = 200
"""So many notices are marked one by one; of larger sets none is."""
LEAVE_SECONDS = 1.0
"""How long the end of the program waits until it is told."""
GRID = "notices"


@dataclass(frozen=True, slots=True)
class Around:
    """The other sessions, and who works on which notice (its id)."""

    colleagues: tuple[Colleague, ...] = ()
    held: Mapping[int, str] = field(default_factory=dict)


class Desk:
    """What one session tells of itself. Called by the interface's thread; a thread of its own does the telling, in order."""

    def __init__(self) -> None:
        self.session = ""
        """The id of the session; "" while nobody is signed in."""
        self._operator_id = 0
        self._held = Counter[int]()
        self._place = GRID
        self._told_at, self._told_place = -TELL_SECONDS, ""
        self._to_tell: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def arrive(self, operator_id: int) -> None:
        """An operator has signed in: from now on `tell` tells of him."""
        self.session, self._operator_id = new_sender_id(), operator_id
        self._told_at, self._told_place, self._place = -TELL_SECONDS, "", GRID
        self._to_tell = SimpleQueue()
        self._thread = threading.Thread(target=_tell_all, args=(self._to_tell,), name="desk", daemon=True)
        self._thread.start()

    def leave(self) -> None:
        """He leaves; what he held is free."""
        if self.session:
            self._to_tell.put(partial(say_gone, self.session))
            self._to_tell.put(None)
            ended(self.session)
            self.session = ""
            self._held.clear()

    def wait(self) -> None:
        """Before the program ends: a moment for what is still to be told."""
        if self._thread is not None:
            self._thread.join(LEAVE_SECONDS)

    def tell(self, place: str) -> None:
        """Say where the session is, when that is new or it was last said long ago; nothing waits for it."""
        self._place = place
        is_news = place != self._told_place or time.monotonic() - self._told_at >= TELL_SECONDS
        if self.session and is_news and self._to_tell.empty():
            self._say()

    def _say(self) -> None:
        session, place, held, now = self.session, self._place, tuple(self._held), time.monotonic()

        def say() -> None:
            said = say_here(session, self._operator_id, place, held)
            self._told_at, self._told_place = (now, place) if said else (-TELL_SECONDS, "")

        self._to_tell.put(say)

    def work_on(self, notice_ids: Iterable[int]) -> None:
        """A form works on these notices. Each call has its `done_with`."""
        if self.session and (ids := tuple(notice_ids)):
            self._held.update(ids)
            self._say()

    def done_with(self, notice_ids: Iterable[int]) -> None:
        """A form does not work on them any more; those that another form of this session works on stay held."""
        ids = tuple(notice_ids)
        self._held.subtract(ids)
        self._held = +self._held
        free = [number for number in ids if number not in self._held]
        if self.session and free:
            self._to_tell.put(partial(let_go, self.session, free))


def _tell_all(to_tell: SimpleQueue[Callable[[], object] | None]) -> None:
    """The thread of a session: a database that does not answer is said by the pulse, here it is passed over."""
    while (work := to_tell.get()) is not None:
        with suppress(DatabaseTrouble):
            work()


def look_around(session: str) -> Around:
    """Two cheap queries, every two seconds."""
    return Around(colleagues(session), held_by_others(session))


_OPENED = {action.opens: action.id for action in ACTIONS if action.opens and action.where == GRID}


def place_of(screens: Iterable[object]) -> str:
    """The place that a stack of screens is at, from below: the id of the last screen that is opened by an action."""
    names = [f"{type(screen).__module__}:{type(screen).__name__}" for screen in screens]
    return next((_OPENED[name] for name in reversed(names) if name in _OPENED), GRID)


def place_name(place: str) -> str:
    """What the place is called in the language of the one who looks."""
    return BY_ID[place].label if place in BY_ID else _("Dunning")
