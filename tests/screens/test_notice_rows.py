"""Rows, footer and pulse of the grid, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from opomini_tui.config import load_config
from opomini_tui.dunning.prepare import prepare
from opomini_tui.mail.pulse import Waiting, read_pulse
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import run
from opomini_tui.models.notice_filter import NoticeFilter, notice_ids
from opomini_tui.models.preferences import recall, remember
from opomini_tui.screens.notice_columns import KEYS, notice_columns
from opomini_tui.screens.notice_listing import read_listing
from opomini_tui.screens.notice_rows import (
    NoticePages,
    footer_cells,
    read_footer,
    read_grid_settings,
)
from tests.ledger_rows import add_customer, add_item

DAY = date(2012, 8, 17)


def two_notices(actor: Actor) -> None:
    """Two customers, one without an address."""
    add_item(add_customer("0000001", "Čevlji [x] d.o.o."), "R-1", date(2012, 7, 1), "1234.56")
    add_item(add_customer("0000002", "Žaga s.p.", contact_email=""), "R-2", date(2012, 6, 1), "10.00")
    prepare(DAY, actor)


def test_sums_of_the_same_rows_in_another_order_are_not_read_again(actor: Actor) -> None:
    two_notices(actor)
    shown = NoticeFilter(year=2012)
    known = read_footer(shown)
    assert read_listing(replace(shown, sort="amount"), known).footer is known
    assert read_listing(replace(shown, search="žaga"), known).footer != known


def test_a_row_shows_what_the_database_has(actor: Actor) -> None:
    two_notices(actor)
    ids = notice_ids(NoticeFilter(year=2012))
    rows = NoticePages()([*ids, 99_999])
    assert list(rows) == list(ids)
    assert dict(zip(KEYS, rows[ids[0]].cells, strict=True)) == {
        "year": "2012",
        "number": "100",
        "date": "17.08.2012",
        "customer_code": "0000001",
        "customer_name": "Čevlji [x] d.o.o.",
        "level": "1",
        "amount": "1,234.56",
        "days_late": "47",
        "average_per_day": "26.27",
        "cost": "2.00",
        "defaulter": "",
        "before_lawsuit": "",
        "state": "P prepared",
        "email": "r0000001@example.com",
        "delivery": "",
        "packet": "1",
    }
    assert rows[ids[1]].cells[KEYS.index("email")] == "—"
    assert (rows[ids[0]].background, rows[ids[0]].style) == ("level-1", "prepared")
    run("UPDATE dunning_level SET color = '#dff0d8' WHERE level = 1")
    assert NoticePages()(ids)[ids[0]].background == "#dff0d8"


def test_the_keys_are_those_of_the_columns() -> None:
    assert tuple(column.key for column in notice_columns(80)) == KEYS


def test_the_footer_says_over_how_many_of_how_many_it_counts(actor: Actor) -> None:
    two_notices(actor)
    everything, first = NoticeFilter(year=2012), NoticeFilter(year=2012, limit=1)
    assert footer_cells(read_footer(first), 0)["year"] == "1 of 2"
    cells = footer_cells(read_footer(everything), 3)
    assert (cells["year"], cells["amount"], cells["cost"]) == ("2 of 2 · 3 ticked = …", "1,244.56", "4.00")
    assert footer_cells(None, 0)["amount"] == "…"
    nothing = NoticeFilter(year=1999, limit=50)
    assert footer_cells(read_footer(nothing), 0)["year"] == "0 of 0"


def test_the_settings_of_the_grid(actor: Actor) -> None:
    assert read_grid_settings().years == ()
    two_notices(actor)
    settings = read_grid_settings()
    assert (settings.years, settings.row_limit, settings.company) == (
        (2012,),
        50,
        "Trgovina na debelo in drobno d.o.o.",
    )


def test_the_pulse_changes_with_the_journal(actor: Actor) -> None:
    before = read_pulse(load_config({}))
    two_notices(actor)
    after = read_pulse(load_config({}))
    assert after.journal > before.journal
    assert after.waiting == Waiting(0, 0, 0)


def test_a_preference_is_kept_once_and_written_to_the_journal(actor: Actor) -> None:
    assert recall(actor, "theme") == ""
    remember(actor, "theme", "dark")
    remember(actor, "theme", "light")
    assert recall(actor, "theme") == "light"
    assert run("SELECT COUNT(*) FROM setting").fetchone()[0] == 1
    assert run("SELECT COUNT(*) FROM journal_entry WHERE verb = 'prefer'").fetchone()[0] == 2
