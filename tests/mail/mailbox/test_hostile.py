"""Mails that were made to do harm, and servers that lie: none stops the look, none is held in memory whole."""

from __future__ import annotations

import resource
import time
import tracemalloc

import pytest

from opomini_tui.config import Config
from opomini_tui.mail.mailbox.mailbox_list import mailbox_rows
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from tests.mail.mailbox import mails
from tests.mail.mailbox.boxes import Look, arrivals, handed_over, kinds
from tests.mail.mailbox.pop3_server import Act, Large, Pop3Server

REPORT = b"Return-Path: <>\r\nFrom: MAILER-DAEMON@x.example\r\nSubject: failure\r\n"
DEEP = b"".join(
    b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(3_000)
)
HOSTILE = {
    "nothing at all": b"",
    "no headers": b"\r\nonly text\r\n",
    "no structure": b"\x00\xff\xfe garbage \x80\x81\r\n.\r\n",
    "NULs": REPORT + b"X-Bad: a\0b\r\n\r\n\0\0\0\r\n",
    "a header of 1 MB": b"From: " + b"a" * 1_000_000 + b"@x.example\r\nSubject: x\r\n\r\ntext\r\n",
    "20,000 headers": b"".join(b"X-%d: y\r\n" % number for number in range(20_000)) + b"\r\n",
    "deep": REPORT + DEEP,
    "an unknown charset": REPORT + b'Content-Type: text/plain; charset="x-klingon"\r\n\r\n\xe8\xb9\xbe\r\n',
    "a wrong charset": REPORT + b'Content-Type: text/plain; charset="utf-16"\r\n\r\nabc\xff\r\n',
    "broken base64": REPORT + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n=====A\r\n",
    "a broken encoded word": REPORT.replace(b"failure", b"=?utf-8?b?A?= =?x-none?q?=E8?= \xe8\xff") + b"\r\nx\r\n",
    "no boundary": REPORT + b"Content-Type: multipart/report\r\n\r\n--B\r\nx\r\n",
    "an empty report": REPORT + b'Content-Type: multipart/report; boundary="B"\r\n\r\n--B\r\n\r\n--B--\r\n',
    "a bad date": REPORT + b"Date: 99 Foo 20012 77:99 +9999\r\nReceived: x; Mon, 32 Dec 1\r\n\r\nx\r\n",
    "many recipients": REPORT
    + b'Content-Type: multipart/report; boundary="B"\r\n\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\n'
    + b"Final-Recipient: rfc822; a@x.example\r\nAction: failed\r\n\r\n" * 20_000
    + b"--B--\r\n",
    "a status that is text": REPORT
    + b"Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n",
    "many ids": b"From: a@x.example\r\nReferences: " + b"<a@b>\r\n " * 50_000 + b"\r\n\r\nx\r\n",
    "half a character": b"From: a@x.example\r\nSubject: =?utf-16?b?2AA=?= =?utf-7?q?+2AA-?=\r\nReturn-Path: <>\r\n\r\nx\r\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_one_bad_mail_does_not_stop_the_look(
    name: str, mailbox: Pop3Server, look: Look, sqlite_actor: Actor, config: Config
) -> None:
    (row,) = handed_over(sqlite_actor, config)
    mailbox.mails += [mails.bounce(row), HOSTILE[name]]
    begin = time.monotonic()
    done = look()
    assert time.monotonic() - begin < 30
    assert (done.looked_at, done.failure) == (2, "")
    assert kinds()[0] in ("damaged", "other", "bounce")
    assert kinds()[1] == "bounce"
    assert arrivals()[0][0] == "undelivered"
    assert look().looked_at == 0


def test_bad_text_reaches_both_databases(mailbox: Pop3Server, look: Look, actor: Actor, config: Config) -> None:
    (row,) = handed_over(actor, config)
    mailbox.mails += [
        mails.bounce(
            row, action="delayed", diagnostic="smtp; 450 \0\x1b[31m\ud800".encode("utf-8", "replace").decode()
        ),
        mails.reply(row, "a\0b\x1b]0;x\x07c").replace(b"Saldakonti", b"\xff\xfe\0"),
    ]
    done = look()
    assert (done.looked_at, done.failure) == (2, "")
    for row_ in mailbox_rows():
        assert (row_.summary + row_.subject + row_.sender).isprintable()
    assert arrivals()[0][1].isprintable()


