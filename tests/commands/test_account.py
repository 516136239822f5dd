"""`opomini account`: connecting by a code and by a pasted address, forgetting, and testing step by step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.conftest import Command
from tests.mail.certificates import make_certificates
from tests.mail.oauth.stand_in import StandIn
from tests.mail.servers import HOST, FaultServer

ANA = "ana@podjetje.example"
SETTINGS = """
[company]
name = "Podjetje d.o.o."
[[operators]]
id = "006"
name = "Skrbnik"
role = "administrator"
email = "ana@podjetje.example"
authentication = "{authentication}"
account = "ana@podjetje.example"
smtp = {{ host = "127.0.0.1", port = {port}, security = "none" }}
oauth = {{ provider = "microsoft", client = "client-1" }}
[[operators]]
id = "007"
name = "Bor"
role = "clerk"
"""


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    certificates = make_certificates(tmp_path)
    with StandIn(certificates.good) as running:
        running.interval = 1
        monkeypatch.setenv("OPOMINI_CA_FILE", certificates.ca_file)
        monkeypatch.setenv("OPOMINI_OAUTH_MICROSOFT_AUTHORITY", running.url)
        yield running


def set_up(opomini: Command, tmp_path: Path, port: int, authentication: str = "xoauth2") -> None:
    file = tmp_path / "settings.toml"
    file.write_text(SETTINGS.format(port=port, authentication=authentication), "utf-8")
    assert opomini("settings", "apply", file).code == 0


class Person:
    """Standard input of somebody who reads what the program printed, signs in in a browser, and pastes the address."""

    def __init__(self, service: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
        self._service, self._capsys = service, capsys
        self.read = ""

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        self.read = self._capsys.readouterr().out
        return self._service.browse(self.read.splitlines()[-1]) + "\n"


def test_a_code_connects_and_forgetting_ends_it(opomini: Command, tmp_path: Path, service: StandIn) -> None:
    set_up(opomini, tmp_path, 25)
    ran = opomini("account", "connect")
    assert (ran.code, ran.err) == (0, "")
    assert all(words in ran.out for words in (f"{service.url}/device", "ABCD-EFGH", f"{ANA} is connected"))
    assert "secret" not in ran.out
    doctor = opomini("doctor").out
    assert f"ok    XOAUTH2: Connected as {ANA}" in doctor
    assert opomini("account", "forget").code == 0
    assert opomini("account", "forget").code == 5
    assert "fail  XOAUTH2" in opomini("doctor").out


def test_a_pasted_address_connects(
    opomini: Command,
    tmp_path: Path,
    service: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up(opomini, tmp_path, 25)
    service.account = "drugi@podjetje.example"
    person = Person(service, capsys)
    monkeypatch.setattr("sys.stdin", person)
    ran = opomini("account", "connect", "--paste")
    assert ran.code == 0
    assert ANA in person.read
    assert "drugi@podjetje.example signed in" in ran.err
    monkeypatch.setattr(person, "readline", lambda: "\n")
    stopped = opomini("account", "connect", "--paste", "--operator", "006")
    assert (stopped.code, "Stopped" in stopped.err) == (1, True)


def test_a_declined_request_is_an_error(opomini: Command, tmp_path: Path, service: StandIn) -> None:
    set_up(opomini, tmp_path, 25)
    service.answers = ["", "access_denied"]
    ran = opomini("account", "connect")
    assert (ran.code, "declined" in ran.err) == (1, True)
    assert opomini("account", "connect", "--operator", "999").code == 1


def test_the_steps_are_lines(opomini: Command, tmp_path: Path) -> None:
    with FaultServer() as server:
        set_up(opomini, tmp_path, server.port, "password")
        quiet = opomini("account", "test", "--no-mail")
        assert (quiet.code, server.accepted) == (0, [])
        ran = opomini("account", "test")
        assert ran.code == 0
        assert len(server.accepted) == 1
    lines = ran.out.splitlines()
    assert len(lines) == 11
    assert lines[1].startswith(f"ok    SMTP connection: {HOST}")
    assert lines[5].startswith("ok    Test mail: ")
    assert lines[10].startswith("skip  Reading it back: ")
    away = opomini("account", "test")
    assert away.code == 1
    assert "fail  SMTP connection" in away.out
