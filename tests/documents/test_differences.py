"""Two letters in one text: nothing is lost, gaps do not count, and what was taken out stands first."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from opomini_tui.documents.differences import Line, differences, head_differences, letter_differences
from opomini_tui.documents.letter import draw_letter
from tests.documents.samples import SENDER, letter_of, lines, logo

texts = st.lists(st.sampled_from(("a", "b  c", "b c", "", "Znesek   1,00", "Znesek 2,00")), max_size=12)


def test_a_changed_line_is_taken_out_and_added_in_its_place() -> None:
    before = ["Spoštovani,", "plačajte do 1. 9.", "Lep pozdrav."]
    now = ["Spoštovani,", "plačajte takoj", "Lep pozdrav."]
    assert differences(before, now) == (
        Line(" ", "Spoštovani,"),
        Line("−", "plačajte do 1. 9."),
        Line("+", "plačajte takoj"),
        Line(" ", "Lep pozdrav."),
    )


def test_wider_gaps_between_columns_are_no_difference() -> None:
    assert differences(["Znesek  1,00"], ["  Znesek      1,00"]) == (Line(" ", "  Znesek      1,00"),)


def test_nothing_before_is_all_added_and_nothing_after_all_taken_out() -> None:
    assert differences([], ["a"]) == (Line("+", "a"),)
    assert differences(["a"], []) == (Line("−", "a"),)


@given(texts, texts)
def test_both_texts_can_be_read_from_the_result(before: list[str], now: list[str]) -> None:
    found = differences(before, now)
    assert [line.text for line in found if line.mark != "−"] == now
    assert [line.text.split() for line in found if line.mark != "+"] == [line.split() for line in before]


@given(texts)
def test_a_text_does_not_differ_from_itself(text: list[str]) -> None:
    assert all(line.mark == " " for line in differences(text, text))


def test_a_logo_is_no_difference() -> None:
    """It moves the sender's name and breaks it otherwise."""
    name = "Javno podjetje za gospodarjenje z odpadki, vodooskrbo in urejanje javnih površin Slovenske Gorice, d.o.o."
    plain = letter_of(lines(3), codes=True, sender=replace(SENDER, name=name))
    with_logo = replace(plain, sender=replace(plain.sender, logo=logo()))
    found = letter_differences(draw_letter(plain), draw_letter(with_logo), 78)
    assert {line.mark for line in found} == {" "}
    assert len(found) > 30
    moved = replace(with_logo, sender=replace(with_logo.sender, phone="+386 1 999 99 99"), above="Drugo besedilo.")
    found = letter_differences(draw_letter(plain), draw_letter(moved), 78)
    assert "+386 1 999 99 99" in [line.text for line in found if line.mark == "+"]
    assert SENDER.phone in [line.text for line in found if line.mark == "−"]
    assert "Drugo besedilo." in [line.text for line in found if line.mark == "+"]


def test_of_heads_only_the_texts_that_came_or_went_are_marked() -> None:
    assert head_differences(["Ime d.o.o.", "Stara ulica 1"], ["Nova ulica 2", "Ime d.o.o."]) == [
        Line("−", "Stara ulica 1"),
        Line("+", "Nova ulica 2"),
        Line(" ", "Ime d.o.o."),
    ]
