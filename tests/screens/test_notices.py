"""Opominjanje: the grid, its filter, its figures, its keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from opomini_tui import text
from opomini_tui.dunning.unlock import delete_notices
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, run
from opomini_tui.models.notice_filter import NoticeFilter, Span, notice_ids
from opomini_tui.models.notices import Notice
from opomini_tui.screens import guard, keeping_up
from opomini_tui.screens.ask import ConfirmScreen, ErrorScreen, ListScreen
from opomini_tui.screens.notice_columns import notice_columns
from tests.screens.conftest import Opened, cursor_label, grid, notices_screen, run_app, said, settle, shown
from tests.screens.working import guard_over, until

HEADINGS = (
    "Leto Številka Datum|Šifra stranke|Naziv stranke|Stopnja|Znesek|Zamuda dni|Povp. znesek/dan|Strošek|Neplačnik|Tožba"
).replace(" Številka Datum", "|Številka|Datum")
BUTTONS = "Potrdi vse|Odstrani vse|Briši izbrane|Podrobno|Priprava|Izstavitve|Odklepanje|Izpis|E-pošiljanje|Izvoz|Zapri"


def test_the_columns_have_the_names_and_the_order_of_the_original() -> None:
    text.use_language("sl")
    titles = [column.title for column in notice_columns(80)]
    assert titles[:12] == HEADINGS.split("|")
    assert titles[12:] == ["Stanje", "E-pošta", "Dostava", "Paket"]


async def test_everything_of_the_form_is_seen_at_80_by_24(company: Opened) -> None:
    async with run_app(company, (80, 24), language="sl") as pilot:
        screen = shown(pilot)
        assert screen.startswith(" Opominjanje – Trgovina na debelo in drobno d.o.o.")
        assert " Skrbnik: 006 │ opomini.db" in screen
        assert "Leto  2012" in screen
        for words in (
            "[x] 1. opomin",
            "[x] 2. opomin",
            "[x] 3. opomin",
            "[ ] Tožba",
            "Šifra stranke:",
            "50 [ ] Vsi zapisi",
        ):
            assert words in screen
        places = [screen.index(f"{button} ") for button in BUTTONS.split("|")]
        assert places == sorted(places)
        assert "Briši Leto Številka" in screen
        assert "SAOP Račun" in screen
        assert max(map(len, screen.splitlines())) <= 80
        assert len(screen.splitlines()) == 24


async def test_the_footer_counts_the_rows_shown_and_says_so(company: Opened) -> None:
    async with run_app(company, (200, 40)) as pilot:
        line = next(line for line in shown(pilot).splitlines() if line.startswith("Σ"))
        assert line.split()[:8] == ["Σ", "50", "of", "206", "78,466.31", "320.98", "1.41", "100.00"]
        await pilot.press("a")
        await settle(pilot)
        line = next(line for line in shown(pilot).splitlines() if line.startswith("Σ"))
        assert line.split()[:8] == ["Σ", "206", "of", "206", "415,593.69", "224.22", "6.89", "412.00"]
        assert grid(pilot).row_count == 206


async def test_levels_and_lawsuit_decide_what_is_shown(company: Opened) -> None:
    run("UPDATE notice SET before_lawsuit = TRUE WHERE number = 275")
    async with run_app(company) as pilot:
        await pilot.press("a", "alt+1", "alt+2")
        await settle(pilot)
        assert {row[0] for row in _column(pilot, "level")} == {"3"}
        await pilot.press("alt+4")
        await settle(pilot)
        assert (grid(pilot).row_count, cursor_label(pilot)) == (1, "2012/275")
        await pilot.press("alt+4", "alt+3")
        await settle(pilot)
        assert grid(pilot).row_count == 0
        assert "No notice matches." in shown(pilot)


def _column(pilot: Pilot[int], key: str) -> list[str]:
    """The texts of one column in all rows shown."""
    screen = notices_screen(pilot)
    place = [column.key for column in notice_columns(80)].index(key)
    rows = screen.pages(list(screen.choice().rows))
    return [rows[number].cells[place] for number in screen.choice().rows]


async def test_digits_locate_by_the_sorted_column_as_they_are_typed(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press(*"0000007")
        await settle(pilot)
        assert pilot.app.screen.query_one("#notice-locate", Input).value == "0000007"
        assert cursor_label(pilot) == "2012/105"
        await pilot.press("enter")
        assert pilot.app.focused is grid(pilot)


async def test_locating_goes_beyond_the_row_limit_and_does_not_mind_carets(company: Opened) -> None:
    async with run_app(company) as pilot:
        notices_screen(pilot).sort_by("customer_name")
        await settle(pilot)
        assert "Customer name:" in shown(pilot)
        last = Notice.select().order_by(Notice.name_sort.desc(), Notice.number).first()
        await pilot.press("l", *last.name_fold[:4].replace(" ", "").ljust(1))
        await settle(pilot)
        row = grid(pilot).cursor_row
        assert row is not None
        assert (row.cells[4], grid(pilot).row_count) == (last.customer_name, 206)


async def test_search_filters_as_it_is_typed_and_escape_clears_it(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("slash", *"psenic")
        await settle(pilot)
        assert set(_column(pilot, "customer_name")) == {"Pekarna Pšenica d.o.o."}
        await pilot.press("escape")
        await until(pilot, lambda: grid(pilot).row_count == 50)
        assert notices_screen(pilot).bar.search_input.has_focus, "Esc empties it first"
        await pilot.press("escape")
        assert grid(pilot).has_focus


async def test_enter_in_the_search_field_goes_to_the_grid_and_keeps_the_filter(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("slash", *"psenic", "enter")
        await settle(pilot)
        assert pilot.app.focused is grid(pilot)
        assert set(_column(pilot, "customer_name")) == {"Pekarna Pšenica d.o.o."}
        assert notices_screen(pilot).bar.search_input.value == "psenic"


async def test_sorting_again_by_the_same_column_turns_the_order_round(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("s")
        assert isinstance(pilot.app.screen, ListScreen)
        await pilot.press(*"amount", "enter")
        await settle(pilot)
        smallest = Notice.select().order_by(Notice.amount, Notice.year, Notice.number).first()
        assert cursor_row_number(pilot, 0) == smallest.number
        notices_screen(pilot).sort_by("amount")
        await settle(pilot)
        assert (
            cursor_row_number(pilot, 0)
            == Notice.select().order_by(Notice.amount.desc(), Notice.number.desc()).first().number
        )


def cursor_row_number(pilot: Pilot[int], place: int) -> int:
    """The number of the notice in that row."""
    return int(Notice.get_by_id(notices_screen(pilot).choice().rows[place]).number)


async def test_ticks_survive_the_filter_are_counted_and_can_be_undone(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("space", "space", "alt+1")
        await settle(pilot)
        assert grid(pilot).tick_count == 2
        await until(pilot, lambda: "2 ticked = 10,901.20" in shown(pilot))
        await pilot.press("plus")
        assert "Only the 50 rows shown are ticked." in said(pilot)
        assert grid(pilot).tick_count == 51
        await pilot.press("minus")
        assert grid(pilot).tick_count == 0
        await pilot.press("u")
        assert grid(pilot).tick_count == 51
        await pilot.press("z")
        assert grid(pilot).tick_count == 2
        await pilot.press("ctrl+z", "ctrl+z", "u")
        assert grid(pilot).tick_count == 0
        assert "No ticks to take back." in said(pilot)


async def test_prepared_notices_are_deleted_after_a_question_on_cancel(
    company: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "GUARD_SECONDS", 60.0)  # however slow the machine is
    async with run_app(company) as pilot:
        await pilot.press("down", "down", "down", "space", "ctrl+d")
        assert isinstance(pilot.app.screen, ConfirmScreen)
        assert "1 ticked notice will be deleted." in shown(pilot)
        assert str(pilot.app.focused and pilot.app.focused.id) == "button-cancel"
        await pilot.press("f9")
        assert isinstance(pilot.app.screen, ConfirmScreen), "a key held down confirms nothing"
        await guard_over(pilot)
        await pilot.press("f9")
        await settle(pilot)
        assert Notice.get_or_none(Notice.number == 275) is None
        assert grid(pilot).row_count == 50
        assert "1 notice deleted." in said(pilot)


async def test_an_issued_notice_among_them_refuses_the_deletion_by_name(company: Opened) -> None:
    before = Notice.select().count()
    async with run_app(company) as pilot:
        await pilot.press("down", "down", "space", "space", "ctrl+d")
        await guard_over(pilot)
        await pilot.press("f9")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ErrorScreen)
        assert "2012/233" in shown(pilot)
        await pilot.press("escape")
        assert Notice.select().count() == before
        assert grid(pilot).tick_count == 2


async def test_deleting_without_ticks_or_without_the_level_for_it_is_told(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("ctrl+d")
        assert "Tick the notices to be deleted first." in said(pilot)
    async with run_app(company, actor=replace(company.actor, role="clerk", language="en")) as pilot:
        await pilot.press("space", "ctrl+d")
        await settle(pilot)
        assert isinstance(pilot.app.screen, ErrorScreen)
        assert "Operator Skrbnik may not do this" in shown(pilot)


async def test_the_cursor_stays_on_its_notice_when_another_operator_changes_something(
    company: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping_up, "PULSE_SECONDS", 0.1)
    async with run_app(company) as pilot:
        await pilot.press(*["down"] * 8)
        label = cursor_label(pilot)
        other = Actor(99, "007", "Drugi", "manager", "sl")
        gone = notice_ids(NoticeFilter(number=Span(275, 276)))
        delete_notices(NoticeFilter(ids=tuple(gone)), other)
        await until(pilot, lambda: not set(gone) & set(notices_screen(pilot).choice().rows))
        assert cursor_label(pilot) == label


async def test_names_full_of_brackets_change_nothing(company: Opened) -> None:
    for number, name in enumerate(
        ("Kos [x]", "A [/] B", "[/red] s.p.", "[@click=app.quit]d.o.o.[/]", "[bold", "\\[\x1b[31m")
    ):
        run("UPDATE notice SET customer_name = ? WHERE number = ?", (name, 100 + number))
        run("UPDATE contact SET email = ? WHERE id = ?", (f"{name}@example.com", number + 1))
    async with run_app(company, (240, 40)) as pilot:
        for name in ("Kos [x]", "A [/] B", "[/red] s.p.", "[@click=app.quit]d.o.o.[/]"):
            assert name in shown(pilot)
        for _number in range(12):
            await pilot.press("down")
        await settle(pilot)
        await pilot.press("ctrl+home", "enter")
        await settle(pilot)
        assert "Kos [x]" in shown(pilot)


async def test_an_empty_database_greets_with_the_first_steps(company: Opened) -> None:
    for table in ("notice_item", "notice_document", "notice"):
        run(f"DELETE FROM {table}")
    async with run_app(company, language="sl") as pilot:
        assert "Opominov še ni. Prvi koraki:" in shown(pilot)
        assert "uvoz: stranke, stiki in odprte postavke" in shown(pilot)


async def test_the_status_line_says_what_waits(company: Opened) -> None:
    issued = Notice.get(Notice.number == 100)
    with database.atomic():
        for number, state in enumerate(("queued", "unknown", "held")):
            run(
                "INSERT INTO delivery (notice_id, recipient_no, channel, operator_id, sender_address, to_address, message_id, "
                "skeleton, document_id, content_sha256, state, queued_at) VALUES (?, ?, 'smtp', ?, '', '', ?, '', ?, '', ?, 1)",
                (issued.id, number, company.actor.id, f"<{number}@x>", issued.document_id, state),
            )
    async with run_app(company, language="sl") as pilot:
        assert " Skrbnik: 006 │ opomini.db │ V vrsti: 1 │ Neznano: 1 │ Zadržano: 1" in shown(pilot)
        assert "zadržano" in _column(pilot, "delivery")


async def test_copying_takes_the_row_or_the_ticked_rows(company: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    async with run_app(company) as pilot:
        await pilot.press("Y")
        assert pilot.app.clipboard.startswith("2012\t100\t17.08.2012\t0000001\tSAOP Računalništvo d.o.o.\t1\t5,450.60")
        await pilot.press("space", "space", "Y")
        assert len(pilot.app.clipboard.splitlines()) == 3
        assert "2 rows copied." in said(pilot)


async def test_the_line_below_tells_the_notice_under_the_cursor_in_full(company: Opened) -> None:
    async with run_app(company) as pilot:
        await pilot.press("down")
        await settle(pilot)
        assert "2012/191 · SAOP Računalništvo d.o.o. · 5,450.60 € · I issued" in shown(pilot)


async def test_a_row_limit_of_the_settings_is_kept(company: Opened) -> None:
    run("UPDATE company SET row_limit = 7")
    async with run_app(company) as pilot:
        assert grid(pilot).row_count == 7
        assert "7 of 206" in shown(pilot)


async def test_years_without_notices_are_not_offered_and_years_can_be_stepped(company: Opened) -> None:
    run("UPDATE notice SET year = 2011 WHERE number < 200")
    async with run_app(company) as pilot:
        assert set(_column(pilot, "year")) == {"2012"}
        await pilot.press("less_than_sign")
        await settle(pilot)
        assert set(_column(pilot, "year")) == {"2011"}
        await pilot.press("less_than_sign", "greater_than_sign")
        await settle(pilot)
        assert set(_column(pilot, "year")) == {"2012"}


async def test_the_state_is_a_letter_that_stays_in_sight(company: Opened) -> None:
    async with run_app(company, language="sl") as pilot:
        await pilot.press(*["right"] * 8)
        await settle(pilot)
        rows = [line for line in shown(pilot).splitlines() if "2012" in line and "□" in line]
        assert rows[0].startswith("► □ I  2012")
        assert rows[3].startswith("  □ V  2012      275")


async def test_name_and_amount_are_whole_and_another_window_shows_other_columns(company: Opened) -> None:
    async with run_app(company, language="sl") as pilot:
        for width, last, name in (
            (80, "Znesek", "SAOP Računalniš…"),
            (120, "Povp. znesek/dan", "SAOP Računalništvo d…"),
        ):
            await pilot.resize_terminal(width, 24)
            await settle(pilot)
            lines = shown(pilot).splitlines()
            heading = next(line for line in lines if line.startswith(" Briši Leto"))
            assert heading.endswith(f"{last}›")
            row = next(line for line in lines if line.startswith("►"))
            assert name in row
            assert " 5.450,60 " in f"{row} "
            assert grid(pilot).cursor_index == 0


async def test_rows_that_cannot_be_read_are_told_and_come_back(company: Opened) -> None:
    async with run_app(company, language="en") as pilot:
        run("ALTER TABLE notice RENAME TO hidden")
        await pilot.press("ctrl+end", "pagedown")
        grid(pilot).invalidate()
        await settle(pilot)
        assert any("rows cannot be read" in sentence for sentence in said(pilot))
        assert "…" in shown(pilot)
        run("ALTER TABLE hidden RENAME TO notice")
        await pilot.press("r", "ctrl+home")
        await settle(pilot)
        assert "SAOP" in shown(pilot)
