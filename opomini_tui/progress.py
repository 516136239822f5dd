"""How far a long verb is, told while it works, and how it is stopped without anything half done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Event
from types import MappingProxyType
from typing import Protocol

from opomini_tui.errors import Stopped
from opomini_tui.text import _

NO_COUNTS: Mapping[str, int] = MappingProxyType({})


class Progress(Protocol):
    """What a long verb calls as often as it likes."""

    def __call__(self, done: int, total: int = 0, counts: Mapping[str, int] = NO_COUNTS, note: str = "", /) -> None:
        """So many of `total` (0: nobody knows of how many) are done; `counts` of them by how they came out, and `note` on
        what is being done now, both in the language of the one who looks."""


@dataclass(frozen=True, slots=True)
class Course:
    """How a verb is followed and stopped from outside; without either it just runs."""

    progress: Progress | None = None
    stop: Event | None = None

    def tell(self, done: int, total: int = 0, counts: Mapping[str, int] = NO_COUNTS, note: str = "") -> None:
        """As `Progress`, if somebody follows."""
        if self.progress:
            self.progress(done, total, counts, note)

    def go_on(self) -> None:
        """For a verb whose work can be dropped up to here as if it had never begun.

        Raises:
            Stopped: a person wants it to stop.
        """
        if self.stop and self.stop.is_set():
            raise Stopped(_("It was stopped; nothing was changed."))


UNFOLLOWED = Course()
