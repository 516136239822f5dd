"""Four eyes on the screen: a second operator reads count and sum of a batch and approves it, or refuses it with a reason."""

from __future__ import annotations

from functools import partial

from opomini_tui.actions import BY_ID
from opomini_tui.mail.approval import Request, approve, refuse, request_of
from opomini_tui.mail.batches import BatchRow
from opomini_tui.screens.ask import AskTextScreen
from opomini_tui.screens.base import OpominiScreen
from opomini_tui.screens.confirm_count import ConfirmCountScreen
from opomini_tui.screens.job import run_verb
from opomini_tui.screens.sending import start_sending
from opomini_tui.text import _, ngettext
from opomini_tui.text.moments import moment


class ApprovalCommands(OpominiScreen):
    """The actions of place "approval" on the batch that the screen names."""

    def batch_meant(self) -> str:
        """The batch under the cursor, or the one that is shown; "" for none."""
        return ""

    def action_approve(self) -> None:
        """Ask with count and sum, then let the batch leave; it is sent from here."""
        if (found := self._request()) is not None:
            title = BY_ID["approval.approve"].label
            ask = ConfirmCountScreen(title, request_words(found), found.messages, title)
            self.session.push_screen(ask, lambda yes: self._approve(found) if yes else None)

    def action_refuse(self) -> None:
        """Ask for the reason, then cancel the batch."""
        if (found := self._request()) is not None:
            title = BY_ID["approval.refuse"].label
            self.session.push_screen(
                AskTextScreen(title, _("Reason"), request_words(found)),
                lambda reason: self._refuse(found, reason) if reason else None,
            )

    def _request(self) -> Request | None:
        """The batch as it waits now, if this operator may decide about it; else says why not."""
        name, actor = self.batch_meant(), self.session.actor
        found = request_of(name) if name else None
        if found is None:
            self.session.tell(_("The batch does not wait for a second operator."), problem=True)
        elif found.operator_id == actor.id:
            self.session.tell(
                _("You queued this batch yourself; a second operator has to decide about it."), problem=True
            )
            return None
        return found

    def _approve(self, seen: Request) -> None:
        session = self.session

        def done(approved: Request) -> None:
            session.notices_changed()
            said = ngettext("{count} message may leave now.", "{count} messages may leave now.", approved.messages)
            session.tell(said.format(count=approved.messages))
            start_sending(session, approved.batch)

        verb = partial(approve, seen.batch, session.actor, seen)
        run_verb(session, BY_ID["approval.approve"].label, lambda _job: verb(), done)

    def _refuse(self, seen: Request, reason: str) -> None:
        session = self.session

        def done(refused: Request) -> None:
            session.notices_changed()
            said = ngettext("{count} message will not be sent.", "{count} messages will not be sent.", refused.messages)
            session.tell(said.format(count=refused.messages))

        verb = partial(refuse, seen.batch, session.actor, reason)
        run_verb(session, BY_ID["approval.refuse"].label, lambda _job: verb(), done)


def request_words(found: Request) -> list[str]:
    """Who wants what to leave: the count and the sum that are agreed to."""
    said = ngettext(
        "{count} message, {total} together: queued by {operator} on {when}.",
        "{count} messages, {total} together: queued by {operator} on {when}.",
        found.messages,
    )
    who = f"{found.operator_code} {found.operator_name}"
    return [
        said.format(count=found.messages, total=f"{found.shown_total} €", operator=who, when=moment(found.queued_at))
    ]


def approval_words(row: BatchRow) -> str:
    """Who decided about the batch, or that it is waited for; "" where no second operator is needed."""
    words = {
        "asked": _("It waits until a second operator has approved it.") + " " + _("a approves it, x refuses it."),
        "approved": _("Approved by {operator}."),
        "refused": _("Refused by {operator}."),
    }
    return words.get(row.approval, "").format(operator=row.approved_by)
