"""Everything can be taken in at a glance: files, classes and functions of the package and of its tests stay short."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MOST_LINES = {"file": 400, "class": 250, "function": 50}


def sizes(path: Path) -> Iterator[tuple[str, str, int]]:
    """Kind, name and number of lines of a source file and of all that is defined in it."""
    text = path.read_text(encoding="utf-8")
    yield "file", path.name, len(text.splitlines())
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            kind = "class" if isinstance(node, ast.ClassDef) else "function"
            yield kind, node.name, (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("folder", ["opomini_tui", "tests"])
def test_nothing_is_long(folder: str) -> None:
    files = sorted((ROOT / folder).rglob("*.py"))
    assert len(files) > 100
    long = [
        f"{path.relative_to(ROOT)}: {kind} {name} has {lines} lines, {MOST_LINES[kind]} at the most"
        for path in files
        for kind, name, lines in sizes(path)
        if lines > MOST_LINES[kind]
    ]
    assert long == []


def test_what_is_too_long_is_found(tmp_path: Path) -> None:
    lines = ["class Long:", *["    def short(self) -> None: ..."] * 250, "def long() -> None:", *["    print()"] * 60]
    path = tmp_path / "source.py"
    path.write_text("\n".join(lines), encoding="utf-8")
    found = {(kind, name): count for kind, name, count in sizes(path)}
    assert found == {
        ("file", "source.py"): 312,
        ("class", "Long"): 251,
        ("function", "short"): 1,
        ("function", "long"): 61,
    }
