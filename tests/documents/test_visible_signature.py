"""The visible signature: a valid PAdES signature whose box stands on the last page and touches nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2 as _pypdfium2
import pytest
from PIL import Image, ImageChops
from pyhanko.pdf_utils.reader import PdfFileReader
from pypdf import PdfReader

from opomini_tui.documents.encryption import encrypt
from opomini_tui.documents.issue_pool import LetterPool
from opomini_tui.documents.letter import Letter, draw_letter
from opomini_tui.documents.letter_data import notice_letters
from opomini_tui.documents.seal import HEIGHT, WIDTH, seal_content
from opomini_tui.documents.sheet import MM, PAGE_HEIGHT
from opomini_tui.documents.signature import FIELD, LetterSigner, open_signer
from opomini_tui.documents.slip_form import HEIGHT as SLIP_HEIGHT
from opomini_tui.documents.wording import LETTER_LANGUAGES
from opomini_tui.dunning.prepare import prepare
from opomini_tui.models.actor import Actor
from opomini_tui.models.settings import Company
from tests.documents.paper_samples import specified
from tests.documents.pool_processes import process_ids
from tests.documents.samples import RECIPIENT, letter_of, lines
from tests.documents.signatures import validated
from tests.ledger_rows import add_customer, add_item
from tests.setup.pkcs12 import PASSPHRASE, make_pkcs12

pypdfium2: Any = _pypdfium2  # the library has no types

HOLDER = "Ana Žnidaršič Ćosić"
SCALE = 2.0
FAR = "Pacific/Kiritimati"  # a time zone far from that of most machines
LETTERS = {
    "slip, 3 items": letter_of(lines(3), codes=True, seal=True),
    "slip, 10 items": letter_of(lines(10), codes=True, seal=True),
    "slip, several pages": letter_of(lines(60), codes=True, seal=True),
    "no slip": letter_of(lines(4), seal=True),
    "code": letter_of(lines(4), codes=True, seal=True, recipient=replace(RECIPIENT, country="IT"), language="it"),
    "third level": letter_of(lines(9, interest="1.25"), codes=True, seal=True, level=3, kind="person"),
    "before lawsuit": letter_of(lines(11), codes=True, seal=True, level=3, before_lawsuit=True, language="hr"),
}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The certificate of Ana Žnidaršič Ćosić."""
    return make_pkcs12(tmp_path_factory.mktemp("p12") / "ana.p12", HOLDER).read_bytes()


@pytest.fixture(scope="module")
def signer(certificate: bytes) -> LetterSigner:
    """Signs with it."""
    return open_signer(certificate, PASSPHRASE)


def last_page(pdf: bytes, password: str | None = None) -> Image.Image:
    """The last page as a viewer shows it, with its fields."""
    document = pypdfium2.PdfDocument(pdf, password=password)
    document.init_forms()
    image: Image.Image = document[len(document) - 1].render(scale=SCALE, may_draw_forms=True).to_pil()
    return image.convert("RGB")


