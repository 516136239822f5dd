"""Looking at an operator's mail account, step by step: what the button Test, `opomini account test` and `opomini doctor`
show. Nothing is stored; a mail is sent only when asked for."""

from __future__ import annotations

import ssl
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from itertools import groupby
from typing import Literal
from uuid import uuid4

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.mail.addresses import ascii_address, check_address
from opomini_tui.mail.connections import server_of
from opomini_tui.mail.mailbox.account import find_message, test_mailbox
from opomini_tui.mail.session import Envelope, Server, SessionError, SmtpSession, open_session
from opomini_tui.models.parties import Operator
from opomini_tui.text import _, ngettext

LETTER_BYTES = 80_000 * 4 // 3 + 10_000
"""A message with a letter of 80 kB: base64, headers and text."""
DAYS_LEFT = 14
"""A certificate that runs out in fewer days is worth a warning."""
READ_BACK_SECONDS = 60.0
StepState = Literal["ok", "warn", "fail", "skipped"]
Steps = Generator["AccountStep", None, None]


@dataclass(frozen=True, slots=True)
class AccountStep:
    """One step: how it ended, its name, and a sentence on what was found, what is wrong or why it was left out."""

    state: StepState
    step: str
    sentence: str


def step_names() -> list[str]:
    """The names of all steps, in their order."""
    return [
        _("Mail account"),
        _("SMTP connection"),
        _("SMTP encryption"),
        _("SMTP sign-in"),
        _("Size limit"),
        _("Test mail"),
        _("POP3 connection"),
        _("POP3 encryption"),
        _("POP3 sign-in"),
        _("POP3 mailbox"),
        _("Reading it back"),
    ]


SENDING_STEPS = 6
"""How many of the steps, from the first, sending needs; the rest are about the mailbox."""
_WORSE: tuple[StepState, ...] = ("ok", "warn", "fail")
_OF_MAILBOX = {"settings": 6, "connection": 6, "encryption": 7, "sign-in": 8, "mailbox": 9}


def examine_account(
    operator: Operator, config: Config, *, mail: bool = False, seconds: float = READ_BACK_SECONDS
) -> Iterator[AccountStep]:
    """All steps of `step_names`, each as soon as it is known; after a failed one the rest is skipped.

    `operator` need not be saved: the form tests what stands in it. `mail`: send him a message and read it back from his
    mailbox, for which it may take `seconds`.
    """
    names = step_names()
    sent = yield from _outgoing(operator, config, names, mail)
    yield from _incoming(operator, config, names, sent, seconds)


def _outgoing(operator: Operator, config: Config, names: list[str], mail: bool) -> Generator[AccountStep, None, str]:
    """The steps of sending; the Message-ID of the test mail, "" when none was sent."""
    if not operator.direct:
        yield AccountStep("ok", names[0], _("Direct sending is off; messages are written as files."))
        yield from _skipped(names[1:SENDING_STEPS], _("direct sending is off"))
        return ""
    try:
        if mail:
            check_address(operator.email)
        server = server_of(operator, config)
    except SessionError as error:
        if error.step == "login":  # no token to sign in with: what is right up to there
            server = server_of(unsaved(operator, {"account": ""}), config)
            yield _settings(operator, server, names[0])
            yield from _not_opened(error, server, names)
        else:
            yield from _failed(names[:SENDING_STEPS], str(error))
        return ""
    except OpominiError as error:
        yield from _failed(names[:SENDING_STEPS], str(error))
        return ""
    yield _settings(operator, server, names[0])
    try:
        session = open_session(server)
    except SessionError as error:
        yield from _not_opened(error, server, names)
        return ""
    with session:
        yield from _line(session, names)
        yield AccountStep("ok", names[3], _signed_in(session))
        yield _size(session, names[4])
        if not mail:
            yield from _skipped(names[5:SENDING_STEPS], _("no mail was asked for"))
            return ""
        envelope = _message(ascii_address(operator.email), operator.name, server.host)
        outcome = session.hand_over(envelope, lambda: True)
    if outcome.state != "sent":
        yield AccountStep("fail", names[5], outcome.reason)
        return ""
    sentence = _("The server has taken a message for {address}: {message_id}.")
    told = sentence.format(address=operator.email, message_id=envelope.message_id)
    yield AccountStep("ok", names[5], told)
    return envelope.message_id


