"""E-pošiljanje opominov, with keys only: bounds, texts, live counts, confirmation, progress, results."""

from __future__ import annotations

import pytest

from opomini_tui.documents.issue import issue
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, Span, notice_ids
from opomini_tui.screens import guard
from tests.mail.servers import HonestServer
from tests.screens.conftest import Opened, notices_screen, run_app, shown
from tests.screens.working import (
    body_of,
    delivery_states,
    go_to,
    guard_over,
    label_of,
    message,
    said,
    settle,
    state_of,
    typed,
    until_shown,
    use_server,
)

pytestmark = pytest.mark.journeys

GOING = 31
"""Of the 206 notices so many may go: the third one of each customer who still owes what it says."""


async def test_the_whole_journey_with_own_subject_text_and_copy(company: Opened) -> None:
    with HonestServer() as server:
        use_server(server.port)
        async with run_app(company) as pilot:
            await pilot.press("f8")
            await settle(pilot)
            assert "206 notices match · 31 will go · 175 will not" in said(pilot)
            await pilot.press("alt+2")
            await settle(pilot)
            await pilot.press(*"vodja@podjetje.example", "tab")
            await typed(pilot, "Opomin {st")
            await pilot.press("tab")
            await settle(pilot)
            assert "{stevilka} {stopnja} {strosek} {stranka}" in said(pilot), "what can follow"
            await pilot.press("e")
            await pilot.press("tab")
            await settle(pilot)
            assert "Opomin {stevilka}" in said(pilot), "Tab completed it"
            await pilot.press("tab")
            await typed(pilot, "Dolg {skupaj} do {rok}.")
            await pilot.press("tab")
            await settle(pilot)
            assert "Subject: Opomin 2012-233" in said(pilot), "the preview of the first one that will go"
            assert "Dolg 5.452,60 do 23.09.2012." in said(pilot)
            await pilot.press("f9")
            await settle(pilot)
            assert "31 notices will be sent by e-mail." in said(pilot)
            assert "A copy of each message goes to vodja@podjetje.example." in said(pilot)
            await guard_over(pilot)
            await pilot.press("3", "1", "enter")
            await until_shown(pilot, "sent: 31")
            await until_shown(pilot, "Finished.")
            assert "left: 0" in said(pilot)
        accepted = server.accepted
    assert len(accepted) == GOING
    numbers = set(map(label_of, accepted))
    assert len(numbers) == GOING, "each once"
    for one in accepted:
        assert "vodja@podjetje.example" in one.recipients
        assert message(one)["Subject"].startswith("Opomin 2012-")
        assert body_of(one).startswith("Dolg ")
        assert len(list(message(one).iter_attachments())) == 1
    assert delivery_states() == {"sent": GOING}
    assert state_of(233) == "sent"


async def test_empty_texts_are_those_of_each_notice(company: Opened) -> None:
    with HonestServer() as server:
        use_server(server.port)
        async with run_app(company) as pilot:
            await pilot.press("f8")
            await settle(pilot)
            await pilot.press("tab")
            await typed(pilot, "0000003")
            await pilot.press("tab")
            await typed(pilot, "0000004")
            await pilot.press("f9")
            await settle(pilot)
            await guard_over(pilot)
            await pilot.press("y")
            await until_shown(pilot, "sent: 2")
        assert sorted(map(label_of, server.accepted)) == ["2012/234", "2012/235"]
        assert all("opomin št. 2012-23" in message(one)["Subject"] for one in server.accepted)


async def test_only_the_ticked_rows(company: Opened) -> None:
    with HonestServer() as server:
        use_server(server.port)
        async with run_app(company) as pilot:
            await go_to(pilot, 233)
            await pilot.press("space")
            await go_to(pilot, 235)
            await pilot.press("space", "f8")
            await settle(pilot)
            assert "only 2 ticked rows" in said(pilot)
            assert "Send 2 notices" in said(pilot)
            await pilot.press("f9")
            await settle(pilot)
            await guard_over(pilot)
            await pilot.press("y")
            await until_shown(pilot, "sent: 2")
        assert sorted(map(label_of, server.accepted)) == ["2012/233", "2012/235"]


