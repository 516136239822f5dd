"""Forms that work on notices: others see these marked while the form is open, and who comes second is told by whom.

Nothing is locked by that: what two operators may not do to the same notice the verbs refuse. It only spares them the
surprise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from opomini_tui.evidence.presence import held_by_others
from opomini_tui.models.notice_filter import NoticeFilter, notice_ids
from opomini_tui.models.notice_list import notice_labels
from opomini_tui.screens.ask import ConfirmScreen
from opomini_tui.screens.desk import MOST
from opomini_tui.screens.form import FormScreen
from opomini_tui.screens.session import read
from opomini_tui.text import _, ngettext

NAMED = 3
"""So many notices are named for each operator."""
ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class AtWork:
    """The notices that are worked on, and by whom else: the operator by the notice's id; `labels` of those."""

    ids: tuple[int, ...]
    others: Mapping[int, str]
    labels: Mapping[int, str]


class WorkForm(FormScreen[ResultT]):
    """A subclass says with `work_on` which notices it is about, at the start and when others are chosen.

    Nothing is confirmed before it is known who else is at them.
    """

    _at_work: tuple[int, ...] = ()
    _agreed: frozenset[int] = frozenset()
    _looking = False
    _confirming = False
    """The key to confirm came while it was looked."""

    @property
    def at_work(self) -> tuple[int, ...]:
        """The notices that others see marked."""
        return self._at_work

    def work_on(self, chosen: NoticeFilter) -> None:
        """From now on the form works on these, up to MOST of them; asks when somebody else does already."""
        self._looking = True
        read(self, "work", partial(look_who_works, chosen, self.session.desk.session), self._known, self._unknown)

    def choosing(self) -> None:
        """Others are being chosen: a key to confirm waits for `work_on`; one that came before is taken back."""
        self._looking, self._confirming = True, False

    def not_chosen(self) -> None:
        """What is chosen cannot be read: a key that waits says why."""
        self._looking = False
        if self._confirming:
            self._confirming = False
            super().action_confirm()

    def _unknown(self, error: BaseException) -> None:
        """It is not known who else is at them; what the form itself reads says that the database does not answer."""
        self._looking = self._confirming = False
        self.log.error(error)

    def _known(self, found: AtWork) -> None:
        self._looking = False
        before, self._at_work = self._at_work, found.ids
        self.session.desk.work_on(found.ids)
        self.session.desk.done_with(before)
        others = {number: who for number, who in found.others.items() if number not in self._agreed}
        if others:
            self.session.push_screen(
                ConfirmScreen(self.heading(), others_words(others, found.labels), _("Go on all the same")),
                partial(self._answered, frozenset(others)),
            )
        elif self._confirming:
            super().action_confirm()
        self._confirming = False

    def _answered(self, others: frozenset[int], yes: bool | None) -> None:
        """Knowingly, or not at all."""
        if yes:
            self._agreed |= others
        elif self.is_attached:
            self.dismiss(None)

    def action_confirm(self) -> None:
        """Not before it is known who else is at them: until then the key waits."""
        self._confirming = self._looking
        if not self._looking:
            super().action_confirm()

    def on_unmount(self) -> None:
        """The notices are free for others."""
        self.session.desk.done_with(self._at_work)


def look_who_works(chosen: NoticeFilter, session: str) -> AtWork:
    """The chosen notices, none when there are more than MOST, and who else works on which; called in a thread."""
    most = MOST + 1 if chosen.limit is None else min(MOST + 1, chosen.limit)
    ids = tuple(notice_ids(replace(chosen, limit=most)))
    if len(ids) > MOST:
        return AtWork((), {}, {})
    others = held_by_others(session)
    shared = {number: others[number] for number in ids if number in others}
    return AtWork(ids, shared, notice_labels(shared))


def others_words(others: Mapping[int, str], labels: Mapping[int, str]) -> list[str]:
    """Who works on which of the notices."""
    by_whom: dict[str, list[str]] = {}
    for number, who in others.items():
        by_whom.setdefault(who, []).append(labels.get(number, ""))
    sentences = []
    for who, named in by_whom.items():
        more = len(named) - NAMED
        parts = [", ".join(filter(None, named[:NAMED]))]
        parts += [ngettext("and {count} more", "and {count} more", more).format(count=more)] if more > 0 else []
        sentences.append(_("{who} is working on {notices}.").format(who=who, notices=" ".join(parts)))
    return [*sentences, _("Ask before you go on: what one of you does the other may not know.")]
