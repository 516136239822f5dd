"""What is kept of a screen says all of it, and a difference says where it is."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from tests.screens.looks.palettes import PALETTES
from tests.screens.looks.sheet import Sheet, differences, read, sheet

WHOLE = Region(0, 0, 10, 3)
MODAL = Region(2, 1, 6, 1)


def strip(*pieces: tuple[str, str]) -> Strip:
    """A line of words and their styles."""
    return Strip([Segment(words, Style.parse(style)) for words, style in pieces])


def screen(name: str = "Kupec 漢", style: str = "bold red on black", behind: str = "ab") -> Sheet:
    """Three lines of ten cells; the sixteen colours show nothing beside the modal."""
    middle = (name.ljust(9), style)
    lines = [strip(("x" * 10, "white on black")), strip(middle), strip((" " * 10, "on blue"))]
    full = [lines[0], strip((behind, "dim"), (name[:6], style), (behind, "dim")), lines[2]]
    bare = [strip((" " * 10, "")), strip(("  ", ""), (name[:6], style), ("  ", "")), strip((" " * 10, ""))]
    return sheet({PALETTES[0]: full, PALETTES[1]: full, PALETTES[2]: bare}, MODAL)


def test_what_is_written_is_read_again() -> None:
    now = screen()
    assert read(now.written()) == now
    assert now.words == ["x" * 10, "abKupec ab", ""]
    assert now.words_in(PALETTES[2]) == ["", "  Kupec", ""]
    assert now.styles_in(PALETTES[0])[1] == ["dim"] * 2 + ["bold red on black"] * 6 + ["dim"] * 2
    assert not differences("modal", now.written(), now)


def test_wide_letters_take_two_cells() -> None:
    drawn = [strip(("漢字", "bold"), (" 1234 ", "dim"))]
    now = sheet(dict.fromkeys(PALETTES, drawn), WHOLE)
    assert now.styles_in(PALETTES[0]) == [["bold"] * 4 + ["dim"] * 6]
    assert read(now.written()) == now


def test_other_words_are_told_with_their_line() -> None:
    assert differences("modal", screen().written(), screen("Kapec 漢")) == [
        "modal, line 2: -abKupec ab",
        "modal, line 2: +abKapec ab",
    ]


def test_another_style_is_told_with_its_words_and_in_each_palette() -> None:
    found = differences("modal", screen().written(), screen(style="red on black"))
    assert found == [
        f"modal, line 2, columns 3-8 'Kupec', {palette}: bold red on black → red on black" for palette in PALETTES
    ]


def test_a_screen_that_is_not_kept_is_told() -> None:
    assert differences("modal", "", screen()) == ["modal: not kept yet"]


def test_a_picture_is_kept_as_a_digest_that_changes_with_it() -> None:
    def picture(last: str) -> Sheet:
        shades = [f"#0000{number:02x}" for number in range(70)] + [last]
        drawn = [strip(*(("▄", f"{shade} on black") for shade in shades))]
        return sheet(dict.fromkeys(PALETTES, drawn), Region(0, 0, 71, 1))

    now = picture("#ff0000")
    assert now.cells == []
    assert read(now.written()) == now
    assert not differences("page", now.written(), now)
    assert "the picture is another" in differences("page", now.written(), picture("#ff0001"))[0]
