"""Letters to natural persons leave locked: once, when they are queued; what has no password is held back by name."""

from __future__ import annotations

import email
import email.policy
import hashlib
import json
from email.message import EmailMessage
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from opomini_tui.config import Config
from opomini_tui.documents.letter import draw_letter
from opomini_tui.errors import OpominiError
from opomini_tui.evidence.verify import verify
from opomini_tui.mail.outbox import enqueue, preview_message, resolve, retry
from opomini_tui.mail.plan import count_sending, plan_sending
from opomini_tui.mail.preflight import preflight
from opomini_tui.mail.sender import Delivered, deliver
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.deliveries import Delivery
from opomini_tui.models.journal import JournalEntry
from opomini_tui.models.notices import Document, Notice
from opomini_tui.models.parties import Contact, Customer
from opomini_tui.models.settings import Company
from tests.documents.samples import letter_of, lines
from tests.mail import builder
from tests.mail.sending import ALL
from tests.mail.servers import FaultServer

TAX = "SI12345678"


@lru_cache
def letter_pdf() -> bytes:
    """A letter that can be locked."""
    return draw_letter(letter_of(lines(2)))


def persons(count: int, *, rule: str = "{tax_id}", tax_id: str = TAX, language: str = "sl") -> list[int]:
    """Issued notices of so many natural persons."""
    Company.update(attachment_password=rule).execute()
    customers = builder.customers(count, kind="person", language=language)
    Customer.update(tax_id=tax_id).where(Customer.id.in_(customers)).execute()
    return builder.notices(customers, pdf=letter_pdf())


