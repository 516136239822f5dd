"""Texts of notices: placeholders by key, one's own texts, the operator's editor, and what is refused."""

from __future__ import annotations

import itertools
import stat
from contextlib import nullcontext
from pathlib import Path
from typing import get_args

import pytest
from textual.pilot import Pilot

from opomini_tui.documents.stored_texts import LAWSUIT
from opomini_tui.documents.text_preview import fill_in
from opomini_tui.documents.wording import LETTER_LANGUAGES, Kind
from opomini_tui.errors import OpominiError
from opomini_tui.models.actor import Actor
from opomini_tui.models.settings import Template
from opomini_tui.screens.ask import ErrorScreen
from opomini_tui.screens.editor import edited, editor_command
from opomini_tui.screens.template_texts import packaged
from opomini_tui.screens.templates_form import TemplatesScreen
from opomini_tui.setup.checks import FieldErrors
from opomini_tui.setup.settings_form import save_texts, text_problem
from tests.screens.conftest import Opened, run_app
from tests.screens.conftest import said as toasts
from tests.screens.filling import confirm, field, fill, problems
from tests.screens.working import said, settle, typed, until_shown

CASES = list(itertools.product((1, 2, 3, LAWSUIT), LETTER_LANGUAGES, get_args(Kind)))


def script(folder: Path, text: str) -> str:
    """A shell script, to be used as an editor."""
    path = folder / "my editor"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o700)
    return f"'{path}'"


async def opened(pilot: Pilot[int]) -> TemplatesScreen:
    """The form, on the first notice."""
    screen = TemplatesScreen(1)
    pilot.app.push_screen(screen)
    await settle(pilot)
    return screen


# Without a screen


@pytest.mark.parametrize(("level", "language", "kind"), CASES)
def test_every_packaged_message_fits_its_level(sqlite_actor: Actor, level: int, language: str, kind: str) -> None:
    subject, mail = (packaged((level, language, kind, part)) for part in ("subject", "mail"))
    assert text_problem(subject, "subject") == ""
    assert text_problem(mail) == ""
    amounts = ("skupaj", "glavnica", "obresti", "strosek", "nadomestilo", "sestava", "racuni")
    assert not any(name in subject for name in amounts)
    filled = fill_in(mail, level, language, kind).text
    assert "2025-276" in filled
    assert filled.count("\n\n") >= 3
    others = [packaged((other, language, kind, "mail")) for other in (1, 2, 3, LAWSUIT) if other != level]
    assert mail not in others


def test_a_subject_is_one_line_and_has_no_control_characters(sqlite_actor: Actor) -> None:
    for subject, sentence in (
        ("Opomin\nBcc: x@y.si", "one line"),
        ("Opomin\r\nBcc: x@y.si", "one line"),
        ("Opomin\t{stevilka}", "one line"),
        ("Opomin\x00", "cannot be printed"),
        ("Opomin\u2028{stevilka}", "cannot be printed"),
        ("Opomin {stevlka}", r"{stevlka} (line 1, character 8), which is not a placeholder"),
    ):
        assert sentence in text_problem(subject, "subject")
        with pytest.raises(FieldErrors):
            save_texts({(1, "sl", "company", "subject"): subject}, sqlite_actor)
    assert Template.select().count() == 0
    assert save_texts({(1, "sl", "company", "subject"): " Opomin {stevilka}\n"}, sqlite_actor)


def test_where_a_text_is_wrong_is_said() -> None:
    assert "{dolg} (line 3, character 6)" in text_problem("Spoštovani\n\ndolg {dolg}")
    assert "line 2 at character 4" in text_problem("a\nbc {\nd")


def test_which_editor_is_used(tmp_path: Path) -> None:
    assert editor_command({"VISUAL": "code --wait", "EDITOR": "vi"}) == ["code", "--wait"]
    assert editor_command({"VISUAL": " ", "EDITOR": "'my editor' -n"}) == ["my editor", "-n"]
    (tmp_path / "vi").write_text("#!/bin/sh\n")
    (tmp_path / "vi").chmod(0o700)
    assert editor_command({"PATH": str(tmp_path)}) == ["vi"]
    with pytest.raises(OpominiError, match="No editor is found"):
        editor_command({"PATH": str(tmp_path / "empty")})
    with pytest.raises(OpominiError, match="EDITOR is not a command"):
        editor_command({"EDITOR": "vi 'x"})


