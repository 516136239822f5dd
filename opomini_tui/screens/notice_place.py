"""What the grid keeps of an operator from one session to the next: filter, order, the notice he was at, columns, pane."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date

from opomini_tui.models.actor import Actor
from opomini_tui.models.database import DatabaseBusy, without_waiting
from opomini_tui.models.filter_words import Words, read_words, write_words
from opomini_tui.models.notice_filter import SORTS, NoticeFilter
from opomini_tui.models.preferences import recall, remember
from opomini_tui.screens.notice_columns import Arrangement

LEVELS = (1, 2, 3)
_PLACE, _COLUMNS, _PANE = "grid.place", "grid.columns", "grid.pane"


@dataclass(frozen=True, slots=True)
class Place:
    """What the header of the grid says, the order, and the id of the notice under the cursor.

    `words` is the filter line as it was typed; `everything`: without the row limit.
    """

    words: str = ""
    year: int | None = None
    levels: tuple[int, ...] = LEVELS
    before_lawsuit: bool = False
    everything: bool = False
    sort: str = "customer_code"
    reverse: bool = False
    cursor: int | None = None

    @classmethod
    def of(cls, chosen: NoticeFilter) -> Place:
        """The header that says this filter, its order aside; ids cannot be said there."""
        levels = LEVELS if chosen.levels is None else tuple(level for level in LEVELS if level in chosen.levels)
        return cls(write_words(Words.of(chosen)), chosen.year, levels, chosen.before_lawsuit, chosen.limit is None)

    def within(self, row_limit: int, today: Callable[[], date]) -> NoticeFilter:
        """The notices that are shown."""
        chosen = NoticeFilter(
            year=self.year,
            levels=None if self.levels == LEVELS else frozenset(self.levels),
            before_lawsuit=self.before_lawsuit,
            sort=self.sort,
            reverse=self.reverse,
            limit=None if self.everything else row_limit,
        )
        return read_words(self.words, today).words.within(chosen)


def recall_place(actor: Actor) -> Place:
    """Where the operator was; the beginning when nothing is kept, or what is kept cannot be understood."""
    try:
        kept = json.loads(recall(actor, _PLACE) or "{}")
        levels = tuple(level for level in LEVELS if level in kept.get("levels", LEVELS))
        place = replace(Place(**{**kept, "levels": levels}))
    except (ValueError, TypeError, AttributeError):  # a preference of another version must not keep the grid shut
        return Place()
    known = place.sort in SORTS and isinstance(place.words, str) and isinstance(place.year, int | None)
    return place if known and isinstance(place.cursor, int | None) else Place()


def remember_place(actor: Actor, place: Place) -> None:
    """Keep where the operator is."""
    _keep(actor, _PLACE, json.dumps(asdict(place)))


def recall_columns(actor: Actor) -> Arrangement:
    """The operator's columns."""
    return Arrangement.read(recall(actor, _COLUMNS))


def remember_columns(actor: Actor, arrangement: Arrangement) -> None:
    """Keep the operator's columns."""
    _keep(actor, _COLUMNS, arrangement.written())


def recall_pane(actor: Actor) -> bool | None:
    """Whether the operator wants the pane beside the grid; None when he never said."""
    return {"on": True, "off": False}.get(recall(actor, _PANE))


def remember_pane(actor: Actor, wanted: bool) -> None:
    """Keep whether the operator wants the pane."""
    _keep(actor, _PANE, "on" if wanted else "off")


def _keep(actor: Actor, key: str, value: str) -> None:
    """Not in the journal: nobody is to be told every look that an operator gave the grid. While something long is stored it
    is not kept: the operator would wait for it at every key."""
    if recall(actor, key) != value:
        with suppress(DatabaseBusy), without_waiting():
            remember(actor, key, value, journaled=False)
