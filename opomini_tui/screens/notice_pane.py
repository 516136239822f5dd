"""The pane beside the grid in a wide window: items, recipient and last message of the notice under the cursor."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from opomini_tui.dunning.addresses import addresses_of
from opomini_tui.errors import Refused
from opomini_tui.mail.delivery_story import Story, stories_of
from opomini_tui.models.notice_pages import item_positions, items_of, notice_of
from opomini_tui.models.notices import Notice
from opomini_tui.models.words import delivery_word
from opomini_tui.screens.notice_rows import came_back_word, state_name
from opomini_tui.text import _, language, ngettext
from opomini_tui.text.formats import currency_sign, format_date, format_money
from opomini_tui.text.moments import moment
from opomini_tui.widgets.cell_text import drawable, fit

LEAST_WINDOW = 120
"""Windows of fewer cells have no room for the pane."""
OPEN_FROM = 150
"""In windows of so many cells it is open until the operator closes it."""
WIDTH = 40
ITEMS_SHOWN = 12
_ROOM = WIDTH - 3
"""Cells of a line: without border and padding."""


class NoticePane(Static):
    """Text only; the grid keeps the focus."""

    def __init__(self) -> None:
        super().__init__("", id="notice-pane", markup=False)
        self.styles.width = WIDTH


def read_pane(notice_id: int) -> Content:
    """What is shown of a notice; of one that was deleted meanwhile, that it was. For a worker's thread."""
    try:
        notice = notice_of(notice_id)
    except Refused as refusal:
        return Content.styled(str(refusal), "$quiet")
    return Content("\n").join([*_head(notice), *_items(notice), *_recipient(notice_id), *_message(notice_id)])


def _money(amount: object) -> str:
    return format_money(amount, language())  # type: ignore[arg-type]  # money fields give Decimal


def _heading(text: str) -> list[Content]:
    return [Content(""), Content.styled(fit(text, _ROOM), "bold $quiet")]


def _head(notice: Notice) -> list[Content]:
    """Number and state, customer, what is to be paid until when."""
    to_pay = f"{_money(notice.total)} {currency_sign(notice.currency)}"
    return [
        Content.assemble((notice.label, "bold"), "  ", state_name(notice.state)),
        Content(fit(notice.customer_name, _ROOM)),
        Content.assemble((_("To pay"), "$quiet"), f" {to_pay}"),
        Content.assemble((_("Deadline"), "$quiet"), f" {format_date(notice.deadline)}"),
    ]


def _items(notice: Notice) -> list[Content]:
    """The first items: document, due date, open amount."""
    positions = item_positions(notice.id)
    lines = []
    for item in items_of(notice.id, positions[:ITEMS_SHOWN]):
        right = f" {format_date(item.due_date)} {_money(item.open_amount):>12}"
        lines.append(Content(fit(item.document, _ROOM - cell_len(right)) + right))
    more = len(positions) - ITEMS_SHOWN
    if more > 0:
        lines.append(
            Content.styled(ngettext("and {count} more", "and {count} more", more).format(count=more), "$quiet")
        )
    heading = ngettext("{count} item", "{count} items", len(positions)).format(count=len(positions))
    return [*_heading(heading), *lines]


def _recipient(notice_id: int) -> list[Content]:
    """Whom it goes to, and why."""
    found = addresses_of([notice_id]).get(notice_id)
    if found is None:
        return []
    address = Content(fit(found.email, _ROOM)) if found.email else Content("—")
    return [*_heading(_("Recipient")), address, Content.styled(drawable(found.sentence), "$quiet")]


def _message(notice_id: int) -> list[Content]:
    """Its newest message: what became of it, when, to whom, and what the server said."""
    latest = next(iter(stories_of(notice_id)), None)
    if latest is None:
        return [*_heading(_("Last message")), Content.styled(_("none yet"), "$quiet")]
    words = came_back_word(latest.arrival) if latest.arrival else delivery_word(latest.state)
    said = _said(latest)
    return [
        *_heading(_("Last message")),
        Content.assemble((words, "bold"), f"  {moment(_when(latest))}"),
        Content(fit(latest.to_address, _ROOM)),
        *([Content.styled(drawable(said), "$quiet")] if said else []),
    ]


def _when(story: Story) -> int:
    return story.arrival_at or story.sent_at or story.queued_at


def _said(story: Story) -> str:
    """Why it did not go, or what the server answered."""
    return story.arrival_reason or story.reason or story.answer