def test_a_message_of_50_MB_is_never_loaded_whole(
    mailbox: Pop3Server, look: Look, sqlite_actor: Actor, config: Config
) -> None:
    (row,) = handed_over(sqlite_actor, config)
    size = 50 * 1024 * 1024
    head = REPORT + b"Content-Type: text/plain\r\n"
    answer = mails.reply(row).partition(b"\r\n\r\n")[0] + b"\r\n"
    mailbox.mails += [Large(head, size), Large(answer, size), mails.bounce(row)]
    tracemalloc.start()
    done = look()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (done.looked_at, done.bounces, done.replies, done.failure) == (3, 1, 1, "")
    assert peak < 15 * 1024 * 1024
    assert mailbox.large_bytes == 0  # not even read: TOP gave what was needed


def test_a_server_that_lies_about_sizes_fills_no_memory(
    mailbox: Pop3Server, look: Look, sqlite_actor: Actor, config: Config
) -> None:
    (row,) = handed_over(sqlite_actor, config)
    mailbox.mails += [Large(REPORT, 20 * 1024 * 1024), mails.bounce(row)]
    mailbox.lies = {1: 100, 2: 10**14}
    tracemalloc.start()
    done = look()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (done.looked_at, done.bounces, done.failure) == (2, 1, "")
    assert mailbox.large_bytes > 15 * 1024 * 1024
    assert peak < 15 * 1024 * 1024


@pytest.mark.long
def test_10000_messages_in_flat_memory(mailbox: Pop3Server, look: Look, sqlite_actor: Actor) -> None:
    mailbox.mails += [mails.STRANGER.replace(b"Date:", b"X-Date:") % number for number in range(10_000)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = look()
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (done.looked_at, done.other, done.failure) == (10_000, 10_000, "")
    assert grown < 40_000  # kB: names and numbers, here and in the server of the test
    assert len(kinds()) == 10_000
    assert look().looked_at == 0


@pytest.mark.parametrize(
    "names",
    [
        ["same", "same", "same"],
        ["", "", ""],
        ["a" * 500, "b\x01\x7f", "č ž"],
        ["'; DROP TABLE delivery; --", "%s", "?"],
    ],
)
def test_odd_names_of_messages(names: list[str], mailbox: Pop3Server, look: Look, actor: Actor, config: Config) -> None:
    rows = handed_over(actor, config, 3)
    mailbox.mails += [mails.bounce(row) for row in rows]
    mailbox.own_uidls = names
    assert look().bounces == 3
    assert look().looked_at == 0


def test_lists_that_are_nonsense(mailbox: Pop3Server, look: Look, sqlite_actor: Actor) -> None:
    mailbox.mails.append(mails.STRANGER % 1)
    mailbox.acts["UIDL"] = Act(b"+OK\r\n\r\nx y\r\n-1 a\r\n99999999999999 b\r\n\xff\xff\r\n1 good\r\n1 again\r\n.\r\n")
    mailbox.acts["LIST"] = Act(b"+OK\r\n1\r\n1 many\r\n2 -5\r\n.\r\n")
    done = look()
    assert (done.looked_at, done.failure) == (1, "")


def test_a_message_that_the_server_does_not_give_out(mailbox: Pop3Server, look: Look, sqlite_actor: Actor) -> None:
    mailbox.mails += [mails.STRANGER % 1, mails.STRANGER % 2]
    mailbox.acts |= {"TOP 1 60": Act(b"-ERR I/O error\r\n"), "RETR 1": Act(b"-ERR I/O error\r\n")}
    done = look()
    assert (done.damaged, done.other) == (1, 1)
    (told,) = mailbox_rows(kind="damaged")
    assert "I/O error" in told.summary
    mailbox.mails.append(mails.STRANGER % 3)
    mailbox.acts["TOP 3 60"] = Act(b"-ERR [SYS/TEMP] try later\r\n")
    assert look().looked_at == 0
    del mailbox.acts["TOP 3 60"]
    assert look().looked_at == 1


def test_nothing_is_written_for_messages_of_nobody(mailbox: Pop3Server, look: Look, sqlite_actor: Actor) -> None:
    mailbox.mails += [HOSTILE["NULs"], HOSTILE["deep"]]
    look()
    assert run("SELECT COUNT(*) FROM journal_entry").fetchone() == (0,)
