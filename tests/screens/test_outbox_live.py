"""The outbox and the progress follow the database, whoever changes it: another screen, a worker, the mailbox, a clock."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from textual.pilot import Pilot

from opomini_tui.mail import batches, trouble
from opomini_tui.mail.high_water import HighWater
from opomini_tui.mail.outbox import cancel, enqueue, outbox_rows
from opomini_tui.mail.pulse import PULSE_SECONDS
from opomini_tui.mail.session import SessionError
from opomini_tui.mail.worker import work
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, now_ms, run
from opomini_tui.models.notice_filter import NoticeFilter, Span
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from opomini_tui.screens.ask import ConfirmScreen
from opomini_tui.screens.batches import BatchesScreen
from opomini_tui.screens.notice_detail import NoticeDetailScreen
from opomini_tui.screens.outbox import DeliveriesScreen
from opomini_tui.screens.send_progress import SendProgressScreen
from opomini_tui.screens.unfinished import UnfinishedScreen
from tests.mail.servers import Act, FaultServer, HonestServer
from tests.screens.conftest import Opened, run_app
from tests.screens.working import (
    come_true,
    delivery_states,
    guard_over,
    meanwhile_shown,
    nothing_in_hand,
    said,
    settle,
    until,
    until_shown,
    use_server,
)

pytestmark = pytest.mark.journeys

GOING = 31


def recall(seconds: int) -> None:
    """How long a batch can be taken back."""
    Company.update(recall_seconds=seconds).execute()


def queue(company: Opened) -> str:
    """A batch of every issued notice."""
    return enqueue(NoticeFilter(year=2012), company.actor, company.config).batch


async def watch(pilot: Pilot[int], batch: str) -> SendProgressScreen:
    """The progress of a batch."""
    screen = SendProgressScreen(batch)
    await pilot.app.push_screen(screen)
    await settle(pilot)
    return screen


def deliveries(pilot: Pilot[int]) -> DeliveriesScreen:
    """The list of messages that is shown."""
    screen = pilot.app.screen
    assert isinstance(screen, DeliveriesScreen)
    return screen


async def test_rows_change_within_two_seconds_and_cursor_and_ticks_stay(company: Opened) -> None:
    queue(company)
    async with run_app(company) as pilot:
        await pilot.press("m", *["down"] * 3, "space")
        await settle(pilot)
        table = deliveries(pilot).table
        cursor, ticked = table.cursor_id, list(table.ticked_ids())
        run("UPDATE delivery SET state = 'refused', live = ?, reason = 'No such user' WHERE id = ?", (False, cursor))
        began = time.monotonic()
        await until_shown(pilot, "refused")
        assert time.monotonic() - began < PULSE_SECONDS + 8, "with the next look, as quick as the machine is"
        assert "No such user" in said(pilot)
        assert (table.cursor_id, list(table.ticked_ids())) == (cursor, ticked)


async def test_what_the_mailbox_tells_is_shown_with_its_reason_and_the_next_step(company: Opened) -> None:
    queue(company)
    run("UPDATE delivery SET state = 'sent', sent_at = queued_at")
    async with run_app(company) as pilot:
        await pilot.press("m")
        await settle(pilot)
        run(
            "UPDATE delivery SET arrival = 'undelivered', arrival_reason = 'The box is full.' WHERE id = ?",
            (deliveries(pilot).table.cursor_id,),
        )
        await until_shown(pilot, "Undelivered: The box is full.")
        assert "Correct the address of the contact (F3), then t sends it to the new one." in said(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, NoticeDetailScreen)


async def test_the_count_down_comes_from_the_database_and_one_or_all_are_taken_back(company: Opened) -> None:
    recall(60)
    batch = queue(company)
    async with run_app(company) as pilot:
        await watch(pilot, batch)
        await until_shown(pilot, "Starts in")
        await pilot.press("u")
        await until(pilot, lambda: delivery_states() == {"queued": GOING - 1, "cancelled": 1})
        await pilot.press("U")
        await until(pilot, lambda: delivery_states() == {"cancelled": GOING})
        await until_shown(pilot, "Finished.")


async def test_a_batch_is_started_before_its_time(company: Opened) -> None:
    recall(600)
    with HonestServer() as server:
        use_server(server.port)
        batch = queue(company)
        async with run_app(company) as pilot:
            await watch(pilot, batch)
            await until_shown(pilot, "g starts now")
            await pilot.press("g")
            await until_shown(pilot, f"{GOING} messages leave now.")
            await guard_over(pilot)
            await pilot.press("f9")
            await until_shown(pilot, f"sent: {GOING}")
        assert len(server.accepted) == GOING


async def test_a_pause_of_another_operator_is_seen_and_ended_by_key(company: Opened) -> None:
    with HonestServer() as server:
        use_server(server.port)
        batch = queue(company)
        batches.pause(batch, company.actor, "the letters are wrong")
        async with run_app(company) as pilot:
            await watch(pilot, batch)
            await until_shown(pilot, "006 paused the batch")
            assert "the letters are wrong" in said(pilot)
            await until_shown(pilot, "A batch is paused")
            await pilot.press("g")
            await guard_over(pilot)
            await pilot.press("f9")
            await until_shown(pilot, f"sent: {GOING}")


def two_batches(company: Opened) -> tuple[str, str]:
    """Two batches of one message each, the older one first."""
    chosen = [NoticeFilter(number=Span(number, number)) for number in (233, 234)]
    older, newer = (enqueue(one, company.actor, company.config).batch for one in chosen)
    return older, newer


async def outbox_at(pilot: Pilot[int], batch: str) -> None:
    """The whole outbox, with the cursor on the message of the batch."""
    await pilot.press("m")
    await settle(pilot)
    for _row in range(2):
        if deliveries(pilot)._under_cursor() == next(iter(outbox_rows(batch=batch))):
            return
        await pilot.press("down")
        await settle(pilot)
    raise AssertionError(batch)


def row_of(name: str) -> batches.BatchRow:
    row = batches.batch_row(name)
    assert row is not None
    return row


async def test_a_pause_with_a_reason_is_ended_for_one_batch_and_after_a_question(company: Opened) -> None:
    other = Operator.create(code="042", name="Kos", role="administrator", email="kos@podjetje.example")
    names = two_batches(company)
    for name in names:
        batches.pause(name, Actor.of(other), f"the letters of {name} are wrong")
    async with run_app(company) as pilot:
        await outbox_at(pilot, names[0])
        await until_shown(pilot, "042 paused the batch")
        await pilot.press("g")
        await until_shown(pilot, f"the letters of {names[0]} are wrong")
        assert isinstance(pilot.app.screen, ConfirmScreen)
        await pilot.press("escape")
        await settle(pilot)
        assert [row_of(name).paused_by for name in names] == ["042", "042"]
        await pilot.press("g")
        await settle(pilot)
        await guard_over(pilot)
        await pilot.press("f9")
        await settle(pilot)
        assert [row_of(name).paused_by for name in names] == ["", "042"]


async def test_outside_of_the_hours_only_the_batch_under_the_cursor_starts(company: Opened) -> None:
    recall(3_600)
    tomorrow = datetime.now(UTC).isoweekday() % 7 + 1
    day_after = tomorrow % 7 + 1
    Company.update(send_from="10:00", send_until="10:01", send_days="".join(sorted(f"{tomorrow}{day_after}"))).execute()
    names = two_batches(company)
    async with run_app(company) as pilot:
        await outbox_at(pilot, names[0])
        await until_shown(pilot, "Outside of the sending hours")
        await pilot.press("g")
        await guard_over(pilot)
        await pilot.press("f9")
        await settle(pilot)
        assert [row_of(name).any_hour for name in names] == [True, False]
        assert row_of(names[1]).starts_at > now_ms()


async def test_a_stopped_account_goes_on_and_a_pause_stays(company: Opened) -> None:
    paused, stopped = two_batches(company)
    batches.pause(paused, company.actor)
    error = SessionError("authentication", "login", "The server does not accept the password.")
    with HonestServer() as server:
        use_server(server.port)
        trouble.remember(company.actor.id, error, now_ms())
        async with run_app(company) as pilot:
            await outbox_at(pilot, stopped)
            await until_shown(pilot, "wait for a person")
            await pilot.press("g")
            await guard_over(pilot)
            await pilot.press("f9")
            await until(pilot, lambda: delivery_states() == {"sent": 1, "queued": 1})
    assert row_of(stopped).counts.sent == 1
    assert row_of(paused).paused_at is not None


async def test_a_stopped_account_is_named_on_every_screen_and_its_form_opens(company: Opened) -> None:
    queue(company)
    error = SessionError("authentication", "login", "The server does not accept the password.")
    trouble.remember(company.actor.id, error, now_ms())
    async with run_app(company, (110, 30)) as pilot:
        await until_shown(pilot, "Mail account stopped")
        await pilot.press("m")
        await until_shown(pilot, "wait for a person: The server does not accept the password.")
        await pilot.press("e")
        await until_shown(pilot, "My account")


async def test_a_restored_database_asks_a_person_with_a_reason_and_a_word(company: Opened) -> None:
    queue(company)
    notes = HighWater(company.config)
    notes.note(99_999, 1, "<left@podjetje.example>", now_ms())
    notes.close()
    async with run_app(company, (100, 30)) as pilot:
        await pilot.press("m")
        await until_shown(pilot, "this database is older than what was sent")
        await pilot.press("g")
        await settle(pilot)
        await pilot.press("f9")
        await settle(pilot)
        assert "Something must be written here." in said(pilot)
        await pilot.press(*"looked", "tab", *"send", "f9")
        await until(
            pilot,
            lambda: run("SELECT COUNT(*) FROM journal_entry WHERE verb = 'accept restored'").fetchone()[0] == 1,
        )


async def test_what_was_left_waiting_is_offered_at_the_start(company: Opened) -> None:
    with HonestServer() as server:
        use_server(server.port)
        queue(company)
        async with run_app(company, later=False) as pilot:
            assert isinstance(pilot.app.screen, UnfinishedScreen)
            assert "31 messages of yours still wait" in said(pilot)
            await guard_over(pilot)
            await pilot.press("f9")
            await until(pilot, lambda: delivery_states() == {"sent": GOING})
            assert isinstance(pilot.app.screen, BatchesScreen)
        assert len(server.accepted) == GOING


@contextmanager
def worker(company: Opened) -> Iterator[None]:
    """`opomini worker` at work."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(company.config, stop, 0.2))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


