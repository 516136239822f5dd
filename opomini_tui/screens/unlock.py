"""Odklepanje: issued notices go back to prepared, with a reason; sent ones only after a warning."""

from __future__ import annotations

from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from opomini_tui.actions import BY_ID
from opomini_tui.dunning.unlock import Unlocked, UnlockWarning, check_unlock, unlock
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.confirm_count import ConfirmCountScreen
from opomini_tui.screens.job import run_verb
from opomini_tui.screens.outcome import OutcomeScreen
from opomini_tui.screens.scope import scope_field, scope_filter
from opomini_tui.screens.session import read
from opomini_tui.screens.work_form import WorkForm
from opomini_tui.text import _, ngettext
from opomini_tui.widgets.fields import Field, TextField


class UnlockScreen(WorkForm[None]):
    """Which notices (ticked, the one under the cursor, the filter) and why."""

    SIZE = "small"

    def __init__(self, choice: Choice) -> None:
        """The ticked notices are proposed, else the one under the cursor."""
        super().__init__()
        self._choice = choice
        self._warning: UnlockWarning | None = None

    def heading(self) -> str:
        """The button's name."""
        return BY_ID["notices.unlock"].label

    def help_text(self) -> str:
        """What unlocking does."""
        return _(
            "Unlocked notices are prepared again: the levels of their items go back to what they were, the letter stays "
            "in the history, marked void. A notice that was sent asks for the count to be typed."
        )

    def body(self) -> ComposeResult:
        """What, why, and what that means."""
        yield scope_field(self._choice)
        yield TextField("reason", _("Reason"))
        yield Static("", id="unlock-warning", markup=False, classes="work--counts")

    def confirm_label(self) -> str:
        """The deed by its name."""
        return _("Unlock now")

    def on_mount(self) -> None:
        """Look at what is chosen."""
        self.field("reason").focus_control()
        self._look()

    @on(Field.Changed)
    def _changed(self, event: Field.Changed) -> None:
        if event.field.name == "scope":
            self._look()

    def _chosen(self) -> NoticeFilter:
        return scope_filter(self._choice, str(self.field("scope").read()))

    def _look(self) -> None:
        self._warning = None
        self.work_on(self._chosen())
        read(self, "check", partial(check_unlock, self._chosen()), self._looked)

    def _looked(self, warning: UnlockWarning) -> None:
        self._warning = warning
        self.query_one("#unlock-warning", Static).update("\n".join(warning_words(warning)))

    def confirmed(self) -> None:
        """Unlock; when any was sent, after the count was typed."""
        values, warning = self.values(), self._warning
        if values is None or warning is None:
            return
        if not values["reason"]:
            self.show_problems({"reason": _("Unlocking needs a reason. Type why the notices are unlocked.")})
        elif not warning.count:
            self.session.tell(_("None of the chosen notices is issued; there is nothing to unlock."), problem=True)
        elif warning.sent:
            ask = ConfirmCountScreen(
                self.heading(), warning_words(warning), warning.count, self.confirm_label(), named=warning.sent
            )
            self.session.push_screen(ask, lambda yes: self._unlock(warning, even_sent=True) if yes else None)
        else:
            self._unlock(warning, even_sent=False)

    def _unlock(self, agreed: UnlockWarning, *, even_sent: bool) -> None:
        """The very notices that were counted, not what has joined the filter since."""
        chosen, reason = NoticeFilter(ids=agreed.ids), str(self.field("reason").read())
        actor = self.session.actor
        run_verb(
            self.session,
            self.heading(),
            lambda job: unlock(chosen, reason, actor, even_sent=even_sent, progress=job.progress, stop=job.stop),
            self._unlocked,
            self.show_failure,
            can_stop=True,
            said=unlocked_words,
            opener=self,
        )

    def _unlocked(self, unlocked: Unlocked) -> None:
        if self.is_active:
            self.dismiss(None)
        self.session.push_screen(OutcomeScreen(self.heading(), [unlocked_words(unlocked)]))


def unlocked_words(unlocked: Unlocked) -> str:
    """How many went back."""
    said = ngettext("{count} notice is prepared again.", "{count} notices are prepared again.", unlocked.count)
    return said.format(count=unlocked.count)


def warning_words(warning: UnlockWarning) -> list[str]:
    """How many go back, and how many of them were sent."""
    if not warning.count:
        return [_("None of the chosen notices is issued; there is nothing to unlock.")]
    said = ngettext(
        "{count} issued notice will be prepared again.", "{count} issued notices will be prepared again.", warning.count
    )
    sentences = [said.format(count=warning.count)]
    if sent := len(warning.sent):
        said = ngettext(
            "{count} of them was already sent: the customer has it.",
            "{count} of them were already sent: the customers have them.",
            sent,
        )
        sentences.append(said.format(count=sent))
    return sentences
