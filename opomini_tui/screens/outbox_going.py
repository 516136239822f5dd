"""Pausing a batch and letting it go on, from a list of messages: the one that is meant, and no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from opomini_tui.actions import BY_ID
from opomini_tui.errors import OpominiError
from opomini_tui.mail.batches import BatchRow, batch_row, batches, pause, resume, start_now, unfinished
from opomini_tui.mail.outbox import OutboxRow, outbox_rows
from opomini_tui.mail.standing import Standing, approval_wait, pause_sentence
from opomini_tui.models.database import now_ms
from opomini_tui.screens.ask import ConfirmScreen
from opomini_tui.screens.listed import ListedScreen
from opomini_tui.screens.restored import RestoredScreen
from opomini_tui.screens.sending import start_sending
from opomini_tui.text import _, ngettext

MOST_STOPPED = 200
"""Among so many of the newest waiting batches one of a stopped account is looked for."""


class GoingCommands(ListedScreen):
    """The actions about the batch that is shown, or that the message under the cursor belongs to."""

    batch_name = ""
    """The batch that is shown; "" for the whole outbox."""
    hindrance: Standing | None = None
    """What keeps messages from leaving, as last read."""

    def _under_cursor(self) -> OutboxRow | None:
        cursor = self.table.cursor_id
        return next(iter(outbox_rows(ids=(cursor,))), None) if cursor is not None else None

    def _batch(self) -> BatchRow | None:
        """The batch that is shown, else that of the message under the cursor; says so when there is none."""
        row = self._under_cursor()
        name = self.batch_name or (row.batch if row else "")
        found = batch_row(name) if name else None
        if found is None:
            self.session.tell(_("There is no batch under the cursor."), problem=True)
        return found

    def action_pause(self) -> None:
        """Pause the batch for every sender, or let it go on."""
        row = self._batch()
        if row is None:
            return
        if row.paused_at is None:
            self._at_once(lambda: pause(row.name, self.session.actor))
        else:
            self._go_on(row)

    def action_go(self) -> None:
        """Take away what keeps one batch from leaving, or start the one that waits for its start; and send from here."""
        if self.hindrance is not None and self.hindrance.kind == "restored":
            self.session.push_screen(RestoredScreen(self.hindrance.sentence), self._accepted)
            return
        row = self._meant()
        live = unfinished(self.session.actor) if not self.batch_name else []
        mine = [one for one in live if one.paused_at is None and one.approval != "asked"]
        others = [one for one in mine if row is None or one.name != row.name]
        if row is not None:
            self._go_on(row, others, at_once=True)
        elif self.hindrance is not None and self.hindrance.kind == "hours":
            self.session.tell(_("Put the cursor on a message of the batch that is to start now."), problem=True)
        elif others and self.may_send():
            self._ask_to_send(leaving_words(others), BY_ID["outbox.go"].label, partial(self._send, others))
        elif not others and not self.batch_name:
            self.session.tell(_("Nothing of yours waits."))

    def _meant(self) -> BatchRow | None:
        """The batch that is shown, else that of the message under the cursor if something of it waits and what hinders is
        its own, else the one of what hinders."""
        row, found = self._under_cursor(), self.hindrance
        name = self.batch_name or (row.batch if row else "")
        mine = batch_row(name) if name else None
        if self.batch_name:
            return mine
        if mine is not None and not mine.counts.queued + mine.counts.deferred:
            mine = None
        if found is None or found.kind in ("hours", "approval"):
            return mine
        if found.kind == "paused":
            return mine if mine is not None and mine.paused_at is not None else batch_row(found.batch)
        if mine is not None and mine.operator_code == found.operator_code:
            return mine
        # Its account goes on with any of its batches; a pause of one is not ended by that while another has none.
        stopped = [one for one in batches(MOST_STOPPED, only_live=True) if one.operator_code == found.operator_code]
        return min(stopped, key=lambda one: one.paused_at is not None, default=None)

    def _accepted(self, yes: bool | None) -> None:
        if yes:
            self.session.notices_changed()
            self.action_go()

    def _go_on(self, row: BatchRow, others: Sequence[BatchRow] = (), *, at_once: bool = False) -> None:
        """Let the batch go on, as `_let_go` says, and send `others` from here, after a question: who pauses a batch may
        have had a reason to."""
        if not self.may_send():
            return
        if row.approval == "asked":
            self.session.tell(approval_wait(row), problem=True)
            return
        sentences = leaving_words([row, *others])
        if row.paused_at is not None and row.paused_by not in ("", self.session.actor.code):
            rest = _("Whoever paused it may have had a reason to: ask before messages leave.")
            sentences = [pause_sentence(row), rest, *sentences]

        def go() -> None:
            self._let_go(row, at_once=at_once)
            self._send(others)

        self._ask_to_send(sentences, BY_ID["outbox.go"].label, go)

    def _send(self, rows: Sequence[BatchRow]) -> None:
        for row in rows:
            start_sending(self.session, row.name)

    def may_send(self) -> bool:
        """Whether the operator's level allows it; else it is said."""
        if not self.session.may("send"):
            actor = self.session.actor
            self._at_once(lambda: actor.require("send"))
        return self.session.may("send")

    def _ask_to_send(self, sentences: Sequence[str], label: str, send: Callable[[], object]) -> None:
        """What leaves cannot be called back: a letter that was typed by accident sends nothing."""

        def answered(yes: bool | None) -> None:
            if yes:
                send()

        self.session.push_screen(ConfirmScreen(label, sentences, label), answered)

    def _let_go(self, row: BatchRow, *, at_once: bool) -> None:
        """End the pause of a batch, the trouble of its account and (`at_once`) its wait for the start; then send it."""
        actor, found = self.session.actor, self.hindrance
        stopped = found is not None and found.kind == "account" and found.operator_code == row.operator_code
        closed = found is not None and found.kind == "hours" and not row.any_hour
        if row.paused_at is not None or stopped:
            self._at_once(lambda: resume(row.name, actor))
        elif at_once and (closed or row.starts_at > max(row.queued_at, now_ms())):
            self._at_once(lambda: start_now(row.name, actor))
        start_sending(self.session, row.name)

    def _at_once(self, verb: Callable[[], Any]) -> None:
        """A short verb; what it refuses is said."""
        try:
            verb()
        except OpominiError as error:
            self.session.show_error(error)
            return
        self.session.notices_changed()


def leaving_words(rows: Sequence[BatchRow]) -> list[str]:
    """How many messages leave when the batches go on."""
    count = sum(row.counts.queued + row.counts.deferred for row in rows)
    return [ngettext("{count} message leaves now.", "{count} messages leave now.", count).format(count=count)]
