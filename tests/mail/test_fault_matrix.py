"""Every step of SMTP × every way to fail, from the outbox through a sender to a real server whose log is the truth.

In each case: what state the message is in, the sentence, what happens next, and how often the server has it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from opomini_tui.config import Config
from opomini_tui.mail.sender import deliver
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from tests.mail.certificates import Certificates, make_certificates
from tests.mail.faulty_run import ACCOUNT, OFFERS, PASSWORD, SAID, Case, Waits, check, run_case
from tests.mail.servers import Act, FaultServer, reply

CUSTOMER, COPY, BLIND = "stranka1@kupec1.example", "sef@podjetje.example", "skrbnik@podjetje.example"
LATER, NOW_AND_THEN = "It will be tried again", "Nothing was sent; it will be tried again."
BROKEN = {"drop": "the server closed the connection", "hang": "no answer within 0.25 s"}


def opening(step: str, name: str, said: str, person: tuple[str, ...] = ()) -> dict[str, Case]:
    """The five faults of a step of opening: the message stays untouched in the queue, the account rests."""
    cases = {}
    for fault, act in SAID.items():
        acts = {step: act, "helo": act} if step == "hello" else {step: act}
        cases[f"{name}: {fault}"] = Case(
            acts,
            state="queued",
            trouble="for a person" if fault in person else "a while",
            says=(BROKEN.get(fault, act.say.decode().strip()), *(() if fault in person else (said, LATER))),
            hasty=fault == "hang",
            account=True,
            security="starttls" if step == "starttls" else "none",
            offers=(*OFFERS, "STARTTLS"),
        )
    return cases


def in_transaction(step: str, name: str, said: str, *, refused: str) -> dict[str, Case]:
    """The five faults of a step before the dot: nothing was accepted, and only 5xx is for good."""
    cases = {}
    for fault, act in SAID.items():
        words = BROKEN.get(fault, act.say.decode().strip())
        after = refused if fault == "5xx" else LATER if fault == "4xx" else NOW_AND_THEN
        cases[f"{name}: {fault}"] = Case(
            {step: act},
            state="refused" if fault == "5xx" else "deferred",
            says=(words, after, *(() if fault == "5xx" else (said,))),
            hasty=fault == "hang",
            trouble="for a person" if (step, fault) == ("mail", "5xx") else "no",
        )
    return cases


def of_copy() -> dict[str, Case]:
    """The copy's address: its refusal does not keep the customer's message back."""
    cases = in_transaction("rcpt 2", "copy", "address of a copy", refused="")
    for fault in ("4xx", "5xx"):
        act = SAID[fault]
        says = (f"Sent, but not the copy to {COPY}", act.say.decode().strip())
        cases[f"copy: {fault}"] = Case({"rcpt 2": act}, "sent", 1, says=says, recipients=(CUSTOMER, BLIND))
    return cases


def of_body() -> dict[str, Case]:
    """The server speaks or leaves before its turn; what it says is heard before the dot goes."""
    step = "text of the message"
    return {
        "body: 4xx": Case({"body": reply("452 4.3.1 disk full", then="hang")}, "deferred", says=("452", LATER, step), bodies=True),
        "body: 5xx": Case({"body": reply("552 5.3.4 too big", then="hang")}, "refused", says=("552 5.3.4",), bodies=True),
        "body: drop": Case({"body": Act(then="drop")}, "deferred", says=(step, NOW_AND_THEN), bodies=True),
        "body: garbage": Case({"body": reply("zzz", then="hang")}, "deferred", says=("zzz", NOW_AND_THEN, step), bodies=True),
        "body: hang": Case({"body": Act(then="hang")}, "unknown", says=("no answer within", "look into the mailbox"), hasty=True),
    }  # fmt: skip


def of_dot() -> dict[str, Case]:
    """After the dot: an answer decides; without one nobody here can know, whatever the server's log says."""
    ask = "Ask the customer or look into the mailbox"
    kept = {name: Act(act.say, act.then if act.then != "go on" else "drop", keep=True) for name, act in SAID.items()}
    return {
        "dot: 4xx": Case({"dot": SAID["4xx"]}, "deferred", says=("450", "end of the message", LATER)),
        "dot: 5xx": Case({"dot": SAID["5xx"]}, "refused", says=("550", "refuses the message", "Ask the mail provider")),
        "dot: drop": Case({"dot": SAID["drop"]}, "unknown", says=(ask,)),
        "dot: hang": Case({"dot": SAID["hang"]}, "unknown", says=(ask, "no answer within"), hasty=True),
        "dot: garbage": Case({"dot": SAID["garbage"]}, "unknown", says=(ask, "what a nice day")),
        "accepted, then drop before 250": Case({"dot": kept["drop"]}, "unknown", 1, says=(ask,)),
        "accepted, then hang before 250": Case({"dot": kept["hang"]}, "unknown", 1, says=(ask,), hasty=True),
        "accepted, then half of 250": Case({"dot": Act(b"250 2.0", "drop", keep=True)}, "unknown", 1, says=(ask,)),
        "accepted, then garbage": Case({"dot": kept["garbage"]}, "unknown", 1, says=(ask,)),
        "accepted, 250, then drop": Case({"dot": reply("250 2.0.0 ok", then="drop", keep=True)}, "sent", 1),
    }


