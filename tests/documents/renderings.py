"""Pictures of every kind of letter, kept to be compared with: `python -m tests.documents.renderings` makes them anew.

Look at what it wrote before you keep it: these pictures say what a letter should look like.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from opomini_tui.documents.copy_mark import mark_copy
from opomini_tui.documents.letter import Letter, draw_letter, letter_sheets
from opomini_tui.documents.seal import draw_seal
from tests.documents.paper_samples import drawn, specified, statement
from tests.documents.samples import RECIPIENT, SENDER, letter_of, line, lines, logo

FOLDER = Path(__file__).parent / "renderings"
DPI = 50


@dataclass(frozen=True)
class Picture:
    """A page (0 the first, -1 the last) of a letter; `is_copy`: printed again; `signed_by`: its signature is seen."""

    letter: Callable[[], Letter]
    page: int = 0
    is_copy: bool = False
    signed_by: str = ""

    def render(self) -> Image.Image:
        """The page in greys."""
        letter = self.letter()
        sheets = letter_sheets(letter)
        for sheet in sheets if self.signed_by else ():
            draw_seal(sheet, self.signed_by, letter.date, letter.language)
        if self.is_copy:
            mark_copy(sheets, letter.language)
        return rendered(draw_letter(letter, sheets), self.page)


@dataclass(frozen=True)
class PaperPicture:
    """A page of another paper."""

    content: Callable[[], bytes]
    page: int = 0

    def render(self) -> Image.Image:
        """The page in greys."""
        return rendered(self.content(), self.page)


def rendered(content: bytes, page: int) -> Image.Image:
    """A page of a PDF in greys."""
    document: Any = pypdfium2.PdfDocument(content)  # type: ignore[no-untyped-call]  # no types
    picture: Image.Image = document[page % len(document)].render(scale=DPI / 72, grayscale=True).to_pil()
    document.close()
    return picture.convert("L")


def _with_logo(count: int, level: int, **changes: Any) -> Letter:
    """A letter with a logo and a slip."""
    options = {"interest": "3.17"} if level > 1 else {}
    items = lines(count, **options)
    return letter_of(items, level=level, codes=True, sender=replace(SENDER, logo=logo()), **changes)


def _abroad(language: str, country: str, **changes: Any) -> Letter:
    """A letter to a customer abroad, who pays with an EPC code."""
    recipient = replace(
        RECIPIENT, name="Müller & Söhne Ges.m.b.H.", street="Bahnhofstraße 12", post_code="9020", city="Klagenfurt",
        country=country, tax_id="ATU12345678",
    )  # fmt: skip
    return letter_of(lines(6, interest="1.10"), language=language, codes=True, recipient=recipient, **changes)


def _long_names() -> Letter:
    """Names as long as registers have them."""
    company = (
        "Javno podjetje za gospodarjenje z odpadki, vodooskrbo in urejanje javnih površin Slovenske Gorice, d.o.o."
    )
    place = "Spodnje Hoče pri Slivnici na Dravskem polju"
    return letter_of(
        lines(5),
        codes=True,
        sender=replace(SENDER, name=company, street="Ulica talcev in narodnih herojev 114 b", city=place),
        recipient=replace(
            RECIPIENT, name=f"{company} – podružnica Šmarje-Sap", city=place, street="Cesta 4. julija 33 c"
        ),
    )


def _credit_notes() -> Letter:
    """Receivables with credit notes set against them, and a part payment."""
    items = [
        line(1, paid="20.00"),
        line(2),
        replace(line(30), position=3),
        line(4, credit=True, level=0),
        line(5, credit=True, level=0),
    ]
    return letter_of(items, codes=True, level=1)


def _other_alphabets() -> Letter:
    """What the letter's family holds beyond Latin, and what only the fallback holds."""
    recipient = replace(
        RECIPIENT,
        name="ΔΕΛΤΑ Ελλάς – Иван Ћосић",
        street="☎ თბილისი 12",
        city="Łódź Ağrı Şişli",
        country="GE",
        tax_id="",
    )
    return letter_of(lines(2), level=1, recipient=recipient)


