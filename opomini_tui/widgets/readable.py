"""Lines that stay readable when the focus or the cursor changes what is behind a coloured word, such as a key."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widgets import Button, OptionList

from opomini_tui.widgets.real_cursor import put_cursor
from opomini_tui.widgets.record_styles import readable


class KeyButton(Button):
    """A button whose label ends with its key."""

    def render_line(self, y: int) -> Strip:
        """With every word readable."""
        return _readable_line(super().render_line(y))


class ChoiceList(OptionList):
    """Options with keys and quiet words in them."""

    def render_line(self, y: int) -> Strip:
        """With every word readable; the terminal's cursor goes to the first line of the option under the cursor."""
        strip = super().render_line(y)
        chosen = self.highlighted
        if (
            chosen is not None
            and _option(strip) == chosen
            and (y == 0 or _option(super().render_line(y - 1)) != chosen)
        ):
            put_cursor(self, 0, y)
        return _readable_line(strip)


def _option(strip: Strip) -> int | None:
    """The place of the option that the line shows."""
    for segment in strip:
        if segment.style is not None and "option" in segment.style.meta:
            return int(segment.style.meta["option"])
    return None


def _readable_line(strip: Strip) -> Strip:
    """Words that do not stand out from their background are darkened or lightened."""
    return Strip([Segment(text, style and _readable(style), control) for text, style, control in strip])


@lru_cache(maxsize=512)
def _readable(style: Style) -> Style:
    """Without a colour of its own, or in the colours of the terminal, it stays as it is."""
    return readable(style) if style.color and style.bgcolor else style