class OtherScreen(threading.Thread):
    """Another operator's program on the same database, with a loop of its own: it sends the batch and watches it."""

    def __init__(self, company: Opened, batch: str) -> None:
        super().__init__()
        self._company, self._batch = company, batch
        self.last = ""
        """What it showed at the end."""

    def run(self) -> None:
        with database.connection_context():
            asyncio.run(self._work())

    async def _work(self) -> None:
        async with run_app(self._company) as pilot:
            screen = await watch(pilot, self._batch)
            screen.action_go()
            await guard_over(pilot)
            await pilot.press("f9")
            await meanwhile_shown(pilot, f"sent: {GOING}")
            self.last = said(pilot)


async def test_two_screens_and_a_worker_send_each_once_and_both_show_the_truth(company: Opened) -> None:
    with HonestServer() as server:
        use_server(server.port, 4)
        batch = queue(company)
        other = OtherScreen(company, batch)
        async with run_app(company) as pilot:
            screen = await watch(pilot, batch)
            other.start()
            with worker(company):
                screen.action_go()
                await guard_over(pilot)
                await pilot.press("f9")
                await until(pilot, lambda: delivery_states() == {"sent": GOING})
            await until_shown(pilot, f"sent: {GOING}")
            await asyncio.to_thread(other.join)
        assert f"sent: {GOING}" in other.last
        numbers = [one.content.split(b"X-Opomini-Notice: ")[1].split(b"\r")[0] for one in server.accepted]
        assert len(numbers) == len(set(numbers)) == GOING


async def test_the_screen_leaves_at_once_while_a_server_thinks_about_the_dot(company: Opened) -> None:
    with FaultServer({"dot": Act(then="hang", keep=True)}) as server:
        use_server(server.port)
        batch = queue(company)
        async with run_app(company) as pilot:
            screen = await watch(pilot, batch)
            screen.action_go()
            await guard_over(pilot)
            await pilot.press("f9")
            await come_true(lambda: "sending" in delivery_states())  # a message waits for the answer to its dot
            await pilot.press("ctrl+q")
            await guard_over(pilot)
            await pilot.press("f9")
            await come_true(lambda: not pilot.app.is_running)  # the server would hold it for minutes
        await come_true(nothing_in_hand)  # the senders say what is certain within two seconds
        accepted = len(server.accepted)
        assert accepted >= 1
        assert delivery_states() == {"unknown": accepted, "queued": GOING - accepted}


async def test_cancelled_elsewhere_is_seen_in_the_list_of_batches(company: Opened) -> None:
    batch = queue(company)
    async with run_app(company) as pilot:
        await pilot.press("m", "b")
        await until_shown(pilot, "waits for a sender")
        cancel(batch, company.actor)
        await until_shown(pilot, "Finished.")
