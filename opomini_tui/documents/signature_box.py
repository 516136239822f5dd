"""The visible signature as pyHanko places it: where the letter kept room, filled with `seal.seal_content`.

Imports pyHanko, so it is imported only when something is to be signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.generic import NameObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.stamp import BaseStamp, BaseStampStyle

from opomini_tui.documents.pdf_file import FONT_NAMES
from opomini_tui.documents.seal import seal_content
from opomini_tui.documents.sheet import SEAL


class Room(NamedTuple):
    """The room that a letter kept: its page, its corners there in points, that page's fonts, the letter's language."""

    page: int
    box: tuple[float, ...]
    fonts: Any
    language: str


def room_of(writer: IncrementalPdfFileWriter) -> Room | None:
    """The room for a visible signature; None for a letter without one."""
    root: Any = writer.root
    for number, entry in enumerate(root["/Pages"]["/Kids"]):
        page = entry.get_object()
        if f"/{SEAL}" in page:
            box = tuple(float(side) for side in page[f"/{SEAL}"])
            return Room(number, box, page["/Resources"]["/Font"], str(root["/Lang"]) if "/Lang" in root else "")
    return None


@dataclass(frozen=True)
class SealStyle(BaseStampStyle):
    """How the box looks: one colour at its left, two lines of text, nothing behind them."""

    room: Room | None = None
    holder: str = ""
    day: date = date.min

    def create_stamp(self, writer: Any, box: Any, text_params: dict[str, Any]) -> BaseStamp:
        """The box for one signature."""
        return _Seal(writer, self, box)


class _Seal(BaseStamp):
    """The box of one letter, in that letter's fonts."""

    def render(self) -> bytes:
        """Its content stream."""
        style: SealStyle = self.style
        assert style.room is not None
        for name in FONT_NAMES.values():
            if f"/{name}" in style.room.fonts:
                font = style.room.fonts.raw_get(f"/{name}")
                self.set_resource(ResourceType.FONT, NameObject(f"/{name}"), font)
        return seal_content(style.holder, style.day, style.room.language)
