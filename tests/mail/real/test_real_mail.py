"""Through a real Postfix and Dovecot: signing in, real bounces matched, and the mailbox left as it was."""

from __future__ import annotations

import email
import email.policy
import poplib
import smtplib
import ssl
import time
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from opomini_tui.config import Config
from opomini_tui.keys import encrypt
from opomini_tui.mail.mailbox.mailbox_list import mailbox_rows
from opomini_tui.mail.mailbox.poll import Polled, poll
from opomini_tui.mail.outbox import OutboxRow, enqueue, outbox_rows
from opomini_tui.mail.sender import deliver
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Operator
from tests.mail import builder
from tests.mail.real.post_office import ACCOUNT, CLOSED, CUSTOMERS, MECHANISMS, OWN, PASSWORD, PostOffice
from tests.mail.real.programs import HOST, wait_until

pytestmark = pytest.mark.real
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 240 + b"\n%%EOF\n"


def send(actor: Actor, config: Config, *addresses: str) -> list[OutboxRow]:
    """Send a notice of 60 kB to each of the addresses."""
    customers = builder.customers(len(addresses))
    for customer, address in zip(customers, addresses, strict=True):
        run("UPDATE contact SET email = ? WHERE customer_id = ?", (address, customer))
    ids = builder.notices(customers, pdf=PDF)
    assert enqueue(NoticeFilter(ids=tuple(ids)), actor, config).queued == len(addresses)
    assert deliver(config).paused_because == ""
    return [row for row in outbox_rows() if row.notice_id in ids]


def look(config: Config) -> Polled:
    """Look into the mailbox; it must succeed."""
    done = poll(Operator.get(), config)
    assert done.failure == ""
    return done


def arrival(row: OutboxRow) -> str:
    return str(run("SELECT arrival FROM delivery WHERE id = ?", (row.id,)).fetchone()[0])


def reason(row: OutboxRow) -> str:
    return str(run("SELECT arrival_reason FROM delivery WHERE id = ?", (row.id,)).fetchone()[0])


def poll_until(config: Config, condition: Callable[[], bool], office: PostOffice, seconds: float = 40.0) -> None:
    """Look again and again, as the worker does, until the condition holds."""

    def looked() -> bool:
        look(config)
        return condition()

    wait_until(looked, seconds, lambda: f"{mailbox_rows()}\n{office.told}")


def pop3(office: PostOffice) -> poplib.POP3:
    """Another client in the operator's mailbox."""
    other = poplib.POP3(HOST, office.pop3_port, timeout=10)
    other.stls(context=ssl.create_default_context(cafile=office.ca_file))
    other.user(ACCOUNT)
    other.pass_(PASSWORD)  # poplib's own encoding is UTF-8
    return other


def names_and_bytes(office: PostOffice) -> tuple[list[bytes], dict[str, bytes]]:
    """What another client is told of the mailbox (its UIDLs), and every message's file: its name, flags and all."""
    other = pop3(office)
    _answer, uidls, _size = other.uidl()
    other.quit()
    files = {path.name: path.read_bytes() for kind in ("cur", "new") for path in (office.box / kind).iterdir()}
    return uidls, files


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_password_with_slovene_letters_signs_in_by_each_mechanism(
    mechanism: str, post_office: PostOffice, customer_of: Actor, config: Config
) -> None:
    Operator.update(smtp_port=post_office.ports[mechanism]).execute()
    (row,) = send(customer_of, config, f"prejema@{CUSTOMERS}")
    assert row.state == "sent"
    assert "queued as" in row.answer
    assert f"sasl_method={mechanism}, sasl_username={ACCOUNT}" in post_office.own.told


def test_a_wrong_password_stops_the_account_and_no_message_is_lost(
    post_office: PostOffice, customer_of: Actor, config: Config
) -> None:
    Operator.update(secret=encrypt(config, "napačno")).execute()
    customers = builder.customers(3)
    builder.notices(customers, pdf=PDF)
    enqueue(NoticeFilter(year=2012), customer_of, config)
    done = deliver(config)
    assert (done.sent, done.left) == (0, 3)
    assert "535 5.7.8" in done.paused_because
    assert Counter(row.state for row in outbox_rows()) == {"queued": 3}


