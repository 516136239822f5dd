"""Four eyes on the screen: the second operator sees that a batch waits for him, and decides with count and sum before him."""

from __future__ import annotations

from decimal import Decimal

import pytest

from opomini_tui.mail.approval import approve, asked
from opomini_tui.mail.batches import batch_row
from opomini_tui.mail.outbox import enqueue
from opomini_tui.models.actor import Actor
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.notices import Notice
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from opomini_tui.screens.dashboard import DashboardScreen
from opomini_tui.screens.dashboard_lines import Target
from tests.mail.servers import HonestServer
from tests.screens.conftest import Opened, run_app
from tests.screens.test_outbox import send_ticked
from tests.screens.working import (
    delivery_states,
    go_to,
    guard_over,
    said,
    settle,
    state_of,
    until,
    until_shown,
    use_server,
)

pytestmark = pytest.mark.journeys


def colleague(role: str = "clerk") -> Actor:
    """A second operator."""
    return Actor.of(Operator.create(code="007", name="Kos", role=role, email="kos@podjetje.example", language="en"))


def waiting_batch(company: Opened, *numbers: int) -> str:
    """A batch of the administrator that waits for somebody else."""
    Company.update(four_eyes_sum=Decimal(1)).execute()
    ids = tuple(row.id for row in Notice.select().where((Notice.year == 2012) & Notice.number.in_(numbers)))
    queued = enqueue(NoticeFilter(ids=ids), company.actor, company.config, recall_seconds=0)
    assert queued.asks
    return queued.batch


async def test_the_second_operator_approves_and_it_leaves(company: Opened) -> None:
    batch = waiting_batch(company, 233, 234)
    (request,) = asked()
    with HonestServer() as server:
        use_server(server.port)
        async with run_app(company, actor=colleague()) as pilot:
            await until_shown(pilot, "To approve: 1")
            await pilot.press("m", "b")
            await until_shown(pilot, "waits for approval")
            await pilot.press("a")
            await until_shown(pilot, f"2 messages, {request.shown_total} €")
            assert "queued by 006" in said(pilot)
            await guard_over(pilot)
            await pilot.press("2", "enter")
            await until(pilot, lambda: delivery_states() == {"sent": 2})
            await settle(pilot)
        assert len(server.accepted) == 2
    row = batch_row(batch)
    assert row is not None
    assert (row.approval, row.approved_by, state_of(233)) == ("approved", "007", "sent")


async def test_the_second_operator_refuses_with_a_reason(company: Opened) -> None:
    batch = waiting_batch(company, 233, 234)
    async with run_app(company, actor=colleague()) as pilot:
        await pilot.press("m", "b", "enter")
        await until_shown(pilot, "a approves it, x refuses it.")
        await pilot.press("x")
        await until_shown(pilot, "Reason")
        await pilot.press(*"twice", "f9")
        await until(pilot, lambda: delivery_states() == {"cancelled": 2})
        await settle(pilot)
        await until_shown(pilot, "cancelled: 2")
    row = batch_row(batch)
    assert row is not None
    assert (row.approval, state_of(233)) == ("refused", "issued")


async def test_who_queued_it_is_told_and_cannot_approve_it(company: Opened) -> None:
    Company.update(four_eyes_sum=Decimal(1)).execute()
    second = colleague()
    with HonestServer() as server:
        use_server(server.port)
        async with run_app(company) as pilot:
            await send_ticked(pilot, 233, 234)
            await until_shown(pilot, "waits until a second operator has approved it")
            await pilot.press("a", "g")
            await settle(pilot)
            assert delivery_states() == {"queued": 2}
            assert server.accepted == []
            (request,) = asked(second)
            approve(request.batch, second, request)
            await until(pilot, lambda: delivery_states() == {"sent": 2})
            await settle(pilot)


async def test_the_confirmation_tells_that_a_second_operator_is_asked(company: Opened) -> None:
    Company.update(four_eyes_sum=Decimal(1)).execute()
    colleague()
    async with run_app(company) as pilot:
        for number in (233, 234):
            await go_to(pilot, number)
            await pilot.press("space")
        await pilot.press("f8")
        await settle(pilot)
        await pilot.press("f9")
        await until_shown(pilot, "second operator (007)")


async def test_the_overview_leads_to_what_is_to_be_approved(company: Opened) -> None:
    waiting_batch(company, 233, 234)
    (request,) = asked()
    async with run_app(company, (80, 40), actor=colleague()) as pilot:
        await pilot.press("d")
        await until_shown(pilot, "Batches to be approved")
        assert request.shown_total in said(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, DashboardScreen)
        screen._open(Target(batches=True))
        await until_shown(pilot, "waits for approval")
