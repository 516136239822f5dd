"""What does not fit on a screen: buttons out of reach, words that end without a sign that they go on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Input

SIGN = "…"


def what_is_cut(screen: Screen[Any]) -> list[str]:
    """A line for each button, text and placeholder of the screen that does not fit."""
    found = []
    for widget in screen.walk_children(Widget):
        if not _is_drawn(widget):
            continue
        name = f"{type(widget).__name__}{f'#{widget.id}' if widget.id else ''} {_words(widget)[:60]!r}"
        found += [f"{name}: {why}" for why in _wrong(screen, widget)]
    return found


def _is_drawn(widget: Widget) -> bool:
    """Whether it is to be seen now (perhaps after scrolling)."""
    return all(node.display and node.visible for node in widget.ancestors_with_self if isinstance(node, Widget)) and (
        not any(node.has_class("-hidden") for node in widget.ancestors_with_self if isinstance(node, Widget))
    )


def _words(widget: Widget) -> str:
    if isinstance(widget, Input):
        return widget.placeholder if not widget.value else ""
    if widget.children or type(widget).render is Widget.render:
        return ""
    visual = widget._render()
    return visual.plain if isinstance(visual, Content) else ""


def _wrong(screen: Screen[Any], widget: Widget) -> Iterator[str]:
    words = _words(widget)
    if not words.strip():
        return
    shown = _seen(screen, widget)
    whole = widget.region
    if shown.width < whole.width or (shown.height < whole.height and not _scrolls(widget, "y")):
        if isinstance(widget, Button):
            yield f"out of reach: {shown} of {whole}"
        elif not _scrolls(widget, "x") or shown.height < whole.height:
            yield f"outside: {shown} of {whole}"
    size = widget.content_region.size
    if isinstance(widget, Input):
        if cell_len(words) > size.width:
            yield f"the placeholder needs {cell_len(words)} of {size.width} cells"
        return
    visual = widget._render()
    assert isinstance(visual, Content)
    ellipsis = widget.styles.text_overflow == "ellipsis" and not widget.has_class("field--label")
    if widget.styles.text_wrap == "nowrap" or size.height == 1 or isinstance(widget, Button):
        longest = max(cell_len(line.rstrip()) for line in words.splitlines())
        if longest > size.width and not ellipsis:
            yield f"needs {longest} of {size.width} cells"
    if not ellipsis and size.width and visual.get_height(widget.styles.get_rules(), size.width) > size.height:
        yield f"needs {visual.get_height(widget.styles.get_rules(), size.width)} lines of {size.height}"


def _seen(screen: Screen[Any], widget: Widget) -> Region:
    """The part that is not covered by the edge of what it lies in."""
    try:
        return screen.find_widget(widget).visible_region
    except Exception:
        return Region()


def _scrolls(widget: Widget, axis: str) -> bool:
    """Whether it can be brought into view."""
    return any(
        getattr(node.styles, f"overflow_{axis}") in ("auto", "scroll") and node.is_scrollable
        for node in widget.ancestors
        if isinstance(node, Widget) and not isinstance(node, Screen)
    )
