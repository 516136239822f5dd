"""One page before it is a PDF: texts, rules and pictures, in millimetres from the top left corner.

A letter is laid out on sheets first, so that every page can say how many there are, and painted afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from opomini_tui.documents.fonts import BOLD, REGULAR, letter_font, unit_width
from opomini_tui.documents.logo import Logo
from opomini_tui.documents.pdf_file import PdfFile, subset_name
from opomini_tui.documents.qr import QrCode

MM = 72 / 25.4  # points
PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
SEAL = "XXSeal"


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


@dataclass(frozen=True, slots=True)
class Form:
    """A drawing that never changes, in points from the lower left corner; `key` names it, `faces` are its fonts."""

    key: str
    width: float
    height: float
    content: bytes  # deflated
    faces: tuple[str, ...]


@dataclass(slots=True)
class Sheet:
    """One A4 page; texts stand in reading order."""

    texts: list[tuple[float, float, str, Style]] = field(default_factory=list)
    rules: list[tuple[float, float, float, float, Colour]] = field(default_factory=list)
    pictures: list[tuple[Logo, float, float, float, float]] = field(default_factory=list)
    forms: list[tuple[Form, float, float]] = field(default_factory=list)
    codes: list[tuple[QrCode, float, float, float]] = field(default_factory=list)
    seal: tuple[float, float, float, float] | None = None  # room for a visible signature: left, top, width, height

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

    def form(self, form: Form, x: float, y: float) -> None:
        """Place a form with its upper left corner at `x`, `y`."""
        self.forms.append((form, x, y))

    def code(self, code: QrCode, x: float, y: float, module: float) -> None:
        """Place a QR code without its quiet zone, its upper left corner at `x`, `y`; `module` in millimetres."""
        self.codes.append((code, x, y, module))


def paint(sheet: Sheet, document: PdfFile, bookmark: str = "") -> None:
    """Add the sheet to a document as a page: forms, pictures, codes, rules, then the texts as one object."""
    objects: dict[str, int] = {}
    parts: list[bytes] = []
    for form, x, y in sheet.forms:
        objects[form.key] = document.share(form.key, partial(_add_form, form))
        parts.append(_placed(form.key, 1, 1, x, y + form.height / MM))
    for logo, x, y, width, height in sheet.pictures:
        objects["Logo"] = document.share(logo.key, logo.add_to)
        parts.append(_placed("Logo", width * MM, height * MM, x, y + height))
    for number, (code, x, y, module) in enumerate(sheet.codes):
        name = f"Code{number}"
        objects[name] = _add_code(document, code)
        width, height = code.stride * module, code.size * module
        parts.append(b"0 g " + _placed(name, width * MM, height * MM, x, y + height))
    parts += _rules(sheet)
    parts += _texts(sheet, document)
    document.add_page(b"\n".join(parts), objects, bookmark, _seal_entry(sheet))


def _seal_entry(sheet: Sheet) -> str:
    """The entry of the page that tells whoever signs where a visible signature goes; XX marks a private name (annex E)."""
    if sheet.seal is None:
        return ""
    left, top, width, height = sheet.seal
    foot = PAGE_HEIGHT - top - height
    box = " ".join(f"{side * MM:.2f}" for side in (left, foot, left + width, foot + height))
    return f" /{SEAL} [{box}]"


def _placed(name: str, width: float, height: float, x: float, bottom: float) -> bytes:
    """An XObject drawn `width` by `height` points (or multiples of its own size) with its foot at `bottom` mm."""
    matrix = f"{width:.3f} 0 0 {height:.3f} {x * MM:.3f} {(PAGE_HEIGHT - bottom) * MM:.3f}"
    return f"q {matrix} cm /{name} Do Q".encode()


def _add_form(form: Form, document: PdfFile) -> int:
    """Store a form."""
    for face in form.faces:
        document.use_font(face)
    box = f"[0 0 {form.width:.3f} {form.height:.3f}]"
    entries = f"/Type /XObject /Subtype /Form /BBox {box} /Resources << {document.fonts} >>"
    return document.add_stream(entries, form.content, compressed=True)


def _add_code(document: PdfFile, code: QrCode) -> int:
    """Store a QR code as a stencil: its dark modules are painted, the rest stays as it is."""
    entries = (
        f"/Type /XObject /Subtype /Image /ImageMask true /Decode [1 0] /BitsPerComponent 1 "
        f"/Width {code.stride} /Height {code.size}"
    )
    return document.add_stream(entries, code.rows)


def _rules(sheet: Sheet) -> list[bytes]:
    """The rules, colour and weight said only where they change."""
    parts: list[bytes] = []
    drawn_in: tuple[float, Colour] | None = None
    for left, right, y, weight, colour in sheet.rules:
        if drawn_in != (weight, colour):
            parts.append(b"%.2f %.2f %.2f RG %.2f w" % (*colour, weight))
            drawn_in = weight, colour
        height = (PAGE_HEIGHT - y) * MM
        parts.append(b"%.2f %.2f m %.2f %.2f l S" % (left * MM, height, right * MM, height))
    return parts


def _texts(sheet: Sheet, document: PdfFile) -> list[bytes]:
    """The texts, font and colour said only where they change."""
    parts = [b"BT"]
    font: tuple[str, float] | None = None
    colour: Colour | None = None
    for x, y, text, style in sheet.texts:
        if style.colour is not colour and style.colour != colour:
            colour = style.colour
            parts.append(b"%.2f %.2f %.2f rg" % colour)
        if style[:2] != font:
            font = style[:2]
            parts.append(f"/{document.use_font(style.font)} {style.size:g} Tf".encode())
        place = b"1 0 0 1 %.2f %.2f Tm" % (x * MM, (PAGE_HEIGHT - y) * MM)
        runs = list(letter_font(style.font).encode(text, document.more_codes[style.font]))
        if len(runs) == 1 and runs[0][0] == 0:
            parts.append(b"%b (%b) Tj" % (place, escaped(runs[0][1])))
        else:
            parts.append(place)
            parts += [
                f"/{subset_name(style.font, subset)} {style.size:g} Tf (".encode() + escaped(codes) + b") Tj"
                for subset, codes in runs
            ]
            font = None
    return [*parts, b"ET"]


def escaped(codes: bytes) -> bytes:
    """The inside of a string (7.3.4.2)."""
    return codes.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)").replace(b"\r", b"\\r")
