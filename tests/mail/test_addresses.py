"""Addresses: what is taken, what is refused with which sentence, and what can never get into a command."""

from __future__ import annotations

import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from opomini_tui.mail.addresses import BadAddress, address_problem, ascii_address, check_address, split_addresses


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


@pytest.mark.parametrize(
    ("typed", "addresses"),
    [
        ("Ana Novak <ana@x.si>", ["ana@x.si"]),
        ('"Novak, Ana" <ana@x.si>; bor@y.si', ["ana@x.si", "bor@y.si"]),
        ('"Novak; \\"Ani\\"" <ana@x.si>, <bor@y.si>.', ["ana@x.si", "bor@y.si"]),
        ("ana@žaga.si; ANA@xn--aga-b3a.si.", ["ana@žaga.si"]),
        (" ,; ana@x.si . ,", ["ana@x.si"]),
    ],
)
def test_names_before_addresses_and_the_same_address_twice(typed: str, addresses: list[str]) -> None:
    assert split_addresses(typed) == addresses
    assert address_problem(typed) == ""


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Novak, Ana <ana@x.si>", "“Novak” is not an e-mail address: leave names out"),
        ("Ana <ana@x.si> NOTIFY=NEVER", "not an e-mail address"),
        ("Ana <ana@x.si\r\nBcc: bor@y.si>", "more than one"),
        ("<>", "missing"),
        (".ana@x.si.; ana.@x.si", "a dot too many"),
        ("ana@.x.si", "a dot too many"),
        ("č" * 33 + "@x.si", "too long"),
        ("ana@" + "x" * 64 + ".si", "not an e-mail address"),
        ("ana@" + ".".join(["x" * 60] * 5) + ".si", "too long"),
        ("ana@firma.local", "only for one's own network"),
        ("ana@x.test", "only for one's own network"),
        ("ana@-x.si", "not an e-mail address"),
        ("", "missing"),
    ],
)
def test_what_is_wrong_in_a_field_is_said(typed: str, sentence: str) -> None:
    said = address_problem(typed)
    assert sentence in said
    assert said.isprintable()


LOCALS = st.from_regex(r"[A-Za-z0-9_+-]{1,20}(\.[A-Za-z0-9_+-]{1,20}){0,2}", fullmatch=True)
LABELS = st.from_regex(r"[A-Za-z0-9](-?[A-Za-z0-9]){0,20}", fullmatch=True)
PLAIN = st.builds(lambda local, name, end: f"{local}@{name}.{end}", LOCALS, LABELS, st.sampled_from(("si", "EXAMPLE")))


@given(PLAIN)
def test_plain_addresses_are_judged_as_the_library_judges_them(address: str) -> None:
    """They take a short cut."""
    full = validate_email(address, check_deliverability=False, strict=True).normalized
    assert check_address(address).casefold() == full.casefold()


@given(st.lists(PLAIN, min_size=1, max_size=4), st.sampled_from((";", ",", " ; ", ",\t", ";;")))
def test_a_field_of_plain_addresses_comes_apart_and_stays_so(addresses: list[str], between: str) -> None:
    found = split_addresses(between.join(addresses))
    assert [one.casefold() for one in found] == list(dict.fromkeys(one.casefold() for one in addresses))
    assert split_addresses(", ".join(found)) == found


@given(st.text(alphabet='ab@.<>", ;\\č\r\n\0', max_size=40))
def test_any_field_gives_addresses_fit_for_the_wire_or_a_sentence(typed: str) -> None:
    said = address_problem(typed)
    assert said.isprintable()
    found = [] if said else split_addresses(typed)
    assert bool(found) is not bool(said)
    assert all("@" in ascii_address(address) for address in found)
