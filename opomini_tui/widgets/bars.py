"""The one-line bars of every full screen: title, hints, status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from opomini_tui.actions import Action
from opomini_tui.mail.pulse import Waiting
from opomini_tui.text import _

MOST_HINTS = 6
"""In a line of 80 cells; where there is room for more, more are shown."""
ROOMY = 100
HINT_GAP = 2
MOST_NAMED = 3
"""So many others who are here are named in the status line; of more their number is said."""


class TitleBar(Static):
    """`Opominjanje – <company>`; the company comes from the application when it is known."""

    title: reactive[str] = reactive("")
    company: reactive[str] = reactive("")

    def __init__(self, title: str) -> None:
        super().__init__(markup=False)
        self.set_reactive(TitleBar.title, title)

    def on_mount(self) -> None:
        """Take the company from the application, now and when it changes."""
        self.watch(self.app, "sub_title", self._set_company)

    def _set_company(self, company: str) -> None:
        self.company = company

    def render(self) -> Content:
        """Title and company."""
        company = f" – {self.company}" if self.company else ""
        return Content.assemble((self.title, "bold"), company)


class HintBar(Static):
    """At most six keys of what can be done here, in a wide window those that fit; the others are behind F1 and the palette."""

    def __init__(self, actions: Sequence[Action]) -> None:
        super().__init__(markup=False)
        hinted = [action for action in actions if action.hint and action.key]
        self._hints = sorted(hinted, key=lambda action: action.hint)

    def render(self) -> Content:
        """`F1 Help  / Search …`; each is clickable."""
        parts: list[Content] = []
        room = self.content_size.width
        for action in self._hints[: MOST_HINTS if room < ROOMY else None]:
            size = cell_len(f"{action.key} {action.label}")
            if size > room:
                break
            room -= size + HINT_GAP
            scope = "app" if action.where == "everywhere" else "screen"
            click = f"@click={scope}.{action.run}"
            label = Content(action.label).stylize(click)
            parts.append(Content.assemble((action.key, "$hint-key bold"), " ", label, " " * HINT_GAP))
        return Content.assemble(*parts)


@dataclass(frozen=True, slots=True)
class Status:
    """What the status line says."""

    operator: str = ""
    database: str = ""
    waiting: Waiting = field(default_factory=Waiting)
    others: tuple[str, ...] = ()
    """The codes of operators who are here too."""


class StatusBar(Static):
    """`Skrbnik: 006`, the database, and what waits."""

    status: reactive[Status] = reactive(Status())
    work: reactive[str] = reactive("")

    def __init__(self) -> None:
        super().__init__(markup=False)

    def on_mount(self) -> None:
        """Follow the application's status, and its work in the background."""
        if hasattr(self.app, "status"):
            self.watch(self.app, "status", self._set_status)
            self.watch(self.app, "work", self._set_work)

    def _set_work(self, work: str) -> None:
        self.work = work

    def _set_status(self, status: Status) -> None:
        self.status = status

    def render(self) -> Content:
        """The parts that there are, `│` between them."""
        status, waiting = self.status, self.status.waiting
        others = status.others
        here = f" +{' '.join(others) if len(others) <= MOST_NAMED else len(others)}" if others else ""
        told = ((status.operator + here, ""), (self.work, "bold") if self.work else (status.database, ""))
        parts = [Content.styled(text, style) for text, style in told if text]
        for count, style, text in (
            (waiting.queued, "", _("Queued: {count}")),
            (waiting.unknown, "$text-warning bold", _("Unknown: {count}")),
            (waiting.held, "$text-warning", _("Held back: {count}")),
            (waiting.to_approve, "$text-warning bold", _("To approve: {count}")),
        ):
            if count:
                parts.append(Content.styled(text.format(count=count), style))
        if waiting.why:
            parts.append(Content.styled(waiting.why, "$text-warning bold"))
        return Content(" │ ").join(parts)
