"""Before a batch goes: every notice that will not go or has a warning, why, and the keys that put it right."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from opomini_tui.actions import BY_ID, bindings
from opomini_tui.errors import OpominiError
from opomini_tui.mail.preflight import ORDER, Doubt, Preflight, preflight
from opomini_tui.mail.reasons import SHARED, WARNINGS, reason_name
from opomini_tui.mail.shared_addresses import accept_shared, also_of
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.screens.ask import ConfirmScreen
from opomini_tui.screens.base import open_action
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.listed import Found, Listed, ListedScreen
from opomini_tui.screens.session import NoticesChanged
from opomini_tui.text import _, ngettext
from opomini_tui.widgets.record_columns import Column
from opomini_tui.widgets.record_table import RecordTable


class PreflightScreen(ListedScreen):
    """The doubts of a batch. What is put right from here is judged again and leaves the list."""

    PLACES: ClassVar[tuple[str, ...]] = ("preflight", "listed")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("preflight")]

    reason = ""
    """Only doubts with this code; "" shows all."""

    def __init__(self, chosen: NoticeFilter) -> None:
        super().__init__()
        self._chosen = chosen
        self._looked_over = Preflight(0, (), {})

    def title_text(self) -> str:
        """What is listed."""
        return _("Before sending")

    def help_text(self) -> str:
        """What to do with it."""
        return _(
            "Notices that will not go, each with its reason, and notices with a warning, which go all the same. F3 opens the "
            "customer's contacts; what is put right there leaves the list at once. A accepts an address that several customers "
            "have: it is not flagged again unless another customer gets it."
        )

    def content(self) -> ComposeResult:
        """The numbers by reason stand above the list."""
        yield Static("", id="preflight-counts", markup=False)
        yield from super().content()

    def columns(self) -> Sequence[Column]:
        """Opomin, stranka, naslov, razlog."""
        return (
            Column("notice", _("Notice"), 9, sortable=False),
            Column("customer", _("Customer"), 21, sortable=False, grows=True),
            Column("email", _("E-mail address"), 22, sortable=False, grows=True),
            Column("reason", _("Reason"), 18, sortable=False),
        )

    def find(self, wanted: Sequence[str]) -> Found:
        """Judge the notices anew; called in a thread."""
        looked = preflight(self._chosen, self.session.actor, config=self.session.config)
        self._looked_over = looked
        lines = {line_id(one): line_of(one) for one in looked.doubts if self.reason in ("", one.code)}
        found = {number: line for number, line in lines.items() if line.holds(wanted)} if wanted else lines
        return Found.of(found, summary=self._summary(len({number_of(line) for line in found})))

    def _summary(self, count: int) -> str:
        said = ngettext("{count} notice", "{count} notices", count).format(count=count)
        return f"{said} · {reason_name(self.reason)}" if self.reason else said

    def show(self, found: Found) -> None:
        """Show what was found, and the numbers."""
        self.table.invalidate()
        super().show(found)
        self.query_one("#preflight-counts", Static).update(counts_words(self._looked_over))

    @on(NoticesChanged)
    def _notices_changed(self, event: NoticesChanged) -> None:
        event.stop()
        self.search()

    def _doubt(self) -> Doubt | None:
        """The one under the cursor."""
        cursor = self.table.cursor_id
        return next((one for one in self._looked_over.doubts if line_id(one) == cursor), None)

    # What can be done

    def action_show(self) -> None:
        """Choose a reason."""
        counts = self._looked_over.counts.items()
        reasons = {"": _("all reasons"), **{code: f"{reason_name(code)} ({count})" for code, count in counts}}

        def chosen(code: str) -> None:
            self.reason = code

        self.narrow(BY_ID["preflight.show"].label, reasons, self.reason, chosen)

    def action_contact(self) -> None:
        """The contacts of the customer under the cursor; what was saved is judged when the form is left."""
        from opomini_tui.screens.customer_form import CustomerForm

        one = self._doubt()
        if one is not None:
            self.session.push_screen(CustomerForm(one.customer_id, "tab-contacts"), lambda _saved: self._changed())

    def _changed(self) -> None:
        self.session.notices_changed()

    @on(RecordTable.RowSelected)
    def _selected(self, event: RecordTable.RowSelected) -> None:
        event.stop()
        self.action_open_notice()

    def action_open_notice(self) -> None:
        """The notice under the cursor."""
        one = self._doubt()
        if one is not None:
            ids = dict.fromkeys(number_of(line) for line in self.found.ids)
            choice = Choice(self._chosen, cursor=one.notice_id, rows=array("q", ids))
            open_action(self, BY_ID["notices.detail"], choice)

    def action_accept(self) -> None:
        """Let several customers have the address under the cursor, after a question that names them."""
        one = self._doubt()
        if one is None or one.code != SHARED:
            self.session.tell(_("Only an address that several customers have is accepted."), problem=True)
            return
        label = BY_ID["preflight.accept"].label
        sentences = [one.sentence, _("The notices go there all the same; it is not flagged again for these customers.")]
        self.session.push_screen(
            ConfirmScreen(label, sentences, label, danger=False), lambda yes: self._accept(one) if yes else None
        )

    def _accept(self, one: Doubt) -> None:
        try:
            for shared in also_of(one.customer_code, one.email):
                accept_shared(shared.email, self.session.actor)
        except OpominiError as error:
            self.session.show_error(error)
        self._changed()


def line_id(one: Doubt) -> int:
    """The id of its line; a notice may have several lines."""
    return one.notice_id * len(ORDER) + ORDER.index(one.code)


def number_of(line: int) -> int:
    """The notice of a line."""
    return line // len(ORDER)


def line_of(one: Doubt) -> Listed:
    """A row, and the whole sentence below the list."""
    cells = (one.label, f"{one.customer_code} {one.customer_name}", one.email or "—", reason_name(one.code))
    customer = f"{one.label} · {one.customer_name} ({one.customer_code})"
    to = f"{one.email}: {one.why_address}" if one.email else one.why_address
    detail = "\n".join(dict.fromkeys((customer, to, one.sentence)))
    return Listed(cells, detail, "warning" if one.goes else "")


def counts_words(looked: Preflight) -> str:
    """`204 will go · 5 will not: bad address 3, no contact 2 · 4 go to a shared address · with a warning: not signed 1`."""
    held = sum(count for code, count in looked.counts.items() if code not in WARNINGS)
    parts = [ngettext("{count} will go", "{count} will go", looked.going).format(count=looked.going)]
    if held:
        said = ngettext("{count} will not: {reasons}", "{count} will not: {reasons}", held)
        named = _named(looked, [code for code in looked.counts if code not in WARNINGS])
        parts.append(said.format(count=held, reasons=named))
    if shared := looked.counts.get(SHARED, 0):
        said = ngettext("{count} goes to a shared address", "{count} go to a shared address", shared)
        parts.append(said.format(count=shared))
    if others := [code for code in looked.counts if code in WARNINGS and code != SHARED]:
        parts.append(_("with a warning: {reasons}").format(reasons=_named(looked, others)))
    return " · ".join(parts)


def _named(looked: Preflight, codes: Sequence[str]) -> str:
    """The reasons and their numbers."""
    return ", ".join(f"{reason_name(code)} {looked.counts[code]}" for code in codes)
