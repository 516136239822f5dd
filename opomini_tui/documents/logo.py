"""The sender's logo, read and compressed once per process and stored once per document."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import NamedTuple

from PIL import Image, UnidentifiedImageError

from opomini_tui.documents.pdf_file import PdfFile
from opomini_tui.errors import OpominiError
from opomini_tui.text import _

MOST_PIXELS = 1200  # a side; 70 mm at 430 dots an inch
_MOST_BYTES = 12_000  # of the stored picture, so that a letter stays small
_COARSER = ((1200, 85), (1000, 80), (800, 75), (640, 70), (480, 60))  # pixels a side and quality of a photograph


class _Stored(NamedTuple):
    """A picture as a document holds it: width and height in pixels, its content and how that is coded."""

    width: int
    height: int
    content: bytes
    coding: str


class Logo:
    """A picture ready for documents; `width` and `height` in pixels. It stands on white paper."""

    def __init__(self, content: bytes) -> None:
        """Read a PNG or JPEG picture.

        Raises:
            OpominiError: it is no picture that can be read.
        """
        picture = _on_white(content)
        self._space = "DeviceGray" if picture.mode == "L" else "DeviceRGB"
        for stored in _forms(picture):
            self._stored = stored
            if len(stored.content) <= _MOST_BYTES:
                break
        self.width, self.height = self._stored[:2]
        self.key = "logo" + hashlib.sha256(content).hexdigest()[:16]

    def add_to(self, document: PdfFile) -> int:
        """Store the picture in a document; its number."""
        size = f"/Width {self.width} /Height {self.height} /BitsPerComponent 8"
        entries = f"/Type /XObject /Subtype /Image {size} /ColorSpace /{self._space}"
        return document.add_stream(entries, self._stored.content, coding=self._stored.coding)


@lru_cache(maxsize=8)
def read_logo(content: bytes) -> Logo:
    """The logo of `content`, from memory when it was read before.

    Raises:
        OpominiError: it is no picture that can be read.
    """
    return Logo(content)


def _on_white(content: bytes) -> Image.Image:
    """The picture in greys or colours, what is transparent on white."""
    try:
        picture: Image.Image = Image.open(BytesIO(content))
        picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise OpominiError(_("The logo cannot be read as a picture. Choose a PNG or JPEG file.")) from error
    if picture.mode not in ("RGB", "L"):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    picture.thumbnail((MOST_PIXELS, MOST_PIXELS))
    if picture.mode == "RGBA":
        ground = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(ground, picture).convert("RGB")
    return picture


def _forms(picture: Image.Image) -> Iterator[_Stored]:
    """The picture exactly as it is, then more and more coarsely, as photographs are stored."""
    yield _Stored(*picture.size, zlib.compress(picture.tobytes(), 9), "FlateDecode")
    for side, quality in _COARSER:
        smaller = picture.copy()
        smaller.thumbnail((side, side))
        output = BytesIO()
        smaller.save(output, "JPEG", quality=quality, optimize=True)
        yield _Stored(*smaller.size, output.getvalue(), "DCTDecode")
