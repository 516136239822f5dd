"""`opomini send` above the sum of four eyes, and the second operator on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from opomini_tui.demo.catcher import Catcher
from opomini_tui.mail import batches
from opomini_tui.models.parties import Operator
from opomini_tui.setup.passwords import hash_password
from tests.commands.conftest import Command, prepare_some, set_up

SECOND = "geslo-druge-osebe"


@pytest.fixture
def issued(opomini: Command, tmp_path: Path, catcher: Catcher) -> Command:
    """The command, with three issued notices, a sum of one cent, and a second operator 007."""
    set_up(opomini, tmp_path, catcher.port)
    prepare_some(opomini)
    assert opomini("issue", "--number", "100..102").code == 0
    file = tmp_path / "four.toml"
    file.write_text('[mail]\nfour_eyes_sum = "0.01"\n', "utf-8")
    assert opomini("settings", "apply", file).code == 0
    first = Operator.get(Operator.code == "006")
    Operator.create(
        code="007",
        name="Druga",
        role="clerk",
        user_name="druga",
        password_hash=hash_password(SECOND),
        email=first.email,
    )
    return opomini


def as_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next calls are the second operator's."""
    monkeypatch.setenv("OPOMINI_OPERATOR", "007")
    monkeypatch.setenv("OPOMINI_OPERATOR_PASSWORD", SECOND)


def test_send_waits_and_the_second_operator_lets_it_leave(
    issued: Command, catcher: Catcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearsed = issued("send", "--number", "100..102", "--dry-run")
    assert "second operator (007)" in rehearsed.err
    sent = issued("send", "--number", "100..102")
    assert sent.code == 3
    (row,) = batches.batches()
    assert f"opomini outbox approve {row.name}" in sent.err
    assert issued("send", "--number", "100..102").code == 3, "it still waits"
    assert issued("outbox", "approve", row.name).code == 1, "whoever queued it is no second operator"
    assert list(catcher.folder.iterdir()) == []
    (waiting,) = json.loads(issued("overview", "--format", "json").out)["to_approve"]
    assert (waiting["batch"], waiting["messages"]) == (row.name, 3)
    assert "Batches to be approved" in issued("overview", "--format", "table").out
    as_second(monkeypatch)
    assert row.name in issued("outbox", "approve").out
    assert "3 messages of operator 006" in issued("outbox", "approve", row.name).out
    assert issued("outbox", "approve", row.name).code == 5
    assert issued("outbox", "approve").code == 5
    monkeypatch.delenv("OPOMINI_OPERATOR")
    monkeypatch.delenv("OPOMINI_OPERATOR_PASSWORD")
    assert issued("send", "--number", "100..102").code == 0
    assert len(list(catcher.folder.iterdir())) == 3


def test_the_second_operator_refuses(issued: Command, catcher: Catcher, monkeypatch: pytest.MonkeyPatch) -> None:
    assert issued("send", "--number", "100..102").code == 3
    (row,) = batches.batches()
    as_second(monkeypatch)
    assert "3 messages will not be sent" in issued("outbox", "refuse", row.name, "--reason", "prezgodaj").out
    assert {message["state"] for message in issued("outbox", "list", "--format", "json").rows} == {"cancelled"}
    assert list(catcher.folder.iterdir()) == []


def test_the_sum_is_a_setting(issued: Command) -> None:
    assert 'four_eyes_sum = "0.01"' in issued("settings", "show").out
