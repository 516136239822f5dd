"""Which message a report is about: ours by its ids only, and only what it says of the customer counts."""

from __future__ import annotations

import pytest

from opomini_tui.config import Config
from opomini_tui.mail.mailbox.mailbox_list import mailbox_rows
from opomini_tui.mail.outbox import OutboxRow
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from tests.mail.mailbox import mails
from tests.mail.mailbox.boxes import Look, arrivals, handed_over, kinds, levels
from tests.mail.mailbox.pop3_server import Pop3Server
from tests.mail.sending import states, verbs

FOREIGN = "Message-ID: <somebody@else.example>\n"


def bare(row: OutboxRow) -> str:
    """The Message-ID as an envelope id."""
    return row.message_id.strip("<>")


@pytest.fixture
def rows(mailbox: Pop3Server, sqlite_actor: Actor, config: Config) -> list[OutboxRow]:
    """Two messages that were sent."""
    return handed_over(sqlite_actor, config, 2)


def after(mailbox: Pop3Server, look: Look, *found: bytes) -> list[str]:
    """The arrivals after these mails came."""
    mailbox.mails += found
    assert look().failure == ""
    return [arrival for arrival, _reason in arrivals()]


def test_by_the_envelope_id(mailbox: Pop3Server, look: Look, rows: list[OutboxRow]) -> None:
    report = mails.bounce(rows[1], envelope_id=bare(rows[1]), returned="")
    assert after(mailbox, look, report) == ["", "undelivered"]


def test_by_the_headers_that_come_back_with_it(mailbox: Pop3Server, look: Look, rows: list[OutboxRow]) -> None:
    assert after(mailbox, look, mails.bounce(rows[1])) == ["", "undelivered"]


def test_by_notice_and_tag_where_a_server_replaced_the_id(
    mailbox: Pop3Server, look: Look, rows: list[OutboxRow]
) -> None:
    named = f"{FOREIGN}X-Opomini-Notice: {mails.label(rows[1])}\n"
    assert after(mailbox, look, mails.bounce(rows[1], returned=named)) == ["", "undelivered"]


@pytest.mark.parametrize("notice", ["2012/999", "2012", "9999999/1", "2012/x", "²012/1", ""])
def test_a_notice_number_alone_proves_nothing(
    notice: str, mailbox: Pop3Server, look: Look, rows: list[OutboxRow]
) -> None:
    report = mails.bounce(rows[1], returned=f"{FOREIGN}X-Opomini-Notice: {notice}\n")
    assert after(mailbox, look, report) == ["", ""]


def test_a_notice_with_another_recipient_proves_nothing(mailbox: Pop3Server, look: Look, rows: list[OutboxRow]) -> None:
    named = f"{FOREIGN}X-Opomini-Notice: {mails.label(rows[0])}\n"
    assert after(mailbox, look, mails.bounce(rows[1], returned=named)) == ["", ""]


def test_by_the_id_in_a_free_form_text(mailbox: Pop3Server, look: Look, rows: list[OutboxRow]) -> None:
    text = (
        "Return-Path: <>\nFrom: MAILER-DAEMON@qmail.example\nTo: skrbnik@podjetje.example\nSubject: failure notice\n\n"
        "Hi. This is the qmail-send program at qmail.example.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        f"<{rows[1].to}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n\nReturn-Path: <skrbnik@podjetje.example>\n"
        f"From: skrbnik@podjetje.example\nTo: {rows[1].to}\nMessage-ID: {rows[1].message_id}\n"
    )
    assert after(mailbox, look, mails.crlf(text)) == ["", "undelivered"]
    assert arrivals()[1][1] == "Sorry, no mailbox here by that name. (#5.1.1)"


def test_a_report_inside_of_a_report(mailbox: Pop3Server, look: Look, rows: list[OutboxRow]) -> None:
    assert after(mailbox, look, mails.nested(mails.bounce(rows[1]))) == ["", "undelivered"]


def test_a_hidden_recipient(mailbox: Pop3Server, look: Look, rows: list[OutboxRow]) -> None:
    run("UPDATE delivery SET bcc = ''")
    assert after(mailbox, look, mails.bounce(rows[1], recipient="")) == ["", "undelivered"]


def test_a_hidden_recipient_may_be_the_copy(mailbox: Pop3Server, look: Look, rows: list[OutboxRow]) -> None:
    for column in ("cc", "bcc"):
        run("UPDATE delivery SET cc = '', bcc = ''")
        run(f"UPDATE delivery SET {column} = 'chief@kupec.example'")
        assert after(mailbox, look, mails.bounce(rows[1], recipient="")) == ["", ""]
    told = mailbox_rows()
    assert [row.delivery_id for row in told] == [rows[1].id] * 2
    assert all("may be that of a copy" in row.summary for row in told)


def test_a_hidden_recipient_with_the_envelope_id_is_no_copy(
    mailbox: Pop3Server, look: Look, rows: list[OutboxRow]
) -> None:
    """Whose server has the id had NOTIFY=NEVER for the copies."""
    report = mails.bounce(rows[1], recipient="", envelope_id=bare(rows[1]), returned="")
    assert after(mailbox, look, report) == ["", "undelivered"]


