"""`opomini doctor`, the part of the mail: what holds messages back, the settings of sending, the account of who asks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from opomini_tui.config import Config
from opomini_tui.evidence.doctor import Finding, examine
from opomini_tui.keys import encrypt
from opomini_tui.mail import trouble
from opomini_tui.mail.answers import SessionError
from opomini_tui.mail.high_water import HighWater
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import now_ms, run
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from tests.mail.certificates import make_certificates
from tests.mail.sending import queue
from tests.mail.servers import FaultServer


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[FaultServer]:
    """The operator's mail server, which takes everything."""
    with FaultServer() as running:
        request.getfixturevalue("actor" if "actor" in request.fixturenames else "sqlite_actor")
        Operator.update(smtp_port=running.port).execute()
        yield running


def found(config: Config, actor: Actor, *, mail: bool = False) -> dict[str, Finding]:
    """The findings by subject."""
    return {finding.subject: finding for finding in examine(config, lambda: actor, mail=mail)}


def test_a_sound_installation(actor: Actor, config: Config, server: FaultServer) -> None:
    findings = found(config, actor)
    assert {finding.state for finding in findings.values()} <= {"ok", "skipped", "warn"}
    assert findings["Outbox"].state == "ok"
    assert findings["Sending hours"].state == "ok"
    assert findings["Own authorities"].state == "ok"
    assert findings["SMTP connection"].state == "ok"
    assert findings["Test mail"].state == "skipped"
    assert "Batches" not in findings
    assert "XOAUTH2" not in findings
    assert server.accepted == []


def test_a_mail_is_sent_only_when_asked_for(sqlite_actor: Actor, config: Config, server: FaultServer) -> None:
    assert found(config, sqlite_actor, mail=True)["Test mail"].state == "ok"
    (message,) = server.accepted
    assert message.recipients == ("skrbnik@podjetje.example",)


def test_what_waits_for_a_person_is_counted(actor: Actor, config: Config, server: FaultServer) -> None:
    queue(actor, config, 4)
    assert "4 messages wait" in found(config, actor)["Outbox"].sentence
    run("UPDATE delivery SET state = 'unknown' WHERE id = (SELECT MIN(id) FROM delivery)")
    run("UPDATE delivery SET state = 'held' WHERE id = (SELECT MAX(id) FROM delivery)")
    outbox = found(config, actor)["Outbox"]
    assert outbox.state == "warn"
    assert all(words in outbox.sentence for words in ("2 messages wait", "Of 1 message nobody", "1 message is held"))


def test_what_stops_messages_is_told(actor: Actor, config: Config, server: FaultServer) -> None:
    queue(actor, config, 1)
    run("UPDATE batch SET paused_at = 1, paused_by = '006'")
    trouble.remember(actor.id, SessionError("authentication", "login", "The server does not take it."), now_ms())
    note = HighWater(config)
    note.note(77, 1, "<77@podjetje.example>", now_ms())
    note.close()
    findings = found(config, actor)
    assert findings["Batches"] == Finding("warn", "Batches", "1 batch is paused.")
    assert findings["Account of operator 006"].sentence == "The server does not take it."
    assert findings["Restored database"].state == "fail"
    assert "outbox resume --restored" in findings["Restored database"].sentence


def test_hours_of_sending_and_a_zone_that_is_not_known(
    sqlite_actor: Actor, config: Config, server: FaultServer
) -> None:
    today = time.gmtime().tm_wday + 1
    Company.update(send_from="00:00", send_until="23:59", send_days=str((today + 2) % 7 + 1), time_zone="UTC").execute()
    assert "wait" in found(config, sqlite_actor)["Sending hours"].sentence
    Company.update(send_days="1234567", send_until="").execute()
    assert "are sent now" in found(config, sqlite_actor)["Sending hours"].sentence
    Company.update(time_zone="Europe/Nowhere").execute()
    assert found(config, sqlite_actor)["Sending hours"].state == "fail"


def test_own_authorities_run_out(
    sqlite_actor: Actor, config: Config, server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = Path(make_certificates(tmp_path).ca_file).read_text()  # good for ten days
    Company.update(ca_certificates=pem).execute()
    finding = found(config, sqlite_actor)["Own authorities"]
    assert (finding.state, "9 more days" in finding.sentence) == ("warn", True)
    later = time.time() + 20 * 86_400
    monkeypatch.setattr("opomini_tui.evidence.doctor_mail.time.time", lambda: later)
    assert found(config, sqlite_actor)["Own authorities"].state == "fail"
    Company.update(ca_certificates="-----BEGIN CERTIFICATE-----\nx").execute()
    assert found(config, sqlite_actor)["Own authorities"].state == "fail"


def test_the_state_of_a_connection(sqlite_actor: Actor, config: Config, server: FaultServer) -> None:
    Operator.update(
        authentication="xoauth2", oauth_provider="google", oauth_client="1", account="ana@podjetje.example"
    ).execute()
    findings = found(config, sqlite_actor)
    assert findings["XOAUTH2"].state == "fail"
    assert "opomini account connect" in findings["XOAUTH2"].sentence
    assert findings["SMTP sign-in"].state == "fail"


def test_passwords_and_tokens_of_another_key(sqlite_actor: Actor, config: Config, server: FaultServer) -> None:
    Operator.update(oauth_tokens=encrypt(config, "{}")).execute()
    assert found(config, sqlite_actor)["Passwords"].state == "ok"
    (config.home / "secret.key").write_text("A" * 43 + "=\n")
    finding = found(config, sqlite_actor)["Passwords"]
    assert (finding.state, "006" in finding.sentence) == ("fail", True)
