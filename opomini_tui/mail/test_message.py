"""Preizkusi: one message from an operator to himself, to see that his mail account works, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import uuid4

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.mail.addresses import ascii_address, check_address
from opomini_tui.mail.answers import step_name
from opomini_tui.mail.connections import server_of
from opomini_tui.mail.session import Envelope, SessionError, open_session
from opomini_tui.models.parties import Operator
from opomini_tui.text import _

TestProgress = Callable[[int, int, str], None]
STEPS = 2


@dataclass(frozen=True, slots=True)
class Tested:
    """How the test ended: `ok`, the name of the step at which it failed ("" when it did not), a sentence."""

    ok: bool
    step: str
    sentence: str


def send_test_message(operator: Operator, config: Config, progress: TestProgress | None = None) -> Tested:
    """Connect to the operator's server, secure the line, sign in, and send him a message.

    `operator` need not be saved: the form tests what stands in it. Nothing is stored.

    Raises:
        OpominiError: he has no address or no server, or his password cannot be read.
    """
    told = progress or (lambda _done, _total, _note: None)
    address = check_address(operator.email)
    server = server_of(operator, config)
    told(0, STEPS, _("Connecting to {host} …").format(host=server.host))
    try:
        session = open_session(server)
    except SessionError as error:
        return Tested(False, step_name(error.step), str(error))
    with session:
        told(1, STEPS, _("Sending the test message to {address} …").format(address=address))
        envelope = _message(address, operator.name, server.host)
        outcome = session.hand_over(envelope, lambda: True)
    if outcome.state == "sent":
        sentence = _("The test message was handed to {host} for {address}. Look whether it has arrived.")
        return Tested(True, "", sentence.format(host=server.host, address=address))
    return Tested(False, step_name(outcome.step), outcome.reason)


def unsaved(operator: Operator | None, values: dict[str, object]) -> Operator:
    """An operator record with these values, for a test; it is never to be saved.

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


def _message(address: str, name: str, host: str) -> Envelope:
    """A short text to and from the operator."""
    plain = ascii_address(address)
    message = EmailMessage(policy=SMTP)
    message_id = f"<opomini.test.{uuid4().hex}@{plain.rpartition('@')[2]}>"
    message["From"] = plain
    message["To"] = plain
    message["Subject"] = _("Opomini: test of the mail account")
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    body = _("This message shows that Opomini can send notices for operator {name} through {host}.")
    message.set_content(body.format(name=name, host=host) + "\n", cte="quoted-printable")
    return Envelope(plain, plain, (), message.as_bytes(), message_id)
