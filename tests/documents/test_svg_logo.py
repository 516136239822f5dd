"""A logo in SVG: it becomes a picture once, and what is more than a drawing is refused with a sentence."""

from __future__ import annotations

import sys
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from opomini_tui.documents import svg_logo
from opomini_tui.documents.letter import draw_letter
from opomini_tui.documents.svg_logo import is_svg, picture_of_svg
from opomini_tui.errors import OpominiError
from opomini_tui.setup import checks
from tests.documents.samples import SENDER, letter_of, lines

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 350 100">'
SHAPE = '<rect width="350" height="100" fill="#00796b"/>'
DRAWING = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- drawn by hand -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:ink="http://ink.example/ns" viewBox="0 0 350 100" width="70mm" height="20mm">
<defs><linearGradient id="g"><stop offset="0" stop-color="#8bc34a"/><stop offset="1" stop-color="#00796b"/></linearGradient>
</defs><ink:view zoom="2"/><path d="M50 90 C10 60 10 30 50 5 C90 30 90 60 50 90z" fill="url(#g)"/>
<text x="110" y="60" font-family="Lato" font-weight="bold" font-size="46">Javorov gaj</text></svg>"""


def drawn(inside: str, head: str = HEAD) -> bytes:
    """A drawing with something in it."""
    return f"{head}{SHAPE}{inside}</svg>".encode()


def test_a_drawing_becomes_a_picture_of_its_proportions() -> None:
    picture = Image.open(BytesIO(picture_of_svg(DRAWING)))
    assert (picture.format, picture.size) == ("PNG", (1200, 343))
    assert picture.getpixel((170, 170))[3] == 255  # type: ignore[index]  # a picture with transparency
    assert picture.getpixel((5, 5)) == (0, 0, 0, 0)
    assert (
        len(draw_letter(letter_of(lines(10), codes=True, sender=replace(SENDER, logo=picture_of_svg(DRAWING)))))
        <= 80_000
    )


def test_what_is_a_drawing() -> None:
    assert is_svg(DRAWING)
    assert is_svg(b"\xef\xbb\xbf  <svg/>")
    assert not is_svg(b"<html><svg/></html>")
    assert not is_svg(b"\x89PNG\r\n\x1a\n <svg")


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + drawn("<text>&x;</text>"),
        b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + drawn("<text>&b;</text>"),
        drawn("<script>alert(1)</script>"),
        drawn('<rect onload="alert(1)" width="1" height="1"/>'),
        drawn('<image xlink:href="/etc/hostname" width="9" height="9"/>'),
        drawn('<image xlink:href="http://logo.example/x.png" width="9" height="9"/>'),
        drawn('<use xlink:href="other.svg#a"/>'),
        drawn("<style>@import url(http://logo.example/x.css);</style>"),
        drawn("<rect width='9' height='9' style='fill: url(http://logo.example/x.svg#a)'/>"),
        drawn('<foreignObject width="9" height="9"><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>'),
        drawn('<filter id="f"><feGaussianBlur stdDeviation="900"/></filter><rect filter="url(#f)" width="9" height="9"/>'),
    ],
)  # fmt: skip
def test_more_than_a_drawing_is_refused(content: bytes) -> None:
    with pytest.raises(OpominiError, match="more than shapes"):
        picture_of_svg(content)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (drawn("", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 90000">'), "size"),
        (drawn("", '<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%">'), "size"),
        (drawn("", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1e9 1e9">'), "size"),
        (drawn("<g>"), "read"),
        (b"<svg/>", "read"),
    ],
)
def test_what_is_no_logo_is_refused(content: bytes, match: str) -> None:
    with pytest.raises(OpominiError, match=match):
        picture_of_svg(content)


def test_many_times_many_shapes_end_at_once() -> None:
    groups = ["<g id='a0'><rect width='7' height='2'/></g>"]
    groups += [f"<g id='a{n}'>" + f"<use xlink:href='#a{n - 1}'/>" * 10 + "</g>" for n in range(1, 9)]
    with pytest.raises(OpominiError, match="read"):
        picture_of_svg(drawn("".join(groups)))


@pytest.mark.parametrize(
    "inside",
    [
        "<g>" * 500 + SHAPE + "</g>" * 500,  # ends the process that draws it
        "<g>" * 5000 + "</g>" * 5000,
        '<circle r="1e30" cx="5" cy="5" stroke="black" stroke-width="1e30"/>',  # the library gives up
    ],
)
def test_what_the_library_falls_over_is_refused(inside: str) -> None:
    with pytest.raises(OpominiError, match="read"):
        picture_of_svg(drawn(inside))


def test_a_drawing_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(svg_logo, "_SECONDS", 0.001)
    with pytest.raises(OpominiError, match="read"):
        picture_of_svg(DRAWING)


def test_the_settings_keep_a_picture() -> None:
    kept = checks.picture(DRAWING)
    assert kept is not None
    assert kept.startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="more than shapes"):
        checks.picture(drawn("<script/>"))
    with pytest.raises(ValueError, match="too large"):
        checks.picture(drawn("<!--" + "x" * 600_000 + "-->"))


def test_without_the_addition_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(OpominiError, match=r"opomini\[svg\]"):
        picture_of_svg(DRAWING)
