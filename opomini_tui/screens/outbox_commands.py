"""What the keys of a list of messages do: take back, try again, settle, open what belongs to a message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from opomini_tui.actions import BY_ID
from opomini_tui.mail.outbox import OutboxRow, Retried, cancel, outbox_rows, resolve, retry
from opomini_tui.models.database import now_ms
from opomini_tui.models.notice_pages import notice_of
from opomini_tui.screens.ask import AskTextScreen, ConfirmScreen, Entry, ListScreen
from opomini_tui.screens.base import open_action
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.deliveries import delivery_detail
from opomini_tui.screens.job import run_verb
from opomini_tui.screens.outbox_going import GoingCommands
from opomini_tui.screens.outcome import OutcomeScreen
from opomini_tui.screens.sending import start_sending
from opomini_tui.screens.session import SessionApp
from opomini_tui.text import _, ngettext

WAITING = ("queued", "deferred", "held")
"""States in which a message can be taken back."""


class DeliveryCommands(GoingCommands):
    """The actions of place "outbox": on the ticked messages or the one under the cursor, or on the batch of it."""

    def _picked(self) -> list[int]:
        """Ids of the ticked messages, else of the one under the cursor."""
        ticked = list(self.table.ticked_ids())
        cursor = self.table.cursor_id
        return ticked or ([cursor] if cursor is not None else [])

    # Taking back

    def action_recall(self) -> None:
        """Take the ticked messages, or the one under the cursor, back at once: it can be sent again."""
        if picked := self._picked():
            self._cancel(picked)

    def action_recall_batch(self) -> None:
        """Take the whole batch back: at once while it has not begun, after a question when some of it has gone."""
        row = self._batch()
        if row is None:
            return
        counts = row.counts
        if counts.total == counts.queued + counts.held + counts.cancelled and row.starts_at > now_ms():
            self._cancel(row.name)
        else:
            self._ask_cancel(row.name, counts.queued + counts.deferred + counts.held)

    def action_cancel(self) -> None:
        """Take the messages back, after a question."""
        waiting = [row.id for row in self._picked_rows() if row.state in WAITING]
        if waiting:
            self._ask_cancel(waiting, len(waiting))
        elif self._picked():
            self.session.tell(_("None of these messages waits in the outbox, so none can be taken back."), problem=True)

    def _picked_rows(self) -> list[OutboxRow]:
        return outbox_rows(ids=tuple(self._picked()))

    def _ask_cancel(self, which: Sequence[int] | str, count: int) -> None:
        if not count:
            self.session.tell(_("Nothing of this batch waits any more."))
            return
        said = ngettext("{count} message will not be sent.", "{count} messages will not be sent.", count)
        label = BY_ID["outbox.cancel"].label
        self.session.push_screen(
            ConfirmScreen(label, [said.format(count=count)], label), lambda yes: self._cancel(which) if yes else None
        )

    def _cancel(self, which: Sequence[int] | str) -> None:
        def done(count: int) -> None:
            self._untick()
            self.session.notices_changed()
            said = ngettext("{count} message was cancelled.", "{count} messages were cancelled.", count)
            self.session.tell(said.format(count=count))

        run_verb(self.session, BY_ID["outbox.cancel"].label, lambda _job: cancel(which, self.session.actor), done)

    def _untick(self) -> None:
        if self.is_attached:
            self.table.untick_all()

    # Trying again, settling

    def action_retry(self) -> None:
        """Let the messages wait again, and send them, after a question: a letter alone sends nothing."""
        rows = self._picked_rows()
        if rows and self.may_send():
            picked = [row.id for row in rows]
            self._ask_to_send(again_words(rows), BY_ID["outbox.retry"].label, lambda: self._retry(picked))

    def _retry(self, picked: list[int]) -> None:
        session = self.session

        def done(retried: Retried) -> None:
            self._untick()
            session.notices_changed()
            if retried.queued:
                for batch in {row.batch for row in outbox_rows(ids=tuple(picked))}:
                    start_sending(session, batch)
            if retried.left:
                said = ngettext("{count} message waits again.", "{count} messages wait again.", retried.queued)
                sentences = [said.format(count=retried.queued)] if retried.queued else []
                session.push_screen(OutcomeScreen(BY_ID["outbox.retry"].label, sentences, retried.left))

        run_verb(session, BY_ID["outbox.retry"].label, lambda _job: retry(picked, session.actor), done)

    def action_settle(self) -> None:
        """Say what became of the unknown message under the cursor."""
        row = self._under_cursor()
        if row is None or row.state != "unknown":
            self.session.tell(_("Only a message whose outcome is unknown is settled."), problem=True)
            return
        entries = [
            Entry("sent", _("It arrived"), help=_("The customer or the server's log confirms it")),
            Entry("resend", _("Send it again"), help=_("It certainly did not arrive; the customer may get it twice")),
        ]
        title = f"{BY_ID['outbox.settle'].label} {row.year}/{row.number}"

        def chosen(how: str | None) -> None:
            if how is not None:
                ask = AskTextScreen(title, _("Reason"), [_("How do you know? It is written into the journal.")])
                self.session.push_screen(ask, lambda reason: self._settle(row, how, reason, title))

        self.session.push_screen(ListScreen(title, entries, search=False), chosen)

    def _settle(self, row: OutboxRow, how: str, reason: str | None, title: str) -> None:
        if not reason:
            return
        session = self.session

        def done(_nothing: Any) -> None:
            session.notices_changed()
            session.tell(_("It is settled."))
            if how == "resend":
                start_sending(session, row.batch)

        run_verb(session, title, lambda _job: resolve(row.id, how, reason, session.actor, session.config), done)

    # What belongs to a message

    def action_open_notice(self) -> None:
        """The notice of the message under the cursor."""
        row = self._under_cursor()
        if row is not None:
            open_action(self, BY_ID["notices.detail"], Choice(cursor=row.notice_id))

    def action_contact(self) -> None:
        """The contacts of the customer of the message under the cursor."""
        row = self._under_cursor()
        if row is not None:
            open_contacts(self.session, row.notice_id)

    def action_account(self) -> None:
        """The mail account that keeps messages from leaving; else one's own."""
        code = self.hindrance.operator_code if self.hindrance else ""
        if code and code != self.session.actor.code:
            if not self.session.may("operators"):
                said = _("It is the account of operator {code}; he or an administrator can change it.")
                self.session.tell(said.format(code=code), problem=True)
                return
            from opomini_tui.screens.operator_form import OperatorForm
            from opomini_tui.setup.operators import operator_of

            self.session.push_screen(OperatorForm(operator_of(code).id))
            return
        open_action(self, BY_ID["notices.own_account"], self.choice())

    def action_copy(self) -> None:
        """Everything known of the message under the cursor, with the server's answer, to the clipboard."""
        if self.table.cursor_id is not None:
            self.session.copy_to_clipboard(delivery_detail(self.table.cursor_id))
            self.session.tell(_("Copied."))


def again_words(rows: Sequence[OutboxRow]) -> list[str]:
    """How many messages leave once more; those that a person took back are named."""
    count, taken_back = len(rows), sum(row.state == "cancelled" for row in rows)
    words = []
    if count > taken_back:
        rest = count - taken_back
        said = ngettext("{count} message is tried again at once.", "{count} messages are tried again at once.", rest)
        words.append(said.format(count=rest))
    if taken_back:
        said = ngettext(
            "{count} message that was taken back is sent at once.",
            "{count} messages that were taken back are sent at once.",
            taken_back,
        )
        words.append(said.format(count=taken_back))
    return words


def open_contacts(session: SessionApp, notice_id: int) -> None:
    """The customer of a notice, at his contacts; what was saved there is taken up when the form is left."""
    from opomini_tui.screens.customer_form import CustomerForm

    form = CustomerForm(notice_of(notice_id).customer_id, "tab-contacts")
    session.push_screen(form, lambda _saved: session.notices_changed())
