"""Random notices of every kind: their printed lines add up, every field can be read back, their codes say the payload.

A few hundred in every run; `pytest -m long` takes ten thousand.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from opomini_tui.documents.epc_block import epc_payload
from opomini_tui.documents.fonts import BOLD
from opomini_tui.documents.layout import lay_out
from opomini_tui.documents.letter import Letter, draw_letter
from opomini_tui.documents.reference import notice_reference
from opomini_tui.documents.sheet import Sheet
from opomini_tui.documents.upn_slip import slip_of
from opomini_tui.documents.wording import LETTER_LANGUAGES
from tests.documents.samples import DAY, RECIPIENT, SENDER, letter_of, line

QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
NAMES = (
    "Novak",
    "Žgajnar & sinovi d.o.o.",
    "Čušin Ćosić Đurđa",
    "Società „Ægir“ S.r.l.",
    "Müller Söhne GmbH",
    "Żółć 7",
)


def random_letter(chance: random.Random) -> Letter:
    """Any level, language, number of items, part payments, credit notes, customer at home or abroad."""
    count = chance.choice((1, 1, 2, 3, 5, 8, 10, 11, 14, 25, 40))
    items = []
    for position in range(1, count + 1):
        amount = Decimal(chance.randint(1, 9_999_999)) / 100 * (-1 if position > 1 and chance.random() < 0.1 else 1)
        paid = Decimal(chance.choice((0, 0, chance.randint(0, 99)))) / 100
        interest = Decimal(chance.choice((0, chance.randint(0, 9_999)))) / 100
        items.append(
            replace(
                line(position), document=f"R-{chance.randint(1, 999_999)}", amount=amount, paid=paid,
                open_amount=amount - paid, interest=interest, due_date=DAY - timedelta(days=chance.randint(1, 900)),
            )
        )  # fmt: skip
    level = chance.randint(1, 3)
    name, street = (" ".join(chance.choices(NAMES, k=chance.randint(1, 3))) for _number in range(2))
    number = chance.randint(1, 99_999)
    return letter_of(
        items, level=level, before_lawsuit=level == 3 and chance.random() < 0.4, number=number,
        language=chance.choice(("sl", "sl", *LETTER_LANGUAGES)), kind=chance.choice(("company", "person")),
        cost=Decimal(chance.choice((0, 2, 5))), compensation=Decimal(chance.choice((0, 0, 40))), codes=True,
        reference=notice_reference(chance.choice(("SI12", "SI00", "RF")), 2026, number),
        recipient=replace(RECIPIENT, name=name, street=street, country=chance.choice(("SI", "SI", "SI", "AT"))),
        sender=replace(SENDER, name=chance.choice((SENDER.name, name))),
    )  # fmt: skip


def column(sheets: list[Sheet], letter: Letter, name: str) -> list[Decimal]:
    """The printed amounts of a column, row by row: those that end where the head of the column ends."""
    amounts: list[Decimal] = []
    head = letter.words.label(name).split()[-1]
    for sheet in sheets:
        heads = [
            x + style.width(text)
            for x, _y, text, style in sheet.texts
            if text.endswith(head) and style.size <= 7.2 and style.font == BOLD
        ]
        right = heads[0] if heads else None
        rows = {y for _x, y, text, _style in sheet.texts if text.startswith("R-")}
        amounts += [
            read_amount(text, letter.words.language)
            for x, y, text, style in sheet.texts
            if right and text and y in rows and abs(x + style.width(text) - right) < 0.3
        ]
    return amounts


def read_amount(text: str, language: str) -> Decimal:
    """An amount as the language prints it."""
    thousands, point = (",", ".") if language == "en" else (".", ",")
    return Decimal(text.replace(thousands, "").replace(point, "."))


def assert_adds_up(letter: Letter) -> None:
    """The printed lines are the items, and with cost and compensation they come to the printed total."""
    sheets = lay_out(letter)
    opened, interest = column(sheets, letter, "open"), column(sheets, letter, "line_interest")
    assert opened == [item.open_amount for item in letter.items]
    assert sum(interest) == letter.interest
    assert sum(opened) + sum(interest) + letter.cost + letter.compensation == letter.total
    total = letter.money(letter.total)
    assert any(total in text.split() for sheet in sheets for _x, _y, text, style in sheet.texts if style.size > 7)
    if letter.payment_form == "upn":
        assert [text for _x, _y, text, _style in sheets[-1].texts].count(f"***{format_sl(letter)}") == 2


def format_sl(letter: Letter) -> str:
    """The total as the slip prints it."""
    return replace(letter, language="sl").money(letter.total)


def assert_readable(letter: Letter) -> None:
    """Every printed field can be read back from the file, in the same bytes each time."""
    content = draw_letter(letter)
    assert content == draw_letter(letter)
    text = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)
    fields = [
        letter.title, letter.full_number, letter.day(letter.date), letter.recipient.code, letter.reference,
        letter.day(letter.deadline), letter.money(letter.total), letter.money(letter.amount), SENDER.email,
        *(item.document for item in letter.items), *(letter.money(item.open_amount) for item in letter.items),
        *(letter.money(item.interest) for item in letter.items if item.interest),
        *(str(item.days_late) for item in letter.items),
    ]  # fmt: skip
    assert [field for field in fields if field not in text] == []


def assert_scans(letter: Letter) -> None:
    """The code in its modules says exactly the payload of the slip."""
    slip = slip_of(letter)
    code = slip.code
    modules = Image.frombytes("1", (code.stride, code.size), code.rows).crop((0, 0, code.size, code.size))
    image = Image.new("L", (code.size + 8, code.size + 8), 255)
    image.paste(modules.convert("L").point(lambda value: 255 - value), (4, 4))
    larger = image.resize((image.width * 4, image.height * 4), Image.Resampling.NEAREST)
    (found,) = zxingcpp.read_barcodes(larger, formats=QR)
    assert bytes(found.bytes) == slip.payload.encode("iso-8859-2")


def assert_scans_from_paper(letter: Letter) -> None:
    """A rendering in 150 dots an inch shows one code, which says the payload: a slip's on the last page, or none."""
    document: Any = pypdfium2.PdfDocument(draw_letter(letter))  # type: ignore[no-untyped-call]  # without types
    pages = [page.render(scale=150 / 72).to_pil() for page in document]
    document.close()
    read = [bytes(found.bytes) for page in pages for found in zxingcpp.read_barcodes(page, formats=QR)]
    expected = {
        "upn": [slip_of(letter).payload.encode("iso-8859-2")],
        "epc": [epc_payload(letter).encode()],
        "": [],  # more credit than debt
    }
    assert read == expected[letter.payment_form]
    if letter.payment_form == "upn":
        assert len(zxingcpp.read_barcodes(pages[-1], formats=QR)) == 1


CHECKS = [
    (assert_adds_up, 200, 10_000),
    (assert_readable, 30, 500),
    (assert_scans, 100, 1000),
    (assert_scans_from_paper, 5, 50),
]


@pytest.mark.parametrize(("check", "count"), [(check, few) for check, few, _many in CHECKS])
def test_a_few(check: Any, count: int) -> None:
    chance = random.Random(count)
    for _number in range(count):
        check(random_letter(chance))


@pytest.mark.long
@pytest.mark.parametrize(("check", "count"), [(check, many) for check, _few, many in CHECKS])
def test_thousands(check: Any, count: int) -> None:
    chance = random.Random(2026)
    for _number in range(count):
        check(random_letter(chance))