async def test_bounds_are_counted_as_they_are_typed_and_can_be_wrong(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f8")
        await settle(pilot)
        await typed(pilot, "2011")
        assert "0 notices match · 0 will go" in said(pilot)
        await pilot.press(*["backspace"] * 4)
        await settle(pilot)
        assert "206 notices match" in said(pilot), "an empty bound is open"
        await typed(pilot, "20x")
        assert "A bound cannot be read." in said(pilot)
        await pilot.press("f9")
        await settle(pilot)
        assert "A whole number from 1990 to 2999 is expected here." in said(pilot)
    assert delivery_states() == {}


async def test_an_unknown_placeholder_refuses_the_batch_and_is_shown(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f8", "alt+2")
        await settle(pilot)
        await pilot.press("tab")
        await typed(pilot, "Opomin {nekaj} x")
        assert "Unknown placeholder: {nekaj}." in said(pilot)
        await pilot.press("alt+1", "f9")
        await settle(pilot)
        assert "Unknown placeholder: {nekaj}." in said(pilot), "the tab with the problem is shown"
    assert delivery_states() == {}


async def test_a_wrong_copy_address_is_said_at_the_field(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f8", "alt+2")
        await settle(pilot)
        await typed(pilot, "nihce")
        await pilot.press("f9")
        await settle(pilot)
        assert "“nihce”" in said(pilot)
    assert delivery_states() == {}


async def test_who_will_not_get_it_and_why(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f8")
        await settle(pilot)
        await pilot.press("f2")
        await settle(pilot)
        assert "Before sending" in said(pilot)
        assert "31 will go · 175 will not" in said(pilot)
        await pilot.press("slash")
        await typed(pilot, "2012/275")
        assert "It is not issued yet" in said(pilot)
        await pilot.press("escape", "escape", "escape")
        await settle(pilot)
        assert "206 notices match" in said(pilot), "back in the form, as it was"


async def test_esc_sends_nothing_at_every_step(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f8")
        await settle(pilot)
        await pilot.press("f9")
        await settle(pilot)
        await pilot.press("escape", "escape")
        await settle(pilot)
        assert "Dunning –" in shown(pilot)
    assert delivery_states() == {}


async def test_the_confirmation_ignores_early_keys_and_wrong_counts(
    company: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "GUARD_SECONDS", 60.0)  # however slow the machine is
    async with run_app(company) as pilot:
        await pilot.press("f8")
        await settle(pilot)
        await pilot.press("f9", "f9", "f9", "enter", "y")
        await settle(pilot)
        assert "Type 31 to confirm" in said(pilot)
        monkeypatch.setattr(guard, "GUARD_SECONDS", 0.0)
        await pilot.press("3", "0", "enter")
        await settle(pilot)
        assert "This is not 31; nothing was done." in said(pilot)
    assert delivery_states() == {}


async def test_f3_changes_the_tab_where_a_terminal_swallows_alt_digits(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f8", "f3")
        await settle(pilot)
        await typed(pilot, "x@y.example")
        assert "Copy (CC) x@y.example" in said(pilot)
        await pilot.press("f3")
        await settle(pilot)
        assert "Every notice within the bounds above" in said(pilot)


async def test_every_control_can_be_seen_at_80_by_24(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f8", "alt+2")
        await settle(pilot)
        screen, seen = pilot.app.screen, set[str]()
        for _step in range(30):
            await pilot.press("tab")
            await settle(pilot)
            focused = screen.focused
            assert focused is not None
            assert screen.region.overlaps(focused.region), f"{focused} is out of the window"
            assert focused.visible_region.area > 0 if hasattr(focused, "visible_region") else focused.region.height > 0
            if focused.id:
                seen.add(focused.id)
        assert {"batch-preview", "button-cancel", "button-reasons", "button-template", "button-confirm"} <= seen
        lines = shown(pilot).splitlines()
        assert any("Cancel Esc" in line and "Send 31 notices F9" in line for line in lines), "the buttons stay"


async def test_in_slovene_with_the_exact_labels(company: Opened) -> None:
    async with run_app(company, language="sl") as pilot:
        await pilot.press("f8")
        await settle(pilot)
        first = said(pilot)
        await pilot.press("alt+2")
        await settle(pilot)
        both = first + said(pilot)
    for label in (
        "E-pošiljanje opominov",
        "Za leto",
        "Stranka",
        "Datum opomina",
        "Paket",
        "Stopnja opomina",
        "Številka opomina",
        "Nastavitve preglednice",
        "Nastavitve e-pošte",
        "e-pošta v vednost",
        "Zadeva",
        "Vsebina sporočila",
        "Opusti",
        "Pošlji 31 opominov",
    ):
        assert label in both, label


SOUP = ("[/] s.p.", "[bold]Kos", "Kos [x", "[@click=app.quit]x[/]", "\\[", "{stevilka}")


async def test_text_of_the_data_is_never_markup(company: Opened) -> None:
    for code, name in enumerate(SOUP, 1):
        run("UPDATE notice SET customer_name = ? WHERE customer_code = ?", (name, f"{code:07}"))
        run("UPDATE customer SET name = ? WHERE code = ?", (name, f"{code:07}"))
        run(
            "UPDATE contact SET name = ? WHERE customer_id IN (SELECT id FROM customer WHERE code = ?)",
            (name, f"{code:07}"),
        )
    with HonestServer() as server:
        use_server(server.port)
        async with run_app(company) as pilot:
            await go_to(pilot, 233)
            await pilot.press("f4")
            await settle(pilot)
            assert "[/] s.p." in said(pilot)
            await pilot.press("escape", "f8")
            await settle(pilot)
            await pilot.press("f2")
            await settle(pilot)
            assert "[/] s.p." in said(pilot)
            await pilot.press("escape", "f9")
            await settle(pilot)
            await guard_over(pilot)
            await pilot.press("y")
            await until_shown(pilot, "Finished.")
            assert "Kos [x" in said(pilot) or "[bold]Kos" in said(pilot)
            await pilot.press("escape", "m")
            await settle(pilot)
            await pilot.press("escape", "f6")
            await settle(pilot)
            await pilot.press("f2")
            await settle(pilot)
            assert "[/] s.p." in said(pilot)


async def test_in_a_low_window_the_preview_is_seen_while_the_texts_are_typed(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("f8", "alt+2", "tab", *"Opomin {stevilka}")
        await until_shown(pilot, "Subject: Opomin 2012-233")
        assert "Notice level" not in said(pilot), "the bounds have made room"
        await pilot.press("alt+p", "9")
        await until_shown(pilot, "0 notices match")
        assert "Notice level" in said(pilot), "the key of a bound brings them back"
    async with run_app(company, (120, 40)) as pilot:
        await pilot.press("f8", "alt+2")
        await settle(pilot)
        assert "Notice level" in said(pilot), "a high window has room for all"


@pytest.mark.parametrize("ticked", [False, True])
async def test_a_notice_issued_after_the_count_does_not_go(company: Opened, ticked: bool) -> None:
    with HonestServer() as server:
        use_server(server.port)
        async with run_app(company) as pilot:
            for number in (233, 277) if ticked else ():
                await go_to(pilot, number)
                await pilot.press("space")
            await pilot.press("f8")
            await settle(pilot)
            if not ticked:
                await pilot.press("tab")
                await typed(pilot, "0000003")
                await pilot.press("tab")
                await typed(pilot, "0000004")
            await pilot.press("f9")
            await settle(pilot)
            before = said(pilot)
            issue(NoticeFilter(number=Span(277, 277)), company.actor)
            await guard_over(pilot)
            await pilot.press("y")
            await until_shown(pilot, "Finished.")
        labels = set(map(label_of, server.accepted))
    assert "will be sent by e-mail" in before
    assert labels == {"2012/233" if ticked else "2012/234"}, "nobody agreed to 277"


async def test_exactly_the_grid_means_the_rows_that_were_seen(company: Opened) -> None:
    async with run_app(company) as pilot:
        choice = notices_screen(pilot).choice()
        seen = list(choice.rows)
        run("UPDATE notice SET customer_code = '0000000' WHERE id NOT IN (SELECT id FROM notice ORDER BY id LIMIT 190)")
        assert list(notice_ids(choice.shown)) != seen, "the filter alone would now choose others"
        assert sorted(notice_ids(choice.exactly_shown)) == sorted(seen)
