"""The outbox: every message with its state, its reason and the next step, as the database has them at every second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from opomini_tui.actions import BY_ID, bindings
from opomini_tui.config import Config
from opomini_tui.mail.batches import BatchRow, batch_row
from opomini_tui.mail.delivery_pages import DeliveryQuery, Marks, marks
from opomini_tui.mail.standing import Standing, standing
from opomini_tui.screens.choice import Choice
from opomini_tui.screens.deliveries import (
    SHOWN_STATES,
    delivery_columns,
    delivery_detail,
    delivery_pages,
    letters_words,
    state_word,
)
from opomini_tui.screens.listed import Found
from opomini_tui.screens.outbox_commands import DeliveryCommands
from opomini_tui.screens.session import NoticesChanged, read
from opomini_tui.text import _, ngettext
from opomini_tui.widgets.record_columns import Column
from opomini_tui.widgets.record_table import RecordTable

LOOK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at the database brought: how the list stands, what hinders sending, and the batch that is shown."""

    marks: Marks
    hindrance: Standing | None
    batch: BatchRow | None


class DeliveriesScreen(DeliveryCommands):
    """A list of messages, of the whole outbox or of one batch, which follows the database whoever changes it."""

    PLACES: ClassVar[tuple[str, ...]] = ("outbox", "listed")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("outbox")]
    TICKABLE = True
    TICK_TITLE = "   "

    state = ""
    """Only messages in this state; "" shows all."""
    open_only = False
    """Of that state, only messages about which nothing was done yet."""
    _seen: Marks | None = None
    _looking = False

    def columns(self) -> Sequence[Column]:
        """Notice, customer, address, state, tries, next try."""
        return delivery_columns()

    def content(self) -> ComposeResult:
        """What hinders sending stands above the list."""
        yield Static("", id="mail-standing", markup=False)
        yield from super().content()

    def find(self, wanted: Sequence[str]) -> Found:
        """Ids now, rows as they are drawn."""
        ids = DeliveryQuery(self.batch_name, self.state, tuple(wanted), self.open_only).ids()
        return Found(ids, delivery_pages, delivery_detail, summary=self._summary(len(ids)))

    def _summary(self, count: int) -> str:
        said = ngettext("{count} message", "{count} messages", count).format(count=count)
        open_only = _("nothing done about it yet") if self.open_only else ""
        return " · ".join(filter(None, (said, state_word(self.state) if self.state else "", open_only)))

    def on_mount(self) -> None:
        """Look every second."""
        self.set_interval(LOOK_SECONDS, self.look)
        self.look()

    def look(self) -> None:
        """Ask the database how things stand, unless it still thinks about the last question."""
        if self._looking or not (self.is_current or self._seen is None):
            return
        self._looking = True
        top = self.table.scroll_offset.y
        in_sight = tuple(self.found.ids[top : top + self.table.page_height])
        config, batch = self.session.config, self.batch_name
        read(self, "look", lambda: look_at(config, batch, in_sight), self._looked, self._look_failed)

    def _look_failed(self, _error: BaseException) -> None:
        """The application says when the database does not answer; the next look tries again."""
        self._looking = False

    def _looked(self, seen: Seen) -> None:
        self._looking = False
        before, self._seen = self._seen, seen.marks
        self.show_hindrance(seen.hindrance)
        self.show_batch(seen.batch)
        if before is None:
            return
        if seen.marks.other_rows(before):
            self.table.invalidate()
            self.search()
        elif changed := seen.marks.changed(before):
            self.table.invalidate(changed)
            self._show_detail(self.table.cursor_id)

    def show_hindrance(self, hindrance: Standing | None) -> None:
        """The one clear sentence, and the key that does something about it."""
        self.hindrance = hindrance
        line = self.query_one("#mail-standing", Static)
        line.display = hindrance is not None
        if hindrance is not None:
            line.update(f"{hindrance.sentence} {remedy(hindrance)}")

    def show_batch(self, batch: BatchRow | None) -> None:
        """The batch that is shown, as it stands now; a screen that shows one says more of it."""

    def on_notices_changed(self, event: NoticesChanged) -> None:
        """Something was sent, cancelled or settled from here."""
        event.stop()
        self.table.invalidate()
        self.search()
        self.look()

    @on(RecordTable.RowSelected)
    def _row_chosen(self, event: RecordTable.RowSelected) -> None:
        event.stop()
        self.action_open_notice()

    def action_show(self) -> None:
        """Choose a state."""
        states = {"": _("all messages"), **{state: state_word(state) for state in SHOWN_STATES}}

        def chosen(state: str) -> None:
            self.state, self.open_only = state, False

        self.narrow(BY_ID["outbox.show"].label, states, self.state, chosen)

    def action_batches(self) -> None:
        """The batches, unfinished ones first."""
        from opomini_tui.screens.batches import BatchesScreen

        self.session.push_screen(BatchesScreen())

    def action_tick(self) -> None:
        """Space in the list; the table itself does it when it has the focus."""
        self.table.action_tick()


def look_at(config: Config, batch: str, in_sight: Sequence[int]) -> Seen:
    """One look; called in a thread."""
    return Seen(marks(batch, in_sight), standing(config, batch), batch_row(batch) if batch else None)


def remedy(hindrance: Standing) -> str:
    """The key that does something about it."""
    return {
        "restored": _("g looks into it."),
        "account": _("e opens the account, g tries again now."),
        "approval": _("b lists the batches; a approves one there."),
        "paused": _("g goes on."),
        "hours": _("g starts now all the same."),
    }[hindrance.kind]


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
        said = _(
            "Every message stands here with its state. Deferred ones are tried again by themselves while a sender runs. "
            "What is unknown may have arrived: it is never sent again by itself, a person settles it."
        )
        return f"{said} {letters_words()}"
