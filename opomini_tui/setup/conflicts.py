"""Two people change the same record: what only one of them changed stays, what both changed is asked about.

Judged inside the transaction that saves, against the record as it is then: between looking and writing nobody gets in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from peewee import Model

from opomini_tui.errors import OpominiError
from opomini_tui.setup.changes import plain
from opomini_tui.setup.checks import Check, Field
from opomini_tui.text import _

ModelT = TypeVar("ModelT", bound=Model)


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that both changed: what is stored now, and what was to be saved."""

    theirs: object
    mine: object


class Conflict(OpominiError):
    """Somebody else has changed the same fields since they were read; nothing was saved. `clashes`: by field name."""

    def __init__(self, clashes: Mapping[str, Clash]) -> None:
        super().__init__(
            _("Somebody else has changed the same fields meanwhile; nothing was saved. Look at them again.")
        )
        self.clashes = dict(clashes)


class Gone(OpominiError):
    """Somebody has deleted the record since it was read; nothing was saved."""

    def __init__(self) -> None:
        super().__init__(_("The record was deleted meanwhile."))


def there(record: ModelT | None) -> ModelT:
    """The record that was read before.

    Raises:
        Gone: it is no more.
    """
    if record is None:
        raise Gone
    return record


def reconcile(
    record: Model,
    clean: Mapping[str, object],
    seen: Mapping[str, object],
    fields: Iterable[Field],
    as_typed: Mapping[str, Callable[[Any], object]] | None = None,
) -> dict[str, object]:
    """Of `clean` (values that are to be saved) what the operator changed himself, or nobody did.

    seen: the values that he had before him, by field name; what is not named there is saved as it is.
    as_typed: for fields that are stored otherwise than a form shows them, what makes the value of a form of it.

    Raises:
        Conflict: somebody else has changed some of the fields that he changed.
    """
    checks = {field.name: field.check for field in fields}
    kept, clashes = dict(clean), dict[str, Clash]()
    for name in set(kept) & set(seen):
        stored, before, mine = plain(getattr(record, name)), _clean(checks[name], seen[name]), plain(kept[name])
        if stored == before:
            continue
        if mine == before:
            del kept[name]
        elif mine != stored:
            shown = (as_typed or {}).get(name, _as_it_is)
            clashes[name] = Clash(shown(stored), shown(mine))
    if clashes:
        raise Conflict(clashes)
    return kept


def _as_it_is(value: object) -> object:
    return value


def _clean(check: Check, value: object) -> object:
    """A value as it would be stored; one that would not be (it was imported) as it is."""
    try:
        return plain(check(value))
    except ValueError:
        return value
