"""The steps of an account: each named, the rest skipped after a failure, nothing sent that was not asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from opomini_tui.config import Config, load_config
from opomini_tui.errors import OpominiError
from opomini_tui.keys import encrypt
from opomini_tui.mail.account_steps import AccountStep, examine_account, step_names, unsaved
from opomini_tui.models.parties import Operator
from tests.mail.certificates import Certificates, make_certificates
from tests.mail.mailbox.pop3_server import Act, Pop3Server
from tests.mail.servers import HOST, Accepted, FaultServer, HonestServer, reply
from tests.screens.working import body_of, message

PASSWORD = "Češnja 1"

pytestmark = [
    pytest.mark.usefixtures("sqlite_actor"),
    pytest.mark.filterwarnings("ignore:Requiring AUTH while"),  # aiosmtpd on TLS from the first byte
]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusting(certificates: Certificates, tmp_path: Path) -> Config:
    """A configuration that trusts the tests' own authority."""
    return load_config(
        {
            "OPOMINI_HOME": str(tmp_path),
            "OPOMINI_DATABASE_URL": "sqlite:///unused.db",
            "OPOMINI_CA_FILE": certificates.ca_file,
        }
    )


def operator(config: Config, port: int, **changed: Any) -> Operator:
    """An operator who is in no database."""
    values = {"smtp_port": port, "smtp_security": "none", "account": "ana", "secret": encrypt(config, PASSWORD)}
    mail = {"code": "7", "name": "Ana Žagar", "email": "ana@podjetje.example", "smtp_host": HOST}
    return Operator(**{**mail, **values, **changed})


def states(steps: list[AccountStep]) -> list[str]:
    return [step.state for step in steps]


def test_without_being_asked_nothing_is_sent(config: Config) -> None:
    with FaultServer(accounts={"ana": PASSWORD}) as server:
        steps = list(examine_account(operator(config, server.port), config))
    assert [step.step for step in steps] == step_names()
    assert states(steps) == ["ok"] * 5 + ["skipped"] * 6
    assert (server.accepted, "MAIL" in server.verbs) == ([], False)
    assert "10000 kB" in steps[4].sentence


@pytest.mark.parametrize(
    ("acts", "changed", "failed", "before"),
    [
        ({"greeting": reply("554 no", then="drop")}, {}, 1, ["ok"]),
        ({"hello": reply("421 busy", then="drop")}, {}, 1, ["ok"]),
        ({}, {"smtp_security": "starttls"}, 2, ["ok", "ok"]),
        ({"login": reply("535 5.7.8 no")}, {}, 3, ["ok", "ok", "ok"]),
        ({}, {"smtp_host": ""}, 0, []),
        ({}, {"email": "ana@"}, 0, []),
        ({"data": reply("451 4.3.0 later")}, {}, 5, ["ok"] * 5),
    ],
)
def test_after_a_failed_step_the_rest_is_skipped(
    config: Config,
    acts: dict[str, Any],
    changed: dict[str, Any],
    failed: int,
    before: list[str],
) -> None:
    with FaultServer(acts, accounts={"ana": PASSWORD}) as server:
        steps = list(examine_account(operator(config, server.port, **changed), config, mail=True))
    assert states(steps) == [*before, "fail", *["skipped"] * (10 - failed)]
    assert all(step.sentence for step in steps)
    assert PASSWORD not in str(steps)
    assert server.accepted == []


def test_a_refused_password_is_tried_once_and_the_line_is_described(
    trusting: Config, certificates: Certificates
) -> None:
    with FaultServer(tls=certificates.good, offers=("STARTTLS",), accounts={"ana": "drugo"}) as server:
        steps = list(examine_account(operator(trusting, server.port, smtp_security="starttls"), trusting))
    assert states(steps)[:4] == ["ok", "ok", "warn", "fail"]  # the certificate has less than 14 days left
    assert "TLSv1" in steps[2].sentence
    assert len(server.signed_in) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_message_arrives_over_tls(certificates: Certificates, trusting: Config, security: str) -> None:
    with HonestServer(tls=certificates.good, implicit=security == "tls", account=("ana", PASSWORD)) as server:
        steps = list(examine_account(operator(trusting, server.port, smtp_security=security), trusting, mail=True))
        (accepted,) = server.accepted
    assert states(steps) == ["ok", "ok", "warn", "ok", "ok", "ok", *["skipped"] * 5]
    assert "localhost" in steps[2].sentence
    assert (accepted.sender, accepted.recipients) == ("ana@podjetje.example", ("ana@podjetje.example",))
    assert message(accepted)["To"] == "ana@podjetje.example"
    assert "Ana Žagar" in body_of(accepted)


@pytest.mark.parametrize("which", ["other_name", "expired"])
def test_a_wrong_certificate_fails_at_its_own_step(trusting: Config, certificates: Certificates, which: str) -> None:
    tls = getattr(certificates, which)
    with FaultServer(tls=tls, offers=("STARTTLS",), accounts={"ana": PASSWORD}) as server:
        steps = list(examine_account(operator(trusting, server.port, smtp_security="starttls"), trusting))
    assert states(steps)[:4] == ["ok", "ok", "fail", "skipped"]
    assert "certificate" in steps[2].sentence
    assert server.signed_in == []


