"""The pages that the README shows: `python -m tests.documents.pages` makes `tests/documents/pages/*.png` anew."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageOps

from opomini_tui.documents.letter import Letter, Recipient, Sender, draw_letter
from opomini_tui.documents.svg_logo import picture_of_svg
from tests.documents.samples import SENDER, letter_of, line, lines

FOLDER = Path(__file__).parent / "pages"
DPI = 76
COLOURS = 160
LOGO = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 345 94">
<path d="M42 88 C2 58 4 26 42 3 C80 26 82 58 42 88z" fill="#00796b"/>
<path d="M42 88 C42 58 58 34 76 24 C82 50 66 72 42 88z" fill="#8bc34a"/>
<path d="M42 92V30" stroke="#12403a" stroke-width="3"/>
<text x="98" y="52" font-family="Lato" font-weight="bold" font-size="44" fill="#12403a">Javorov gaj</text>
<text x="100" y="77" font-family="Lato" font-size="12.4" letter-spacing="1.2" fill="#00796b">TRGOVINA NA DEBELO IN DROBNO</text>
</svg>"""


def company() -> Sender:
    """A company that is none."""
    return replace(
        SENDER, name="Javorov gaj d.o.o.", street="Obrtniška cesta 14", post_code="3000", city="Celje",
        email="terjatve@javorovgaj.example", phone="+386 3 555 12 34", contact="Maja Žgajnar",
        logo=picture_of_svg(LOGO),
    )  # fmt: skip


def second_notice() -> Letter:
    """A second notice with interest and the payment slip."""
    items = [line(n * 23 + 5, interest=f"{n * 7 % 19}.{n * 37 % 90 + 10}") for n in range(1, 7)]
    items = [replace(item, position=n) for n, item in enumerate(items, start=1)]
    recipient = Recipient(
        "0000414", "Žnidaršič inženiring, d.o.o.", "Čopova ulica 11", "1000", "Ljubljana", "SI", "SI92170897"
    )
    return letter_of(items, level=2, codes=True, sender=company(), recipient=recipient)


def before_lawsuit() -> Letter:
    """The last one before court, in German and with the EPC code."""
    recipient = Recipient(
        "0000733", "Müller & Söhne Ges.m.b.H.", "Bahnhofstraße 12", "9020", "Klagenfurt", "AT", "ATU12345675"
    )
    return letter_of(
        lines(5, interest="4.18"), level=3, before_lawsuit=True, codes=True, language="de", sender=company(),
        recipient=recipient, compensation=Decimal("40.00"),
    )  # fmt: skip


def long_notice() -> Letter:
    """One over several pages; its last is shown."""
    return letter_of(lines(40, interest="3.17"), level=3, codes=True, sender=company())


PAGES: dict[str, tuple[Callable[[], Letter], int]] = {
    "second_notice": (second_notice, 0),
    "before_lawsuit": (before_lawsuit, 0),
    "last_of_two": (long_notice, -1),
}
"""The letter and which of its pages, by the picture's name."""


def render(name: str) -> Image.Image:
    """The page in few colours, with a hair line around it."""
    make, number = PAGES[name]
    document: Any = pypdfium2.PdfDocument(draw_letter(make()))  # type: ignore[no-untyped-call]  # no types
    page: Image.Image = document[number % len(document)].render(scale=DPI / 72).to_pil()
    document.close()
    framed = ImageOps.expand(page.convert("RGB"), 1, "#c8cdd2")
    return framed.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def renew() -> None:
    """Render every page into the folder."""
    FOLDER.mkdir(exist_ok=True)
    for name in PAGES:
        render(name).save(FOLDER / f"{name}.png", optimize=True)
    total = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    sys.stdout.write(f"{len(PAGES)} pages, {total // 1024} kB\n")


if __name__ == "__main__":
    renew()
