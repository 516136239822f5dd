"""Odprte postavke of all customers: those of an age, of a level, oldest first; Enter opens the customer's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import BindingType

from opomini_tui.actions import bindings
from opomini_tui.ledger.item_filter import ItemFilter
from opomini_tui.models.receivables import OpenItem
from opomini_tui.screens.customer_items import hold_words
from opomini_tui.screens.listed import Found, ListedScreen
from opomini_tui.screens.session import NoticesChanged
from opomini_tui.text import _, language, ngettext
from opomini_tui.text.formats import currency_sign, format_cents, format_date, format_money
from opomini_tui.widgets.record_columns import Column
from opomini_tui.widgets.record_pages import Row
from opomini_tui.widgets.record_table import RecordTable


class OpenItemsScreen(ListedScreen):
    """A list to look at: holds are set in the customer's form, which Enter opens."""

    PLACES: ClassVar[tuple[str, ...]] = ("open_items", "listed")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("open_items")]

    def __init__(self, chosen: ItemFilter, title: str) -> None:
        """`title`: what is chosen, such as the name of the age."""
        super().__init__()
        self._chosen, self._title = chosen, title

    def title_text(self) -> str:
        """With what is chosen."""
        return f"{_('Open items')}: {self._title}"

    def help_text(self) -> str:
        """Where they come from."""
        return _(
            "Open items as the last import brought them. Enter opens the customer, where an item can be held back."
        )

    def columns(self) -> Sequence[Column]:
        """Whose it is, which document, since when, how much, how often dunned."""
        return (
            Column("code", _("Customer"), 8, sortable=False),
            Column("name", _("Customer name"), 16, sortable=False, grows=True),
            Column("document", _("Document"), 12, sortable=False),
            Column("due", _("Due date"), 10, sortable=False),
            Column("open", _("Open amount"), 14, "right", sortable=False),
            Column("level", _("Lvl"), 3, "right", sortable=False),
        )

    def find(self, wanted: Sequence[str]) -> Found:
        """Ids now, rows as they are drawn."""
        chosen = replace(self._chosen, words=tuple(wanted))
        ids = chosen.ids()
        said = ngettext("{count} open item", "{count} open items", len(ids)).format(count=len(ids))
        if chosen.currency is not None:
            said += f" · {format_cents(chosen.total(), language())} {currency_sign(chosen.currency)}"
        today = self.session.today()
        return Found(ids, partial(item_pages, today=today), partial(item_detail, today=today), summary=said)

    def on_notices_changed(self, event: NoticesChanged) -> None:
        """Items may be held, paid, dunned."""
        event.stop()
        self.table.invalidate()
        self.search()

    @on(RecordTable.RowSelected)
    def _row_chosen(self, event: RecordTable.RowSelected) -> None:
        event.stop()
        self.action_open_customer()

    def action_open_customer(self) -> None:
        """The customer's form, at his open items."""
        from opomini_tui.screens.customer_form import CustomerForm

        row = OpenItem.known(self.table.cursor_id)
        if row is not None:
            self.session.push_screen(CustomerForm(row.customer.id, "tab-items"), self._form_closed)

    def _form_closed(self, saved: int | None) -> None:
        if saved is not None:
            self.session.notices_changed()


def item_pages(ids: Sequence[int], today: date) -> Mapping[int, Row]:
    """The rows of these items; what is held is dimmed."""
    rows = OpenItem.with_customers(ids)
    return {row.id: Row(_cells(row), style="muted" if hold_words(row, today) else "") for row in rows}


def item_detail(record: int, today: date) -> str:
    """The item in full, with the reason why it is held."""
    row = OpenItem.known(record)
    if row is None:
        return ""
    *known, level = _cells(row)
    dunned = f"{_('Level')} {level}" if level else ""
    return "\n".join(filter(None, (" · ".join(filter(None, (*known, dunned))), hold_words(row, today))))


def _cells(row: OpenItem) -> tuple[str, ...]:
    amount = f"{format_money(row.open_amount, language())} {currency_sign(row.currency)}"
    day, level = format_date(row.due_date), str(row.level or "")
    return (row.customer.code, row.customer.name, row.document, day, amount, level)
