"""Tiskalnik, Izvodi, Pladenj: the three fields with which a printer is named, wherever one is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from opomini_tui.screens import known_values
from opomini_tui.text import _
from opomini_tui.widgets.field_values import listed
from opomini_tui.widgets.fields import Field, NumberField, TextField

PRINTING = ("printer", "copies", "tray")
"""The names of the fields, which are also those of an operator's quick printing."""


def printer_fields(
    values: Mapping[str, Any], no_printer: str, printer: Callable[[], str] | None = None
) -> Iterator[Field[Any]]:
    """The fields with their values. `no_printer`: what an empty printer means; `printer` tells the one that is typed, whose
    trays are offered."""
    return (printer_field(name, values[name], no_printer, printer) for name in PRINTING)


def printer_field(name: str, value: Any, no_printer: str = "", printer: Callable[[], str] | None = None) -> Field[Any]:
    """One of PRINTING."""
    if name == "copies":
        return NumberField(name, _("Copies"), value, low=1, high=99)
    if name == "printer":
        return TextField(name, _("Printer"), value, placeholder=no_printer).offers(listed(known_values.printers))
    tray = TextField(name, _("Tray"), value)
    return tray.offers(listed(lambda: known_values.trays(printer()))) if printer is not None else tray
