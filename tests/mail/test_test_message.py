"""Preizkusi: a real message over a real server; what fails names its step, and the password is nowhere in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from opomini_tui.config import Config, load_config
from opomini_tui.errors import OpominiError
from opomini_tui.keys import encrypt
from opomini_tui.mail.test_message import send_test_message, unsaved
from opomini_tui.models.parties import Operator
from tests.mail.certificates import Certificates, make_certificates
from tests.mail.servers import HOST, FaultServer, HonestServer, reply
from tests.screens.working import body_of, message

PASSWORD = "Češnja 1"

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while")  # aiosmtpd on TLS from the first byte


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


def operator(config: Config, port: int, **changed: object) -> Operator:
    """An operator who is in no database."""
    values = {"smtp_port": port, "smtp_security": "none", "account": "ana", "secret": encrypt(config, PASSWORD)}
    mail = {"code": "7", "name": "Ana Žagar", "email": "ana@podjetje.example", "smtp_host": HOST}
    return Operator(**{**mail, **values, **changed})


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_message_arrives_over_tls(certificates: Certificates, tmp_path: Path, security: str) -> None:
    config = load_config(
        {
            "OPOMINI_HOME": str(tmp_path),
            "OPOMINI_DATABASE_URL": "sqlite:///unused.db",
            "OPOMINI_CA_FILE": certificates.ca_file,
        }
    )
    notes: list[str] = []
    with HonestServer(tls=certificates.good, implicit=security == "tls", account=("ana", PASSWORD)) as server:
        who = operator(config, server.port, smtp_security=security)
        tested = send_test_message(who, config, lambda _done, _total, note: notes.append(note))
        (accepted,) = server.accepted
    assert (tested.ok, tested.step) == (True, "")
    assert HOST in tested.sentence
    assert (accepted.sender, accepted.recipients) == ("ana@podjetje.example", ("ana@podjetje.example",))
    assert message(accepted)["To"] == "ana@podjetje.example"
    assert "Ana Žagar" in body_of(accepted)
    assert len(notes) == 2


@pytest.mark.parametrize(
    ("acts", "accounts", "offers", "security", "step"),
    [
        ({"greeting": reply("554 no", then="drop")}, {}, (), "none", "greeting"),
        ({}, {}, (), "starttls", "secure connection (STARTTLS)"),
        ({}, {"ana": "drugo"}, (), "none", "signing in"),
        ({"rcpt": reply("550 5.1.1 unknown")}, {"ana": PASSWORD}, (), "none", "customer's address"),
        ({"dot": reply("554 5.7.1 spam")}, {"ana": PASSWORD}, (), "none", "end of the message"),
    ],
)
def test_a_failure_names_its_step(
    config: Config,
    acts: dict[str, object],
    accounts: dict[str, str],
    offers: tuple[str, ...],
    security: str,
    step: str,
) -> None:
    with FaultServer(acts, offers=offers, accounts=accounts) as server:  # type: ignore[arg-type]  # acts of reply()
        tested = send_test_message(operator(config, server.port, smtp_security=security), config)
    assert (tested.ok, tested.step) == (False, step)
    assert tested.sentence
    assert PASSWORD not in tested.sentence
    assert server.accepted == []


def test_a_server_that_is_not_there(config: Config) -> None:
    with FaultServer() as server:
        port = server.port
    tested = send_test_message(operator(config, port), config)
    assert not tested.ok
    assert HOST in tested.sentence


@pytest.mark.parametrize(("field", "value"), [("email", ""), ("email", "ana@"), ("smtp_host", "")])
def test_without_address_or_server_nothing_is_tried(config: Config, field: str, value: str) -> None:
    with pytest.raises(OpominiError):
        send_test_message(operator(config, 1, **{field: value}), config)


def test_a_trial_is_not_the_stored_record(config: Config) -> None:
    stored = operator(config, 25)
    trial = unsaved(stored, {"smtp_port": 465})
    assert (trial.smtp_port, stored.smtp_port, trial.email) == (465, 25, stored.email)
    with pytest.raises(OpominiError):
        unsaved(stored, {"nič": 1})
