"""The sender's logo, read and compressed once per process and stored once per document."""

from __future__ import annotations

import hashlib
import zlib
from functools import lru_cache
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from opomini_tui.documents.pdf_file import PdfFile
from opomini_tui.errors import OpominiError
from opomini_tui.text import _

MOST_PIXELS = 1200  # a side; 60 mm at 500 dots per inch


class Logo:
    """A picture ready for documents; `width` and `height` in pixels."""

    def __init__(self, content: bytes) -> None:
        """Read a PNG or JPEG picture.

        Raises:
            OpominiError: it is no picture that can be read.
        """
        try:
            picture: Image.Image = Image.open(BytesIO(content))
            picture.load()
        except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
            raise OpominiError(_("The logo cannot be read as a picture. Choose a PNG or JPEG file.")) from error
        if picture.mode not in ("RGB", "RGBA", "L"):
            picture = picture.convert("RGBA")
        picture.thumbnail((MOST_PIXELS, MOST_PIXELS))
        self.width, self.height = picture.size
        self.key = "logo" + hashlib.sha256(content).hexdigest()[:16]
        self._space = "DeviceGray" if picture.mode == "L" else "DeviceRGB"
        self._mask = b""
        if picture.mode == "RGBA":
            opacity = picture.getchannel("A")
            if opacity.getextrema() != (255, 255):
                self._mask = zlib.compress(opacity.tobytes(), 9)
            picture = picture.convert("RGB")
        self._pixels = zlib.compress(picture.tobytes(), 9)

    def add_to(self, document: PdfFile) -> int:
        """Store the picture, and its transparency, in a document; its number."""
        entries = f"/Type /XObject /Subtype /Image /Width {self.width} /Height {self.height} /BitsPerComponent 8"
        mask = ""
        if self._mask:
            number = document.add_stream(f"{entries} /ColorSpace /DeviceGray", self._mask, compressed=True)
            mask = f" /SMask {number} 0 R"
        return document.add_stream(f"{entries} /ColorSpace /{self._space}{mask}", self._pixels, compressed=True)


@lru_cache(maxsize=8)
def read_logo(content: bytes) -> Logo:
    """The logo of `content`, from memory when it was read before.

    Raises:
        OpominiError: it is no picture that can be read.
    """
    return Logo(content)
