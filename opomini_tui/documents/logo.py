"""The sender's logo, read and compressed once per process and stored once per document."""

from __future__ import annotations

import hashlib
from copy import copy
from functools import lru_cache
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError
from reportlab.lib import utils as _utils
from reportlab.pdfbase import pdfdoc as _pdfdoc

from opomini_tui.errors import OpominiError
from opomini_tui.text import _

pdfdoc: Any = _pdfdoc  # the library has no types
utils: Any = _utils

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
        self._name = "logo" + hashlib.sha256(content).hexdigest()[:16]
        self._object = pdfdoc.PDFImageXObject(self._name, utils.ImageReader(picture), mask="auto")
        self._mask = getattr(self._object, "_smask", None)
        if self._mask:
            self._mask.name = f"{self._name}mask"

    def paint(self, canvas: Any, x: float, y: float, width: float, height: float) -> None:
        """Place the picture with its lower left corner at `x`, `y`; all in points.

        The canvas would compress the picture again for every document, so the ready object is put into the document
        directly.
        """
        document = canvas._doc
        registered = document.getXObjectName(self._name)
        if registered not in document.idToObject:
            picture = copy(self._object)  # an object belongs to one document
            if self._mask:
                picture.smask = document.Reference(copy(self._mask), f"{registered}.mask")
            document.Reference(picture, registered)
            document.addForm(self._name, picture)
        canvas.saveState()
        canvas.translate(x, y)
        canvas.scale(width, height)
        canvas._currentPageHasImages = 1
        canvas.doForm(self._name)
        canvas.restoreState()


@lru_cache(maxsize=8)
def read_logo(content: bytes) -> Logo:
    """The logo of `content`, from memory when it was read before.

    Raises:
        OpominiError: it is no picture that can be read.
    """
    return Logo(content)
