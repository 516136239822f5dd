"""How the letter in Podrobno, its differences, the review of a batch and the question for a printer look.

The letters are drawn here, so that the pictures do not change with the design of the real ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import fontpkg_lato
import pytest
from reportlab.pdfbase import pdfmetrics, ttfonts
from reportlab.pdfgen import canvas as drawing
from textual.pilot import Pilot

from opomini_tui import text
from opomini_tui.app import OpominiApp
from opomini_tui.models.notices import Document, Notice
from opomini_tui.models.parties import Operator
from tests.screens.conftest import TODAY, Opened
from tests.screens.working import go_to, settle, until_shown

pytestmark = pytest.mark.journeys

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])


LATO = Path(fontpkg_lato.__file__).parent / "files" / "Lato-Regular.ttf"
ROWS = (("2011-00003", "03.05.2011", "1.287,66"), ("2011-00002", "21.06.2011", "1.154,05"))
LETTERS = {
    100: (
        "1. OPOMIN",
        "pri pregledu odprtih postavk smo ugotovili, da plačila za spodaj naštete račune nismo prejeli.",
    ),
    191: (
        "2. OPOMIN",
        "kljub našemu opominu št. 2012-100 z dne 17.08.2012 plačila za spodaj naštete račune nismo prejeli.",
    ),
    192: ("2. OPOMIN", "kljub našemu opominu plačila nismo prejeli."),
    234: ("3. OPOMIN", "plačila za spodaj naštete račune do danes nismo prejeli."),
}


def drawn(number: int, title: str, sentence: str) -> bytes:
    """A page with an address beside figures, a sentence and a table."""
    metrics: Any = pdfmetrics  # reportlab has no types
    fonts: Any = ttfonts
    paper: Any = drawing
    metrics.registerFont(fonts.TTFont("Lato", str(LATO)))
    output = BytesIO()
    canvas = paper.Canvas(output, invariant=True, pageCompression=0)
    canvas.setFont("Lato", 9)
    canvas.drawString(70, 700, "Žnidaršič & Ćosić inženiring, d.o.o.")
    canvas.drawString(70, 687, "Čopova ulica 11, 1000 Ljubljana")
    for up, (name, value) in enumerate((("Rok plačila", "08.09.2012"), ("Številka opomina", f"2012-{number}"))):
        canvas.drawString(350, 687 + 13 * up, name)
        canvas.drawRightString(530, 687 + 13 * up, value)
    canvas.drawString(70, 640, f"{title} št. 2012-{number}")
    canvas.drawString(70, 610, "Spoštovani,")
    canvas.drawString(70, 590, sentence)
    for line, row in enumerate((("Račun", "Zapadlost", "Odprto"), *ROWS)):
        canvas.drawString(70, 560 - 15 * line, row[0])
        canvas.drawString(200, 560 - 15 * line, row[1])
        canvas.drawRightString(530, 560 - 15 * line, row[2])
    canvas.save()
    return output.getvalue()


def application(company: Opened, theme: str = "dark") -> OpominiApp:
    """The application in Slovene."""
    text.use_language("sl")
    Operator.update(language="sl").execute()
    for number, (title, sentence) in LETTERS.items():
        content = drawn(number, title, sentence)
        changed = Document.update(content=content, sha256=f"{number:064d}")
        changed.where(Document.id == Notice.get(Notice.number == number).document_id).execute()
    config = replace(company.config, theme=theme)
    made = OpominiApp(config, replace(company.actor, language="sl"), today=lambda: TODAY)
    made.animation_level = "none"
    return made


@pytest.fixture
def app(company: Opened) -> OpominiApp:
    """The application in dark colours."""
    return application(company)


def run_before(keys: tuple[str, ...], words: str) -> Callable[[Pilot[Any]], Any]:
    """Press keys on the notice 2012/191, then wait for words."""

    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await go_to(pilot, 191)
        for key in keys:
            await pilot.press(key)
            await settle(pilot)
        await until_shown(pilot, words)

    return act


@SIZES
def test_look_of_the_differences(app: OpominiApp, snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    keys = ("enter", "d", "n", "n", "n")
    assert snap_compare(app, terminal_size=size, run_before=run_before(keys, "Primerjano z opominom 2012/100"))


@pytest.mark.parametrize("colour", ["light", "none"])
def test_differences_are_seen_in_light_colours_and_without(
    company: Opened, snap_compare: Callable[..., bool], colour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if colour == "none":
        monkeypatch.setenv("NO_COLOR", "1")
    app = application(company, "light" if colour == "light" else "dark")
    keys = ("enter", "d", "n", "n", "n")
    assert snap_compare(app, terminal_size=(80, 24), run_before=run_before(keys, "Primerjano z opominom 2012/100"))


@SIZES
def test_look_of_the_review_of_a_batch(
    app: OpominiApp, snap_compare: Callable[..., bool], size: tuple[int, int]
) -> None:
    assert snap_compare(
        app, terminal_size=size, run_before=run_before(("f8", "f7", "n"), "Zadeva 3. opomin št. 2012-234")
    )


def test_look_of_the_question_for_a_printer(app: OpominiApp, snap_compare: Callable[..., bool]) -> None:
    async def act(pilot: Pilot[Any]) -> None:
        await run_before(("ctrl+t",), "ni nastavljen noben tiskalnik")(pilot)
        pilot.app.set_focus(pilot.app.screen.query_one("#button-cancel"))
        await settle(pilot)

    assert snap_compare(app, terminal_size=(80, 24), run_before=act)
