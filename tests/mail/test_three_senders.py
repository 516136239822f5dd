"""Two screens and a worker, each a process of its own, send the same batch: each notice leaves once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from opomini_tui.config import Config
from opomini_tui.mail import claims
from opomini_tui.mail.outbox import batch_counts, outbox_rows, retry
from opomini_tui.mail.sender import Delivered, deliver
from opomini_tui.models import journal
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.parties import Contact, Operator
from tests.mail import builder, crash_sender
from tests.mail.late_server import LateServer
from tests.mail.sending import ids_on_server, queue, until
from tests.mail.servers import FaultServer


def test_two_screens_and_a_worker(
    actor: Actor, config: Config, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "LEASE_MS", crash_sender.LEASE_MS)
    builder.notices(builder.customers(90), items=1)
    home, context = str(tmp_path / "home"), crash_sender.processes()
    start, results, stop = context.Barrier(2), context.Queue(), context.Event()
    with LateServer(dot=0.01) as server:
        Operator.update(smtp_port=server.port).execute()
        worker = context.Process(target=crash_sender.work_until, args=(database_url, home, stop))
        screens = [
            context.Process(target=crash_sender.send_batch, args=(database_url, home, start, results))
            for _each in range(2)
        ]
        for process in (worker, *screens):
            process.start()
        found = [results.get(timeout=60) for _each in screens]
        until(lambda: batch_counts().sent == 90)
        stop.set()
        for process in (worker, *screens):
            process.join(20)
            assert process.exitcode == 0
        server.settle()
    log = Counter(ids_on_server(server))
    assert (len(log), set(log.values())) == (90, {1})
    assert sum(queued.queued for queued, _done in found) == 90
    sent_by = Counter(row[0] for row in run("SELECT sender_id FROM delivery_attempt WHERE outcome = 'sent'").fetchall())
    assert len(sent_by) > 1, "only one of them did anything"
    assert journal.check_chain().broken_at is None


def test_an_undelivered_message_goes_to_the_address_of_today(actor: Actor, config: Config, server: FaultServer) -> None:
    """It came back; the contact was corrected; the notice goes once more, and the old message stays on record."""
    (notice,) = queue(actor, config)
    assert deliver(config) == Delivered(sent=1)
    (old,) = outbox_rows()
    assert retry([old.id], actor).queued == 0, "what arrived is not sent again"
    run("UPDATE delivery SET arrival = 'undelivered', arrival_reason = '5.1.1 unknown', arrival_at = 1")
    Contact.update(email="prav@kupec.example").execute()
    assert retry([old.id], actor).queued == 1
    assert deliver(config) == Delivered(sent=1)
    old, new = outbox_rows(notice_id=notice)
    assert (old.state, old.outcome, old.arrival, old.arrival_reason) == (
        *("sent", "undelivered", "undelivered", "5.1.1 unknown"),
    )
    assert (new.state, new.to, new.arrival) == ("sent", "prav@kupec.example", "")
    assert [message.recipients[0] for message in server.accepted][-1] == "prav@kupec.example"
    assert retry([old.id], actor).queued == 0
