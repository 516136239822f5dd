"""What goes on in the background: import, preparing, issuing, unlocking, queueing, printing, lists and mailboxes; stopped, they
leave nothing half done."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from opomini_tui.dunning import unlock as unlocking
from opomini_tui.dunning.unlock import delete_notices
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.screens import (
    export,
    import_run,
    issue,
    mailbox,
    prepare,
    printing,
    send_batch,
    send_batch_parts,
    unlock,
)
from opomini_tui.screens.import_file import ImportScreen, ReviewScreen
from opomini_tui.screens.mailbox import MailboxScreen
from opomini_tui.screens.notices import NoticesScreen
from opomini_tui.screens.outcome import OutcomeScreen
from opomini_tui.screens.prepare import PrepareScreen
from opomini_tui.screens.send_batch import SendBatchScreen
from opomini_tui.screens.send_progress import SendProgressScreen
from opomini_tui.screens.unlock import UnlockScreen
from opomini_tui.widgets.fields import TextField
from tests.mail.mailbox.boxes import use
from tests.mail.mailbox.pop3_server import Pop3Server
from tests.mail.servers import HonestServer
from tests.screens.conftest import Opened, run_app, said, settle, shown
from tests.screens.held import Gate, go_aside, meanwhile_on, on
from tests.screens.held import no_rate as no_rate
from tests.screens.working import (
    come_true,
    delivery_states,
    go_to,
    guard_over,
    meanwhile,
    meanwhile_shown,
    state_of,
    typed,
    until,
    until_shown,
    use_server,
)

pytestmark = pytest.mark.journeys


def marked() -> int:
    """How many notices others see marked."""
    return int(run("SELECT COUNT(*) FROM row_lock").fetchone()[0])


async def test_issuing_in_the_background(company: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch, issue, "issue")
    async with run_app(company) as pilot:
        await pilot.press("f7")
        await settle(pilot)
        await pilot.press("f9")
        await go_aside(pilot, "Issue")
        await meanwhile(pilot, lambda: marked() == 31)
        gate.opened.set()
        await until(pilot, lambda: "Issue: 31 notices were issued. ^G shows it." in said(pilot))
        assert state_of(305) == "issued"
        await until(pilot, lambda: marked() == 0)
        assert on(pilot, NoticesScreen)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: on(pilot, OutcomeScreen))
        assert "31 notices were issued." in shown(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert on(pilot, NoticesScreen), "the form went with the job"


async def test_preparing_stopped_and_then_in_the_background(company: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    delete_notices(NoticeFilter(state="prepared"), company.actor)
    before = run("SELECT COUNT(*) FROM notice").fetchone()
    gate = Gate(monkeypatch, prepare, "prepare")
    async with run_app(company) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: "31 notices" in shown(pilot))
        await pilot.press("f9")
        await meanwhile_shown(pilot, "42 / 31")
        await pilot.press("escape")
        await until(pilot, lambda: "It was stopped; nothing was changed." in said(pilot))
        assert on(pilot, PrepareScreen), "as it was"
        assert run("SELECT COUNT(*) FROM notice").fetchone() == before
        await pilot.press("f9")
        await meanwhile_shown(pilot, "42 / 31")
        await pilot.press("b")
        await meanwhile_on(pilot, NoticesScreen)
        await meanwhile_shown(pilot, "1 job: Prepare 42/31 (^G)")
        gate.opened.set()
        await until(pilot, lambda: any(one.startswith("Prepare: Packet 4: 31 notices") for one in said(pilot)))
        assert run("SELECT COUNT(*) FROM notice").fetchone() == (before[0] + 31,)
        assert on(pilot, NoticesScreen)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: on(pilot, OutcomeScreen))
        await pilot.press("escape")
        await settle(pilot)
        assert on(pilot, NoticesScreen)


async def test_unlocking_stopped_and_then_in_the_background(company: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch, unlock, "unlock")
    async with run_app(company) as pilot:
        await go_to(pilot, 104)
        await pilot.press("k")
        await until_shown(pilot, "1 issued notice will be prepared again.")
        await typed(pilot, "wrong address")
        await pilot.press("f9")
        await meanwhile_shown(pilot, "42 / 206")
        await pilot.press("escape")
        await until(pilot, lambda: "It was stopped; nothing was changed." in said(pilot))
        assert on(pilot, UnlockScreen), "as it was"
        assert state_of(104) == "issued"
        await pilot.press("f9")
        await go_aside(pilot, "Unlock")
        gate.opened.set()
        await until(pilot, lambda: "Unlock: 1 notice is prepared again. ^G shows it." in said(pilot))
        assert state_of(104) == "prepared"
        await pilot.press("ctrl+g")
        await until(pilot, lambda: on(pilot, OutcomeScreen))


async def test_deleting_can_be_stopped(company: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch, unlocking, "delete_notices")
    before = run("SELECT COUNT(*) FROM notice").fetchone()
    async with run_app(company) as pilot:
        await go_to(pilot, 275)
        await pilot.press("space", "delete")
        await guard_over(pilot)
        await pilot.press("f9")
        await meanwhile_shown(pilot, "42 / 206")
        await pilot.press("escape")
        await until(pilot, lambda: "It was stopped; nothing was changed." in said(pilot))
        assert run("SELECT COUNT(*) FROM notice").fetchone() == before
        gate.opened.set()
        await pilot.press("delete")
        await guard_over(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: "1 notice deleted." in said(pilot))
        assert run("SELECT COUNT(*) FROM notice").fetchone() == (before[0] - 1,)


async def test_a_batch_is_queued_in_the_background_and_sent_without_anybody_looking(
    company: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, queue = Gate(monkeypatch, send_batch, "plan_sending"), Gate(monkeypatch, send_batch_parts, "enqueue")
    with HonestServer() as server:
        use_server(server.port)
        async with run_app(company) as pilot:
            await pilot.press("f8")
            await until_shown(pilot, "Send 31 notices")
            await pilot.press("f9")
            await meanwhile_shown(pilot, "42 / 206")
            await pilot.press("b")
            assert "In background" not in shown(pilot), "the question comes next"
            await pilot.press("escape")
            await until(pilot, lambda: "It was stopped; nothing was changed." in said(pilot))
            assert on(pilot, SendBatchScreen), "as it was"
            plan.opened.set()
            await pilot.press("f9")
            await guard_over(pilot)
            await pilot.press("3", "1", "enter")
            await meanwhile_shown(pilot, "42 / 206")
            await pilot.press("escape")
            await until(pilot, lambda: on(pilot, SendBatchScreen))
            assert delivery_states() == {}
            await pilot.press("f9")
            await guard_over(pilot)
            await pilot.press("3", "1", "enter")
            await go_aside(pilot, "Send notices by e-mail")
            queue.opened.set()
            await meanwhile(pilot, lambda: any("31 notices are in the outbox." in one for one in said(pilot)))
            await come_true(lambda: delivery_states() == {"sent": 31})
            assert len(server.accepted) == 31, "each once"
            assert on(pilot, NoticesScreen)
            await pilot.press("ctrl+g")
            await until(pilot, lambda: on(pilot, SendProgressScreen))


async def test_printing_in_the_background(company: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gate = Gate(monkeypatch, printing, "print_notices")
    path = tmp_path / "letters.pdf"
    async with run_app(company) as pilot:
        await pilot.press("f5")
        await settle(pilot)
        pilot.app.screen.query_one("#field-path", TextField).write(str(path))
        await settle(pilot)
        await pilot.press("f9")
        await go_aside(pilot, "Print")
        gate.opened.set()
        await until(pilot, lambda: any("was printed." in one and str(path) in one for one in said(pilot)))
        assert path.exists()
        assert on(pilot, NoticesScreen)


async def test_a_list_is_written_in_the_background(
    company: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gate = Gate(monkeypatch, export, "export_list")
    monkeypatch.setitem(export.VERBS, "csv", (vars(export)["export_list"], "opomini.csv"))
    async with run_app(company) as pilot:
        await pilot.press("x", "down", "enter")
        await settle(pilot)
        box = pilot.app.screen.query_one(Input)
        box.value = str(tmp_path / "list.csv")
        await pilot.press("f9")
        await go_aside(pilot, "List of notices as CSV")
        gate.opened.set()
        await until(pilot, lambda: any("206 lines were written." in one for one in said(pilot)))


async def choose_a_customer(pilot: Pilot[int], folder: Path) -> None:
    """In the import form, until it knows what the file is: a file with one new customer, 9999999."""
    path = folder / "stranke.csv"
    path.write_text("sifra;naziv\n9999999;Nova stranka\n", encoding="utf-8")
    await pilot.press("i")
    await settle(pilot)
    form = pilot.app.screen
    assert isinstance(form, ImportScreen)
    form.field("path").query_one(Input).value = str(path)
    await until(pilot, lambda: form._look is not None and form._look.kind == "customers")
    await until(pilot, lambda: form._look is not None and form._look.typed == str(path))


async def test_an_import_in_the_background_asks_when_it_is_looked_at(
    company: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gate = Gate(monkeypatch, import_run, "import_customers")
    async with run_app(company) as pilot:
        await choose_a_customer(pilot, tmp_path)
        await pilot.press("f9")
        await go_aside(pilot, "Checking the file")
        gate.opened.set()
        await until(pilot, lambda: any("Nothing is imported yet." in one for one in said(pilot)))
        assert run("SELECT COUNT(*) FROM customer WHERE code = '9999999'").fetchone() == (0,)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: on(pilot, ReviewScreen))
        gate.opened.clear()
        await guard_over(pilot)
        await pilot.press("f9")
        await go_aside(pilot, "Import")
        await pilot.press("ctrl+g", "escape")
        await until(pilot, lambda: "It was stopped; nothing was changed." in said(pilot))
        assert run("SELECT COUNT(*) FROM customer WHERE code = '9999999'").fetchone() == (0,)
        assert on(pilot, NoticesScreen)


async def test_an_import_whose_form_is_gone_ends_with_its_counts(
    company: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gate = Gate(monkeypatch, import_run, "import_customers")
    async with run_app(company) as pilot:
        await choose_a_customer(pilot, tmp_path)
        gate.opened.set()
        await pilot.press("f9")
        await until(pilot, lambda: on(pilot, ReviewScreen))
        gate.opened.clear()
        await guard_over(pilot)
        await pilot.press("f9")
        await go_aside(pilot, "Import")
        gate.opened.set()
        await until(pilot, lambda: any("Added: 1 · Changed: 0 · Unchanged: 0" in one for one in said(pilot)))
        assert run("SELECT COUNT(*) FROM customer WHERE code = '9999999'").fetchone() == (1,)
        await pilot.press("ctrl+g")
        await until(pilot, lambda: on(pilot, OutcomeScreen))
        await pilot.press("escape")
        await settle(pilot)
        assert on(pilot, NoticesScreen)


async def test_mailboxes_are_read_in_the_background(company: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch, mailbox, "poll")
    with Pop3Server() as server:
        use(server, company.config)
        async with run_app(company) as pilot:
            await pilot.press("M")
            await settle(pilot)
            assert on(pilot, MailboxScreen)
            await pilot.press("r")
            await meanwhile_shown(pilot, "42 / 206 · 006")
            await pilot.press("b")
            await meanwhile_on(pilot, MailboxScreen)
            await meanwhile_shown(pilot, "1 job: Read mailbox 42/206 (^G)")
            gate.opened.set()
            await until(pilot, lambda: any("006: 0 new mails." in one for one in said(pilot)))
            assert on(pilot, MailboxScreen)
