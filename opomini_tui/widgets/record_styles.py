"""Styles of a record table's lines, composed once per kind of row from the theme's component classes."""

from __future__ import annotations

from typing import NamedTuple

from rich.style import Style
from textual.color import Color, ColorParseError
from textual.widget import Widget

PARTS = {
    f"record-table--{part}": meaning
    for part, meaning in {
        "header": "the headings",
        "header-sorted": "the heading that is sorted by",
        "odd-row": "every other row (nothing by default)",
        "even-row": "the rows between (nothing by default)",
        "ticked": "a ticked row (nothing by default)",
        "mark": "the tick mark of a row that is not ticked",
        "mark-ticked": "the tick mark of a ticked row",
        "deleted": "a record that was deleted since its id was read",
        "cursor": "the row under the cursor",
        "totals": "the pinned line of sums",
        "note": "the pinned line of words below it",
        "empty": "words of an empty table, and the room below the last row",
        "state-muted": "text of a row whose `Row.style` is muted; tables add the names of their own states",
        "state-good": "the same, good",
        "state-warning": "the same, warning",
        "state-bad": "the same, bad",
    }.items()
}
"""The component classes of a record table and what each is for."""

STYLE_SHEET = """
RecordView {
    background: $surface;
    color: $foreground;
    height: 1fr;
    scrollbar-size: 0 1;
    & > .record-table--header { background: $panel; color: $text-muted; text-style: bold; }
    & > .record-table--header-sorted { color: $text-accent; }
    & > .record-table--mark { color: $text-muted; }
    & > .record-table--mark-ticked { color: $text-accent; text-style: bold; }
    & > .record-table--deleted { color: $text-muted; text-style: strike; }
    & > .record-table--totals { background: $panel; color: $foreground; text-style: bold; }
    & > .record-table--note { background: $panel; color: $text-muted; }
    & > .record-table--empty { color: $text-muted; }
    & > .record-table--state-muted { color: $text-muted; }
    & > .record-table--state-good { color: $text-success; }
    & > .record-table--state-warning { color: $text-warning; }
    & > .record-table--state-bad { color: $text-error; }
    & > .record-table--cursor {
        background: $block-cursor-blurred-background;
        color: $block-cursor-blurred-foreground;
        text-style: bold;
    }
    &:focus > .record-table--cursor {
        background: $block-cursor-background;
        color: $block-cursor-foreground;
        text-style: bold;
    }
    &:ansi > .record-table--header { text-style: bold underline; }
    &:ansi > .record-table--totals { text-style: bold; }
    &:ansi:focus > .record-table--cursor {
        background: ansi_default;
        color: ansi_default;
        text-style: bold reverse;
    }
}
"""

READABLE = 4.5
"""Least contrast of text to its background (WCAG 2, level AA)."""
TINT = 0.22
"""How much of a level's colour is left where it is light on a dark theme or dark on a light one."""
LIGHT_ONES = frozenset({2, 3, 6, 7, *range(9, 16)})
"""Those of the sixteen colours on which words are black."""


class Look(NamedTuple):
    """What decides how a row looks."""

    background: str = ""
    state: str = ""
    odd: bool = False
    ticked: bool = False
    deleted: bool = False
    cursor: bool = False


class RecordStyles:
    """Rich styles for the parts of `widget`, kept until `clear()`: the stylesheet is not asked for every cell."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._rows: dict[Look, tuple[Style, Style]] = {}
        self._parts: dict[str, Style] = {}

    def clear(self) -> None:
        """Forget everything: theme, focus or style sheet have changed."""
        self._rows.clear()
        self._parts.clear()

    def part(self, name: str) -> Style:
        """What the component class `record-table--<name>` says itself; nothing if there is no such class."""
        if name not in self._parts:
            self._parts[name] = self._component(f"record-table--{name}")
        return self._parts[name]

    def line(self, *names: str) -> Style:
        """The table's own style overlaid by these parts."""
        return Style.combine([self._widget.rich_style, *map(self.part, names)])

    def row(self, look: Look) -> tuple[Style, Style]:
        """Styles of a row's text and of its tick mark."""
        if look not in self._rows:
            text = self._row(look)
            mark = text if look.cursor else text + self.part("mark-ticked" if look.ticked else "mark")
            self._rows[look] = text, readable(mark) if look.background and not look.cursor else mark
        return self._rows[look]

    def _row(self, look: Look) -> Style:
        style = self.line("odd-row" if look.odd else "even-row")
        style += self._background(look.background, style)
        if look.state:
            style += self.part(f"state-{look.state}")
        if look.ticked:
            style += self.part("ticked")
        if look.deleted:
            style += self.part("deleted")
        if look.background:
            style = readable(style)
        return style + self.part("cursor") if look.cursor else style

    def _background(self, name: str, on: Style) -> Style:
        """The row colour `name` (component class or CSS colour) as it is laid over the style `on`."""
        if not name or self.part(name):
            return self.part(name) if name else Style.null()
        try:
            colour = Color.parse(name)
        except ColorParseError:  # a colour from the settings may be anything; the level is also a figure in the row
            return Style.null()
        return Style(bgcolor=_toned(colour, on).rich_color)

    def _component(self, name: str) -> Style:
        try:
            styles = self._widget.get_component_styles(name)
        except KeyError:  # states are the caller's; a theme need not colour each
            return Style.null()
        whole = styles.rich_style
        return Style(
            color=whole.color if styles.has_rule("color") or styles.has_rule("auto_color") else None,
            bgcolor=whole.bgcolor if styles.has_rule("background") else None,
        ) + Style.combine([styles.text_style])


def _toned(colour: Color, on: Style) -> Color:
    """`colour`, or a tint of it where a full one would glare: light on a dark surface, dark on a light one."""
    surface = Color.from_rich_color(on.bgcolor)
    if surface.ansi is not None or (surface.brightness < 0.5) == (colour.brightness < 0.5):
        return colour
    return surface.blend(colour, TINT)


def readable(style: Style) -> Style:
    """`style` (with both colours): its text is darkened or lightened until it stands out; the hue stays if it can."""
    background = Color.from_rich_color(style.bgcolor)
    text = Color.from_rich_color(style.color)
    if background.ansi is not None:
        return style if style.bgcolor is None or style.bgcolor.is_default else _on_one_of_sixteen(style)
    strongest = background.get_contrast_text(1.0)
    if text.ansi is not None:  # what the terminal makes of its own sixteen colours is not known here
        return style + Style(color=strongest.rich_color)
    shades = (text.blend(strongest, step / 8) for step in range(8))
    shade = next((shade for shade in shades if contrast(shade, background) >= READABLE), strongest)
    return style + Style(color=shade.rich_color)


def _on_one_of_sixteen(style: Style) -> Style:
    """The terminal's own colour of words may be the same as what is behind them, so it is not used there."""
    if style.bgcolor is not None and style.bgcolor.number in LIGHT_ONES:
        return style + Style(color="black")
    return style + Style(color="bright_white") if style.color is None or style.color.is_default else style


def contrast(one: Color, other: Color) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
