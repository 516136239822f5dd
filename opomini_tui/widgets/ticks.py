"""Ticked records: a set of ids that costs one byte per row shown and survives filtering and sorting.

The ticks of the rows shown are one flag per place of the vector, so that ticking, unticking and inverting everything
are single passes in C. Only when another vector is shown are the flags carried over by id; what the new vector does not
hold stays ticked, hidden.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import compress
from typing import NamedTuple

_INVERT = bytes([1, 0]) + bytes(254)
_FEW = 100_000
_RARE = 16
"""Flags of which only one in so many is looked for are searched; else all are gone through."""


class TickState(NamedTuple):
    """All ticks at one time: a flag per row of the vector that was shown then, and the ids ticked besides."""

    ids: array[int]
    flags: bytes
    hidden: array[int]

    @property
    def size(self) -> int:
        """Bytes of memory it may take, its vector included."""
        return len(self.flags) + 8 * (len(self.ids) + len(self.hidden))


class Ticks:
    """The ids that are ticked; behaves like a set of ids, in the order of the rows shown, then the hidden ones."""

    def __init__(self) -> None:
        self._ids: array[int] = array("q")
        self._flags = bytearray()
        self._hidden: array[int] = array("q")
        self._known: int | None = 0
        """How many flags are set, where that is known without counting them."""

    @property
    def _count(self) -> int:
        if self._known is None:
            self._known = self._flags.count(1)
        return self._known

    def __len__(self) -> int:
        return self._count + len(self._hidden)

    def __iter__(self) -> Iterator[int]:
        yield from self.ids()

    def __contains__(self, record: object) -> bool:
        if not isinstance(record, int):
            return False
        try:
            return bool(self._flags[self._ids.index(record)])
        except ValueError:
            return record in self._hidden

    @property
    def hidden(self) -> int:
        """How many ticked records are not among the rows shown."""
        return len(self._hidden)

    @property
    def all_except(self) -> bool:
        """Whether most rows shown are ticked and nothing else: then "all except `exceptions()`" is the shorter list."""
        return not self._hidden and 2 * self._count > len(self._flags)

    def exceptions(self) -> array[int]:
        """Ids of the rows shown that are not ticked."""
        return self._flagged(0)

    def ids(self, *, shown_only: bool = False) -> array[int]:
        """The ticked ids: those shown in the order of the rows, then (unless `shown_only`) the hidden ones."""
        shown = self._flagged(1)
        return shown if shown_only else shown + self._hidden

    def _flagged(self, flag: int) -> array[int]:
        """Ids of the rows shown whose flag is `flag` (0 or 1), in their order; a few among a million cost no pass over all."""
        count = self._count if flag else len(self._flags) - self._count
        if _RARE * count > len(self._flags):
            return array("q", compress(self._ids, self._flags if flag else self._flags.translate(_INVERT)))
        found, place = array("q"), self._flags.find(flag)
        while place >= 0:
            found.append(self._ids[place])
            place = self._flags.find(flag, place + 1)
        return found

    def at(self, index: int) -> bool:
        """Whether the row at place `index` is ticked."""
        return bool(self._flags[index])

    def mark(self, start: int, stop: int, ticked: bool = True) -> None:
        """Tick or untick the rows at the places `start` to `stop - 1`."""
        if self._known is not None:
            self._known += ticked * (stop - start) - self._flags.count(1, start, stop)
        self._flags[start:stop] = bytes([ticked]) * (stop - start)

    def snapshot(self) -> bytes:
        """The ticks of the rows shown as they are now, for `restore()` while the same rows are shown."""
        return bytes(self._flags)

    def restore(self, snapshot: bytes) -> None:
        """Tick the rows shown as they were at `snapshot()`."""
        self._flags, self._known = bytearray(snapshot), None

    def state(self) -> TickState:
        """All ticks as they are now, for `go_back()` whatever is shown then."""
        return TickState(self._ids, bytes(self._flags), self._hidden[:])

    def go_back(self, state: TickState) -> None:
        """Tick exactly what was ticked at `state()`; the rows shown stay."""
        shown, self._ids = self._ids, state.ids
        self._flags, self._hidden, self._known = bytearray(state.flags), state.hidden[:], None
        if shown is not state.ids:
            self.show(shown)

    def flip(self, record: int) -> None:
        """Tick the record if it is not ticked, else untick it, shown or not."""
        try:
            index = self._ids.index(record)
        except ValueError:
            if record in self._hidden:
                self._hidden.remove(record)
            else:
                self._hidden.append(record)
        else:
            self.mark(index, index + 1, not self._flags[index])

    def tick_all(self) -> None:
        """Tick every row shown; hidden ticks stay."""
        self.mark(0, len(self._flags))

    def clear(self) -> None:
        """Untick everything, hidden ticks too: nothing that cannot be seen stays ticked."""
        self._flags, self._known = bytearray(len(self._flags)), 0
        self._hidden = array("q")

    def invert(self) -> None:
        """Tick the rows shown that are not, untick those that are; hidden ticks stay."""
        self._known = len(self._flags) - self._count
        self._flags = self._flags.translate(_INVERT)

    def show(self, ids: array[int]) -> None:
        """The rows shown are now `ids`, each once; what was ticked stays ticked."""
        ticked = self.ids()
        self._ids = ids
        self._flags, self._known = _among(ids, ticked), None
        self._hidden = array("q")
        if self._count < len(ticked):
            found = _among(ticked, self.ids())
            self._hidden = array("q", compress(ticked, found.translate(_INVERT)))


def _among(ids: array[int], wanted: array[int]) -> bytearray:
    """One flag per id of `ids`: whether it is in `wanted`."""
    if not wanted:
        return bytearray(len(ids))
    low, span = min(wanted), max(wanted) - min(wanted) + 1
    if len(wanted) <= _FEW or span > 16 * len(wanted):
        return bytearray(map(frozenset(wanted).__contains__, ids))
    marks = bytearray(span)  # a million ids as a set would take 60 MB; as flags by id 1 MB
    for record in wanted:
        marks[record - low] = 1
    return bytearray(0 <= record - low < span and marks[record - low] for record in ids)
