"""What terminals make of the sixteen colours: those of the VGA and the Linux console, xterm, Windows (Campbell), Tango."""

from __future__ import annotations

from rich.color import Color, ColorType
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from textual.color import Color as Shade

from opomini_tui.widgets.record_styles import contrast


def _terminal(words: str, background: str, colours: str) -> TerminalTheme:
    """Of hexadecimal colours: eight dark ones, then eight bright ones."""
    sixteen = [_parts(colour) for colour in colours.split()]
    return TerminalTheme(_parts(background), _parts(words), sixteen[:8], sixteen[8:])


def _parts(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour)
    return red, green, blue


VGA = _terminal(
    "aaaaaa",
    "000000",
    "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa 555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff",
)
XTERM = _terminal(
    "e5e5e5",
    "000000",
    "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff",
)
WINDOWS = _terminal(
    "cccccc",
    "0c0c0c",
    "0c0c0c c50f1f 13a10e c19c00 0037da 881798 3a96dd cccccc 767676 e74856 16c60c f9f1a5 3b78ff b4009e 61d6d6 f2f2f2",
)
TANGO = _terminal(
    "d3d7cf",
    "000000",
    "000000 cc0000 4e9a06 c4a000 3465a4 75507b 06989a d3d7cf 555753 ef2929 8ae234 fce94f 729fcf ad7fa8 34e2e2 eeeeec",
)
TERMINALS = (VGA, XTERM, WINDOWS, TANGO)


def is_default(color: Color | None) -> bool:
    """Whether it is the terminal's own colour of words or of what is behind them, whatever that is."""
    return color is None or color.type is ColorType.DEFAULT


def shade(color: Color | None, terminal: TerminalTheme, *, words: bool) -> Shade:
    """What is seen of a colour there."""
    if color is None:
        return Shade(*(terminal.foreground_color if words else terminal.background_color))
    return Shade(*color.get_truecolor(terminal, foreground=words))


def worst_contrast(style: Style) -> float:
    """Of the words to what is behind them, where it is least. 0 if only one of the two is the terminal's own: the other
    may be the same colour there."""
    if is_default(style.color) != is_default(style.bgcolor) and is_default(style.color):
        return 0.0
    return min(
        contrast(shade(style.color, one, words=True), shade(style.bgcolor, one, words=False)) for one in TERMINALS
    )
