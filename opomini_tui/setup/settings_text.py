"""`opomini settings show`: all settings as the TOML text that `settings apply` reads; never a password."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator

from peewee import Model

from opomini_tui.models.parties import ContactType, Operator
from opomini_tui.models.settings import Company, DunningLevel, InterestRate, NumberSeries, Template
from opomini_tui.setup.changes import shown
from opomini_tui.setup.checks import Field
from opomini_tui.setup.company import CONTACT_TYPE, LEVEL, RATE, SECTIONS, TEMPLATE
from opomini_tui.setup.operators import OPERATOR
from opomini_tui.text import _
from opomini_tui.text.formats import amount_of


def show_settings() -> str:
    """The settings of this database; applying the text changes nothing."""
    lines = ["# " + _("Settings of Opomini. Passwords are not in this file; password_env names where they come from.")]
    company = Company.get_or_none(Company.id == 1)
    if company is not None:
        for section, fields in SECTIONS:
            lines += ["", f"[{section}]", *_lines(company, fields)]
            lines += [_first_numbers()] if section == "dunning" else []
    for level in DunningLevel.in_order():
        lines += ["", f"[levels.{level.level}]", *_lines(level, LEVEL)]
    lists: tuple[tuple[str, tuple[Field, ...], Iterable[Model]], ...] = (
        ("contact_types", CONTACT_TYPE, ContactType.in_order()),
        ("operators", OPERATOR, Operator.in_order()),
        ("templates", TEMPLATE, Template.select().order_by(Template.id)),
        ("interest_rates", RATE, InterestRate.select().order_by(InterestRate.valid_from)),
    )
    for name, fields, records in lists:
        for record in records:
            lines += ["", f"[[{name}]]", *_lines(record, fields)]
    return "\n".join(lines) + "\n"


def _first_numbers() -> str:
    """The first numbers of all years, as one inline table."""
    series = NumberSeries.select().order_by(NumberSeries.year)
    pairs = ", ".join(f"{entry.year} = {entry.first_number}" for entry in series)
    return f"first_number = {{ {pairs} }}" if pairs else "first_number = {}"


def _lines(record: Model, fields: Iterable[Field]) -> Iterator[str]:
    """The fields of a record; those that are not set, and a name that is still empty, are left out."""
    inner: dict[str, list[str]] = {}
    for field in fields:
        value = getattr(record, field.name)
        if value is None:
            continue
        if field.name == "name" and value == "":
            yield f'# {field.key} = ""'  # to be filled in; an empty one would be refused
            continue
        table, _dot, key = field.key.rpartition(".")
        text = _toml(amount_of(value)) if field.name == "rate" else _toml(value)
        if table:
            inner.setdefault(table, []).append(f"{key} = {text}")
        else:
            yield f"{field.key} = {text}"
    for table, pairs in inner.items():
        yield f"{table} = {{ {', '.join(pairs)} }}"


def _toml(value: object) -> str:
    """A value as TOML: numbers and truth values as they are, all else as text."""
    if isinstance(value, (bytes, memoryview)):
        return f'"{b64encode(value).decode()}"'
    text = shown(value)
    if isinstance(value, (bool, int)):
        return text
    if "\n" in text:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"""\n{escaped}"""'
    return json.dumps(text, ensure_ascii=False)
