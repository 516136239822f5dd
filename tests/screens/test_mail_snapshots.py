"""How outbox, batch, list of batches, mailbox and the new forms look (Slovene), in a small and a large window."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from opomini_tui import text
from opomini_tui.app import OpominiApp
from opomini_tui.mail.outbox import enqueue
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Operator
from opomini_tui.screens.unfinished import UnfinishedScreen
from tests.screens.conftest import TODAY, Opened
from tests.screens.working import settle

pytestmark = pytest.mark.journeys

SMALL, LARGE = (80, 24), (120, 40)
AT = 1_350_000_000_000
"""A moment of the pictures."""
OUTCOMES: tuple[tuple[str, str, str], ...] = (
    ("sent", "", "250 2.0.0 Ok: queued as 4F1C22A0"),
    ("refused", "Strežnik ne pozna naslova.", "550 5.1.1 User unknown in virtual mailbox table"),
    ("unknown", "Zveza se je prekinila po oddaji sporočila.", ""),
    ("held", "Vse postavke so bile medtem plačane.", ""),
    ("deferred", "Strežnik prosi za poznejši poskus.", "450 4.2.1 Greylisted, try again later"),
    ("cancelled", "", ""),
)
MAILS: tuple[tuple[str, str, str, str], ...] = (
    ("bounce", "MAILER-DAEMON@mx.example", "Undelivered Mail Returned to Sender", "550 5.1.1 User unknown"),
    ("reply", "ana.novak@kupec.example", "Re: Opomin 2012-234", "Pozdravljeni,\nračun smo plačali včeraj.\nAna Novak"),
    ("delay", "postmaster@mx.example", "Delayed Mail (still being retried)", "Dostava zamuja."),
    ("copy", "skrbnik@podjetje.example", "Opomin 2012-235", ""),
)


@pytest.fixture(autouse=True)
def ljubljana(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock on the wall of the pictures."""
    monkeypatch.setenv("TZ", "Europe/Ljubljana")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def app(company: Opened) -> OpominiApp:
    """The application in Slovene, with a batch that has had every outcome and mail that came back."""
    text.use_language("sl")
    Operator.update(language="sl", pop3_host="pop.podjetje.example").execute()
    enqueue(NoticeFilter(year=2012), company.actor, company.config)
    for place, (number,) in enumerate(run("SELECT id FROM delivery ORDER BY id").fetchall()):
        state, reason, answer = OUTCOMES[place % len(OUTCOMES)]
        live, sent_at = state not in ("refused", "cancelled"), AT if state == "sent" else None
        run(
            "UPDATE delivery SET state = ?, reason = ?, answer = ?, live = ?, sent_at = ?, queued_at = ?, attempts = 1, "
            "next_try_at = NULL WHERE id = ?",
            (state, reason, answer, live, sent_at, AT, number),
        )
    run("UPDATE batch SET queued_at = ?, starts_at = ?", (AT, AT))
    sent = run("SELECT id, notice_id FROM delivery WHERE state = 'sent' ORDER BY id").fetchall()
    for place, (kind, sender, subject, summary) in enumerate(MAILS):
        run(
            "INSERT INTO mailbox_message (operator_id, uidl, first_seen_at, kind, delivery_id, notice_id, sender, subject, "
            "sent_at, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (company.actor.id, f"u{place}", AT, kind, *sent[place], sender, subject, AT, summary),
        )
    run("UPDATE delivery SET arrival = 'undelivered', arrival_reason = 'Naslov ne obstaja.' WHERE id = ?", sent[0][:1])
    run(
        "INSERT INTO mailbox (operator_id, first_scan_at, polled_at, failure) VALUES (?, ?, ?, '')",
        (company.actor.id, AT, AT),
    )
    made = OpominiApp(company.config, replace(company.actor, language="sl"), today=lambda: TODAY)
    made.animation_level = "none"
    return made


@pytest.mark.parametrize("theme", ["dark", "ansi"])
@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80", "120"])
@pytest.mark.parametrize(
    "keys",
    [("m",), ("m", "b"), ("m", "b", "enter"), ("M", "down"), ("e",), ("n", "alt+8")],
    ids=["outbox", "batches", "progress", "mailbox", "account", "settings-mail"],
)
def test_look(
    app: OpominiApp, snap_compare: Callable[..., bool], keys: tuple[str, ...], size: tuple[int, int], theme: str
) -> None:
    if theme == "ansi" and size == LARGE:
        pytest.skip("the colours are the same in every window")
    app.theme = theme
    app.config = replace(app.config, theme=theme)

    async def act(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        if isinstance(app.screen, UnfinishedScreen):
            await pilot.press("escape")
        for key in keys:
            await pilot.press(key)
            await settle(pilot)
        await settle(pilot)
        for box in app.screen.query(Input):
            box.cursor_blink = False
        await settle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=act)
