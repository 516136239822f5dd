"""Taking ticks back: every change of the ticks can be undone, the newest first, in bounded memory."""

from __future__ import annotations

from opomini_tui.widgets.ticks import Ticks, TickState

MOST = 200
"""Changes that can be taken back."""
MOST_BYTES = 4_000_000
"""What the older ones may take together; the newest change can always be taken back."""


class TickHistory:
    """The changes of `ticks`: of one record by its id, of many as the state before them."""

    def __init__(self, ticks: Ticks) -> None:
        self._ticks = ticks
        self._changes: list[int | TickState] = []

    def flipped(self, record: int) -> None:
        """The tick of this record was changed."""
        self._keep(record)

    def before_many(self) -> None:
        """The ticks of several records are going to be changed."""
        self._keep(self._ticks.state())

    def undo(self) -> bool:
        """Take the last change back; False when there is none."""
        if not self._changes:
            return False
        last = self._changes.pop()
        if isinstance(last, int):
            self._ticks.flip(last)
        else:
            self._ticks.go_back(last)
        return True

    def forget(self) -> None:
        """Nothing can be taken back any more, as after ticked records were deleted."""
        self._changes.clear()

    def _keep(self, change: int | TickState) -> None:
        self._changes.append(change)
        room, kept = MOST_BYTES, 1
        for older in reversed(self._changes[:-1]):
            room -= 0 if isinstance(older, int) else older.size
            if room < 0 or kept == MOST:
                break
            kept += 1
        del self._changes[:-kept]
