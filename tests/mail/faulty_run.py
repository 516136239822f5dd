"""What the fault matrix is made of: one case, its run from the outbox to a faulty server, and what is left afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pytest

from opomini_tui import keys
from opomini_tui.config import Config
from opomini_tui.mail import connections, hand_over
from opomini_tui.mail.claims import Claim
from opomini_tui.mail.outbox import enqueue
from opomini_tui.mail.outcomes import mark_sending
from opomini_tui.mail.sender import deliver
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import now_ms, run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from tests.mail import builder
from tests.mail.servers import Act, FaultServer, reply

PATIENT, HASTY = 5.0, 0.25
"""Seconds that an answer is waited for: where one comes, and where none does."""
ACCOUNT, PASSWORD = "ana@podjetje.example", "Češnja-šipek:žolca 1"
OFFERS = ("SIZE 10000000", "PIPELINING", "ENHANCEDSTATUSCODES", "DSN")

Waits = Literal["no", "a while", "for a person"]


@dataclass(frozen=True)
class Case:
    """A server that fails as `acts` say, and what has to come of one message to a customer, a copy and a blind copy.

    `state` of the delivery (several where the network decides), how many messages the server has taken over, whether
    the operator's account rests (`trouble`), words of the sentence, and how the server differs from a good one.
    `bodies`: the server answers during the body, so the commit before the dot waits for that.
    """

    acts: Mapping[str, Act] = field(default_factory=dict)
    state: str | tuple[str, ...] = "sent"
    accepted: int = 0
    trouble: Waits = "no"
    says: tuple[str, ...] = ()
    offers: tuple[str, ...] = OFFERS
    account: bool = False
    mechanisms: tuple[str, ...] = ("PLAIN", "LOGIN")
    tls: str = ""
    security: str = "none"
    hasty: bool = False
    bodies: bool = False
    recipients: tuple[str, ...] | None = None
    address: str = ""
    messages: int = 1
    password: str = PASSWORD

    @property
    def states(self) -> tuple[str, ...]:
        return (self.state,) if isinstance(self.state, str) else self.state


@dataclass(frozen=True)
class Left:
    """What is in the database after a run: of the last delivery, and of the operator's account."""

    state: str
    live: bool
    next_try_at: int | None
    reason: str
    trouble: Waits
    notice: str
    paused_because: str


def run_case(case: Case, actor: Actor, config: Config, server: FaultServer, ca: str, patch: pytest.MonkeyPatch) -> Left:
    """Queue the message, let a sender work until it has nothing more to do, and read what is left."""
    _set_up(case, actor, config, server, ca)
    usual = connections.server_of
    seconds = HASTY if case.hasty else PATIENT
    names = ("connect_timeout", "command_timeout", "body_timeout", "answer_timeout")
    quick: dict[str, Any] = dict.fromkeys(names, seconds)
    patch.setattr(connections, "server_of", lambda operator, config: replace(usual(operator, config), **quick))
    if case.bodies:
        patch.setattr(hand_over, "mark_sending", _after_the_body_was_answered(server))
    ids = builder.notices(builder.customers(case.messages))
    if case.address:
        run("UPDATE contact SET email = ?", (case.address,))
    assert enqueue(NoticeFilter(ids=tuple(ids)), actor, config, cc=("sef@podjetje.example",)).queued == case.messages
    done = deliver(config, patience=0)
    return _left(done.paused_because)


def _set_up(case: Case, actor: Actor, config: Config, server: FaultServer, ca: str) -> None:
    """Tell the operator of the server."""
    account = {"account": ACCOUNT, "secret": keys.encrypt(config, case.password)} if case.account else {}
    Operator.update(smtp_port=server.port, smtp_security=case.security, bcc_self=True, **account).where(
        Operator.code == actor.code
    ).execute()
    if case.tls and case.tls != "unknown":
        Company.update(ca_certificates=ca).execute()


def _after_the_body_was_answered(server: FaultServer) -> Callable[[Claim, int], bool]:
    """The commit before the dot, but not before the server has said what it says during the body."""

    def commit(found: Claim, now: int) -> bool:
        until = time.monotonic() + 2
        while "body" not in server.done and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(0.05)
        return mark_sending(found, now)

    return commit


def _left(paused_because: str) -> Left:
    state, live, next_try_at, reason, notice = run(
        "SELECT delivery.state, live, next_try_at, reason, notice.state FROM delivery "
        "JOIN notice ON notice.id = notice_id ORDER BY delivery.id DESC LIMIT 1"
    ).fetchone()
    row = run("SELECT until FROM mail_trouble").fetchone()
    trouble: Waits = "no" if row is None else "for a person" if row[0] is None else "a while"
    return Left(state, bool(live), next_try_at, reason, trouble, notice, paused_because)


def check(case: Case, left: Left, server: FaultServer) -> None:
    """State, reason, next step and the server's log are what the case demands."""
    log = [message.recipients for message in server.accepted]
    assert left.state in case.states, left
    assert len(log) == case.accepted, server.commands
    assert left.trouble == case.trouble, left
    assert left.live == (left.state != "refused")
    assert left.notice == ("sent" if left.state == "sent" else "issued")
    later = left.next_try_at is not None and left.next_try_at > now_ms()
    assert later == (left.state == "deferred")
    said = left.paused_because if left.state == "queued" else left.reason
    assert (left.paused_because != "") == (case.trouble != "no")
    assert all(words in said for words in case.says), said
    assert bool(said) or left.state == "sent"
    assert "\n" not in said
    assert case.password not in said
    if case.recipients is not None:
        assert log == [case.recipients]


SAID = {
    "4xx": reply("450 4.3.0 not now"),
    "5xx": reply("550 5.3.0 never"),
    "drop": Act(then="drop"),
    "hang": Act(then="hang"),
    "garbage": reply("what a nice day"),
}
"""The five ways to fail at a step."""
