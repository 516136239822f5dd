"""Odprte postavke: a customer's open items, and holding them back from dunning with a reason and an end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Button, Static

from opomini_tui.actions import BY_ID
from opomini_tui.errors import OpominiError
from opomini_tui.models.parties import Customer
from opomini_tui.models.receivables import OpenItem
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.record_pane import Line, RecordPane
from opomini_tui.setup.checks import Field as Checked
from opomini_tui.setup.customers import HOLD, held_as, hold_item
from opomini_tui.text import _, language, ngettext
from opomini_tui.text.formats import format_date, format_money
from opomini_tui.widgets.fields import DateField, SelectField, TextField
from opomini_tui.widgets.record_columns import Column
from opomini_tui.widgets.record_table import RecordTable


class ItemsPane(RecordPane):
    """What is open, oldest first; Space ticks several."""

    TICKABLE: ClassVar[bool] = True
    FIXED: ClassVar[bool] = True

    def __init__(self, customer: Customer, *, read_only: bool) -> None:
        super().__init__(read_only=read_only)
        self._customer = customer

    def columns(self) -> Sequence[Column]:
        """Dokument, datumi, zneski, stopnja, zadnji opomin, zadržano."""
        return (
            Column("document", _("Document"), 12, sortable=False),
            Column("due", _("Due date"), 10, sortable=False),
            Column("open", _("Open amount"), 11, "right", sortable=False),
            Column("level", _("Lvl"), 3, "right", sortable=False),
            Column("last", _("Last notice"), 13, sortable=False),
            Column("hold", _("On hold"), 16, sortable=False, grows=True),
            Column("date", _("Document date"), 15, sortable=False),
            Column("amount", _("Amount"), 11, "right", sortable=False),
        )

    def empty_text(self) -> str:
        """Nothing is owed."""
        return _("Nothing is open.")

    def find(self) -> Sequence[Line]:
        """All that is open."""
        today = self.session.today()
        return [item_line(row, today) for row in OpenItem.open_of(self._customer)]

    def show(self, lines: Sequence[Line]) -> None:
        """With the sum below."""
        super().show(lines)
        if self.is_mounted:
            total = sum(line.key.open_amount for line in lines)
            self.table.show_totals({"open": format_money(total, language())} if lines else None)

    def words(self) -> str:
        """The whole hold of the item under the cursor, which its column may have cut."""
        return hold_words(self.current.key, self.session.today()) if self.current else ""

    @on(RecordTable.RowHighlighted)
    def _moved(self) -> None:
        self.say(self.words())

    def tools(self) -> list[Button]:
        """Hold and release; the statement for who may print."""
        named = [] if self.read_only else ["hold", "release"]
        if self.session.may(BY_ID["items.statement"].needs):
            named.append("statement")
        actions = {name: BY_ID[f"items.{name}"] for name in named}
        return [form_button(action.label, f"items-{name}", action.key) for name, action in actions.items()]

    def picked(self) -> list[Line]:
        """The ticked items, else the one under the cursor."""
        ticked = [self.lines[place] for place in self.table.ticked_ids()]
        return ticked or ([self.current] if self.current else [])

    def edit(self, line: Line) -> None:
        """Enter: hold this one, or look at why it is held."""
        self.hold([line])

    def hold(self, lines: Sequence[Line]) -> None:
        """Ask for kind, reason and end."""
        if lines and not self.read_only:
            self.session.push_screen(HoldForm([line.key for line in lines]), self._held)

    def release(self, lines: Sequence[Line]) -> None:
        """Let them be dunned again."""
        if not lines or self.read_only:
            return
        seen = {line.key.id: held_as(line.key) for line in lines}
        try:
            hold_item(list(seen), "", "", None, self.session.actor, seen=seen)
        except OpominiError as error:
            self.reload()
            self.session.show_error(error)
            return
        self._held(True)

    def _held(self, done: bool | None) -> None:
        self.reload()  # also when nothing was done: somebody else may have been quicker
        if done:
            self.table.untick_all()
            self.session.notices_changed()


def item_line(row: OpenItem, today: date) -> Line:
    """A row; what is held is dimmed."""
    held = hold_words(row, today)
    cells = (
        row.document,
        format_date(row.due_date),
        format_money(row.open_amount, language()),
        str(row.level or ""),
        format_date(row.last_notice_date) if row.last_notice_date else "",
        held,
        format_date(row.document_date),
        format_money(row.amount, language()),
    )
    return Line(row, cells, "muted" if held else "")


def hold_words(row: OpenItem, today: date) -> str:
    """`disputed until 31.12.2012: reason`; "" when the item is free or its hold has ended."""
    if row.lawsuit:
        return _("before lawsuit")
    if not row.hold or (row.hold_until and row.hold_until < today):
        return ""
    name = hold_names()[row.hold]
    if row.hold_until:
        name = _("{hold} until {day}").format(hold=name, day=format_date(row.hold_until))
    return f"{name}: {row.hold_reason}"


def hold_names() -> dict[str, str]:
    """Why an item is held."""
    return {"disputed": _("disputed"), "blocked": _("blocked")}


class HoldForm(FormScreen[bool]):
    """Disputed or blocked, why, and until when."""

    KEEPS = True
    SIZE = "small"
    CHECKED: ClassVar[Sequence[Checked]] = HOLD

    def __init__(self, items: Sequence[OpenItem]) -> None:
        super().__init__()
        self._items = items
        self._seen = {item.id: held_as(item) for item in items}

    def heading(self) -> str:
        """How many."""
        count = len(self._items)
        if count == 1:
            return _("Hold item {document}").format(document=self._items[0].document)
        return ngettext("Hold {count} item", "Hold {count} items", count).format(count=count)

    def help_text(self) -> str:
        """What holding does."""
        return _(
            "An item that is disputed or blocked is not dunned, up to and including the day that is set; without a day until it is "
            "released."
        )

    def body(self) -> ComposeResult:
        """Vrsta, razlog, do."""
        first = self._items[0]
        yield SelectField("hold", _("Hold"), list(hold_names().items()), first.hold or "disputed")
        yield TextField("hold_reason", _("Reason"), first.hold_reason)
        yield DateField("hold_until", _("Until"), first.hold_until, self.session.today)
        yield Static(_("Empty: until it is released."), markup=False, classes="note")

    def now_seen(self, name: str, value: object) -> None:
        """Of the one item that somebody else holds otherwise."""
        super().now_seen(name, value)
        for held in self._seen.values():
            held[name] = value

    def confirmed(self) -> None:
        """Hold them."""
        values = self.values()
        if values is None:
            return
        hold, reason, until = (values[name] for name in ("hold", "hold_reason", "hold_until"))
        try:
            hold_item(list(self._seen), hold, reason, until, self.session.actor, seen=self._seen)
        except OpominiError as error:
            self.show_failure(error)
            return
        self.dismiss(True)
