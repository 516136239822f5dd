"""At the start: work that a lost line or a killed program broke off, and the way to go on with it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widgets import Button, Static

from opomini_tui.actions import BY_ID
from opomini_tui.evidence.begun import BrokenOff
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.screens.base import open_action
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.guard import Guarded
from opomini_tui.text import _
from opomini_tui.text.moments import moment


class BrokenOffScreen(Guarded, FormScreen[None]):
    """What each of them has left behind; going on opens the form of the last one, in which nothing is done yet."""

    SIZE = "small"

    def __init__(self, found: Sequence[BrokenOff]) -> None:
        super().__init__()
        self._found = found

    def heading(self) -> str:
        """What it is about."""
        return _("Unfinished work")

    def body(self) -> ComposeResult:
        """A sentence for each, and what that means."""
        for one in self._found:
            label = BY_ID[one.action].label
            said = _("{job}, begun {when}, was broken off. {state}")
            yield Static(
                said.format(job=label, when=moment(one.begun_at), state=state_words(one.action)),
                markup=False,
                classes="ask--sentence",
            )

    def buttons(self) -> list[Button]:
        """Later, go on."""
        return [
            form_button(_("Later"), "cancel", BY_ID["form.cancel"].key),
            form_button(_("Go on"), "confirm", BY_ID["form.confirm"].key, main=True),
        ]

    def on_mount(self) -> None:
        """The focus is on the harmless button."""
        self.query_one("#button-cancel").focus()

    def action_cancel(self) -> None:
        """Later, unless the key was meant for signing in."""
        if not self.guarded:
            super().action_cancel()

    def confirmed(self) -> None:
        """To the form, unless the key was meant for signing in."""
        if self.guarded:
            return
        session = self.session
        self.dismiss(None)
        open_action(self, BY_ID[self._found[-1].action], Choice(NoticeFilter(year=session.today().year)))


def state_words(action: str) -> str:
    """What of the work is stored when it is broken off."""
    words = {
        "notices.issue": _("What was issued by then is issued; the rest is still prepared."),
        "notices.prepare": _("It is stored whole or not at all: look whether the packet is there before you go on."),
        "notices.import": _("It is stored whole or not at all: go on with the same file, nothing is taken twice."),
        "notices.send_batch": _(
            "Look into the outbox what of it was queued; the rest can be queued again, nothing goes twice."
        ),
        "notices.print": _("Look at the file or the printer before you go on: what is not marked may still have gone."),
    }
    return words.get(action, _("Nothing of it is half done."))
