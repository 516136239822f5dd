"""Column mappings that operators made: remembered per kind of file, for all operators."""

from __future__ import annotations

import json
from collections.abc import Mapping

from opomini_tui.models.settings import Setting


def remembered_mapping(kind: str) -> dict[str, str]:
    """The mapping (header of the file → our column) that the last import with a mapping of its own used."""
    value = Setting.select(Setting.value).where(_is(kind)).scalar()
    return dict(json.loads(value)) if value else {}


def remember_mapping(kind: str, mapping: Mapping[str, str]) -> None:
    """Keep `mapping` for the next files of this kind; part of the caller's transaction."""
    value = json.dumps(dict(mapping), ensure_ascii=False)
    if not Setting.update(value=value).where(_is(kind)).execute():
        Setting.create(operator_id=None, key=_key(kind), value=value)


def _key(kind: str) -> str:
    """The key of the setting."""
    return f"import.{kind}.mapping"


def _is(kind: str) -> object:
    """The condition that finds the setting."""
    return (Setting.key == _key(kind)) & Setting.operator_id.is_null()
