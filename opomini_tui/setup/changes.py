"""What a setting was and what it became: found, applied to the record, and told to the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from peewee import Model

from opomini_tui.models import journal
from opomini_tui.setup.checks import Field
from opomini_tui.text.formats import amount_of


@dataclass(frozen=True, slots=True)
class Change:
    """One changed setting: its path in the settings file, and its value before and after (never a secret)."""

    path: str
    before: str
    after: str


SECRET = "changed"


def shown(value: object) -> str:
    """A value as the settings file would hold it; of bytes only how many."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return f"{-(-len(value) // 1000)} kB" if isinstance(value, (bytes, memoryview)) else str(value)


def put(record: Model, values: Mapping[str, object], fields: Iterable[Field], path: str) -> list[Change]:
    """Set the clean `values` on `record` (not yet saved); what differed."""
    keys = {field.name: field.key for field in fields}
    changes = []
    for name, value in values.items():
        before = getattr(record, name)
        if plain(before) == plain(value):
            continue
        setattr(record, name, value)
        old, new = (_rate(v) if name == "rate" else shown(v) for v in (before, value))
        changes.append(Change(f"{path}.{keys[name]}", old, new))
    return changes


def plain(value: object) -> object:
    """A value to be compared: bytes of a blob, however the driver gives them."""
    return bytes(value) if isinstance(value, memoryview) else value


def _rate(value: object) -> str:
    """An interest rate, stored in hundredths of a per cent, as per cent."""
    return str(amount_of(value)) if isinstance(value, int) else ""


def write_changes(operator_code: str, changes: Iterable[Change], *, verb: str = "settings") -> None:
    """One journal entry per change; call it last in the transaction."""
    entries = [(change.path, {"before": change.before, "after": change.after}) for change in changes]
    journal.write_many(operator_code, verb, entries)
