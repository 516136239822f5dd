"""A scrolled block of sentences, one for each record that something did not happen to."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

SHOWN = 1_000


class ReasonList(VerticalScroll, can_focus=True):
    """The sentences, as they are (never as markup); after a thousand only their number."""

    DEFAULT_CSS = """
    ReasonList {
        height: auto;
        max-height: 10;
        color: $text-muted;
        &:focus { background: $panel; }
    }
    """

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(classes="reasons")
        self._reasons = reasons

    def compose(self) -> ComposeResult:
        """One text for all: a widget per sentence would make a thousand widgets."""
        lines = [f"· {reason}" for reason in self._reasons[:SHOWN]]
        more = len(self._reasons) - SHOWN
        if more > 0:
            lines.append(f"… + {more}")
        yield Static("\n".join(lines), markup=False)
