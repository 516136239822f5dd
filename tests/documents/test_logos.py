"""The company's logo on the letter: every kind of picture, and letters that stay small with it."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from opomini_tui.documents.letter import draw_letter
from opomini_tui.errors import OpominiError
from tests.documents.samples import SENDER, letter_of, lines


def logo(mode: str = "RGBA", kind: str = "PNG") -> bytes:
    """A small picture."""
    output = BytesIO()
    Image.new(mode, (300, 80), "teal").save(output, kind)
    return output.getvalue()


@pytest.mark.parametrize(
    ("mode", "kind"), [("RGBA", "PNG"), ("RGB", "JPEG"), ("L", "PNG"), ("P", "PNG"), ("CMYK", "JPEG"), ("1", "PNG")]
)
def test_logos(mode: str, kind: str) -> None:
    reader = PdfReader(BytesIO(draw_letter(letter_of(lines(2), sender=replace(SENDER, logo=logo(mode, kind))))))
    assert len(reader.pages[0].images) >= 1
    assert SENDER.name in reader.pages[0].extract_text()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_letter_stays_small_with_any_logo(kind: str) -> None:
    output = BytesIO()
    Image.effect_noise((1800, 500), 90).convert("RGB").save(output, kind)
    content = draw_letter(letter_of(lines(10), codes=True, sender=replace(SENDER, logo=output.getvalue())))
    assert len(content) <= 80_000
    assert len(PdfReader(BytesIO(content)).pages[0].images) >= 1


def test_broken_logo_is_refused() -> None:
    with pytest.raises(OpominiError, match="logo"):
        draw_letter(letter_of(lines(2), sender=replace(SENDER, logo=logo()[:60])))
