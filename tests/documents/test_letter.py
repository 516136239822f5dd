"""The letter read back from its PDF: every field and figure, pages, bytes, and what is refused."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from opomini_tui.documents.blocks import KEPT_ROWS
from opomini_tui.documents.fonts import SLIP, printable, unit_width
from opomini_tui.documents.frame import LEFT, RIGHT, bottom
from opomini_tui.documents.layout import lay_out
from opomini_tui.documents.letter import Letter, draw_letter, draw_letters
from opomini_tui.documents.page_text import page_fragments
from opomini_tui.documents.sheet import MM, PAGE_HEIGHT, PAGE_WIDTH
from opomini_tui.documents.slip_form import HEIGHT as SLIP_HEIGHT
from opomini_tui.documents.wording import LETTER_LANGUAGES
from opomini_tui.errors import NothingToDo, OpominiError
from opomini_tui.text.formats import format_money
from tests.documents.samples import DAY, RECIPIENT, SENDER, letter_of, line, lines, logo

ROUNDING = 0.05  # millimetres


def pages_of(content: bytes) -> list[str]:
    """The text of each page, in reading order."""
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def text_of(letter: Letter) -> str:
    """The text of the letter with single spaces."""
    return " ".join(" ".join(pages_of(draw_letter(letter))).split())


def assert_inside(letter: Letter) -> None:
    """Nothing stands outside the margins or under the lowest line, and nothing is smaller than can be read."""
    for sheet in lay_out(letter):
        for x, y, text, style in sheet.texts:
            assert x >= LEFT - ROUNDING, text
            assert x + style.width(text) <= RIGHT + ROUNDING, text
            assert 10 < y <= PAGE_HEIGHT - 9, text
            assert style.size >= 4.5, text


def test_every_field_is_on_the_letter() -> None:
    letter = letter_of(
        [line(1, paid="20.00", interest="12.41", level=2), line(2, interest="3.10"), line(3, credit=True)],
        cost=Decimal("5.00"),
        compensation=Decimal("40.00"),
    )
    text = text_of(letter)
    for field in (
        SENDER.name, SENDER.street, SENDER.tax_id, SENDER.registration_number, SENDER.email, SENDER.phone, SENDER.bank,
        SENDER.bic, SENDER.contact, RECIPIENT.name, RECIPIENT.street, "1000 Ljubljana", RECIPIENT.code, RECIPIENT.tax_id,
        "2. OPOMIN št. 2026-414", "24.11.2026", "02.12.2026", "SI12 0002026004145", "SI56 0510 0801 0486 080",
        "Opomin 2026-414, 3 računi", "Stran 1 od 1", "opominu št. 2026-276 z dne 26.10.2026",
        "R-2025-91001", "21.10.2025", "20.11.2025", "369", "129,19", "20,00", "109,19", "12,41",
        "-287,57", "50,00", "30,00", "15,51", "5,00", "40,00", "SKUPAJ ZA PLAČILO", "90,51 EUR",
    ):  # fmt: skip
        assert field in text, field


def test_reading_order() -> None:
    text = text_of(letter_of(lines(3)))
    order = [
        SENDER.street, RECIPIENT.name, "Številka opomina", "2. OPOMIN št.", "Spoštovani", "R-2025-91001", "R-2025-91002",
        "SKUPAJ ZA PLAČILO", "Podatki za plačilo", "Lep pozdrav", SENDER.contact, "Stran 1 od 1",
    ]  # fmt: skip
    places = [text.index(part) for part in order]
    assert places == sorted(places)


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (10, 1), (11, 1), (40, 2), (500, 13)])
def test_pages(count: int, pages: int) -> None:
    letter = letter_of(lines(count), level=1)
    texts = pages_of(draw_letter(letter))
    assert len(texts) == pages
    for number, text in enumerate(texts, start=1):
        assert f"Stran {number} od {pages}" in text
        assert "1. OPOMIN št. 2026-414" in text
    assert [item.document for item in letter.items if item.document not in "".join(texts)] == []


def test_carried_sums_and_rows_with_the_totals() -> None:
    letter = letter_of(lines(100), level=1)
    sheets = lay_out(letter)
    rows = [[text for _x, _y, text, _style in sheet.texts if text.startswith("R-2025-")] for sheet in sheets]
    assert sum(map(len, rows)) == 100
    carried = Decimal(0)
    for number, sheet in enumerate(sheets):
        texts = [text for _x, _y, text, _style in sheet.texts]
        assert texts.count("Račun") == bool(rows[number])  # the heads are repeated
        assert texts.count("Prenos") == (bool(number and rows[number])) + any(rows[number + 1 :])
        if number and rows[number]:
            assert texts.count(format_money(carried)) >= 2
        carried += sum((item.open_amount for item in letter.items if item.document in rows[number]), Decimal(0))
    assert carried == letter.amount


@pytest.mark.parametrize("count", range(9, 60))
def test_totals_are_never_alone(count: int) -> None:
    last = lay_out(letter_of(lines(count), level=1))[-1]
    texts = [text for _x, _y, text, _style in last.texts]
    if "SKUPAJ ZA PLAČILO" in texts:
        assert sum(text.startswith("R-2025-") for text in texts) >= KEPT_ROWS


@pytest.mark.parametrize("count", [1, 5, 10, 11, 12, 25, 26, 27, 40, 60, 200])
def test_room_for_a_slip_at_the_foot_of_the_last_page(count: int) -> None:
    letter = letter_of(lines(count, interest="1.00"), codes=True)
    sheets = lay_out(letter)
    lowest = [max(y for _x, y, _text, style in sheet.texts if style.font != SLIP) for sheet in sheets]
    assert lowest[-1] <= 198 - 2.4 + ROUNDING
    assert all(y <= PAGE_HEIGHT - 9 for y in lowest)
    assert sum(text.startswith("R-2025-") for sheet in sheets for _x, _y, text, _style in sheet.texts) == count
    assert bottom(99.0) < 198


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
@pytest.mark.parametrize(("level", "lawsuit"), [(1, False), (2, False), (3, False), (3, True)])
@pytest.mark.parametrize("full", [True, False])
def test_all_languages_and_levels(language: str, level: int, lawsuit: bool, full: bool) -> None:
    items = lines(4, paid="10.00", interest="2.00") if full else lines(4)
    letter = letter_of(
        items, level=level, before_lawsuit=lawsuit, language=language, compensation=Decimal("40.00" if full else "0.00")
    )
    text = text_of(letter)
    assert f"{letter.title} {letter.words.title_number('2026-414')}" in text
    assert letter.money(letter.total) in text
    assert letter.words.label("page", page="1", pages="1") in text
    assert (letter.words.label("interest", date=letter.day(DAY)) in text) == full
    assert (letter.words.label("paid") in text.replace(letter.title, "")) >= full
    assert not re.search(r"[{}]|\*\*", text)
    assert_inside(letter)


def test_columns_without_content_are_left_out() -> None:
    bare = text_of(letter_of(lines(3), cost=Decimal("0.00")))
    assert "Že plačano" not in bare
    assert "Obresti" not in bare
    assert "Strošek opomina" not in bare
    full = text_of(letter_of(lines(3, paid="1.00", interest="1.00")))
    assert "Že plačano" in full
    assert "Obresti" in full


def test_same_letter_same_bytes_other_letter_other_id() -> None:
    letter = letter_of(lines(12), sender=replace(SENDER, logo=logo()))
    first = draw_letter(letter)
    assert draw_letter(letter) == first
    # Only a figure differs, not the title.
    other = draw_letter(letter_of(lines(11), sender=replace(SENDER, logo=logo())))
    assert PdfReader(BytesIO(first)).trailer["/ID"] == PdfReader(BytesIO(draw_letter(letter))).trailer["/ID"]
    assert PdfReader(BytesIO(first)).trailer["/ID"] != PdfReader(BytesIO(other)).trailer["/ID"]


def test_particulars_of_the_document() -> None:
    reader = PdfReader(BytesIO(draw_letter(letter_of(lines(2), language="de"))))
    assert reader.metadata is not None
    assert reader.metadata.title == "2. MAHNUNG Nr. 2026-414"
    assert reader.metadata.author == SENDER.name
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.date() == date(2026, 11, 24)
    assert str(reader.root_object["/Lang"]) == "de"
    box = reader.pages[0].mediabox
    assert (round(float(box.width) / 72 * 25.4, 1), round(float(box.height) / 72 * 25.4, 1)) == (
        PAGE_WIDTH,
        PAGE_HEIGHT,
    )


def embedded_fonts(content: bytes) -> set[str]:
    """The names of the fonts in a document; all must be embedded."""
    names = set()
    for page in PdfReader(BytesIO(content)).pages:
        fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]  # a dictionary in every page of ours
        for reference in fonts.values():
            font = reference.get_object()
            if font["/BaseFont"] != "/Helvetica":  # named by the library in every document, used in none
                assert "/FontFile2" in font["/FontDescriptor"]
                names.add(str(font["/BaseFont"]))
    return names


def test_one_family_is_embedded_as_subsets() -> None:
    content = draw_letter(letter_of(lines(10)))
    assert embedded_fonts(content) == {"/AAAAAA+Lato-Regular", "/AAAAAA+Lato-Bold"}
    assert len(content) < 60_000


def test_two_threads_draw_at_the_same_time() -> None:
    letters = [
        letter_of(lines(30), number=number, recipient=replace(RECIPIENT, name="Ωmega Ж")) for number in (1, 2)
    ] * 4
    alone = [draw_letter(letter) for letter in letters]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(draw_letter, letters)) == alone


def test_letters_outside_the_fixed_subset() -> None:
    name = "Жељко Ţăran Ωmega s.r.o."
    decomposed = "Z\u030cnidars\u030cic\u030c"
    recipient = replace(RECIPIENT, name=name, street=f"{decomposed} 1", city="Şişli Ağrı ΔΕΛΤΑ")
    content = draw_letter(letter_of(lines(2), recipient=recipient))
    text = " ".join(pages_of(content))
    for shown in (name, "Žnidaršič 1", recipient.city):
        assert shown in text
    assert not any("DejaVu" in font for font in embedded_fonts(content))


def test_what_the_family_lacks_comes_from_another_and_is_copied_as_it_was() -> None:
    recipient = replace(RECIPIENT, name="☎ თბილისი ✓→ 東京 😀", street="Ana\u200b\u00adNo\u202evak\ufe0f 1\x07")
    content = draw_letter(letter_of(lines(2), recipient=recipient))
    text = " ".join(pages_of(content))
    assert recipient.name in text
    assert "AnaNovak 1" in text
    assert sum("DejaVu" in font for font in embedded_fonts(content)) == 1
    assert len(content) < len(draw_letter(letter_of(lines(2)))) + 12_000
    assert unit_width("東", "Regular") > 0.4  # its empty box


def test_signs_without_shape() -> None:
    assert printable("a\u00a0b\nc") == "a b c"
    assert printable("Trgo\u00advina\u200e \u2066x\u2069\ufe0f") == "Trgovina x"


def test_many_letters_in_one_document() -> None:
    letters = [
        letter_of(lines(count), number=number, sender=replace(SENDER, logo=logo()))
        for number, count in ((100, 2), (101, 40), (102, 1))
    ]
    output = BytesIO()
    assert draw_letters(letters, output) == 4
    reader = PdfReader(output)
    titles = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert titles == [f"2. OPOMIN št. 2026-{number} – {RECIPIENT.name}" for number in (100, 101, 102)]
    assert [reader.get_destination_page_number(entry) for entry in reader.outline if not isinstance(entry, list)] == [
        0,
        1,
        3,
    ]
    assert "Stran 1 od 2" in reader.pages[1].extract_text()
    assert output.getvalue().count(b"/FontFile2") == 2
    assert output.getvalue().count(b"/Subtype /Image") == 1  # the logo, once
    assert len(output.getvalue()) < sum(len(draw_letter(letter)) for letter in letters) / 2


def test_no_letters() -> None:
    with pytest.raises(NothingToDo):
        draw_letters([], BytesIO())


@pytest.mark.parametrize("field", ["amount", "interest", "total"])
def test_wrong_sums_are_refused(field: str) -> None:
    letter = letter_of(lines(5, interest="1.00"))
    wrong = replace(letter, **{field: getattr(letter, field) + Decimal("0.01")})
    output = BytesIO()
    with pytest.raises(OpominiError, match="2026-414"):
        draw_letters([letter, wrong], output)
    assert output.getvalue() == b""


def test_no_items_or_no_level_is_refused() -> None:
    letter = letter_of(lines(1))
    for wrong in (replace(letter, level=4), replace(letter, items=(), amount=Decimal(0), total=letter.cost)):
        with pytest.raises(OpominiError):
            draw_letter(wrong)


LONG = "Vodovodno-kanalizacijsko komunalno podjetje za opravljanje gospodarskih javnih služb Spodnje Savinjske doline d.o.o."


@pytest.mark.parametrize("with_logo", [False, True])
@pytest.mark.parametrize("length", [60, 116, 400])
def test_long_names_stay_inside(length: int, with_logo: bool) -> None:
    picture = logo() if with_logo else None
    name = (LONG * 4)[:length]
    letter = letter_of(
        [replace(line(1), document="RAČUN/" + "0123456789" * 6), replace(line(2), document="x" * 40)],
        sender=replace(
            SENDER, name=name, street=name[:90], email="a" * 60 + "@podjetje.example", bank=name[:70], logo=picture
        ),
        recipient=replace(RECIPIENT, name=name, street=name[:120], city=name[:80], country="GB", code="K" * 40),
    )
    assert_inside(letter)
    address = [y for x, y, _text, _style in lay_out(letter)[0].texts if x == LEFT and 45 < y < 95]
    assert max(address) <= 90  # the window ends there
    text = text_of(letter).replace(" ", "")
    assert "0123456789" * 6 in text
    if length <= 116:
        assert name.replace(" ", "") in text


def test_large_figures_and_all_columns_stay_inside() -> None:
    items = [
        replace(line(n, interest="0.00"), amount=Decimal("123456789.10"), paid=Decimal("23456789.10"),
                open_amount=Decimal("100000000.00"), interest=Decimal("9999999.99"), position=n)
        for n in range(1, 30)
    ]  # fmt: skip
    for language in LETTER_LANGUAGES:
        letter = letter_of(items, language=language, level=3, before_lawsuit=True)
        assert_inside(letter)
        assert letter.money(letter.total) in text_of(letter)


def test_nothing_to_pay_has_no_payment_data() -> None:
    letter = letter_of([line(1, credit=True)], cost=Decimal("0.00"))
    assert letter.total < 0
    assert "Podatki za plačilo" not in text_of(letter)


@pytest.mark.parametrize(("items", "paragraphs"), [(1, 9), (5, 7), (8, 11), (20, 10)])
def test_a_long_text_under_the_table_stays_off_the_slip(items: int, paragraphs: int) -> None:
    sentence = (
        "Podjetje si pridržuje pravico do zaračunavanja zamudnih obresti in stroškov izterjave v skladu z zakonom. "
    )
    letter = replace(letter_of(lines(items), codes=True), below="\n\n".join([sentence * 3] * paragraphs))
    last = page_fragments(draw_letter(letter))[-1]
    slip = SLIP_HEIGHT * MM
    assert any(fragment.base < slip for fragment in last)
    assert [f.text for f in last if f.base >= slip and f.base - 0.22 * f.size < slip] == []
    said = [fragment for fragment in last if fragment.base > slip]
    foot = next(fragment.base for fragment in said if "Stran" in fragment.text)
    assert min(fragment.base for fragment in said) == pytest.approx(foot, abs=1)


def test_long_text_runs_over_pages() -> None:
    paragraph = "Beseda **krepko besedilo** in še nekaj navadnega besedila do konca. " * 60
    letter = replace(letter_of(lines(2)), above="\n\n".join([paragraph] * 3), below=paragraph + "\n\nKonec ** dopisa")
    assert_inside(letter)
    text = text_of(letter)
    assert text.count("krepko") == 240
    assert "Konec ** dopisa" in text


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-5_000_000, 900_000_000), st.integers(0, 100_000)), min_size=1, max_size=25),
    st.sampled_from(LETTER_LANGUAGES),
)
def test_printed_lines_add_up_to_the_printed_total(amounts: list[tuple[int, int]], language: str) -> None:
    items = [
        replace(line(n), amount=Decimal(cents) / 100, open_amount=Decimal(cents) / 100, interest=Decimal(more) / 100)
        for n, (cents, more) in enumerate(amounts, start=1)
    ]
    letter = letter_of(items, language=language, before_lawsuit=True, level=3)
    printed = [text for sheet in lay_out(letter) for _x, _y, text, _style in sheet.texts]
    total = sum(cents + more for cents, more in amounts) + 200
    shown = format_money(Decimal(total) / 100, language)
    assert any(shown in text for text in printed)
    for cents, _more in amounts:
        assert format_money(Decimal(cents) / 100, language) in printed


@pytest.mark.parametrize("language", ["sl", "en", "de", "it", "hr"])
def test_before_lawsuit_with_ten_items_interest_and_compensation_takes_one_page(language: str) -> None:
    letter = letter_of(
        lines(10, interest="3.17"),
        level=3,
        before_lawsuit=True,
        compensation=Decimal("40.00"),
        codes=True,
        language=language,
        sender=replace(SENDER, logo=logo()),
    )
    assert len(lay_out(letter)) == 1
