"""The printed form of the UPN QR slip, 210 × 99 mm: fields, ticks, labels, grounds. It never changes and is made once.

Measures in millimetres from the slip's upper left corner, as the banks' technical standard gives them.
"""

from __future__ import annotations

import zlib
from functools import cache

from opomini_tui.documents.fonts import BOLD, REGULAR, MoreCodes, letter_font
from opomini_tui.documents.pdf_file import FONT_NAMES
from opomini_tui.documents.sheet import MM, Form, Style, bold, regular

WIDTH, HEIGHT = 210.0, 99.0
BOX = 3.75  # of one character
_STUB = 60.0  # width of the receipt at the left
_PAYER_GROUND, _PAYEE_GROUND = (254, 230, 226), (255, 242, 219)
_ORANGE = (255, 128, 0)
_LINE = 5.0

# x, y, width, height of the plain fields, and of those with a tick after each character their number of characters.
_FIELDS = (
    (4.0, 6.0, 52.5, 13.5),
    (4.0, 22.5, 52.5, 9.0),
    (16.5, 34.5, 40.0, 5.0),
    (4.0, 42.5, 52.5, 13.5),
    (4.0, 59.0, 52.5, 13.5),
    (63.5, 6.0, 40.0, 39.5),
    (185.2, 6.5, 4.0, 4.0),
    (196.5, 6.5, 4.0, 4.0),
    (196.5, 41.0, 4.0, 4.0),
    (106.5, 22.0, 99.5, 15.0),
    (63.5, 74.0, 99.5, 15.0),
    (166.0, 66.0, 40.0, 23.0),
)
_TICKED = (
    (106.5, 6.0, 19, 4),
    (106.5, 14.0, 4, 0),
    (123.5, 14.0, 22, 0),
    (114.2, 40.5, 11, 0),
    (161.2, 40.5, 8, 0),
    (63.5, 49.0, 4, 0),
    (80.5, 49.0, 25, 0),
    (176.2, 49.0, 8, 0),
    (63.5, 58.0, 34, 0),
    (63.5, 66.0, 4, 0),
    (80.5, 66.0, 22, 0),
)
_LABELS = (
    (4.0, 6.0, "Ime plačnika"),
    (4.0, 22.5, "Namen in rok plačila"),
    (16.5, 34.5, "Znesek"),
    (4.0, 42.5, "IBAN in referenca prejemnika"),
    (4.0, 59.0, "Ime prejemnika"),
    (63.5, 6.0, "Koda QR"),
    (106.5, 6.0, "IBAN plačnika"),
    (185.2, 6.5, "Polog"),
    (196.5, 6.5, "Dvig"),
    (106.5, 14.0, "Referenca plačnika"),
    (106.5, 22.0, "Ime, ulica in kraj plačnika"),
    (114.2, 40.5, "Znesek"),
    (161.2, 40.5, "Datum plačila"),
    (196.5, 41.0, "Nujno"),
    (63.5, 49.0, "Koda namena"),
    (80.5, 49.0, "Namen plačila"),
    (176.2, 49.0, "Rok plačila"),
    (63.5, 58.0, "IBAN prejemnika"),
    (63.5, 66.0, "Referenca prejemnika"),
    (63.5, 74.0, "Ime, ulica in kraj prejemnika"),
)
_CORNERS = ((61.0, 1.0), (207.5, 1.0), (207.5, 96.5))


@cache
def slip_form() -> Form:
    """The form, ready to be placed."""
    parts = [
        _filled(_PAYER_GROUND, _STUB, 0.0, WIDTH - _STUB, 54.5),
        _filled(_PAYEE_GROUND, _STUB, 54.5, WIDTH - _STUB, HEIGHT - 54.5),
        *(_filled((0, 0, 0), x, y, 1.5, 1.5) for x, y in _CORNERS),
        f"{_rgb((150, 150, 150))} RG 0.4 w [2.5 2.5] 0 d",
        _stroke(0.0, 0.0, WIDTH, 0.0),
        _stroke(_STUB, 0.0, _STUB, HEIGHT),
        f"[] 0 d 1 1 1 rg {_rgb(_ORANGE)} RG 0.5 w",
        *(_field(*field) for field in _FIELDS),
        *(_ticked(*field) for field in _TICKED),
        "0.25 w",
        *(_stroke(x, y + _LINE * n, x + 99.5, y + _LINE * n) for x, y in ((106.5, 22.0), (63.5, 74.0)) for n in (1, 2)),
        _stroke(169.0, 85.3, 203.0, 85.3),
        "BT",
        f"{_rgb(_ORANGE)} rg",
        *(_text(x, y - 0.75, label, regular(6.2)) for x, y, label in _LABELS),
        _centred(186.0, 87.6, "Podpis plačnika (neobvezno žig)", regular(5.4)),
        _centred(_STUB / 2, 97.2, "Prostor za vpise ponudnika plačilnih storitev", regular(5.4)),
        _centred((_STUB + WIDTH) / 2, 97.2, "Prostor za vpise ponudnika plačilnih storitev", regular(5.4)),
        "0 g",
        _text(31.6, 4.6, "UPN QR - potrdilo", bold(8.6)),
        _text(193.3, 62.0, "UPN QR", bold(9.4)),
        _text(6.8, 38.2, "EUR", bold(9.5)),
        _text(105.5, 44.2, "EUR", bold(10.5)),
        "ET",
    ]
    content = zlib.compress("\n".join(parts).encode("latin-1"), 9)
    return Form("Slip", WIDTH * MM, HEIGHT * MM, content, (REGULAR, BOLD))


def _rgb(colour: tuple[int, int, int]) -> str:
    """A colour of 0 to 255 as PDF writes it."""
    return " ".join(f"{part / 255:.3g}" for part in colour)


def _point(x: float, y: float) -> str:
    """A place on the slip in points from its lower left corner."""
    return f"{x * MM:.2f} {(HEIGHT - y) * MM:.2f}"


def _filled(colour: tuple[int, int, int], x: float, y: float, width: float, height: float) -> str:
    """A ground without a line."""
    return f"{_rgb(colour)} rg {_point(x, y + height)} {width * MM:.2f} {height * MM:.2f} re f"


def _field(x: float, y: float, width: float, height: float) -> str:
    """A white field with a line."""
    return f"{_point(x, y + height)} {width * MM:.2f} {height * MM:.2f} re B"


def _ticked(x: float, y: float, count: int, group: int) -> str:
    """A field of `count` characters: a tick after each, a whole line after each `group`."""
    ticks = [
        _stroke(x + BOX * number, y if group and number % group == 0 else y + _LINE - 1.3, x + BOX * number, y + _LINE)
        for number in range(1, count)
    ]
    return "\n".join([_field(x, y, BOX * count, _LINE), *ticks])


def _stroke(x: float, y: float, to_x: float, to_y: float) -> str:
    """A line."""
    return f"{_point(x, y)} m {_point(to_x, to_y)} l S"


def _text(x: float, y: float, text: str, style: Style) -> str:
    """A text on the baseline `y`; the form's letters are all in the fixed subsets."""
    codes = b"".join(part for _subset, part in letter_font(style.font).encode(text, MoreCodes())).decode("latin-1")
    escaped = codes.replace("(", "\\(").replace(")", "\\)")
    return f"/{FONT_NAMES[style.font]} {style.size:g} Tf 1 0 0 1 {_point(x, y)} Tm ({escaped}) Tj"


def _centred(x: float, y: float, text: str, style: Style) -> str:
    """A text with its middle at `x`."""
    return _text(x - style.width(text) / 2, y, text, style)
