"""Podrobno: everything about one notice."""

from __future__ import annotations

import json

import pytest
from textual.widgets import TabbedContent

from opomini_tui import text
from opomini_tui.documents.page_layout import letter_lines
from opomini_tui.models.database import run
from opomini_tui.models.notices import Notice
from opomini_tui.screens.journal_words import details_line
from opomini_tui.screens.notice_detail import NoticeDetailScreen
from opomini_tui.screens.notice_view import (
    emphasised,
    read_deliveries,
    read_email,
    read_head,
    read_journal,
    read_letter,
)
from tests.screens.conftest import Opened, cursor_label, grid, run_app, settle, shown

pytestmark = pytest.mark.journeys


async def test_enter_shows_items_and_figures_and_escape_returns_to_the_row(company: Opened) -> None:
    async with run_app(company, language="sl") as pilot:
        await pilot.press("down", "enter")
        await settle(pilot)
        screen = shown(pilot)
        assert screen.startswith(" Opomin 2012/191 – Trgovina")
        assert "0000001  SAOP Računalništvo d.o.o." in screen
        assert "Znesek 5.450,60  Strošek 2,00  Za plačilo 5.452,60 €" in screen
        assert "Zamuda dni 437  Povp./dan 4,15" in screen
        assert "2011-00003" in screen
        assert next(line for line in screen.splitlines() if line.startswith("Σ")).split()[1] == "5.450,60"
        await pilot.press("escape")
        await settle(pilot)
        assert cursor_label(pilot) == "2012/191"
        assert pilot.app.focused is grid(pilot)


async def test_the_next_and_the_previous_notice_without_going_back(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("o", "n")
        await settle(pilot)
        assert "Notice 2012/191" in shown(pilot)
        await pilot.press("N", "N")
        await settle(pilot)
        assert "Notice 2012/100" in shown(pilot)


@pytest.mark.parametrize(
    ("digit", "expected"),
    [
        ("2", "Spoštovani,"),
        ("3", "SHA-256"),
        ("4", "opomin-2012-100.pdf"),
        ("5", "Nothing was sent by e-mail yet."),
        ("6", "issued"),
    ],
)
async def test_each_tab_is_read_when_it_is_shown(company: Opened, digit: str, expected: str) -> None:
    async with run_app(company) as pilot:
        await pilot.press("enter", digit)
        await settle(pilot)
        assert isinstance(pilot.app.screen, NoticeDetailScreen)
        assert pilot.app.screen.query_one(TabbedContent).active != "items"
        assert expected in shown(pilot)


def test_the_letter_is_the_stored_document_as_text(company: Opened) -> None:
    notice = Notice.get(Notice.number == 100)
    assert notice.document is not None
    words = read_letter(notice.id).plain
    assert notice.document.sha256[:12] in words
    for part in ("1. OPOMIN št. 2012-100", "5.452,60 EUR", "2011-00001"):
        assert part in words
    assert "\n".join(letter_lines(bytes(notice.document.content), 110)) in words


def test_the_letter_of_a_prepared_notice_is_a_draft(company: Opened) -> None:
    notice = Notice.get(Notice.number == 275)
    words = read_letter(notice.id).plain
    assert words.startswith("Draft, ")
    assert "OPOMIN" in words
    assert "none: the notice is not issued yet" in read_email(notice.id, company.actor).plain


def test_deliveries_tell_attempts_and_answers(company: Opened) -> None:
    notice = Notice.get(Notice.number == 100)
    run(
        "INSERT INTO delivery (id, notice_id, channel, operator_id, sender_address, to_address, message_id, skeleton, "
        "document_id, content_sha256, state, answer, queued_at) "
        "VALUES (1, ?, 'smtp', ?, '', 'kupec@example.com', '<1@x>', '', ?, '', 'deferred', '451 later', 1350000000000)",
        (notice.id, company.actor.id, notice.document_id),
    )
    run(
        "INSERT INTO delivery_attempt (delivery_id, number, sender_id, started_at, step, outcome, answer) "
        "VALUES (1, 1, 's', 1350000001000, 'rcpt', 'deferred', '451 later')"
    )
    words = read_deliveries(notice.id).plain
    for part in ("will be retried", "kupec@example.com", "451 later", "attempt 1"):
        assert part in words


def test_the_journal_tells_the_packet_and_the_notice(company: Opened) -> None:
    lines = read_journal(Notice.get(Notice.number == 100).id).plain.splitlines()
    assert lines[0] == "2 entries"
    assert "prepared" in lines[2]
    assert "numbers: 100..190" in lines[2]
    assert "issued" in lines[3]


def test_interest_and_lawsuit_are_shown_when_there_are_any(company: Opened) -> None:
    run(
        "UPDATE notice SET interest = 1234, compensation = 4000, total = total + 5234, before_lawsuit = TRUE, "
        "defaulter = TRUE WHERE number = 100"
    )
    words = read_head(Notice.get(Notice.number == 100).id).lines.plain
    for part in ("Interest 12.34", "Compensation 40.00", "To pay 5,504.94 €", "Lawsuit ✓", "Defaulter ✓"):
        assert part in words


async def test_a_notice_deleted_meanwhile_is_told(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("down", "down", "down")
        notice = Notice.get(Notice.number == 275)
        run("DELETE FROM notice_item WHERE notice_id = ?", (notice.id,))
        run("DELETE FROM notice WHERE id = ?", (notice.id,))
        await pilot.press("enter")
        await settle(pilot)
        assert "This notice does not exist any more." in shown(pilot)


async def test_the_tab_can_be_copied(company: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    async with run_app(company) as pilot:
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("y")
        assert pilot.app.clipboard.splitlines()[1].startswith("2011-00003\t03.04.2011\t03.05.2011\t1,287.66")


def test_the_journal_speaks_the_language_of_the_operator(company: Opened) -> None:
    text.use_language("sl")
    lines = read_journal(Notice.get(Notice.number == 275).id).plain
    assert "pripravljen" in lines
    assert "znesek: 60.305,13, na dan: 26.09.2012, opominov: 31, številke: 275..305" in lines
    assert "left" not in lines
    assert "not_due" not in lines


@pytest.mark.parametrize(
    ("details", "said_of_it"),
    [
        ({"delivery": 7, "to": "a@b.example"}, "to: a@b.example"),
        ({"sha256": "ab" * 32, "total": "12.00"}, "to pay: 12.00"),
        (
            {"delivery": 90, "message_id": "<1@x>", "to": "a@b.example", "was": "deferred"},
            "to: a@b.example, was: will be retried",
        ),
        ({"state": "sent", "reason": "typing error"}, "was: sent, reason: typing error"),
        ({"amount": "no number", "left": {"new reason": 2}}, "amount: no number"),
    ],
)
def test_details_of_the_journal_in_words(details: dict[str, object], said_of_it: str) -> None:
    assert details_line(json.dumps(details)) == said_of_it


def test_what_the_letter_has_in_bold_is_bold() -> None:
    content = emphasised("pay **5,452.60 EUR** now ** or never")
    assert content.plain == "pay 5,452.60 EUR now ** or never"
    assert [(span.start, span.end) for span in content.spans] == [(4, 16)]
