"""The visible signature: its room on the letter, and the quiet box that fills it when the letter is signed.

The drawn letter only keeps the room and notes it with its last page, so the same letter gives the same bytes whoever
signs it. The box is set in the letter's own fonts, which the file holds already.
"""

from __future__ import annotations

import datetime
import unicodedata

from opomini_tui.documents.blocks import Block
from opomini_tui.documents.fonts import BOLD, REGULAR, MoreCodes, letter_font
from opomini_tui.documents.frame import LEFT
from opomini_tui.documents.letter_values import Letter
from opomini_tui.documents.pdf_file import FONT_NAMES
from opomini_tui.documents.sheet import BLUE, GREY, INK, MM, Sheet, Style, bold, escaped, regular
from opomini_tui.documents.typesetting import shrink
from opomini_tui.documents.wording import wording
from opomini_tui.text.formats import format_date

WIDTH, HEIGHT = 72.0, 8.6
_GAP = 1.8  # above it
_RULE, _INSET = 0.5, 2.2  # the rule at its left, and where the text begins


def seal_room(letter: Letter) -> list[Block]:
    """The room for a visible signature, under whoever stands for the letter; nothing where it wants none."""

    def draw(sheet: Sheet, y: float) -> None:
        sheet.seal = LEFT, y + _GAP, WIDTH, HEIGHT

    return [Block(_GAP + HEIGHT, draw)] if letter.seal else []


def seal_content(holder: str, day: datetime.date, language: str) -> bytes:
    """What stands in the box, as a content stream in points from its lower left corner: who signed, when and why."""
    middle = HEIGHT * MM / 2
    parts = [b"%.2f %.2f %.2f RG %.2f w 0 %.2f m %.2f %.2f l S BT" % (*BLUE, 2 * middle, middle, _RULE * MM, middle)]
    for text, style, top in _lines(_known(holder), day, language):
        codes = b"".join(piece for _subset, piece in letter_font(style.font).encode(text, MoreCodes()))
        parts += [
            b"%.2f %.2f %.2f rg" % style.colour,
            f"/{FONT_NAMES[style.font]} {style.size:g} Tf".encode(),
            b"1 0 0 1 %.2f %.2f Tm (%b) Tj" % (_INSET * MM, (HEIGHT - top) * MM, escaped(codes)),
        ]
    return b"\n".join([*parts, b"ET"])


def draw_seal(sheet: Sheet, holder: str, day: datetime.date, language: str) -> None:
    """The same box on a page that is printed; nothing where it kept no room."""
    if sheet.seal is None:
        return
    left, top, _width, height = sheet.seal
    sheet.rule(left, left + _RULE, top + height / 2, height * MM, BLUE)  # as high as the box: a bar
    for text, style, line in _lines(holder, day, language):
        sheet.text(left + _INSET, top + line, text, style)


def _lines(holder: str, day: datetime.date, language: str) -> list[tuple[str, Style, float]]:
    """The lines of the box, each with its baseline in millimetres from the top."""
    words, room = wording(language), WIDTH - _INSET
    said = f"{words.signature('by')}, {format_date(day, language)}, {words.signature('reason')}"
    return [
        (*shrink(holder, bold(8.2, INK), room, 5.0), HEIGHT - 5.2),
        (*shrink(said, regular(6.8, GREY), room, 5.0), HEIGHT - 1.6),
    ]


def _known(text: str) -> str:
    """The text in the letters that every letter's fonts hold: accents beyond them are dropped, other signs asked for."""
    known = []
    for character in unicodedata.normalize("NFC", text):
        if _in_fixed(character):
            known.append(character)
        else:
            bare = unicodedata.normalize("NFKD", character)[0]
            known.append(bare if _in_fixed(bare) else "?")
    return "".join(known)


def _in_fixed(character: str) -> bool:
    """Whether the fixed subsets hold it."""
    found = (letter_font(face).encode(character, MoreCodes()) for face in (REGULAR, BOLD))
    return all(subset == 0 for pieces in found for subset, _codes in pieces)
