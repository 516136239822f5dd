"""The mailbox on the screen, with keys only: read it, see what came back, mark the notice, send it to the new address."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from opomini_tui.mail.outbox import OutboxRow, enqueue, outbox_rows
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Contact
from opomini_tui.screens.mailbox import MailboxScreen
from opomini_tui.screens.notice_detail import NoticeDetailScreen
from tests.mail.mailbox.boxes import use
from tests.mail.mailbox.mails import bounce, own_copy, reply
from tests.mail.mailbox.pop3_server import Pop3Server
from tests.mail.servers import HonestServer
from tests.screens.conftest import Opened, grid, run_app
from tests.screens.working import go_to, guard_over, said, settle, typed, until, until_shown, use_server

pytestmark = pytest.mark.journeys


def handed_over(company: Opened) -> list[OutboxRow]:
    """Every issued notice as a message that its server took."""
    enqueue(NoticeFilter(year=2012), company.actor, company.config)
    run("UPDATE delivery SET state = 'sent', sent_at = queued_at")
    run(
        "UPDATE notice SET state = 'sent', sent_at = 5 WHERE state = 'issued' AND id IN (SELECT notice_id FROM delivery)"
    )
    return outbox_rows()


async def read_mailbox(pilot: Pilot[int]) -> None:
    """Open it, read it by key, and close the result."""
    await pilot.press("M")
    await settle(pilot)
    assert isinstance(pilot.app.screen, MailboxScreen)
    await pilot.press("r")
    await until_shown(pilot, "new mail")


async def test_bounces_replies_and_copies_are_read_by_key_and_lead_to_the_notice(company: Opened) -> None:
    rows = handed_over(company)
    mails = [
        own_copy(rows[0]),
        bounce(rows[1]),
        reply(rows[2], "Bomo plačali v petek."),
        bounce(rows[3], action="delayed"),
    ]
    with Pop3Server(list(mails)) as server:
        use(server, company.config)
        async with run_app(company) as pilot:
            await read_mailbox(pilot)
            for words in ("4 new mails", "undelivered: 1", "delayed: 1", "replies: 1", "own copies: 1"):
                assert words in said(pilot)
            await pilot.press("escape")
            await settle(pilot)
            assert "006 Skrbnik: read on" in said(pilot)
            await pilot.press("slash", *"petek")
            await typed(pilot, "")
            await pilot.press("enter", "enter")
            await settle(pilot)
            assert "Bomo plačali v petek." in said(pilot)
            await pilot.press("escape", "o")
            await settle(pilot)
            assert isinstance(pilot.app.screen, NoticeDetailScreen)
            await pilot.press("5")
            await until_shown(pilot, "Bomo plačali v petek.")
    assert server.mails == mails, "the mailbox is as it was"


async def test_the_grid_marks_what_came_back_and_what_was_answered(company: Opened) -> None:
    rows = handed_over(company)
    with Pop3Server([bounce(rows[0]), reply(rows[1])]) as server:
        use(server, company.config)
        async with run_app(company) as pilot:
            await read_mailbox(pilot)
            await pilot.press("escape", "escape")
            await settle(pilot)
            for row, mark, style in ((rows[0], "U", "undelivered"), (rows[1], "A", "reply")):
                await go_to(pilot, row.number)
                shown = grid(pilot).cursor_row
                assert shown is not None
                assert (shown.mark, shown.style) == (mark, style)


async def test_an_undelivered_notice_goes_to_the_corrected_address(company: Opened) -> None:
    rows = handed_over(company)
    with Pop3Server([bounce(rows[0])]) as box, HonestServer() as server:
        use(box, company.config)
        use_server(server.port)
        run("UPDATE operator SET account = '', secret = '', bcc_self = ?", (False,))
        use(box, company.config)
        run("UPDATE operator SET bcc_self = ?", (False,))
        async with run_app(company) as pilot:
            await read_mailbox(pilot)
            await pilot.press("escape", "f3")
            await until_shown(pilot, "Contact name")
            await pilot.press("escape")
            Contact.update(email="prav@stranka.example").execute()
            run("UPDATE operator SET account = '', secret = ''")
            await pilot.press("t")
            await guard_over(pilot)
            await pilot.press("f9")
            await until(pilot, lambda: len(server.accepted) == 1)
        assert server.accepted[0].recipients == ("prav@stranka.example",)
    first, second = outbox_rows(notice_id=rows[0].notice_id)
    assert (first.outcome, second.state) == ("undelivered", "sent")


async def test_a_mailbox_that_cannot_be_read_says_why(company: Opened) -> None:
    with Pop3Server() as server:
        use(server, company.config)
    async with run_app(company) as pilot:
        await read_mailbox(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert "127.0.0.1" in said(pilot), "the sentence stays above the list"


async def test_nobody_has_a_mailbox_yet(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("M")
        await until_shown(pilot, "No operator has a mailbox (POP3) yet")
        await pilot.press("e")
        await until_shown(pilot, "My account")
