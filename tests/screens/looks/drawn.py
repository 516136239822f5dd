"""What is drawn on the screen now: lines of text, styles, and words that do not stand out from what is behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from rich.cells import cell_len
from rich.color import ColorType
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.filter import LineFilter
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import Widget

from opomini_tui.widgets.record_styles import READABLE, contrast
from tests.screens.looks.terminals import worst_contrast


def strips(app: App[Any], *filters: LineFilter) -> list[Strip]:
    """The lines as they go to the terminal, after the filters."""
    drawn = app.screen._compositor.render_strips()
    for one in filters:
        drawn = [strip.apply_filter(one, app.screen.background_colors[1]) for strip in drawn]
    return drawn


def lines(drawn: Sequence[Strip]) -> list[str]:
    """The text of each line, without blanks at its end."""
    return [strip.text.rstrip() for strip in drawn]


def faint(app: App[Any], drawn: Sequence[Strip]) -> list[str]:
    """Words whose contrast to their background is below READABLE: what lies behind a modal and what is switched off is
    faint on purpose."""
    screen = app.screen
    own = own_region(screen)
    off = [widget.region for widget in screen.walk_children(Widget) if widget.is_disabled and not widget.children]
    found = []
    for x, y, text, style in _words(drawn):
        if not own.contains(x, y) or any(region.contains(x, y) for region in off):
            continue
        ratio = _contrast(style) if style else 0
        if ratio < READABLE:
            found.append(f"{text.strip()!r} at {x},{y}: {ratio:.1f} ({style})")
    return found


def own_region(screen: Screen[Any]) -> Region:
    """Where the screen on top is: a modal lies over another, of which more or less is seen."""
    return screen.query(".form").first().region if isinstance(screen, ModalScreen) else screen.region


def _words(drawn: Sequence[Strip]) -> Iterator[tuple[int, int, str, Style | None]]:
    """Place, text and style of every piece in which there are letters or digits."""
    for y, strip in enumerate(drawn):
        x = 0
        for text, style, _control in strip:
            first = next((place for place, letter in enumerate(text) if letter.isalnum()), None)
            if first is not None:
                yield x + cell_len(text[:first]), y, text, style
            x += cell_len(text)


@lru_cache(maxsize=4096)
def _contrast(style: Style) -> float:
    if all(color is not None and color.type is ColorType.TRUECOLOR for color in (style.color, style.bgcolor)):
        return contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))
    return worst_contrast(style)
