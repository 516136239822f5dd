"""Paying by one scan, as a bank sees it: random notices decoded, the slip whole on the last page, every field in the file."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from io import BytesIO

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import BooleanObject, StreamObject

from opomini_tui.documents.fonts import SLIP
from opomini_tui.documents.layout import lay_out
from opomini_tui.documents.letter import Letter, draw_letter
from opomini_tui.documents.reference import notice_reference
from opomini_tui.documents.sheet import MM
from opomini_tui.documents.upn_slip import NAME_LENGTH, TOP, slip_of
from tests.documents.samples import RECIPIENT, SENDER, letter_of, lines

QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


@st.composite
def notices(draw: st.DrawFn) -> Letter:
    """A notice with any name, street, amount up to the most that a slip can hold, number and kind of reference."""
    letter = letter_of(lines(draw(st.integers(1, 3))), codes=True, number=draw(st.integers(1, 99_999)))
    text = st.text(max_size=60)
    return replace(
        letter,
        recipient=replace(RECIPIENT, name=draw(text), street=draw(text), city=draw(text)),
        sender=replace(SENDER, name=draw(text), street=draw(text)),
        total=Decimal(draw(st.integers(1, 99_999_999_999))) / 100,
        reference=notice_reference(draw(st.sampled_from(["SI12", "SI00", "RF"])), 2026, letter.number),
    )


def printed_letter(count: int = 3) -> Letter:
    """A notice over `count` items whose payer and payee differ in every line."""
    sender = replace(SENDER, post_code="2000", city="Maribor")
    return letter_of(lines(count, interest="1.00"), codes=True, sender=sender)


def last_page_text(letter: Letter) -> str:
    """The text of the last page, with single spaces."""
    return " ".join(PdfReader(BytesIO(draw_letter(letter))).pages[-1].extract_text().split())


@settings(max_examples=200, deadline=None)
@given(notices())
def test_random_notices_decode_to_their_payload(letter: Letter) -> None:
    slip = slip_of(letter)
    code = slip.code
    assert (code.version, code.size) == (15, 77)
    modules = Image.frombytes("1", (code.stride, code.size), code.rows).crop((0, 0, 77, 77))
    image = Image.new("L", (85, 85), 255)
    image.paste(modules.convert("L").point(lambda value: 255 - value), (4, 4))
    (found,) = zxingcpp.read_barcodes(image.resize((340, 340), Image.Resampling.NEAREST), formats=QR)
    assert bytes(found.bytes).decode("iso-8859-2") == slip.payload
    fields = slip.payload.split("\n")
    assert int(fields[8]) == int(letter.total * 100)
    assert len(fields[8]) == 11
    assert int(fields[19]) == sum(map(len, fields[:19])) + 19
    assert max(map(len, (*slip.payer, *slip.payee))) <= NAME_LENGTH


@pytest.mark.parametrize("count", [1, 5, 10, 11, 40, 200])
def test_slip_is_whole_and_only_on_the_last_page(count: int) -> None:
    *before, last = lay_out(printed_letter(count))
    assert [(sheet.forms, sheet.codes) for sheet in before] == [([], [])] * len(before)
    ((form, x, y),) = last.forms
    assert (x, y) == (0.0, TOP)
    assert form.width == pytest.approx(210 * MM)
    assert form.height == pytest.approx(99 * MM)
    ((code, x, y, module),) = last.codes
    assert code.size * module == pytest.approx(32.6, abs=0.01)
    assert x + 32.6 / 2 == pytest.approx(63.5 + 40 / 2, abs=0.05)  # in the middle of its field
    assert y + 32.6 / 2 == pytest.approx(TOP + 6 + 39.5 / 2, abs=0.05)


@pytest.mark.parametrize("count", [1, 11])
def test_every_field_of_the_slip_is_in_the_text_of_the_file(count: int) -> None:
    letter = printed_letter(count)
    text = last_page_text(letter)
    for field in (
        "UPN QR - potrdilo", "Ime plačnika", "Namen in rok plačila", "IBAN in referenca prejemnika", "Ime prejemnika",
        "Koda QR", "IBAN plačnika", "Polog", "Dvig", "Nujno", "Koda namena", "Rok plačila", "Podpis plačnika",
    ):  # fmt: skip
        assert field in text, field
    amount = f"***{letter.money(letter.total)}"
    twice = (*slip_of(letter).payer, *slip_of(letter).payee, amount)
    for field in (*twice, "SI56 0510 0801 0486 080", "0002026004145", "02.12.2026", letter.purpose):
        assert text.count(field) >= 2, field
    assert "GDSV" in text


def test_the_code_is_one_stencil_of_one_bit() -> None:
    reader = PdfReader(BytesIO(draw_letter(printed_letter())))
    objects = [reader.get_object(number) for number in range(1, len(reader.xref[0]) + 1)]
    (stencil,) = [entry for entry in objects if isinstance(entry, StreamObject) and entry.get("/Subtype") == "/Image"]
    assert stencil["/ImageMask"] == BooleanObject(True)
    assert [int(str(stencil[key])) for key in ("/BitsPerComponent", "/Height")] == [1, 77]
    assert stencil.get_data() == slip_of(printed_letter()).code.rows


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Łódź Kőszegi Sándor é ä ß", "Łódź Kőszegi Sándor é ä ß"),  # Latin 2, but outside the fixed subset of the face
        ("Società „Ægir“ – Øre", 'Societa "Agir" - Ore'),
    ],
)
def test_code_and_paper_write_a_name_alike(name: str, shown: str) -> None:
    letter = replace(printed_letter(), recipient=replace(RECIPIENT, name=name))
    assert slip_of(letter).payload.split("\n")[5] == shown
    assert last_page_text(letter).count(shown) >= 2


def test_reference_of_every_kind_is_the_same_on_letter_slip_and_code() -> None:
    for kind, printed in (("SI12", "SI12 0002026002762"), ("SI00", "SI00 2026-276"), ("RF", "RF76 202600276")):
        letter = replace(printed_letter(11), number=276, reference=notice_reference(kind, 2026, 276))
        assert slip_of(letter).payload.split("\n")[15] == printed.replace(" ", "")
        assert printed in PdfReader(BytesIO(draw_letter(letter))).pages[0].extract_text()
        on_slip = [text for _x, _y, text, style in lay_out(letter)[-1].texts if style.font == SLIP]
        assert {printed, *printed.split(" ")} <= set(on_slip)  # receipt; order: model and number in two fields


def test_another_process_draws_the_same_bytes() -> None:
    program = (
        "import sys; from hashlib import sha256; from opomini_tui.documents.letter import draw_letter; "
        "from tests.documents.test_pay_by_scan import printed_letter; "
        "sys.stdout.write(sha256(draw_letter(printed_letter(11))).hexdigest())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == sha256(draw_letter(printed_letter(11))).hexdigest()


@pytest.mark.parametrize("country", ["SI", "AT"])
@pytest.mark.parametrize(
    "iban",
    [
        "SI5605100801048608",  # a digit is missing
        "SI56051008010486081",  # the number itself is not 1 modulo 97
        "SI55051008010486080",  # a Slovene account has the check digits 56
        "GB30NWBK60161331926819",
    ],
)
def test_a_wrong_account_is_never_put_into_a_code(iban: str, country: str) -> None:
    letter = letter_of(
        lines(2), codes=True, sender=replace(SENDER, iban=iban), recipient=replace(RECIPIENT, country=country)
    )
    assert not any(sheet.forms or sheet.codes for sheet in lay_out(letter))
