"""Usage, filters, languages, who acts, and trouble: one sentence and the right exit code, never a traceback."""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opomini_tui.action import use_keys
from opomini_tui.commands.filters import add_filter, read_filter
from opomini_tui.errors import UsageError
from opomini_tui.models.notice_filter import NoticeFilter, Span
from tests.commands.conftest import Command, prepare_some, set_up


def parsed(*arguments: str) -> NoticeFilter:
    parser = argparse.ArgumentParser()
    add_filter(parser)
    return read_filter(parser.parse_args(arguments))


def test_filter_options_become_one_filter() -> None:
    chosen = parsed(
        *("--year", "2012", "--customer", "0000001..0000004", "--date", "17.08.2012..2012-08-31", "--packet", "1.."),
        *("--level", "..3", "--number", "100..191", "--state", "issued", "--before-lawsuit"),
    )
    assert chosen == NoticeFilter(
        year=2012,
        customer=Span("0000001", "0000004"),
        date=Span(date(2012, 8, 17), date(2012, 8, 31)),
        packet=Span(1, None),
        level=Span(None, 3),
        number=Span(100, 191),
        state="issued",
        before_lawsuit=True,
    )
    assert parsed() == NoticeFilter()
    assert parsed("--level", "2").level == Span(2, 2)
    assert parsed("--number", "..").number.is_open


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_dates_are_read_in_all_three_forms(day: date) -> None:
    for text in (f"{day:%d.%m.%Y}", f"{day.day}.{day.month}.{day.year}", day.isoformat()):
        assert parsed("--date", f"{text}..").date == Span(day, None)
        assert parsed("--date", text).date == Span(day, day)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--year", "twelve"),
        ("--year", ""),
        ("--date", "31.2.2012"),
        ("--date", "17.08.2012..16.08.2012"),
        ("--level", "4"),
        ("--level", "0..2"),
        ("--number", "200..100"),
        ("--number", "-1"),
        ("--number", "1..2..3"),
        ("--customer", "A..B..C"),
        ("--customer", ""),
        ("--packet", "1.5"),
        ("--number", "99999999999999999999"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(arguments: tuple[str, str]) -> None:
    with pytest.raises(UsageError) as caught:
        parsed(arguments[0] + "=" + arguments[1])
    assert arguments[0] in str(caught.value)


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("notices", "--nonsense"),
        ("notices", "--date", "1.13.2012"),
        ("notices", "--limit", "-3"),
        ("notices", "--state", "lost"),
        ("notices", "--format", "xml"),
        ("prepare",),
        ("prepare", "--date", "tomorrow"),
        ("print",),
        ("print", "--output", "a", "--printer", "b"),
        ("print", "--output", "a", "--copies", "0"),
        ("export", "all", "--output", "x.csv"),
        ("settings",),
        ("--company", "../x", "notices"),
    ],
)
def test_wrong_usage_gives_2_and_changes_nothing(opomini: Command, arguments: tuple[str, ...], tmp_path: Path) -> None:
    ran = opomini(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err
    assert "Traceback" not in ran.err
    assert not (tmp_path / "data" / "opomini.db").exists()


def test_help_and_version_in_both_languages(opomini: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    assert opomini("--version").out.startswith("opomini ")
    assert "usage:" in opomini("send", "--help").out
    monkeypatch.setenv("OPOMINI_LANGUAGE", "sl")
    shown = opomini("send", "--help").out
    assert "uporaba:" in shown
    assert "usage" not in shown
    wrong = opomini("notices", "--nonsense")
    assert (wrong.code, "neznani argumenti" in wrong.err) == (2, True)


def test_an_empty_database_says_what_to_do(opomini: Command) -> None:
    ran = opomini("notices")
    assert ran.code == 1
    assert "settings apply" in ran.err


def test_settings_say_what_changes(opomini: Command, tmp_path: Path) -> None:
    set_up(opomini, tmp_path)
    file = tmp_path / "one.toml"
    file.write_text('[company]\nphone = "1"')
    ran = opomini("settings", "apply", file)
    assert (ran.code, ran.out) == (0, "company.phone: +386 1 234 56 78 → 1\n")
    assert opomini("settings", "apply", file).code == 5
    file.write_text('[company]\nfone = "1"\n[dunning]\nrow_limit = "many"')
    ran = opomini("settings", "apply", file)
    assert ran.code == 1
    assert "company.fone" in ran.err
    assert "dunning.row_limit = 'many'" in ran.err
    shown = tmp_path / "shown.toml"
    shown.write_text(opomini("settings", "show").out, "utf-8")
    assert opomini("settings", "apply", shown).code == 5


def test_levels_of_operators_hold_here_too(opomini: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(opomini, tmp_path)
    prepare_some(opomini)
    file = tmp_path / "two.toml"
    file.write_text(
        '[[operators]]\nid = "7"\nname = "Ana"\nrole = "clerk"\nuser_name = "ana"\nsign_in_password_env = "ANA"\n'
        '[[operators]]\nid = "8"\nname = "Gost"\nrole = "view"\nuser_name = "gost"\nsign_in_password_env = "ANA"'
    )
    monkeypatch.setenv("ANA", "dolgo-geslo")
    assert opomini("settings", "apply", file).code == 0
    monkeypatch.setenv("OPOMINI_OPERATOR", "ana")
    monkeypatch.setenv("OPOMINI_OPERATOR_PASSWORD", "napačno")
    wrong = opomini("notices")
    assert wrong.code == 1
    assert "not right" in wrong.err
    monkeypatch.setenv("OPOMINI_OPERATOR_PASSWORD", "dolgo-geslo")
    assert opomini("notices").code == 0
    assert opomini("issue", "--number", "100").code == 0
    for forbidden in (
        ("unlock", "--reason", "x"),
        ("delete",),
        ("settings", "apply", file),
        ("backup", tmp_path / "b.db"),
    ):
        refused = opomini(*forbidden)
        assert refused.code == 1, forbidden
        assert "may not do this" in refused.err
    monkeypatch.setenv("OPOMINI_OPERATOR", "gost")
    for forbidden in (("issue",), ("send",), ("prepare", "--date", "17.8.2012"), ("worker",)):
        assert opomini(*forbidden).code == 1
    assert opomini("notices").code == 0
    monkeypatch.delenv("OPOMINI_OPERATOR")
    rows = opomini("notices", "--format", "json", "--limit", "0").rows
    assert sorted({row["state"] for row in rows}) == ["issued", "prepared"]


def test_trouble_of_the_database_is_a_sentence(
    opomini: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "opomini.db").write_bytes(b"this is no database" * 100)
    ran = opomini("notices")
    assert ran.code == 1
    assert "Traceback" not in ran.err
    monkeypatch.setenv("OPOMINI_DATABASE_URL", "oracle://secret")
    ran = opomini("notices")
    assert ran.code == 2
    assert "secret" not in ran.err


def test_a_locked_database_is_a_sentence(opomini: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(opomini, tmp_path)
    monkeypatch.setattr("opomini_tui.models.database.BUSY_SECONDS", 0.1)
    holder = sqlite3.connect(tmp_path / "data" / "opomini.db")
    holder.execute("BEGIN IMMEDIATE")
    (file := tmp_path / "x.toml").write_text('[company]\nphone = "2"')
    ran = opomini("settings", "apply", file)
    holder.close()
    assert ran.code == 1
    assert "busy" in ran.err


def process(*arguments: str, home: Path, **options: str) -> subprocess.CompletedProcess[str]:
    """The real program."""
    environment = {**os.environ, "OPOMINI_HOME": str(home), "OPOMINI_LANGUAGE": "en", **options}
    command = [sys.executable, "-m", "opomini_tui", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_the_program_needs_a_terminal_only_for_its_interface(tmp_path: Path) -> None:
    ran = process(home=tmp_path / "home")
    assert ran.returncode in (1, 2)
    assert "terminal" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert process("demo", home=tmp_path / "home").returncode == 2


def test_help_imports_neither_database_nor_textual(tmp_path: Path) -> None:
    code = (
        "import sys; from opomini_tui import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: print(sorted({m.split('.')[0] for m in sys.modules} & {'peewee','textual','reportlab'}))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_a_closed_pipe_is_quiet(opomini: Command, tmp_path: Path) -> None:
    set_up(opomini, tmp_path)
    prepare_some(opomini)
    shell = f"{sys.executable} -m opomini_tui notices --limit 0 --format json | head -n 1"
    ran = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, timeout=60, check=False)
    assert ran.stdout.count("\n") == 1
    assert ran.stderr == ""


def test_keys_are_listed_with_the_own_ones_and_what_is_wrong_with_them(opomini: Command, tmp_path: Path) -> None:
    listed = {row["id"]: row["keys"] for row in opomini("keys", "--format", "json").rows}
    assert (listed["notices.prepare"], listed["form.confirm"]) == ("f6", "f9")
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data" / "keymap.toml").write_text('[keys]\n"notices.prepare" = "ctrl+n"\n"form.confirm" = "y"\n')
    try:
        ran = opomini("keys", "--format", "json")
        assert ran.code == 3
        assert "form.confirm: y could be typed by accident" in ran.err
        listed = {row["id"]: row["keys"] for row in ran.rows}
        assert (listed["notices.prepare"], listed["form.confirm"]) == ("ctrl+n", "f9")
    finally:
        use_keys({})
