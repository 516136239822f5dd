"""Letters drawn on several processors: helper processes draw; this one reads, stores, and draws too while it waits.

What comes out is what one process makes, in the same order. When a helper dies its letters are drawn by another or here.
"""

from __future__ import annotations

import os
import pickle
import selectors
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Generic, TypeVar

from opomini_tui.documents.issue_helper import Drawn, Helper, draw_all, order_of
from opomini_tui.documents.letter import Letter

if TYPE_CHECKING:
    from opomini_tui.documents.signature import LetterSigner

T = TypeVar("T")

FEWEST = 150
"""Letters from which a helper is worth its start."""
MOST = 4
"""Processes at the most when nobody says how many: what more of them draw, one can hardly store."""

PART = 10
"""Letters that a process draws at a time: few, so that all end together, and their PDFs wait in a pipe's room."""
READY = 1
"""Parts that lie ready for a helper while it draws one: it need not wait until this process looks after it."""


def helpers_for(letters: int, processes: int = 0) -> int:
    """How many helpers draw so many letters beside this process.

    `processes`: how many in all; 0 leaves it to the number of letters and the processors that this process may use.
    """
    if processes:
        return processes - 1
    if letters < FEWEST:
        return 0
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST) - 1


@dataclass(eq=False)
class _Task:
    """A few letters of a chunk, and what became of them."""

    letters: Sequence[Letter]
    drawn: list[Drawn] | None = None
    error: Exception | None = None

    @cached_property
    def order(self) -> bytes:
        """As a helper is given them."""
        return order_of(self.letters)


class LetterPool(Generic[T]):
    """Draws chunks of letters with so many helpers, or alone. A context manager: at its end the helpers end."""

    def __init__(self, helpers: int, signer: LetterSigner | None = None) -> None:
        """Start the helpers; what cannot be started is done without."""
        self._signer = signer
        self._ahead = helpers + 2 if helpers else 1
        self._queue: deque[_Task] = deque()
        self._in_hand: dict[Helper, deque[_Task]] = {}
        self._selector = selectors.DefaultSelector()
        with suppress(OSError, TypeError, pickle.PicklingError):
            for _number in range(helpers):
                helper = Helper(signer)
                self._in_hand[helper] = deque()
                self._selector.register(helper.answers, selectors.EVENT_READ, helper)

    def __enter__(self) -> LetterPool[T]:
        return self

    def __exit__(self, *_failure: object) -> None:
        for helper in list(self._in_hand):
            self._drop(helper)
        self._selector.close()

    def drawn(self, chunks: Iterable[tuple[T, Sequence[Letter]]]) -> Iterator[tuple[T, list[Drawn]]]:
        """The chunks in their order, each with what became of its letters (see `draw_all`); a few are read ahead.

        Raises:
            NotSigned: the letters of the next chunk cannot be signed.
        """
        source, waiting = iter(chunks), deque[tuple[T, list[_Task]]]()
        while True:
            while len(waiting) < self._ahead and (more := next(source, None)):
                chunk, letters = more
                tasks = [_Task(letters[start : start + PART]) for start in range(0, len(letters), PART)]
                waiting.append((chunk, tasks))
                self._queue += tasks
                self._tend()
            if not waiting:
                return
            chunk, tasks = waiting.popleft()
            yield chunk, [each for task in tasks for each in self._finished(task)]

    def _finished(self, task: _Task) -> list[Drawn]:
        """What became of these letters; until it is there, those that nobody has begun are drawn here."""
        while task.drawn is None:
            if task.error:
                raise task.error
            if self._queue:
                self._draw_here(self._queue.popleft())
            else:
                self._tend(wait=True)
        return task.drawn

    def _draw_here(self, task: _Task) -> None:
        """Draw letters, looking after the helpers before each; what fails is told when its turn comes."""
        try:
            task.drawn = draw_all(self._tending(task.letters), self._signer)
        except Exception as error:
            task.error = error

    def _tending(self, letters: Sequence[Letter]) -> Iterator[Letter]:
        for letter in letters:
            self._tend()
            yield letter

    def _tend(self, *, wait: bool = False) -> None:
        """Take what helpers have drawn; give letters to those that have none, then to each some that lie ready."""
        if not self._in_hand:
            return
        for key, _event in self._selector.select(None if wait else 0):
            self._take(key.data)
        for ready in range(READY + 1):
            for helper in [one for one, tasks in self._in_hand.items() if one.warm and len(tasks) == ready]:
                if self._queue and (not ready or len(self._queue[0].order) <= helper.room):
                    self._give(helper, self._queue.popleft())

    def _take(self, helper: Helper) -> None:
        was_warm = helper.warm
        try:
            drawn = helper.take()
        except (OSError, EOFError, pickle.UnpicklingError):
            self._drop(helper)
        else:
            if was_warm:
                self._in_hand[helper].popleft().drawn = drawn

    def _give(self, helper: Helper, task: _Task) -> None:
        self._in_hand[helper].append(task)
        try:
            helper.give(task.order)
        except OSError:
            self._drop(helper)

    def _drop(self, helper: Helper) -> None:
        """End a helper; its letters are the next that somebody else draws."""
        self._selector.unregister(helper.answers)
        self._queue.extendleft(reversed(self._in_hand.pop(helper)))
        helper.end()
