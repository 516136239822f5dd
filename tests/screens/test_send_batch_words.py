"""The words of the batch form: right plurals, every reason named, placeholders completed."""

from __future__ import annotations

import pytest

from opomini_tui import text as texts
from opomini_tui.mail.plan import SendCounts
from opomini_tui.screens.send_batch_parts import counts_words, send_label
from opomini_tui.widgets.template_field import completion, template_problem


@pytest.mark.parametrize(
    ("count", "label"),
    [
        (1, "Pošlji 1 opomin"),
        (2, "Pošlji 2 opomina"),
        (3, "Pošlji 3 opomine"),
        (4, "Pošlji 4 opomine"),
        (5, "Pošlji 5 opominov"),
        (11, "Pošlji 11 opominov"),
        (42, "Pošlji 42 opominov"),
        (101, "Pošlji 101 opomin"),
        (102, "Pošlji 102 opomina"),
        (103, "Pošlji 103 opomine"),
        (111, "Pošlji 111 opominov"),
    ],
)
def test_the_button_has_the_right_plural(count: int, label: str) -> None:
    texts.use_language("sl")
    assert send_label(count) == label


def test_counts_name_every_reason() -> None:
    counts = SendCounts(5, 2, {"no_contact": 1, "bad_address": 2})
    assert counts_words(counts) == "5 notices match · 2 will go · 3 will not: no contact 1, bad address 2"


@pytest.mark.parametrize(
    ("before", "added"),
    [
        ("Opomin {stev", "ilka}"),
        ("{s", ""),
        ("{sk", ""),
        ("{sku", "paj}"),
        ("{?obr", "esti"),
        ("{!pode", ""),
        ("no brace", ""),
        ("{skupaj} ", ""),
    ],
)
def test_completion(before: str, added: str) -> None:
    assert completion(before) == added


def test_a_placeholder_that_is_being_typed_is_no_problem_yet() -> None:
    assert template_problem("Opomin {stev", 12) == ""
    assert "{nekaj}" in template_problem("Opomin {nekaj}", 14)
    assert "stray brace" in template_problem("Opomin } x", 10)
