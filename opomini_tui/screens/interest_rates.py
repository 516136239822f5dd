"""Obresti: the statutory rates of default interest, each with its source and whether somebody has confirmed it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from opomini_tui.errors import OpominiError
from opomini_tui.models.settings import InterestRate
from opomini_tui.screens.record_form import RecordForm, open_record
from opomini_tui.screens.record_pane import Line, RecordPane
from opomini_tui.setup.checks import Field as Checked
from opomini_tui.setup.company import RATE, save_rate
from opomini_tui.setup.settings_form import delete_rate
from opomini_tui.text import _, language, ngettext
from opomini_tui.text.formats import amount_of, format_date, format_money
from opomini_tui.widgets.fields import CheckField, DateField, MoneyField, TextField
from opomini_tui.widgets.record_columns import Column


class RateField(MoneyField):
    """A yearly rate in per cent with two decimals."""

    def __init__(self, name: str, label: str, value: Decimal | None) -> None:
        super().__init__(name, label, value)
        self.hint = "%"


class InterestRatesPane(RecordPane):
    """All rates, the newest first; those that nobody has confirmed yet warn."""

    def columns(self) -> Sequence[Column]:
        """Velja od, stopnja, vir, potrjeno."""
        return (
            Column("valid_from", _("Valid from"), 10, sortable=False),
            Column("rate", _("Rate (%)"), 10, "right", sortable=False),
            Column("confirmed", _("Confirmed"), 9, sortable=False),
            Column("source", _("Source"), 24, sortable=False, grows=True),
        )

    def find(self) -> Sequence[Line]:
        """All."""
        return [rate_line(row) for row in InterestRate.newest_first()]

    def words(self) -> str:
        """That unconfirmed rates want a look."""
        count = sum(1 for line in self.lines if line.style)
        if not count:
            return ""
        return ngettext(
            "{count} rate is not confirmed: compare it with the Official Gazette.",
            "{count} rates are not confirmed: compare them with the Official Gazette.",
            count,
        ).format(count=count)

    def new(self) -> None:
        """Add a rate."""
        self.session.push_screen(RateForm(None), lambda _day: self.reload())

    def edit(self, line: Line) -> None:
        """Change or confirm a rate."""
        days = tuple(each.key for each in self.lines)
        open_record(self.session, RateForm, days, line.key, lambda _day: self.reload())

    def delete(self, line: Line) -> None:
        """Delete a rate."""
        delete_rate(line.key, self.session.actor)


def rate_line(row: InterestRate) -> Line:
    """A row."""
    rate = format_money(amount_of(row.rate), language())
    cells = (format_date(row.valid_from), rate, "✓" if row.confirmed else "—", row.source)
    return Line(row.valid_from, cells, "" if row.confirmed else "warning")


class RateForm(RecordForm[date]):
    """One rate; the day from which it is valid says which."""

    SIZE = "small"
    CHECKED: ClassVar[Sequence[Checked]] = RATE

    def __init__(self, valid_from: date | None) -> None:
        super().__init__()
        self._valid_from = valid_from
        self._rate = InterestRate.get_by_id(valid_from) if valid_from else None

    def heading(self) -> str:
        """Which rate."""
        if self._valid_from is None:
            return _("New interest rate")
        return _("Interest rate from {day}").format(day=format_date(self._valid_from))

    def body(self) -> ComposeResult:
        """Velja od, stopnja, vir, potrjeno."""
        rate = self._rate
        yield DateField("valid_from", _("Valid from"), self._valid_from, self.session.today, required=True)
        yield RateField("rate", _("Rate (%)"), amount_of(rate.rate) if rate else None)
        yield TextField("source", _("Source"), rate.source if rate else "")
        yield CheckField("confirmed", _("Confirmed"), rate.confirmed if rate else False)
        yield Static(
            _("Interest is computed with confirmed and unconfirmed rates alike; confirm what you have compared."),
            markup=False,
            classes="note",
        )

    def on_mount(self) -> None:
        """The day of a rate that is there stays."""
        self.field("valid_from").disabled = self._rate is not None
        self.field("rate" if self._rate else "valid_from").focus_control()

    def confirmed(self) -> None:
        """Save it."""
        values = self.values()
        if values is None:
            return
        day = values["valid_from"]
        if self._rate is None and InterestRate.begins_on(day):
            self.show_problems({"valid_from": _("There is a rate from this day already.")})
            return
        try:
            save_rate(values, self.session.actor, seen=self.opened_with if self._rate else None)
        except OpominiError as error:
            self.show_failure(error)
            return
        self.dismiss(day)
