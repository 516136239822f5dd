"""Letters a second on one core, beside the same letter by the PDF library's own flowables: `python -m tests.bench.bench_letter`.

Both make a one-page letter with a logo, ten items in Lato and the slip's code; the two take turns in the same run, so
that a busy machine slows both. The library's letter is written as its manual shows: fonts registered once, everything
else as it comes. Then a print job of 5,000 letters in a process of its own, and what a signature takes.
"""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import fontpkg_lato
from reportlab import platypus as _platypus
from reportlab.graphics import shapes as _shapes
from reportlab.graphics.barcode import qr as _qr
from reportlab.lib import styles as _styles
from reportlab.pdfbase import pdfmetrics as _pdfmetrics
from reportlab.pdfbase import ttfonts as _ttfonts

from opomini_tui.documents.letter import Letter, LetterFile, draw_letter, letter_sheets
from opomini_tui.documents.signature import open_signer
from opomini_tui.documents.upn_slip import UpnSlip, slip_of
from tests.documents.samples import SENDER, letter_of, lines, logo
from tests.setup.pkcs12 import PASSPHRASE, make_pkcs12

# The library has no types.
platypus: Any = _platypus
styles: Any = _styles
pdfmetrics: Any = _pdfmetrics
ttfonts: Any = _ttfonts
shapes: Any = _shapes
qr: Any = _qr

ROUNDS = 15
JOB = 5000
SIGNED = 100


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
    story += flowable_slip(slip_of(letter), plain)
    output = BytesIO()
    platypus.SimpleDocTemplate(output, title=letter.full_title, author=sender.name).build(story)
    return output.getvalue()


def flowable_slip(slip: UpnSlip, plain: Any) -> list[Any]:
    """The slip's fields in a table beside its code, which the library's own widget draws."""
    code = qr.QrCodeWidget(slip.payload, barLevel="M", barWidth=92, barHeight=92)
    drawing = shapes.Drawing(92, 92)
    drawing.add(code)
    fields = [*slip.payer, str(slip.amount), slip.purpose_code, slip.purpose, slip.iban, slip.reference, *slip.payee]
    said = [platypus.Paragraph(field.replace("&", "&amp;"), plain) for field in fields]
    return [platypus.Table([[drawing, said]], colWidths=[100, 350])]


def per_letter(make: Callable[[Letter], object], letter: Letter) -> float:
    """Milliseconds of processor time for one letter."""
    start = time.process_time()
    make(letter)
    return (time.process_time() - start) * 1000


def print_job(count: int) -> tuple[float, int, int]:
    """Draw the letters as a print job does, each once alone to compare it and once into the whole.

    Seconds on the clock, bytes of the file, and kilobytes of memory that the process took at most.
    """
    start, file, sender = time.perf_counter(), LetterFile(), replace(SENDER, logo=logo())
    for number in range(1, count + 1):
        letter = letter_of(lines(10), number=number, sender=sender, level=1, codes=True)
        sheets = letter_sheets(letter)
        draw_letter(letter, sheets)
        file.add(letter, sheets)
    content = file.finish()
    return time.perf_counter() - start, len(content), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def signing(letter: bytes) -> float:
    """Milliseconds of processor time for one signature, the key open already."""
    with tempfile.TemporaryDirectory() as folder:
        path = make_pkcs12(Path(folder) / "bench.p12", "Bench", kind="rsa")
        signer = open_signer(path.read_bytes(), PASSPHRASE)
    signer.sign(letter)
    start = time.process_time()
    for _number in range(SIGNED):
        signer.sign(letter)
    return (time.process_time() - start) / SIGNED * 1000


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
    with get_context("spawn").Pool(1) as pool:
        seconds, size, memory = pool.apply(print_job, (JOB,))
    print(
        f"print job of {JOB:,} letters: {seconds:.1f} s   {size / JOB / 1024:.1f} kB a letter   {memory // 1024} MB of memory"
    )
    print(f"signature  {signing(draw_letter(letters[0])):7.2f} ms")


if __name__ == "__main__":
    main()
