"""Every kind of letter looks as its kept picture does (see `renderings`), within what renderers differ in."""

from __future__ import annotations

from functools import lru_cache

import pytest
from PIL import Image, ImageChops, ImageStat

from tests.documents.renderings import FOLDER, PICTURES, Picture
from tests.documents.samples import letter_of, lines

TILE = 30
MOST_OF_A_TILE = 4.0
"""Of 255: the mean difference of the worst tile. Another version of the renderer smooths edges in another way."""


def difference(one: Image.Image, other: Image.Image) -> float:
    """The largest mean difference of two pictures over tiles of TILE × TILE pixels."""
    assert one.size == other.size
    differing = ImageChops.difference(one, other)
    width, height = differing.size
    tiles = [
        (x, y, min(x + TILE, width), min(y + TILE, height))
        for x in range(0, width, TILE)
        for y in range(0, height, TILE)
    ]
    return max(ImageStat.Stat(differing.crop(tile)).mean[0] for tile in tiles)


@lru_cache
def kept(name: str) -> Image.Image:
    """The picture in the folder."""
    return Image.open(FOLDER / f"{name}.png").convert("L")


@pytest.mark.parametrize("name", PICTURES)
def test_it_looks_as_before(name: str) -> None:
    assert difference(PICTURES[name].render(), kept(name)) < MOST_OF_A_TILE


def test_every_kept_picture_is_compared() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == set(PICTURES)
    assert sum(path.stat().st_size for path in FOLDER.glob("*.png")) < 1_500_000


@pytest.mark.parametrize("changed", ["a row less", "another level", "no slip", "another language", "a copy"])
def test_a_difference_is_seen(changed: str) -> None:
    letters = {
        "a row less": Picture(lambda: letter_of(lines(9), level=1, codes=True)),
        "another level": Picture(lambda: letter_of(lines(10), level=2, codes=True)),
        "no slip": Picture(lambda: letter_of(lines(10), level=1)),
        "another language": Picture(lambda: letter_of(lines(10), level=1, codes=True, language="hr")),
        "a copy": Picture(lambda: letter_of(lines(10), level=1, codes=True), is_copy=True),
    }
    assert difference(letters[changed].render(), kept("without_logo")) > MOST_OF_A_TILE