def test_the_letter_arrives_as_it_was_queued(post_office: PostOffice, customer_of: Actor, config: Config) -> None:
    (row,) = send(customer_of, config, f"prejema@{CUSTOMERS}")
    found: list[Path] = []

    def arrived() -> bool:
        box = post_office.customers.folder / "boxes" / "prejema" / "new"
        found[:] = [path for path in box.glob("*") if row.message_id.encode() in path.read_bytes()]
        return bool(found)

    wait_until(arrived, 15, lambda: post_office.told)
    message = email.message_from_bytes(found[0].read_bytes(), policy=email.policy.default)
    assert message["Message-ID"] == row.message_id
    assert message["Bcc"] is None
    (attachment,) = message.iter_attachments()
    assert attachment.get_payload(decode=True) == PDF


def test_an_unknown_name_at_the_own_server_is_refused_at_once(
    post_office: PostOffice, customer_of: Actor, config: Config
) -> None:
    (row,) = send(customer_of, config, f"ni-ga@{OWN}")
    assert row.state == "refused"
    assert row.answer.startswith("550 5.1.1")


def test_real_reports_and_a_reply_are_matched_and_the_mailbox_is_as_it_was(
    post_office: PostOffice, customer_of: Actor, config: Config
) -> None:
    """Unknown name (refused by the second server), full box (bounced by it), delayed and then expired, and a reply."""
    unknown, full, expires, answered = send(
        customer_of, config, f"ni-ga@{CUSTOMERS}", f"poln@{CUSTOMERS}", f"kdo@{CLOSED}", f"prejema@{CUSTOMERS}"
    )
    assert {row.state for row in (unknown, full, expires, answered)} == {"sent"}
    began = time.monotonic()
    reply_to(answered, post_office)
    poll_until(config, lambda: arrival(expires) == "delayed", post_office)
    poll_until(config, lambda: arrival(unknown) == arrival(full) == "undelivered", post_office)
    assert "User unknown" in reason(unknown)
    assert "550 5.1.1" in reason(unknown)
    assert "5.2.2" in reason(full) or "mailbox" in reason(full)
    poll_until(config, lambda: arrival(expires) == "undelivered", post_office)
    poll_until(config, lambda: bool(mailbox_rows(kind="reply")), post_office)
    assert arrival(answered) == ""
    told = [(row.kind, row.delivery_id) for row in mailbox_rows()]
    expected = [
        ("bounce", unknown.id),
        ("bounce", full.id),
        ("delay", expires.id),
        ("bounce", expires.id),
        ("reply", answered.id),
    ]
    assert Counter(told) == Counter(expected)
    assert time.monotonic() - began < 60
    before = names_and_bytes(post_office)
    run("DELETE FROM mailbox_message")  # so that every message is fetched once more
    assert look(config).looked_at == len(before[0])
    assert names_and_bytes(post_office) == before
    assert not [name for name in before[1] if "S" in name.rpartition(":2,")[2]], "no look has marked a message as seen"
    for report in (path for path in before[1].values() if b"message/delivery-status" in path):
        assert b"Original-Envelope-Id: " in report, "the reports carry the id that was given in MAIL"


def reply_to(row: OutboxRow, office: PostOffice) -> None:
    """The customer answers, from another server."""
    message = EmailMessage()
    message["From"], message["To"] = f"prejema@{CUSTOMERS}", f"{ACCOUNT}@{OWN}"
    message["Subject"] = "Re: Opomin"
    message["Message-ID"] = f"<odgovor.{row.id}@{CUSTOMERS}>"
    message["In-Reply-To"] = row.message_id
    message.set_content("Plačali bomo v petek.\n")
    with smtplib.SMTP(HOST, office.port, timeout=10) as client:
        client.send_message(message)


def test_own_copies_in_the_real_mailbox_prove_what_is_unknown(
    post_office: PostOffice, customer_of: Actor, config: Config
) -> None:
    Operator.update(bcc_self=True).execute()
    rows = send(customer_of, config, *[f"prejema@{CUSTOMERS}"] * 5)
    run("UPDATE delivery SET state = 'unknown', sent_at = NULL")  # as if their senders had died at the last moment
    poll_until(config, lambda: {row.state for row in outbox_rows()} == {"sent"}, post_office)
    assert {row.outcome for row in outbox_rows()} == {"proved by copy"}
    assert len(rows) == 5
