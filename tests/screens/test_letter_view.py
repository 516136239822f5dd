"""The letter opened: in a viewer of the operator's own, as pictures, or as a file where there is no display."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from opomini_tui.config import Config, load_config
from opomini_tui.errors import OpominiError
from opomini_tui.models.notices import Notice
from opomini_tui.screens import page_image
from opomini_tui.screens.page_image import (
    images_shown,
    look_for_images,
    may_show_images,
    page_pictures,
    why_no_images,
)
from opomini_tui.screens.viewer import desktop_viewer, keep, own_viewer, show_file


def config_with(viewer: str) -> Config:
    return load_config({"OPOMINI_VIEWER": viewer})


def program(path: Path, text: str) -> Path:
    """A viewer made for the test."""
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def wait_for(path: Path) -> str:
    """What is written into a file as soon as it is there."""
    for _round in range(200):
        if path.exists() and path.read_text():
            return path.read_text()
        time.sleep(0.05)
    raise AssertionError(f"{path} was never written")


def test_the_own_viewer_is_a_command_with_arguments_and_no_shell() -> None:
    assert own_viewer(config_with("zathura --fork '$(rm x)'")) == ["zathura", "--fork", "$(rm x)"]
    assert own_viewer(config_with("  ")) == []
    with pytest.raises(OpominiError, match="OPOMINI_VIEWER is not a command"):
        own_viewer(config_with("zathura 'open"))


def test_the_desktop_opens_files_only_where_there_is_a_display(tmp_path: Path) -> None:
    program(tmp_path / "xdg-open", "exit 0")
    path = str(tmp_path)
    assert desktop_viewer({"PATH": path}, "linux") == []
    assert desktop_viewer({"PATH": path, "DISPLAY": ":0"}, "linux") == ["xdg-open"]
    assert desktop_viewer({"PATH": path, "WAYLAND_DISPLAY": "wayland-0"}, "linux") == ["xdg-open"]
    assert desktop_viewer({"PATH": str(tmp_path / "empty"), "DISPLAY": ":0"}, "linux") == []
    assert desktop_viewer({}, "darwin") == ["open"]
    assert desktop_viewer({"SSH_CONNECTION": "1 2 3 4"}, "darwin") == []


def test_a_letter_is_kept_for_this_user_alone() -> None:
    path = keep(b"one", "opomin-1.pdf")
    assert keep(b"two", "opomin-1.pdf") == path
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.glob("*.part")] == []


def test_what_was_kept_is_gone_when_the_program_has_ended() -> None:
    script = "from opomini_tui.screens.viewer import keep; print(keep(b'x', 'a.pdf'))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    path = Path(done.stdout.strip())
    assert path.name == "a.pdf"
    assert not path.parent.exists()


def test_the_viewer_gets_the_file_as_its_last_argument(tmp_path: Path) -> None:
    letter = tmp_path / "a letter.pdf"
    letter.write_bytes(b"%PDF")
    viewer = program(
        tmp_path / "viewer", f'printf "%s|" "$@" > {tmp_path}/seen.part; mv {tmp_path}/seen.part {tmp_path}/seen'
    )
    show_file(letter, [str(viewer), "--one page"])
    assert wait_for(tmp_path / "seen") == f"--one page|{letter}|"


def test_a_viewer_that_stays_open_is_not_waited_for(tmp_path: Path) -> None:
    viewer = program(tmp_path / "viewer", f"echo $$ > {tmp_path}/pid; exec sleep 30")
    began = time.monotonic()
    show_file(tmp_path / "a.pdf", [str(viewer)])
    assert time.monotonic() - began < 10
    number = int(wait_for(tmp_path / "pid"))
    os.kill(number, 0)  # it still runs
    os.kill(number, 15)


@pytest.mark.parametrize(
    ("viewer", "sentence"), [("no-such-viewer", "does not start"), ("false", "ended with error 1")]
)
def test_a_viewer_that_fails_is_said_with_the_place_of_the_file(viewer: str, sentence: str) -> None:
    with pytest.raises(OpominiError, match=f"{viewer} {sentence}.*The letter is in /tmp/x.pdf"):
        show_file(Path("/tmp/x.pdf"), [viewer])


@pytest.mark.parametrize(
    ("environment", "shows"),
    [
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "foot-extra"}, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, True),
        ({"TERM": "xterm-256color", "WT_SESSION": "7"}, True),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux"}, False),
        ({}, False),
    ],
)
def test_terminals_that_show_pictures(environment: dict[str, str], shows: bool) -> None:
    assert may_show_images(environment) is shows


def test_a_terminal_that_is_not_known_to_show_pictures_is_not_asked() -> None:
    script = (
        "import sys; from opomini_tui.config import load_config; from opomini_tui.screens.page_image import look_for_images, "
        "images_shown; look_for_images(load_config({{'OPOMINI_IMAGES': '{switch}'}}), {environment}); "
        "print('textual_image' in sys.modules, images_shown())"
    )
    for switch, environment, said in (
        ("", {"TERM": "xterm-256color"}, "False False"),
        ("off", {"TERM": "xterm-kitty"}, "False False"),
        ("on", {"TERM": "xterm-256color"}, "True False"),  # asked; what is no terminal shows none
    ):
        code = script.format(switch=switch, environment=environment)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == said, (switch, environment)


def test_pages_are_drawn_as_pictures(company: object) -> None:
    document = Notice.get(Notice.number == 100).document
    assert document is not None
    pages = page_pictures(bytes(document.content))
    assert len(pages) == 1
    width, height = pages[0].size
    assert width == pytest.approx(1400, abs=2)
    assert height / width == pytest.approx(297 / 210, abs=0.01)
    assert len(pages[0].convert("L").getcolors() or ()) > 10, "there is something on it"


def test_without_asking_no_pictures_are_offered() -> None:
    look_for_images(load_config({}), {"TERM": "dumb"})
    assert images_shown() is False


def test_pictures_that_were_asked_for_and_are_not_shown_are_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    assert why_no_images(load_config({})) == ""
    assert why_no_images(load_config({"OPOMINI_IMAGES": "off"})) == ""
    asked = load_config({"OPOMINI_IMAGES": "on"})
    assert why_no_images(asked) == "This terminal answered that it shows no pictures."
    monkeypatch.setattr(page_image, "_installed", lambda: False)
    assert "install opomini[image]" in why_no_images(asked)
    monkeypatch.setattr(page_image, "images_shown", lambda: True)
    assert why_no_images(asked) == ""
