"""Letters drawn on several processors: helper processes draw; this one reads, stores, and draws too while it waits.

What comes out is what one process makes, in the same order. When a helper dies its chunk is drawn by another or here.
"""

from __future__ import annotations

import os
import pickle
import selectors
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from opomini_tui.documents.issue_helper import Drawn, Helper, draw_all
from opomini_tui.documents.letter import Letter

if TYPE_CHECKING:
    from opomini_tui.documents.signature import LetterSigner

T = TypeVar("T")

FEWEST = 200
"""Letters from which a helper is worth its start."""
MOST = 4
"""Processes at the most when nobody says how many: what more of them draw, one can hardly store."""


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


@dataclass(slots=True, eq=False)
class _Task(Generic[T]):
    """A chunk, its letters, and what became of them."""

    chunk: T
    letters: Sequence[Letter]
    drawn: list[Drawn] | None = None
    error: Exception | None = None


class LetterPool(Generic[T]):
    """Draws chunks of letters with so many helpers, or alone. A context manager: at its end the helpers end."""

    def __init__(self, helpers: int, signer: LetterSigner | None = None) -> None:
        """Start the helpers; what cannot be started is done without."""
        self._signer = signer
        self._ahead = 2 * helpers + 2 if helpers else 1
        self._queue: deque[_Task[T]] = deque()
        self._in_hand: dict[Helper, _Task[T] | None] = {}
        self._selector = selectors.DefaultSelector()
        with suppress(OSError, TypeError, pickle.PicklingError):
            for _number in range(helpers):
                helper = Helper(signer)
                self._in_hand[helper] = None
                self._selector.register(helper.answers, selectors.EVENT_READ, helper)

    def __enter__(self) -> LetterPool[T]:
        return self

    def __exit__(self, *_failure: object) -> None:
        for helper in list(self._in_hand):
            self._drop(helper)
        self._selector.close()

    @property
    def process_ids(self) -> list[int]:
        """Of the helpers that live."""
        return [helper.process.pid for helper in self._in_hand]

    def drawn(self, chunks: Iterable[tuple[T, Sequence[Letter]]]) -> Iterator[tuple[T, list[Drawn]]]:
        """The chunks in their order, each with what became of its letters (see `draw_all`); a few are read ahead.

        Raises:
            NotSigned: the letters of the next chunk cannot be signed.
        """
        source, waiting = iter(chunks), deque[_Task[T]]()
        while True:
            while len(waiting) < self._ahead and (more := next(source, None)):
                waiting.append(_Task(*more))
                self._queue.append(waiting[-1])
                self._tend()
            if not waiting:
                return
            task = waiting.popleft()
            yield task.chunk, self._finished(task)

    def _finished(self, task: _Task[T]) -> list[Drawn]:
        """What became of the letters of this chunk; until it is there, those that nobody has begun are drawn here."""
        while task.drawn is None:
            if task.error:
                raise task.error
            if self._queue:
                self._draw_here(self._queue.popleft())
            else:
                self._tend(wait=True)
        return task.drawn

    def _draw_here(self, task: _Task[T]) -> None:
        """Draw a chunk, looking after the helpers between two letters; what fails is told when its turn comes."""
        try:
            task.drawn = draw_all(self._tending(task.letters), self._signer)
        except Exception as error:
            task.error = error

    def _tending(self, letters: Sequence[Letter]) -> Iterator[Letter]:
        for letter in letters:
            self._tend()
            yield letter

    def _tend(self, *, wait: bool = False) -> None:
        """Take what helpers have drawn, and give each that is free the next chunk."""
        if not self._in_hand:
            return
        for key, _event in self._selector.select(None if wait else 0):
            helper: Helper = key.data
            try:
                drawn = helper.take()
            except (OSError, EOFError, pickle.UnpicklingError):
                self._drop(helper)
            else:
                if task := self._in_hand[helper]:
                    task.drawn, self._in_hand[helper] = drawn, None
        for helper in [free for free in self._in_hand if not free.busy][: len(self._queue)]:
            task = self._in_hand[helper] = self._queue.popleft()
            try:
                helper.give(task.letters)
            except OSError:
                self._drop(helper)

    def _drop(self, helper: Helper) -> None:
        """End a helper; its chunk is the next that somebody else draws."""
        self._selector.unregister(helper.answers)
        if task := self._in_hand.pop(helper):
            self._queue.appendleft(task)
        helper.end()
