"""The outbox: every message with its state, its reason and the next step; cancel, try again, settle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.binding import BindingType

from opomini_tui.actions import BY_ID, bindings
from opomini_tui.mail.outbox import Retried, cancel, outbox_rows, resolve, retry
from opomini_tui.models.words import delivery_word
from opomini_tui.screens.ask import AskTextScreen, ConfirmScreen, Entry, ListScreen
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.deliveries import (
    SHOWN_STATES,
    DeliveryQuery,
    delivery_columns,
    delivery_detail,
    delivery_pages,
    last_batches,
    moment,
)
from opomini_tui.screens.job import run_verb
from opomini_tui.screens.listed import Found, ListedScreen
from opomini_tui.screens.outcome import OutcomeScreen
from opomini_tui.screens.session import NoticesChanged
from opomini_tui.text import _, ngettext
from opomini_tui.widgets.record_columns import Column


class DeliveriesScreen(ListedScreen):
    """A list of messages, of the whole outbox or of one batch; what is done, is done to the ticked ones or the cursor."""

    PLACES: ClassVar[tuple[str, ...]] = ("outbox", "listed")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("outbox")]
    TICKABLE = True

    batch_name = ""
    """Only messages of this batch; "" for the whole outbox."""
    state = ""
    """Only messages in this state; "" shows all."""

    def columns(self) -> Sequence[Column]:
        """Notice, customer, address, state, tries."""
        return delivery_columns()

    def find(self, wanted: Sequence[str]) -> Found:
        """Ids now, rows as they are drawn."""
        ids = DeliveryQuery(self.batch_name, self.state, tuple(wanted)).ids()
        return Found(ids, delivery_pages, delivery_detail, summary=self._summary(len(ids)))

    def _summary(self, count: int) -> str:
        said = ngettext("{count} message", "{count} messages", count).format(count=count)
        return said if not self.state else f"{said} · {delivery_word(self.state)}"

    def on_notices_changed(self, event: NoticesChanged) -> None:
        """Something was sent, cancelled or settled."""
        event.stop()
        self.table.invalidate()
        self.search()

    def _picked(self) -> list[int]:
        """Ids of the ticked messages, else of the one under the cursor."""
        ticked = list(self.table.ticked_ids())
        cursor = self.table.cursor_id
        return ticked or ([cursor] if cursor is not None else [])

    def action_show(self) -> None:
        """Choose a state."""
        entries = [Entry("all", _("all messages"))]
        entries += [Entry(state, delivery_word(state)) for state in SHOWN_STATES]

        def chosen(state: str | None) -> None:
            if state is not None:
                self.state = "" if state == "all" else state
                self.search()

        title = BY_ID["outbox.show"].label
        self.session.push_screen(ListScreen(title, entries, search=False, current=self.state or "all"), chosen)

    def action_batches(self) -> None:
        """Choose one of the last batches and look at it."""
        entries = [
            Entry(
                batch.name,
                f"{moment(batch.queued_at)} · "
                + ngettext("{count} message", "{count} messages", batch.messages).format(count=batch.messages),
                help=_("waiting: {count}").format(count=batch.waiting) if batch.waiting else "",
            )
            for batch in last_batches()
        ]
        if not entries:
            self.session.tell(_("No batch was sent yet."))
            return
        self.session.push_screen(ListScreen(BY_ID["outbox.batches"].label, entries, search=False), self._batch_chosen)

    def _batch_chosen(self, batch: str | None) -> None:
        if batch is not None:
            from opomini_tui.screens.send_progress import SendProgressScreen

            self.session.push_screen(SendProgressScreen(batch))

    def action_tick(self) -> None:
        """Space in the list; the table itself does it when it has the focus."""
        self.table.action_tick()

    def action_retry(self) -> None:
        """Let the messages wait again, and send them."""
        picked = self._picked()
        if not picked:
            return

        def done(retried: Retried) -> None:
            self._sent_again(retried, picked)

        run_verb(self.session, BY_ID["outbox.retry"].label, lambda _job: retry(picked, self.session.actor), done)

    def _sent_again(self, retried: Retried, picked: Sequence[int]) -> None:
        from opomini_tui.screens.sending import start_sending

        self.table.untick_all()
        self.session.notices_changed()
        if retried.queued:
            for batch in {row.batch for row in outbox_rows(ids=tuple(picked))}:
                start_sending(self.session, batch)
        if retried.left:
            said = ngettext("{count} message waits again.", "{count} messages wait again.", retried.queued)
            sentence = said.format(count=retried.queued)
            self.session.push_screen(OutcomeScreen(BY_ID["outbox.retry"].label, [sentence], retried.left))

    def action_cancel(self) -> None:
        """Take the messages back, after a question."""
        picked = self._picked()
        if not picked:
            return
        said = ngettext("{count} message will not be sent.", "{count} messages will not be sent.", len(picked))
        ask = ConfirmScreen(
            BY_ID["outbox.cancel"].label, [said.format(count=len(picked))], BY_ID["outbox.cancel"].label
        )
        self.session.push_screen(ask, lambda yes: self._cancel(picked) if yes else None)

    def _cancel(self, which: Sequence[int] | str) -> None:
        def done(count: int) -> None:
            self.table.untick_all()
            self.session.notices_changed()
            said = ngettext("{count} message was cancelled.", "{count} messages were cancelled.", count)
            self.session.tell(said.format(count=count))

        run_verb(self.session, BY_ID["outbox.cancel"].label, lambda _job: cancel(which, self.session.actor), done)

    def action_settle(self) -> None:
        """Say what became of the unknown message under the cursor."""
        record = self.table.cursor_id
        rows = outbox_rows(ids=(record,)) if record is not None else []
        if not rows or rows[0].state != "unknown":
            self.session.tell(_("Only a message whose outcome is unknown is settled."), problem=True)
            return
        entries = [
            Entry("sent", _("It arrived"), help=_("The customer or the server's log confirms it")),
            Entry("resend", _("Send it again"), help=_("It certainly did not arrive; the customer may get it twice")),
        ]
        title = f"{BY_ID['outbox.settle'].label} {rows[0].year}/{rows[0].number}"

        def chosen(how: str | None) -> None:
            if how is not None:
                ask = AskTextScreen(title, _("Reason"), [_("How do you know? It is written into the journal.")])
                self.session.push_screen(ask, lambda reason: self._settle(rows[0].id, how, reason, title))

        self.session.push_screen(ListScreen(title, entries, search=False), chosen)

    def _settle(self, record: int, how: str, reason: str | None, title: str) -> None:
        if not reason:
            return
        session = self.session

        def done(_nothing: Any) -> None:
            session.notices_changed()
            session.tell(_("It is settled."))

        run_verb(session, title, lambda _job: resolve(record, how, reason, session.actor, session.config), done)


class OutboxScreen(DeliveriesScreen):
    """All messages, the newest first."""

    def __init__(self, choice: Choice) -> None:
        """`choice` of the grid does not matter."""
        super().__init__()
        self._choice = choice

    def title_text(self) -> str:
        """The action's name."""
        return BY_ID["notices.outbox"].label

    def help_text(self) -> str:
        """What the states mean."""
        return _(
            "Every message stands here with its state. Deferred ones are tried again by themselves while a sender runs. "
            "What is unknown may have arrived: it is never sent again by itself, a person settles it."
        )
