"""Words on a focused button or a chosen line: darkened or lightened until they stand out."""

from __future__ import annotations

from rich.style import Style
from textual.color import Color

from opomini_tui.widgets.record_styles import READABLE, contrast, readable


def test_a_key_on_the_focused_button_stands_out_and_keeps_its_hue() -> None:
    before = Style.parse("bold #e0b35a on #3a6d99")
    after = readable(before)
    assert contrast(Color.from_rich_color(before.color), Color.from_rich_color(before.bgcolor)) < READABLE
    assert contrast(Color.from_rich_color(after.color), Color.from_rich_color(after.bgcolor)) >= READABLE
    red, _green, blue = Color.from_rich_color(after.color).rgb
    assert red > blue
    assert after.bold


def test_what_stands_out_stays_as_it_is() -> None:
    style = Style.parse("#ffffff on #12161b")
    assert readable(style).color == style.color


def test_the_terminals_own_colours_are_left_to_it() -> None:
    style = Style.parse("yellow on blue")
    assert readable(style) == style


def test_words_in_the_terminals_own_colour_get_another_on_one_of_the_sixteen() -> None:
    assert readable(Style.parse("bold default on blue")) == Style.parse("bold bright_white on blue")
    assert readable(Style.parse("bright_yellow on cyan")) == Style.parse("black on cyan")
    own = Style.parse("default on default")
    assert readable(own) == own
