"""Why each open item is, or is not, on a notice of the day: every item with its sentence, searchable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from opomini_tui.dunning.explain import Judgement, explain
from opomini_tui.models.notice_filter import Span
from opomini_tui.screens.listed import Found, Listed, ListedScreen
from opomini_tui.text import _, language
from opomini_tui.text.formats import format_date, format_money
from opomini_tui.widgets.record_columns import Column

MOST = 20_000
"""Lines that are shown at once; a ledger may have a million items, a person searches."""


class PrepareWhyScreen(ListedScreen):
    """The judgements on all open items of the customers."""

    def __init__(self, on: date, customers: Span[str]) -> None:
        super().__init__()
        self._on, self._customers = on, customers

    def title_text(self) -> str:
        """The day that the sentences are about."""
        return _("Every open item on {day}").format(day=format_date(self._on))

    def columns(self) -> Sequence[Column]:
        """What identifies an item, and the sentence."""
        return (
            Column("code", _("Customer"), 8, sortable=False),
            Column("document", _("Document"), 12, sortable=False),
            Column("due", _("Due date"), 10, sortable=False),
            Column("open", _("Open amount"), 11, "right", sortable=False),
            Column("level", _("Lvl"), 3, "right", sortable=False),
            Column("why", _("Why"), 27, sortable=False, grows=True),
        )

    def find(self, wanted: Sequence[str]) -> Found:
        """Go through the ledger and keep the items with those words."""
        lines: dict[int, Listed] = {}
        for place, judgement in enumerate(explain(self._on, self._customers, paid=False)):
            line = judgement_line(judgement)
            if not line.holds(wanted):
                continue
            if len(lines) == MOST:
                return Found.of(lines, more=True)
            lines[place] = line
        return Found.of(lines)


def judgement_line(judgement: Judgement) -> Listed:
    """One item as a line."""
    amount = format_money(judgement.open_amount, language())
    return Listed(
        (
            judgement.customer_code,
            judgement.document,
            format_date(judgement.due_date),
            amount,
            str(judgement.level or ""),
            judgement.sentence,
        ),
        f"{judgement.customer_code} {judgement.customer_name} · {judgement.document} · {judgement.sentence}",
        "good" if judgement.taken else "muted",
    )