def of_end() -> dict[str, Case]:
    """RSET and QUIT: a message has its answer already, and the next one goes on a new connection."""
    cases = {}
    for fault, act in SAID.items():
        refusal = {"rcpt #1": reply("550 5.1.1 unknown"), "rset": act}
        cases[f"rset: {fault}"] = Case(refusal, "sent", 1, messages=2, hasty=fault == "hang")
        cases[f"quit: {fault}"] = Case({"quit": act}, "sent", 1, hasty=fault == "hang")
    return cases


MATRIX = {
    **opening("greeting", "greeting", "greeting"),
    **opening("hello", "EHLO", "introduction (EHLO)"),
    **opening("starttls", "STARTTLS", "", person=("5xx", "garbage")),
    **opening("signed in", "AUTH", "", person=("5xx", "garbage")),
    **in_transaction("mail", "MAIL", "sender's address", refused="Check the e-mail address in the operator's form."),
    **in_transaction("rcpt 1", "RCPT", "customer's address", refused="Correct the address and send again."),
    **of_copy(),
    **in_transaction("data", "DATA", "beginning of the message", refused="Ask the mail provider"),
    **of_body(),
    **of_dot(),
    **of_end(),
}
LONG = "x" * 8000
FOR_PERSON: Waits = "for a person"
RESTS: Waits = "a while"
HERE = "127.0.0.1"
ANSWERS = {
    "2 lines": Case({"rcpt 1": reply("550-5.1.1 no", "550 5.1.1 such user")}, "refused", says=("no 5.1.1 such user",)),
    "20 lines": Case({"mail": reply(*["451-4.3.0 wait"] * 19, "451 4.3.0 wait")}, "deferred", says=("451",)),
    "20 lines of yes": Case({"mail": reply(*["250-ok"] * 19, "250 ok")}, "sent", 1),
    "8 KB": Case({"dot": reply(f"554 5.6.0 {LONG}")}, "refused", says=("554 5.6.0 xxx",)),
    "8 KB of yes": Case({"dot": Act(f"250 2.0.0 {LONG}\r\n".encode(), keep=True)}, "sent", 1),
    "without text": Case({"data": reply("451")}, "deferred", says=("“451”",)),
    "without text, for good": Case({"rcpt 1": reply("550")}, "refused", says=("“550”", CUSTOMER)),
    "not ASCII": Case({"rcpt 1": Act("550 5.1.1 naslov čšž\r\n".encode())}, "refused", says=("naslov čšž",)),
    "windows-1250": Case({"rcpt 1": Act("550 5.1.1 ni, č š\r\n".encode("cp1250"))}, "refused", says=("ni, č š",)),
    "control characters": Case({"rcpt 1": Act(b"550 5.1.1 \x1b[31mred\x07\r\n")}, "refused", says=("red",)),
    "bare line feeds": Case({"mail": Act(b"250-ok\n250 ok\n")}, "sent", 1),
    "without end": Case({"mail": Act(b"250-ok\r\n" * 20_000)}, "deferred", says=("does not end", NOW_AND_THEN)),
    "421 at MAIL": Case({"mail": reply("421 4.3.2 bye", then="drop")}, "deferred", says=("421 4.3.2 bye", LATER)),
    "421 once": Case({"mail #1": reply("421 4.3.2 bye", then="drop")}, "sent", 1),
    "421 at a copy": Case({"rcpt #2": reply("421 4.3.2 bye", then="drop")}, "sent", 1),
    "421 after the dot": Case({"dot": reply("421 4.3.2 bye", then="drop")}, "deferred", says=("421", LATER)),
    "421 at DATA, and stays": Case({"data": reply("421 4.3.2 closing")}, "deferred", says=("421", LATER)),
    "rate 421": Case({"mail": reply("421 4.7.0 too many", then="drop")}, "deferred", says=("messages a minute",)),
    "rate 450": Case({"mail": reply("450 4.7.1 slow down")}, "deferred", says=("messages a minute", LATER)),
    "rate 451": Case({"dot": reply("451 4.7.500 server busy")}, "deferred", says=("messages a minute", LATER)),
    "rate 454": Case({"data": reply("454 4.7.0 too fast")}, "deferred", says=("messages a minute", LATER)),
    "limit 550 5.4.5": Case({"dot": reply("550 5.4.5 daily limit")}, "queued", trouble="a while", says=("5.4.5",)),
    "limit 554 5.2.0": Case({"dot": reply("554 5.2.0 outbound")}, "queued", trouble="a while", says=("5.2.0",)),
    "policy 550 5.7.1": Case({"mail": reply("550 5.7.1 no")}, "refused", trouble=FOR_PERSON, says=("ask the mail prov",)),
    "530 at MAIL": Case({"mail": reply("530 5.7.0 sign in")}, "queued", trouble=FOR_PERSON, says=("sign in", "Check acc")),
    "535 at RCPT": Case({"rcpt 1": reply("535 5.7.8 out")}, "queued", trouble=FOR_PERSON, says=("535", "Check account")),
    "552 at RCPT": Case({"rcpt 1": reply("552 5.2.2 mailbox full")}, "deferred", says=("552", LATER)),
    "552 after the dot": Case({"dot": reply("552 5.3.4 too big")}, "refused", says=("552", "refuses the message")),
    "blind copy refused": Case({"rcpt 3": SAID["5xx"]}, "sent", 1, says=(BLIND,), recipients=(CUSTOMER, COPY)),
    "both copies refused": Case(
        {"rcpt 2": SAID["5xx"], "rcpt 3": SAID["4xx"]}, "sent", 1, says=(BLIND, COPY), recipients=(CUSTOMER,)
    ),
    "customer refused, copies taken": Case({"rcpt 1": SAID["5xx"]}, "refused", says=(CUSTOMER, "Correct the address")),
    "customer refused, one by one": Case({"rcpt 1": SAID["5xx"]}, "refused", offers=("DSN",), says=(CUSTOMER,)),
    "customer put off, copies taken": Case({"rcpt 1": SAID["4xx"]}, "deferred", says=("450", LATER)),
    "SIZE too small": Case(offers=("SIZE 500",), state="refused", says=("takes 0 kB at the most", "on paper")),
    "SIZE refused at MAIL": Case({"mail": reply("552 5.3.4 too big")}, "refused", says=("552 5.3.4 too big",)),
    "no SMTPUTF8": Case(address="žiga@kupec1.example", state="refused", says=("žiga@kupec1.example", "before the @")),
    "SMTPUTF8": Case(address="žiga@kupec1.example", offers=(*OFFERS, "SMTPUTF8"), state="sent", accepted=1),
    "no extension at all": Case({"hello": reply("502 5.5.1 what?")}, "sent", 1, recipients=(CUSTOMER, COPY, BLIND)),
    "DSN is offered, not known": Case({"mail 1": reply("555 5.5.4 what is RET?")}, "sent", 1),
}  # fmt: skip
OPENING = {
    f"AUTH {code}": Case({"signed in": reply(answer)}, "queued", trouble=rests, says=(answer, HERE), account=True)
    for code, answer, rests in (
        ("535", "535 5.7.8 wrong", FOR_PERSON),
        ("534", "534 5.7.9 app password needed", FOR_PERSON),
        ("530", "530 5.7.0 no", FOR_PERSON),
        ("454", "454 4.7.0 later", RESTS),
    )
} | {
    "wrong password": Case(state="queued", account=True, password="wrong-password", trouble=FOR_PERSON, says=("Check both",)),
    "mechanism missing": Case(state="queued", account=True, mechanisms=("NTLM",), trouble=FOR_PERSON, says=("no way",)),
    "rate at the greeting": Case({"greeting": reply("421 4.7.0 busy")}, "queued", trouble="a while", says=("busy",)),
    "STARTTLS not offered": Case(state="queued", security="starttls", trouble=FOR_PERSON, says=("offers no secure",)),
    "handshake broken": Case(
        {"starttls": reply("220 go ahead", "rubbish")}, "queued", security="starttls", offers=("STARTTLS",),
        trouble=FOR_PERSON, says=("cannot be made",),
    ),
    "TLS on a port in clear": Case(state="queued", security="tls", trouble=FOR_PERSON, says=("465 is TLS",)),
    **{
        f"certificate {which}": Case(
            state="queued", security="starttls", offers=("STARTTLS",), tls=which, trouble=FOR_PERSON,
            says=("cannot be trusted", why, "nothing is sent"), account=True,
        )
        for which, why in (("other_name", "mismatch"), ("expired", "expired"), ("unknown", "unable to get"))
    },
    "certificate good": Case(security="starttls", offers=("STARTTLS",), tls="good", account=True, accepted=1),
}  # fmt: skip
CASES = MATRIX | ANSWERS | OPENING


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.mark.parametrize("name", CASES)
def test_fault(
    name: str, sqlite_actor: Actor, config: Config, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    tls = getattr(certificates, "good" if case.tls == "unknown" else case.tls) if case.tls else None
    accounts = {ACCOUNT: PASSWORD} if case.account else {}
    with FaultServer(case.acts, offers=case.offers, tls=tls, accounts=accounts, mechanisms=case.mechanisms) as server:
        ca = Path(certificates.ca_file).read_text()
        left = run_case(case, sqlite_actor, config, server, ca, monkeypatch)
        connections = server.connections
        assert deliver(config, patience=0).sent == 0  # nothing is due, or all has gone: no second copy, no second try
        assert server.connections == connections
    check(case, left, server)


def test_the_matrix_has_every_step_and_every_fault() -> None:
    steps = ("greeting", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "copy", "DATA", "body", "dot", "rset", "quit")
    assert {f"{step}: {fault}" for step in steps for fault in SAID} <= set(CASES)
    assert len(CASES) >= 60


@pytest.mark.parametrize(
    "name", ["RCPT: 5xx", "AUTH: 5xx", "dot: drop", "MAIL: hang", "accepted, then drop before 250"]
)
def test_fault_on_both_databases(
    name: str, actor: Actor, config: Config, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    accounts = {ACCOUNT: PASSWORD} if case.account else {}
    with FaultServer(case.acts, offers=case.offers, accounts=accounts, mechanisms=case.mechanisms) as server:
        left = run_case(case, actor, config, server, "", monkeypatch)
    check(case, left, server)
    tries = run("SELECT COUNT(*) FROM delivery_attempt").fetchone()[0]
    assert tries == {"AUTH: 5xx": 0, "MAIL: hang": 2}.get(name, 1)
