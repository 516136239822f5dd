"""At the start: batches of the operator that were left waiting, and the offer to go on with them."""

from __future__ import annotations

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.widgets import Button, Static

from opomini_tui.actions import BY_ID
from opomini_tui.mail.batches import BatchRow
from opomini_tui.screens.batches import BatchesScreen, batch_state
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.guard import Guarded
from opomini_tui.screens.sending import start_sending
from opomini_tui.text import _, ngettext
from opomini_tui.text.moments import moment

SHOWN = 8


class UnfinishedScreen(Guarded, FormScreen[None]):
    """Go on, look at them, or leave them to a worker; nothing is sent by only looking."""

    SIZE = "small"

    def __init__(self, left: Sequence[BatchRow]) -> None:
        super().__init__()
        self._left = left

    def heading(self) -> str:
        """What it is about."""
        return _("Unfinished sending")

    def body(self) -> ComposeResult:
        """A line for each batch."""
        waiting = sum(row.counts.queued + row.counts.deferred for row in self._left)
        said = ngettext(
            "{count} message of yours still waits in the outbox.",
            "{count} messages of yours still wait in the outbox.",
            waiting,
        )
        yield Static(said.format(count=waiting), markup=False, classes="ask--sentence")
        if unknown := sum(row.counts.unknown for row in self._left):
            doubt = ngettext(
                "Of {count} more message nobody knows whether it arrived: program or line ended while it was handed over. "
                "It is not sent again by itself; settle it in the outbox.",
                "Of {count} more messages nobody knows whether they arrived: program or line ended while they were handed "
                "over. They are not sent again by themselves; settle them in the outbox.",
                unknown,
            )
            yield Static(doubt.format(count=unknown), markup=False, classes="ask--sentence")
        for row in self._left[:SHOWN]:
            parts = [moment(row.queued_at), _("waiting: {count}").format(count=row.counts.queued + row.counts.deferred)]
            if row.counts.unknown:
                parts.append(_("outcome unknown: {count}").format(count=row.counts.unknown))
            yield Static(" · ".join([*parts, batch_state(row)]), markup=False, classes="ask--reason")

    def buttons(self) -> list[Button]:
        """Later, look, go on."""
        return [
            form_button(_("Later"), "cancel", BY_ID["form.cancel"].key),
            form_button(BY_ID["outbox.batches"].label, "batches"),
            form_button(_("Go on"), "confirm", BY_ID["form.confirm"].key, main=True),
        ]

    def on_mount(self) -> None:
        """The focus is on the harmless button."""
        self.query_one("#button-cancel").focus()

    @on(Button.Pressed, "#button-batches")
    def _look_at_them(self, event: Button.Pressed) -> None:
        event.stop()
        session = self.session
        self.dismiss(None)
        session.push_screen(BatchesScreen())

    def confirmed(self) -> None:
        """Send them from here, unless the key was meant for signing in; a pause stays until somebody ends it."""
        if self.guarded:
            return
        for row in self._left:
            start_sending(self.session, row.name)
        session = self.session
        self.dismiss(None)
        session.push_screen(BatchesScreen())