def test_the_editor_gets_a_private_file_and_its_text_comes_back(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    command = editor_command(
        {"EDITOR": script(tmp_path, f'stat -c "%a %n" "$1" > {seen}; printf "č\\r\\n\\n" >> "$1"')}
    )
    assert edited("Opomin", command) == "Opomin\nč"
    mode, path = seen.read_text().split()
    assert int(mode, 8) == stat.S_IRUSR | stat.S_IWUSR
    assert not Path(path).exists()
    assert edited("Opomin\n\nx", editor_command({"EDITOR": script(tmp_path, "true")})) == "Opomin\n\nx"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("exit 3", "ended with error 3"),
        ('printf "\\377" > "$1"', "cannot be read"),
        ('rm "$1"', "cannot be read"),
    ],
)
def test_a_failed_editor_changes_nothing(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(OpominiError, match=sentence):
        edited("Opomin", editor_command({"EDITOR": script(tmp_path, text)}))
    with pytest.raises(OpominiError, match="does not start"):
        edited("Opomin", [str(tmp_path / "none")])


# On the screen


@pytest.mark.journeys
async def test_a_placeholder_is_chosen_from_the_list(company: Opened) -> None:
    async with run_app(company) as pilot:
        form = await opened(pilot)
        form.area.area.text = "Dolg "
        form.area.area.move_cursor((0, 5))
        await pilot.press("f2")
        await until_shown(pilot, "{stevilka}")
        await typed(pilot, "skupaj")
        await pilot.press("enter")
        await until_shown(pilot, "Filled in for notice")
        assert form.area.area.text == "Dolg {skupaj}"
        await until_shown(pilot, "(own text) · 1 text changed")
        form.area.area.text = "Dolg {skupej}"
        await until_shown(pilot, "{skupej} (line 1, character 6), which is not")
        assert "Unknown placeholder: {skupej}" in problems(pilot)["content"]


@pytest.mark.journeys
async def test_own_texts_are_listed_and_gone_to(company: Opened) -> None:
    Template.create(level=2, language="de", customer_kind="person", part="mail", content="Eigener Text {stevilka}")
    async with run_app(company) as pilot:
        form = await opened(pilot)
        await pilot.press("f3")
        await until_shown(pilot, "Notice 2 · Deutsch · natural persons · text of the e-mail")
        await pilot.press("enter")
        await until_shown(pilot, "(own text)")
        assert form.area.area.text == "Eigener Text {stevilka}"
        assert [field(pilot, name).read() for name in ("level", "language", "customer_kind", "part")] == [
            *("2", "de", "person", "mail")
        ]


@pytest.mark.journeys
async def test_a_subject_with_a_line_break_is_refused_at_its_field(company: Opened) -> None:
    async with run_app(company) as pilot:
        form = await opened(pilot)
        await fill(pilot, {"part": "subject"})
        form.area.area.text = "Opomin\n{stevilka}"
        await settle(pilot)
        await confirm(pilot)
        assert "one line" in problems(pilot)["content"]
        assert Template.select().count() == 0


@pytest.mark.journeys
async def test_the_text_is_written_in_the_editor(
    company: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with run_app(company) as pilot:
        form = await opened(pilot)
        monkeypatch.setenv("VISUAL", script(tmp_path, 'printf "Iz urejevalnika {stevilka}" > "$1"'))
        await pilot.press("f5")
        await settle(pilot)
        told = toasts(pilot)
        assert told[-1:] == ["This terminal cannot be handed to an editor."]  # there is none behind a test
        monkeypatch.setattr(pilot.app, "suspend", nullcontext)
        await pilot.press("f5")
        await until_shown(pilot, "Iz urejevalnika 2012-")
        assert form.area.area.text == "Iz urejevalnika {stevilka}"
        monkeypatch.setenv("VISUAL", script(tmp_path, "exit 1"))
        await pilot.press("f5")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ErrorScreen)
        assert "ended with error 1" in said(pilot)


@pytest.mark.journeys
@pytest.mark.parametrize(("language", "size"), [("sl", (80, 24)), ("en", (120, 40))])
async def test_keys_and_preview_are_in_sight(company: Opened, language: str, size: tuple[int, int]) -> None:
    async with run_app(company, size, language=language) as pilot:
        await opened(pilot)
        words = "F2 Oznake... · F3 Lastna besedila... · F5 V urejevalniku" if language == "sl" else "F5 In the editor"
        assert words in said(pilot)
        assert "F9" in said(pilot)
        assert "**1.019,91 EUR**" in said(pilot)
