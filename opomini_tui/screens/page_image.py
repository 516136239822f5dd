"""The pages of a letter as pictures, in a terminal that can show them (the extra `image`: textual-image and pypdfium2)."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from opomini_tui.actions import bindings
from opomini_tui.config import Config
from opomini_tui.screens.base import OpominiScreen
from opomini_tui.screens.session import read
from opomini_tui.text import _
from opomini_tui.widgets.bars import TitleBar

if TYPE_CHECKING:
    from PIL.Image import Image as Picture
    from textual_image.widget import AutoImage, SixelImage

SWITCH = "OPOMINI_IMAGES"
_TERMINALS = ("kitty", "foot", "mlterm", "sixel", "ghostty", "contour")
_PROGRAMS = frozenset(("WezTerm", "iTerm.app", "vscode", "ghostty", "rio"))
_SIGNS = ("KITTY_WINDOW_ID", "KONSOLE_VERSION", "WT_SESSION")
_PIXELS = 1400
"""The width in which a page is drawn; the terminal makes it as wide as the window."""
_drawing = threading.Lock()
"""pdfium draws for one thread at a time."""


def look_for_images(config: Config, environment: Mapping[str, str] = os.environ) -> None:
    """Ask the terminal whether it shows pictures, before Textual reads what it answers.

    Terminals that are not known to do so are not asked (an answer that never comes costs 0.3 s), unless OPOMINI_IMAGES is
    `on`; `off` never asks.
    """
    switch = config.get(SWITCH).lower()
    if not _installed() or switch == "off" or (switch != "on" and not may_show_images(environment)):
        return
    try:
        from textual_image import widget  # noqa: F401 - asks when it is imported
    except Exception:  # whatever the terminal answers, the program starts; a viewer shows letters then
        sys.modules.pop("textual_image.renderable", None)


def may_show_images(environment: Mapping[str, str]) -> bool:
    """Whether the terminal is one of those that show pictures. Inside tmux and screen they do not arrive as a rule."""
    if environment.get("TMUX") or environment.get("STY"):
        return False
    return (
        any(name in environment.get("TERM", "") for name in _TERMINALS)
        or environment.get("TERM_PROGRAM", "") in _PROGRAMS
        or any(environment.get(sign) for sign in _SIGNS)
    )


def images_shown() -> bool:
    """Whether the terminal was asked and said that it shows pictures."""
    asked = sys.modules.get("textual_image.renderable")
    return asked is not None and asked.Image in (asked.SixelImage, asked.TGPImage)


def why_no_images(config: Config) -> str:
    """Why pictures that the operator asked for (OPOMINI_IMAGES is `on`) are not shown; "" when he did not ask."""
    if config.get(SWITCH).lower() != "on" or images_shown():
        return ""
    if not _installed():
        return _("Pictures in the terminal need the extra package: install opomini[image] and start again.")
    return _("This terminal answered that it shows no pictures.")


def _installed() -> bool:
    return bool(find_spec("textual_image") and find_spec("pypdfium2"))


def page_pictures(content: bytes) -> list[Picture]:
    """Every page of a PDF as a picture."""
    from pypdfium2 import PdfDocument

    with _drawing:
        document: Any = PdfDocument(content)  # type: ignore[no-untyped-call]  # without types
        try:
            return [page.render(scale=_PIXELS / page.get_width()).to_pil() for page in document]
        finally:
            document.close()


class PageImageScreen(OpominiScreen):
    """One page as wide as the window; arrows scroll it."""

    PLACES = ("page_image",)
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("page_image")]

    def __init__(self, title: str, content: bytes) -> None:
        super().__init__()
        self._title, self._content = title, content
        self._pages: list[Picture] = []
        self._page = 0

    def title_text(self) -> str:
        """Which letter."""
        return self._title

    def content(self) -> ComposeResult:
        """The page."""
        from textual_image.widget import Image

        if not may_show_images(os.environ):
            yield Static(
                _(
                    "Is the page empty? Pictures often do not get through here (tmux, screen). {name}=off opens a viewer."
                ).format(name=SWITCH),
                id="page-doubt",
                markup=False,
            )
        with VerticalScroll(id="page-scroll"):
            yield Image(id="page-image")

    def on_mount(self) -> None:
        """Draw the pages."""
        self.query_one("#page-scroll").focus()
        read(self, "pages", partial(page_pictures, self._content), self._drawn)

    def _drawn(self, pages: list[Picture]) -> None:
        self._pages = pages
        self._show()

    def _show(self) -> None:
        image = cast("AutoImage | SixelImage", self.query_one("#page-image"))
        image.image = self._pages[self._page]
        page = _("page {number} of {count}").format(number=self._page + 1, count=len(self._pages))
        self.query_one(TitleBar).title = f"{self._title} · {page}"
        self.query_one("#page-scroll").scroll_home(animate=False)

    def action_next(self) -> None:
        """The next page."""
        self._turn(1)

    def action_previous(self) -> None:
        """The page before."""
        self._turn(-1)

    def _turn(self, step: int) -> None:
        if 0 <= self._page + step < len(self._pages):
            self._page += step
            self._show()

    def action_close(self) -> None:
        """Back."""
        self.dismiss()
