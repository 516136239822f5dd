"""Addresses: what is taken, what is refused with which sentence, and what can never get into a command."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opomini_tui.mail.addresses import BadAddress, ascii_address, check_address, split_addresses


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("racunovodstvo@stranka1.example", "racunovodstvo@stranka1.example"),
        ("  ana@podjetje.si.  ", "ana@podjetje.si"),
        ("ana@podjetje.si;", "ana@podjetje.si"),
        ("Ana.Novak@PODJETJE.SI", "Ana.Novak@podjetje.si"),
        ("\u200bana@podjetje.si\u00a0", "ana@podjetje.si"),
        ("ana+opomini@podjetje.si", "ana+opomini@podjetje.si"),
        ("ana@žaga.si", "ana@žaga.si"),
        ("žiga@podjetje.si", "žiga@podjetje.si"),
    ],
)
def test_addresses_are_taken_and_tidied(typed: str, address: str) -> None:
    assert check_address(typed) == address


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "missing"),
        (" . ", "missing"),
        ("podjetje.si", "sign @ is missing"),
        ("a@x.si; b@x.si", "more than one"),
        ("ana novak@podjetje.si", "space or an invisible character"),
        ("ana@podjetje.si\r\nBcc: x", "space or an invisible character"),
        ("ana\u202enovak@podjetje.si", "space or an invisible character"),
        ("ana@podjetje", "domain after @ is not complete"),
        ("ana@podjetje..si", "not an e-mail address"),
        ("a@x.si>_NOTIFY=NEVER", "not an e-mail address"),
        ("@podjetje.si", "not an e-mail address"),
        ('"ana novak"@podjetje.si', "space or an invisible character"),
        ("ana@[127.0.0.1]", "not an e-mail address"),
        ("x" * 65 + "@podjetje.si", "not an e-mail address"),
    ],
)
def test_wrong_addresses_are_refused_with_a_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(BadAddress, match=sentence) as caught:
        check_address(typed)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_several_addresses_in_one_field() -> None:
    assert split_addresses("ana@x.si; bor@y.si,cene@z.si;") == ["ana@x.si", "bor@y.si", "cene@z.si"]
    assert split_addresses("ana@x.si; ANA@X.SI") == ["ana@x.si"]
    assert split_addresses(" ; ") == []


def test_one_wrong_address_of_several_is_named() -> None:
    with pytest.raises(BadAddress, match="bor-y"):
        split_addresses("ana@x.si; bor-y; cene@z.si")


def test_a_domain_with_letters_of_ours_has_an_ascii_form() -> None:
    assert ascii_address("ana@žaga.si") == "ana@xn--aga-b3a.si"
    assert ascii_address("žiga@podjetje.si") == "žiga@podjetje.si"


@pytest.mark.parametrize(
    "address",
    [
        "a@x.si> NOTIFY=NEVER",
        "a@x.si>\r\nRCPT TO:<b@x.si",
        "<a@x.si>",
        "a,b@x.si",
        "a b@x.si",
        "a@x.si\0",
        "č>@x.si",
        "č\u2028@x.si",
        "a@ž..si",
        "plain",
        "",
        "a@" + "ž" * 300 + ".si",
    ],
)
def test_what_could_end_an_address_never_gets_into_a_command(address: str) -> None:
    with pytest.raises(BadAddress):
        ascii_address(address)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_refused_or_harmless(local: str, domain: str) -> None:
    try:
        path = ascii_address(f"{local}@{domain}")
    except BadAddress:
        return
    assert not set(path) & set(' <>"\\,;:()[]\r\n\t\0')
    assert path.rpartition("@")[2].isascii()


@given(st.text(max_size=60))
def test_what_is_taken_is_fit_for_a_command(typed: str) -> None:
    try:
        address = check_address(typed)
    except BadAddress:
        return
    assert "@" in ascii_address(address)
