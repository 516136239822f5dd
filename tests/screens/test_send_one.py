"""E-pošiljanje of the notice under the cursor, with keys only, against real SMTP servers."""

from __future__ import annotations

import pytest

from opomini_tui.models.database import run
from opomini_tui.screens import guard
from tests.mail.servers import FaultServer, HonestServer, reply
from tests.screens.conftest import Opened, run_app
from tests.screens.working import (
    delivery_states,
    go_to,
    guard_over,
    message,
    said,
    settle,
    state_of,
    until_shown,
    use_server,
)

pytestmark = pytest.mark.journeys


async def test_what_is_shown_is_what_arrives(company: Opened) -> None:
    with HonestServer() as server:
        use_server(server.port)
        async with run_app(company) as pilot:
            await go_to(pilot, 233)
            await pilot.press("f4")
            await settle(pilot)
            text = said(pilot)
            assert "To: Računovodstvo <racunovodstvo@stranka1.example>" in text
            assert "Contact OPOM of the customer." in text
            assert "Subject: 3. opomin št. 2012-233" in text
            assert "Attachment: opomin-2012-233.pdf" in text
            assert "Spoštovani" in text
            await guard_over(pilot)
            await pilot.press("f9")
            await until_shown(pilot, "Server: 250")
        (accepted,) = server.accepted
    assert accepted.recipients == ("racunovodstvo@stranka1.example",)
    assert message(accepted)["Subject"].startswith("3. opomin št. 2012-233")
    assert [part.get_filename() for part in message(accepted).iter_attachments()] == ["opomin-2012-233.pdf"]
    assert state_of(233) == "sent"
    assert delivery_states() == {"sent": 1}


async def test_the_key_that_opened_it_and_an_early_key_do_not_send(
    company: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "GUARD_SECONDS", 60.0)  # however slow the machine is
    with HonestServer() as server:
        use_server(server.port)
        async with run_app(company) as pilot:
            await go_to(pilot, 233)
            await pilot.press("f4", "f9", "f4")
            await settle(pilot)
            assert delivery_states() == {}
            monkeypatch.setattr(guard, "GUARD_SECONDS", 0.0)
            await pilot.press("f4", "f4")
            await settle(pilot)
            assert "Attachment" in said(pilot), "still asking"
            await pilot.press("enter")
            await settle(pilot)
            assert "Attachment" not in said(pilot), "Enter is Cancel: the focus is there"
        assert server.accepted == []
    assert delivery_states() == {}


async def test_a_refusal_is_shown_with_the_answer_and_the_next_step(company: Opened) -> None:
    with FaultServer({"rcpt": reply("550 5.1.1 No such user")}) as server:
        use_server(server.port)
        async with run_app(company) as pilot:
            await go_to(pilot, 233)
            await pilot.press("f4")
            await guard_over(pilot)
            await settle(pilot)
            await pilot.press("f9")
            await until_shown(pilot, "No such user")
            assert "Correct the address of the contact" in said(pilot)
        assert server.accepted == []
    assert state_of(233) == "issued"
    assert delivery_states() == {"refused": 1}


async def test_a_server_that_is_not_there_is_said_and_the_message_waits(company: Opened) -> None:
    with FaultServer() as server:
        port = server.port
    use_server(port)
    async with run_app(company) as pilot:
        await go_to(pilot, 233)
        await pilot.press("f4")
        await guard_over(pilot)
        await settle(pilot)
        await pilot.press("f9")
        await until_shown(pilot, "127.0.0.1")
    assert delivery_states() == {"queued": 1}
    assert state_of(233) == "issued"


async def test_what_cannot_be_sent_says_why_and_where_to_go(company: Opened) -> None:
    async with run_app(company) as pilot:
        await go_to(pilot, 275)
        await pilot.press("f4")
        await settle(pilot)
        assert "It is not issued yet: issue it first." in said(pilot)
        await guard_over(pilot)
        await pilot.press("f9")
        await settle(pilot)
        assert delivery_states() == {}
        await pilot.press("f2")
        await until_shown(pilot, "prepared notices will be issued.")


async def test_a_customer_without_a_contact_is_named(company: Opened) -> None:
    run("DELETE FROM contact WHERE customer_id = (SELECT id FROM customer WHERE code = '0000001')")
    async with run_app(company) as pilot:
        await go_to(pilot, 233)
        await pilot.press("f4")
        await settle(pilot)
        assert "no contact OPOM with an e-mail address" in said(pilot)
        assert "Customers F2" in said(pilot), "the remedy"


async def test_a_sent_notice_is_not_sent_again(company: Opened) -> None:
    with HonestServer() as server:
        use_server(server.port)
        async with run_app(company) as pilot:
            await go_to(pilot, 233)
            for _time in range(2):
                await pilot.press("f4")
                await guard_over(pilot)
                await settle(pilot)
                await pilot.press("f9")
                await settle(pilot)
                if _time == 0:
                    await until_shown(pilot, "Server: 250")
                    await pilot.press("escape")
            assert "It was already sent." in said(pilot)
        assert len(server.accepted) == 1


async def test_in_slovene(company: Opened) -> None:
    async with run_app(company, language="sl") as pilot:
        await go_to(pilot, 233)
        await pilot.press("f4")
        await settle(pilot)
        text = said(pilot)
        for label in ("E-pošiljanje", "Za:", "Zadeva:", "Priponka:", "Opusti", "Pošlji"):
            assert label in text, label
