"""Šifrant strank: the list of customers, searchable without č, š, ž and case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.binding import BindingType

from opomini_tui.actions import BY_ID, bindings
from opomini_tui.models.customer_list import CustomerQuery, customer_of
from opomini_tui.screens.ask import Entry, ListScreen
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.customer_rows import customer_columns, customer_detail, customer_pages
from opomini_tui.screens.listed import Found
from opomini_tui.screens.record_form import open_record
from opomini_tui.screens.records import RecordsScreen
from opomini_tui.screens.session import NoticesChanged
from opomini_tui.text import _, ngettext
from opomini_tui.widgets.record_columns import Column
from opomini_tui.widgets.record_table import RecordTable


class CustomersScreen(RecordsScreen):
    """Enter opens a customer with contacts and open items; F2 adds one."""

    PLACES: ClassVar[tuple[str, ...]] = ("list", "customers")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("customers")]
    ADDING: ClassVar[str] = "edit customers"

    def __init__(self, choice: Choice) -> None:
        """The list begins at the customer of the notice under the grid's cursor."""
        super().__init__()
        self._sort, self._reverse, self._show_only = "code", False, ""
        self._wanted = customer_of(choice.cursor) if choice.cursor is not None else None

    def title_text(self) -> str:
        """The action's name."""
        return BY_ID["notices.customers"].label

    def help_text(self) -> str:
        """Where customers come from."""
        return _(
            "Customers and contacts come from the ledger by Import, and can be added and changed here. A defaulter is only marked; "
            "who is not to be dunned gets no notices until the day that is set."
        )

    def columns(self) -> Sequence[Column]:
        """Those of the list."""
        return customer_columns()

    def find(self, wanted: Sequence[str]) -> Found:
        """Ids now, rows as they are drawn."""
        query = CustomerQuery(tuple(wanted), self._show_only, self._sort, self._reverse)
        ids = query.ids()
        said = ngettext("{count} customer", "{count} customers", len(ids)).format(count=len(ids))
        only = shown_names()[self._show_only] if self._show_only else ""
        return Found(ids, customer_pages, customer_detail, summary=f"{said} · {only}" if only else said)

    def show(self, found: Found) -> None:
        """With the sort mark; the cursor goes to the customer who is wanted."""
        super().show(found)
        self.table.show_sort(self._sort, self._reverse)
        if self._wanted is not None and self.table.move_to(self._wanted):
            self._wanted = None

    def on_notices_changed(self, event: NoticesChanged) -> None:
        """An import may have brought others."""
        event.stop()
        self.reread()

    @on(RecordTable.SortRequested)
    def _heading_clicked(self, event: RecordTable.SortRequested) -> None:
        event.stop()
        self._sort_by(event.key)

    def _sort_by(self, key: str) -> None:
        self._reverse = not self._reverse if key == self._sort else False
        self._sort = key
        self.search()

    def action_sort(self) -> None:
        """By code, name or town."""
        entries = [Entry("code", _("Code")), Entry("name", _("Name")), Entry("city", _("City"))]
        screen = ListScreen(_("Sort by"), entries, search=False, current=self._sort)
        self.session.push_screen(screen, lambda key: self._sort_by(key) if key else None)

    def action_show(self) -> None:
        """All, defaulters, or those who are not dunned."""

        def chosen(name: str) -> None:
            self._show_only = name

        self.narrow(BY_ID["customers.show"].label, shown_names(), self._show_only, chosen)

    def action_statement(self) -> None:
        """F5: the open items of the customer under the cursor, or of all that are listed, to be confirmed."""
        from opomini_tui.screens.statement import StatementScreen  # with it come the fonts

        if self.table.cursor_id is not None and self.session.may(BY_ID["customers.statement"].needs):
            self.session.push_screen(StatementScreen(self.table.cursor_id, self.found.ids))

    def open_record(self, record: int | None) -> None:
        """The form of a customer."""
        from opomini_tui.screens.customer_form import CustomerForm

        def closed(saved: int | None) -> None:
            if saved is not None:
                self._wanted = saved
                self.session.notices_changed()  # also reads this list again

        if record is None:
            self.session.push_screen(CustomerForm(None), closed)
            return

        def form(number: int) -> CustomerForm:
            self.table.move_to(number)
            return CustomerForm(number)

        open_record(self.session, form, self.found.ids, record, closed)


def shown_names() -> dict[str, str]:
    """What the list can be narrowed to."""
    return {"": _("all customers"), "defaulter": _("defaulters"), "no_dunning": _("not to be dunned")}
