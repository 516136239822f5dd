"""The letters of states: each says one thing, whether it stands for a notice or for a message."""

from __future__ import annotations

import pytest

from opomini_tui import text
from opomini_tui.models.words import delivery_letter
from opomini_tui.screens.notice_rows import state_name
from opomini_tui.text.names import fold

MESSAGES = ("queued", "sent", "deferred", "refused", "unknown", "held", "cancelled", "undelivered", "reply")
NOTICES = ("prepared", "issued", "sent")


@pytest.mark.parametrize("language", ["sl", "en"])
def test_no_letter_means_two_things(language: str) -> None:
    text.use_language(language)
    letters = [*map(delivery_letter, MESSAGES), *(state_name(state)[0] for state in NOTICES)]
    assert len(set(letters)) == len(letters)
    assert all(len(letter) == 1 for letter in letters)
    assert not {"š", "ž"} & {letter.casefold() for letter in letters}, "too like S and Z"
    assert len({fold(letter) for letter in letters}) == len(letters), "also without their marks"
    assert {delivery_letter(state) for state in ("claimed", "sending")} == {delivery_letter("queued")}
