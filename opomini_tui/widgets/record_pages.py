"""Rows of a record table: read by id in pages of 128, of which the last 32 used are kept.

A million records cost their ids (8 bytes each) and at most 4,096 rows.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

PAGE = 128
KEPT = 32


@dataclass(frozen=True, slots=True)
class Row:
    """What one record shows.

    `cells` are plain texts in the order of the columns. `background` is the name of a component class
    (`record-table--<background>`) or a CSS colour such as `#dff0d8`; `style` is the record's state, coloured by
    the component class `record-table--state-<style>`. `mark` is a letter beside the tick that is always in sight. `currency` is the sign
    of its amounts, for those who show one beside the table.
    """

    cells: tuple[str, ...]
    background: str = ""
    style: str = ""
    mark: str = ""
    currency: str = ""


PageLoader = Callable[[Sequence[int]], Mapping[int, Row]]
"""Ids of one page → their rows. An id missing from the answer was deleted meanwhile."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A row as it was last read; `deleted` when the record is gone (then `row` is what was known of it, if anything)."""

    row: Row | None
    deleted: bool = False


class RecordPages:
    """The rows of a vector of ids, read when they are first asked for."""

    def __init__(self, ids: array[int], load: PageLoader) -> None:
        self.ids = ids
        self._load = load
        self._pages: OrderedDict[int, list[Loaded]] = OrderedDict()
        self._stale: set[int] = set()

    def row(self, index: int) -> Loaded:
        """The row at place `index` of the vector.

        Raises:
            Exception: whatever the loader raised; nothing is kept then and the next call reads again.
        """
        number, place = divmod(index, PAGE)
        page = self._pages.get(number)
        if page is None or number in self._stale:
            page = self._read(number, page)
        self._pages.move_to_end(number)
        return page[place]

    def rows(self, ids: Sequence[int]) -> list[Row]:
        """The rows of these records, read now, whether they are shown or not; without those that are gone."""
        rows = self._load(ids)
        return [rows[record] for record in ids if record in rows]

    def invalidate(self, ids: Iterable[int] | None = None) -> None:
        """Read the pages that hold `ids` (default: every page) again when they are next asked for."""
        if ids is None:
            self._stale.update(self._pages)
            return
        changed = frozenset(ids)
        self._stale.update(number for number in self._pages if not changed.isdisjoint(self._ids_of(number)))

    def _ids_of(self, number: int) -> array[int]:
        return self.ids[number * PAGE : (number + 1) * PAGE]

    def _read(self, number: int, before: list[Loaded] | None) -> list[Loaded]:
        ids = self._ids_of(number)
        rows = self._load(ids)
        known = [loaded.row for loaded in before] if before else [None] * len(ids)
        page = [
            Loaded(rows[record]) if record in rows else Loaded(last, deleted=True)
            for record, last in zip(ids, known, strict=True)
        ]
        self._pages[number] = page
        self._stale.discard(number)
        while len(self._pages) > KEPT:
            dropped, _ = self._pages.popitem(last=False)
            self._stale.discard(dropped)
        return page
