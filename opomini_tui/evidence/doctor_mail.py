"""`opomini doctor`, the part of the mail: what holds messages back, the settings of sending, the operator's account."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography import x509

from opomini_tui.config import Config
from opomini_tui.errors import OpominiError
from opomini_tui.evidence.finding import Finding
from opomini_tui.mail import high_water, oauth
from opomini_tui.mail.account_steps import DAYS_LEFT, SENDING_STEPS, examine_account
from opomini_tui.mail.approval import asked, limit
from opomini_tui.mail.hours import sending_hours
from opomini_tui.mail.trouble import troubles
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import now_ms, run
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from opomini_tui.text import _, ngettext


def examine(config: Config, operator: Operator, *, mail: bool = False) -> Iterator[Finding]:
    """All findings about mail, each as soon as it is known; `mail`: a test mail is sent to the operator and read back."""
    yield _outbox()
    yield from _held_back(config)
    yield _hours()
    yield _authorities()
    if operator.authentication == "xoauth2":
        yield _tokens(config, operator)
    for number, step in enumerate(examine_account(operator, config, mail=mail)):
        # Sending goes without a mailbox.
        state = "warn" if step.state == "fail" and number >= SENDING_STEPS else step.state
        yield Finding(state, step.step, step.sentence)


def _outbox() -> Finding:
    """Messages that need a person."""
    counts = dict(run("SELECT state, COUNT(*) FROM delivery WHERE live GROUP BY state").fetchall())
    unknown, held = int(counts.get("unknown", 0)), int(counts.get("held", 0))
    waiting = sum(int(counts.get(state, 0)) for state in ("queued", "claimed", "sending", "deferred"))
    said = [ngettext("{n} message waits.", "{n} messages wait.", waiting).format(n=waiting)]
    if unknown:
        sentence = ngettext(
            "Of {n} message nobody knows whether it arrived.",
            "Of {n} messages nobody knows whether they arrived.",
            unknown,
        )
        said.append(sentence.format(n=unknown))
    if held:
        said.append(ngettext("{n} message is held back.", "{n} messages are held back.", held).format(n=held))
    if not unknown and not held:
        return Finding("ok", _("Outbox"), said[0])
    return Finding("warn", _("Outbox"), " ".join([*said, _("See: opomini outbox list")]))


def _held_back(config: Config) -> Iterator[Finding]:
    """What keeps messages from leaving: paused batches, accounts in trouble, a restored database."""
    (paused,) = run("SELECT COUNT(*) FROM batch WHERE paused_at IS NOT NULL").fetchone()
    if paused:
        sentence = ngettext("{n} batch is paused.", "{n} batches are paused.", paused)
        yield Finding("warn", _("Batches"), sentence.format(n=paused))
    if waiting := len(asked()):
        sentence = ngettext(
            "{n} batch waits for a second operator.", "{n} batches wait for a second operator.", waiting
        )
        yield Finding("warn", _("Batches"), sentence.format(n=waiting))
    if limit() and sum(Actor.of(one).may("send") for one in Operator.select().where(Operator.active)) < 2:
        yield Finding("warn", _("Four eyes"), _("There is a limit of four eyes, but only one operator who may send."))
    for trouble in troubles():
        yield Finding("warn", _("Account of operator {code}").format(code=trouble.operator_code), trouble.reason)
    behind = high_water.behind(config)
    if behind is not None:
        yield Finding("fail", _("Restored database"), behind.sentence)


def _hours() -> Finding:
    """The hours of sending, and whether their time zone is known here."""
    zone = Company.current().time_zone
    try:
        here = datetime.fromtimestamp(now_ms() / 1000, UTC).astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        sentence = _("The time zone {zone} is not known here; correct it in the settings, or install Opomini again.")
        return Finding("fail", _("Sending hours"), sentence.format(zone=zone))
    hours = sending_hours()
    if hours is None:
        sentence = _("Messages are sent at any time (now it is {now}).")
    elif hours.is_open(now_ms()):
        sentence = _("Messages are sent now ({now}).")
    else:
        sentence = _("Messages wait for the hours of sending (now it is {now}).")
    return Finding("ok", _("Sending hours"), sentence.format(now=f"{here:%H:%M}, {zone}"))


def _authorities() -> Finding:
    """The company's own certificate authorities: readable, and not run out."""
    name = _("Own authorities")
    text = Company.current().ca_certificates
    try:
        found = x509.load_pem_x509_certificates(text.encode()) if text else []
    except ValueError:
        sentence = _("The certificates of own authorities cannot be read; enter them again in the settings.")
        return Finding("fail", name, sentence)
    if not found:
        return Finding("ok", name, _("none: the authorities of the system count"))
    first = min(found, key=lambda certificate: certificate.not_valid_after_utc)
    days = int((first.not_valid_after_utc.timestamp() - time.time()) // 86_400)
    subject = first.subject.rfc4514_string()
    if days < 0:
        sentence = _("The certificate of {subject} has run out; enter a new one in the settings.")
        return Finding("fail", name, sentence.format(subject=subject))
    sentence = ngettext("{subject}: valid for {days} more day.", "{subject}: valid for {days} more days.", days)
    return Finding("ok" if days >= DAYS_LEFT else "warn", name, sentence.format(subject=subject, days=days))


def _tokens(config: Config, operator: Operator) -> Finding:
    """The connection of an account that signs in by XOAUTH2."""
    name = "XOAUTH2"
    try:
        tokens = oauth.connection(operator, config)
    except OpominiError as error:
        return Finding("fail", name, str(error))
    if tokens is None:
        sentence = _("The account {account} is not connected. Run: opomini account connect")
        return Finding("fail", name, sentence.format(account=operator.account))
    moment = datetime.fromtimestamp(tokens.expires_at / 1000, UTC)
    sentence = _("Connected as {who}; the token is good until {until} and is renewed by itself.")
    told = sentence.format(who=tokens.signed_in_as or operator.account, until=f"{moment:%Y-%m-%d %H:%M} UTC")
    return Finding("ok", name, told)
