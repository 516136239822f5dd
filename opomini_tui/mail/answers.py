"""What a mail server's answer means: for the message, for the queue, and in a sentence for the bookkeeper."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from opomini_tui.errors import OpominiError
from opomini_tui.text import _, ngettext

State = Literal["sent", "deferred", "refused", "unknown", "lost"]
Kind = Literal["connection", "temporary", "tls", "authentication", "settings"]
Step = Literal[
    "settings",
    "connect",
    "greeting",
    "hello",
    "starttls",
    "login",
    "check",
    "mail",
    "recipient",
    "copy",
    "data",
    "body",
    "commit",
    "answer",
]

STORED_CHARACTERS = 1000
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})\b")  # RFC 3463
_MUST_SIGN_IN = (525, 530, 534, 535, 538)  # RFC 4954 §6; 525: RFC 7372
_LIMIT_REACHED = ("5.4.5", "5.2.0")  # Google: daily limit; Microsoft 365: outbound limits
_POLICY = "5.7."
_HELD_BACK = ("4.7.", "4.4.5")  # how Google, Microsoft 365 and others answer too many messages at a time


@dataclass(frozen=True, slots=True)
class Answer:
    """One reply of the server: its code (-1 when it is no SMTP reply) and its lines joined, cleaned and cut."""

    code: int
    text: str

    @classmethod
    def of(cls, code: int, raw: bytes) -> Answer:
        """The reply as it is stored: UTF-8 or windows-1250, without control characters, 1,000 characters at the most."""
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            text = raw.decode("cp1250", "replace")
        visible = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
        return cls(code, visible.strip()[:STORED_CHARACTERS])

    @property
    def enhanced(self) -> str:
        """The enhanced status code ("5.7.1"), or ""."""
        found = _ENHANCED.match(self.text)
        return found[1] if found else ""

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()[:STORED_CHARACTERS] if self.code > 0 else self.text


SILENCE = Answer(0, "")


@dataclass(frozen=True, slots=True)
class RefusedCopy:
    """A copy that the server did not take, while the customer's message went on."""

    address: str
    answer: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message.

    `state`: "sent" · "deferred" (try later) · "refused" (never again by itself) · "lost" (nothing was handed over, it
    is safe to repeat) · "unknown" (the dot was on its way and no answer came: never repeat by itself). `step` is where
    it was decided, `code` and `answer` are what the server said last (0 and "" when nothing), `reason` is a sentence.
    `pause`: every further message would fare the same, so the queue stops; `authentication`: because the server wants
    the operator to sign in.
    """

    state: State
    step: Step
    code: int
    answer: str
    reason: str
    pause: bool = False
    authentication: bool = False


class SessionError(OpominiError):
    """No session could be opened; the message says at which step, what the server said and what to do.

    `kind`: "connection" and "temporary" are worth trying again later; "tls", "authentication" and "settings" stop the
    queue until a person has acted (`stops_queue`). `answer` is the server's answer as it is stored.
    """

    def __init__(self, kind: Kind, step: Step, message: str, answer: Answer = SILENCE) -> None:
        super().__init__(message)
        self.kind: Kind = kind
        self.step: Step = step
        self.code = answer.code
        self.answer = str(answer)

    @property
    def stops_queue(self) -> bool:
        """Whether every further message would meet the same."""
        return self.kind in ("tls", "authentication", "settings")


_SENDER_REFUSED = (550, 551, 553, 554)


def judge(step: Step, answer: Answer, address: str = "") -> Outcome:
    """The outcome of a message that the server answered with 4xx or 5xx at `step`.

    `address` is whom the step was about. Rules: RFC 5321 §4.2.1 and §4.5.3.1.10 (552 for a recipient is a full
    queue, so temporary); signing in and limits of the account are no fault of the message, so it waits.
    """
    said = str(answer)
    if answer.code in _MUST_SIGN_IN:
        reason = _(
            "The mail server wants the operator to sign in: “{answer}”. Check account and password in the operator's form."
        )
        return Outcome("deferred", step, answer.code, said, reason.format(answer=said), pause=True, authentication=True)
    if answer.code >= 500 and answer.enhanced in _LIMIT_REACHED:
        reason = _(
            "The mail server takes no more messages from this account now: “{answer}”. Sending stops; go on when the limit is over."
        )
        return Outcome("deferred", step, answer.code, said, reason.format(answer=said), pause=True)
    if answer.code < 500 and answer.enhanced.startswith(_HELD_BACK):
        reason = _(
            "The mail server puts the message off (step: {step}): “{answer}”. It will be tried again; "
            "if this happens often, set fewer messages a minute in the operator's form."
        )
        return Outcome("deferred", step, answer.code, said, reason.format(step=step_name(step), answer=said))
    if answer.code < 500 or (answer.code == 552 and step == "recipient"):
        reason = _("The mail server cannot take the message now (step: {step}): “{answer}”. It will be tried again.")
        return Outcome("deferred", step, answer.code, said, reason.format(step=step_name(step), answer=said))
    refused = Outcome("refused", step, answer.code, said, _refusal(step).format(answer=said, address=address))
    if answer.enhanced.startswith(_POLICY):
        reason = _(
            "The mail server does not allow this message: “{answer}”. Sending stops; ask the mail provider, then go on."
        )
        return replace(refused, reason=reason.format(answer=said), pause=True)
    # The sender is the same for every message of the account; only a size or a form is this message's own.
    return replace(refused, pause=True) if step == "mail" and answer.code in _SENDER_REFUSED else refused


def _refusal(step: Step) -> str:
    """The sentence for a message that was refused for good at `step`."""
    if step == "recipient":
        return _("The mail server refuses the address {address}: “{answer}”. Correct the address and send again.")
    if step == "mail":
        return _(
            "The mail server refuses the sender {address}: “{answer}”. Check the e-mail address in the operator's form."
        )
    return _("The mail server refuses the message: “{answer}”. Ask the mail provider what is wrong with it.")


def sent(answer: Answer, copies: tuple[RefusedCopy, ...]) -> Outcome:
    """The outcome of a message that the server has taken over."""
    reason = ""
    if copies:
        named = ", ".join(f"{copy.address} ({copy.answer})" for copy in copies)
        sentence = ngettext("Sent, but not the copy to {named}.", "Sent, but not the copies to {named}.", len(copies))
        reason = sentence.format(named=named)
    return Outcome("sent", "answer", answer.code, str(answer), reason)


def unsendable(reason: str) -> Outcome:
    """The outcome of a message that this server cannot take, found before a word was said."""
    return Outcome("refused", "check", 0, "", reason)


def odd(step: Step, answer: Answer) -> Outcome:
    """The outcome when the server answered something that SMTP does not know at `step` (the connection is cut)."""
    said = str(answer)
    if step == "answer":
        reason = _(
            "The mail server answered the message with “{answer}”, so it may have been accepted or not. "
            "Ask the customer or look into the mailbox; then mark it as sent, or send it again."
        )
        return Outcome("unknown", step, answer.code, said, reason.format(answer=said))
    reason = _(
        "The mail server's answer makes no sense (step: {step}): “{answer}”. Nothing was sent; it will be tried again."
    )
    return Outcome("lost", step, answer.code, said, reason.format(step=step_name(step), answer=said))


def broken_off(step: Step, why: str, rest: str = "") -> Outcome:
    """The outcome when the connection ended at `step` for the reason `why`; `rest` is what was heard of an answer."""
    if step == "answer":
        reason = _(
            "The message was handed over, but the mail server's answer did not come ({why}), so it may have been accepted "
            "or not. Ask the customer or look into the mailbox; then mark it as sent, or send it again."
        )
        return Outcome("unknown", step, 0, rest, reason.format(why=why))
    reason = _(
        "The connection to the mail server broke (step: {step}; {why}). Nothing was sent; it will be tried again."
    )
    return Outcome("lost", step, 0, rest, reason.format(step=step_name(step), why=why))


def given_up() -> Outcome:
    """The outcome when the sender was told not to finish: the connection was cut, so the server has to discard it."""
    return Outcome(
        "lost", "commit", 0, "", _("The message was taken back before it was handed over; nothing was sent.")
    )


def step_name(step: str) -> str:
    """The step in words, as sentences name it: one of `Step`, or "dot" and "file" of the outbox."""
    names = {
        "connect": _("connecting"),
        "greeting": _("greeting"),
        "hello": _("introduction (EHLO)"),
        "starttls": _("secure connection (STARTTLS)"),
        "login": _("signing in"),
        "mail": _("sender's address"),
        "recipient": _("customer's address"),
        "copy": _("address of a copy"),
        "data": _("beginning of the message"),
        "body": _("text of the message"),
        "dot": _("end of the message"),
        "answer": _("end of the message"),
        "settings": _("settings"),
        "check": _("check of the message"),
        "commit": _("storing"),
        "file": _("writing the file"),
    }
    return names.get(step, step)
