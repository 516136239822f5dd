"""`opomini mailbox`: looking for bounces and replies, and listing them, as a script sees it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from opomini_tui.config import load_config
from opomini_tui.demo.catcher import Catcher
from opomini_tui.mail.outbox import OutboxRow, outbox_rows
from opomini_tui.models.database import database, open_database
from opomini_tui.models.parties import Operator
from tests.commands.conftest import PASSWORD, Command, prepare_some, set_up
from tests.mail.mailbox import mails
from tests.mail.mailbox.pop3_server import Pop3Server

KEYS = "at kind year number message_id from subject summary operator".split()


@pytest.fixture
def box(opomini: Command, tmp_path: Path, catcher: Catcher) -> Iterator[tuple[Pop3Server, list[OutboxRow]]]:
    """The mailbox of operator 006 and the two messages that he has sent."""
    set_up(opomini, tmp_path, catcher.port)
    prepare_some(opomini)
    assert opomini("issue", "--number", "100..101").code == 0
    assert opomini("send", "--number", "100..101").code == 0
    with Pop3Server(account=("skrbnik", PASSWORD)) as server:
        open_database(load_config().database_url)
        Operator.update(pop3_host="127.0.0.1", pop3_port=server.port, pop3_security="none").execute()
        rows = outbox_rows()
        database.obj.close()
        yield server, rows


def test_looking_and_listing(opomini: Command, box: tuple[Pop3Server, list[OutboxRow]]) -> None:
    server, (first, second) = box
    assert opomini("mailbox", "poll").code == 5
    server.mails += [mails.bounce(first), mails.reply(second), mails.STRANGER % 1]
    done = opomini("mailbox", "poll")
    assert done.code == 0, done.err
    assert done.out == "006: 3 new messages, undelivered: 1, replies: 1, other: 1\n"
    again = opomini("mailbox", "poll", "--operator", "006")
    assert (again.code, again.out) == (5, "")
    rows = opomini("mailbox", "list", "--format", "json").rows
    assert [list(row) for row in rows] == [KEYS, KEYS]
    by_kind = {row["kind"]: row for row in rows}
    told = by_kind["bounce"]
    assert (told["year"], told["number"], told["message_id"]) == (2012, first.number, first.message_id)
    assert (told["from"], told["summary"]) == ("MAILER-DAEMON@mx.example", "550 5.1.1 User unknown")
    assert (told["operator"], told["at"][-6:]) == ("006", "+00:00")
    assert (by_kind["reply"]["number"], by_kind["reply"]["subject"]) == (second.number, "Re: Opomin št.")
    assert [row["kind"] for row in opomini("mailbox", "list", "--kind", "reply", "--format", "json").rows] == ["reply"]
    assert len(opomini("mailbox", "list", "--limit", "1", "--format", "json").rows) == 1
    assert [row["kind"] for row in opomini("mailbox", "list", "--kind", "other", "--format", "json").rows] == ["other"]
    csv = opomini("mailbox", "list", "--format", "csv").out.splitlines()
    assert csv[0] == ",".join(KEYS)
    assert "Bomo plačali v petek." in opomini("mailbox", "list", "--format", "table").out
    assert opomini("mailbox", "list", "--kind", "nothing").code == 2


def test_a_failure_is_one_sentence(opomini: Command, box: tuple[Pop3Server, list[OutboxRow]]) -> None:
    server, _rows = box
    server.account = ("skrbnik", "another")
    done = opomini("mailbox", "poll")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("006: The mailbox server 127.0.0.1 does not accept the account or the password")
    assert PASSWORD not in done.err
    assert opomini("mailbox", "poll", "--operator", "999").code == 1


def test_without_a_mailbox_there_is_nothing_to_do(opomini: Command, tmp_path: Path, catcher: Catcher) -> None:
    set_up(opomini, tmp_path, catcher.port)
    open_database(load_config().database_url)
    Operator.update(pop3_host="").execute()
    database.obj.close()
    done = opomini("mailbox", "poll")
    assert (done.code, "No operator has a mailbox" in done.err) == (5, True)
