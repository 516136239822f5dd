"""Every screen and modal, in a small and a large window, in Slovene and English, looks as it did when it was looked at.

The text is compared as it stands, the styles by a digest for each palette: dark and without colours in a small Slovene
and a large English window, the 16 colours of the terminal in the other two. `python -m tests.screens.looks FOLDER` renews
what is kept and draws the pictures to look at.
"""

from __future__ import annotations

import os
from difflib import unified_diff
from pathlib import Path

import pytest

from opomini_tui import text
from tests.screens.conftest import Opened
from tests.screens.every_screen import furnish
from tests.screens.looks.taking import Look, looks, stop_clocks

pytestmark = pytest.mark.long

KEPT = Path(__file__).parent / "looks"
PICTURES = os.environ.get("OPOMINI_LOOKS", "")
"""Where the pictures go when the looks are renewed; "" when they are compared."""


@pytest.mark.parametrize(
    ("language", "size", "theme"),
    [("sl", (80, 24), "dark"), ("en", (80, 24), "ansi"), ("sl", (120, 40), "ansi"), ("en", (120, 40), "dark")],
    ids=["sl-80x24", "en-80x24", "sl-120x40", "en-120x40"],
)
async def test_every_screen_looks_as_it_did(
    company: Opened, language: str, size: tuple[int, int], theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text.use_language(language)
    furnish(company)
    stop_clocks(monkeypatch)
    folder = KEPT / f"{language}-{size[0]}x{size[1]}"
    taken = [look async for look in looks(company, size, language, theme)]
    if PICTURES:
        _renew(folder, taken)
    weak = [f"{look.name}: {words}" for look in taken for words in look.faint]
    assert not weak, "\n".join(weak)
    changed = [line for look in taken for line in _changes(folder, look)]
    assert not changed, "\n".join(changed[:200])
    assert {path.name for path in folder.iterdir()} == {_file(look) for look in taken}


def _file(look: Look) -> str:
    return look.name.replace(" ", "-") + ".txt"


def _changes(folder: Path, look: Look) -> list[str]:
    path = folder / _file(look)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    name = f"{folder.name}/{path.name}"
    return list(unified_diff(before.splitlines(), look.text.splitlines(), name, "now", lineterm="", n=1))


def _renew(folder: Path, taken: list[Look]) -> None:
    """Keep what was taken now, and nothing else."""
    folder.mkdir(exist_ok=True)
    for path in folder.glob("*.txt"):
        path.unlink()
    pictures = Path(PICTURES) / folder.name
    pictures.mkdir(parents=True, exist_ok=True)
    for look in taken:
        (folder / _file(look)).write_text(look.text, encoding="utf-8")
        (pictures / f"{look.name.replace(' ', '-')}.svg").write_text(look.picture, encoding="utf-8")