def box_of(pdf: bytes) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the field in millimetres from the top left corner of the last page."""
    page: Any = PdfReader(BytesIO(pdf)).pages[-1]
    (field,) = (entry.get_object() for entry in page["/Annots"])
    assert field["/T"] == FIELD
    left, foot, right, head = (float(side) / MM for side in field["/Rect"])
    return left, PAGE_HEIGHT - head, right, PAGE_HEIGHT - foot


@pytest.mark.parametrize("letter", LETTERS.values(), ids=LETTERS.keys())
def test_the_box_is_above_the_slip_and_covers_nothing(letter: Letter, signer: LetterSigner, certificate: bytes) -> None:
    drawn = draw_letter(letter)
    signed = signer.sign(drawn, "Ljubljana")
    assert signed.startswith(drawn)
    status = validated(signed, certificate)
    assert (status.intact, status.valid, status.trusted, status.coverage.name) == (True, True, True, "ENTIRE_FILE")
    left, top, right, bottom = box_of(signed)
    assert (round(right - left, 1), round(bottom - top, 1)) == (WIDTH, HEIGHT)
    assert bottom < PAGE_HEIGHT - (SLIP_HEIGHT if letter.payment_form == "upn" else 10.0)
    before, after = last_page(drawn), last_page(signed)
    place = tuple(round(side * MM * SCALE) for side in (left, top, right, bottom))
    room = before.crop((place[0], place[1], place[2], place[3]))
    assert room.getextrema() == ((255, 255),) * 3, "nothing of the letter stands in the room"
    changed = ImageChops.difference(before, after).getbbox()
    assert changed is not None
    assert all(place[side] - 2 <= changed[side] for side in (0, 1))
    assert all(changed[side] <= place[side] + 2 for side in (2, 3))


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_the_box_says_who_signed_when_and_why_in_the_letters_language(language: str, certificate: bytes) -> None:
    signer = open_signer(certificate, PASSPHRASE, time_zone=FAR)
    signed = signer.sign(draw_letter(letter_of(lines(2), seal=True, language=language)))
    said = _words(signed)
    day = datetime.now(ZoneInfo(FAR))
    assert HOLDER in said
    assert str(day.year) in said
    assert str(day.day) in said
    reasons = {"sl": "izdaja opomina", "en": "issue of the reminder", "de": "Ausstellung der Mahnung"}
    reason = {**reasons, "it": "emissione del sollecito", "hr": "izdavanje opomene"}[language]
    assert reason in said
    (signature,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    assert signature.sig_object["/Reason"] == reason
    assert signature.sig_object["/Name"] == HOLDER


def _words(signed: bytes) -> str:
    """The text of the box, read through the fonts of the letter."""
    document = pypdfium2.PdfDocument(signed)
    document.init_forms()
    document[len(document) - 1].flatten()
    with_box = document[len(document) - 1].get_textpage().get_text_bounded()
    return " ".join(with_box.split())


def test_names_beyond_the_letters_alphabet_are_readable() -> None:
    content = seal_content("Łukasz Ğül Иван (x\\y)", date(2026, 11, 24), "sl")
    assert content.count(b"Tj") == 2
    assert b"????" in content
    assert b"\\(x\\\\y\\)" in content


def test_with_pages_of_interest_after_the_letter_the_box_stays_in_the_letter(
    signer: LetterSigner, certificate: bytes
) -> None:
    signed = signer.sign(draw_letter(specified(lines(2), seal=True)))
    assert validated(signed, certificate).valid
    pages = PdfReader(BytesIO(signed)).pages
    assert len(pages) > 1
    assert ["/Annots" in page for page in pages] == [True, *[False] * (len(pages) - 1)]


def test_a_helper_process_signs_visibly_too(signer: LetterSigner, certificate: bytes) -> None:
    letter = LETTERS["slip, 3 items"]
    with LetterPool[int](1, signer) as pool:
        assert len(process_ids(pool)) == 1
        chunks = list(pool.drawn((number, [letter]) for number in range(40)))
    for _number, (signed,) in chunks:
        assert isinstance(signed, bytes)
        assert b"/XXSeal" in signed
        assert validated(signed, certificate).valid


def test_without_room_the_signature_is_invisible(signer: LetterSigner, certificate: bytes) -> None:
    drawn = draw_letter(letter_of(lines(3), codes=True))
    signed = signer.sign(drawn)
    assert validated(signed, certificate).valid
    assert ImageChops.difference(last_page(drawn), last_page(signed)).getbbox() is None


def test_a_locked_letter_shows_its_signature_too(signer: LetterSigner) -> None:
    letter = LETTERS["slip, 3 items"]
    locked = encrypt(draw_letter(letter), "geslo č")
    signed = signer.sign(locked, "Ljubljana", "geslo č")
    open_signed = signer.sign(draw_letter(letter), "Ljubljana")
    assert ImageChops.difference(last_page(signed, "geslo č"), last_page(open_signed)).getbbox() is None


def test_the_setting_keeps_the_room(sqlite_actor: Actor) -> None:
    add_item(add_customer("0000001"), "R-1", date(2012, 6, 1), "120.00")
    prepare(date(2012, 8, 17), sqlite_actor)
    for wanted in (False, True):
        Company.update(visible_signature=wanted).execute()
        (entry,) = notice_letters([1])
        assert (b"/XXSeal" in draw_letter(entry.letter)) is wanted


def test_the_same_letter_has_the_same_bytes_whoever_signs(tmp_path: Path) -> None:
    letter = LETTERS["no slip"]
    drawn = draw_letter(letter)
    for name in ("Ana", "Borut"):
        signer = open_signer(make_pkcs12(tmp_path / f"{name}.p12", name).read_bytes(), PASSPHRASE)
        assert signer.sign(drawn)[: len(drawn)] == draw_letter(letter)


def test_room_for_a_signature_and_the_word_that_none_is_needed_exclude_each_other() -> None:
    for codes in (True, False):
        without, with_room = (letter_of(lines(2), codes=codes, seal=seal) for seal in (False, True))
        assert "brez žiga in podpisa" in drawn_text(without)
        assert "brez žiga in podpisa" not in drawn_text(with_room)


def drawn_text(letter: Letter) -> str:
    """All text of a letter."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(draw_letter(letter))).pages).split())
