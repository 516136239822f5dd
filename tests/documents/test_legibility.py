"""Characters that a letter cannot show are told: which, and in which field."""

from __future__ import annotations

from dataclasses import replace

import pytest

from opomini_tui.documents.legibility import illegible, letter_fields, note_illegible, sentences_of_many
from tests.documents.samples import letter_of, lines

BOX = "{field}: the letter has no sign for {signs}, an empty box stands there."
LEFTWARDS = "{field}: {signs} is of a script from right to left, the letter sets it wrongly."


@pytest.mark.parametrize("text", ["Čšž ćđ ß €", "Шаров Ωμέγα Żółć ğ", "☎ ქართული", "č x\u00a0y\u200b", "c\u030c\tn\n"])
def test_what_some_font_has_is_no_warning(text: str) -> None:
    assert illegible([("Name", text)]) == []


def test_a_character_is_told_once_in_its_first_field() -> None:
    assert illegible([("Name", "王 a 王"), ("Text", "王明 שלום")]) == [
        BOX.format(field="Name", signs="王"),
        BOX.format(field="Text", signs="明"),
        LEFTWARDS.format(field="Text", signs="ש ל ו ם"),
    ]


def test_of_many_characters_the_first_are_named() -> None:
    (said,) = illegible([("Name", "天地玄黃宇宙洪荒日月")])
    assert "天 地 玄 黃 宇 宙 洪 荒 …," in said


def test_every_field_of_a_letter_that_is_typed_is_looked_at() -> None:
    letter = letter_of(lines(2))
    assert illegible(letter_fields(letter)) == []
    fields = dict(letter_fields(letter))
    recipient = replace(letter.recipient, name="名", street="街", city="城")
    sender = replace(letter.sender, contact="人")
    items = (letter.items[0], replace(letter.items[1], document="票"))
    strange = replace(letter, recipient=recipient, sender=sender, items=items, above="上", below="下")
    assert len(illegible(letter_fields(strange))) == len(fields)


def test_of_many_letters_each_sentence_is_said_once() -> None:
    found: dict[str, list[str]] = {}
    strange = replace(letter_of(lines(1)), above="上")
    for label in ("2012/100", "2012/101", "2012/102"):
        note_illegible(label, strange, found)
    said = BOX.format(field="letter, above the items", signs="上")
    assert sentences_of_many(found) == [f"2012/100 and 2 more: {said}"]
    many = {f"Sentence {number}.": ["2012/1"] for number in range(23)}
    assert sentences_of_many(many)[0] == "2012/1: Sentence 0."
    assert sentences_of_many(many)[-1] == "… and 3 such warnings more"
