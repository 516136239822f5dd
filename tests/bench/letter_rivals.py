"""The same letter as others make it: the PDF library's own flowables, typst, WeasyPrint.

Each is written as its manual shows: fonts registered once, everything else as it comes. The last two are measured where
they are installed; the project does not need them.
"""

from __future__ import annotations

import html
import importlib.util
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import fontpkg_lato
import segno
from reportlab import platypus as _platypus
from reportlab.graphics import shapes as _shapes
from reportlab.graphics.barcode import qr as _qr
from reportlab.lib import styles as _styles
from reportlab.pdfbase import pdfmetrics as _pdfmetrics
from reportlab.pdfbase import ttfonts as _ttfonts

from opomini_tui.documents.letter import Letter
from opomini_tui.documents.upn_slip import UpnSlip, slip_of

# The library has no types.
platypus: Any = _platypus
styles: Any = _styles
pdfmetrics: Any = _pdfmetrics
ttfonts: Any = _ttfonts
shapes: Any = _shapes
qr: Any = _qr

FONTS = Path(fontpkg_lato.__file__).parent / "files"
HEAD = ("Zap.", "Račun", "Datum računa", "Zapadlost", "Dni zamude", "Stopnja", "Znesek", "Odprto")


def register_fonts() -> None:
    """Lato as the manual registers a font."""
    for name, file in (("Plain", "Lato-Regular.ttf"), ("Strong", "Lato-Bold.ttf")):
        pdfmetrics.registerFont(ttfonts.TTFont(name, str(FONTS / file)))


def flowable_letter(letter: Letter) -> bytes:
    """The letter by flowables: paragraphs, a table, a picture."""
    plain = styles.ParagraphStyle("plain", fontName="Plain", fontSize=9, leading=12)
    strong = styles.ParagraphStyle("strong", parent=plain, fontName="Strong", fontSize=18, leading=24)

    def paragraph(text: str, style: Any = plain) -> Any:
        return platypus.Paragraph(text.replace("&", "&amp;").replace("**", ""), style)

    table = platypus.Table([HEAD, *rows_of(letter)], repeatRows=1)
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
    said = [platypus.Paragraph(field.replace("&", "&amp;"), plain) for field in fields_of(slip)]
    return [platypus.Table([[drawing, said]], colWidths=[100, 350])]


def rows_of(letter: Letter) -> list[list[str]]:
    """The cells of the table."""
    return [
        [
            str(item.position), item.document, letter.day(item.due_date), letter.day(item.due_date), str(item.days_late),
            str(item.level), letter.money(item.amount), letter.money(item.open_amount),
        ]
        for item in letter.items
    ]  # fmt: skip


def fields_of(slip: UpnSlip) -> list[str]:
    """What is printed on the slip."""
    return [*slip.payer, str(slip.amount), slip.purpose_code, slip.purpose, slip.iban, slip.reference, *slip.payee]


def code_picture(letter: Letter) -> str:
    """The slip's code as SVG."""
    output = BytesIO()
    made = segno.make(slip_of(letter).payload.encode("iso-8859-2"), version=15, error="m", mask=0, boost_error=False)
    made.save(output, kind="svg", border=0)
    return output.getvalue().decode("utf-8")


def typst_letter(letter: Letter) -> bytes:
    """The letter by typst: a template that reads its data, compiled once for each letter."""
    import typst  # type: ignore[import-not-found,unused-ignore]  # only where it is installed

    folder = _typst_folder(letter.sender.logo or b"")
    sender, recipient = letter.sender, letter.recipient
    (folder / "code.svg").write_text(code_picture(letter), "utf-8")
    cells = ", ".join(f"[{_escaped(cell)}]" for row in rows_of(letter) for cell in row)
    head = ", ".join(f"[*{name}*]" for name in HEAD)
    above, below = (_escaped(text).replace("**", "*") for text in (letter.above, letter.below))
    (folder / "letter.typ").write_text(
        f"""#set page(paper: "a4", margin: 2cm)
#set text(font: "Lato", size: 9pt, lang: "sl")
#image("logo.png", width: 200pt)
{_lined([sender.name, sender.street, sender.phone, sender.email, sender.tax_id])}
#v(40pt)
{_lined([recipient.name, recipient.street, recipient.city])}
#text(size: 18pt)[*{_escaped(letter.full_title)}*]

{above}

#table(columns: 8, stroke: none, table.header({head}), {cells})
{letter.money(letter.total)}

{below}

#grid(columns: (100pt, 350pt), image("code.svg", width: 92pt), [{_lined(fields_of(slip_of(letter)))}])
""",
        "utf-8",
    )
    made: bytes = typst.compile(str(folder / "letter.typ"), font_paths=[str(FONTS)], ignore_system_fonts=True)
    return made


@cache
def _typst_folder(logo: bytes) -> Path:
    """Where its template lies, beside the logo."""
    folder = Path(mkdtemp(prefix="typst-"))
    (folder / "logo.png").write_bytes(logo)
    return folder


def _lined(texts: list[str]) -> str:
    """Texts one under another."""
    return " \\ ".join(map(_escaped, texts))


def _escaped(text: str) -> str:
    """A text as typst takes it."""
    return "".join(f"\\{sign}" if sign in "\\#$@<>_`[]~" else sign for sign in text)


def weasyprint_letter(letter: Letter) -> bytes:
    """The letter by WeasyPrint, as a page of HTML."""
    import weasyprint  # type: ignore[import-not-found,unused-ignore]  # only where it is installed

    sender, recipient = letter.sender, letter.recipient
    logo = b64encode(sender.logo or b"").decode("ascii")
    code = b64encode(code_picture(letter).encode("utf-8")).decode("ascii")

    def listed(texts: tuple[str, ...] | list[str]) -> str:
        return "<br>".join(map(html.escape, texts))

    def row(cells: tuple[str, ...] | list[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    table = row(HEAD, "th") + "".join(row(cells, "td") for cells in rows_of(letter))
    above, below = (
        "".join(f"<p>{html.escape(part)}" for part in t.split("\n\n")) for t in (letter.above, letter.below)
    )
    made: bytes = weasyprint.HTML(
        string=f"""<style>@page {{ size: A4; margin: 2cm }} body {{ font: 9pt Lato }} h1 {{ font-size: 18pt }}</style>
<img src="data:image/png;base64,{logo}" width="267">
<p>{listed([sender.name, sender.street, sender.phone, sender.email, sender.tax_id])}
<p>{listed([recipient.name, recipient.street, recipient.city])}<h1>{html.escape(letter.full_title)}</h1>
{above}<table>{table}</table><p>{letter.money(letter.total)}{below}
<p><img src="data:image/svg+xml;base64,{code}" width="122"> {listed(fields_of(slip_of(letter)))}"""
    ).write_pdf()
    return made


def rivals() -> dict[str, Callable[[Letter], bytes] | None]:
    """Who makes the letter by name; None where it is not installed."""
    return {
        "flowables": flowable_letter,
        "typst": typst_letter if importlib.util.find_spec("typst") else None,
        "WeasyPrint": weasyprint_letter if importlib.util.find_spec("weasyprint") else None,
    }
