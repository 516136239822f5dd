"""A slow line: fewer bytes for the same work. The operator's own choice, or `OPOMINI_LOW_TRAFFIC=1` in the environment.

The terminal's 16 colours, no animation, at most FRAMES pictures a second, and what others do is looked for less often.
"""

from __future__ import annotations

import textual.constants
import textual.screen
from textual.app import App
from textual.widget import Widget

from opomini_tui.config import Config
from opomini_tui.text import _

FRAMES = 15
"""Pictures a second: keys that repeat faster share one."""
ON = "on"
"""The preference `LOW_TRAFFIC` of one who chose it; else ""."""
SLOWER = 4
"""Only one beat of the pulse in so many looks for what others changed."""


def wanted(config: Config, chosen: str = "") -> bool:
    """Whether few bytes are to be sent: by the environment for everybody, else as the operator has `chosen`."""
    return forced(config) or chosen == ON


def forced(config: Config) -> bool:
    """Whether the environment says so, so that no operator can switch it off."""
    return config.get("OPOMINI_LOW_TRAFFIC").lower() in ("1", "on", "yes", "true")


def choice_words(config: Config, low: bool) -> str:
    """What is so now that the operator has chosen."""
    if low:
        return _(
            "Slow line: 16 colours, no animation, fewer pictures a second; changes by others show within 8 seconds."
        )
    if forced(config):
        return _("OPOMINI_LOW_TRAFFIC is set: the line stays slow until it is taken out of the environment.")
    return _("Fast line: your colours again, changes by others show within 2 seconds.")


def use(app: App[int], *, low: bool) -> None:
    """Draw sparingly from now on, or as usual; the theme is the caller's."""
    app.animation_level = "none" if low else textual.constants.TEXTUAL_ANIMATIONS
    frames = min(FRAMES, textual.constants.MAX_FPS) if low else textual.constants.MAX_FPS
    setattr(textual.screen, "UPDATE_PERIOD", 1 / frames)  # noqa: B010 - Textual reads it as each screen first draws


def keep_cursor_still(widget: Widget) -> None:
    """A blinking cursor draws the eye away and sends bytes while nobody types: on a fast line too it stands still."""
    from textual.widgets import Input, TextArea  # here: few lines are slow, and the grid has no area to be typed in

    if isinstance(widget, (Input, TextArea)):
        widget.cursor_blink = False