@pytest.mark.parametrize(
    ("offer", "state", "words"),
    [
        ("SIZE 100000", "warn", "80 kB is larger"),
        ("SIZE 117000", "ok", "117 kB"),
        ("SIZE 0", "ok", "no limit"),
        ("SIZE", "ok", "no limit"),
        ("HELP", "ok", "no limit"),
    ],
)
def test_the_size_limit_is_held_against_a_letter(config: Config, offer: str, state: str, words: str) -> None:
    with FaultServer(offers=(offer,), accounts={"ana": PASSWORD}) as server:
        steps = list(examine_account(operator(config, server.port), config))
    assert (steps[4].state, words in steps[4].sentence) == (state, True)


def test_files_instead_of_sending_are_no_failure(config: Config) -> None:
    steps = list(examine_account(operator(config, 1, direct=False), config, mail=True))
    assert states(steps) == ["ok", *["skipped"] * 10]
    assert "files" in steps[0].sentence


def test_an_account_without_a_token_fails_at_signing_in(config: Config) -> None:
    stored = Operator.get()
    xoauth2 = {"authentication": "xoauth2", "oauth_provider": "microsoft", "oauth_client": "1", "account": "ana"}
    with FaultServer(accounts={"ana": PASSWORD}) as server:
        steps = list(examine_account(operator(config, server.port, id=stored.id, **xoauth2), config, mail=True))
    assert states(steps)[:6] == ["ok", "ok", "ok", "fail", "skipped", "skipped"]
    assert "not connected" in steps[3].sentence
    assert server.signed_in == []


class Delivered(list[Accepted]):
    """What a server accepts lands in a mailbox."""

    def __init__(self, box: Pop3Server) -> None:
        super().__init__()
        self._box = box

    def append(self, message: Accepted) -> None:
        super().append(message)
        self._box.mails.append(message.content)


def pop3(box: Pop3Server) -> dict[str, Any]:
    """The fields of an operator with that mailbox."""
    return {"pop3_host": HOST, "pop3_port": box.port, "pop3_security": "none"}


def test_a_test_mail_is_read_back(config: Config) -> None:
    with (
        Pop3Server([b"Subject: x\r\n\r\nx\r\n"], ("ana", PASSWORD)) as box,
        FaultServer(accounts={"ana": PASSWORD}) as server,
    ):
        server.accepted = Delivered(box)
        steps = list(examine_account(operator(config, server.port, **pop3(box)), config, mail=True, seconds=5))
    assert states(steps) == ["ok"] * 11
    assert "It came within 1 second" in steps[-1].sentence
    assert len(box.mails) == 2
    assert "DELE" not in box.verbs


def test_a_mail_that_does_not_come_is_a_warning(config: Config) -> None:
    with Pop3Server([], ("ana", PASSWORD)) as box, FaultServer(accounts={"ana": PASSWORD}) as server:
        steps = list(examine_account(operator(config, server.port, **pop3(box)), config, mail=True, seconds=0.1))
    assert states(steps) == [*["ok"] * 10, "warn"]
    assert "ana@podjetje.example" in steps[-1].sentence


def test_the_mailbox_is_looked_at_though_nothing_can_be_sent(config: Config) -> None:
    with Pop3Server([], ("ana", PASSWORD)) as box:
        steps = list(examine_account(operator(config, 1, smtp_host="", **pop3(box)), config, mail=True))
    assert states(steps) == ["fail", *["skipped"] * 5, *["ok"] * 4, "skipped"]


@pytest.mark.parametrize(
    ("acts", "changed", "expected"),
    [
        ({"greeting": Act(b"-ERR no\r\n")}, {}, ["fail", *["skipped"] * 4]),
        ({}, {"pop3_security": "starttls"}, ["ok", "fail", *["skipped"] * 3]),
        ({"login": Act(b"-ERR [AUTH] no\r\n")}, {}, ["ok", "ok", "fail", "skipped", "skipped"]),
        ({"STAT": Act(b"-ERR no\r\n")}, {}, ["ok", "ok", "ok", "fail", "skipped"]),
        ({}, {"secret": ""}, ["fail", *["skipped"] * 4]),
    ],
)
def test_a_mailbox_that_fails_names_its_step(
    config: Config, acts: dict[str, Act], changed: dict[str, Any], expected: list[str]
) -> None:
    with Pop3Server([], ("ana", PASSWORD), acts) as box:
        who = operator(config, 1, direct=False, **{**pop3(box), **changed})
        steps = list(examine_account(who, config, mail=True))
    assert states(steps)[6:] == expected
    assert PASSWORD not in str(steps)


def test_what_is_odd_of_a_mailbox_is_one_line(config: Config) -> None:
    with Pop3Server([b"Subject: x\r\n\r\nx\r\n"], ("ana", PASSWORD), without=("UIDL", "TOP")) as box:
        steps = list(examine_account(operator(config, 1, direct=False, **pop3(box)), config))
    assert [step.step for step in steps] == step_names()
    assert states(steps)[6:] == ["ok", "ok", "ok", "warn", "skipped"]
    assert all(words in steps[9].sentence for words in ("1 message", "UIDL", "TOP"))


def test_a_trial_is_not_the_stored_record(config: Config) -> None:
    stored = operator(config, 25)
    trial = unsaved(stored, {"smtp_port": 465})
    assert (trial.smtp_port, stored.smtp_port, trial.email) == (465, 25, stored.email)
    with pytest.raises(OpominiError):
        unsaved(stored, {"nič": 1})
