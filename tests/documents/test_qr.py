"""Codes decode to exactly what was put in, and equal another encoder's module for module."""

from __future__ import annotations

import random

import pytest
import segno
import zxingcpp
from PIL import Image

from opomini_tui.documents.qr import QrCode, encode
from opomini_tui.errors import OpominiError

LETTERS = "ABCČĆDĐEFGHIJKLMNOPRSŠTUVZŽabcčćdđefghijklmnoprsštuvzžäöüß0123456789 .,:;/-&\n"

QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def picture(code: QrCode, scale: int = 3) -> Image.Image:
    """The code with its quiet zone, `scale` pixels a module."""
    rows = Image.frombytes("1", (code.stride, code.size), code.rows).crop((0, 0, code.size, code.size))
    image = Image.new("L", (code.size + 8, code.size + 8), 255)
    image.paste(rows.convert("L").point(lambda value: 255 - value), (4, 4))
    return image.resize((image.width * scale, image.height * scale), Image.Resampling.NEAREST)


def decoded(code: QrCode) -> bytes:
    """What a reader finds in the code."""
    found = zxingcpp.read_barcodes(picture(code), formats=QR)
    assert len(found) == 1
    return bytes(found[0].bytes)


@pytest.mark.parametrize("seed", range(10))
def test_random_payloads_decode_exactly(seed: int) -> None:
    chance = random.Random(seed)
    for _number in range(50):
        text = "".join(chance.choices(LETTERS, k=chance.randint(1, 411)))
        code = encode(text.encode("iso-8859-2"), version=15, eci=4)
        assert (code.version, code.size) == (15, 77)
        assert decoded(code).decode("iso-8859-2") == text


@pytest.mark.parametrize("length", range(1, 330, 14))
def test_every_version_up_to_13(length: int) -> None:
    content = bytes(random.Random(length).choices(range(32, 127), k=length))
    code = encode(content, most_version=13)
    assert code.version <= 13
    assert decoded(code) == content


def test_reader_knows_the_central_european_letters() -> None:
    found = zxingcpp.read_barcodes(picture(encode("Povšetova ulica".encode("iso-8859-2"), version=15, eci=4)))
    assert found[0].text == "Povšetova ulica"


@pytest.mark.parametrize("seed", range(12))
def test_equals_segno_module_for_module(seed: int) -> None:
    text = "".join(random.Random(seed).choices(LETTERS, k=20 + seed * 30))
    code = encode(text.encode("iso-8859-2"), version=15, eci=4)
    theirs = segno.make(
        text, version=15, error="m", boost_error=False, mode="byte", encoding="iso-8859-2", eci=True, mask=code.mask
    )
    assert [[bool(module) for module in row] for row in theirs.matrix] == [
        [code.module(row, column) for column in range(77)] for row in range(77)
    ]


def test_what_does_not_fit_is_refused() -> None:
    assert encode(b"x" * 411, version=15, eci=4).version == 15
    with pytest.raises(OpominiError, match="QR"):
        encode(b"x" * 412, version=15, eci=4)