def _italian_person() -> Letter:
    """A consumer in Italy, addressed as Italians are."""
    recipient = replace(
        RECIPIENT, name="Giulia Però", street="Via Roma 7", post_code="34170", city="Gorizia", country="IT", tax_id=""
    )
    return letter_of(
        lines(2, interest="0.40"), kind="person", language="it", level=2, cost=Decimal("0.00"), recipient=recipient
    )


def _natural_person() -> Letter:
    """A consumer's letter."""
    recipient = replace(RECIPIENT, name="Ana Žgajnar Ćosić", tax_id="", street="Na klancu 3", city="Škofja Loka")
    return letter_of(lines(2), kind="person", codes=True, level=2, recipient=recipient)


def _specified() -> Letter:
    """A letter with an interest specification: an old item at the cap, rates that are not confirmed."""
    return specified([*lines(3), replace(lines(4)[3], due_date=date(2012, 6, 30))])


PICTURES: Mapping[str, Picture | PaperPicture] = {
    "level_1_1_item": Picture(partial(_with_logo, 1, 1)),
    "level_1_10_items": Picture(partial(_with_logo, 10, 1)),
    "level_2_10_items": Picture(partial(_with_logo, 10, 2)),
    "level_3_10_items": Picture(partial(_with_logo, 10, 3, compensation=Decimal("40.00"))),
    "before_lawsuit_10_items": Picture(partial(_with_logo, 10, 3, before_lawsuit=True, compensation=Decimal("40.00"))),
    "before_lawsuit": Picture(partial(_with_logo, 7, 3, before_lawsuit=True, compensation=Decimal("40.00"))),
    "11_items": Picture(partial(_with_logo, 11, 1)),
    "14_items": Picture(partial(_with_logo, 14, 3)),
    "14_items_last": Picture(partial(_with_logo, 14, 3), page=-1),
    "40_items": Picture(partial(_with_logo, 40, 2)),
    "40_items_last": Picture(partial(_with_logo, 40, 2), page=-1),
    "500_items": Picture(partial(_with_logo, 500, 1)),
    "500_items_last": Picture(partial(_with_logo, 500, 1), page=-1),
    "without_logo": Picture(lambda: letter_of(lines(10), level=1, codes=True)),
    "without_slip": Picture(lambda: letter_of(lines(10, interest="2.00"), level=2)),
    "english": Picture(partial(_with_logo, 4, 2, language="en")),
    "german_abroad": Picture(partial(_abroad, "de", "AT", level=2)),
    "italian_abroad": Picture(partial(_abroad, "it", "IT", level=3)),
    "croatian_abroad": Picture(partial(_abroad, "hr", "HR", level=1)),
    "german_before_lawsuit": Picture(partial(_abroad, "de", "DE", level=3, before_lawsuit=True)),
    "long_names": Picture(_long_names),
    "other_alphabets": Picture(_other_alphabets),
    "credit_notes": Picture(_credit_notes),
    "natural_person": Picture(_natural_person),
    "natural_person_italian": Picture(_italian_person),
    "signed": Picture(partial(_with_logo, 4, 2, seal=True), signed_by="Maja Žgajnar"),
    "copy": Picture(partial(_with_logo, 3, 1), is_copy=True),
    "copy_last": Picture(partial(_with_logo, 40, 1), page=-1, is_copy=True),
    "interest_page": Picture(_specified, page=1),
    "interest_page_last": Picture(_specified, page=-1),
    "statement": PaperPicture(lambda: drawn(statement(7))),
    "statement_two_currencies_last": PaperPicture(lambda: drawn(statement(40, "EUR", "USD", language="de")), page=-1),
    "statement_seven_currencies_last": PaperPicture(
        lambda: drawn(statement(3, "EUR", "USD", "CHF", "GBP", "SEK", "JPY", "AUD")), page=-1
    ),
    "german_before_lawsuit_10_items": Picture(
        partial(_with_logo, 10, 3, before_lawsuit=True, compensation=Decimal("40.00"), language="de")
    ),
}


def renew() -> None:
    """Render every picture and write it into the folder; those that are none any more are deleted."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        if old.stem not in PICTURES:
            old.unlink()
    for name, picture in PICTURES.items():
        picture.render().save(FOLDER / f"{name}.png", optimize=True)
    total = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    sys.stdout.write(f"{len(PICTURES)} pictures, {total // 1024} kB\n")


if __name__ == "__main__":
    renew()
