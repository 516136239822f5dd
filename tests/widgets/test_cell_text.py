"""Whatever a record holds, its cell is exactly as wide as its column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from opomini_tui.widgets.cell_text import Align, fit

ANY_TEXT = st.text(max_size=40) | st.text(
    alphabet="[]/\\x \u0301\u200d\ufe0f👨👩❤北\tš\u202e\u05d0\u0661\ud800", max_size=30
)


@given(ANY_TEXT, st.integers(0, 30), st.sampled_from(["left", "right", "center"]))
def test_a_cell_is_exactly_as_wide_as_its_column(text: str, width: int, align: Align) -> None:
    shown = fit(text, width, align)
    assert cell_len(shown) == width
    assert all(ord(character) >= 0x20 and not 0x7F <= ord(character) < 0xA0 for character in shown)
    shown.encode("utf-8")  # a lone surrogate would end the program when the frame is written


@given(st.text(alphabet="[]/=\"'\\abcčšž ()@#{}$-&<>", max_size=20))
def test_bracket_soup_is_shown_as_typed(text: str) -> None:
    assert fit(text, 20) == text.ljust(20)


@pytest.mark.parametrize(
    ("text", "width", "align", "shown"),
    [
        ("1.204,50", 10, "right", "  1.204,50"),
        ("2", 5, "center", "  2  "),
        ("Trgovina Žagar", 9, "left", "Trgovina…"),
        ("Žagar", 5, "left", "Žagar"),
        ("a\tb\nc\x1b[31m", 12, "left", "a␉b␊c␛[31m  "),
        ("北京飯店", 5, "left", "北京…"),
        ("北京飯店", 6, "left", "北京 …"),
        ("\u0301a", 4, "left", "\u25cc\u0301a  "),
        ("c\u030cas", 4, "left", "c\u030cas "),
        ("a\u00a0b", 3, "left", "a b"),
        ("x\u202ey\u200b", 3, "left", "xy "),
        ("❤\ufe0f", 2, "left", "❤ "),
        ("\ud800\x9b", 2, "left", "\ufffd\ufffd"),
    ],
)
def test_cells_are_drawn_so(text: str, width: int, align: Align, shown: str) -> None:
    assert fit(text, width, align) == shown


def test_right_to_left_text_is_fenced_in_so_that_the_next_figure_stays_in_its_column() -> None:
    assert fit("\u05d0\u05d1", 4) == "\u200e\u05d0\u05d1\u200e  "
    assert fit("\u05d0\u05d1\u05d2\u05d3", 3) == "\u200e\u05d0\u05d1\u200e…"
