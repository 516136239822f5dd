"""One page before it is a PDF: texts, rules and pictures, in millimetres from the top left corner.

A letter is laid out on sheets first, so that every page can say how many there are, and painted afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from opomini_tui.documents.fonts import BOLD, REGULAR, letter_font, unit_width
from opomini_tui.documents.logo import Logo

MM = 72 / 25.4  # points
PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0


class Colour(NamedTuple):
    """Red, green, blue from 0 to 1."""

    red: float
    green: float
    blue: float


INK = Colour(0.10, 0.13, 0.17)
GREY = Colour(0.38, 0.43, 0.48)
HAIR = Colour(0.80, 0.83, 0.86)
BLUE = Colour(0.04, 0.27, 0.44)
RED = Colour(0.66, 0.11, 0.14)


class Style(NamedTuple):
    """How a text is set: font, size in points, colour."""

    font: str
    size: float
    colour: Colour = INK

    @property
    def bold(self) -> Style:
        """The same in bold."""
        return self._replace(font=BOLD)

    def width(self, text: str) -> float:
        """The width of `text` in millimetres."""
        return unit_width(text, self.font) * self.size / MM


def regular(size: float, colour: Colour = INK) -> Style:
    """The regular weight at `size` points."""
    return Style(REGULAR, size, colour)


def bold(size: float, colour: Colour = INK) -> Style:
    """The bold weight at `size` points."""
    return Style(BOLD, size, colour)


@dataclass(slots=True)
class Sheet:
    """One A4 page; texts stand in reading order."""

    texts: list[tuple[float, float, str, Style]] = field(default_factory=list)
    rules: list[tuple[float, float, float, float, Colour]] = field(default_factory=list)
    pictures: list[tuple[Logo, float, float, float, float]] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, style: Style) -> None:
        """Set `text` from `x` on, on the baseline `y`."""
        self.texts.append((x, y, text, style))

    def text_to(self, right: float, y: float, text: str, style: Style) -> None:
        """Set `text` so that it ends at `right`."""
        self.texts.append((right - style.width(text), y, text, style))

    def rule(self, left: float, right: float, y: float, weight: float, colour: Colour) -> None:
        """A horizontal rule, `weight` in points."""
        self.rules.append((left, right, y, weight, colour))

    def picture(self, logo: Logo, x: float, y: float, width: float, height: float) -> None:
        """Fit the picture into the box, at its upper left."""
        scale = min(width / logo.width, height / logo.height)
        self.pictures.append((logo, x, y, logo.width * scale, logo.height * scale))


def paint(sheet: Sheet, canvas: Any) -> None:
    """Paint the sheet on the current page of a canvas: pictures, rules, then the texts as one object."""
    for logo, x, y, width, height in sheet.pictures:
        logo.paint(canvas, x * MM, (PAGE_HEIGHT - y - height) * MM, width * MM, height * MM)
    for left, right, y, weight, colour in sheet.rules:
        canvas.setStrokeColorRGB(*colour)
        canvas.setLineWidth(weight)
        height = (PAGE_HEIGHT - y) * MM
        canvas.line(left * MM, height, right * MM, height)
    for font in (REGULAR, BOLD):
        letter_font(font)  # the canvas finds it by name
    texts = canvas.beginText()
    current: Style | None = None
    for x, y, text, style in sheet.texts:
        if style is not current:
            if current is None or style.colour != current.colour:
                texts.setFillColorRGB(*style.colour)
            if current is None or style[:2] != current[:2]:
                texts.setFont(style.font, style.size)
            current = style
        texts.setTextOrigin(x * MM, (PAGE_HEIGHT - y) * MM)
        texts.textOut(text)
    canvas.drawText(texts)