def _incoming(operator: Operator, config: Config, names: list[str], sent: str, seconds: float) -> Steps:
    """The steps of the mailbox."""
    if not operator.pop3_host:
        yield from _skipped(names[SENDING_STEPS:], _("Operator {name} has no POP3 server.").format(name=operator.name))
        return
    place = SENDING_STEPS
    for name, group in groupby(test_mailbox(operator, config), lambda found: found.step):
        found = list(group)  # of one step all that was found is one line
        for missing in range(place, _OF_MAILBOX[name]):  # the mailbox was not opened, but so far it got
            yield AccountStep("ok", names[missing], _so_far(operator, missing))
        place = _OF_MAILBOX[name]
        state = max((one.state for one in found), key=_WORSE.index)
        yield AccountStep(state, names[place], " ".join(one.sentence for one in found))
        place += 1
        if state == "fail":
            yield from _after_failure(names[place:])
            return
    yield _read_back(operator, config, names[-1], sent, seconds)


def _so_far(operator: Operator, place: int) -> str:
    """What is right of a mailbox that could not be opened."""
    if place == _OF_MAILBOX["connection"]:
        return _("{host} answers on port {port}.").format(host=operator.pop3_host, port=operator.pop3_port)
    if operator.pop3_security == "none":
        return _("none, as the settings say")
    return _("The connection is encrypted, the certificate is trusted.")


def _read_back(operator: Operator, config: Config, name: str, sent: str, seconds: float) -> AccountStep:
    """Whether the test mail comes into the mailbox."""
    if not sent:
        return AccountStep("skipped", name, _("no test mail was sent"))
    began = time.monotonic()
    try:
        found = find_message(operator, config, sent, seconds)
    except OpominiError as error:
        return AccountStep("fail", name, str(error))
    took = max(1, round(time.monotonic() - began))
    if found:
        sentence = ngettext("It came within {n} second.", "It came within {n} seconds.", took)
        return AccountStep("ok", name, sentence.format(n=took))
    sentence = ngettext(
        "It has not come within {n} second. Look later, and check that this is the mailbox of the address {address}.",
        "It has not come within {n} seconds. Look later, and check that this is the mailbox of the address {address}.",
        took,
    )
    return AccountStep("warn", name, sentence.format(n=took, address=operator.email))


def _failed(names: list[str], sentence: str) -> Steps:
    """The first of the steps failed; the others need it."""
    yield AccountStep("fail", names[0], sentence)
    yield from _after_failure(names[1:])


def _after_failure(names: list[str]) -> Steps:
    yield from _skipped(names, _("a step before failed"))


def _skipped(names: list[str], why: str) -> Steps:
    yield from (AccountStep("skipped", name, why) for name in names)


def _where(operator: Operator) -> str:
    security = _("none (local)") if operator.smtp_security == "none" else operator.smtp_security.upper()
    return f"{operator.smtp_host}:{operator.smtp_port}, {security}"


def _settings(operator: Operator, server: Server, name: str) -> AccountStep:
    """The settings are complete; what is dangerous in them is said."""
    if server.security == "none" and operator.plain_allowed:
        sentence = _("{where}: messages and the password go over the network in clear.")
        return AccountStep("warn", name, sentence.format(where=_where(operator)))
    return AccountStep("ok", name, _where(operator))


