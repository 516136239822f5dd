"""Letters for tests: a company, customers and any number of items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from opomini_tui.documents.letter import Letter, LetterLine, Recipient, Sender, with_texts
from opomini_tui.documents.reference import si12
from opomini_tui.documents.texts import default_text
from opomini_tui.documents.wording import Kind

CENT = Decimal("0.01")
DAY = date(2026, 11, 24)
SENDER = Sender(
    name="Trgovina na debelo in drobno d.o.o.",
    street="Prešernova cesta 1",
    post_code="1000",
    city="Ljubljana",
    tax_id="SI12345679",
    registration_number="7654321000",
    iban="SI56051008010486080",
    bic="ABANSI2X",
    bank="Banka d.d., Ljubljana",
    email="racunovodstvo@podjetje.example",
    phone="+386 1 234 56 78",
    contact="Maja Žgajnar",
)
RECIPIENT = Recipient(
    code="0000414",
    name="Žnidaršič & Ćosić inženiring, d.o.o.",
    street="Čopova ulica 11",
    post_code="1000",
    city="Ljubljana",
    tax_id="SI92170897",
)


def line(
    position: int, *, paid: str = "0.00", interest: str = "0.00", credit: bool = False, level: int = 1
) -> LetterLine:
    """Item `position`, due more than a year ago; with `credit` a credit note."""
    amount = (Decimal(position * 7919 % 250_000) + 5000) / 100 * (-1 if credit else 1)
    issued = DAY - timedelta(days=400 - position % 300)
    due = issued + timedelta(days=30)
    document = f"{'D' if credit else 'R'}-2025-{91000 + position}"
    return LetterLine(
        position, document, issued, due, amount, Decimal(paid), amount - Decimal(paid), (DAY - due).days, level,
        Decimal(interest),
    )  # fmt: skip


def letter_of(items: Sequence[LetterLine], *, kind: Kind = "company", previous: bool = True, **changes: Any) -> Letter:
    """A letter over `items` with the default texts; `changes` replace fields of the letter."""
    cost = changes.pop("cost", Decimal("2.00"))
    compensation = changes.pop("compensation", Decimal("0.00"))
    amount = sum((item.open_amount for item in items), Decimal("0.00"))
    interest = sum((item.interest for item in items), Decimal("0.00"))
    letter = Letter(
        sender=SENDER,
        recipient=RECIPIENT,
        year=2026,
        number=414,
        date=DAY,
        level=2,
        before_lawsuit=False,
        deadline=DAY + timedelta(days=8),
        language="sl",
        currency="EUR",
        items=tuple(items),
        amount=amount,
        cost=cost,
        interest=interest,
        compensation=compensation,
        total=amount + cost + interest + compensation,
        reference=si12(2026, 414),
    )
    letter = replace(letter, **changes)
    above, below = (
        default_text(name, letter.level, letter.before_lawsuit, letter.language, kind) for name in ("above", "below")
    )
    if previous and letter.level > 1:
        return with_texts(letter, above, below, previous_number="2026-276", previous_date=date(2026, 10, 26))
    return with_texts(letter, above, below)


def lines(count: int, **options: Any) -> list[LetterLine]:
    """The items 1 to `count`."""
    return [line(position, **options) for position in range(1, count + 1)]


def logo() -> bytes:
    """A logo of usual size."""
    picture = Image.new("RGBA", (700, 200), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((5, 5, 195, 195), fill=(20, 130, 110, 255))
    draw.rectangle((220, 70, 690, 130), fill=(30, 40, 50, 255))
    output = BytesIO()
    picture.save(output, "PNG")
    return output.getvalue()
