"""Locked letters: the rule of the password, the words that tell it, and a PDF that opens with it alone."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from typing import Any

import pypdfium2 as _pypdfium2
import pytest
from pypdf import PdfReader
from pypdf.constants import UserAccessPermissions as Allowed

from opomini_tui.documents.encryption import (
    PLACEHOLDERS,
    PasswordRule,
    customer_values,
    encrypt,
    is_signed,
    without_signature,
)
from opomini_tui.documents.letter import draw_letter
from opomini_tui.documents.wording import LETTER_LANGUAGES
from opomini_tui.errors import OpominiError
from tests.documents.samples import RECIPIENT, letter_of, lines

pypdfium2: Any = _pypdfium2  # the library has no types


@lru_cache
def letter_pdf() -> bytes:
    """A letter of three items, with its slip."""
    return draw_letter(letter_of(lines(3), codes=True))


@pytest.mark.parametrize(
    ("rule", "password"),
    [
        ("{tax_id}", "92170897"),
        (" {customer_code}-{post_code} ", "0000414-1000"),
        ("{tax_id}.{number}/{year}", "92170897.414/2026"),
    ],
)
def test_the_rule_makes_the_password(rule: str, password: str) -> None:
    assert PasswordRule.read(rule).password(letter_of(lines(1))) == password


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("SI 1234 5678", "12345678"),
        ("12345678", "12345678"),
        ("si12345678", "12345678"),
        ("HR-123.456", "123456"),
        ("RSSMRA85T10A562S", "RSSMRA85T10A562S"),
        ("ATU12345678", "ATU12345678"),
        ("\u200eSI1234\u00ad5678\u200b", "12345678"),
    ],
)
def test_a_tax_number_is_typed_without_spaces_and_country(stored: str, typed: str) -> None:
    letter = letter_of(lines(1), recipient=replace(RECIPIENT, tax_id=stored))
    assert PasswordRule.read("{tax_id}").password(letter) == typed


@pytest.mark.parametrize(("stored", "typed"), [("SI-1000", "1000"), ("A-8010", "8010"), ("SW1A 1AA", "SW1A1AA")])
def test_a_post_code_is_typed_without_spaces_and_country(stored: str, typed: str) -> None:
    letter = letter_of(lines(1), recipient=replace(RECIPIENT, post_code=stored))
    assert PasswordRule.read("{tax_id}{post_code}").password(letter) == f"92170897{typed}"


@pytest.mark.parametrize("rule", ["{iban}", "{tax_id}skrivnost", "{tax_id", "{post_code}", "{number}{year}", "-", ""])
def test_other_rules_are_refused(rule: str) -> None:
    with pytest.raises(OpominiError, match="\\{tax_id\\}"):
        PasswordRule.read(rule)


def test_a_password_that_readers_would_cut_is_refused() -> None:
    letter = letter_of(lines(1))
    assert len(PasswordRule.read("{tax_id}" * 15).password(letter)) == 120
    with pytest.raises(OpominiError, match="too long"):
        PasswordRule.read("{tax_id}" * 16).password(letter)


@pytest.mark.parametrize("empty", ["", "  ", "SI", "-", "\u200b", "S\u00adI\ufeff"])
def test_a_customer_without_the_value_has_no_password(empty: str) -> None:
    rule = PasswordRule.read("{tax_id}-{customer_code}")
    assert rule.lacking(customer_values("0000414", "", empty)) == ("tax_id",)
    with pytest.raises(OpominiError, match="Tax number"):
        rule.password(letter_of(lines(1), recipient=replace(RECIPIENT, tax_id=empty)))


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_the_sentence_names_every_part_and_never_the_password(language: str) -> None:
    every = PasswordRule.read("-".join(f"{{{name}}}" for name in PLACEHOLDERS))
    said = every.sentence(language)
    assert said.count(", ") >= 2 * len(PLACEHOLDERS) - 2
    assert said.endswith(".")
    assert not any(sign in said for sign in "{}")
    assert every.password(letter_of(lines(1))) not in said
    one = PasswordRule.read("{tax_id}").sentence(language)
    assert one != PasswordRule.read("{customer_code}").sentence(language)


def test_the_sentence_in_slovene() -> None:
    assert PasswordRule.read("{tax_id}").sentence("sl") == (
        "Priloga je zaklenjena. Geslo zanjo je vaša davčna številka (brez oznake SI)."
    )
    assert PasswordRule.read("{customer_code}-{post_code}").sentence("sl") == (
        "Priloga je zaklenjena. Geslo zanjo je po vrsti in brez presledkov: "
        "vaša šifra stranke, znak -, vaša poštna številka."
    )


def test_a_locked_letter_opens_with_its_password_only_and_looks_the_same() -> None:
    locked = encrypt(letter_pdf(), "žužek 1")
    for wrong in ("", "zuzek 1", "žužek"):
        with pytest.raises(pypdfium2.PdfiumError, match="password"):
            pypdfium2.PdfDocument(locked, password=wrong)
    shown, before = pypdfium2.PdfDocument(locked, password="žužek 1"), pypdfium2.PdfDocument(letter_pdf())
    assert shown[0].render(scale=1).to_pil().tobytes() == before[0].render(scale=1).to_pil().tobytes()
    assert b"OPOMIN" not in locked
    assert len(locked) < len(letter_pdf()) + 5000


def test_it_is_aes_256_and_allows_printing_and_copying_but_no_change() -> None:
    reader = PdfReader(BytesIO(encrypt(letter_pdf(), "1234")))
    entry: Any = reader.trailer["/Encrypt"].get_object()
    assert (entry["/V"], entry["/R"], entry["/CF"]["/StdCF"]["/CFM"]) == (5, 6, "/AESV3")
    reader.decrypt("1234")
    allowed = reader.user_access_permissions
    assert allowed is not None
    assert Allowed.PRINT | Allowed.PRINT_TO_REPRESENTATION | Allowed.EXTRACT in allowed
    assert not allowed & (Allowed.MODIFY | Allowed.ADD_OR_MODIFY | Allowed.FILL_FORM_FIELDS | Allowed.ASSEMBLE_DOC)
    assert reader.metadata is not None
    assert reader.metadata.title == "2. OPOMIN št. 2026-414"


def test_each_lock_has_bytes_of_its_own() -> None:
    assert encrypt(letter_pdf(), "1234") != encrypt(letter_pdf(), "1234")


def test_what_is_no_pdf_is_refused_with_a_sentence() -> None:
    with pytest.raises(OpominiError, match="cannot be read"):
        encrypt(b"%PDF-1.7\nno pdf at all\n%%EOF\n", "1234")


def test_an_unsigned_letter_is_itself_without_signature() -> None:
    assert not is_signed(letter_pdf())
    assert without_signature(letter_pdf()) == letter_pdf()
