"""A path is completed as a shell completes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from opomini_tui.widgets.path_field import continued, listing

ENDINGS = (".csv", ".xlsx")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files, another folder, and something hidden."""
    for name in ("stranke.csv", "stiki.CSV", "slika.png", ".skrito.csv", "Odprte.xlsx"):
        (tmp_path / name).touch()
    (tmp_path / "stari").mkdir()
    return tmp_path


def test_folders_first_then_the_files_that_are_wanted(folder: Path) -> None:
    assert [path.name for path in listing(folder, ENDINGS)] == ["stari", "Odprte.xlsx", "stiki.CSV", "stranke.csv"]
    assert "slika.png" in [path.name for path in listing(folder, ())]
    assert listing(folder / "ni", ENDINGS) == []


@pytest.mark.parametrize(
    ("typed", "longer", "names"),
    [
        ("O", "Odprte.xlsx", []),
        ("st", "st", ["stari/", "stiki.CSV", "stranke.csv"]),
        ("s", "st", ["stari/", "stiki.CSV", "stranke.csv"]),
        ("sta", "stari/", []),
        ("x", "x", []),
    ],
)
def test_as_far_as_it_is_certain(folder: Path, typed: str, longer: str, names: list[str]) -> None:
    assert continued(f"{folder}/{typed}", ENDINGS) == (f"{folder}/{longer}", names)


def test_the_home_folder_stays_as_typed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    assert continued("~/O", ENDINGS) == ("~/Odprte.xlsx", [])


def test_without_a_folder_the_present_one_is_meant(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert continued("O", ENDINGS) == ("Odprte.xlsx", [])
