"""The batches: what of each is sent and what waits, unfinished ones first; one is opened to be watched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.binding import BindingType

from opomini_tui.actions import BY_ID, bindings
from opomini_tui.mail.batches import BatchRow, batches
from opomini_tui.mail.delivery_pages import batches_in_hand
from opomini_tui.mail.standing import pause_sentence
from opomini_tui.models.database import now_ms
from opomini_tui.screens.approvals import ApprovalCommands, approval_words
from opomini_tui.screens.listed import Found, Listed, ListedScreen
from opomini_tui.screens.send_progress import SendProgressScreen, counts_words, ended_state, start_word
from opomini_tui.screens.session import NoticesChanged
from opomini_tui.text import _, pgettext
from opomini_tui.text.moments import moment
from opomini_tui.widgets.record_columns import Column
from opomini_tui.widgets.record_table import RecordTable

LOOK_SECONDS = 1.0
SHOWN = 200


class BatchesScreen(ListedScreen, ApprovalCommands):
    """Enter opens a batch; it can be watched, paused, taken back and gone on with from there, or approved here."""

    PLACES: ClassVar[tuple[str, ...]] = ("batches", "approval", "listed")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("batches"), *bindings("approval")]

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[BatchRow] = []

    def title_text(self) -> str:
        """The action's name."""
        return BY_ID["outbox.batches"].label

    def columns(self) -> Sequence[Column]:
        """When, who, how many, how it stands."""
        return (
            Column("queued", _("Queued"), 16, sortable=False),
            Column("operator", _("Operator"), 8, sortable=False),
            Column("messages", _("Messages"), 8, "right", sortable=False, short=_("Msgs")),
            Column("sent", pgettext("messages", "Sent"), 8, "right", sortable=False),
            Column("left", pgettext("messages", "Left"), 8, "right", sortable=False),
            Column("state", _("State"), 18, sortable=False, grows=True),
        )

    def on_mount(self) -> None:
        """Follow the database."""
        self.set_interval(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        if self.is_current:
            self.search()

    def find(self, wanted: Sequence[str]) -> Found:
        """Unfinished ones first, then the newest."""
        rows = sorted(batches(SHOWN), key=lambda row: not _waiting(row))
        in_hand = batches_in_hand(now_ms())
        lines = {place: _line(row, row.name in in_hand) for place, row in enumerate(rows)}
        self._rows = rows
        return Found.of({place: line for place, line in lines.items() if line.holds(wanted)})

    def on_notices_changed(self, event: NoticesChanged) -> None:
        """Something was sent or cancelled from here."""
        event.stop()
        self.search()

    @on(RecordTable.RowSelected)
    def _chosen(self, event: RecordTable.RowSelected) -> None:
        event.stop()
        self.action_open_batch()

    def action_open_batch(self) -> None:
        """Watch the batch under the cursor."""
        if name := self.batch_meant():
            self.session.push_screen(SendProgressScreen(name))

    def batch_meant(self) -> str:
        """The batch under the cursor."""
        place = self.table.cursor_id
        return self._rows[place].name if place is not None and place < len(self._rows) else ""


def _waiting(row: BatchRow) -> int:
    return row.counts.queued + row.counts.deferred


def _line(row: BatchRow, in_hand: bool) -> Listed:
    """One batch."""
    counts, state = row.counts, batch_state(row, in_hand)
    cells = (
        moment(row.queued_at),
        row.operator_code,
        str(counts.total),
        str(counts.sent),
        str(_waiting(row) or ""),
        state,
    )
    paused = pause_sentence(row) if row.paused_at else ""
    detail = "\n".join(filter(None, [counts_words(counts), approval_words(row), paused]))
    troubled = counts.refused or counts.unknown or counts.held
    style = "warning" if _waiting(row) else "bad" if troubled else "good"
    return Listed(cells, detail, style)


def batch_state(row: BatchRow, in_hand: bool = False) -> str:
    """How a batch stands, in a few words; `in_hand`: a sender is at it."""
    if not _waiting(row):
        return _("Finished.")
    if row.approval == "asked":
        return _("waits for approval")
    if row.paused_at is not None:
        return _("Paused.")
    wait = row.starts_at - now_ms()
    if wait > 0:
        return start_word(row.starts_at, wait)
    if in_hand:
        return _("Sending …")
    return _("waits for a sender") if row.counts.queued else ended_state(row.counts)
