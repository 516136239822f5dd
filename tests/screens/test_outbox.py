"""What became of a batch: every kind of result with its reason and the next step; who may do what about it."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from opomini_tui.mail.outbox import cancel, enqueue
from opomini_tui.mail.sender import deliver
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.notices import Notice
from opomini_tui.models.parties import Operator
from tests.mail.servers import Act, FaultServer, HonestServer, reply
from tests.screens.conftest import Opened, run_app
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


def operator_of(role: str) -> Actor:
    """Another operator, with that level."""
    found = Operator.create(code="042", name="Kos", role=role, email="kos@podjetje.example", language="en")
    return Actor.of(found)


def only(number: int) -> NoticeFilter:
    """The notice 2012/number alone."""
    return NoticeFilter(ids=(Notice.get((Notice.year == 2012) & (Notice.number == number)).id,))


async def send_ticked(pilot: Pilot[int], *numbers: int) -> None:
    """Tick the notices and send them from the batch form."""
    for number in numbers:
        await go_to(pilot, number)
        await pilot.press("space")
    await pilot.press("f8")
    await settle(pilot)
    await pilot.press("f9")
    await settle(pilot)
    await guard_over(pilot)
    await pilot.press("y")


@pytest.mark.parametrize(
    ("acts", "state", "words", "next_step"),
    [
        ({"rcpt": reply("550 5.1.1 No such user")}, "refused", "refused: 1", "Correct the address of the contact"),
        ({"rcpt": reply("450 4.2.1 Later")}, "deferred", "to be retried: 1", "It is tried again after"),
        ({"dot": Act(then="drop", keep=True)}, "unknown", "outcome unknown: 1", "It may have arrived"),
    ],
)
async def test_each_failure_is_counted_and_says_the_next_step(
    company: Opened, acts: dict[str, Act], state: str, words: str, next_step: str
) -> None:
    with FaultServer(acts) as server:
        use_server(server.port)
        async with run_app(company) as pilot:
            await send_ticked(pilot, 233)
            await until_shown(pilot, words)
            await until_shown(pilot, next_step)
    assert delivery_states() == {state: 1}
    assert state_of(233) == "issued", "only an accepted message counts as sent"
    assert len(server.accepted) == (1 if state == "unknown" else 0)


async def test_what_was_paid_after_queueing_is_held_with_its_reason(company: Opened) -> None:
    batch = enqueue(only(233), company.actor, company.config).batch
    run("UPDATE open_item SET open_amount = 0 WHERE customer_id = (SELECT id FROM customer WHERE code = '0000001')")
    with HonestServer() as server:
        use_server(server.port)
        deliver(company.config, batch=batch)
        assert server.accepted == []
    async with run_app(company) as pilot:
        await pilot.press("m")
        await settle(pilot)
        assert "All its items were paid meanwhile." in said(pilot)
        assert "Ctrl+D cancels it" in said(pilot)
    assert delivery_states() == {"held": 1}


async def test_a_confirmation_pressed_again_and_again_sends_once(company: Opened) -> None:
    with HonestServer() as server:
        use_server(server.port)
        async with run_app(company) as pilot:
            await send_ticked(pilot, 233, 234)
            await pilot.press("y", "f9", "enter", "y")
            await until(pilot, lambda: delivery_states() == {"sent": 2})
            await settle(pilot)
        assert len(server.accepted) == 2


@pytest.mark.parametrize("key", ["f4", "f5", "f6", "f7", "f8", "k"])
async def test_who_may_only_look_is_refused_with_the_level_that_is_needed(company: Opened, key: str) -> None:
    before = run("SELECT COUNT(*) FROM journal_entry").fetchone()[0]
    async with run_app(company, actor=operator_of("view")) as pilot:
        await pilot.press(key)
        await until_shown(pilot, "may not do this")
    assert delivery_states() == {}
    assert run("SELECT COUNT(*) FROM journal_entry").fetchone()[0] == before


async def test_who_may_only_look_sees_the_outbox_and_cannot_touch_it(company: Opened) -> None:
    enqueue(only(233), company.actor, company.config)
    run("UPDATE delivery SET state = 'refused', live = FALSE")
    async with run_app(company, actor=operator_of("view")) as pilot:
        await pilot.press("m")
        await settle(pilot)
        assert "1 message" in said(pilot)
        await pilot.press("t")
        await until_shown(pilot, "may not do this")
    assert delivery_states() == {"refused": 1}


async def test_what_was_taken_back_goes_only_after_a_question(company: Opened) -> None:
    batch = enqueue(only(233), company.actor, company.config).batch
    with HonestServer() as honest:
        use_server(honest.port)
        cancel(batch, company.actor)
        async with run_app(company) as pilot:
            await pilot.press("m")
            await settle(pilot)
            await pilot.press("ctrl+d")
            await settle(pilot)
            assert "will not be sent" not in said(pilot), "nothing is asked about what does not wait"
            await pilot.press("t")
            await until_shown(pilot, "1 message that was taken back")
            await pilot.press("escape")
            await settle(pilot)
            assert (delivery_states(), honest.accepted) == ({"cancelled": 1}, [])
            await pilot.press("t")
            await until_shown(pilot, "1 message that was taken back")
            await guard_over(pilot)
            await pilot.press("f9")
            await until(pilot, lambda: delivery_states() == {"sent": 1})
    assert len(honest.accepted) == 1


async def test_an_unknown_one_is_sent_again_only_by_a_decision(company: Opened) -> None:
    with FaultServer({"dot": Act(then="drop", keep=True)}) as server:
        use_server(server.port)
        deliver(company.config, batch=enqueue(only(233), company.actor, company.config).batch)
    with HonestServer() as honest:
        use_server(honest.port)
        async with run_app(company) as pilot:
            await pilot.press("m")
            await settle(pilot)
            await pilot.press("t")
            await guard_over(pilot)
            await pilot.press("f9")
            await settle(pilot)
            assert honest.accepted == [], "trying again is not for what may have arrived"
            await pilot.press("escape", "s")
            await settle(pilot)
            assert "It certainly did not arrive" in said(pilot)
            await pilot.press("down", "enter")
            await settle(pilot)
            await pilot.press(*"they say no", "f9")
            await settle(pilot)
    assert len(server.accepted) == 1
    reasons = run("SELECT details FROM journal_entry WHERE verb = 'resolve'").fetchall()
    assert len(reasons) == 1
    assert "they say no" in str(reasons[0][0])
