"""Letters a second on one core, beside the same letter by the PDF library's own flowables: `python -m tests.bench.bench_letter`.

Both make a one-page letter with a logo and ten items in Lato; the two take turns in the same run, so that a busy
machine slows both. The library's letter is written as its manual shows: fonts registered once, everything else as it
comes.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import fontpkg_lato
from PIL import Image, ImageDraw
from reportlab import platypus as _platypus
from reportlab.lib import styles as _styles
from reportlab.pdfbase import pdfmetrics as _pdfmetrics
from reportlab.pdfbase import ttfonts as _ttfonts

from opomini_tui.documents.letter import Letter, draw_letter, draw_letters
from tests.documents.samples import SENDER, letter_of, lines

# The library has no types.
platypus: Any = _platypus
styles: Any = _styles
pdfmetrics: Any = _pdfmetrics
ttfonts: Any = _ttfonts

ROUNDS = 15
JOB = 200


def logo() -> bytes:
    """A logo of usual size."""
    picture = Image.new("RGBA", (700, 200), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((5, 5, 195, 195), fill=(20, 130, 110, 255))
    draw.rectangle((220, 70, 690, 130), fill=(30, 40, 50, 255))
    output = BytesIO()
    picture.save(output, "PNG")
    return output.getvalue()


def register_fonts() -> None:
    """Lato as the manual registers a font."""
    for name, file in (("Plain", "Lato-Regular.ttf"), ("Strong", "Lato-Bold.ttf")):
        pdfmetrics.registerFont(ttfonts.TTFont(name, str(Path(fontpkg_lato.__file__).parent / "files" / file)))


def flowable_letter(letter: Letter) -> bytes:
    """The letter by flowables: paragraphs, a table, a picture."""
    plain = styles.ParagraphStyle("plain", fontName="Plain", fontSize=9, leading=12)
    strong = styles.ParagraphStyle("strong", parent=plain, fontName="Strong", fontSize=18, leading=24)

    def paragraph(text: str, style: Any = plain) -> Any:
        return platypus.Paragraph(text.replace("&", "&amp;").replace("**", ""), style)

    head = ["Zap.", "Račun", "Datum računa", "Zapadlost", "Dni zamude", "Stopnja", "Znesek", "Odprto"]
    rows = [
        [
            str(item.position), item.document, letter.day(item.due_date), letter.day(item.due_date), str(item.days_late),
            str(item.level), letter.money(item.amount), letter.money(item.open_amount),
        ]
        for item in letter.items
    ]  # fmt: skip
    table = platypus.Table([head, *rows], repeatRows=1)
    table.setStyle(
        platypus.TableStyle(
            [
                ("FONT", (0, 0), (-1, 0), "Strong", 8),
                ("FONT", (0, 1), (-1, -1), "Plain", 8.5),
                ("ALIGN", (4, 0), (-1, -1), "RIGHT"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.25, (0.8, 0.8, 0.8)),
            ]
        )
    )
    sender, recipient = letter.sender, letter.recipient
    story = [
        platypus.Image(BytesIO(sender.logo or b""), 200, 57),
        *map(paragraph, (sender.name, sender.street, sender.phone, sender.email, sender.tax_id)),
        platypus.Spacer(1, 40),
        *map(paragraph, (recipient.name, recipient.street, recipient.city)),
        paragraph(letter.full_title, strong),
        *map(paragraph, letter.above.split("\n\n")),
        table,
        *map(paragraph, (sender.iban, letter.reference, letter.purpose, letter.money(letter.total))),
        *map(paragraph, letter.below.split("\n\n")),
    ]
    output = BytesIO()
    platypus.SimpleDocTemplate(output, title=letter.full_title, author=sender.name).build(story)
    return output.getvalue()


def per_letter(make: Callable[[Letter], object], letter: Letter) -> float:
    """Milliseconds of processor time for one letter."""
    start = time.process_time()
    make(letter)
    return (time.process_time() - start) * 1000


def main() -> None:
    """Measure and print medians and the ratio."""
    register_fonts()
    with_logo = replace(SENDER, logo=logo())
    letters = [
        letter_of(lines(10), number=number, sender=with_logo, level=1, codes=True) for number in range(1, ROUNDS + 2)
    ]
    ours, theirs = [], []
    for number, letter in enumerate(letters):
        first, second = per_letter(draw_letter, letter), per_letter(flowable_letter, letter)
        if number:  # the first warms up
            ours.append(first)
            theirs.append(second)
    our, their = statistics.median(ours), statistics.median(theirs)
    print(f"letter     {our:7.2f} ms   {1000 / our:6.0f} letters/s   {len(draw_letter(letters[0])):,} bytes")
    print(f"flowables  {their:7.2f} ms   {1000 / their:6.0f} letters/s   {len(flowable_letter(letters[0])):,} bytes")
    print(f"ratio      {their / our:7.1f}")
    output = BytesIO()
    start = time.process_time()
    draw_letters(
        (letter_of(lines(10), number=number, sender=with_logo, level=1, codes=True) for number in range(1, JOB + 1)),
        output,
    )
    spent = time.process_time() - start
    print(f"one document of {JOB}: {JOB / spent:6.0f} letters/s   {len(output.getvalue()):,} bytes")


if __name__ == "__main__":
    main()
