"""The letter as text: every word of the PDF, columns under one another, nothing wider than asked for but tables."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from reportlab.pdfgen import canvas as drawing

from opomini_tui.documents.letter import draw_letter
from opomini_tui.documents.page_layout import letter_lines
from opomini_tui.documents.page_text import page_fragments
from tests.documents.samples import letter_of, line, lines

PAPER: Any = drawing  # reportlab has no types


def characters(text: str) -> Counter[str]:
    """What is written, however it is parted."""
    return Counter("".join(text.split()))


@pytest.mark.parametrize("items", [1, 12, 40])
def test_no_character_of_the_letter_is_lost_or_made_up(items: int) -> None:
    content = draw_letter(letter_of(lines(items), codes=True))
    read = characters(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))
    assert sum(read.values()) > 500
    for width in (40, 76, 110, 200):
        rows = [row for row in letter_lines(content, width) if set(row) != {"─"}]
        assert characters("".join(rows)) == read, width


@pytest.mark.parametrize("width", [76, 110])
def test_the_columns_of_the_items_stand_under_one_another(width: int) -> None:
    rows = [row for row in letter_lines(draw_letter(letter_of(lines(9))), width) if "R-2025-" in row]
    assert len(rows) == 9
    assert len({row.index("R-2025-") for row in rows}) == 1
    assert len({len(row) for row in rows}) == 1, "amounts end in one line"
    assert all(len(row) <= width for row in rows)


def test_an_amount_that_is_longer_stays_in_its_column() -> None:
    rows = letter_lines(draw_letter(letter_of([line(1), line(2, paid="-1234567.00")])), 110)
    found = [row for row in rows if "R-2025-" in row]
    assert any("1.234.775,38" in row for row in found)
    assert len({len(row) for row in found}) == 1


@pytest.mark.parametrize("width", [76, 110])
def test_running_text_is_broken_anew_within_the_width(width: int) -> None:
    rows = letter_lines(draw_letter(letter_of(lines(2), level=3)), width)
    start = next(place for place, row in enumerate(rows) if row.startswith("Spoštovani"))
    end = next(place for place, row in enumerate(rows) if row.startswith("Zap."))
    text = rows[start:end]
    assert all(len(row) <= width for row in text)
    assert max(map(len, text)) > width * 0.8
    assert "" in text, "paragraphs stay apart"


def test_what_stands_beside_stays_beside_where_there_is_room() -> None:
    letter = letter_of(lines(2))
    wide, narrow = (letter_lines(draw_letter(letter), width) for width in (110, 60))
    recipient = letter.recipient.name
    assert any(recipient in row and "24.11.2026" in row for row in wide)
    address = next(place for place, row in enumerate(narrow) if recipient in row)
    assert narrow[address] == recipient
    assert next(place for place, row in enumerate(narrow) if "Datum " in row and "24.11.2026" in row) > address


def test_pages_are_parted_by_a_rule() -> None:
    rows = letter_lines(draw_letter(letter_of(lines(80))), 76)
    content = draw_letter(letter_of(lines(80)))
    assert rows.count("─" * 76) == len(PdfReader(BytesIO(content)).pages) - 1 > 0


def test_texts_placed_by_other_operators_and_in_forms_are_found() -> None:
    """As older letters and reportlab's own documents are written: lines by leading, moved and turned systems, forms."""
    output = BytesIO()
    canvas = PAPER.Canvas(output, invariant=True)
    canvas.beginForm("stamp")
    canvas.drawString(10, 10, "in a form")
    canvas.endForm()
    text = canvas.beginText(72, 700)
    text.textLines("first line\nsecond line")
    canvas.drawText(text)
    canvas.saveState()
    canvas.translate(100, 500)
    canvas.drawString(0, 0, "moved")
    canvas.doForm("stamp")
    canvas.rotate(45)
    canvas.drawString(0, 0, "at an angle")
    canvas.restoreState()
    canvas.drawString(72, 300, "after all")
    canvas.save()
    (found,) = page_fragments(output.getvalue())
    places = {one.text: (round(one.left), round(one.base)) for one in found}
    assert places["first line"] == (72, 700)
    assert places["second line"] == (72, 700 - 14)
    assert places["moved"] == (100, 500)
    assert places["in a form"] == (110, 510)
    assert places["after all"] == (72, 300)
    assert "at an angle" not in places


def test_a_page_without_text_has_no_lines() -> None:
    output = BytesIO()
    canvas = PAPER.Canvas(output)
    canvas.showPage()
    canvas.save()
    assert letter_lines(output.getvalue(), 80) == []


def test_credit_notes_keep_their_sign() -> None:
    letter = letter_of([line(1), line(2, credit=True)])
    assert letter.items[1].amount < Decimal(0)
    assert any("D-2025-91002" in row and "208,38" in row for row in letter_lines(draw_letter(letter), 110))
