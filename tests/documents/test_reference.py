"""References and account numbers: published vectors, and every check digit refuses a changed digit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opomini_tui.documents.reference import (
    check_iban,
    group_iban,
    mod11_digit,
    rf,
    si00,
    si12,
)
from opomini_tui.errors import OpominiError
from tests.documents.references import is_reference


@pytest.mark.parametrize(
    ("digits", "check"), [("102674", 7), ("14", 0), ("54", 0), ("103384257453", 1), ("2026104", 7), ("000202600276", 2)]
)
def test_check_digit(digits: str, check: int) -> None:
    assert mod11_digit(digits) == check


def test_reference_of_a_notice() -> None:
    assert si12(2026, 276) == "SI12 0002026002762"
    assert si12(2012, 1_234_567) == "SI12 0201212345671"
    assert si00(2026, 276) == "SI00 2026-276"
    assert rf("SBO2010") == "RF45 SBO2010"


@pytest.mark.parametrize(
    "reference", ["SI12 1033842574531", "SI00 225268-32526-222", "SI99", "RF45SBO2010", "RF712348231"]
)
def test_published_references_are_right(reference: str) -> None:
    assert is_reference(reference)


@pytest.mark.parametrize(
    "reference", ["SI12 1033842574532", "SI12 123", "SI99 1", "RF46SBO2010", "", "SI00 1-2-3-4", "12"]
)
def test_wrong_references_are_seen(reference: str) -> None:
    assert not is_reference(reference)


@given(year=st.integers(1990, 2100), number=st.integers(1, 99_999_999), place=st.integers(5, 17))
def test_every_reference_is_right_and_a_changed_digit_is_seen(year: int, number: int, place: int) -> None:
    reference = si12(year, number)
    assert is_reference(reference)
    assert len(reference) == 18
    changed = reference[:place] + str((int(reference[place]) + 1) % 10) + reference[place + 1 :]
    # Check digits 10 and 11 both become 0, so two neighbouring numbers may share it; the last digit itself never may.
    assert is_reference(changed) == (place < 17 and mod11_digit(changed[5:17]) == int(changed[17]))


@pytest.mark.parametrize(("year", "number"), [(2026, 0), (0, 5), (2026, 123_456_789)])
def test_impossible_numbers_are_refused(year: int, number: int) -> None:
    with pytest.raises(OpominiError):
        si12(year, number)


@pytest.mark.parametrize("text", ["", "Š1", "A" * 22])
def test_impossible_rf_is_refused(text: str) -> None:
    with pytest.raises(OpominiError):
        rf(text)


def test_printed_form_of_an_account_number() -> None:
    assert group_iban("SI56051008010486080") == "SI56 0510 0801 0486 080"


@pytest.mark.parametrize("iban", ["SI56 0510 0801 0486 080", "si56051008010486080", "DE89 3704 0044 0532 0130 00"])
def test_right_account_numbers(iban: str) -> None:
    assert check_iban(iban) == "".join(iban.split()).upper()


@pytest.mark.parametrize(
    "iban",
    [
        "SI56051008010486081",  # a wrong digit
        "SI5605100801048608",  # a digit missing
        "SI55051008010486080",
        "SI82051008010486177",  # 97 divides the difference, but the account number itself is wrong
        "DE89370400440532013001",
        "",
        "SI56ABC",
    ],
)
def test_wrong_account_numbers_are_refused(iban: str) -> None:
    with pytest.raises(OpominiError, match="account number"):
        check_iban(iban)
