"""A one-line input shows where its text goes on beyond its edges, and never hides what is under the cursor."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from opomini_tui.widgets.line_input import LineInput

ADDRESS = "racunovodstvo@stranka.example"


class OneField(App[None]):
    """Only the input, ten cells wide."""

    def __init__(self, value: str) -> None:
        super().__init__()
        self._value = value

    def compose(self) -> ComposeResult:
        """It is in focus."""
        box = LineInput(self._value, compact=True, select_on_focus=False)
        box.styles.width, box.styles.padding = 10, 0
        yield box


def drawn(app: App[None]) -> str:
    """The ten cells."""
    return app.screen._compositor.render_strips()[0].crop(0, 10).text


@pytest.mark.parametrize(
    ("value", "begin", "end"),
    [
        (ADDRESS, "racunovod…", "….example "),
        ("kratko", "kratko    ", "kratko    "),
        ("desetznaki", "desetznaki", "…setznaki "),
        ("漢字カナ漢字カナ", "漢字カナ …", ""),
    ],
)
async def test_a_sign_stands_where_the_text_goes_on(value: str, begin: str, end: str) -> None:
    async with OneField(value).run_test(size=(40, 3)) as pilot:
        await pilot.press("home")
        await pilot.pause()
        assert drawn(pilot.app) == begin
        if end:
            await pilot.press("end")
            await pilot.pause()
            assert drawn(pilot.app) == end


async def test_what_is_under_the_cursor_is_never_hidden() -> None:
    async with OneField(ADDRESS).run_test(size=(40, 3)) as pilot:
        box = pilot.app.query_one(LineInput)
        for place in range(len(ADDRESS)):
            box.cursor_position = place
            await pilot.pause()
            shown = drawn(pilot.app)
            assert ADDRESS[place] in shown, (place, shown)
            assert shown[box._cursor_offset - round(box.scroll_offset.x)] == ADDRESS[place]


async def test_a_letter_does_not_lay_the_screen_out_again() -> None:
    app = OneField("kratko")
    async with app.run_test() as pilot:
        await pilot.pause()
        laid_out: list[bool] = []
        app.screen.screen_layout_refresh_signal.subscribe(app.screen, lambda _screen: laid_out.append(True))
        await pilot.press("x", "y")
        await pilot.pause()
        assert "kratkoxy" in drawn(app)
        assert not laid_out
        app.query_one(LineInput).styles.width = 12
        await pilot.pause()
        assert laid_out, "the signal tells of a layout"
