"""A logo drawn in vectors (SVG) becomes a picture once, when it is chosen: 500 dots an inch in its place on the letter.

The file may come from anywhere, so only what drawing needs is let through: shapes, text, gradients, and references
within the file. Entities, scripts, pictures, effects and anything fetched from elsewhere are refused.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import fontpkg_lato

from opomini_tui.errors import OpominiError
from opomini_tui.text import _

_WIDEST, _HIGHEST = 1200, 400  # pixels, of a place of 70 × 20 mm
_MOST_SLENDER = 15.0
_SVG = "{http://www.w3.org/2000/svg}"
_DRAWN = frozenset(
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan style linearGradient "
    "radialGradient stop clipPath mask title desc metadata switch a".split()
)
_NUMBER = re.compile(r"\s*([0-9]*\.?[0-9]+(?:e[+-]?\d+)?)\s*(?:px|pt|pc|mm|cm|in|em|ex)?\s*", re.IGNORECASE)
_SECONDS = 20
"""How long a drawing may take."""
_DRAW = (
    "import sys, json; sys.path[:] = sys.argv[1:]; import resvg_py; "
    "sys.stdout.buffer.write(bytes(resvg_py.svg_to_bytes(**json.load(sys.stdin.buffer))))"
)
_FROM_ELSEWHERE = re.compile(r"url\(\s*['\"]?\s*(?!['\"#\s])|@import|@font-face|javascript:", re.IGNORECASE)


def is_svg(content: bytes) -> bool:
    """Whether the file is a drawing in SVG, by what it begins with."""
    start = content[:1000].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"<svg") or (start.startswith((b"<?xml", b"<!--", b"<!DOCTYPE")) and b"<svg" in content)


def picture_of_svg(content: bytes) -> bytes:
    """The drawing as a PNG picture.

    Raises:
        OpominiError: it cannot be read, holds what a logo has no need of, or the extra `svg` is not installed.
    """
    root = _safe(content)
    width, height = _size(root)
    scale = min(_WIDEST / width, _HIGHEST / height)
    root.attrib.update(width=f"{width:g}", height=f"{height:g}")
    root.attrib.setdefault("viewBox", f"0 0 {width:g} {height:g}")
    try:
        drawing = ElementTree.tostring(root, encoding="unicode")
    except RecursionError as error:
        raise _unreadable() from error
    return _drawn(drawing, max(1, round(width * scale)), max(1, round(height * scale)))


def _drawn(drawing: str, width: int, height: int) -> bytes:
    """The drawing in pixels; its texts in the letter's type when it names one that this machine lacks.

    A process of its own draws it: some drawings (groups in groups, endless strokes) end the process of the library.
    """
    if find_spec("resvg_py") is None:
        message = _(
            "An SVG logo needs an addition to the program: install opomini[svg], or choose a PNG or JPEG picture."
        )
        raise OpominiError(message)
    fonts = [str(path) for path in (Path(fontpkg_lato.__file__).parent / "files").glob("Lato-[RB]*[rd].ttf")]
    asked = {"svg_string": drawing, "width": width, "height": height, "dpi": 96.0, "font_files": fonts}
    asked |= dict.fromkeys(("font_family", "sans_serif_family", "serif_family"), "Lato")
    command = [sys.executable, "-c", _DRAW, *sys.path]
    try:
        done = subprocess.run(
            command, input=json.dumps(asked).encode(), capture_output=True, timeout=_SECONDS, check=False
        )
    except (subprocess.TimeoutExpired, OSError) as error:
        raise _unreadable() from error
    if done.returncode:
        raise _unreadable()
    return done.stdout


def _safe(content: bytes) -> ElementTree.Element:
    """The root of the drawing, without what other programs keep in it.

    Raises:
        OpominiError: it is no SVG, or holds more than shapes.
    """
    if re.search(rb"<!DOCTYPE[^>]*\[|<!ENTITY", content, re.IGNORECASE):
        raise _more_than_shapes()
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise _unreadable() from error
    if root.tag != f"{_SVG}svg":
        raise _unreadable()
    for element in list(root.iter()):
        for child in list(element):
            if not str(child.tag).startswith(_SVG):
                element.remove(child)  # notes of the drawing program
    for element in root.iter():
        references = [value for name, value in element.attrib.items() if name.rpartition("}")[2] == "href"]
        spoken = [*element.attrib.values(), element.text or ""]
        if (
            element.tag.removeprefix(_SVG) not in _DRAWN
            or any(name.lower().startswith("on") for name in element.attrib)
            or (element.tag != f"{_SVG}a" and any(not value.startswith("#") for value in references))
            or any(map(_FROM_ELSEWHERE.search, spoken))
        ):
            raise _more_than_shapes()
    return root


def _size(root: ElementTree.Element) -> tuple[float, float]:
    """Width and height of the drawing in its own units.

    Raises:
        OpominiError: it has no size, or is no more than a line.
    """
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    given = [
        _NUMBER.fullmatch(text)
        for text in (box[2:] if len(box) == 4 else (root.get("width", ""), root.get("height", "")))
    ]
    width, height = (float(match[1]) if match else 0.0 for match in given)
    if not (0 < width < 1e6 and 0 < height < 1e6) or not 1 / _MOST_SLENDER <= width / height <= _MOST_SLENDER:
        raise OpominiError(
            _("The SVG logo says no usable size. Save it anew with a page as large as the drawing, or choose a PNG.")
        )
    return width, height


def _unreadable() -> OpominiError:
    """It is no drawing."""
    return OpominiError(_("The SVG logo cannot be read. Save it anew as plain SVG, or choose a PNG or JPEG picture."))


def _more_than_shapes() -> OpominiError:
    """It is more than a drawing."""
    message = _(
        "The SVG logo holds more than shapes, text and gradients (pictures, scripts, effects or links to other files). "
        "Save it as plain SVG, or choose a PNG or JPEG picture."
    )
    return OpominiError(message)
