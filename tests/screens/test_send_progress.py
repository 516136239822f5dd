"""A batch on its way and the outbox, with keys only: pause, cancel, leave, come back, try again, settle."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from textual.pilot import Pilot

from opomini_tui.mail.outbox import batch_counts, cancel, enqueue
from opomini_tui.mail.sender import deliver
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter
from tests.mail.late_server import LateServer
from tests.mail.servers import FaultServer, HonestServer, reply
from tests.screens.conftest import Opened, run_app
from tests.screens.working import (
    come_true,
    delivery_states,
    guard_over,
    meanwhile,
    meanwhile_shown,
    nothing_in_hand,
    said,
    settle,
    state_of,
    typed,
    until,
    until_shown,
    use_server,
)

pytestmark = pytest.mark.journeys

GOING = 31
SECONDS = 0.5
"""How long the slow server takes for a message."""


@contextmanager
def slow_server() -> Iterator[LateServer]:
    """A server behind the operator that takes its time for every message, so that a batch can be watched."""
    with LateServer(dot=SECONDS) as server:
        use_server(server.port)
        yield server


async def send_all(pilot: Pilot[int]) -> None:
    """From the grid through the batch form to the progress."""
    await pilot.press("f8")
    await until_shown(pilot, "31 will go")
    await pilot.press("f9")
    await guard_over(pilot)
    await pilot.press("y")
    await meanwhile_shown(pilot, "sent:")


async def test_pause_go_on_and_cancel_the_rest(company: Opened) -> None:
    with slow_server() as server:
        async with run_app(company) as pilot:
            await send_all(pilot)
            await meanwhile_shown(pilot, "a second")
            await pilot.press("p")
            await meanwhile_shown(pilot, "p goes on.")
            await come_true(nothing_in_hand)
            taken = len(server.accepted)
            await asyncio.sleep(3 * SECONDS)
            assert len(server.accepted) == taken, "nothing leaves in the pause"
            await pilot.press("p")
            await guard_over(pilot)
            await pilot.press("f9")
            await meanwhile_shown(pilot, "Sending …")
            await pilot.press("c")
            await meanwhile_shown(pilot, "will not be sent.")
            await guard_over(pilot)
            await pilot.press("f9")
            await until_shown(pilot, "Finished.")
            states = delivery_states()
            assert set(states) == {"sent", "cancelled"}
            assert states["sent"] == len(server.accepted) < GOING
            assert sum(states.values()) == GOING
            assert f"sent: {states['sent']}" in said(pilot)
            assert f"cancelled: {states['cancelled']}" in said(pilot)


async def test_it_goes_on_when_left_and_can_be_come_back_to(company: Opened) -> None:
    with slow_server() as server:
        async with run_app(company) as pilot:
            await send_all(pilot)
            await pilot.press("escape")
            await meanwhile_shown(pilot, "Dunning –")
            before = len(server.accepted)
            await meanwhile(pilot, lambda: len(server.accepted) > before)  # it goes on
            await pilot.press("m")
            await meanwhile_shown(pilot, "31 messages")
            await pilot.press("b")
            await meanwhile_shown(pilot, "left:")
            await pilot.press("enter")
            await meanwhile_shown(pilot, "Sending …")
            server.late.clear()
            await until_shown(pilot, "Finished.")
            assert "sent: 31" in said(pilot)
        assert len(server.accepted) == GOING


async def test_leaving_the_program_stops_after_the_message_in_hand(company: Opened) -> None:
    with slow_server() as server:
        async with run_app(company) as pilot:
            await send_all(pilot)
            await pilot.press("ctrl+q")
            await meanwhile_shown(pilot, "1 job is still running.")
            await guard_over(pilot)
            await pilot.press("f9")
            await come_true(lambda: not pilot.app.is_running)
        await come_true(nothing_in_hand)  # the thread ends after the message in hand; a real exit waits for it
        states = delivery_states()
        assert states["sent"] == len(server.accepted)
        assert set(states) == {"sent", "queued"}, "what is left waits"


async def test_what_somebody_left_waiting_is_sent_from_here(company: Opened) -> None:
    enqueue(NoticeFilter(year=2012), company.actor, company.config)
    with HonestServer() as server:
        use_server(server.port)
        async with run_app(company) as pilot:
            await pilot.press("m")
            await settle(pilot)
            await pilot.press("b")
            await settle(pilot)
            await pilot.press("enter")
            await until_shown(pilot, "Nobody here is sending what is left")
            assert "left: 31" in said(pilot)
            await pilot.press("g")
            await guard_over(pilot)
            await pilot.press("f9")
            await until_shown(pilot, "Finished.")
        assert len(server.accepted) == GOING


async def test_results_are_filtered_and_a_refused_one_is_tried_again(company: Opened) -> None:
    with FaultServer({"rcpt 2": reply("550 5.1.1 No such user")}) as server:
        use_server(server.port)
        batch = enqueue(NoticeFilter(year=2012), company.actor, company.config).batch
        deliver(company.config, batch=batch)
        assert delivery_states() == {"sent": GOING - 1, "refused": 1}
        server.acts.clear()
        async with run_app(company) as pilot:
            await pilot.press("m")
            await settle(pilot)
            assert "31 messages" in said(pilot)
            await pilot.press("f")
            await settle(pilot)
            await pilot.press(*["down"] * 4, "enter")
            await settle(pilot)
            text = said(pilot)
            assert "1 message · refused" in text
            assert "No such user" in text
            assert "Correct the address of the contact" in text
            await pilot.press("t")
            await guard_over(pilot)
            await pilot.press("f9")
            await until(pilot, lambda: delivery_states() == {"sent": GOING})
        assert len(server.accepted) == GOING


async def test_an_unknown_outcome_is_settled_by_a_person_with_a_reason(company: Opened) -> None:
    enqueue(NoticeFilter(year=2012), company.actor, company.config)
    run("UPDATE delivery SET state = 'unknown' WHERE notice_id = (SELECT id FROM notice WHERE number = 233)")
    async with run_app(company) as pilot:
        await pilot.press("m")
        await settle(pilot)
        await pilot.press("slash")
        await typed(pilot, "2012/233")
        await pilot.press("enter", "s")
        await settle(pilot)
        assert "It arrived" in said(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await typed(pilot, "the customer phoned")
        await pilot.press("f9")
        await until(pilot, lambda: state_of(233) == "sent")
    assert delivery_states() == {"sent": 1, "queued": GOING - 1}
    assert run("SELECT COUNT(*) FROM journal_entry WHERE verb = 'resolve'").fetchone()[0] == 1


async def test_only_unknown_ones_are_settled(company: Opened) -> None:
    enqueue(NoticeFilter(year=2012), company.actor, company.config)
    async with run_app(company) as pilot:
        await pilot.press("m")
        await settle(pilot)
        await pilot.press("s")
        await settle(pilot)
        assert "It arrived" not in said(pilot)
    assert delivery_states() == {"queued": GOING}


async def test_ticked_messages_are_cancelled_after_a_question(company: Opened) -> None:
    enqueue(NoticeFilter(year=2012), company.actor, company.config)
    async with run_app(company) as pilot:
        await pilot.press("m")
        await settle(pilot)
        await pilot.press("space", "space", "ctrl+d")
        await settle(pilot)
        assert "2 messages will not be sent." in said(pilot)
        await guard_over(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: delivery_states() == {"cancelled": 2, "queued": GOING - 2})


async def test_the_progress_reads_only_the_database(company: Opened) -> None:
    batch = enqueue(NoticeFilter(year=2012), company.actor, company.config).batch
    async with run_app(company) as pilot:
        await pilot.press("m")
        await settle(pilot)
        await pilot.press("b")
        await settle(pilot)
        await pilot.press("enter")
        await until_shown(pilot, "left: 31")
        cancel(batch, company.actor)  # as another operator would
        await until_shown(pilot, "cancelled: 31")
        assert batch_counts(batch).cancelled == GOING


async def test_in_slovene(company: Opened) -> None:
    enqueue(NoticeFilter(year=2012), company.actor, company.config)
    async with run_app(company, language="sl") as pilot:
        await pilot.press("m")
        await settle(pilot)
        assert "31 sporočil" in said(pilot)
        await pilot.press("b")
        await settle(pilot)
        await pilot.press("enter")
        await until_shown(pilot, "ostane: 31")
        assert "poslanih: 0 · zavrnjenih: 0" in said(pilot)
