"""Running the command in this process, as a user would type it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from opomini_tui import cli
from opomini_tui.demo.catcher import Catcher
from opomini_tui.models.database import database
from tests.conftest import REFERENCE

PASSWORD = "demo-geslo-čšž"


@dataclass(frozen=True)
class Ran:
    """What a call gave."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


Command = Callable[..., Ran]


@pytest.fixture
def opomini(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """The command on a fresh SQLite database (`database_url` in the environment changes that)."""
    monkeypatch.setenv("OPOMINI_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("OPOMINI_LANGUAGE", "en")
    monkeypatch.setenv("LANGUAGE", "")

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as end:  # argparse: wrong usage, help
            code = int(str(end.code or 0))
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    yield run
    database.obj = None


@pytest.fixture
def catcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Catcher]:
    """A local mail server that the reference settings can sign in to."""
    monkeypatch.setenv("OPOMINI_DEMO_PASSWORD", PASSWORD)
    with Catcher(tmp_path / "mail", "skrbnik", PASSWORD) as running:
        yield running


def set_up(opomini: Command, tmp_path: Path, port: int = 2525) -> None:
    """Settings, customers and contacts of the reference, with the mail server at `port`."""
    file = tmp_path / "settings.toml"
    file.write_text((REFERENCE / "settings.toml").read_text("utf-8").replace("2525", str(port)), "utf-8")
    assert opomini("settings", "apply", file).code == 0
    assert opomini("import", "customers", REFERENCE / "customers.csv").code == 0
    assert opomini("import", "contacts", REFERENCE / "contacts.csv").code == 0


SOME = "0000001..0000150"


def prepare_some(opomini: Command) -> None:
    """The first run of the reference, for some of the customers: 138 has no contact."""
    assert opomini("import", "open-items", REFERENCE / "open_items_2012-08-17.csv").code == 0
    assert opomini("prepare", "--date", "17.08.2012", "--customer", SOME).code == 0
