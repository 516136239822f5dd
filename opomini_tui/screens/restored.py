"""The question before a restored, older database may send again: a reason, and a word that is typed on purpose."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Button, Static

from opomini_tui.actions import BY_ID
from opomini_tui.mail.high_water import Accepted, accept
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.job import run_verb
from opomini_tui.text import _, ngettext, pgettext
from opomini_tui.widgets.fields import TextField


class RestoredScreen(FormScreen[bool]):
    """True when a person has looked and lets the database send again."""

    SIZE = "small"

    def __init__(self, sentence: str) -> None:
        """`sentence`: what `high_water.behind` says."""
        super().__init__()
        self._sentence = sentence

    def heading(self) -> str:
        """What it is about."""
        return _("The database is older than what was sent")

    def body(self) -> ComposeResult:
        """What is known, what happens, and the two fields."""
        left = _("Messages that are known to have left become unknown and are not sent again.")
        others = _("All others that waited then may have left too: they are held, and go when you try them again.")
        for sentence in (self._sentence, left, others):
            yield Static(sentence, markup=False, classes="ask--sentence")
        yield TextField("reason", _("Reason"))
        yield TextField("word", _("Type {word} to confirm").format(word=self._word), width=12)

    @property
    def _word(self) -> str:
        return pgettext("confirm", "send")

    def buttons(self) -> list[Button]:
        """Leave, then the deed by its name."""
        return [
            form_button(self.cancel_label(), "cancel", BY_ID["form.cancel"].key),
            form_button(_("Let it send"), "confirm", BY_ID["form.confirm"].key, main=True, danger=True),
        ]

    def confirmed(self) -> None:
        """Only with a reason and the word."""
        values = self.values()
        if values is None:
            return
        problems = {}
        if not values["reason"]:
            problems["reason"] = _("Something must be written here.")
        if values["word"].casefold() != self._word:
            problems["word"] = _("This is not {count}; nothing was done.").format(count=self._word)
        if problems:
            self.show_problems(problems)
            return
        session = self.session

        def done(found: Accepted) -> None:
            unknown = ngettext("{count} message is now unknown.", "{count} messages are now unknown.", found.unknown)
            held = ngettext("{count} message is held.", "{count} messages are held.", found.held)
            session.tell(f"{unknown.format(count=found.unknown)} {held.format(count=found.held)}")
            self.dismiss(True)

        run_verb(
            session,
            self.heading(),
            lambda _job: accept(session.config, session.actor, values["reason"]),
            done,
            self.show_failure,
        )