def test_a_forged_report_changes_nothing(mailbox: Pop3Server, look: Look, rows: list[OutboxRow]) -> None:
    forged = rows[1].message_id.replace(rows[1].message_id[20:24], "0000")
    number = f"{rows[0].year}/{rows[0].number}"  # who has paid many a bill knows how they are numbered, and who writes
    by_number = [
        number,
        f"{number} aaaaaaaa",
        mails.label(rows[1]).replace(f"/{rows[1].number} ", f"/{rows[0].number} "),
    ]
    run("UPDATE delivery SET state = 'unknown' WHERE id = ?", (rows[0].id,))
    reports = [
        mails.bounce(rows[0], returned=""),
        mails.bounce(rows[0], returned=FOREIGN),
        mails.bounce(rows[0], returned=f"Message-ID: {forged}\n"),
        mails.bounce(rows[0], envelope_id="' OR 1=1 --", returned=""),
        *(mails.bounce(rows[0], returned=f"X-Opomini-Notice: {label}\n") for label in by_number),
    ]
    assert after(mailbox, look, *reports) == ["", ""]
    assert look().proved == 0
    assert (kinds(), levels(), states()) == (["bounce"] * 7, [1, 1, 1, 1], ["unknown", "sent"])
    assert not {"undelivered", "level taken back", "proved"} & set(verbs())
    told = [row for row in mailbox_rows() if row.notice_id is not None]
    assert [(row.notice_id, row.delivery_id) for row in told] == [(rows[0].notice_id, None)] * 3
    assert all("so it changes nothing" in row.summary for row in told)


def test_an_id_with_another_customers_address_changes_nothing(
    mailbox: Pop3Server, look: Look, rows: list[OutboxRow]
) -> None:
    report = mails.bounce(rows[0], recipient=rows[1].to)
    assert after(mailbox, look, report) == ["", ""]
    (told,) = mailbox_rows()
    assert (told.kind, told.delivery_id) == ("bounce", rows[0].id)  # shown at the notice, with what it is about
    assert f"It is about {rows[1].to}" in told.summary


def test_a_report_on_the_copy_is_not_about_the_customer(mailbox: Pop3Server, look: Look, rows: list[OutboxRow]) -> None:
    assert after(mailbox, look, mails.bounce(rows[0], recipient=mails.OPERATOR)) == ["", ""]
    domain = rows[0].to.rpartition("@")[2]
    run("UPDATE delivery SET cc = ?", (f"chief@{domain}",))
    assert after(mailbox, look, mails.bounce(rows[0], recipient=f"chief@{domain}")) == ["", ""]


def test_an_alias_inside_of_the_customers_domain_is_the_customer(
    mailbox: Pop3Server, look: Look, rows: list[OutboxRow]
) -> None:
    domain = rows[1].to.rpartition("@")[2]
    assert after(mailbox, look, mails.bounce(rows[1], recipient=f"Janez@{domain.upper()}")) == ["", "undelivered"]


def test_the_bounce_of_our_answer_is_none_of_the_notices(
    mailbox: Pop3Server, look: Look, rows: list[OutboxRow]
) -> None:
    returned = f"{FOREIGN}In-Reply-To: {rows[0].message_id}\nReferences: {rows[0].message_id}\n"
    assert after(mailbox, look, mails.bounce(rows[0], returned=returned)) == ["", ""]


def test_what_was_never_handed_over_cannot_come_back(mailbox: Pop3Server, look: Look, rows: list[OutboxRow]) -> None:
    for state in ("queued", "cancelled"):
        run("UPDATE delivery SET state = ?", (state,))
        found = mails.bounce(rows[0]), mails.own_copy(rows[1]), mails.reply(rows[1])
        assert after(mailbox, look, *found) == ["", ""]
        assert (states(), levels()) == ([state] * 2, [1, 1, 1, 1])


def test_a_bounce_with_the_headers_of_a_reply_is_a_bounce(
    mailbox: Pop3Server, look: Look, rows: list[OutboxRow]
) -> None:
    report = mails.bounce(rows[0]).replace(
        b"MIME-Version", f"In-Reply-To: {rows[0].message_id}\r\nMIME-Version".encode()
    )
    assert after(mailbox, look, report) == ["undelivered", ""]


def test_a_report_that_nobody_understands_is_shown_at_its_notice(
    mailbox: Pop3Server, look: Look, rows: list[OutboxRow]
) -> None:
    text = f"Return-Path: <>\nFrom: postmaster@x.example\nSubject: ?\n\nQwerty.\nMessage-ID: {rows[0].message_id}\n"
    assert after(mailbox, look, mails.crlf(text)) == ["", ""]
    (told,) = mailbox_rows()
    assert (told.kind, told.delivery_id) == ("bounce", rows[0].id)
    assert "does not understand" in told.summary


def test_a_reply_about_returned_goods_is_a_reply(mailbox: Pop3Server, look: Look, rows: list[OutboxRow]) -> None:
    answer = mails.reply(rows[0], "The delivery failed and was returned; 550 pieces.").replace(
        b"Subject: ", b"Subject: undelivered goods returned "
    )
    assert after(mailbox, look, answer) == ["", ""]
    assert kinds() == ["reply"]