def parts(raw: bytes) -> tuple[str, bytes]:
    """Text and attachment of a message."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    (attachment,) = message.iter_attachments()
    pdf = attachment.get_payload(decode=True)
    assert isinstance(pdf, bytes)
    return str(body.get_content()), pdf


def attached(row: Delivery) -> bytes:
    """The stored attachment of a message."""
    return bytes(Document.get_by_id(row.attachment_id).content)


def opens(pdf: bytes, password: str) -> bool:
    """Whether the attachment is locked and opens with the password."""
    reader = PdfReader(BytesIO(pdf))
    return reader.is_encrypted and bool(reader.decrypt(password))


def test_what_arrives_is_locked_and_the_text_tells_how_it_opens(
    actor: Actor, config: Config, server: FaultServer
) -> None:
    (notice,) = persons(1)
    assert enqueue(ALL, actor, config, recall_seconds=0).queued == 1
    (row,) = Delivery.select()
    assert row.document_id == Notice.get_by_id(notice).document_id, "claims compare it with the notice's own"
    assert row.attachment_id not in (None, row.document_id)
    assert bytes(row.document.content) == letter_pdf(), "what is printed and kept stays open"
    assert Document.get_by_id(row.attachment_id).sha256 == hashlib.sha256(attached(row)).hexdigest()
    assert deliver(config) == Delivered(sent=1)
    text, pdf = parts(server.accepted[0].content)
    assert pdf == attached(row)
    assert opens(pdf, "12345678")
    assert not opens(pdf, "87654321")
    assert not opens(pdf, "")
    assert text.rstrip().endswith("Geslo zanjo je vaša davčna številka (brez oznake SI).")
    assert "12345678" not in text
    assert verify().problems == ()


def test_the_password_stands_nowhere(sqlite_actor: Actor, config: Config, caplog: pytest.LogCaptureFixture) -> None:
    persons(1, rule="{customer_code}-{tax_id}")
    enqueue(ALL, sqlite_actor, config)
    (row,) = Delivery.select()
    assert opens(attached(row), "0000001-12345678")
    everywhere = [row.skeleton, row.reason, caplog.text, *(entry.details for entry in JournalEntry.select())]
    assert not any("0000001-12345678" in text for text in everywhere)


def test_companies_and_companies_without_a_rule_send_the_letter_as_it_is(
    sqlite_actor: Actor, config: Config, server: FaultServer
) -> None:
    persons(1, rule="")
    builder.notices(builder.customers(1), pdf=letter_pdf())
    assert enqueue(ALL, sqlite_actor, config, recall_seconds=0).queued == 2
    Company.update(attachment_password="{tax_id}").execute()
    assert deliver(config) == Delivered(sent=2), "what was queued open goes as it was fixed"
    assert [parts(one.content)[1] for one in server.accepted] == [letter_pdf()] * 2
    builder.notices(builder.customers(1), pdf=letter_pdf())
    assert enqueue(ALL, sqlite_actor, config, recall_seconds=0).queued == 1
    assert Delivery.select().where(Delivery.attachment.is_null(False)).count() == 0
    assert not any("Priloga" in row.skeleton for row in Delivery.select())


def test_what_was_queued_open_is_not_sent_anew_once_letters_are_locked(actor: Actor, config: Config) -> None:
    persons(1, rule="")
    enqueue(ALL, actor, config, recall_seconds=0)
    (first,) = Delivery.select()
    Delivery.update(state="refused", live=False).execute()
    Contact.update(email="nov@kupec.example").execute()
    Company.update(attachment_password="{tax_id}").execute()
    done = retry([first.id], actor, today=builder.DAY)
    assert (done.queued, Delivery.select().count()) == (0, 1)
    assert "cancel it and send it anew" in done.left[0]


def test_a_retry_sends_the_same_bytes(actor: Actor, config: Config, server: FaultServer) -> None:
    persons(1)
    enqueue(ALL, actor, config, recall_seconds=0)
    (row,) = Delivery.select()
    Delivery.update(state="deferred", next_try_at=1).execute()
    assert retry([row.id], actor, today=builder.DAY).queued == 1
    assert deliver(config) == Delivered(sent=1)
    assert parts(server.accepted[0].content)[1] == attached(row)


def test_another_address_gets_the_same_attachment_and_words(actor: Actor, config: Config, server: FaultServer) -> None:
    persons(1)
    enqueue(ALL, actor, config, recall_seconds=0)
    (first,) = Delivery.select()
    Delivery.update(state="refused", live=False).execute()
    Contact.update(email="nov@kupec.example").execute()
    Company.update(attachment_password="{customer_code}").execute()
    assert retry([first.id], actor, today=builder.DAY).queued == 1
    second = Delivery.get(Delivery.live)
    assert (second.to_address, second.attachment_id) == ("nov@kupec.example", first.attachment_id)
    assert deliver(config) == Delivered(sent=1)
    text, pdf = parts(server.accepted[0].content)
    assert text.count("davčna številka") == 1, "the words are those of the lock"
    assert opens(pdf, "12345678")


def test_an_unknown_message_is_sent_again_locked(actor: Actor, config: Config) -> None:
    persons(1)
    enqueue(ALL, actor, config, recall_seconds=0)
    (first,) = Delivery.select()
    Delivery.update(state="unknown").execute()
    resolve(first.id, "resend", "ni prispelo", actor, config)
    second = Delivery.get(Delivery.live)
    assert (second.id != first.id, second.attachment_id) == (True, first.attachment_id)


def test_several_addresses_share_one_lock(sqlite_actor: Actor, config: Config) -> None:
    persons(1)
    Contact.update(email="a@k.example; b@k.example").execute()
    enqueue(ALL, sqlite_actor, config)
    assert len({row.attachment_id for row in Delivery.select()}) == 1
    assert Delivery.select().count() == 2


def test_who_has_no_password_is_held_back_with_the_field(actor: Actor, config: Config) -> None:
    with_number, without = persons(1), persons(2, tax_id="SI")
    builder.notices(builder.customers(1), pdf=letter_pdf())
    plan = plan_sending(ALL, actor, today=builder.DAY)
    assert [one.notice_id for one in plan.held_back] == without
    assert {one.code for one in plan.held_back} == {"no_password"}
    assert "Tax number" in plan.held_back[0].sentence
    counts = count_sending(ALL, today=builder.DAY)
    assert (counts.matching, counts.going, dict(counts.reasons)) == (4, 2, {"no_password": 2})
    looked = preflight(ALL, actor, today=builder.DAY)
    assert (looked.going, dict(looked.counts)) == (2, {"no_password": 2})
    assert enqueue(plan, actor, config).queued == 2
    locked = Delivery.select().where(Delivery.attachment.is_null(False))
    assert [row.notice_id for row in locked] == with_number


def test_a_value_that_is_gone_meanwhile_holds_back_its_own_notice_only(sqlite_actor: Actor, config: Config) -> None:
    first, second = persons(2)
    plan = plan_sending(ALL, sqlite_actor, today=builder.DAY)
    run("UPDATE customer SET tax_id = '' WHERE id = (SELECT customer_id FROM notice WHERE id = ?)", (first,))
    queued = enqueue(plan, sqlite_actor, config)
    assert queued.queued == 1
    assert [(one.notice_id, one.code) for one in queued.held_back] == [(first, "no_password")]
    assert [row.notice_id for row in Delivery.select()] == [second]


def test_a_letter_that_cannot_be_read_is_held_back(sqlite_actor: Actor, config: Config) -> None:
    persons(1)
    run("UPDATE document SET content = ?", (b"%PDF-1.7 broken",))
    queued = enqueue(ALL, sqlite_actor, config)
    assert (queued.batch, queued.queued) == ("", 0)
    assert "cannot be read" in queued.held_back[0].sentence


def test_the_preview_says_that_it_is_locked_and_shows_the_words(sqlite_actor: Actor, config: Config) -> None:
    (person,) = persons(1, language="de")
    (company,) = builder.notices(builder.customers(1), pdf=letter_pdf())
    shown = preview_message(person, sqlite_actor)
    assert shown.locked
    assert shown.body.endswith("Das Passwort ist Ihre Steuernummer (ohne Länderkennzeichen).")
    assert not preview_message(company, sqlite_actor).locked
    enqueue(ALL, sqlite_actor, config)
    row = Delivery.get(Delivery.notice == person)
    message = email.message_from_string(row.skeleton, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").rstrip("\n") == shown.body


def test_the_file_for_a_mail_client_is_locked_too(sqlite_actor: Actor, config: Config, tmp_path: Path) -> None:
    persons(1)
    run("UPDATE operator SET direct = ?", (False,))
    enqueue(ALL, sqlite_actor, config, recall_seconds=0)
    assert deliver(config) == Delivered(sent=1)
    (file,) = tmp_path.rglob("*.eml")
    assert opens(parts(file.read_bytes())[1], "12345678")


def test_the_recall_window_outlives_the_locking(sqlite_actor: Actor, config: Config) -> None:
    persons(3)
    done = enqueue(ALL, sqlite_actor, config, recall_seconds=30)
    (starts, queued) = run("SELECT starts_at, queued_at FROM batch WHERE name = ?", (done.batch,)).fetchone()
    assert starts >= queued + 30_000
    entry = JournalEntry.get(JournalEntry.verb == "queue")
    assert len(json.loads(entry.details)["notices"]) == 3


def test_a_changed_attachment_does_not_leave(sqlite_actor: Actor, config: Config, server: FaultServer) -> None:
    persons(1)
    enqueue(ALL, sqlite_actor, config, recall_seconds=0)
    (row,) = Delivery.select()
    Document.update(content=letter_pdf()).where(Document.id == row.attachment_id).execute()
    assert deliver(config) == Delivered(refused=1)
    assert server.accepted == []


def test_an_unlocked_letter_is_not_sent_again_in_another_lock(sqlite_actor: Actor, config: Config) -> None:
    persons(1)
    enqueue(ALL, sqlite_actor, config, recall_seconds=0)
    (row,) = Delivery.select()
    Delivery.update(state="unknown").execute()
    run("UPDATE notice SET document_id = ?", (builder.document(),))
    with pytest.raises(OpominiError, match="issued anew"):
        resolve(row.id, "resend", "ni prispelo", sqlite_actor, config)
