"""The terminal's own cursor stands where the operator is: screen readers and magnifiers follow it, though it is hidden.

Textual puts it into fields by itself. Lists call `put_cursor` as they draw the line under their cursor, so that it goes
with the same picture; for all other widgets the application does when they get the focus.
"""

from __future__ import annotations

from textual.geometry import Offset
from textual.widget import Widget


def put_cursor(widget: Widget, x: int = 0, y: int = 0) -> None:
    """To the cell `x`, `y` within the widget, if it is the one that has the keys."""
    app = widget.app
    if app.focused is widget:
        app.cursor_position = widget.content_region.offset + Offset(x, y)
