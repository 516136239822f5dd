"""The operator's own keys: what is taken, and what is left out with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opomini_tui import text
from opomini_tui.actions import ACTIONS, BY_ID
from opomini_tui.keymap import Keymap, load_keymap


@pytest.fixture
def keymap(tmp_path: Path) -> Path:
    """The file's path."""
    text.use_language("en")
    return tmp_path / "keymap.toml"


def loaded(path: Path, lines: str) -> Keymap:
    """What is read of these lines under [keys]."""
    path.write_text(f"[keys]\n{lines}\n", encoding="utf-8")
    return load_keymap(path)


def test_without_a_file_nothing_changes(keymap: Path) -> None:
    assert load_keymap(keymap) == Keymap({})


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ('"f2"', "f2"),
        ('"F2"', "f2"),
        ('"Ctrl+G"', "ctrl+g"),
        ('"é"', "é"),
        ('"T"', "T"),
        ('"!"', "exclamation_mark"),
        ('"/"', "slash"),
        ('"+"', "plus"),
        ('","', "comma"),
        ('["f2", "ctrl+g"]', "f2,ctrl+g"),
        ('"f2,ctrl+g"', "f2,ctrl+g"),
        ('"ctrl+down"', "ctrl+down"),
    ],
)
def test_keys_are_read_as_people_write_them(keymap: Path, written: str, key: str) -> None:
    free = '"everywhere.jobs" = "ctrl+y"\n"notices.search" = "ctrl+f"\n"notices.tick_all" = "ctrl+a"\n"notices.older_year" = "ctrl+b"\n'
    found = loaded(keymap, f'{free}"notices.prepare" = {written}')
    assert found.problems == ()
    assert found.keys["notices.prepare"] == key


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('"notices.fly" = "f2"', "notices.fly: there is no such action."),
        ('"notices.prepare" = 7', "notices.prepare: a key or a list of keys is expected."),
        ('"notices.prepare" = "hyper+x"', "hyper+x is not a key."),
        ('"notices.prepare" = "elephant"', "elephant is not a key."),
        ('"notices.prepare" = ""', " is not a key."),
        ('"notices.prepare" = "ctrl+m"', "terminals keep ctrl+m for themselves"),
        ('"notices.prepare" = "F11"', "terminals keep F11 for themselves"),
        ('"notices.prepare" = "alt+p"', "Alt with a letter goes to the fields of forms."),
        ('"notices.delete" = "d"', "d could be typed by accident, and this cannot be taken back."),
        ('"form.confirm" = "y"', "y could be typed by accident"),
        ('"form.confirm" = "f8"', "f8 is already the key of"),
        ('"notices.prepare" = "f4"', "f4 is already the key of Send by e-mail (notices.send)."),
        ('"notices.prepare" = "f1"', "f1 is already the key of Help (everywhere.help)."),
    ],
)
def test_what_cannot_be_is_said_and_the_usual_key_stays(keymap: Path, line: str, sentence: str) -> None:
    found = loaded(keymap, line)
    assert found.keys == {}
    assert sentence in found.problems[0]


def test_two_actions_may_change_their_keys_with_each_other(keymap: Path) -> None:
    found = loaded(keymap, '"notices.send" = "f5"\n"notices.print" = "f4"')
    assert found == Keymap({"notices.send": "f5", "notices.print": "f4"})


def test_a_broken_file_is_one_sentence(keymap: Path) -> None:
    keymap.write_text("[keys\n", encoding="utf-8")
    found = load_keymap(keymap)
    assert found.keys == {}
    assert ["keymap.toml" in sentence for sentence in found.problems] == [True]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([action.id for action in ACTIONS]), st.text(max_size=12))
def test_whatever_is_written_is_a_key_or_a_sentence(keymap: Path, name: str, written: str) -> None:
    escaped = "".join(f"\\U{ord(char):08x}" for char in written if not 0xD800 <= ord(char) < 0xE000)
    found = loaded(keymap, f'"{name}" = "{escaped}"')
    assert (name in found.keys) != bool(found.problems)
    assert BY_ID[name].keys == BY_ID[name].keys_in_force
