"""Queueing: once per notice, with fixed bytes, or not at all; and what a person does with waiting messages."""

from __future__ import annotations

import email
import email.policy
import hashlib
from email.message import EmailMessage

import pytest
from peewee import IntegrityError

from opomini_tui.config import Config
from opomini_tui.errors import NotAllowed, NothingToDo, OpominiError
from opomini_tui.mail.compose import content
from opomini_tui.mail.outbox import batch_counts, cancel, enqueue, outbox_rows, preview_message, resolve, retry
from opomini_tui.mail.plan import plan_sending
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, run
from opomini_tui.models.deliveries import Delivery
from opomini_tui.models.journal import JournalEntry
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Contact, Operator
from opomini_tui.models.settings import Company, Template
from tests.mail import builder

ALL = NoticeFilter(year=2012)


def message(row: Delivery) -> EmailMessage:
    """The message of an outbox row, parsed."""
    parsed = email.message_from_bytes(content(row.skeleton, builder.PDF), policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def verbs() -> list[tuple[str, str]]:
    return [(row.verb, row.record) for row in JournalEntry.select().order_by(JournalEntry.id)]


def test_a_notice_becomes_one_message(actor: Actor, config: Config) -> None:
    (customer,) = builder.customers(1)
    (notice,) = builder.notices([customer])
    done = enqueue(ALL, actor, config)
    assert (done.queued, done.held_back) == (1, ())
    (row,) = Delivery.select()
    sent = message(row)
    assert sent["To"] == f"Saldakonti {customer} <stranka{customer}@kupec{customer}.example>"
    assert sent["From"] == "Skrbnik <skrbnik@podjetje.example>"
    assert sent["Message-ID"] == row.message_id
    assert sent["X-Opomini-Notice"].split()[0] == f"2012/{notice}"
    assert f"2012-{notice}" in sent["Subject"]
    assert sent["Bcc"] is None
    (letter,) = sent.iter_attachments()
    assert (letter.get_filename(), letter.get_content()) == (f"opomin-2012-{notice}.pdf", builder.PDF)
    assert row.content_sha256 == hashlib.sha256(content(row.skeleton, builder.PDF)).hexdigest()
    assert (row.state, row.channel, row.live, row.next_try_at) == ("queued", "smtp", True, row.queued_at)
    assert verbs() == [("queue", f"batch {done.batch}")]


def test_the_text_goes_as_html_too_where_the_setting_wants_it(sqlite_actor: Actor, config: Config) -> None:
    Company.update(html_mail=True).execute()
    builder.notices(builder.customers(1))
    enqueue(ALL, sqlite_actor, config)
    (row,) = Delivery.select()
    kinds = [part.get_content_type() for part in message(row).walk()]
    assert kinds == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"]


def test_the_same_again_queues_nothing_and_says_waiting(actor: Actor, config: Config) -> None:
    builder.notices(builder.customers(3))
    assert enqueue(ALL, actor, config).queued == 3
    again = enqueue(ALL, actor, config)
    assert (again.queued, again.batch) == (0, "")
    assert [one.code for one in again.held_back] == ["waiting"] * 3


def test_the_database_refuses_a_second_live_message(actor: Actor, config: Config) -> None:
    builder.notices(builder.customers(1))
    enqueue(ALL, actor, config)
    columns = (
        "notice_id, channel, operator_id, sender_address, to_address, skeleton, document_id, content_sha256, queued_at"
    )
    with pytest.raises(IntegrityError), database.atomic():
        run(f"INSERT INTO delivery (message_id, {columns}) SELECT 'other', {columns} FROM delivery")


def test_a_plan_that_is_overtaken_queues_only_what_is_left(actor: Actor, config: Config) -> None:
    ids = builder.notices(builder.customers(4))
    plan = plan_sending(ALL, actor)
    enqueue(NoticeFilter(ids=(ids[1],)), actor, config)
    run("UPDATE notice SET state = 'prepared', document_id = NULL WHERE id = ?", (ids[2],))
    done = enqueue(plan, actor, config)
    assert done.queued == 2
    assert [(one.notice_id, one.code) for one in done.held_back] == [(ids[1], "waiting"), (ids[2], "waiting")]
    assert [one.customer_id for one in done.held_back] == [2, 3]


def test_only_the_chosen_notices_of_a_plan(sqlite_actor: Actor, config: Config) -> None:
    ids = builder.notices(builder.customers(3))
    done = enqueue(plan_sending(ALL, sqlite_actor), sqlite_actor, config, notice_ids=ids[:1])
    assert [row.notice_id for row in outbox_rows(batch=done.batch)] == ids[:1]


def test_text_of_the_batch_with_placeholders_and_copies(sqlite_actor: Actor, config: Config) -> None:
    (notice,) = builder.notices(builder.customers(1))
    done = enqueue(
        ALL,
        sqlite_actor,
        config,
        subject="Dolg po opominu {stevilka}",
        body="Skupaj {skupaj} {valuta}.\nLep pozdrav",
        cc=("Ana@Podjetje.example; bor@podjetje.example",),
    )
    (row,) = Delivery.select().where(Delivery.batch == done.batch)
    sent = message(row)
    assert sent["Subject"] == f"Dolg po opominu 2012-{notice}"
    body = sent.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines()[:2] == ["Skupaj 22,00 EUR.", "Lep pozdrav"]
    assert sent["Cc"] == row.cc == "Ana@podjetje.example, bor@podjetje.example"


@pytest.mark.parametrize(
    "texts", [{"subject": "{neznano}"}, {"body": "Vsota {skupaj"}, {"body": "{?obresti}brez konca"}, {"cc": ("x@",)}]
)
def test_a_wrong_text_refuses_the_whole_batch(sqlite_actor: Actor, config: Config, texts: dict[str, str]) -> None:
    builder.notices(builder.customers(2))
    with pytest.raises(OpominiError):
        enqueue(ALL, sqlite_actor, config, **texts)  # type: ignore[arg-type]  # one of three parameters
    assert (Delivery.select().count(), verbs()) == (0, [])


def test_own_template_wins_and_a_wrong_one_refuses(sqlite_actor: Actor, config: Config) -> None:
    builder.notices(builder.customers(1))
    own = Template.create(
        level=1, language="sl", customer_kind="company", part="subject", content="Naš opomin {stevilka}"
    )
    assert preview_message(1, sqlite_actor).subject == "Naš opomin 2012-1"
    Template.create(level=1, language="sl", customer_kind="company", part="mail", content="Naše besedilo")
    assert preview_message(1, sqlite_actor).body == "Naše besedilo"
    own.content = "{pomota}"
    own.save()
    with pytest.raises(OpominiError, match="pomota"):
        enqueue(ALL, sqlite_actor, config)
    assert Delivery.select().count() == 0


def test_text_follows_language_and_kind_of_customer(sqlite_actor: Actor, config: Config) -> None:
    german = builder.notices(builder.customers(1, language="de"))
    person = builder.notices(builder.customers(1, kind="person"))
    company = builder.notices(builder.customers(1))
    subjects = [preview_message(ids[0], sqlite_actor).subject for ids in (german, person, company)]
    assert "Zahlungserinnerung" in subjects[0] or "Mahnung" in subjects[0]
    assert "opomin" in subjects[1].lower()
    assert "opomin" in subjects[2].lower()


def test_preview_shows_what_is_queued(sqlite_actor: Actor, config: Config) -> None:
    (notice,) = builder.notices(builder.customers(1))
    Operator.update(bcc_self=True).execute()
    shown = preview_message(notice, sqlite_actor, cc=("a@b.example",))
    enqueue(ALL, sqlite_actor, config, cc=("a@b.example",))
    (row,) = Delivery.select()
    sent = message(row)
    body = sent.get_body(("plain",))
    assert body is not None
    assert (shown.subject, shown.body) == (sent["Subject"], body.get_content().replace("\r\n", "\n").rstrip("\n"))
    assert (shown.to, shown.cc, shown.bcc) == (row.to_address, row.cc, "skrbnik@podjetje.example")
    assert (shown.attachment_name, shown.attachment_size) == (f"opomin-2012-{notice}.pdf", len(builder.PDF))


def test_several_addresses_get_one_message_each(sqlite_actor: Actor, config: Config) -> None:
    builder.notices(builder.customers(1))
    Contact.update(email="a@k.example; b@k.example").execute()
    assert enqueue(ALL, sqlite_actor, config).queued == 1
    rows = [(row.recipient_no, row.to_address) for row in Delivery.select().order_by(Delivery.id)]
    assert rows == [(0, "a@k.example"), (1, "b@k.example")]


@pytest.mark.parametrize("broken", [{"email": ""}, {"email": "nobody"}, {"smtp_host": ""}])
def test_an_operator_without_mail_cannot_queue(sqlite_actor: Actor, config: Config, broken: dict[str, str]) -> None:
    builder.notices(builder.customers(1))
    Operator.update(**broken).execute()
    with pytest.raises(OpominiError, match="Skrbnik"):
        enqueue(ALL, sqlite_actor, config)
    assert Delivery.select().count() == 0


def test_more_notices_than_a_chunk(actor: Actor, config: Config) -> None:
    builder.notices(builder.customers(401), items=1)
    done = enqueue(ALL, actor, config)
    assert done.queued == batch_counts(done.batch).queued == batch_counts(done.batch).total == 401
    assert verbs() == [("queue", f"batch {done.batch}")] * 3
    assert journal.check_chain().broken_at is None


def test_cancelling_takes_back_what_waits_and_lets_it_be_queued_again(actor: Actor, config: Config) -> None:
    builder.notices(builder.customers(3))
    batch = enqueue(ALL, actor, config).batch
    first, second, third = [row.id for row in outbox_rows()]
    run("UPDATE delivery SET state = 'unknown' WHERE id = ?", (third,))
    assert cancel([first], actor) == 1
    assert cancel(batch, actor) == 1
    assert [row.state for row in outbox_rows()] == ["cancelled", "cancelled", "unknown"]
    assert {row.id for row in outbox_rows(state="cancelled")} == {first, second}
    with pytest.raises(NothingToDo):
        cancel(batch, actor)
    assert enqueue(ALL, actor, config).queued == 2
    assert verbs()[1:3] == [("cancel", "notice 2012/1"), ("cancel", "notice 2012/2")]


def test_retry_puts_back_unless_something_stands_against_it(actor: Actor, config: Config) -> None:
    builder.notices(builder.customers(5))
    enqueue(ALL, actor, config)
    ids = [row.id for row in outbox_rows()]
    for number, state in zip(ids, ("refused", "held", "deferred", "cancelled", "sent"), strict=True):
        live = state not in ("refused", "cancelled")
        run("UPDATE delivery SET state = ?, live = ?, next_try_at = ? WHERE id = ?", (state, live, 9**15, number))
    run("UPDATE open_item SET open_amount = 0 WHERE customer_id = 2")
    done = retry(ids, actor)
    assert done.queued == 3
    assert [sentence.split(":")[0] for sentence in done.left] == ["2012/2", "2012/5"]
    assert [row.state for row in outbox_rows()] == ["queued", "held", "queued", "queued", "sent"]


def test_retry_after_correcting_the_address_writes_to_the_new_one(sqlite_actor: Actor, config: Config) -> None:
    builder.notices(builder.customers(1))
    enqueue(ALL, sqlite_actor, config, subject="Moja zadeva", body="Moje besedilo")
    run("UPDATE delivery SET state = 'refused', live = ?", (False,))
    Contact.update(email="prav@kupec.example").execute()
    (old,) = outbox_rows()
    assert retry([old.id], sqlite_actor).queued == 1
    old, new = outbox_rows()
    assert (old.state, old.outcome, new.state, new.to) == ("refused", "replaced", "queued", "prav@kupec.example")
    assert new.message_id != old.message_id
    sent = message(Delivery.get_by_id(new.id))
    body = sent.get_body(("plain",))
    assert body is not None
    assert (sent["Subject"], body.get_content().strip()) == ("Moja zadeva", "Moje besedilo")
    assert not retry([old.id], sqlite_actor).queued


@pytest.mark.parametrize(
    ("corrected", "states", "waiting"),
    [
        ("c@k.example", ("refused", "refused"), ["c@k.example"]),
        ("b@k.example; c@k.example", ("refused", "sent"), []),
        ("B@k.example; c@k.example", ("refused", "sent"), []),
        ("b@k.example; c@k.example", ("refused", "refused"), ["b@k.example"]),
        ("c@k.example; d@k.example", ("refused", "held"), ["c@k.example", "d@k.example"]),
    ],
)
def test_no_address_gets_a_notice_twice(
    actor: Actor, config: Config, corrected: str, states: tuple[str, str], waiting: list[str]
) -> None:
    builder.notices(builder.customers(1))
    Contact.update(email="a@k.example; b@k.example").execute()
    enqueue(ALL, actor, config)
    ids = [row.id for row in outbox_rows()]
    for number, state in zip(ids, states, strict=True):
        run("UPDATE delivery SET state = ?, live = ? WHERE id = ?", (state, state != "refused", number))
    Contact.update(email=corrected).execute()
    done = retry(ids, actor)
    assert (done.queued, len(done.left)) == (len(waiting), 2 - len(waiting))
    assert [row.to for row in outbox_rows(state="queued")] == waiting


def test_an_unknown_one_is_not_resent_to_an_address_that_has_another(actor: Actor, config: Config) -> None:
    builder.notices(builder.customers(1))
    Contact.update(email="a@k.example; b@k.example").execute()
    enqueue(ALL, actor, config)
    run("UPDATE delivery SET state = CASE WHEN recipient_no = 0 THEN 'unknown' ELSE 'sent' END")
    Contact.update(email="b@k.example").execute()
    with pytest.raises(OpominiError, match=r"b@k\.example"):
        resolve(outbox_rows()[0].id, "resend", "ni prišlo", actor, config)
    assert [row.state for row in outbox_rows()] == ["unknown", "sent"]


def test_a_refused_one_is_not_retried_beside_a_new_one(actor: Actor, config: Config) -> None:
    builder.notices(builder.customers(1))
    enqueue(ALL, actor, config)
    (first,) = outbox_rows()
    run("UPDATE delivery SET state = 'refused', live = ?", (False,))
    enqueue(ALL, actor, config)
    assert retry([first.id], actor).queued == 0
    assert [row.state for row in outbox_rows()] == ["refused", "queued"]


def test_unknown_is_settled_by_a_manager_with_a_reason(actor: Actor, config: Config) -> None:
    builder.notices(builder.customers(2))
    enqueue(ALL, actor, config)
    run("UPDATE delivery SET state = 'unknown'")
    first, second = outbox_rows()
    clerk = Actor(actor.id, actor.code, actor.name, "clerk", "sl")
    with pytest.raises(NotAllowed):
        resolve(first.id, "sent", "poklical sem", clerk, config)
    for how, reason in (("sent", "  "), ("maybe", "x")):
        with pytest.raises(OpominiError):
            resolve(first.id, how, reason, actor, config)
    assert retry([first.id], actor).queued == 0
    resolve(first.id, "sent", "stranka potrdila", actor, config)
    resolve(second.id, "resend", "stranka ni dobila", actor, config)
    rows = outbox_rows()
    assert [(row.state, row.outcome) for row in rows] == [
        ("sent", "marked as sent"),
        ("unknown", "resent"),
        ("queued", ""),
    ]
    assert rows[2].message_id != rows[1].message_id
    assert [row[0] for row in run("SELECT state FROM notice ORDER BY id").fetchall()] == ["sent", "issued"]
    assert verbs()[1:] == [("resolve", "notice 2012/1"), ("resolve", "notice 2012/2")]
    with pytest.raises(OpominiError):
        resolve(second.id, "resend", "še enkrat", actor, config)
    assert len(outbox_rows()) == 3
