"""Stranka: what is known of a customer, his contacts, his open items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Button, Static

from opomini_tui.actions import BY_ID, Action, actions_of, bindings
from opomini_tui.errors import OpominiError
from opomini_tui.models.parties import Customer
from opomini_tui.screens.contact_form import ContactsPane, tell_shared
from opomini_tui.screens.customer_items import ItemsPane
from opomini_tui.screens.customer_rows import kind_names
from opomini_tui.screens.known_values import countries
from opomini_tui.screens.record_form import RecordForm
from opomini_tui.screens.tabbed import Tab, TabbedForm, beside, scrolling
from opomini_tui.screens.template_texts import LANGUAGES
from opomini_tui.setup.checks import Field as Checked
from opomini_tui.setup.customers import CUSTOMER, save_customer
from opomini_tui.text import _
from opomini_tui.widgets.field_values import listed
from opomini_tui.widgets.fields import CheckField, DateField, SelectField, TextField


class CustomerForm(TabbedForm[int], RecordForm[int]):
    """Ends with the id of the customer when it was saved; contacts and holds are saved by themselves."""

    CHECKED: ClassVar[Sequence[Checked]] = CUSTOMER
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("items")]

    def __init__(self, record: int | None, tab: str = "") -> None:
        """`record`: id of the customer, None for a new one; `tab`: "tab-contacts" or "tab-items" to begin there."""
        super().__init__()
        self._customer = Customer.get_by_id(record) if record is not None else Customer(code="", name="")
        self._record, self._tab = record, tab

    @property
    def read_only(self) -> bool:
        """Who may only look is shown a form that changes nothing."""
        return not self.session.may("edit customers")

    def heading(self) -> str:
        """Whose form it is."""
        if self._record is None:
            return _("New customer")
        title = f"{_('Customer')} {self._customer.code} – {self._customer.name}"
        return f"{title} ({_('view only')})" if self.read_only else title

    def help_text(self) -> str:
        """What is not plain from the labels."""
        return _(
            "A defaulter is only marked. A customer who is not to be dunned gets no notices, up to and including the day that is "
            "set. Under Contacts stands to whom the notices of each level go, and why. Under Open items Space ticks several."
        )

    def offered_actions(self) -> list[Action]:
        """With holding, releasing and the statement."""
        return [*super().offered_actions(), *(each for each in actions_of("items") if self.session.may(each.needs))]

    def first_tab(self) -> str:
        """As asked for."""
        return self.view.tab or self._tab

    def tabs(self) -> list[Tab]:
        """Podatki, Stiki, Odprte postavke; a new customer has only the first."""
        tabs: list[Tab] = [("tab-data", _("Data"), self._data)]
        if self._record is not None:
            tabs.append(("tab-contacts", _("Contacts"), self._contacts))
            tabs.append(("tab-items", _("Open items"), self._items))
        return tabs

    def _data(self) -> ComposeResult:
        row = self._customer
        with scrolling():
            yield TextField("code", _("Code"), row.code, max_length=30, width=14, disabled=self._record is not None)
            yield TextField("name", _("Name"), row.name)
            yield TextField("street", _("Street"), row.street)
            yield beside(
                TextField("post_code", _("Post code"), row.post_code, width=10), TextField("city", _("City"), row.city)
            )
            country = TextField("country", _("Country"), row.country, width=4, max_length=2)
            yield country.offers(listed(countries))
            yield TextField("tax_id", _("Tax number"), row.tax_id)
            yield SelectField("kind", _("Kind"), list(kind_names().items()), row.kind)
            yield SelectField("language", _("Language"), list(LANGUAGES), row.language)
            yield TextField("email", _("E-mail address"), row.email)
            yield CheckField("defaulter", _("Defaulter"), row.defaulter)
            yield CheckField("no_dunning", _("Do not dun"), row.no_dunning)
            yield TextField("no_dunning_reason", _("Reason"), row.no_dunning_reason)
            yield DateField("no_dunning_until", _("Until"), row.no_dunning_until, self.session.today)
            if self._record is None:
                yield Static(_("Contacts can be added once the customer is confirmed."), markup=False, classes="note")

    def _contacts(self) -> ComposeResult:
        yield ContactsPane(self._customer, read_only=self.read_only)

    def _items(self) -> ComposeResult:
        yield ItemsPane(self._customer, read_only=self.read_only)

    def confirmed(self) -> None:
        """Save the customer."""
        values = self.values()
        if values is None:
            return
        code = self._customer.code if self._record is not None else None
        try:
            save_customer(code, values, self.session.actor, seen=self.opened_with if code is not None else None)
        except OpominiError as error:
            self.show_failure(error)
            return
        tell_shared(self.session, values["code"].strip(), values["email"])
        self.session.tell(_("Customer {name} is saved.").format(name=values["name"]))
        self.dismiss(Customer.get(Customer.code == values["code"].strip()).id)

    def action_hold(self) -> None:
        """F6: mark items as disputed or blocked."""
        if isinstance(self.shown_pane, ItemsPane):
            self.shown_pane.hold(self.shown_pane.picked())

    def action_release(self) -> None:
        """F7: let items be dunned again."""
        if isinstance(self.shown_pane, ItemsPane):
            self.shown_pane.release(self.shown_pane.picked())

    def action_statement(self) -> None:
        """F5: the customer's open items, to be confirmed."""
        from opomini_tui.screens.statement import StatementScreen  # with it come the fonts

        if self._record is not None and self.session.may(BY_ID["items.statement"].needs):
            self.session.push_screen(StatementScreen(self._record))

    @on(Button.Pressed, "#button-items-statement")
    def _statement_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_statement()

    @on(Button.Pressed, "#button-items-hold")
    def _hold_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_hold()

    @on(Button.Pressed, "#button-items-release")
    def _release_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_release()
