"""Pictures of screens, drawn cell by cell in the sixteen colours of the VGA: many on one sheet, to be looked through by a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from rich.cells import cell_len
from rich.color import Color
from rich.style import Style
from textual.strip import Strip

from tests.screens.looks.terminals import VGA, shade

CELL = (7, 14)
"""Width and height of a cell in pixels."""
ACROSS, DOWN = 3, 4
"""Screens on one sheet."""
GAP = 6


def photo(drawn: Sequence[Strip]) -> Image.Image:
    """A screen."""
    size = (max(strip.cell_length for strip in drawn) * CELL[0], len(drawn) * CELL[1])
    image = Image.new("RGB", size, (0, 0, 0))
    pen = ImageDraw.Draw(image)
    for y, strip in enumerate(drawn):
        x = 0
        for text, style, _control in strip:
            _draw(pen, text, x, y, style or Style.null())
            x += cell_len(text)
    return image


def _draw(pen: ImageDraw.ImageDraw, text: str, x: int, y: int, style: Style) -> None:
    """A piece of a line in one style."""
    ink, paper = _shade(style.color, True, bool(style.dim)), _shade(style.bgcolor, False, False)
    if style.reverse:
        ink, paper = paper, ink
    left, top = x * CELL[0], y * CELL[1]
    right, bottom = left + cell_len(text) * CELL[0] - 1, top + CELL[1] - 1
    pen.rectangle((left, top, right, bottom), fill=paper)
    for letter in text:
        if not letter.isspace():
            pen.text((left, top + CELL[1] - 3), letter, fill=ink, font=_font(bool(style.bold)), anchor="ls")
        left += cell_len(letter) * CELL[0]
    for wanted, height in ((style.underline, bottom), (style.strike, top + CELL[1] // 2)):
        if wanted:
            pen.line((x * CELL[0], height, right, height), fill=ink)


@lru_cache
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    """A font that has boxes, blocks and arrows.

    Raises:
        OSError: DejaVu Sans Mono is not installed.
    """
    return ImageFont.truetype(f"DejaVuSansMono{'-Bold' if bold else ''}.ttf", CELL[1] - 3)


@lru_cache(maxsize=1024)
def _shade(color: Color | None, words: bool, dim: bool) -> tuple[int, int, int]:
    red, green, blue = shade(color, VGA, words=words).rgb
    return (red // 2, green // 2, blue // 2) if dim else (red, green, blue)


def contact_sheets(photos: Sequence[Image.Image]) -> Iterator[Image.Image]:
    """All of them, ACROSS × DOWN to a sheet."""
    width, height = (max(image.size[side] for image in photos) + GAP for side in (0, 1))
    for first in range(0, len(photos), ACROSS * DOWN):
        some = photos[first : first + ACROSS * DOWN]
        sheet = Image.new("RGB", (ACROSS * width, -(-len(some) // ACROSS) * height), (90, 90, 90))
        for place, image in enumerate(some):
            sheet.paste(image, (place % ACROSS * width, place // ACROSS * height))
        yield sheet


def keep_photos(folder: Path, screens: dict[str, Sequence[Strip]]) -> None:
    """A PNG of each screen, and sheets of them in the order of the names."""
    folder.mkdir(parents=True, exist_ok=True)
    photos = {name: photo(screens[name]) for name in sorted(screens)}
    for name, image in photos.items():
        image.save(folder / f"{name.replace(' ', '-')}.png")
    for number, sheet in enumerate(contact_sheets(list(photos.values())), start=1):
        sheet.save(folder / f"sheet-{number:02}.png")
