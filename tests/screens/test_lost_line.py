"""The line is lost, or the system ends the program, while a server thinks: the message in hand is finished, the rest waits."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time

import pytest

from opomini_tui.app import OpominiApp
from opomini_tui.mail.outbox import enqueue
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.settings import Company
from opomini_tui.screens import sending
from opomini_tui.screens.leaving import LastingFile
from opomini_tui.screens.sending import start_sending, wait_for_senders
from tests.mail.late_server import LateServer
from tests.mail.servers import HANG, FaultServer
from tests.screens.conftest import Opened, run_app
from tests.screens.own_terminal import ALT_SCREEN_LEFT, Terminal
from tests.screens.working import come_true, delivery_states, use_server

pytestmark = pytest.mark.journeys


@pytest.mark.parametrize("end", ["lost line", "terminated"])
def test_the_message_in_hand_is_finished_without_a_screen(company: Opened, end: str) -> None:
    Company.update(recall_seconds=0).execute()
    with LateServer(dot=5) as late:
        use_server(late.port)
        waiting = enqueue(NoticeFilter(year=2012), company.actor, company.config).queued
        terminal = Terminal(company)
        terminal.read(lambda: re.search(rb"still.{1,30}wait", terminal.drawn, re.S) is not None)
        time.sleep(0.5)
        terminal.press(b"\x1b[20~")  # F9
        terminal.read(lambda: len(late.accepted) > 0)
        began = time.monotonic()
        if end == "lost line":
            terminal.vanish()
        else:
            for _time in range(3):  # the system may say it again
                terminal.process.send_signal(signal.SIGTERM)
                time.sleep(0.2)
            terminal.read(lambda: ALT_SCREEN_LEFT in terminal.drawn, 4)
        assert terminal.process.wait(60) == 0
        assert time.monotonic() - began > 1.5, "the server thought for five seconds"
        assert delivery_states() == {"sent": 1, "queued": waiting - 1}
        assert len(late.accepted) == 1


async def test_a_server_that_never_answers_holds_the_process_no_longer_than_that(
    company: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "FINISH_SECONDS", 0.5)
    with FaultServer({"dot": HANG}) as server:
        use_server(server.port)
        batch = enqueue(NoticeFilter(year=2012), company.actor, company.config).batch
        async with run_app(company) as pilot:
            app = pilot.app
            assert isinstance(app, OpominiApp)
            start_sending(app, batch)
            await come_true(lambda: "sending" in delivery_states())
            app.end_in_order()
            await come_true(lambda: app.return_value is not None)
            assert app.return_value == 0
        began = time.monotonic()
        await asyncio.to_thread(wait_for_senders, app, patiently=True)
        assert 0.4 < time.monotonic() - began < 30, "the server never answers"
        assert delivery_states().get("sent") is None
        assert not any(one.running for one in app.senders.values() if isinstance(one, sending.Sending))


def test_what_is_written_to_a_terminal_that_is_gone_goes_nowhere() -> None:
    master, slave = os.openpty()
    with os.fdopen(slave, "w") as file:
        lasting = LastingFile(file)
        lasting.write("seen")
        lasting.flush()
        assert os.read(master, 100) == b"seen"
        os.close(master)
        for _time in range(50):
            lasting.write("nobody sees it\n")
            lasting.flush()
        assert os.fstat(lasting.fileno()).st_rdev == os.stat(os.devnull).st_rdev