def _not_opened(error: SessionError, server: Server, names: list[str]) -> Steps:
    """The steps of a session that could not be opened."""
    if error.kind == "tls" or error.step == "starttls":
        yield AccountStep(
            "ok", names[1], _("{host} answers on port {port}.").format(host=server.host, port=server.port)
        )
        yield from _failed(names[2:SENDING_STEPS], str(error))
    elif error.step == "login":
        # Once more without signing in, to tell what is right up to there.
        try:
            with open_session(replace(server, account="", password="")) as session:
                yield from _line(session, names)
        except SessionError as other:
            yield from _failed(names[1:SENDING_STEPS], str(other))
            return
        yield from _failed(names[3:SENDING_STEPS], str(error))
    else:
        yield from _failed(names[1:SENDING_STEPS], str(error))


def _line(session: SmtpSession, names: list[str]) -> Steps:
    """Connection and encryption of an open session."""
    server = session.server
    yield AccountStep("ok", names[1], _("{host} answers on port {port}.").format(host=server.host, port=server.port))
    yield encryption(session.sock, names[2])


def encryption(connection: object, name: str) -> AccountStep:
    """The step of a connection's encryption: version, whose certificate, how many days are left of it."""
    if not isinstance(connection, ssl.SSLSocket):
        return AccountStep("ok", name, _("none, as the settings say"))
    certificate = connection.getpeercert() or {}
    days = _days_left(str(certificate.get("notAfter", "")))
    sentence = ngettext(
        "{version}; the certificate of {owner} is valid for {days} more day.",
        "{version}; the certificate of {owner} is valid for {days} more days.",
        days,
    )
    told = sentence.format(version=connection.version(), owner=_owner(certificate), days=days)
    return AccountStep("ok" if days >= DAYS_LEFT else "warn", name, told)


def _days_left(end: str) -> int:
    """Whole days until the end of a certificate, as Python writes it."""
    return max(0, int((ssl.cert_time_to_seconds(end) - time.time()) // 86_400)) if end else 0


def _owner(certificate: object) -> str:
    """For whom a certificate (Python's dictionary of it) was made: the first of its names."""
    assert isinstance(certificate, dict)
    names = [value for _kind, value in certificate.get("subjectAltName", ())]
    subject = [value for part in certificate.get("subject", ()) for kind, value in part if kind == "commonName"]
    return str((names + subject + ["?"])[0])


def _signed_in(session: SmtpSession) -> str:
    """As whom and how."""
    server = session.server
    if not server.account:
        return _("The server is used without signing in.")
    sentence = _("Signed in as {account}; the server offers {ways}.")
    return sentence.format(account=server.account, ways=", ".join(session.limits.auth) or "–")


def _size(session: SmtpSession, name: str) -> AccountStep:
    """How large a message the server takes (RFC 1870)."""
    limit = session.limits.size
    if limit is None:
        return AccountStep("ok", name, _("The server names no limit."))
    sentence = _("The server takes messages of up to {size} kB.").format(size=limit // 1000)
    if limit >= LETTER_BYTES:
        return AccountStep("ok", name, sentence)
    too_small = _("A message with a letter of 80 kB is larger.")
    return AccountStep("warn", name, f"{sentence} {too_small}")


def _message(address: str, name: str, host: str) -> Envelope:
    """A short text to and from the operator."""
    message = EmailMessage(policy=SMTP)
    message_id = f"<opomini.test.{uuid4().hex}@{address.rpartition('@')[2]}>"
    message["From"] = address
    message["To"] = address
    message["Subject"] = _("Opomini: test of the mail account")
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    body = _("This message shows that Opomini can send notices for operator {name} through {host}.")
    message.set_content(body.format(name=name, host=host) + "\n", cte="quoted-printable")
    return Envelope(address, address, (), message.as_bytes(), message_id)


def unsaved(operator: Operator | None, values: Mapping[str, object]) -> Operator:
    """An operator record with these values, to be examined; it is never to be saved.

    Raises:
        OpominiError: there is no such field.
    """
    stored = {name: getattr(operator, name) for name in Operator._meta.fields} if operator else {}
    trial = Operator(**stored)
    for name, value in values.items():
        if name not in Operator._meta.fields:
            raise OpominiError(_("There is no such field."))
        setattr(trial, name, value)
    return trial
