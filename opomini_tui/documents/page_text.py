"""Where each text of a PDF page stands: its fragments with their places, read from the page's own operators.

It reads what the letters of this program (and of its earlier versions) are written with: simple fonts with a ToUnicode
table, texts placed by matrices, forms. Other PDFs give what can be read of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdf import PdfReader

_MAPPED = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_DEEPEST = 5
"""Forms in forms are followed so deep."""
_PLAIN_WIDTH = 500
"""The width of a character whose font does not say it, in thousandths of the size."""

Matrix = tuple[float, float, float, float, float, float]
_UNIT: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A text that was set in one piece: left and right end, base line (from the foot of the page) and size, in points."""

    left: float
    right: float
    base: float
    size: float
    text: str


def page_fragments(content: bytes) -> list[list[Fragment]]:
    """The fragments of each page of a PDF, in the order in which they were set; texts that stand at an angle are left out.

    Raises:
        pypdf.errors.PyPdfError: it is no PDF.
    """
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(content))
    found = []
    for page in reader.pages:
        setter = _Setter(reader)
        if (contents := page.get_contents()) is not None:
            setter.run(contents, page.get("/Resources"), _UNIT)
        found.append(setter.fragments)
    return found


@dataclass(frozen=True, slots=True)
class _Font:
    """The characters and widths (thousandths) of a font's codes."""

    characters: Mapping[int, str]
    widths: Mapping[int, float]

    def text(self, codes: bytes) -> str:
        return "".join(self.characters.get(code) or bytes([code]).decode("cp1252", "replace") for code in codes)

    def width(self, codes: bytes) -> float:
        return sum(self.widths.get(code, _PLAIN_WIDTH) for code in codes) / 1000


def _font(entry: Any) -> _Font:
    """What a font dictionary says."""
    first = int(entry.get("/FirstChar", 0))
    widths = {first + place: float(width) for place, width in enumerate(entry.get("/Widths", ()))}
    characters = {}
    if "/ToUnicode" in entry:
        table = entry["/ToUnicode"].get_data().partition(b"endcodespacerange")[2]
        for code, meant in _MAPPED.findall(table):
            text = bytes.fromhex(meant.decode()).decode("utf-16-be", "replace").strip("\0")
            if text:
                characters[int(code, 16)] = text
    return _Font(characters, widths)


@dataclass(frozen=True, slots=True)
class _State:
    """What q keeps and Q brings back, and where the next text of the line stands."""

    page: Matrix
    font: _Font | None = None
    size: float = 0
    leading: float = 0
    line: Matrix = _UNIT
    advance: float = 0


class _Setter:
    """Follows the operators of a page and notes every text."""

    def __init__(self, reader: PdfReader) -> None:
        self._reader = reader
        self._fonts: dict[int, _Font] = {}
        self.fragments: list[Fragment] = []

    def run(self, stream: Any, resources: Any, place: Matrix, depth: int = 0) -> None:
        """Follow one content stream."""
        from pypdf.generic import ContentStream

        found = resources.get_object() if resources is not None else {}
        state, kept = _State(place), list[_State]()
        for values, operator in ContentStream(stream, self._reader, forced_encoding="bytes").operations:
            if operator == b"q":
                kept.append(state)
            elif operator == b"Q" and kept:
                state = kept.pop()
            elif operator == b"Do":
                self._draw(found, str(values[0]), state.page, depth)
            elif operator == b"Tf":
                state = replace(state, font=self._font(found, str(values[0])), size=float(values[1]))
            elif operator in (b"Tj", b"TJ", b"'"):
                state = _moved(state, (0, 0), next_line=True) if operator == b"'" else state
                state = self._show(state, values[0])
            elif operator in _STEPS:
                state = _STEPS[operator](state, [float(value) for value in values])

    def _draw(self, resources: Any, name: str, place: Matrix, depth: int) -> None:
        """A form; pictures have no text."""
        form = resources.get("/XObject", {}).get(name)
        form = form.get_object() if form is not None else {}
        if form.get("/Subtype") != "/Form" or depth >= _DEEPEST:
            return
        a, b, c, d, e, f = (float(value) for value in form.get("/Matrix", _UNIT))
        self.run(form, form.get("/Resources", resources), _product((a, b, c, d, e, f), place), depth + 1)

    def _font(self, resources: Any, name: str) -> _Font | None:
        entry = resources.get("/Font", {}).get(name)
        if entry is None:
            return None
        entry = entry.get_object()
        return self._fonts.setdefault(id(entry), _font(entry))

    def _show(self, state: _State, given: Any) -> _State:
        """Note a text and move on by its width."""
        pieces = given if isinstance(given, list) else [given]
        codes = b"".join(bytes(piece) for piece in pieces if isinstance(piece, bytes))
        shifts = sum(float(piece) for piece in pieces if not isinstance(piece, bytes | str))
        if state.font is None:
            return state
        width = state.font.width(codes) * state.size - shifts / 1000 * state.size
        a, b, _c, d, e, f = _product((1, 0, 0, 1, state.advance, 0), _product(state.line, state.page))
        text = state.font.text(codes)
        if abs(b) < 0.01 and text.strip():
            self.fragments.append(Fragment(e, e + width * a, f, state.size * abs(d), text))
        return replace(state, advance=state.advance + width)


def _product(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that does both, one after the other (8.3.4)."""
    a, b, c, d, e, f = first
    k, m, n, o, p, r = then
    return a * k + b * n, a * m + b * o, c * k + d * n, c * m + d * o, e * k + f * n + p, e * m + f * o + r


def _moved(state: _State, by: tuple[float, float], *, next_line: bool = False) -> _State:
    across, up = (0.0, -state.leading) if next_line else by
    return replace(state, line=_product((1, 0, 0, 1, across, up), state.line), advance=0)


def _matrix(values: list[float]) -> Matrix:
    a, b, c, d, e, f = values
    return a, b, c, d, e, f


_STEPS: Mapping[bytes, Callable[[_State, list[float]], _State]] = {
    b"cm": lambda state, values: replace(state, page=_product(_matrix(values), state.page)),
    b"BT": lambda state, values: replace(state, line=_UNIT, advance=0),
    b"Tm": lambda state, values: replace(state, line=_matrix(values), advance=0),
    b"Td": lambda state, values: _moved(state, (values[0], values[1])),
    b"TD": lambda state, values: replace(_moved(state, (values[0], values[1])), leading=-values[1]),
    b"TL": lambda state, values: replace(state, leading=values[0]),
    b"T*": lambda state, values: _moved(state, (0, 0), next_line=True),
}
"""Operators that only change where the next text stands (9.4.2)."""
