"""Pictures of screens, drawn cell by cell in the sixteen colours of the VGA: many on one sheet, to be looked through by a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from rich.cells import cell_len
from rich.style import Style

from tests.screens.looks.palettes import PALETTES
from tests.screens.looks.sheet import read
from tests.screens.looks.terminals import VGA, shade

CELL = (7, 14)
"""Width and height of a cell in pixels."""
ACROSS, DOWN = 3, 4
"""Screens on one sheet."""
GAP = 6
Rgb = tuple[int, int, int]


def photo(words: Sequence[str], styles: Sequence[Sequence[str]]) -> Image.Image:
    """A screen of these lines, whose cells have these styles."""
    image = Image.new("RGB", (len(styles[0]) * CELL[0], len(styles) * CELL[1]), (0, 0, 0))
    pen = ImageDraw.Draw(image)
    for y, (line, row) in enumerate(zip(words, styles, strict=True)):
        x = 0
        for style, cells in groupby(row):
            width = len(list(cells))
            _paper(pen, x, y, width, _style(style))
            x += width
        x = 0
        for letter in line:
            if not letter.isspace():
                ink, _paper_shade = _shades(_style(row[x]))
                left = (x * CELL[0], (y + 1) * CELL[1] - 3)
                pen.text(left, letter, fill=ink, font=_font(bool(_style(row[x]).bold)), anchor="ls")
            x += cell_len(letter)
    return image


def _paper(pen: ImageDraw.ImageDraw, x: int, y: int, width: int, style: Style) -> None:
    """What lies behind the words, and the lines that go with them."""
    ink, paper = _shades(style)
    left, top = x * CELL[0], y * CELL[1]
    right, bottom = left + width * CELL[0] - 1, top + CELL[1] - 1
    pen.rectangle((left, top, right, bottom), fill=paper)
    for wanted, height in ((style.underline, bottom), (style.strike, top + CELL[1] // 2)):
        if wanted:
            pen.line((left, height, right, height), fill=ink)


@lru_cache(maxsize=4096)
def _style(words: str) -> Style:
    return Style.parse(words)


@lru_cache
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    """A font that has boxes, blocks and arrows.

    Raises:
        OSError: DejaVu Sans Mono is not installed.
    """
    return ImageFont.truetype(f"DejaVuSansMono{'-Bold' if bold else ''}.ttf", CELL[1] - 3)


@lru_cache(maxsize=4096)
def _shades(style: Style) -> tuple[Rgb, Rgb]:
    """Of words and of what is behind them."""
    ink, paper = shade(style.color, VGA, words=True).rgb, shade(style.bgcolor, VGA, words=False).rgb
    if style.dim:
        ink = (ink[0] // 2, ink[1] // 2, ink[2] // 2)
    return (paper, ink) if style.reverse else (ink, paper)


def contact_sheets(photos: Sequence[Image.Image]) -> Iterator[Image.Image]:
    """All of them, ACROSS × DOWN to a sheet."""
    width, height = (max(image.size[side] for image in photos) + GAP for side in (0, 1))
    for first in range(0, len(photos), ACROSS * DOWN):
        some = photos[first : first + ACROSS * DOWN]
        sheet = Image.new("RGB", (ACROSS * width, -(-len(some) // ACROSS) * height), (90, 90, 90))
        for place, image in enumerate(some):
            sheet.paste(image, (place % ACROSS * width, place // ACROSS * height))
        yield sheet


def keep_photos(folder: Path, photos: Mapping[str, Image.Image]) -> None:
    """A PNG of each screen, and sheets of them in the order of the names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, image in photos.items():
        image.save(folder / f"{name.replace(' ', '-')}.png")
    for number, sheet in enumerate(contact_sheets([photos[name] for name in sorted(photos)]), start=1):
        sheet.save(folder / f"sheet-{number:02}.png")


def draw_kept(kept: Path, folder: Path) -> None:
    """Pictures of every screen that is kept, in every palette."""
    for place in sorted(path for path in kept.iterdir() if path.is_dir() and any(path.glob("*.txt"))):
        sheets = {path.stem: read(path.read_text("utf-8")) for path in place.glob("*.txt")}
        for palette in PALETTES:
            photos = {
                name: photo(one.words_in(palette), one.styles_in(palette)) for name, one in sheets.items() if one.cells
            }
            keep_photos(folder / f"{place.name}-{palette.replace(' ', '-')}", photos)
