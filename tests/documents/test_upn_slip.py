"""The slip: payload and control sums, cutting, what is printed, and the code read from a rendering of the page."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from opomini_tui.documents.epc_block import epc_payload
from opomini_tui.documents.layout import lay_out
from opomini_tui.documents.letter import Letter, draw_letter
from opomini_tui.documents.reference import notice_reference
from opomini_tui.documents.upn_slip import NAME_LENGTH, UpnSlip, latin_2, shortened, slip_of
from tests.documents.references import is_reference
from tests.documents.samples import RECIPIENT, SENDER, letter_of, line, lines

QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def scanned(letter: Letter) -> list[bytes]:
    """The codes on the last page, read from a rendering of 150 dots an inch."""
    document: Any = pypdfium2.PdfDocument(draw_letter(letter))  # type: ignore[no-untyped-call]  # without types
    image = document[len(document) - 1].render(scale=150 / 72).to_pil()
    return [bytes(found.bytes) for found in zxingcpp.read_barcodes(image, formats=QR)]


@pytest.mark.parametrize(
    ("slip", "control"),
    [
        (
            UpnSlip(
                ("Janez Novak", "Dunajska 1", "1000 Ljubljana"),
                ("Novo podjetje d.o.o.", "Lepa cesta 15", "3698 Loški Potok"),
                Decimal("81.05"), "RENT", "Plačilo najemnine 10/2016", date(2016, 11, 15), "SI56051008010486080",
                "RF45 SBO2010",
            ),
            "188",
        ),
        (
            UpnSlip(
                ("Janez Novak", "Lepa cesta 10", "2000 Maribor"),
                ("Snaga d.o.o.", "Povšetova ulica 6", "1000 Ljubljana"),
                Decimal("14.71"), "SCVE", "Ravn. z odpadki 04/2016 0040098579", date(2016, 6, 25), "SI56051008010486080",
                "SI12 1033842574531",
            ),
            "198",
        ),
    ],
)  # fmt: skip
def test_control_sums(slip: UpnSlip, control: str) -> None:
    fields = slip.payload.split("\n")
    assert len(fields) == 21
    assert fields[19:] == [control, ""]
    assert fields[8] == f"{int(slip.amount * 100):011d}"


def test_payload_of_a_notice() -> None:
    letter = letter_of(lines(3), codes=True, number=276, reference=notice_reference("SI12", 2026, 276))
    fields = slip_of(letter).payload.split("\n")
    assert fields[:5] == ["UPNQR", "", "", "", ""]
    assert fields[5:8] == ["Žnidaršič & Ćosić inženir. d.o.o.", "Čopova ulica 11", "1000 Ljubljana"]
    assert fields[8] == f"{int(letter.total * 100):011d}"
    assert fields[11:16] == [
        "GDSV", "Opomin 2026-276, 3 računi", "02.12.2026", "SI56051008010486080", "SI120002026002762",
    ]  # fmt: skip
    assert fields[16] == "Trgovina na debelo d.o.o."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Società à è ì ò ù", "Societa a e i o u"),
        ("  Žnidaršič \t Ćosić\n", "Žnidaršič Ćosić"),
        ("„Lipa“ – d.o.o.…", '"Lipa" - d.o.o..'),
        ("ñ ã å æ ø €", "n a a a o E"),
        ("Łódź ß é ë ó á ő", "Łódź ß é ë ó á ő"),
        ("日本", "??"),
        ("Z\u030carko", "Žarko"),
    ],
)
def test_letters_of_the_code(text: str, expected: str) -> None:
    assert latin_2(text, 42) == expected


@given(st.text(max_size=80))
def test_any_text_fits_the_code(text: str) -> None:
    shown = latin_2(text, NAME_LENGTH)
    assert len(shown.encode("iso-8859-2")) == len(shown) <= NAME_LENGTH
    assert shown == " ".join(shown.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Novo podjetje d.o.o.", "Novo podjetje d.o.o."),
        ("Žnidaršič & Ćosić inženiring, d.o.o.", "Žnidaršič & Ćosić inženir. d.o.o."),
        ("Trgovina na debelo in na drobno d. o. o.", "Trgovina na debelo d.o.o."),
        ("Osnovna šola Frana Metelka Škocjan pri Turjaku", "Osnovna šola Frana Metelka Škocj."),
        ("Kmetijska zadruga Šaleška dolina z.o.o.", "Kmetijska zadruga Šaleška z.o.o."),
        ("Ulica talcev in narodnih herojev 114 b", "Ulica talcev in narodnih 114 b"),
        ("1000 Spodnje Hoče pri Slivnici na Dravskem polju", "1000 Spodnje Hoče pri Slivnici"),
        ("Maksimiljana-Aleksandra-Nadvojvodinja", "Maksimiljana-Aleksandra-Nadvojvod"),
    ],
)
def test_long_names_are_cut_where_a_reader_would(text: str, expected: str) -> None:
    assert shortened(text, NAME_LENGTH) == expected


@given(st.text(max_size=80), st.sampled_from(["", " d.o.o.", ", d. o. o.", " s.p.", " 114 b"]))
def test_any_name_fits_the_slip(text: str, tail: str) -> None:
    shown = shortened(text + tail, NAME_LENGTH)
    assert len(shown.encode("iso-8859-2")) <= NAME_LENGTH
    assert shown == latin_2(shown, NAME_LENGTH)
    if tail == " d.o.o." and latin_2(text, 80):
        assert shown.endswith("d.o.o.")


@pytest.mark.parametrize("kind", ["SI12", "SI00", "RF"])
@given(number=st.integers(1, 99_999))
def test_references_of_every_kind_are_right(kind: str, number: int) -> None:
    assert is_reference(notice_reference(kind, 2026, number))


def test_purpose_by_setting_and_by_number_of_invoices() -> None:
    purposes = [letter_of(lines(count), number=276).purpose for count in (1, 2, 3, 5)]
    assert purposes == [f"Opomin 2026-276, {text}" for text in ("1 račun", "2 računa", "3 računi", "5 računov")]
    own = letter_of(lines(2), number=276, purpose_text="Dolg {stevilka} ({n_racunov}) za {podjetje} po opominu")
    assert own.purpose == "Dolg 2026-276 (2 računa) za Trgovina na de"


@pytest.mark.parametrize("seed", range(25))
def test_the_code_on_the_page_says_the_payload(seed: int) -> None:
    chance = random.Random(seed)
    for _number in range(2):
        count = chance.choice([1, 2, 5, 10, 14, 40])
        letter = letter_of(
            lines(count, interest=f"{chance.randint(0, 900)}.{chance.randint(10, 99)}"),
            number=chance.randint(1, 99_999), level=chance.randint(1, 3), codes=True,
            recipient=replace(RECIPIENT, name="".join(chance.choices("aščžđŽŠČ &.", k=chance.randint(3, 50)))),
        )  # fmt: skip
        assert [content.decode("iso-8859-2") for content in scanned(letter)] == [slip_of(letter).payload]


def test_everything_is_printed_on_the_slip() -> None:
    letter = letter_of(lines(3), codes=True)
    printed = [text for _x, _y, text, style in lay_out(letter)[-1].texts if style.font == "Slip"]
    total = letter.money(letter.total)
    for text in (
        f"***{total}",
        "SI56 0510 0801 0486 080",
        "02.12.2026",
        "Opomin 2026-414, 3 računi",
        "Čopova ulica 11",
    ):
        assert printed.count(text) == 2, text
    assert {"SI12 0002026004145", "SI12", "0002026004145", "GDSV"} <= set(printed)


@pytest.mark.parametrize(
    "changes",
    [
        {"codes": False},
        {"currency": "USD"},
        {"sender": replace(SENDER, iban="")},
        {"recipient": replace(RECIPIENT, country="IT")},
    ],
)
def test_no_slip(changes: dict[str, Any]) -> None:
    letter = letter_of(lines(2), **{"codes": True, **changes})
    assert not any(sheet.forms for sheet in lay_out(letter))
    assert len(scanned(letter)) == ("recipient" in changes)


def test_nothing_to_pay_has_no_slip() -> None:
    assert scanned(letter_of([line(1, credit=True)], cost=Decimal("0.00"), codes=True)) == []


@pytest.mark.parametrize("kind", ["SI12", "RF"])
def test_epc_code_for_payers_abroad(kind: str) -> None:
    reference = notice_reference(kind, 2026, 276)
    recipient = replace(RECIPIENT, country="IT")
    letter = letter_of(lines(3), codes=True, language="it", recipient=recipient, reference=reference)
    structured, text = ("", f"{reference} {letter.purpose}") if kind == "SI12" else (reference.replace(" ", ""), "")
    expected = [
        "BCD", "002", "1", "SCT", "ABANSI2X", SENDER.name, "SI56051008010486080", f"EUR{letter.total}", "GDSV", structured,
    ]  # fmt: skip
    assert epc_payload(letter).split("\n") == [*expected, *([text] if text else [])]
    assert [content.decode() for content in scanned(letter)] == [epc_payload(letter)]


@pytest.mark.parametrize("codes", [True, False])
def test_payers_abroad_get_their_code_with_the_slip_switched_off_too(codes: bool) -> None:
    abroad = letter_of(lines(2), codes=codes, recipient=replace(RECIPIENT, country="IT"))
    assert [content.decode() for content in scanned(abroad)] == [epc_payload(abroad)]
    assert bool(scanned(letter_of(lines(2), codes=codes))) == codes


@pytest.mark.parametrize(("level", "lawsuit"), [(1, False), (2, False), (3, False), (3, True)])
def test_ten_items_and_their_slip_fit_on_one_page(level: int, lawsuit: bool) -> None:
    compensation = Decimal("40.00") if level == 3 else Decimal("0.00")
    for count in (1, 5, 8, 9, 10):
        letter = letter_of(
            lines(count, interest="1.20" if level > 1 else "0.00"), level=level, before_lawsuit=lawsuit, codes=True,
            compensation=compensation,
        )  # fmt: skip
        (page,) = lay_out(letter)
        texts = [(y, style.size) for _x, y, _text, style in page.texts if style.font != "Slip"]
        assert max(y for y, _size in texts) <= 198 - 2.4
        assert min(size for _y, size in texts) >= 6.0  # the sender above the window
